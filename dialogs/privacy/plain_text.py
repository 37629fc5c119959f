"""Free text made plain for matching, with the way back to the original offsets."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

_LETTERS = "\\t\\n\\r\\x20-\\x7eÅÄÖåäöÉéÜüØøÆæ§€”“«»•…°"
# Most texts hold nothing else, at the latest when each dash and space has become its plain one.
_ORDINARY = re.compile(f"[{_LETTERS}]*")
_UNCOMMON = re.compile(f".[\u0300-\u036f]+|[^{_LETTERS}]", re.DOTALL)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\ufe58\ufe63\uff0d"
# Looked like dashes by a reader, but not in Unicode's dash category.
_LOOKS_LIKE_DASH = "\u2212\u2043\u02d7\u2500\u2501\u2796\u30fc"
_SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_APOSTROPHES = "\u2018\u2019\u00b4\u02bc\u2032`"
_SOFT_HYPHEN = "\u00ad"
_PLAIN_ONES = str.maketrans(
    dict.fromkeys(_DASHES + _LOOKS_LIKE_DASH, "-")
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_APOSTROPHES, "'")
    | dict(zip("０１２３４５６７８９＠．", "0123456789@.", strict=True))
)


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text with ASCII digits, spaces and dashes, and nothing invisible.

    `text` keeps the case of letters and `lower` does not; both have the same length. `starts` and
    `ends` hold the original offsets of each character, or None where nothing had to be changed.
    """

    text: str
    lower: str
    starts: tuple[int, ...] | None
    ends: tuple[int, ...] | None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original text of a non-empty passage of the plain text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def plain_text(original: str) -> PlainText:
    """Return the text made plain: compatibility forms, digits, dashes and spaces unified."""
    source = original.translate(_PLAIN_ONES)
    if _ORDINARY.fullmatch(source):
        return PlainText(source, source.lower(), None, None)
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    last = ""  # the last visible character so far
    for uncommon in _UNCOMMON.finditer(source):
        start, end = uncommon.span()
        before = source[position:start]
        parts.append(before)
        starts.extend(range(position, start))
        ends.extend(range(position + 1, start + 1))
        last = before[-1:] or last
        # A letter and the marks that follow it are one letter: "a" and a diaeresis are "ä".
        plain = _plain(uncommon[0], last)
        last = plain[-1:] or last
        parts.append(plain)
        starts.extend([start] * len(plain))
        ends.extend([end] * len(plain))
        position = end
    parts.append(source[position:])
    starts.extend(range(position, len(source)))
    ends.extend(range(position + 1, len(source) + 1))
    text = "".join(parts)
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(map(_lower, text))
    return PlainText(text, lower, tuple(starts), tuple(ends))


def _plain(cluster: str, previous: str) -> str:
    """Return the plain characters, none or many, of one character with its marks."""
    if cluster == _SOFT_HYPHEN:
        # Invisible inside a word, but pasted as the dash of a code or of a telephone number.
        return "-" if previous.isdigit() or previous == " " else ""
    return "".join(map(_plain_character, unicodedata.normalize("NFKC", cluster)))


@functools.lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    match unicodedata.category(character):
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case "Zl" | "Zp":
            return "\n"
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Cf" | "Mn" | "Me":
            return ""
    return character


def _lower(character: str) -> str:
    lower = character.lower()
    # One Turkish letter grows when lowered, which would shift every offset after it.
    return lower if len(lower) == 1 else character
