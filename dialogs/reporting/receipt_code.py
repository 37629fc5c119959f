"""The code that the sender of an anonymous report keeps: easy to read aloud and to type."""

from __future__ import annotations

import hashlib
import re

# Every syllable is said alike in Finnish and Swedish, and none is mistaken for another.
CONSONANTS = "hjklmnprstv"
VOWELS = "aeiou"
SYLLABLES = tuple(consonant + vowel for consonant in CONSONANTS for vowel in VOWELS)
# 55 syllables carry 5.78 bits each, so eleven carry 63.6; the twelfth checks them.
RANDOM_SYLLABLES = 11
# Groups that would read as a rude word.
UNKIND = frozenset({"homo", "kusi", "paki", "pimu", "pipi", "pula", "puta"})

_SHAPE = re.compile(rf"(?:[{CONSONANTS}][{VOWELS}]){{{RANDOM_SYLLABLES + 1}}}")


class MistypedCode(ValueError):
    """The text has the shape of a code, but its check syllable says that it was mistyped."""


def make_code(randomness: bytes) -> str:
    """Make a code such as `kalo-meri-suto-vina-peha-tiru` of at least 16 random bytes.

    The same bytes make the same code. The code has 63 random bits.
    """
    attempt = 0
    while True:
        number = int.from_bytes(
            hashlib.blake2b(randomness, salt=attempt.to_bytes(2, "big")).digest(), "big"
        )
        chosen = []
        for _ in range(RANDOM_SYLLABLES):
            number, index = divmod(number, len(SYLLABLES))
            chosen.append(SYLLABLES[index])
        letters = "".join(chosen)
        letters += _check(letters)
        groups = [letters[start : start + 4] for start in range(0, len(letters), 4)]
        if not UNKIND.intersection(groups):
            return "-".join(groups)
        attempt += 1


def read_code(text: str) -> str | None:
    """Return the code that a person typed, in its one written form; None for anything else.

    Spaces, dashes and capitals are forgiven. Raises MistypedCode.
    """
    letters = re.sub(r"[\s\-‐‑‒–—−.,]+", "", text.casefold())
    if not _SHAPE.fullmatch(letters):
        if len(letters) in range(20, 29) and re.fullmatch(r"[a-zåäö]+", letters):
            raise MistypedCode
        return None
    if letters[-2:] != _check(letters[:-2]):
        raise MistypedCode
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _check(letters: str) -> str:
    """Return the syllable that the weighted sum of the others points to.

    No weight, and no difference of neighbouring weights, shares a factor with 55: every single
    mistyped syllable and every two neighbours swapped are found.
    """
    weights = (1, 2, 3, 4, 6, 7, 8, 9, 12, 13, 14)
    places = [
        SYLLABLES.index(letters[start : start + 2]) for start in range(0, RANDOM_SYLLABLES * 2, 2)
    ]
    total = sum(weight * place for weight, place in zip(weights, places, strict=True))
    return SYLLABLES[total % len(SYLLABLES)]
