"""Finnish personal identity codes in free text, by their shape: DDMMYY C ZZZ Q.

A mistyped code is still someone's, so the check character only tells how sure one can be. The
shape and the signs of the century: https://dvv.fi/en/personal-identity-code
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.privacy.plain_text import PlainText

_CHECK_CHARACTERS = "0123456789abcdefhjklmnprstuvwxy"
_CENTURIES = {"+": 1800} | dict.fromkeys("-uvwxy", 1900) | dict.fromkeys("abcdef", 2000)
_SPOKEN_SIGNS = {"viiva": "-", "miinus": "-", "streck": "-", "plus": "+"}

# Every quantifier is bounded and what may follow it begins with another class of characters, so
# that hostile text costs a constant number of steps per character.
_SHAPE = re.compile(
    r"""(?=[0-9]) (?<![0-9])
    (?:
      (?P<day>[0-3]\s{0,2}[0-9]) [\s./-]{0,3} (?P<month>[01]\s{0,2}[0-9]) [\s./-]{0,3}
      (?P<year>(?:(?:1\s{0,2}[89]|2\s{0,2}0)\s{0,2})?[0-9]\s{0,2}[0-9])
    | (?P<short_day>[0-3]?[0-9]) \s{0,2}[./]\s{0,2} (?P<short_month>[01]?[0-9]) \s{0,2}[./]\s{0,2}
      (?P<short_year>(?:1[89]|20)?[0-9]{2})
    )
    (?P<before>\s{0,3})
    (?P<sign>[-+]{1,2}|[a-fu-y]|[_/.*=~:]|viiva|miinus|streck|plus)?
    (?P<after>\s{0,3})
    (?P<number>[0-9]\s{0,2}[0-9]\s{0,2}[0-9])
    (?: (?P<gap>[\s-]{0,2}) (?P<check>[0-9a-zåäö]) (?![0-9]) | (?![0-9]) )""",
    re.VERBOSE,
)
_NAMED = re.compile(
    r"hetu|henk(?:ilö|\.)?\s?-?tun|hlö-?tun|hlötun|sotu|sosiaaliturvatun|personbet|personnummer|"
    r"personsign|socialskydd|identity (?:code|number)|id[ -]code|social security"
)
# Whose code it is may be said with less: "asiakkaan tunnus 0208719291"; but not "Y-tunnus".
_TUNNUS = re.compile(r"(?<![\w-])tunnu(?:s|ksen|ksella|ksesta|kseksi|ksena)\b")
_NAMED_AFTER = re.compile(r"\W{1,3}(?:\w+\W{1,3}){0,3}(?:hetu|henkilötun|sotu|personbet)")
# Cut or masked at the end, right after the word for a code: "hetu 050379-92", "hetu 050379-xxxx"
_CUT = re.compile(
    r"\b(?:hetu\w{0,4}|henk(?:ilö|\.)?\s?-?tun\w*|hlö-?tun\w*|sotu\w{0,3}|"
    r"personbet\w*|id[ -]code|identity code)"
    r"\W{0,3}(?:(?:on|oli|är|is|alkaa|alkuosa)\W{1,2})?(?P<code>[0-3][0-9][01][0-9][0-9]{2}[-+a-fu-y]"
    r"(?:[0-9]{1,2}(?![0-9a-zåäö])|[0-9]{0,3}[x*?_#•.]{2,5}(?!\w)|[0-9]{3}[?*_]))"
)
# "l20568-916V", "O10190-93lK": letters that look like figures
_LOOKALIKES = str.maketrans("lios", "1105")
_MISREAD = re.compile(
    r"(?<![\w-])(?=[0-9lios]{0,5}[lios]|[0-9]{6}[-+a-f][0-9]{0,2}[lios])"
    r"(?=(?:[^0-9\s]{0,6}[0-9]){4})(?P<code>[0-9lios]{6}[-+a-fu-y]?[0-9lios]{3}[0-9a-y])(?!\w)"
)
_OTHER_NUMBER = re.compile(
    r"\b(?:dnro|diaari\w*|asianro|asia(?:n|numero)?|lasku\w*|viite\w*|tilau\w*|tili(?:n\w*)?|kustannusp\w*|ärende\w*|"
    r"projekti\w*|faktura\w*|referens\w*|sarjan\w*|versio\w*)\W{0,3}$"
)
_REGISTER_MARK = re.compile(r"\b[A-ZÅÄÖ]{2,6}[ /-]{1,2}$")
_AMOUNT = re.compile(r"\s{0,2}(?:€|%|euro|eur\b|e\b|kpl|hlö|henk|asiak|kr\b|st\b)")
_THOUSANDS = re.compile(r"[0-9]{3}\s[0-9]{3}")
_EVEN_SPACES = re.compile(r"\d\d[./]? \d\d[./]? \d\d(?:\d\d)?|(?:\d ){5}\d")
_MOBILE = re.compile(r"04|050")
_ENOUGH_FIGURES = re.compile(r"(?:[0-9][^0-9]{0,6}){4}")
_PHONE_WORD = re.compile(
    r"puh|gsm|\btel|numero|soit|känny|mobi|\bring|nummer|tavo|phone|call|tekst"
)
_CONTEXT_LENGTH = 45


@dataclass(frozen=True, slots=True)
class CodePassage:
    """A passage of the plain text that has the shape of a code; certain if the check is right."""

    start: int
    end: int
    certain: bool


def find_identity_codes(plain: PlainText, *, today: datetime.date) -> Iterator[CodePassage]:
    """Yield the passages shaped like personal identity codes; the mistyped ones come first."""
    lower = plain.lower
    if not _ENOUGH_FIGURES.search(lower):
        return
    named = _NAMED.search(lower) is not None or _TUNNUS.search(lower) is not None
    yield from _misread(plain, today, named=named)
    if named:
        yield from (CodePassage(*cut.span("code"), False) for cut in _CUT.finditer(lower))
    position = 0
    while match := _SHAPE.search(lower, position):
        # Rows of figures with no sign are the commonest shape, and no code unless called one.
        plausible = match["sign"] or named or (match["check"] or "0").isalpha()
        passage = _judge(match, plain, today) if plausible else None
        # What is not a code may hold the beginning of one: "2 131052-308T".
        position = passage.end if passage else match.start() + 1
        if passage:
            yield passage


def _misread(plain: PlainText, today: datetime.date, *, named: bool) -> Iterator[CodePassage]:
    """Yield codes of which a figure was typed or read as a letter that looks like it."""
    for match in _MISREAD.finditer(plain.lower):
        code = match["code"]
        digits = code[:6].translate(_LOOKALIKES)
        sign = "" if len(code) == 10 else code[6]
        letters = sum(map(str.isalpha, code[:6] + code[-4:-1]))
        first = max(0, match.start() - _CONTEXT_LENGTH)
        called = named and _NAMED.search(plain.lower, first, match.end())
        if (called or (sign and letters <= 3)) and _is_date(
            digits[:2], digits[2:4], digits[4:], sign, today
        ):
            yield CodePassage(match.start(), match.end(), False)


def _judge(match: re.Match[str], plain: PlainText, today: datetime.date) -> CodePassage | None:
    lower = plain.lower
    date_text = lower[match.start() : match.start("before")]
    day = _digits(match["day"] or match["short_day"]).zfill(2)
    month = _digits(match["month"] or match["short_month"]).zfill(2)
    year = _digits(match["year"] or match["short_year"])
    number = _digits(match["number"])
    sign = _SPOKEN_SIGNS.get(match["sign"] or "", (match["sign"] or "")[:1])
    check = match["check"] or ""
    end = match.end()
    if match["gap"] and lower[end : end + 1].isalnum():
        check = ""  # the beginning of the next word
    if not check:
        end = match.end("number")

    real_date = _is_date(day, month, year, sign, today)
    certain = (
        bool(check)
        and real_date
        and _CHECK_CHARACTERS[int(day + month + year[-2:] + number) % 31] == check
    )
    passage = CodePassage(match.start(), end, certain)
    before = lower[max(0, passage.start - _CONTEXT_LENGTH) : passage.start]
    if _NAMED.search(before):
        return passage if check or (sign and real_date) else None
    if real_date and check and not sign and not match["gap"] and not _MOBILE.match(date_text):
        near = before.rpartition("\n")[2]
        if (_TUNNUS.search(near) and not _PHONE_WORD.search(near)) or _NAMED_AFTER.match(
            lower, end
        ):
            return passage
    if not real_date and not (check.isalpha() and sign in _CENTURIES and not match["gap"]):
        return None
    if sign not in _CENTURIES:
        return passage if check.isalpha() and (certain or sign) else None

    spaced = bool(match["before"] or match["after"])
    if not check:
        whole = not spaced and number == match["number"] and " " not in date_text
        other = (
            _OTHER_NUMBER.search(before)
            or _REGISTER_MARK.search(plain.text[max(0, passage.start - 9) : passage.start])
            or _AMOUNT.match(lower, end)
        )
        return passage if whole and not other else None
    if check.isalpha():
        return None if _is_remark(match, sign, year, certain, today) else passage

    in_thousands = bool(_THOUSANDS.fullmatch(date_text))
    if in_thousands and _MOBILE.match(date_text):
        return None  # 040 123-4567
    if certain:
        return passage
    continues = number != match["number"] and lower[end : end + 3].strip()[:1].isdigit()
    like_phone = sign == "-" and _MOBILE.match(date_text) and _PHONE_WORD.search(before)
    odd_spaces = " " in date_text and not _EVEN_SPACES.fullmatch(date_text)
    after_date = "." in date_text and sign == "-"
    period = after_date and number[:2] in ("19", "20")  # 1.1.2008–2010
    time_of_day = after_date and spaced and _is_recent(year, today)  # 13.10.26 – 1230
    if in_thousands or continues or like_phone or odd_spaces or period or time_of_day:
        return None
    return passage


def _is_remark(
    match: re.Match[str], sign: str, year: str, certain: bool, today: datetime.date
) -> bool:
    """Tell whether this is a day, a dash and an amount: "13.10.2026 – 100 h"."""
    apart = bool(match["gap"]) and bool(match["before"] or match["after"])
    dotted = "." in match[0] and sign == "-"
    return apart and dotted and not certain and _is_recent(year, today)


def _is_recent(year: str, today: datetime.date) -> bool:
    full_year = int(year) if len(year) == 4 else 2000 + int(year)
    return today.year - 4 <= full_year <= today.year + 2


def _is_date(day: str, month: str, year: str, sign: str, today: datetime.date) -> bool:
    century = _CENTURIES.get(sign, 1900 if int(year[-2:]) > today.year % 100 else 2000)
    full_year = int(year) if len(year) == 4 else century + int(year)
    try:
        datetime.date(full_year, int(month), int(day))
    except ValueError:
        return False
    return True


def _digits(text: str) -> str:
    return "".join(text.split())
