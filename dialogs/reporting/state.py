"""Telling how far a report has come: by its code, or by its number to whoever filed it."""

from __future__ import annotations

import re

from dialogs import cards, dates
from dialogs.errors import UserError
from dialogs.forms import TextField, read, show
from dialogs.reporting.filing import code_hash
from dialogs.reporting.receipt_code import MistypedCode, read_code
from dialogs.reporting.release import next_release
from dialogs.services import Services
from dialogs.texts import Say
from dialogs.turns import Acted, Message, Page, Reply, Turn
from storage.records import Report

LONGEST_CODE = 60
_NUMBER = re.compile(r"R[\s-]*(\d{4})[\s-]+(\d{1,6})", re.IGNORECASE)


async def state_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Answer `tila CODE`; without a code, offer the form where it stays out of the chat."""
    say = services.texts.speaker(turn.language)
    if rest:
        sentences = await _tell(turn, rest, services)
        if not turn.place.personal or (turn.dialogs and not _NUMBER.fullmatch(rest)):
            sentences.append(say("state-code-stays"))
        return [Message(text="\n\n".join(sentences))]
    if turn.dialogs:
        button = cards.open_form("state.open", say("button-state"), dialogs=True)
        body = [cards.words(say("state-lead"))]
        return [Message(card=cards.card(body, [button], told=say("state-lead")))]
    return [_form(turn, say, "", "", fresh=True)]


async def open_state(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Open the form that asks for a code."""
    return [_form(turn, services.texts.speaker(turn.language), "", "", fresh=True)]


async def ask_state(turn: Turn, acted: Acted, services: Services) -> list[Reply]:
    """Answer the sent form: the state, or the error at the field."""
    say = services.texts.speaker(turn.language)
    values, errors = read([_field(say)], acted.data, say)
    if errors:
        return [_form(turn, say, values["code"], errors["code"])]
    try:
        sentences = await _tell(turn, values["code"], services)
    except UserError as error:
        return [_form(turn, say, values["code"], say(error.text_key, **error.data))]
    body = [cards.heading(say("state-title")), *(cards.words(text) for text in sentences)]
    return [Page(say("state-title"), cards.card(body, told=say("state-title")))]


async def _tell(turn: Turn, typed: str, services: Services) -> list[str]:
    """Return the sentences that tell a report's state. Raises UserError."""
    if (number := _NUMBER.fullmatch(typed.strip())) is not None:
        if not turn.place.personal and not turn.in_dialog:
            raise UserError("own-only-personally")
        written = f"R-{number[1]}-{int(number[2]):04d}"
        report = await services.store.report_by_number(turn.person.tenant, written)
        # Another person's report is answered just as one that does not exist.
        if report is None or report.sender is None or report.sender.person != turn.person.id:
            raise UserError("state-number-unknown", number=written)
        return await state_sentences(turn, services, report)
    try:
        code = read_code(typed)
    except MistypedCode:
        raise UserError("state-code-mistyped") from None
    if code is None:
        raise UserError("state-code-shape")
    hashed = code_hash(services, turn.person.tenant, code)
    report = await services.store.report_by_code(turn.person.tenant, hashed)
    if report is None:
        raise UserError("state-code-unknown")
    return await state_sentences(turn, services, report)


async def state_sentences(turn: Turn, services: Services, report: Report) -> list[str]:
    """Say in a person's language when a report came, where it is, and what comes next."""
    say = services.texts.speaker(turn.language)
    policy = services.policy
    sentences = [say("state-filed", day=dates.day(report.day, turn.language))]
    if report.card is not None:
        sentences.append(say("state-with-group"))
    elif await services.store.group_channel(report.tenant) is None:
        sentences.append(say("state-waits-for-channel"))
    elif report.number is None:
        when = dates.moment(next_release(policy, turn.now), policy.zone, turn.language)
        sentences.append(say("state-waits-for-batch", when=when))
    else:
        sentences.append(say("state-on-its-way"))
    return sentences


def _field(say: Say) -> TextField:
    return TextField(
        "code",
        say("field-code"),
        LONGEST_CODE,
        required=say("field-code-missing"),
        placeholder=say("field-code-hint"),
    )


def _form(turn: Turn, say: Say, typed: str, error: str, *, fresh: bool = False) -> Page:
    errors = {"code": error} if error else {}
    body = [cards.words(say("state-lead")), *show([_field(say)], {"code": typed}, errors)]
    button = cards.send("state.ask", say("button-state"), in_dialog=turn.in_dialog, data={})
    return Page(
        say("state-title"), cards.card(body, [button], told=say("state-title")), fresh=fresh
    )
