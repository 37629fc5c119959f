"""Writes replies as the activities and invoke answers that Teams takes."""

from __future__ import annotations

from typing import Any

from dialogs.turns import Card, Message, Page

CARD = "application/vnd.microsoft.card.adaptive"
TEXT = "application/vnd.microsoft.activity.message"


def message(reply: Message) -> dict[str, Any]:
    """Write a message; a card and a text never share one, as Teams would split them."""
    if reply.card is None:
        # Plain, so that nothing a person's words contain is taken for formatting.
        return {"type": "message", "text": reply.text, "textFormat": "plain"}
    written = card_message(reply.card)
    if reply.summary:
        written["summary"] = reply.summary
    return written


def card_message(card: Card) -> dict[str, Any]:
    """Write a message that holds a card."""
    return {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}


def dialog(page: Page) -> dict[str, Any]:
    """Write the answer that shows a page in a dialog."""
    task = {
        "title": page.title,
        "height": "large",
        "width": "medium",
        "card": {"contentType": CARD, "content": page.card},
    }
    return {"task": {"type": "continue", "value": task}}


def dialog_message(text: str) -> dict[str, Any]:
    """Write the answer that closes a dialog with a line of text."""
    return {"task": {"type": "message", "value": text}}


def card_answer(card: Card) -> dict[str, Any]:
    """Write the answer that puts a card in the place of the one that was pressed."""
    return {"statusCode": 200, "type": CARD, "value": card}


def text_answer(text: str) -> dict[str, Any]:
    """Write the answer that leaves the pressed card as it is."""
    return {"statusCode": 200, "type": TEXT, "value": text}
