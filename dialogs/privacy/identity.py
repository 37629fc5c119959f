"""The identity check: what in a free text could tell who a client is."""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.privacy.birthdates import find_birthdates
from dialogs.privacy.dates import find_dates
from dialogs.privacy.emails import find_emails
from dialogs.privacy.identity_codes import find_identity_codes
from dialogs.privacy.phones import find_phones
from dialogs.privacy.plain_text import PlainText, plain_text
from dialogs.privacy.streets import find_streets

_FIGURE = re.compile("[0-9]")


class Kind(enum.StrEnum):
    """What kind of mark was found."""

    IDENTITY_CODE = "identity-code"
    PHONE = "phone"
    EMAIL = "email"
    STREET = "street"
    BIRTHDATE = "birthdate"


@dataclass(frozen=True, slots=True)
class Finding:
    """One passage that must not be sent, with its offsets in the text that was given.

    `certain` is False only for an identity code whose check character is wrong or missing.
    """

    kind: Kind
    start: int
    end: int
    passage: str
    certain: bool


@dataclass(frozen=True, slots=True)
class _Passage:
    kind: Kind
    start: int
    end: int
    certain: bool = True


def find_identities(text: str, *, today: datetime.date) -> tuple[Finding, ...]:
    """Return the identifying passages of a text in order, none overlapping another.

    Where two would overlap, an identity code wins over an e-mail address, that over a telephone
    number, that over a date of birth, and that over a street address.
    """
    plain = plain_text(text)
    chosen: list[_Passage] = []
    taken = bytearray(len(plain.text))
    for passage in _passages(plain, today):
        if not any(taken[passage.start : passage.end]):
            taken[passage.start : passage.end] = b"\x01" * (passage.end - passage.start)
            chosen.append(passage)
    return tuple(
        _finding(text, plain, passage) for passage in sorted(chosen, key=lambda one: one.start)
    )


def _passages(plain: PlainText, today: datetime.date) -> Iterator[_Passage]:
    """Yield what every kind finds, in the order in which the kinds win over each other."""
    has_figures = _FIGURE.search(plain.text) is not None
    if has_figures:
        for code in find_identity_codes(plain, today=today):
            yield _Passage(Kind.IDENTITY_CODE, code.start, code.end, code.certain)
    for start, end in find_emails(plain):
        yield _Passage(Kind.EMAIL, start, end)
    dates = find_dates(plain, today=today) if has_figures else ()
    birthdates = tuple(find_birthdates(plain, dates, today=today))
    written = [(date.start, date.end) for date in dates if date.surely_date]
    for start, end in find_phones(plain, (*written, *birthdates)):
        yield _Passage(Kind.PHONE, start, end)
    for start, end in birthdates:
        yield _Passage(Kind.BIRTHDATE, start, end)
    if has_figures:
        for start, end in find_streets(plain):
            yield _Passage(Kind.STREET, start, end)


def _finding(text: str, plain: PlainText, passage: _Passage) -> Finding:
    start, end = plain.original_span(passage.start, passage.end)
    return Finding(passage.kind, start, end, text[start:end], passage.certain)
