"""Report numbers R-YYYY-NNNN: the next one, and how none is given twice even after damage."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable

from storage.records import Counter, NumberFloor, Report
from storage.tinydb_engine.schema import COUNTERS, FLOORS, REPORTS
from storage.tinydb_engine.tables import Memory, Transaction

# A number as these files write it; quotes inside somebody's text are escaped and do not match.
STORED_NUMBER = re.compile(rb'"number": ?"R-(\d{4})-(\d{4,9})"')
# Damaged files may have held numbers that nobody can read any more: this many are left out.
LEAP = 1000


def next_number(tx: Transaction, report: Report) -> str:
    """Return the next number of the report's tenant and year, and count it as given."""
    tenant, year = report.tenant, report.day.year
    counter, floor = tx.get(COUNTERS, f"{tenant}/{year}"), tx.get(FLOORS, str(year))
    last = max(counter.last if counter else 0, floor.last if floor else 0) + 1
    # A mended file may have brought back numbers that the counter does not know.
    while tx.find(REPORTS, "number", (tenant, _written(year, last))):
        last += 1
    tx.put(COUNTERS, Counter(tenant=tenant, year=year, last=last))
    return _written(year, last)


def by_number(report: Report) -> tuple[bool, str, int, int, str]:
    """Put numbered reports by tenant, year and number, the others last by their random ids."""
    if report.number is None:
        return (True, "", 0, 0, report.id)
    year, number = read_number(report.number)
    return (False, report.tenant, year, number, report.id)


def floors_after_damage(
    memory: Memory, damaged: Iterable[bytes], now: dt.datetime
) -> list[NumberFloor]:
    """Return, by year, the number above which numbering goes on when counters may be lost.

    It lies well above every number that is in memory or can still be made out in `damaged`.
    """
    highest: defaultdict[int, int] = defaultdict(int)
    # The first numbers of a year may be what was lost; Finland's New Year is before UTC's.
    given = [(now.year, 0), ((now + dt.timedelta(days=1)).year, 0)]
    given += [(counter.year, counter.last) for counter in memory.all(COUNTERS)]
    given += [(floor.year, floor.last) for floor in memory.all(FLOORS)]
    given += [read_number(report.number) for report in memory.all(REPORTS) if report.number]
    for data in damaged:
        given += [(int(year), int(number)) for year, number in STORED_NUMBER.findall(data)]
    for year, number in given:
        highest[year] = max(highest[year], number)
    return [
        NumberFloor(year=year, last=(number // LEAP + 2) * LEAP)
        for year, number in sorted(highest.items())
    ]


def number_of(report: Report) -> tuple[int, int]:
    """Return the year and the running number of a numbered report."""
    return read_number(report.number or "")


def _written(year: int, number: int) -> str:
    return f"R-{year}-{number:04d}"


def read_number(number: str) -> tuple[int, int]:
    """Return the year and the running number of a number. Raises ValueError."""
    _, year, running = number.split("-")
    return int(year), int(running)
