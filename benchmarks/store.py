"""Our store beside TinyDB's own JSONStorage, 10,000 records in each; no server is involved."""

from __future__ import annotations

import asyncio
import statistics
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest import mock

from tinydb import TinyDB
from tinydb.storages import JSONStorage

from benchmarks.plan import SENDERS, Plan
from benchmarks.seeding import MONTH, copy_of_month, new_id, report
from benchmarks.table import Row, reached
from storage.opening import open_store
from storage.store import Store

RECORDS = 10_000
FILINGS = 20
INSERTS = 3
LEAST_TIMES = 20.0
SERVICE_URL = "http://127.0.0.1/teams/"


async def run(plan: Plan) -> list[Row]:
    """Measure, and return the rows of the table."""
    folder = await copy_of_month(
        plan.folder, "store", more=RECORDS - MONTH, service_url=SERVICE_URL
    )
    theirs = TinyDB(plan.folder / "theirs.json", storage=JSONStorage)
    theirs.table("reports").insert_multiple(_document(number) for number in range(RECORDS))
    ours = await open_store(f"tinydb:{folder}", new_id)
    filing: list[float] = []
    synced: list[float] = []
    unsynced: list[float] = []
    try:
        for _ in range(plan.rounds):
            filing.append(await _file(ours))
            synced.append(_insert(theirs))
            with mock.patch("tinydb.storages.os.fsync"):
                unsynced.append(_insert(theirs))
    finally:
        await ours.close()
        theirs.close()
    size = _size(plan.folder / "theirs.json")
    return [
        _row(f"with fsync, {size}", filing, synced),
        _row(f"without fsync, {size}", filing, unsynced),
    ]


def _document(number: int) -> dict[str, Any]:
    return report(number, SERVICE_URL).model_dump(mode="json")


async def _file(store: Store) -> float:
    reports = [report(number, SERVICE_URL) for number in range(SENDERS * FILINGS)]
    count = len(reports)

    async def send() -> None:
        while reports:
            await store.file_report(reports.pop())

    started = perf_counter()
    await asyncio.gather(*(send() for _ in range(SENDERS)))
    return (perf_counter() - started) / count


def _insert(database: TinyDB) -> float:
    table = database.table("reports")
    documents = [_document(number) for number in range(INSERTS)]
    started = perf_counter()
    for document in documents:
        table.insert(document)
    return (perf_counter() - started) / INSERTS


def _size(path: Path) -> str:
    return f"a file of {path.stat().st_size / 1e6:.1f} MB"


def _row(what: str, ours: list[float], theirs: list[float]) -> Row:
    times = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    return Row(
        f"store: durable insert at {RECORDS:,}, {SENDERS} senders; JSONStorage {what}",
        f"{statistics.median(ours) * 1000:.2f} ms",
        f"≥ {LEAST_TIMES:.0f} × faster",
        f"{statistics.median(theirs) * 1000:.1f} ms",
        f"{times:.0f}",
        reached(times >= LEAST_TIMES),
    )
