"""The code of an anonymous report can be read aloud, typed again and trusted."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reporting.receipt_code import (
    RANDOM_SYLLABLES,
    SYLLABLES,
    UNKIND,
    MistypedCode,
    make_code,
    read_code,
)


def test_a_code_has_at_least_60_random_bits() -> None:
    assert math.log2(len(SYLLABLES)) * RANDOM_SYLLABLES > 60


@given(st.binary(min_size=16, max_size=64))
def test_a_code_reads_back_as_itself(randomness: bytes) -> None:
    code = make_code(randomness)
    assert code == make_code(randomness)
    assert read_code(f"  {code.upper().replace('-', ' – ')}. ") == code
    assert not UNKIND.intersection(code.split("-"))


@given(
    st.binary(min_size=16, max_size=16),
    st.integers(0, RANDOM_SYLLABLES),
    st.sampled_from(SYLLABLES),
)
def test_one_wrong_syllable_is_always_noticed(randomness: bytes, place: int, wrong: str) -> None:
    letters = make_code(randomness).replace("-", "")
    mistyped = letters[: place * 2] + wrong + letters[place * 2 + 2 :]
    if mistyped != letters:
        with pytest.raises(MistypedCode):
            read_code(mistyped)


@given(st.binary(min_size=16, max_size=16), st.integers(0, RANDOM_SYLLABLES - 2))
def test_two_swapped_neighbours_are_always_noticed(randomness: bytes, place: int) -> None:
    letters = make_code(randomness).replace("-", "")
    start = place * 2
    first, second = letters[start : start + 2], letters[start + 2 : start + 4]
    if first != second:
        with pytest.raises(MistypedCode):
            read_code(letters[:start] + second + first + letters[start + 4 :])


@given(st.text(max_size=80))
def test_no_other_text_is_taken_for_a_code_or_breaks_the_reading(text: str) -> None:
    try:
        code = read_code(text)
    except MistypedCode:
        return
    assert code is None or len(code) == 29


def test_codes_do_not_repeat() -> None:
    assert len({make_code(number.to_bytes(16, "big")) for number in range(20_000)}) == 20_000
