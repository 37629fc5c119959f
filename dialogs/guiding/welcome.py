"""The welcome, the help and the hint of the nearest command."""

from __future__ import annotations

from dialogs import cards
from dialogs.privacy.notice import privacy_text
from dialogs.services import Services
from dialogs.turns import Acted, Message, Reply, Turn


async def greet(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Say what Kärki is for, with its main buttons."""
    say = services.texts.speaker(turn.language)
    body = [cards.heading(say("welcome-title")), cards.words(say("welcome"))]
    if not turn.place.personal:
        body[1] = cards.words(say("welcome-team"))
    card = cards.card(body, _main_buttons(turn, services), told=say("welcome-title"))
    return [Message(card=card, summary=say("welcome-title"))]


async def install(turn: Turn, services: Services) -> list[Reply]:
    """Greet when the app is installed."""
    return await greet(turn, "", services)


async def remove(turn: Turn, services: Services) -> list[Reply]:
    """Forget addresses when the app is removed; nothing can be said there any more."""
    if turn.place.personal:
        await services.store.forget_person_address(turn.person.tenant, turn.person.id)
    elif turn.place.team:
        await services.store.forget_team(turn.person.tenant, turn.place.team)
    return []


async def help_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Explain the commands, the coordinator's too where they are the person's to use."""
    say = services.texts.speaker(turn.language)
    lines = ["help-report", "help-own", "help-state", "help-language", "help-privacy"]
    body = [
        cards.heading(say("help-title")),
        cards.words(say("help-lead")),
        *(cards.words(say(line)) for line in lines),
        cards.words(say("help-free-text")),
        cards.words(say("help-other-channels"), subtle=True),
    ]
    if services.policy.is_coordinator(turn.person.id):
        body.append(cards.words(say("help-coordinator-title"), bold=True))
        body += [cards.words(say(line)) for line in ("help-bind", "help-unbind", "help-channel")]
    actions = [
        cards.open_form("report.open", say("button-report"), dialogs=turn.dialogs),
        cards.press("privacy.show", say("button-privacy")),
        cards.press("language.open", say("button-language")),
    ]
    if not turn.place.personal and not turn.dialogs:
        del actions[0]
    return [Message(card=cards.card(body, actions, told=say("help-title")))]


async def press_help(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Answer the help button."""
    return await help_command(turn, "", services)


async def privacy_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Show the privacy text."""
    say = services.texts.speaker(turn.language)
    return [Message(card=cards.card(privacy_text(say), told=say("privacy-title")))]


async def press_privacy(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Answer the privacy button."""
    return await privacy_command(turn, "", services)


async def hint(turn: Turn, near: str | None, services: Services) -> list[Reply]:
    """Answer words that are no command: the nearest one, or the main buttons."""
    say = services.texts.speaker(turn.language)
    text = say("hint-near", command=near) if near else say("hint-unknown")
    card = cards.card([cards.words(text)], _main_buttons(turn, services), told=text)
    return [Message(card=card, summary=text)]


def _main_buttons(turn: Turn, services: Services) -> list[cards.Action]:
    say = services.texts.speaker(turn.language)
    buttons = []
    if turn.place.personal or turn.dialogs:
        buttons.append(cards.open_form("report.open", say("button-report"), dialogs=turn.dialogs))
    if turn.place.personal:
        buttons.append(cards.press("own.list", say("button-own")))
    return [*buttons, cards.press("help.show", say("button-help"))]
