"""How much of what must not be in a report is found, on invented sentences.

Both sets were written by somebody who had not seen the check, and the second one after the check
had been fitted to the first. A few sentences of the second set cannot be decided without knowing
more ("Pvm 1.4.1956", a date of this year beside a client), so its bar is lower.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dialogs.privacy.identity import Kind, find_identities

FIRST = Path(__file__).parents[2] / "data" / "identity"
SECOND = FIRST / "second"
TODAY = dt.date(2026, 11, 22)
KINDS = [
    ("identity-codes", Kind.IDENTITY_CODE),
    ("phones", Kind.PHONE),
    ("emails", Kind.EMAIL),
    ("streets", Kind.STREET),
    ("birthdates", Kind.BIRTHDATE),
]
SIZES_OF_SECOND = {
    "identity-codes": 100,
    "phones": 100,
    "emails": 80,
    "streets": 150,
    "birthdates": 150,
}


def _lines(folder: Path, name: str) -> list[str]:
    return (folder / f"{name}.txt").read_text("utf-8").splitlines()


def _missed(lines: list[str], kind: Kind) -> list[str]:
    return [line for line in lines if not _found(line, kind)]


def _found(line: str, kind: Kind) -> bool:
    start, end = line.index("⟦"), line.index("⟧") - 1
    text = line.replace("⟦", "").replace("⟧", "")
    return any(
        finding.kind is kind and finding.start < end and finding.end > start
        for finding in find_identities(text, today=TODAY)
    )


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_at_least_99_of_100_sentences_of_each_kind_are_found(name: str, kind: Kind) -> None:
    lines = _lines(FIRST, name)
    assert len(lines) == 100
    missed = _missed(lines, kind)
    assert len(missed) <= 1, missed


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_at_least_97_percent_of_the_second_set_is_found(name: str, kind: Kind) -> None:
    lines = _lines(SECOND, name)
    assert len(lines) == SIZES_OF_SECOND[name]
    missed = _missed(lines, kind)
    assert len(missed) <= 0.03 * len(lines), missed


@pytest.mark.parametrize(("folder", "size"), [(FIRST, 300), (SECOND, 400)])
def test_at_most_2_percent_of_clean_sentences_are_stopped(folder: Path, size: int) -> None:
    lines = _lines(folder, "clean")
    assert len(lines) == size
    stopped = [line for line in lines if find_identities(line, today=TODAY)]
    assert len(stopped) <= 0.02 * size, stopped
