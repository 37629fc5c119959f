"""Full dates written in free text: in figures, or with a Finnish, Swedish or English month."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.privacy.plain_text import PlainText

_YEAR = r"(?:18|19|20)[0-9]{2}"
_YEAR_WORD = r"(?:v\.?|vuonna|vuoden|vuosi|år|in|of)"
_MONTHS_FI = "tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu"
MONTH = (
    rf"(?:(?:{_MONTHS_FI})(?:\s?kuu?(?:n|ta|ssa)?|k\b\.?|(?=[\s.]))"
    r"|(?:jan(?:uari|uary)?|feb(?:r|ruari|ruary)?|mar(?:s|ch)?|apr(?:il)?|ma[jy]|june?|juni|july?|juli|"
    r"aug(?:usti|ust)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?)"
)
_ORDINAL = (
    r"(?:ensimmäi|toi|kolma|neljä|viide|kuude|seitsemä|kahdek|kahde|yhdek|yhde|kymmene|"
    r"först|andr|tredj|fjärd|femt|sjätt|sjund|ått|nio|tio|elft|tolf|tolv|trett|fjort|sext|sjutt|art|"
    r"nitt|tjugo|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleven|twel|thirt|"
    r"fourt|fift|sixt|sevent|eight|ninet|twent)[a-zåäö-]{0,28}"
)
_DAY = rf"(?:[0-3]?[0-9](?!\d)|\b{_ORDINAL})"
_NAMED_YEAR = (
    rf"(?:[\s,.]{{0,3}}(?:{_YEAR_WORD}\s{{0,2}})?(?P<year>{_YEAR})(?!\d)"
    r"|[\s,.]{0,3}(?P<short>['-]\s?[0-9]{2})(?!\d)"
    r"|\s(?P<loose>[0-9]{2})(?![\d.:%,]))"
)

_FIGURES = re.compile(
    rf"""(?=[0-9])(?<![0-9])(?<![0-9][.,/])
    (?P<day>[0-3]?[0-9])
    (?: \s{{0,2}}[./]\s{{0,2}} (?P<month>[0-3]?[0-9])
        (?: \s{{0,2}}[./]?\s{{0,2}} (?:[-'(]|\b{_YEAR_WORD}\s)?\s{{0,2}} (?P<year>{_YEAR})
          | \s{{0,2}}[./]?\s{{0,2}} (?P<short>['-]\s{{0,2}}[0-9]{{2}}|(?<=[./])[0-9]{{2}})
          | [./]\s{{1,2}} (?P<loose>[0-9]{{2}}) )
      | \s{{0,2}}-\s{{0,2}} (?P<dash_month>[0-3]?[0-9]) \s{{0,2}}-\s{{0,2}}
        (?: (?P<dash_year>{_YEAR}) | (?P<dash_loose>[0-9]{{2}}) )
      | [\s,_]{{1,2}} (?P<space_month>[0-3]?[0-9]) [\s,_]{{1,2}}
        (?: (?P<space_year>{_YEAR}) | (?P<space_short>[0-9]{{2}}) )
    ) (?![0-9]) (?![.,/][0-9])""",
    re.VERBOSE,
)
_ISO = re.compile(
    rf"(?=[12])(?<![0-9])(?P<year>{_YEAR})\s?(?P<mark>[-./])\s?(?P<month>[01]?[0-9])\s?(?P=mark)\s?"
    r"(?P<day>[0-3]?[0-9])(?![0-9])"
)
_COMPACT = re.compile(
    r"(?=[0-9])(?<![0-9])(?<![0-9][.,/-])(?:(?P<day>[0-3][0-9])(?P<month>[01][0-9])"
    rf"(?:(?P<year>{_YEAR})|(?P<loose>[0-9]{{2}}))"
    rf"|(?P<first_year>{_YEAR})(?P<second_month>[01][0-9])(?P<third_day>[0-3][0-9]))"
    r"(?![0-9])(?![.,/][0-9])"
)
HAS_MONTH = re.compile(rf"\b{MONTH}")
_DAY_FIRST = re.compile(
    rf"(?<![0-9])(?P<day>{_DAY})\s?[.:]?(?:e|a|st|nd|rd|th|s|nde|des)?\s{{0,2}}"
    rf"(?:(?:päivä\w{{0,4}}|p:nä|of|dagen|dag|i)\s)?(?P<month>{MONTH}){_NAMED_YEAR}"
)
_MONTH_FIRST = re.compile(
    rf"(?<![a-zåäö])(?P<month>{MONTH})\s{{0,2}}(?:the\s)?(?P<day>{_DAY})\s?[.:]?(?:st|nd|rd|th)?"
    rf"(?:\s?(?:päivä\w{{0,4}}|pv|p:nä|p\.))?{_NAMED_YEAR}"
)
# "21.XI.1940", "3. v. 1962"
_ROMAN = re.compile(
    r"(?=[0-9])(?<![0-9.])(?P<day>[0-3]?[0-9])\s?[./]\s?(?P<month>x?i{1,3}|i?[vx]|vi{1,3})\s?[./]\s?"
    rf"(?P<year>{_YEAR}|[0-9]{{2}})(?![0-9])"
)
_WHOLE_YEAR = re.compile(rf"(?=[12])(?<![\w.,/-]){_YEAR}(?![0-9])")
# "vappuna 1936", "jouluaattona vuonna 2018", "julafton 1959", "Christmas Eve, 1950"
_HOLIDAY_WORDS = (
    "vappuna vapunpäivänä vapunaattona vappu vapunpäivä jouluaattona joulupäivänä jouluna "
    "jouluyönä jouluaatto tapaninpäivänä tapanina juhannuksena juhannusaattona "
    "juhannuspäivänä juhannus itsenäisyyspäivänä loppiaisena uudenvuodenpäivänä "
    "uudenvuodenaattona uudenvuodenyönä uutenavuotena pääsiäisenä pääsiäispäivänä "
    "pääsiäisyönä pitkäperjantaina helatorstaina helluntaina pyhäinpäivänä äitienpäivänä "
    "isänpäivänä ystävänpäivänä naistenpäivänä aprillipäivänä karkauspäivänä "
    "lucianpäivänä halloweenina laskiaisena mikkelinpäivänä nuutinpäivänä "
    "runeberginpäivänä palmusunnuntaina julafton juldagen annandagen nyårsafton "
    "nyårsdagen nyårsnatten midsommar midsommarafton midsommardagen valborg "
    "valborgsmässoafton lucia luciadagen påskdagen påskafton trettondagen "
    "självständighetsdagen skottdagen pingstdagen christmas midsummer easter"
)
_HOLIDAYS = frozenset(_HOLIDAY_WORDS.split()) | {
    ("första", "maj"), ("hjärtans", "dag"), ("mors", "dag"), ("fars", "dag"),
    ("christmas", "eve"), ("christmas", "day"), ("year's", "eve"), ("year's", "day"),
    ("boxing", "day"), ("midsummer", "eve"), ("midsummer", "day"), ("may", "day"),
    ("easter", "sunday"), ("valentine's", "day"), ("independence", "day"), ("leap", "day"),
}  # fmt: skip
_HOLIDAY_LENGTH = 40
_YEAR_FIRST = re.compile(
    rf"(?=[12])(?<![0-9])(?P<year>{_YEAR})[\s,]{{1,2}}(?:(?:den\s)?[0-3]?[0-9]\s?\.?\s?{MONTH}"
    rf"|{MONTH}\s[0-3]?[0-9](?![0-9]))"
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A full date in the plain text.

    A loose one is a date only beside a word that says so ("synt. 030519", "vappuna 1936"); eight
    figures together are loose too, but still nothing else, such as a telephone number.
    """

    start: int
    end: int
    year: int
    loose: bool
    eight_figures: bool = False

    @property
    def surely_date(self) -> bool:
        """Tell whether the passage could not be anything else."""
        return not self.loose or self.eight_figures


def find_dates(plain: PlainText, *, today: datetime.date) -> tuple[WrittenDate, ...]:
    """Return the full dates in order of their start; different readings may overlap."""
    lower = plain.lower
    found = [*_figures(lower, today), *_iso(lower), *_compact(lower, today)]
    found.extend(
        WrittenDate(*match.span(), _year(match["year"], today), loose=False)
        for match in _ROMAN.finditer(lower)
        if is_day_of_month(match["day"], "1")
    )
    found.extend(_holidays(lower))
    if HAS_MONTH.search(lower):
        for pattern in (_DAY_FIRST, _MONTH_FIRST):
            for match in pattern.finditer(lower):
                short = match["year"] or match["short"] or match["loose"]
                year = _year(short, today)
                found.append(WrittenDate(*match.span(), year, loose=bool(match["loose"])))
        found.extend(
            WrittenDate(*match.span(), int(match["year"]), loose=False)
            for match in _YEAR_FIRST.finditer(lower)
        )
    return tuple(sorted(found, key=lambda date: (date.start, -date.end)))


def _figures(lower: str, today: datetime.date) -> Iterator[WrittenDate]:
    for match in _FIGURES.finditer(lower):
        month = match["month"] or match["dash_month"] or match["space_month"]
        year = match["year"] or match["short"] or match["dash_year"]
        loose = match["loose"] or match["dash_loose"] or match["space_year"] or match["space_short"]
        if is_day_of_month(match["day"], month) or is_day_of_month(month, match["day"]):
            yield WrittenDate(*match.span(), _year(year or loose, today), loose=not year)


def _iso(lower: str) -> Iterator[WrittenDate]:
    for match in _ISO.finditer(lower):
        if is_day_of_month(match["day"], match["month"]):
            yield WrittenDate(*match.span(), int(match["year"]), loose=False)


def _compact(lower: str, today: datetime.date) -> Iterator[WrittenDate]:
    for match in _COMPACT.finditer(lower):
        day = match["day"] or match["third_day"]
        month = match["month"] or match["second_month"]
        if is_day_of_month(day, month):
            year = match["year"] or match["first_year"] or match["loose"]
            eight = not match["loose"]
            yield WrittenDate(*match.span(), _year(year, today), loose=True, eight_figures=eight)


def _holidays(lower: str) -> Iterator[WrittenDate]:
    for match in _WHOLE_YEAR.finditer(lower):
        first = max(0, match.start() - _HOLIDAY_LENGTH)
        words = lower[first : match.start()].replace(",", " ").split()[-3:]
        if words[-1:] and words[-1] in ("vuonna", "år", "v.", "in"):
            words.pop()
        start = lower.find(words[-1], first) if words else -1
        if words and (words[-1] in _HOLIDAYS or tuple(words[-2:]) in _HOLIDAYS):
            yield WrittenDate(start, match.end(), int(match[0]), loose=True)


def is_day_of_month(day: str, month: str) -> bool:
    """Tell whether the figures could be a day and a month."""
    # 30 February is a mistyped day, but still someone's.
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _year(text: str, today: datetime.date) -> int:
    digits = text.strip(" '-\t\n\r")
    if len(digits) == 4:
        return int(digits)
    # Plans reach a few years ahead; nobody is born there.
    return 2000 + int(digits) if int(digits) <= today.year % 100 + 5 else 1900 + int(digits)
