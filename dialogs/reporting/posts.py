"""What a report's posts say: the card in the group's channel, and the notice to its sender."""

from __future__ import annotations

import datetime as dt

from dialogs import cards, dates
from dialogs.dialog import FollowUp, Outgoing
from dialogs.reporting.choices import KIND_TEXTS, NEED_TEXTS
from dialogs.reporting.filing import return_id
from dialogs.services import Services
from dialogs.turns import Card
from storage.records import Address, Post, PostedCard, Report

# A named sender who was told on the receipt that the group has the report is not told again.
TOLD_ALREADY = dt.timedelta(minutes=10)


async def compose_report(post: Post, language: str, services: Services) -> Outgoing | None:
    """Make the card of a post's report in the channel's language; None when it is gone."""
    report = await services.store.report(post.report or "")
    if report is None:
        return None
    say = services.texts.speaker(language)
    summary = say("channel-summary", number=report.number or "", kind=say(KIND_TEXTS[report.kind]))
    return Outgoing(report_card(report, language, services), summary, language)


def report_card(report: Report, language: str, services: Services) -> Card:
    """Show a report to the development group."""
    say = services.texts.speaker(language)
    body = [
        cards.words(say("channel-new-report", number=report.number or ""), subtle=True),
        cards.heading(say(KIND_TEXTS[report.kind])),
        *cards.plain(report.phenomenon),
    ]
    if report.proposal:
        body.append(cards.words(say("field-proposal"), bold=True))
        body += cards.plain(report.proposal)
    facts = [
        ("field-need", say(NEED_TEXTS[report.need]) if report.need else ""),
        (
            "field-municipality",
            services.policy.county.municipality(report.municipality, language),
        ),
        ("field-unit", report.unit or ""),
        ("channel-sender", report.sender.name if report.sender else say("channel-anonymous")),
        ("channel-day", dates.day(report.day, language)),
    ]
    lines = [cards.labelled(say(label), value) for label, value in facts if value]
    body.append({**cards.section(lines), "separator": True, "spacing": "Medium"})
    return cards.card(body, told=say("channel-new-report", number=report.number or ""))


async def follow_report(
    post: Post, address: Address, activity: str, services: Services, now: dt.datetime
) -> FollowUp:
    """Remember the card, and tell the sender who asked that the group has the report."""
    report = await services.store.report(post.report or "")
    if report is None:
        return FollowUp()
    card = PostedCard(address=address, activity=activity)
    if not report.wants_news or report.card is not None:
        return FollowUp(card)
    notice = Post(
        id=services.new_id(), tenant=report.tenant, to="sealed", topic="group-has-it", due=now
    )
    if report.sender is None:
        # Nothing of the report goes into the notice, so the two cannot be joined in the outbox.
        return FollowUp(card, notice, return_id(services, report.id))
    to_tell = report.sender.address
    if to_tell is None or report.filed_at is None or now - report.filed_at < TOLD_ALREADY:
        return FollowUp(card)
    named = {
        "to": "address",
        "address": to_tell,
        "report": report.id,
        "language": report.sender.language,
    }
    return FollowUp(card, notice.model_copy(update=named))


async def compose_notice(post: Post, language: str, services: Services) -> Outgoing | None:
    """Make the notice that the group has a report; an anonymous one does not name it."""
    say = services.texts.speaker(language)
    report = await services.store.report(post.report) if post.report else None
    if report is not None and report.number is not None:
        text = say("notice-group-has-named", number=report.number)
    else:
        text = say("notice-group-has-anonymous")
    return Outgoing(cards.card([cards.words(text)], told=text), text, language)
