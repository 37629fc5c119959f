"""Reports that the group has are found by their fields, page by page, and counted."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from storage.errors import StoreClosed
from storage.records import Need, Report, ReportFilter, ReportKind
from storage.store import Store
from tests.storage.engines import Place
from tests.storage.samples import OTHER, TENANT, anonymous, named

KINDS = tuple(ReportKind)
NEEDS = (Need.HOUSING, Need.MONEY, None)


async def _filed(store: Store, count: int = 60) -> list[Report]:
    """File reports of two tenants and two years, of every kind, with and without a need."""
    filed = []
    for n in range(count):
        report = named(n).model_copy(
            update={
                "tenant": OTHER if n % 5 == 4 else TENANT,
                "kind": KINDS[n % 3],
                "need": NEEDS[n % 7 % 3],
                "municipality": f"H{n % 4:02d}",
                "unit": None if n % 2 else "Kotihoito",
                "day": dt.date(2025, 12, 30) + dt.timedelta(days=n),
            }
        )
        filed.append(await store.file_report(report))
    return filed


def _key(report: Report) -> tuple[int, int]:
    _, year, running = (report.number or "").split("-")
    return int(year), int(running)


FILTERS = (
    ReportFilter(tenant=TENANT),
    ReportFilter(tenant=OTHER),
    ReportFilter(tenant="nobody"),
    ReportFilter(tenant=TENANT, kind=ReportKind.CHANGE),
    ReportFilter(tenant=TENANT, need=Need.HOUSING, municipality="H02"),
    ReportFilter(tenant=TENANT, unit="Kotihoito", kind=ReportKind.WEAK_SIGNAL),
    ReportFilter(tenant=TENANT, since=dt.date(2026, 1, 3), until=dt.date(2026, 1, 20)),
    ReportFilter(tenant=TENANT, unit="nowhere"),
)


@pytest.mark.parametrize("wanted", FILTERS, ids=range(len(FILTERS)))
async def test_pages_hold_what_is_wanted_highest_number_first(
    store: Store, wanted: ReportFilter
) -> None:
    filed = await _filed(store)
    expected = sorted(filter(wanted.fits, filed), key=_key, reverse=True)
    pages: list[Report] = []
    below = None
    while page := await store.find_reports(wanted, limit=7, below=below):
        assert len(page) <= 7
        pages += page
        below = page[-1].number
    assert pages == expected


async def test_a_report_that_comes_meanwhile_shifts_no_page(store: Store) -> None:
    await _filed(store, 20)
    wanted = ReportFilter(tenant=TENANT)
    first = await store.find_reports(wanted, limit=5)
    await store.file_report(named(100))
    second = await store.find_reports(wanted, limit=5, below=first[-1].number)
    assert _key(second[0]) < _key(first[-1])
    assert not {report.id for report in first} & {report.id for report in second}


@pytest.mark.parametrize("by", ["kind", "need", "municipality", "unit", "state", "month"])
@pytest.mark.parametrize("wanted", FILTERS, ids=range(len(FILTERS)))
async def test_counts_agree_with_the_records(store: Store, wanted: ReportFilter, by: str) -> None:
    filed = await _filed(store)

    def group(report: Report) -> str | None:
        if by == "month":
            return report.day.isoformat()[:7]
        return report.model_dump(mode="json")[by]  # type: ignore[no-any-return]

    expected = Counter(map(group, filter(wanted.fits, filed)))
    assert dict(await store.count_reports(wanted, by)) == dict(expected)  # type: ignore[arg-type]


async def test_an_anonymous_report_is_neither_found_nor_counted_before_its_batch(
    store: Store,
) -> None:
    await store.file_report(anonymous(1))
    wanted = ReportFilter(tenant=TENANT)
    assert list(await store.find_reports(wanted, limit=10)) == []
    assert dict(await store.count_reports(wanted, "kind")) == {}
    when = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
    await store.release_reports(when, [TENANT], lambda _: None)
    assert len(await store.find_reports(wanted, limit=10)) == 1
    assert sum((await store.count_reports(wanted, "kind")).values()) == 1


async def test_a_page_below_something_that_is_no_number_is_refused(store: Store) -> None:
    for below in ("", "R", "R-2026", "x-y-z"):
        with pytest.raises(ValueError, match=r"unpack|invalid literal"):
            await store.find_reports(ReportFilter(tenant=TENANT), limit=1, below=below)


async def test_nothing_is_found_or_counted_after_the_close(place: Place, store: Store) -> None:
    await place.stop()
    with pytest.raises(StoreClosed):
        await store.find_reports(ReportFilter(tenant=TENANT), limit=1)
    with pytest.raises(StoreClosed):
        await store.count_reports(ReportFilter(tenant=TENANT), "kind")
