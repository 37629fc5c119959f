"""Understands a phenomenon that somebody types as plain text, and offers the form for it."""

from __future__ import annotations

from dialogs import cards
from dialogs.privacy.check import check_texts
from dialogs.services import Services
from dialogs.turns import Message, Reply, Turn

# A shorter message is taken for a mistyped command or small talk.
FEWEST_WORDS = 4
FEWEST_LETTERS = 25
# A card's button carries the text back; Teams allows a message about 80 KB.
LONGEST_CARRIED = 8_000


def looks_like_a_phenomenon(text: str) -> bool:
    """Whether a message is long enough to be somebody's observation."""
    text = text.strip()
    return len(text) >= FEWEST_LETTERS or len(text.split()) >= FEWEST_WORDS


async def offer_form(turn: Turn, text: str, services: Services) -> list[Reply]:
    """Offer the report's form, with a text already in it if one was typed.

    A text with an identity code is not copied onto another card; the person is asked to
    remove their message.
    """
    say = services.texts.speaker(turn.language)
    if not turn.place.personal and not turn.dialogs:
        # Inline, the form and what is typed into it would be seen by everyone here.
        return [Message(text=say("report-only-personally"))]
    today = turn.now.astimezone(services.policy.zone).date()
    text = text.strip()
    if text and check_texts({"text": text[:LONGEST_CARRIED]}, today=today).refused:
        body = [cards.words(say("report-typed-identity"))]
        data: dict[str, object] = {}
    elif text:
        body = [
            cards.words(say("report-typed-lead")),
            cards.words(say("report-typed-stays"), subtle=True),
        ]
        data = {"text": text[:LONGEST_CARRIED]}
    else:
        body = [cards.words(say("report-lead"))]
        data = {}
    button = cards.open_form(
        "report.open", say("button-open-form"), dialogs=turn.dialogs, data=data
    )
    told = say("report-title")
    return [Message(card=cards.card(body, [button], told=told), summary=told)]
