"""The list of the reports that a person has filed under their name."""

from __future__ import annotations

from dialogs import cards, dates
from dialogs.reporting.choices import KIND_TEXTS
from dialogs.reporting.state import state_sentences
from dialogs.services import Services
from dialogs.turns import Acted, Message, Page, Reply, Turn
from storage.records import Report

AT_A_TIME = 10
LONGEST_EXCERPT = 120


async def own_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Answer `omat` with the newest of one's own reports."""
    page = await _page(turn, services, 0)
    return [page if isinstance(page, Message) else Message(card=page.card, summary=page.title)]


async def press_own(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Answer the button as the command is answered, with a new message."""
    return await own_command(turn, "", services)


async def more_own(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Turn the list's page."""
    start = acted.data.get("start")
    return [await _page(turn, services, start if isinstance(start, int) else 0)]


async def _page(turn: Turn, services: Services, start: int) -> Page | Message:
    say = services.texts.speaker(turn.language)
    if not turn.place.personal:
        return Message(text=say("own-only-personally"))
    reports = await services.store.reports_of(turn.person.tenant, turn.person.id)
    if not reports:
        button = cards.open_form("report.open", say("button-report"), dialogs=turn.dialogs)
        body = [cards.words(say("own-none")), cards.words(say("own-anonymous"), subtle=True)]
        return Message(card=cards.card(body, [button], told=say("own-none")))
    start = start if 0 <= start < len(reports) else 0
    shown = reports[start : start + AT_A_TIME]
    body = [cards.heading(say("own-title"))]
    if len(reports) > AT_A_TIME:
        told = say("own-shown", first=start + 1, last=start + len(shown), all=len(reports))
        body.append(cards.words(told, subtle=True))
    for report in shown:
        body.append(await _entry(turn, services, report))
    actions = []
    if start:
        actions.append(cards.press("own.more", say("button-newer"), {"start": start - AT_A_TIME}))
    if start + AT_A_TIME < len(reports):
        actions.append(cards.press("own.more", say("button-older"), {"start": start + AT_A_TIME}))
    return Page(say("own-title"), cards.card(body, actions, told=say("own-title")))


async def _entry(turn: Turn, services: Services, report: Report) -> cards.Element:
    say = services.texts.speaker(turn.language)
    kind = say(KIND_TEXTS[report.kind])
    excerpt = " ".join(report.phenomenon.split())
    if len(excerpt) > LONGEST_EXCERPT:
        excerpt = excerpt[:LONGEST_EXCERPT].rstrip() + " …"
    day = dates.day(report.day, turn.language)
    sentences = await state_sentences(turn, services, report)
    entry = cards.section(
        [
            *cards.plain(f"{report.number} · {kind} · {day}", bold=True),
            *cards.plain(excerpt),
            *(cards.words(text, subtle=True, small=True) for text in sentences[1:]),
        ]
    )
    return {**entry, "separator": True, "spacing": "Medium"}
