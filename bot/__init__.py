"""The Teams edge: who may speak to the bot, and how it speaks back."""
