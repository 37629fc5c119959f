"""How much of what must not be in a report is found, on invented sentences.

The sentences were written by somebody who had not seen the check.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dialogs.privacy.identity import Kind, find_identities

DATA = Path(__file__).parents[2] / "data" / "identity"
TODAY = dt.date(2026, 11, 22)


def _lines(name: str) -> list[str]:
    return (DATA / f"{name}.txt").read_text("utf-8").splitlines()


def _found(line: str, kind: Kind) -> bool:
    start, end = line.index("⟦"), line.index("⟧") - 1
    text = line.replace("⟦", "").replace("⟧", "")
    return any(
        finding.kind is kind and finding.start < end and finding.end > start
        for finding in find_identities(text, today=TODAY)
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("identity-codes", Kind.IDENTITY_CODE),
        ("phones", Kind.PHONE),
        ("emails", Kind.EMAIL),
        ("streets", Kind.STREET),
        ("birthdates", Kind.BIRTHDATE),
    ],
)
def test_at_least_99_of_100_sentences_of_each_kind_are_found(name: str, kind: Kind) -> None:
    lines = _lines(name)
    assert len(lines) == 100
    missed = [line for line in lines if not _found(line, kind)]
    assert len(missed) <= 1, missed


def test_at_most_2_percent_of_clean_sentences_are_stopped() -> None:
    lines = _lines("clean")
    assert len(lines) == 300
    stopped = [line for line in lines if find_identities(line, today=TODAY)]
    assert len(stopped) <= 6, stopped
