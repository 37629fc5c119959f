"""Choosing one's language."""

from __future__ import annotations

from dialogs import cards
from dialogs.errors import UserError
from dialogs.services import Services
from dialogs.texts import LANGUAGES
from dialogs.turns import Acted, Message, Reply, Turn
from storage.records import PersonSettings


async def language_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Answer `kieli`, and `kieli svenska` at once."""
    wanted = rest.casefold().strip(" .!?")
    if wanted:
        for language in LANGUAGES:
            if wanted in services.texts.words(f"language-names-{language}"):
                return await _choose(turn, language, services)
    say = services.texts.speaker(turn.language)
    text = say("language-unknown" if wanted else "language-lead")
    buttons = [
        cards.press("language.choose", say(f"language-{language}"), {"language": language})
        for language in LANGUAGES
    ]
    return [Message(card=cards.card([cards.words(text)], buttons, told=text))]


async def open_language(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Answer the language button."""
    return await language_command(turn, "", services)


async def choose_language(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Answer the button of one language."""
    language = acted.data.get("language")
    if not isinstance(language, str) or language not in LANGUAGES:
        raise UserError("router-old-button")
    return await _choose(turn, language, services)


async def _choose(turn: Turn, language: str, services: Services) -> list[Reply]:
    await services.store.choose_language(
        PersonSettings(tenant=turn.person.tenant, person=turn.person.id, language=language)
    )
    return [Message(text=services.texts.say(language, "language-chosen"))]
