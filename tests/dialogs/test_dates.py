"""Days and times are written as each language writes them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dialogs import dates

HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "3.5.2026"), ("sv", "3.5.2026"), ("en", "3 May 2026")],
)
def test_a_day(language: str, expected: str) -> None:
    assert dates.day(dt.date(2026, 5, 3), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "ma 23.11. klo 9.00"), ("sv", "mån 23.11 kl. 9.00"), ("en", "Mon 23 Nov at 9:00")],
)
def test_a_moment_in_the_countys_time(language: str, expected: str) -> None:
    moment = dt.datetime(2026, 11, 23, 7, 0, tzinfo=dt.UTC)
    assert dates.moment(moment, HELSINKI, language) == expected
