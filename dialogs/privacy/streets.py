"""Street addresses in free text: a street's name with the number of a house, or a post code."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator

from dialogs.privacy.plain_text import PlainText
from dialogs.privacy.street_names import ENDINGS, Ending, street_ending

_HOUSE = (
    r"(?P<number>[0-9]{1,4})(?![0-9])(?![.,:][0-9])(?!/[0-9]{1,2}/)(?!/(?:19|20)[0-9]{2})"
    r"(?:\s?[-/]\s?[0-9]{1,3}(?![0-9.,]))?"
    r"(?P<tail>(?:[\s,]{0,2}(?:rappu|porras|trappa|uppg\.?|portaikko)?\s?(?P<stair>[A-Za-z])(?![\w]))?"
    r"(?:[\s,-]{1,2}(?:as|asunto|bst|bost|bostad|lgh|lg|huoneisto|h|ovi|krs|apt|flat)\b\.?\s?"
    r"(?:[a-z]\s?)?[0-9]{1,3}(?![0-9])"
    r"|(?P<flat>\s?[0-9]{1,3})(?(stair)(?![\w%€])|(?![\w.,:%€]|\s?(?:%|€|\w))))?)"
)
# Read from the words towards the number; possessive, so that a long word costs its length once.
_NAMED = re.compile(
    r"(?<![\w'-])(?P<word>[^\W\d_](?:[^\W\d_]|['-]){1,48}+)(?P<dot>\.)?"
    r"(?P<link>[ \t]{0,2},?\n?(?:[ \t]{0,2}(?:numero\w{0,4}|n:o|nro|nr|no|nummer|talo\w{0,4}|"
    r"varrel\w{2}|hus)\b\.?)?[ \t:]{0,3})" + _HOUSE
)
_SHORTENED = re.compile(r"n[tk]$|(?:mäen|järven|kosken|linnan|kirk)k$|[aeiouyäö]{1,2}k$")
_NAME_BEFORE = re.compile(r"[A-ZÅÄÖ][\w'-]{2,30}")
_OLD_OR_NORTH = re.compile(
    r"(?:norra|södra|östra|västra|stora|lilla|gamla|nya|övre|nedre|iso|pikku|pieni|vanha|uusi|ylä|ala|"
    r"pohj|etel|itäi|länt|ensi|ensimmäi|toinen|kolmas|neljäs|viides|kuudes|seitsemäs|kahdeksas|"
    r"yhdeksäs|kymmenes|\w+toista$|suvilahden)"
)
_GENERIC_OWNER = re.compile(
    r"(?:asiak|nuor|perhe|laps|lapse|potila|hoido|hoito|palvelu|kuntoutu|vanhem|ikäih|toipu|työ|"
    r"opiskel|sama|oma|elämä|hän|mei|hei|tei|se|tä|ensi|toi|jok|uuden|kun|sosiaali|klient|barn|vår)"
)
_ADDRESS = re.compile(
    r"\bosoi|\basu[invu]|\basumaan|\basunt|\basunn|muutt|muuta|kotiosoi|kotikäyn|koti\b|kotona|kotiin|"
    r"kodissa|kodin|luona|luokse|luo\b|vuokra|naapuri|\badress|\bbor\b|\bbo\b|\bbodde|bosatt|flytt|"
    r"hembesök|hemma|hemadress|hyr|liv(?:es|ing|ed)\b|\baddress|moved|home|posti|kirje|hae(?:ttu|ttiin)|"
    r"noud|tapaami|talo|rappu|rapun|taksi|kyyti|ovel|ovi|ambulan|polii|hälyt|löyty|tavat|nähty|träff"
)
_SAYS_ADDRESS = re.compile(
    r"(?:osoit(?:e|teessa|teesta|teeseen|teena|teensa|teenne|teella|teeni)\w{0,4}|adress\w{0,5}|"
    r"address|(?<!\w)os\.)\W{0,3}(?:(?:on|oli|är|var|is|was|nyt|nykyisin|uusi|nya)\W{1,2}){0,2}"
    r"(?:[\w'-]{2,30}\s){0,3}$"
)
_SAYS_AT_ALL = re.compile(r"osoit|adress|address|\bos\.")
_SPOT_AFTER = re.compile(
    r"\W{1,2}(?:suunna|kohda|edus|edes|piha|taka|vieres|vierei|lähell|lähei|asukk|asukas|rapu|kellari)"
)
_UNIT_BEFORE = re.compile(
    r"(?:yksik|keskus|päiväko|koulu|ryhmä|osast|hanke|palvelutalo|toimipis|hoivak|tiimi|ryhmäko|projekt|"
    r"enhet|avdelning|daghem|skola|team|kartoitu|ohjelma|liite|vaihe)\w*\s$"
)
_PROJECT_BEFORE = re.compile(
    r"(?:hanke|hankkee\w+|projekt\w*|ohjelma\w*|programm?et|program|kampanja\w*|kampanj|pilotti|pilot|kokeilu|"
    r"malli|modell(?:en)?|kurssi|kurs(?:en)?|valmennus|koulutus|project|programme)\s[\"']?$"
)
_OFFICE_WORD = re.compile(
    r"liit|ryhm|taulu|kuva|luok|osa|tiimi|moduul|koht|huone|rap|solu|kerr|talo|pykäl|bilag|tabel|grup|"
    r"avdel|rum|yksik|versio|vaihe|luku|hank|mall|taso|level|lomak|tila|paikka|ovi|rivi|sarake|linja|"
    r"auto|vuoro|kori|teema|kärki|sali|ehdok|vaihtoe|group|room|unit|table|ward|klo|laki|artik"
)
_NOT_HOUSE = re.compile(
    # "Vesiranta 2 -hanke" is the name of a project.
    r"(?<=24)/7\b|\s?\s-[a-zåäö]{3}|\s{0,2}(?:luku|luvu|luvun|§|mom|kohta|kohda|kap\b|%|prosent|procent|€|eur|e\b|km\b|kilom|metri|m\b|m2|"
    r"kpl|kert|vuot|vuod|v\.?\s|viik|vk\b|päiv|pv|kuuka|kk\b|tunti|h\b(?!\s?\d)|min|la(?:sta|sten|psen)\b|"
    r"perhe(?:ttä|en)\b|asuka|asiaka|henk|hlö|nuor|aikui|ikäih|ihmis|työnte|ohjaaj|ilmoitu|käyn|tapau|"
    r"paikka|asunto[aj]|asunnot|yksik|oppila|pois|muuta|uutta|eri\b|år\b|barn|personer|klient|famil|gång|"
    r"timm|veck|mån|kr\b|dag|bostäder|platser|people|times|years|children|ihmistä|autoa|kohtaa|kolari|"
    r"onnettom|huone(?!isto)|neliö|asteen|vaihet)"
)
_POST_CODE = re.compile(
    r"(?<![\w.,/-])(?<![0-9] )(?:FI-)?(?P<code>[0-9]{5})[ \t]{1,2}(?P<town>[A-ZÅÄÖ][\wåäö-]{2,30}+)"
)
_INFLECTED_TOWN = re.compile(
    r"(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|iin|oon|uun|aan|ään|yyn|een|[^h]en(?<!nen)|[aouyäö]n|kel[ao]\w*)$"
)
_ENGLISH = re.compile(
    r"(?<![\w.,/-])[0-9]{1,4}[a-z]?,?\s(?:[A-Z][a-z'-]{1,20}\s){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Court|Square|Close|Crescent|Terrace|Boulevard|Blvd|"
    r"Place|Gardens|Way|Hill|Alley)\b"
    r"|(?<![\w.,/-])[0-9]{1,4}[a-z]?,?\s(?:[a-z'-]{2,20}\s){1,2}(?:street|road|avenue|lane)\b"
)
_ENGLISH_NUMBER_AFTER = re.compile(
    r"\b(?:[A-Z][a-z'-]{2,20}\s){1,2}(?:Street|Road|Avenue|Lane)\s[0-9]{1,4}\b"
)
# In English the number often comes first, also before a Finnish name: "at 12 Kuikkakatu".
_ENGLISH_TEXT = re.compile(
    r"\b(?:the|she|her|his|at|with|without|and|was|were|lives|moved|near|who|from)\b"
)
_NUMBER_FIRST = re.compile(
    r"(?<![\w.,/-])(?<!bus )(?<!tram )(?<!line )(?<!the )(?<!of )"
    r"[0-9]{1,4}\s?[A-Za-z]?,?\s(?P<word>[A-ZÅÄÖ][a-zåäö-]{3,40}+)(?!\s?-)(?!\s[0-9])"
)
# "II linja 7 B 19", "3. linja 4 A 2"; elsewhere "linja 3" is a bus or an office.
_LINES = re.compile(
    r"(?<![\w.])(?:(?P<roman>[IV]{1,4}|IX|X)|[1-9]\.)\s[Ll]inja(?:n|lla|lta|lle|ssa|sta)?\s"
    r"(?P<house>[0-9]{1,3})(?![0-9.,:])(?P<flat>\s?[A-H](?![\w-])(?:\s?[0-9]{1,3}\b)?|\sas\.?\s?[0-9]{1,3})?"
)
_LOCAL_CASES = ("lla", "llä", "ssa", "ssä", "sta", "stä", "lta", "ltä", "lle")
_CONTEXT_LENGTH = 48


def find_streets(plain: PlainText) -> Iterator[tuple[int, int]]:
    """Yield the passages that are street addresses or post codes with a town."""
    surroundings = _Surroundings(plain)
    for named in _NAMED.finditer(plain.text):
        start = _start_of_address(named, plain, surroundings)
        if start is not None:
            yield start, named.end()
    for coded in _POST_CODE.finditer(plain.text):
        if _is_post_code(coded, surroundings):
            yield coded.span()
    for line in _LINES.finditer(plain.text) if "inja" in plain.text else ():
        counted = _NOT_HOUSE.match(plain.lower, line.end("house"))
        near = line["roman"] and surroundings.speak_of_address(line.start())
        if line["flat"] or (near and not counted):
            yield line.span()
    if _ENGLISH_TEXT.search(plain.lower):
        for named in _NUMBER_FIRST.finditer(plain.text):
            ending = street_ending(named["word"].lower())
            if ending and ending >= Ending.STRONG:
                yield named.span()
    for pattern in (_ENGLISH, _ENGLISH_NUMBER_AFTER):
        yield from (match.span() for match in pattern.finditer(plain.text))


class _Surroundings:
    """Where in a text words of address stand, looked for once and only if needed."""

    def __init__(self, plain: PlainText) -> None:
        self._lower = plain.lower

    @functools.cached_property
    def _spots(self) -> list[int]:
        return [match.start() for match in _ADDRESS.finditer(self._lower)]

    @functools.cached_property
    def _says_address(self) -> bool:
        return _SAYS_AT_ALL.search(self._lower) is not None

    def speak_of_address(self, position: int) -> bool:
        """Tell whether a word of living, visiting or posting stands shortly before."""
        before = self._spots[: bisect.bisect_left(self._spots, position)][-1:]
        return before >= [position - _CONTEXT_LENGTH]

    def point_at(self, position: int) -> bool:
        """Tell whether the word right after speaks of the place as a spot: «… 10 kohdalla»."""
        return _SPOT_AFTER.match(self._lower, position) is not None

    def say_address(self, position: int) -> bool:
        """Tell whether the words right before say that an address follows."""
        before = self._lower[max(0, position - _CONTEXT_LENGTH) : position]
        return self._says_address and _SAYS_ADDRESS.search(before) is not None

    def name_project(self, position: int) -> bool:
        """Tell whether the word right before names a project: "Projekt Stigen 2"."""
        return _PROJECT_BEFORE.search(self._lower[max(0, position - 24) : position]) is not None

    def name_unit(self, position: int) -> bool:
        """Tell whether the word right before names a unit, which may be numbered."""
        return _UNIT_BEFORE.search(self._lower[max(0, position - 24) : position]) is not None


def _start_of_address(
    named: re.Match[str], plain: PlainText, surroundings: _Surroundings
) -> int | None:
    """Return where the address begins, or None when the words and the number are no address."""
    start = named.start()
    word = plain.lower[start : named.end("word")]
    capital = named["word"][0].isupper()
    number = int(named["number"])
    stair, flat, tail = named["stair"], named["flat"], named["tail"] or ""
    has_flat = len(tail) > 2 or bool(stair and stair.isupper())
    ending = street_ending(word, has_flat=has_flat)
    if not (ending or capital or word in ENDINGS) or number == 0 or 1900 <= number <= 2099:
        return None
    # "Koulupolku 15 E" is a house, "koulutie 15 e" fifteen euros.
    surely = stair and (flat or (capital and stair.isupper() and ending))
    if not surely and _NOT_HOUSE.match(plain.lower, named.end("number")):
        return None
    if not has_flat and surroundings.name_project(start):
        return None
    if named["dot"]:
        shortened = _SHORTENED.search(word) or (has_flat and word[-1] in "tkgv")
        return start if capital and len(word) > 4 and shortened else None
    if word in ENDINGS:
        owner = plain.text[max(0, start - 32) : start].rstrip(" ").rpartition(" ")[2].lstrip("(,:")
        if _is_owner(owner, ENDINGS[word], has_flat):
            return plain.text.rindex(owner, 0, start)
    if capital and surroundings.say_address(start):
        return start
    return start if _is_street(ending, named, capital, has_flat, surroundings) else None


def _is_owner(owner: str, ending: Ending, has_flat: bool) -> bool:
    """Tell whether a word makes a name with the next: "Aleksis Kiven" and "katu"."""
    if not _NAME_BEFORE.fullmatch(owner):
        return False
    lower = owner.lower()
    if _OLD_OR_NORTH.match(lower):
        return True
    return ending >= Ending.STRONG and (has_flat or not _GENERIC_OWNER.match(lower))


def _is_street(
    ending: Ending | None,
    named: re.Match[str],
    capital: bool,
    has_flat: bool,
    surroundings: _Surroundings,
) -> bool:
    start = named.start()
    match ending:
        case Ending.SURE:
            return True
        case Ending.STRONG:
            return capital or has_flat or surroundings.speak_of_address(start)
        case Ending.LIKELY if capital:
            return not surroundings.name_unit(start)
        case Ending.LIKELY:  # "harakantanhua 9 a 1"
            numbered = bool(named["stair"] and named["flat"])
            return numbered or (has_flat and surroundings.speak_of_address(start))
        case Ending.FAINT:
            # "Asuu Rovaniemellä 2 …" names a town, not a street.
            in_town = named["word"].lower().endswith(_LOCAL_CASES)
            near = surroundings.speak_of_address(start) or surroundings.point_at(named.end())
            certain = has_flat or (not in_town and near)
            return capital and certain and not surroundings.name_unit(start)
    if not (capital and has_flat):
        return False
    whole = named["stair"] and named["stair"].isupper() and named["flat"]
    in_office = _OFFICE_WORD.match(named["word"].lower()) or surroundings.name_unit(start)
    return bool(whole and not in_office) or surroundings.speak_of_address(start)


def _is_post_code(coded: re.Match[str], surroundings: _Surroundings) -> bool:
    if coded["code"].startswith("0") or surroundings.speak_of_address(coded.start()):
        return True
    return coded["code"][-1] in "05" and not _INFLECTED_TOWN.search(coded["town"].lower())
