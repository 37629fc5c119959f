"""What makes an old date that of a law, a decision, a building or a period, not of a birth."""

from __future__ import annotations

import bisect
import functools
import re

from dialogs.privacy.dates import WrittenDate
from dialogs.privacy.plain_text import PlainText

_BEFORE_LENGTH = 32

# Two further words may stand between: "lagen av den 3 augusti 1992", "ohje, joka on 3.4.2005".
_DOCUMENT = (
    r"lag(?:en|ar|arna)?|förordning\w*|anvisning\w*|direktiiv\w*|direktiv\w*|opas|oppaan|suositu\w*|"
    r"rekommendation\w*|määräy\w*|föreskrift\w*|utredning\w*|muistio\w*|pöytäkir\w*|protokoll\w*|"
    r"tiedo(?:te|tteen)|lausun\w*|utlåtand\w*|act|decree|beslut\w*|guideline\w*|instruction\w*|"
    r"circular|kiertokirj\w*|cirkulär\w*|mietint\w*|julisty\w*|konventio\w*|strategia\w*|tilinpäät\w*|"
    # also at the end of a compound: "vammaispalvelulaki", "loppuraportti", "hallintosääntö"
    r"\w*(?:(?:laki|lain|laissa|ohje(?:en|et|ita|istus|istuksen|ssa|kirje\w*)?)\b|"
    r"(?:asetu|rapp?or|report|selvity|suunnitel|kertomu|sään[tn]ö)\w*)"
)
_EVENT = (
    r"voimaan|annet\w*|perustet\w*|lähtien|alkaen|päätö\w*|päätet\w*|kokou\w*|sopimu\w*|tilanne|"
    r"tilasto\w*|voimassa|hyväksyt\w*|hyväksyi|julkaist\w*|versio|kohta|kohdassa|luku|luvussa|"
    r"kappale|osio|taulukko|kuva|kraft|möte\w*|sedan|grunda\w*|avtal\w*|avsnitt|punkt|"
    r"version|section|pykälä|avatt\w*|avautu\w*|valmistu\w*|muutet\w*|päivätty|päivätyn|daterad|"
    r"antama\w*|antoi|alkoi\w*|aloit\w*|päätty\w*|istun\w*|väestö\w*|inled\w*|started|opened|"
    r"byggd\w*|öppna\w*|rakennet\w*|remonto\w*|uusit\w*|uudistet\w*|päivitet\w*|allekirj\w*|"
    r"kilpailut\w*|käyttöön|päätti|päättivät|valtioneuv\w*|liittyi\w*|vihitt\w*|itsenäisty\w*|ministeriö\w*|ministeriet\w*|eduskun\w*|valtuusto\w*|"
    r"lautakun\w*|signed|adopted|issued|updated|given|skriven|skrevs|gjord\w*|gjordes|\w*dag|"
    r"itsenäisyyspäiv\w*|sota|kriget|alkamispäivä|perustamispäivä|päiväy\w*|päivämäärä\w*\sluki"
)
# Both at once, so that a text is gone through only once however many dates it has.
_WORDS = re.compile(rf"\b(?:(?P<document>{_DOCUMENT})|(?P<event>{_EVENT}))\b")
_AFTER_DOCUMENT = re.compile(r"\W{1,3}(?:\w+\W{1,2}){0,2}")
_AFTER_EVENT = re.compile(r"\W{1,3}(?:\w+\W{1,2})?")
# Something was done on the day: "on tehty 13.4.2005", "sopimus on yhdessä allekirjoitettu 5.5.2003"
_DONE = ("ttu", "tty", "tu", "ty", "nut", "nyt", "dd", "ts", "ed", "gjort", "givits")
_DONE_ALONE = ("tiin", "tehty", "laadittu", "kirjattu", "saatu", "päivitetty", "allekirjoitettu")
_AUXILIARY = frozenset(
    ("on", "oli", "ovat", "olivat", "ole", "ollut", "är", "var", "has", "was", "blev", "is")
)
# Of who gave it: "(STM 10.6.1991)"; as written, for "om" and "he" are words too.
_AUTHORITY_NAMES = (
    "STM SHM THL OKM UKM OPH VM SM OM YM TEM LVM VN VNa VNA VNK HE KHO HFD KKO EOA EOAK "
    "AOK AVI RFV LVV Valvira Fimea Kela KELA FPA DVV Kuntaliitto Kommunförbundet YK FN EU "
    "UN WHO EIT STMp Stakes STAKES Sosiaalihallitus Lääkintöhallitus Finlex SopS FördrS"
)
_AUTHORITIES = frozenset(_AUTHORITY_NAMES.split())
_AFTER = re.compile(
    r"\W{0,3}(?:\w+\s){0,2}(?:voimaan|voimassa|alkaen|lähtien|asti|saakka|mennessä|annett\w*|annetu\w*|"
    r"perustet\w*|käyttöön|päivät\w*|tehty\w*|tehdy\w*|hyväksyt\w*|julkaist\w*|kokou\w*|laki|lain|"
    r"asetu\w*|trädde|trätt|träder|framåt|given|givna|ikraft|kraft|daterad\w*|laadit\w*|"
    r"sopimu\w*|avatt\w*|avautu\w*|päätö\w*|päätet\w*|tilanne\w*|tilasto\w*|alkan\w*|alkoi\w*|"
    r"inled\w*|dated|onwards|ohje\w*|rapor\w*|pöytäkir\w*|muistio\w*|suositu\w*|perus(?:taa|ti)\w*|"
    r"rakennet\w*|vihit\w*|remonto\w*|allekirj\w*|anvisning\w*|issued|signed|julkistet\w*)\b"
)
_RANGE_AFTER = re.compile(r"\s?-\s?[0-3]?[0-9][./]")
_RANGE_BEFORE = re.compile(r"[0-9][./]?\s?-\s?$")


class FormalWords:
    """Where in a text formal words stand, looked for once and only if a date needs it."""

    def __init__(self, plain: PlainText) -> None:
        self._plain = plain

    @functools.cached_property
    def _words(self) -> list[tuple[int, bool]]:
        return [
            (match.end(), match["document"] is not None)
            for match in _WORDS.finditer(self._plain.lower)
        ]

    def speak_of(self, date: WrittenDate, first: int, last: int) -> bool:
        """Tell whether the words between the offsets make the date that of something formal."""
        before, after = self._plain.lower[first : date.start], self._plain.lower[date.end : last]
        if _RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before[-5:]):
            return True
        # Of a date alone in brackets only the very word before it can say that it is formal.
        alone = before.endswith("(") and after.startswith(")")
        if self._stand_before(date, max(first, date.start - _BEFORE_LENGTH), alone=alone):
            return True
        words = self._plain.text[first : date.start].rstrip(" ,/(\n").split()[-3:]
        if words and words[-1].lstrip("(").partition(":")[0] in _AUTHORITIES:
            return True
        return _was_done(words, before) or (not alone and self.follow(date.end, last))

    def follow(self, position: int, last: int) -> bool:
        """Tell whether the words after a date do so: "… voimaan tullut", "… alkaen"."""
        return _AFTER.match(self._plain.lower, position, last) is not None

    def _stand_before(self, date: WrittenDate, first: int, *, alone: bool) -> bool:
        nearest = self._words[bisect.bisect_left(self._words, (date.start, False)) - 1 :][:1]
        if not nearest or not first <= nearest[0][0] <= date.start:
            return False
        end, document = nearest[0]
        if alone:
            return not any(map(str.isalnum, self._plain.lower[end : date.start]))
        between = _AFTER_DOCUMENT if document else _AFTER_EVENT
        return between.fullmatch(self._plain.lower, end, date.start) is not None


def _was_done(words: list[str], before: str) -> bool:
    if not words or before[-1:] != " ":
        return False
    verb = words[-1].lower()
    if verb.endswith(_DONE_ALONE):
        return True
    return verb.endswith(_DONE) and any(word.lower() in _AUXILIARY for word in words[:-1])
