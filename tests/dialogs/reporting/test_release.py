"""Anonymous reports go to the group at scheduled times, on any schedule and in any season."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from dialogs.policy import Policy
from dialogs.reporting.release import BadSchedule, check_schedule, last_due, next_release
from tests.kit import AINO, Bot

HELSINKI = ZoneInfo("Europe/Helsinki")
WEEKDAYS = Policy()


def _at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=HELSINKI)  # type: ignore[arg-type,misc] # a date's parts


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (_at(2026, 11, 20, 8, 59), _at(2026, 11, 20, 9, 0)),
        (_at(2026, 11, 20, 9, 0), _at(2026, 11, 23, 9, 0)),
        (_at(2026, 11, 21, 12, 0), _at(2026, 11, 23, 9, 0)),
        # Summer time begins on Sunday 29 March 2026 and ends on Sunday 25 October 2026.
        (_at(2026, 3, 27, 10, 0), _at(2026, 3, 30, 9, 0)),
        (_at(2026, 10, 23, 10, 0), _at(2026, 10, 26, 9, 0)),
    ],
)
def test_the_next_release_is_at_nine_on_the_next_weekday(
    now: dt.datetime, expected: dt.datetime
) -> None:
    assert next_release(WEEKDAYS, now) == expected
    assert last_due(WEEKDAYS, expected) == expected
    before = last_due(WEEKDAYS, now)
    assert before is not None
    assert before <= now


def test_a_schedule_within_the_day_is_answered_without_counting_years_of_minutes() -> None:
    policy = replace(WEEKDAYS, batches="FREQ=MINUTELY;INTERVAL=2")
    assert next_release(policy, _at(2031, 5, 1, 12, 1)) == _at(2031, 5, 1, 12, 2)


@pytest.mark.parametrize("rule", ["", "often", "FREQ=NEVER", "FREQ=DAILY;UNTIL=20200101T000000"])
def test_a_schedule_that_is_none_is_refused(rule: str) -> None:
    with pytest.raises(BadSchedule):
        check_schedule(rule, _at(2026, 11, 20, 9, 0))


async def test_the_first_anonymous_report_is_not_sent_at_once_for_a_time_before_it(
    bot: Bot,
) -> None:
    await bot.say_in_channel("liitä kanava")
    await bot.report(sender="anonymous")  # at 10.00, after the batch of 9.00
    assert await bot.deliver() == []
    (report,) = await bot.store.all_reports()
    assert (report.number, report.tenant) == (None, AINO.tenant)
