"""Finding one's way: the welcome, the help, the privacy text, one's language."""

from dialogs.dialog import Command, Dialog
from dialogs.guiding.language import choose_language, language_command, open_language
from dialogs.guiding.welcome import (
    greet,
    help_command,
    press_help,
    press_privacy,
    privacy_command,
)

GUIDING = Dialog(
    commands=(
        Command("greeting-words", greet),
        Command("help-words", help_command),
        Command("privacy-words", privacy_command),
        Command("language-words", language_command, takes_rest=True),
    ),
    acts={
        "help.show": press_help,
        "privacy.show": press_privacy,
        "language.open": open_language,
        "language.choose": choose_language,
    },
)
