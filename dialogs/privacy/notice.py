"""The privacy text: what is stored, who sees it, what Teams itself keeps."""

from __future__ import annotations

from dialogs import cards
from dialogs.texts import Say

PARAGRAPHS = (
    "privacy-stored",
    "privacy-anonymous",
    "privacy-readers",
    "privacy-teams",
    "privacy-check",
    "privacy-limits",
)


def privacy_section(say: Say) -> cards.Element:
    """Return the privacy text as a section that a form's button opens and closes."""
    return cards.section(privacy_text(say), id="privacy", hidden=True)


def privacy_text(say: Say) -> list[cards.Element]:
    """Return the privacy text under its heading."""
    return [
        cards.words(say("privacy-title"), bold=True),
        *(cards.words(say(key), small=True) for key in PARAGRAPHS),
    ]
