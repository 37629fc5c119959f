"""Telephone numbers in free text.

Numbers that cannot be a client's pass: the short public ones (112, 116 117), the numbers of
organisations that the whole country shares (010, 020, 029, 030, 0600, 0700, 0800 …), unless they
are said to be somebody's own, and a few national crisis lines. Areas and prefixes: Traficom's
regulation 32 on numbering.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from dialogs.privacy.plain_text import PlainText

_GAP = r"[ \t()./_-]{0,3}"
_END = r"(?![0-9])(?!,[0-9])"
_START = r"(?<![\w+])(?<![0-9][.,/:-])"
_OWN_SHAPES = re.compile(
    r"(?=[+(03o])(?:"
    # +358 40 123 4567, 00358…, +358 (0)40…, 358 40…
    rf"(?:\+\s?|(?<!\w)00\s?|(?<![\w+])(?<![0-9][.,/: -]))3 ?5 ?8(?:{_GAP}[0-9]){{6,12}}{_END}"
    # 040…, 050…, also with the letter O
    rf"|(?:{_START}\(?[0o]|(?<=[a-zåäö])0)[45][0-9o](?:{_GAP}[0-9]){{5,8}}{_END}"
    # 02, 03, 05, 06, 08, 09 and 013–019
    rf"|{_START}\(?0(?:[2356789]|1[3-9])(?:{_GAP}[0-9]){{6,9}}{_END}"
    # commas between: "040,771,0712", "044, 771 0712"
    rf"|{_START}0[45][0-9]{{1,2}},\s?[0-9]{{2,4}}(?:[, ]\s?[0-9]{{2,4}}){{1,2}}{_END}"
    # figure by figure
    rf"|{_START}0(?:[ ./,-]{{1,2}}[0-9]){{7,10}}{_END})"
)
_ABROAD = re.compile(rf"(?:\+\s?|(?<![\w.,/:-])00\s?)[1-9](?:{_GAP}[0-9]){{6,13}}(?![0-9])")
_SAID = re.compile(
    r"\b(?:puh|puhelin|puhelime\w*|puhelinn\w*|puhnro|puh\.?nro|gsm|tel|telefon\w*|tfn|mobil\w*|mob|"
    r"lanka\w*|luuri\w*|prepaid\w*|liittymä\w*|"
    r"(?:koti|oma|työ|omais|turva|mökki|naapuri|kaveri|vara|hätä|yö|päivä|äiti|isä)"
    r"(?:puhel\w+|numero\w*|känny\w*)|"
    r"(?:hem|mobil|arbets|privat|hand|jobb|mormors|grann)(?:telefon\w*|num(?:me)?r\w*)|"
    r"landline|mobile|fast telefon|"
    r"matkapuh\w*|känny\w*|kännykkä\w*|whats-?app\w*|wa|p|phone|cell|number|numeroon|numerosta|numeroa|"
    r"numerossa|numerolla|numerolta|numeroni|numeronsa|numero|nro|n:o|nummer|numret|nr|tekstiviesti\w*|"
    r"tekstari\w*|viesti\w*|soit[aetf]\w*|soitto\w*|ring|ringa|ringer|ringde|call|called|text|sms|"
    r"tavoittaa|tavoitta\w*|saa kiinni|nås|kontakt|yhteys|yhteyttä|vastaa\w*)"
    r"(?P<link>[.:,;]{0,2}\s{0,2}(?:(?:on|oli|is|är|var|no|nro|nr|numero\w{0,4}|nummer|numret|to|till|på|"
    r"perheelle|hänelle|äidille|isälle|asiakkaalle|myös|vaikka|henne|honom|at|via|esim|kotiin|töihin|"
    r"her|him)[.:]?\s{1,2}){0,3}[(\"']?)"
    rf"(?P<number>\+?[0-9](?:{_GAP}[0-9]){{5,12}})(?![0-9])(?![.,][0-9])"
)
_OTHER_KIND = re.compile(
    r"\b(?:lasku|viite|tili(?:n|nro)?\b|asia(?:n|nro|numero)?\b|diaari|päätö|hakemu|hank|sopimu|tilau|jono|lomak|rekister|kortti|kortin|"
    r"ilmoitu|raport|vero|y-tunnu|projekt|ärende|faktura|konto|indika|kustannu|inventaa|sarja|referens|"
    r"tunniste|postinumero|dnro|(?:id|oid|ovt|rf|iban|bic)\b|tilinum|asianum|vakuutu|saldo|koodi|pysäk|linja|huone|isbn|issn|malli)"
    r"\w*[.:]?\s{0,2}(?:(?:numero|nro|nr|nummer|on|är|n:o)\w{0,4}[.:]?\s{0,2}){0,2}$"
)
_AMOUNT_AFTER = re.compile(
    r"\s{0,2}(?:€|%|e\b|eur|kr\b|asia|kpl|kert|henk|hlö|puhel[ui]|soitto|kunta|vuot|perh|laps|ihmis|"
    r"kävijä|käynti|klient|person|samtal|gång|customer|client|call|people|times|viesti|yhteyden|tunti|"
    r"kilom|km\b|min\b)"
)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+")
_SERVICE = re.compile(r"(?:010|020|029|030|0600|0606|0700|0800|071[^0-9]|073|075|11[0-9])")
_CRISIS_LINES = frozenset({"0925250111", "0925250112", "0925250113", "0925250116", "080005005"})
_POST_CODES = re.compile(r"0[0-9]{4}(?: 0[0-9]{4})+")
_COUNTING = "0123456789012"
# "040 ja loppu 7710 189"
_IN_TWO = re.compile(
    r"(?<![0-9])0[45][0-9]{1,2}[\s,]{1,3}(?:ja\s|och\s|and\s|sitten\s)?"
    r"(?:loppu\w*|loput|slut\w*|resten|the rest|jatko|sitten)"
    r"\W{1,3}(?:(?:on|är|is)\s)?[0-9](?:[ -]?[0-9]){5,7}(?![0-9])"
)
# Numbers of organisations are somebody's beside these words: "työpuhelimeni on 0295 771 035".
_SOMEBODYS = re.compile(
    r"(?:numero|nume|puhelime|kännyk[äk]\w{0,2}|linja|nro|gsm|suora)(?:ro)?ni\b|numeronsa\b|"
    r"\b(?:työ|oma\s?|suora\s?)(?:puhelin|puhelime\w*|numero\w*)|"
    r"\b(?:\w{2,30}(?:tekijän|valvojan|ohjaajan|hoitajan|vastaavan|käsittelijän|ojaajan|kuraattorin|"
    r"terapeutin|psykologin|lääkärin|tulkin|päällikön|johtajan|esihenkilön)|ohjaajan|hoitajan|johtajan|"
    r"tulkin|äidin|isän|asiakkaan|omaisen|naapurin|hänen)\s(?:\w{2,20}\s)?(?:numero\w*|puhelin\w*|"
    r"puhelime\w*|puh\b|nro|gsm|suora\w*|känny\w*)|"
    r"\b(?:mitt|min|hans|hennes|my|his|her|\w{2,20}(?:ens|arens|'s))\s(?:\w{2,20}\s)?"
    r"(?:nummer|telefon\w*|arbetstelefon|number|phone|direct)\b"
)
_OFFICE = re.compile(r"vaih[dt]e|neuvonn|ohjauk|keskuks|palvelunum|päivysty")
# Dates are masked by their own finder; here is what else holds many figures and is no telephone.
_NOT_PHONES = re.compile(
    r"(?=[0-9fk])(?:\b[0-9]{1,2}[.:][0-5][0-9]\s?-\s?[0-9]{1,2}[.:][0-5][0-9](?![0-9])"
    r"|\bkl(?:o|ockan)?\.?\s?[0-9]{1,2}(?:[.:]?[0-5][0-9])?(?:\s?-\s?[0-9]{1,2}(?:[.:]?[0-5][0-9])?)?"
    r"(?![0-9])"
    r"|(?<![0-9.])[0-3]?[0-9]\.[01]?[0-9]\.(?=\s|-|$)(?:\s?-\s?[0-3]?[0-9]\.[01]?[0-9]\.(?![0-9]))?"
    r"|(?<![0-9])(?:0?[1-9]|1[0-2])[/.](?:19|20)[0-9]{2}(?![0-9])"  # 05/2026
    r"|(?<![0-9])[012][0-9][0-5][0-9]-[012][0-9][0-5][0-9](?!\s?[0-9])"  # 0800-1600
    r"|(?<![0-9])[0-9]{7}-[0-9](?![0-9])"  # business id
    r"|\bfi[0-9]{2}(?:\s?[0-9]{4}){3}\s?[0-9]{2}(?![0-9])"  # IBAN
    r"|(?<![0-9])[0-9]{1,6}/[0-9]{2}(?:\.[0-9]{2}){1,5}/[0-9]{4}"  # diary number
    r"|(?<![0-9])(?:19|20)[0-9]{2}-[0-9]{5,6}(?![0-9])"
    r"|(?<![0-9.])[0-9](?:\.[0-9]{1,6}){4,15}(?![0-9]))"  # OID, versions
)
_ENOUGH_FIGURES = re.compile(r"[0-9](?:[ \t()./_,-]{0,3}[0-9]){5}")
_DIGIT_WORD = (
    r"(?:nolla|yksi|yks|kaksi|kaks|kolme|kolkyt|neljä|viisi|viis|kuusi|kuus|seitsemän|seittemän|seiska|"
    r"kahdeksan|kasi|yhdeksän|ysi|nelonen|vitonen|ykkönen|kakkonen|kolmonen|kutonen|"
    r"neljäkymmentä|nelkyt|viisikymmentä|viiskyt|noll|ett|två|tre|fyra|fem|sex|sju|åtta|nio|"
    r"fyrtio|femtio|zero|one|two|three|four|five|six|seven|eight|nine)"
)
_SPOKEN = re.compile(rf"\b(?:nolla|noll|zero|plus)(?:[\s,-]{{1,2}}{_DIGIT_WORD}\b){{5,14}}")
_MATCHER_TRIES = 12
_OWNER_LENGTH = 48
_FULL_LENGTH = 8


def find_phones(plain: PlainText, dates: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the passages that are telephone numbers; `dates` are passages known not to be."""
    yield from (match.span() for match in _SPOKEN.finditer(plain.lower))
    yield from (match.span() for match in _IN_TWO.finditer(plain.lower))
    text = _without(plain.lower, dates)
    if not _ENOUGH_FIGURES.search(text):
        return
    text = _NOT_PHONES.sub(lambda match: "#" * len(match[0]), text)
    for shape in _OWN_SHAPES.finditer(text):
        if not _is_public(shape, 0, text) and not _is_other(shape, text):
            yield shape.span()
    for said in _SAID.finditer(text):
        if not _is_public(said, "number", text) and not _is_counted(said, text):
            yield said.span("number")
    for tries, abroad in enumerate(_ABROAD.finditer(text)):
        # Past the first ones the library's time is not worth it: the text is stopped anyway.
        possible = tries >= _MATCHER_TRIES or _is_possible_abroad(abroad[0])
        counted = _AMOUNT_AFTER.match(text, abroad.end()) or _is_other(abroad, text)
        if possible and not counted:
            yield abroad.span()


def _without(lower: str, passages: Iterable[tuple[int, int]]) -> str:
    """Return the text, of the same length, with the figures of some passages hidden."""
    for start, end in passages:
        lower = lower[:start] + "#" * (end - start) + lower[end:]
    return lower


def _is_public(match: re.Match[str], group: str | int, text: str) -> bool:
    """Tell whether a number is one that a whole organisation or the whole country shares."""
    number = match[group].lstrip("(")
    figures = "".join(filter(str.isdigit, number))
    national = re.sub(r"^(?:00)?358(?:0)?", "0", figures)
    if national in _CRISIS_LINES:
        return True
    # As written: "02 012 3456" is Turku, not 020.
    as_written = number.startswith("0") and not figures.startswith("00")
    if not _SERVICE.match(number if as_written else national):
        return False
    before = text[max(0, match.start(group) - _OWNER_LENGTH) : match.start(group)]
    personal = _SOMEBODYS.search(before) and not _OFFICE.search(before)
    return not (len(figures) >= _FULL_LENGTH and personal)


def _is_other(shape: re.Match[str], text: str) -> bool:
    figures = "".join(filter(str.isdigit, shape[0]))
    if shape[0].startswith("+"):
        return False
    if figures.startswith(_COUNTING[:7]):
        return True
    if _POST_CODES.fullmatch(shape[0]):
        return True  # post codes in a row
    return bool(_OTHER_KIND.search(text[max(0, shape.start() - 40) : shape.start()]))


def _is_counted(said: re.Match[str], text: str) -> bool:
    number = said["number"]
    if _OTHER_KIND.search(text[max(0, said.start() - 30) : said.start("number")]):
        return True
    if _AMOUNT_AFTER.match(text, said.end()):
        return True
    word = said[0][:3]
    return bool(_THOUSANDS.fullmatch(number)) and word not in ("puh", "gsm", "tel", "num", "tfn")


def _is_possible_abroad(passage: str) -> bool:
    number = "+" + passage[2:].lstrip() if passage.startswith("00") else passage
    matcher = PhoneNumberMatcher(number, "FI", leniency=Leniency.POSSIBLE, max_tries=2)
    return matcher.has_next()
