"""The receipt of a filed report: a number under one's name, a code to keep without one."""

from __future__ import annotations

from dialogs import cards, dates
from dialogs.reporting.release import next_release
from dialogs.services import Services
from dialogs.turns import Message, Page, Turn
from storage.records import Report


async def named_receipt(turn: Turn, services: Services, report: Report) -> Page:
    """Make the receipt of a named report."""
    say = services.texts.speaker(turn.language)
    bound = await services.store.group_channel(report.tenant) is not None
    body = [
        cards.heading(say("receipt-title")),
        *cards.plain(report.number or "", bold=True, size="ExtraLarge"),
        cards.words(say("receipt-named-now" if bound else "receipt-named-waits")),
        cards.words(say("receipt-named-state", number=report.number or "")),
    ]
    if report.wants_news:
        body.append(cards.words(say("receipt-news"), subtle=True))
    return Page(say("receipt-title"), cards.card(body, told=say("receipt-title")))


def chat_receipt(turn: Turn, services: Services, report: Report) -> Message:
    """Make the line that the chat keeps of a named report; its text is not repeated."""
    say = services.texts.speaker(turn.language)
    return Message(text=say("receipt-chat", number=report.number or ""))


async def anonymous_receipt(turn: Turn, services: Services, report: Report, code: str) -> Page:
    """Make the receipt of an anonymous report, the only place where its code is ever shown."""
    say = services.texts.speaker(turn.language)
    policy = services.policy
    when = dates.moment(next_release(policy, turn.now), policy.zone, turn.language)
    bound = await services.store.group_channel(report.tenant) is not None
    body = [
        cards.heading(say("receipt-title")),
        cards.words(say("receipt-code-lead")),
        *cards.plain(code, bold=True, size="Large"),
        cards.words(say("receipt-code-keep")),
        cards.words(
            say("receipt-anonymous-batch", when=when) if bound else say("receipt-anonymous-waits")
        ),
    ]
    if report.wants_news:
        body.append(cards.words(say("receipt-anonymous-news"), subtle=True))
    if not turn.in_dialog:
        body.append(cards.words(say("receipt-code-in-chat"), subtle=True, small=True))
    return Page(say("receipt-title"), cards.card(body, told=say("receipt-title")))
