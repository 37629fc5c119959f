"""Exact dates of birth in free text.

A full date is a date of birth when a word of birth stands near it, or, with no such word, when it
is more than fifteen years old and nothing near it speaks of laws, decisions or periods.
"""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Iterator

from dialogs.privacy.dates import WrittenDate
from dialogs.privacy.plain_text import PlainText

_BARE_AGE_YEARS = 15
_BEFORE_LENGTH = 48
_AFTER_LENGTH = 36
_RIGHT_BEFORE_LENGTH = 28
_FORMAL_LENGTH = 32

_BIRTH = re.compile(
    r"\bsynty(?!vyy|mätod|mämaa|mäpaik|mävuo|perä|mätön|mäkot|mäkun)\w*|\bsynt\b|\bsynt\.?\s?aik|"
    r"\bsynttäri|\bs\.?\s?-?aika|\bsynnytt\w+|\bsynnytin|\bs\.?-?pv|"
    r"\bfö[dt][dts]\w*|\bfödel[a-z]*dat|\bfödel\w*|\bborn\b|\bbirth\s?-?d|\b(?:date|day) of birth|"
    r"\bd\.?\s?o\.?\s?b\b|\bb-?day|"
    r"\btäyt(?:tää|ti|täny\w*|tävä\w*)\s(?:\d{1,3}|vuosi)|\bfyll(?:er|de|t)\s(?:\d{1,3}|år)|"
    r"\bturn(?:s|ed)\s\d{1,3}"
)
# One letter is a word of birth only right before the date: "(s. 3.5.2019)".
_RIGHT_BEFORE = re.compile(
    r"(?:^|[\s(,;/\[:-])(?:(?:[Ss]a?|[Ff]|[Bb]|[Dd]s)\.|[sf])\s?:?\s?$"
    r"|\b(?i:hetu|henkilötun|sotu|personbet)\w*\W{0,3}(?:alkaa|alku\w*|börjar)?\W{0,3}$"
)
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-ZÅÄÖ])|\n\s*\n")
_THING = (
    r"(?:ajatu|ide[ao]|ehdotu|\w*malli|hank|\w*ryhm|\w*tarve|\w*tarpe|päätö|sopimu|käytän|\w*yhteisty|"
    r"tilan|vel[ko]|oikeu|ongelm|kustann|este|riski|jono|keskuste|\w*suunnit|\w*verkost|toimin|teema|"
    r"tiekart|linjau|näkemy|huoli|luottamu|ratkaisu|tulo[sk]|aloit|konsept|\w*palvelu(?:t|mme|mall|kokon)?\b(?!\w)|työtap|säästö|"
    r"tank|förslag|modell|projekt|grupp|behov|beslut|avtal|samarbet|lösning)"
)
_BORN_THING = re.compile(
    rf"\b{_THING}\w*\s+(?:\w+\s+){{0,3}}(?:synty(?:i|ivät|nyt|neet|y|vät)\b|född?es?\b|fötts)"
    rf"|\b(?:synty(?:i|ivät)|föddes)\s+(?:\w+\s+){{0,1}}{_THING}"
    rf"|\b{_THING}\w*\s+(?:\w+\s+){{0,1}}(?:täyt|fyll)"
)
_COHORT = re.compile(
    r"\bsynty(?:neet|neille|neiden|neitä|neistä|neillä|neisiin|neiltä)\b|\bfödda\b|\bpersons born"
)
_SIDE_OF_DATE = re.compile(
    r"\b(?:ennen|jälkeen|before|after|före|efter|aikaisintaan|viimeistään)\b"
)
_FORMAL_BEFORE = re.compile(
    r"\b(?:voimaan|lain|laki|laissa|\w+laki|\w+lain|asetu\w*|annet\w*|perustet\w*|lähtien|alkaen|"
    r"päätö\w*|päätet\w*|kokou\w*|sopimu\w*|tilanne|tilasto\w*|voimassa|hyväksyt\w*|julkaist\w*|"
    r"versio|kohta|kohdassa|luku|luvussa|kappale|osio|taulukko|kuva|lag\w*|förordning\w*|kraft|"
    r"beslut\w*|möte\w*|sedan|grunda\w*|avtal\w*|avsnitt|punkt|act|version|section|pykälä|"
    r"avatt\w*|avautu\w*|valmistu\w*|muutet\w*|päivätty|päivätyn|daterad|antama\w*|antoi|alkoi\w*|aloit\w*|päätty\w*|istun\w*|väestö\w*|inled\w*|started)"
    r"\W{1,3}(?:\w+\W{1,2}){0,1}$"
)
_FORMAL_AFTER = re.compile(
    r"\W{0,3}(?:\w+\s){0,2}(?:voimaan|voimassa|alkaen|lähtien|asti|saakka|mennessä|annett\w*|annetu\w*|"
    r"perustet\w*|käyttöön|päivät\w*|tehty\w*|tehdy\w*|hyväksyt\w*|julkaist\w*|kokou\w*|laki|lain|"
    r"asetu\w*|trädde|trätt|träder|framåt|given|givna|ikraft|kraft|daterad\w*|"
    r"sopimu\w*|avatt\w*|avautu\w*|päätö\w*|päätet\w*|tilanne\w*|tilasto\w*|alkan\w*|alkoi\w*|inled\w*|dated|onwards)\b"
)
_FORMAL_RIGHT_BEFORE = re.compile(_FORMAL_BEFORE.pattern.replace(r"(?:\w+\W{1,2}){0,1}$", "$"))
_RANGE_AFTER = re.compile(r"\s?-\s?[0-3]?[0-9][./]")
_RANGE_BEFORE = re.compile(r"[0-9][./]?\s?-\s?$")


def find_birthdates(
    plain: PlainText, dates: tuple[WrittenDate, ...], *, today: datetime.date
) -> Iterator[tuple[int, int]]:
    """Yield those of the dates in the text that are exact dates of birth, in the same order."""
    births = [match.start() for match in _BIRTH.finditer(plain.lower)] if dates else []
    for date in dates:
        if date.year <= today.year and _is_birthdate(date, births, plain, today):
            yield date.start, date.end


def _is_birthdate(
    date: WrittenDate, births: list[int], plain: PlainText, today: datetime.date
) -> bool:
    first, last = _sentence(date, plain)
    before, after = plain.lower[first : date.start], plain.lower[date.end : last]
    right_before = plain.text[max(first, date.start - _RIGHT_BEFORE_LENGTH) : date.start]
    if _RIGHT_BEFORE.search(right_before):
        return True
    following = bisect.bisect_left(births, date.start)
    if births[:following][-1:] >= [first] or [date.end] <= births[following:][:1] < [last]:
        near = f"{before} {after}"
        if _COHORT.search(near) and _SIDE_OF_DATE.search(near):
            return False
        return not _BORN_THING.search(near)
    if date.loose or today.year - date.year <= _BARE_AGE_YEARS:
        return False
    if _RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before[-5:]):
        return False
    # Of a date alone in brackets only the very word before it can say that it is formal.
    alone = before.endswith("(") and after.startswith(")")
    formal = _FORMAL_RIGHT_BEFORE if alone else _FORMAL_BEFORE
    if formal.search(before[-_FORMAL_LENGTH:]):
        return False
    return alone or not _FORMAL_AFTER.match(after)


def _sentence(date: WrittenDate, plain: PlainText) -> tuple[int, int]:
    """Return the offsets of the words near the date, at most as far as its sentence goes."""
    first, last = max(0, date.start - _BEFORE_LENGTH), date.end + _AFTER_LENGTH
    for boundary in _SENTENCE_END.finditer(plain.text, first, date.start):
        first = boundary.end()
    boundary_after = _SENTENCE_END.search(plain.text, date.end, last + 2)
    return first, boundary_after.start() if boundary_after else last
