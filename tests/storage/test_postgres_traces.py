"""What PostgreSQL itself could tell of anonymous reports: where rows lie, and who wrote them."""

# ruff: noqa: S608 # the only names put into statements are those of this project's tables

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Report
from tests.storage.postgres_place import PostgresPlace, server
from tests.storage.samples import TENANT, anonymous, named, way_back

WHEN = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[PostgresPlace]:
    """A database of its own."""
    place = PostgresPlace(tmp_path, iter(f"{n:032x}" for n in range(10_000)).__next__)
    try:
        yield place
    finally:
        await place.stop()


async def test_after_its_batch_neither_transaction_nor_place_tells_when_a_report_was_filed(
    place: PostgresPlace,
) -> None:
    store = await place.open()
    filed = []
    for n in range(40):
        # Named reports have times: a neighbour's would be the anonymous one's.
        await store.file_report(named(n))
        filed.append((await store.file_report(anonymous(n), way_back(n))).id)

    def backwards(reports: list[Report]) -> None:
        reports.sort(key=lambda report: filed.index(report.id), reverse=True)

    await store.release_reports(WHEN, [TENANT], backwards)
    rows = server().run(
        "SELECT id, xmin::text FROM reports WHERE code_hash IS NOT NULL ORDER BY ctid",
        place.database,
    )
    assert {xmin for _, xmin in map(tuple, rows)} == {rows[0][1]}, "one transaction wrote them all"
    assert [row[0] for row in rows] == filed[::-1], "they lie in the order of the batch"


def _files_of(place: PostgresPlace, table: str) -> bytes:
    """Return the bytes of a table and of its long values, as they are on disk."""
    server().run("CHECKPOINT", place.database)
    data = Path(server().run("SHOW data_directory")[0][0])
    paths = server().run(
        "SELECT pg_relation_filepath(oid) FROM pg_class WHERE oid = "
        f"'{table}'::regclass OR oid = (SELECT reltoastrelid FROM pg_class "
        f"WHERE oid = '{table}'::regclass)",
        place.database,
    )
    return b"".join((data / path).read_bytes() for (path,) in map(tuple, paths))


async def test_after_its_batch_no_earlier_version_of_a_report_is_left_on_disk(
    place: PostgresPlace,
) -> None:
    store = await place.open()
    for n in range(40):
        await store.file_report(anonymous(n), way_back(n))
    assert _files_of(place, "waiting_reports").count(b"phenomenon of") == 40
    before = _files_of(place, "return_addresses")
    await store.release_reports(WHEN, [TENANT], lambda reports: reports.reverse())
    assert _files_of(place, "waiting_reports").count(b"phenomenon of") == 0
    assert _files_of(place, "reports").count(b"phenomenon of") == 40
    after = _files_of(place, "return_addresses")
    assert [before.count(b"sealed"), after.count(b"sealed")] == [40, 40]
    rows = server().run("SELECT DISTINCT xmin::text FROM return_addresses", place.database)
    assert len(rows) == 1, "one transaction wrote them all"
    lie = server().run("SELECT id FROM return_addresses ORDER BY ctid", place.database)
    assert [row[0] for row in lie] == sorted(row[0] for row in lie), "they lie by random ids"


async def test_no_table_has_a_running_number_or_a_time_of_writing(place: PostgresPlace) -> None:
    columns = server().run(
        "SELECT table_name, column_name, data_type, column_default, is_identity "
        "FROM information_schema.columns WHERE table_schema = 'public'",
        place.database,
    )
    assert not [
        row for row in map(tuple, columns) if row[4] == "YES" or "nextval" in (row[3] or "")
    ]
    times = {(row[0], row[1]) for row in map(tuple, columns) if "timestamp" in row[2]}
    # All three are times of sending, never of what is sent.
    assert times == {("posts", "due"), ("posts", "claimed_until"), ("releases", "scheduled")}
