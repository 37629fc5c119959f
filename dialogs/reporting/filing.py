"""Filing a report: opening the form, checking what comes back, storing it, the receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dialogs.errors import UserError
from dialogs.forms import read
from dialogs.privacy.check import check_texts
from dialogs.reporting.form import (
    FREE_TEXTS,
    LONGEST_TEXT,
    Doubt,
    confirmation,
    fields,
    given,
    report_page,
)
from dialogs.reporting.receipt import anonymous_receipt, chat_receipt, named_receipt
from dialogs.reporting.receipt_code import make_code
from dialogs.reporting.release import start_releases
from dialogs.reporting.understanding import offer_form
from dialogs.services import Services
from dialogs.turns import Acted, Page, Reply, Turn
from storage.errors import StoreError
from storage.records import Need, Report, ReportKind, ReturnAddress, Sender


async def report_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Answer `raportoi`: the form inline, or the button that opens it."""
    if rest or turn.dialogs or not turn.place.personal:
        return await offer_form(turn, rest, services)
    return [_new_form(turn, services, {})]


async def open_report(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Open the form, with the text that the person had typed in the chat."""
    text = acted.data.get("text")
    return [_new_form(turn, services, {"phenomenon": text} if isinstance(text, str) else {})]


def _new_form(turn: Turn, services: Services, values: Mapping[str, str]) -> Page:
    return report_page(
        turn,
        services,
        nonce=services.new_id(),
        values=values,
        fresh=True,
        in_dialog=turn.in_dialog,
    )


async def send_report(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Check a sent form and file it; what is wrong comes back at its field, nothing lost."""
    say = services.texts.speaker(turn.language)
    if not turn.place.personal and not turn.in_dialog:
        # The page, with its code, would stand where everybody reads it.
        raise UserError("report-only-personally")
    nonce = acted.data.get("nonce")
    if not isinstance(nonce, str) or not 16 <= len(nonce) <= 64:
        # No form of ours is without a nonce; what was typed is not refused for that.
        nonce = services.new_id()
    values, errors = read(
        fields(services.texts, services.policy.county, turn.language), acted.data, say
    )
    if values["kind"] == ReportKind.CHANGE and not values["proposal"]:
        errors.setdefault("proposal", say("field-proposal-missing"))
    # What is too long comes back anyway, and searching it would keep others waiting.
    texts = {field: values[field] for field in FREE_TEXTS if len(values[field]) <= LONGEST_TEXT}
    checked = check_texts(texts, today=_today(turn, services))
    doubt = None
    for field, passages in checked.refused.items():
        errors[field] = say("identity-refused", passage=passages[0])
    if checked.doubtful:
        doubt = Doubt(checked.mark, next(reversed(list(checked.doubtful))))
        answer, _ = read([confirmation(say, doubt)], acted.data, say)
        values |= answer
        if not answer["confirmed"]:
            for field, found in checked.doubtful.items():
                first = found[0]
                errors.setdefault(
                    field, say(f"identity-doubt-{first.kind.value}", passage=first.passage)
                )
    if errors:
        return [_again(turn, services, nonce, values, errors, doubt)]
    try:
        return await _file(turn, services, nonce, values)
    except StoreError:
        notice = (say("report-not-saved"),)
        return [_again(turn, services, nonce, values, {}, doubt, notice=notice)]


def _again(
    turn: Turn,
    services: Services,
    nonce: str,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    doubt: Doubt | None,
    notice: tuple[str, ...] = (),
) -> Page:
    return report_page(
        turn,
        services,
        nonce=nonce,
        values=values,
        errors=errors,
        doubt=doubt,
        in_dialog=turn.in_dialog,
        notice=notice,
    )


async def _file(
    turn: Turn, services: Services, nonce: str, values: Mapping[str, str]
) -> list[Reply]:
    """Store the report and make its receipt; the same nonce files once, receipt included.

    The report's id and an anonymous sender's code are made from the nonce under the
    deployment's secret, so nothing need be remembered of who sent which form.
    """
    person, vault = turn.person, services.vault
    who = (person.tenant, person.id, nonce)
    anonymous = values["sender"] == "anonymous"
    # News go to the chat that nobody else reads; elsewhere there is nowhere to send them.
    wants_news = bool(values["news"]) and turn.place.personal
    report = Report(
        id=vault.digest("report id", *who).hex(),
        tenant=person.tenant,
        kind=ReportKind(values["kind"]),
        phenomenon=values["phenomenon"],
        proposal=values["proposal"],
        need=Need(values["need"]) if values["need"] else None,
        municipality=given(values, "municipality"),
        unit=given(values, "unit"),
        day=_today(turn, services),
        wants_news=wants_news,
    )
    if not anonymous:
        sender = Sender(
            person=person.id,
            name=person.name[:200],
            language=turn.language,
            address=turn.place.address if wants_news else None,
        )
        named = report.model_copy(update={"sender": sender, "filed_at": turn.now})
        filed = await services.store.file_report(named)
        if not filed.anonymous:
            return await _named_answer(turn, services, filed)
    code = make_code(vault.digest("receipt code", *who, size=32))
    nameless = report.model_copy(update={"code_hash": code_hash(services, person.tenant, code)})
    way_back = None
    if wants_news:
        sealed = vault.seal(turn.place.address, turn.language)
        way_back = ReturnAddress(id=return_id(services, nameless.id), sealed=sealed)
    await start_releases(services, person.tenant, turn.now)
    filed = await services.store.file_report(nameless, way_back)
    if not filed.anonymous:
        return await _named_answer(turn, services, filed)
    return [await anonymous_receipt(turn, services, filed, code)]


async def _named_answer(turn: Turn, services: Services, filed: Report) -> list[Reply]:
    page = await named_receipt(turn, services, filed)
    if turn.in_dialog and turn.place.personal:
        # The dialog's page goes away; the chat keeps the number.
        return [page, chat_receipt(turn, services, filed)]
    return [page]


def code_hash(services: Services, tenant: str, code: str) -> str:
    """Return what is stored of a receipt code."""
    return services.vault.digest("receipt code hash", tenant, code, size=32).hex()


def return_id(services: Services, report: str) -> str:
    """Return the id of a report's return address, which only the secret can make."""
    return services.vault.digest("return address id", report).hex()


def _today(turn: Turn, services: Services) -> dt.date:
    return turn.now.astimezone(services.policy.zone).date()
