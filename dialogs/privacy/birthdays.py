"""Days of birth without a year beside a word of birth: "vauva syntyi 9.9", "fyller år 9 maj"."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from dialogs.privacy.birth_words import BORN_THING
from dialogs.privacy.dates import HAS_MONTH, MONTH, is_day_of_month
from dialogs.privacy.persons import case_of_person
from dialogs.privacy.plain_text import PlainText

_BEFORE_LENGTH = 34
_AFTER_LENGTH = 24
_SUBJECT_LENGTH = 60
# No report has so many: past them the words near are not judged, so that the time is bounded.
_MOST_JUDGED = 20

_IN_FIGURES = re.compile(
    r"(?=[0-9])(?<![0-9])(?<![0-9][.,/-])(?P<day>[0-3]?[0-9])(?:\.\s?|/)(?P<month>[01]?[0-9])"
    # "9.9 ja äiti" or "8.5. hän", but not "9.9 lasta", "9.30" or "3.5.2019"
    r"(?:\.(?!\s?[0-9])|(?=\s{0,2}(?:$|[,;:)!?]|\n|(?:ja|eikä|mutta|kello|klo|och|men|and|but)\b)))"
)
_WITH_MONTH = re.compile(
    rf"(?<![0-9])(?<![0-9][.,/-])(?P<day>[0-3]?[0-9])\s?[.:]?(?:e|a|st|nd|rd|th)?\s"
    rf"(?:(?:päivä\w{{0,4}}|of|dagen)\s)?{MONTH}(?![a-zåäö])(?!\s?[0-9]{{4}})"
    rf"|(?<![a-zåäö]){MONTH}\s(?:the\s)?(?P<last_day>[0-3]?[0-9])(?![0-9])(?:\.(?![0-9])|st|nd|rd|th)?"
    r"(?:\s?päivä\w{0,4})?"
)
# The day itself is meant, not the party: not "syntymäpäiväkahvit 3.12. klo 14".
_DAY_OF_BIRTH = re.compile(
    r"\b(?:syntymäpäiv(?:ä(?:nsä|nä|ni|ksi|ään|änsä)?|än|ät|i)|synttäri(?:t|nsä)?|syntymäaika\w*|"
    r"synt\.?\s?(?:aika|pv|pvm)|födelsedag(?:en|s)?|birthday|b-?day|syntymävuo\w+\s[0-9]{4}|"
    r"täyt(?:tää|ti)\s(?:vuosia|\d{1,3}(?:\s?(?:v|vuotta)\b\.?)?)|"
    r"fyll(?:er|de)\s(?:år|\d{1,3}(?:\sår)?)|turn(?:s|ed)\s\d{1,3})(?!\w)|vuotis(?:synty\w{0,3})?päivä\w{0,5}"
)
# Things arise too, so what was born must be a person: "vauva syntyi 9.9", "hän on syntynyt 14.2."
_BORN = re.compile(
    r"\b(?:syntyi(?:vät)?|syntynyt|syntynee[nt]|synt|föddes|född[ae]?|fött|"
    r"(?:(?:was|were) )?born)\b"
)
# A text with none of these has no such word; they are much the cheaper to look for.
_STEMS = (
    *("synt", "föd", "fött", "född", "täyttä", "täytti", "fylle", "fyllde", "vuotisp", "vuotiss"),
    *("born", "birthd", "bday", "b-day", "turns", "turned"),
)
_BORN_AFTER = re.compile(
    r"\s{1,2}(?:on\s|är\s)?(?:hänen\s)?(?:syntyn(?:yt|een|yttä|eelle|eellä)|född|fött|syntymäpäiv|vuotispäiv)"
)
_LINK = re.compile(r"[\s.:(,]{0,4}(?:[\w-]{1,20}[\s:(]{1,2}){0,3}")
_OTHER_DAY = re.compile(
    r"kokou|palaver|tapaami|neuvottel|määräai|päätö|juhl|möte|meeting|klo\b|kello|hetkellä|vaihtel|"
    r"keskim|promil|prosent"
)
_CLOCK = re.compile(r"\s(?:klo|kl|kello)\b")
_WORD = re.compile(r"[^\W\d_]+")
_PRONOUNS = frozenset(
    (
        "hän",
        "hänet",
        "he",
        "minä",
        "se",
        "joka",
        "jotka",
        "han",
        "hon",
        "jag",
        "she",
        "i",
        "who",
        "som",
    )
)


def find_birthdays(
    plain: PlainText, taken: tuple[tuple[int, int], ...]
) -> Iterator[tuple[int, int]]:
    """Yield days of birth without a year that do not overlap the passages `taken` in order."""
    lower = plain.lower
    if not any(stem in lower for stem in _STEMS):
        return
    days = [match.end() for match in _DAY_OF_BIRTH.finditer(lower)]
    births = [(match.end(), match.start()) for match in _BORN.finditer(lower)]
    if not (days or births):
        return
    judged = 0
    covered = bytearray(len(lower))
    for start, end in taken:
        covered[start:end] = b"\x01" * (end - start)
    patterns = (_IN_FIGURES, _WITH_MONTH) if HAS_MONTH.search(lower) else (_IN_FIGURES,)
    for pattern in patterns:
        for match in pattern.finditer(lower):
            start, end = match.span()
            if any(covered[start:end]) or not _is_day(match):
                continue
            judged += 1
            if _is_birthday(lower, start, end, days, births, sure=judged > _MOST_JUDGED):
                yield start, end


def _is_day(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    day = groups["day"] or groups["last_day"]
    return is_day_of_month(day, groups.get("month") or "1")


def _is_birthday(
    lower: str, start: int, end: int, days: list[int], births: list[tuple[int, int]], *, sure: bool
) -> bool:
    if _CLOCK.match(lower, end):
        return False
    day = days[bisect.bisect_right(days, start) - 1 :][:1]
    if day and _links(lower, day[0], start):
        first = max(0, day[0] - _SUBJECT_LENGTH)
        return sure or not BORN_THING.search(lower, first, end + _AFTER_LENGTH)
    born = births[bisect.bisect_right(births, (start, start)) - 1 :][:1]
    if born and _links(lower, born[0][0], start):
        return sure or _tells_of_person(lower, born[0][1], end)
    after = _BORN_AFTER.match(lower, end)
    return after is not None and not BORN_THING.search(lower, max(0, start - 30), after.end())


def _links(lower: str, word_end: int, start: int) -> bool:
    """Tell whether only a few words that name no other day stand between."""
    if not 0 <= start - word_end <= _BEFORE_LENGTH:
        return False
    between = lower[word_end:start]
    return _LINK.fullmatch(between) is not None and not _OTHER_DAY.search(between)


def _tells_of_person(lower: str, born: int, end: int) -> bool:
    first = max(0, born - _SUBJECT_LENGTH)
    if BORN_THING.search(lower, first, end + _AFTER_LENGTH):
        return False
    near = _WORD.findall(lower, first, min(end + _AFTER_LENGTH, len(lower)))
    return any(word in _PRONOUNS or case_of_person(word) for word in near) or born < 3
