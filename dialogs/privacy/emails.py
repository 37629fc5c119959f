"""E-mail addresses in free text, also those written round the sign: "nimi (at) posti piste fi"."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from dialogs.privacy.plain_text import PlainText

_AT = re.compile(
    r"(?P<sign>\s{0,2}(?:@|&#64;)\s{0,2})"
    r"|(?P<bracketed>\s{0,2}[(\[{<*_-]\s?(?:at|ät|et|@|miukumauku|miu[kh]u|snabel-?a)\s?[)\]}>*_-]\s{0,2})"
    r"|(?P<lettered>(?<=\w)[(\[]a[)\]](?=\w))"
    r"|(?P<spoken>\s{1,2}(?:miuku?\s?-?mauku?|miu\s?mau|miuku|snabel-?a|kissanhäntä|apinanhäntä|"
    r"(?:ät|at|et)-?\s?merkki|ät|at-tecken)\s{1,2})"
    r"|(?P<word>\s{1,2}at\s{1,2})"
)
# Much the cheaper to look for, and in most texts not there.
_AT_AT_ALL = re.compile(
    r"@|&#64;|\bat\b|\bät\b|\b(?:at|ät|et)-?\s?(?:merk|teck)|miu|snabel|kissanh|apinanh|_(?:at|ät|et)_|"
    r"[(\[{<*_-]\s?et\s?[)\]}>*_-]|[(\[]a[)\]]"
)
_DOT = r"(?:\s?[(\[{]?\s?\b(?:piste|pist|dot|punkt)\b\s?[)\]}]?\s?)"
_LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
_DOMAIN = re.compile(
    rf"(?P<labels>{_LABEL}(?:(?:\s{{0,2}}\.\s{{0,2}}|[(\[]\.[)\]]|{_DOT}){_LABEL}){{0,5}})"
    r"(?:,(?P<comma>fi|com|net|org|se|eu|info)\b)?"
)
# Read backwards from the sign, because a search forwards would begin at every letter.
_LOCAL_BACKWARDS = re.compile(
    r"(?P<last>[\w+%~'-][\w.+%~'-]{0,63})"
    r"(?P<more>(?:\s?[)\]}]?\s?\b(?:etsip|tod|tknup)\b\s?[(\[{]?\s?[\w+%~'-][\w.+%~'-]{0,63}){0,4})"
)
_SPOKEN_DOT = re.compile(_DOT)
_TOP = re.compile(
    r"(?:fi|com|net|org|eu|se|no|dk|ee|info|edu|gov|io|me|name|biz|ax|uk|de|fr|ru|ua|lt|lv|pl|email|"
    r"ch|nl|es|it|us|ca|online|app|dev|cloud|test|example|invalid|local)"
)
_TOP_AT_END = re.compile(rf"[.)\]\s](?P<top>{_TOP.pattern})(?![\w])")
_PROVIDER = re.compile(
    r"(?:gmail|googlemail|hotmail|outlook|luukku|kolumbus|suomi24|icloud|yahoo|elisanet|inet|live|"
    r"msn|protonmail|proton|saunalahti|welho|netti|s[äa]hk[öo]posti|posti|mail)\b"
)
# Beside these even "ulla@kuvitteellinen" is an address, though its end was forgotten.
_ADDRESS_WORD = re.compile(
    r"\bosoi?te|\bosoitt|\bosott|posti|meili|mail|\bs-?pos|e-?post|adress|address|skriv|write|"
    r"tavoit|yhtey"
)
_NEAR_LENGTH = 36
# "Osoite on muotoa etunimi.sukunimi@alue" is nobody's; nor is "Käyttäjätunnus@alue-tyyppinen".
_PLACEHOLDER = re.compile(
    r"(?:etunimi|nimi|sukunimi|förnamn|fornamn|namn|first\.?name|käyttäjä\w*|tunnus|user\w*|name)"
    r"(?:[._-]?(?:sukunimi|efternamn|last\.?name|surname))?"
)
_TYPE_AFTER = re.compile(
    r"\w*-(?:tyyppi|muoto|alku|pääte|loppu|mallis|merk)|\s?-\s?(?:tyyppi|muoto)"
)
_LOCAL_MARK = re.compile(r"\w[._+-]+\w|\d")


def find_emails(plain: PlainText) -> Iterator[tuple[int, int]]:
    """Yield the passages that are e-mail addresses, in order."""
    lower = plain.lower
    if not _AT_AT_ALL.search(lower):
        return
    words = [match.start() for match in _ADDRESS_WORD.finditer(lower)]
    position = 0
    for at in _AT.finditer(lower):
        if at.start() < position:
            continue
        local = _LOCAL_BACKWARDS.match(lower[max(0, at.start() - 200) : at.start()][::-1])
        domain = _DOMAIN.match(lower, at.end())
        if not local or not domain:
            continue
        name = local[0][::-1].lstrip("'-.")
        if not name or _PLACEHOLDER.fullmatch(name):
            continue
        if not (_is_email(at, name, domain) or _is_called_email(at, name, domain, lower, words)):
            continue
        position = domain.end()
        yield at.start() - len(name), domain.end()


def _is_email(at: re.Match[str], name: str, domain: re.Match[str]) -> bool:
    labels = domain["labels"]
    spoken_dot = bool(_SPOKEN_DOT.search(labels)) or "[.]" in labels or "(.)" in labels
    ends_in_top = bool(domain["comma"]) or bool(_TOP_AT_END.search(labels))
    provider = bool(_PROVIDER.match(labels))
    marked = bool(_LOCAL_MARK.search(name)) and name[-1:].isalnum()
    dotted = "." in labels
    match at.lastgroup:
        case "sign":
            left, right = at["sign"][:1].isspace(), at["sign"][-1:].isspace()
            if not left and not right:
                return (
                    spoken_dot
                    or provider
                    or ends_in_top
                    or marked
                    or bool(re.search(r"\.[a-z]{2,}", labels))
                )
            if left and not right:  # "Hei @Matti.Meikalainen": a mention, unless a domain follows
                return ends_in_top or spoken_dot or (provider and marked)
            return ends_in_top or spoken_dot or provider
        case "bracketed":
            return dotted or spoken_dot or provider or marked or ends_in_top
        case "lettered":
            return dotted or spoken_dot or provider
        case "spoken":
            return ends_in_top or spoken_dot or provider or marked or "uku" in at[0]
        case _:  # English prose: "available at thl.fi"
            return spoken_dot or provider or (ends_in_top and marked)


def _is_called_email(
    at: re.Match[str], name: str, domain: re.Match[str], lower: str, words: list[int]
) -> bool:
    """Tell whether words near say that this is an address: "osote ulla@kuvitteellinen"."""
    first = at.start() - len(name) - _NEAR_LENGTH
    near = words[(index := bisect.bisect_left(words, first)) : index + 1]
    if not near or near[0] > domain.end() + _NEAR_LENGTH:
        return False
    joined = at.lastgroup == "sign" and not at["sign"][:1].isspace()
    if not joined and at.lastgroup not in ("bracketed", "lettered", "spoken"):
        return False
    if len(name) < 2 or len(domain["labels"]) < 3:
        return False
    return not _TYPE_AFTER.search(lower, at.end(), at.end() + 40)
