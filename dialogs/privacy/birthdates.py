"""Exact dates of birth in free text.

A full date is a date of birth when a word of birth stands near it, when it stands in apposition to
a word for a person ("lapsen (16.6.2015)"), or, with neither, when it is more than fifteen years old
and nothing near it speaks of laws, decisions or periods.
"""

from __future__ import annotations

import bisect
import datetime
import functools
import re
from collections.abc import Iterator

from dialogs.privacy.birth_words import (
    BEGINS,
    BIRTH,
    BORN_THING,
    CODE,
    COHORT,
    LETTER_RIGHT_BEFORE,
    SIDE_OF_DATE,
    STEMS,
)
from dialogs.privacy.birthdays import find_birthdays
from dialogs.privacy.dates import WrittenDate
from dialogs.privacy.formal_dates import FormalWords
from dialogs.privacy.persons import Case, case_of_person, is_newborn
from dialogs.privacy.plain_text import PlainText

_BARE_AGE_YEARS = 15
# Of this year and the last one, most dates beside a client are those of visits and decisions.
_RECENT_YEARS = 1
_BEFORE_LENGTH = 48
_AFTER_LENGTH = 36
_RIGHT_BEFORE_LENGTH = 28
_CODE_LENGTH = 48
_LINK_LENGTH = 12

_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-ZÅÄÖ])|\n\s*\n")
_MARKS = " ,:;/-\t\n(["
_FILLER_WORDS = "on oli joka jotka som who noin nyt nro v v. vuotta år years old is är ikä"
_FILLERS = frozenset(_FILLER_WORDS.split())
# What follows a date that only names someone: "Lapsi, 1.9.2014, …", "lapset 3.3.2017 ja …"
_CLOSED = re.compile(r"\s{0,2}(?:$|[,;:)\]/.&]|\n|-\s|(?:ja|sekä|ei|on|och|and|är|is|has|har)\b)")
_LIST_LINK = re.compile(r"\s?(?:[,;/&]|ja|sekä|och|and|, ja)\s(?:[a-zåäö]{2,8}\s)?")
_RANGE_BEFORE = re.compile(r"[0-9][./]?\s?-\s?$")
_EVENT = re.compile(
    r"\b(?:tapas|tapaa|tapaam|tavat|soit|puhel|käv|käyt|käyn|kohda|kohta|kutsu|käsit|pää[td]|sijoit|"
    r"palaver|kokou|neuvot|kirje|kirjoit|kirja[ts]|viest|lausun|arvio|hakem|haki\b|hake[en]|haet|ilmoit|"
    r"läh[et]|saap|sai|tuli|tulee|tullut|palas|palau|muut|siir|alko|alka|loppu|keskey|kuul|osallist|"
    r"ohja[ut]|vastaan|aika|ajan|varat|sovi|allekir|irtis|hää[td]|kotiut|tutki|leik|raport|raskau|"
    r"mött|möte|träff|besök|ring|beslut|fick|kom\b|placera|met\b|visit|call|decis|decid|meeting|saw\b|"
    r"seen\b|receiv|fram till|mennessä|alkaen|asti|saakka|klo\b|kello|kl\b|menee|meni|jäi\b|kuoli|"
    r"vastas|toimit|anto|anne|antaa|jätt|pyy[st]|kerto|tek[ie]|teh[td])"
)


def find_birthdates(
    plain: PlainText, dates: tuple[WrittenDate, ...], *, today: datetime.date
) -> Iterator[tuple[int, int]]:
    """Yield those of the dates in the text that are exact dates of birth, in the same order.

    Days of birth without a year come after the full dates.
    """
    words = _Words(plain)
    last = -1
    for date in dates:
        if date.year > today.year + 1:
            continue
        listed = 0 <= last <= date.start and _continues_list(plain.lower, last, date)
        if listed or _is_birthdate(date, words, plain, today):
            last = date.end
            yield date.start, date.end
    yield from find_birthdays(plain, tuple((date.start, date.end) for date in dates))


class _Words:
    """Where in a text words of birth and formal words stand, looked for once."""

    def __init__(self, plain: PlainText) -> None:
        self._lower = plain.lower
        self.formal = FormalWords(plain)

    @functools.cached_property
    def _births(self) -> list[int]:
        if not any(stem in self._lower for stem in STEMS):
            return []
        return [match.start() for match in BIRTH.finditer(self._lower)]

    @functools.cached_property
    def _codes(self) -> list[int]:
        return [match.end() for match in CODE.finditer(self._lower)]

    def of_birth(self, date: WrittenDate, first: int, last: int) -> bool:
        """Tell whether a word of birth stands in the sentence of the date."""
        following = bisect.bisect_left(self._births, date.start)
        before, after = self._births[:following][-1:], self._births[following:][:1]
        return before >= [first] or [date.end] <= after < [last]

    def begin_code(self, date: WrittenDate) -> bool:
        """Tell whether the words right before call the date the beginning of a code."""
        code = self._codes[bisect.bisect_right(self._codes, date.start) - 1 :][:1]
        near = bool(code) and 0 <= date.start - code[0] <= _CODE_LENGTH
        return near and BEGINS.fullmatch(self._lower, code[0], date.start) is not None


def _is_birthdate(date: WrittenDate, words: _Words, plain: PlainText, today: datetime.date) -> bool:
    first, last = _sentence(date, plain)
    right_before = plain.text[max(first, date.start - _RIGHT_BEFORE_LENGTH) : date.start]
    if LETTER_RIGHT_BEFORE.search(right_before) or words.begin_code(date):
        return True
    before, after = plain.lower[first : date.start], plain.lower[date.end : last]
    if words.of_birth(date, first, last):
        near = f"{before} {after}"
        part = SIDE_OF_DATE.search(near) or _RANGE_BEFORE.search(before[-5:])
        if part and COHORT.search(near):
            return False
        return not BORN_THING.search(near)
    if date.loose or date.year > today.year:
        return False
    age = today.year - date.year
    if _is_of_person(before, after, recent=age <= _RECENT_YEARS):
        return not words.formal.follow(date.end, last)
    return age > _BARE_AGE_YEARS and not words.formal.speak_of(date, first, last)


def _is_of_person(before: str, after: str, *, recent: bool) -> bool:
    """Tell whether the date stands in apposition to a word for a person, or in brackets after it.

    "Lapsen asia käsiteltiin 3.3.2026" and "Asiakas kävi 12.5.2026" are dates of something done.
    """
    head = before.rstrip(_MARKS)
    mark = before[len(head) :].strip()
    if head[-1:] == ")" or not head:  # "Tyttö (8 v), 3.4.2018"
        head = head.rpartition("(")[0].rstrip(_MARKS)
    words = head.split()
    while len(words) > 1 and (len(words[-1]) == 1 or words[-1].isdigit() or words[-1] in _FILLERS):
        words.pop()
    if not words:
        return False
    word = words.pop().lstrip("(\"'[-").rstrip(".,;:")
    case = case_of_person(word.rpartition("-")[2])
    if case is None:
        return False
    if is_newborn(word):
        return not _EVENT.match(after.lstrip()) or mark in ("(", "[")
    event = _EVENT.search(" ".join(words)) is not None
    if mark in ("(", "["):
        return not (recent and event)
    if case is Case.OTHER or not mark:
        done = _EVENT.search(" ".join(after.split()[:2])) is not None
        if case is Case.OTHER or event or done:
            return False
        return not recent or (case is Case.SUBJECT and _CLOSED.match(after) is not None)
    return _CLOSED.match(after) is not None and not (recent and event)


def _continues_list(lower: str, last: int, date: WrittenDate) -> bool:
    """Tell whether the date follows a date of birth in a list: "lapset 3.3.2017 ja 5.5.2019"."""
    between = lower[last : date.start]
    if date.loose or len(between) > _LINK_LENGTH or not _LIST_LINK.fullmatch(between):
        return False
    if _CLOSED.match(lower, date.end):
        return True
    return "," not in between and not _EVENT.match(lower, date.end + 1)


def _sentence(date: WrittenDate, plain: PlainText) -> tuple[int, int]:
    """Return the offsets of the words near the date, at most as far as its sentence goes."""
    first, last = max(0, date.start - _BEFORE_LENGTH), date.end + _AFTER_LENGTH
    for boundary in _SENTENCE_END.finditer(plain.text, first, date.start):
        first = boundary.end()
    boundary_after = _SENTENCE_END.search(plain.text, date.end, last + 2)
    return first, boundary_after.start() if boundary_after else last
