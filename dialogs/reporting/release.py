"""The schedule on which anonymous reports go to the group, in batches."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from dateutil.rrule import rrule, rruleset, rrulestr

from dialogs.policy import Policy
from dialogs.services import Services

# Rules by the day or longer are counted from here, so that an INTERVAL does not drift; rules
# within the day from the previous midnight, as counting minutes over years takes seconds.
EPOCH = dt.datetime(2026, 1, 1)  # noqa: DTZ001 # the county's local time, as rules are written
# What could end, take no steps, or be searched for by the second is not a schedule.
_EVEN = re.compile(
    r"(?!.*(COUNT|UNTIL|INTERVAL=0+(;|$)))FREQ=((YEARLY|MONTHLY|WEEKLY|DAILY)(;.*)?"
    # Within the day only what comes again within a week, or the search would take hours.
    r"|(HOURLY|MINUTELY)(;(INTERVAL|BYHOUR|BYMINUTE|BYSECOND|BYDAY)=[\w,]{1,60})*)",
    re.IGNORECASE,
)
_WITHIN_DAY = re.compile(r"FREQ=(HOURLY|MINUTELY)", re.IGNORECASE)


class BadSchedule(ValueError):
    """The text is not a recurrence that goes on."""


def check_schedule(rule: str, now: dt.datetime) -> None:
    """Raise BadSchedule unless a rule is a recurrence that will come again."""
    naive = now.replace(tzinfo=None, second=0, microsecond=0)
    if not _EVEN.fullmatch(rule):
        raise BadSchedule(f"{rule!r} is not a rule such as FREQ=WEEKLY;BYDAY=MO;BYHOUR=9")
    try:
        coming = _rule(rule, naive.date()).after(naive)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadSchedule(f"{rule!r} is not a recurrence rule") from error
    if coming is None:
        raise BadSchedule(f"{rule!r} has come to its end")


def next_release(policy: Policy, now: dt.datetime) -> dt.datetime:
    """Return the first scheduled time after now."""
    coming = _after(policy.batches, _local(policy, now))
    if coming is None:
        raise BadSchedule("the schedule of batches has come to its end")
    return coming.replace(tzinfo=policy.zone)


def last_due(policy: Policy, now: dt.datetime) -> dt.datetime | None:
    """Return the latest scheduled time that is not after now, or None."""
    past = _before(policy.batches, _local(policy, now))
    return past.replace(tzinfo=policy.zone) if past else None


async def release_due(services: Services, now: dt.datetime) -> None:
    """Release the anonymous reports of every tenant whose scheduled time has come.

    A time missed while the bot was down is made up for at the next tick.
    """
    scheduled = last_due(services.policy, now)
    if scheduled is None:
        return
    due = []
    for tenant in await services.store.waiting_for_release():
        last = await services.store.last_release(tenant)
        if last is None or last < scheduled:
            due.append(tenant)
    if due:
        await services.store.release_reports(scheduled, due, services.chance.shuffle)


async def start_releases(services: Services, tenant: str, now: dt.datetime) -> None:
    """Begin a tenant's releases before its first anonymous report.

    Without this the tick would make up for a time before the report, and so tell when it came.
    """
    if await services.store.last_release(tenant) is None:
        await services.store.release_reports(
            last_due(services.policy, now) or now, [tenant], services.chance.shuffle
        )


def _local(policy: Policy, moment: dt.datetime) -> dt.datetime:
    local = moment.astimezone(policy.zone)
    return local.replace(tzinfo=None, second=0, microsecond=0)


def _rule(rule: str, day: dt.date) -> rrule | rruleset:
    within = _WITHIN_DAY.search(rule)
    midnight = dt.datetime.combine(day - dt.timedelta(days=1), dt.time())
    return rrulestr(rule, dtstart=midnight if within else EPOCH)


@lru_cache(maxsize=8)
def _after(rule: str, minute: dt.datetime) -> dt.datetime | None:
    return _rule(rule, minute.date()).after(minute)


@lru_cache(maxsize=8)
def _before(rule: str, minute: dt.datetime) -> dt.datetime | None:
    return _rule(rule, minute.date()).before(minute, inc=True)
