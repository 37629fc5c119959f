"""PostgreSQL: filing beside the SDK's echo and beside the driver alone, and growth of the lists.

The server is a real one from a wheel, on this machine, so it shares the processors with the bot
and with the load.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import secrets
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter

import asyncpg

from benchmarks.activities import forms_sent, messages
from benchmarks.connector import Connector
from benchmarks.karki import karki
from benchmarks.plan import SENDERS, Plan
from benchmarks.seeding import TENANT, new_id, report
from benchmarks.table import Row, reached
from benchmarks.turns import Contestant, sdk_echo
from storage.postgres_engine import statements as sql
from storage.postgres_engine.pool import MOST_CONNECTIONS
from storage.postgres_engine.store import PostgresStore
from storage.records import Need, Post, Report, ReportFilter, ReportKind
from tests.fakes.sign_in import SignIn
from tests.storage.postgres_place import PostgresPlace

SDK_TIMES = 8.0
DRIVER_SHARE = 0.5
FIRST_PAGE_MS = 100.0
TOTALS_MS = 1_000.0
SIZES = (1_000, 10_000, 100_000)


async def run(plan: Plan) -> list[Row]:
    """Measure, and return the rows of the table."""
    with tempfile.TemporaryDirectory(prefix="karki-bench-pg-") as folder:
        place = PostgresPlace(Path(folder), new_id)
        return [*await _filing(plan, place), *await _lists(PostgresPlace(Path(folder), new_id))]


async def _filing(plan: Plan, place: PostgresPlace) -> list[Row]:
    store_rates, driver_rates = [], []
    async with SignIn() as sign_in, Connector() as connector, sdk_echo(sign_in) as sdk:
        token = [sign_in.bearer(connector.url)]
        forms = Contestant("form", forms_sent(connector.url, token), b'"R-2')
        echo = Contestant("SDK echo", messages(connector.url, token))
        async with karki(place.dsn, sign_in, connector) as ours:
            for running, one in ((ours, forms), (sdk, echo)):
                await one.warm(running)
            for _ in range(plan.rounds):
                for running, one in ((ours, forms), (sdk, echo)):
                    await one.measure(running, connector, plan.seconds)
        store = await place.open()
        for _ in range(plan.rounds):
            store_rates.append(await _rate(lambda: store.file_report(_report()), plan.seconds))
            driver_rates.append(await _driver_alone(place.dsn, plan.seconds))
        await place.stop()
    times, driver = forms.times(echo), statistics.median(driver_rates)
    share = statistics.median(store_rates) / driver
    return [
        Row(
            f"postgres: report filed durably and answered, {SENDERS} senders, one process",
            f"{forms.rate:.0f}/s",
            f"≥ {SDK_TIMES:.0f} × SDK echo",
            f"{echo.rate:.0f}/s",
            f"{times:.1f}",
            reached(times >= SDK_TIMES),
        ),
        Row(
            "postgres: p50 / p95 / p99 in ms of the same",
            forms.latencies(),
            peer=f"SDK {echo.latencies()}",
        ),
        Row(
            f"postgres: the store's own filing, {SENDERS} senders",
            f"{statistics.median(store_rates):.0f}/s",
            f"≥ {DRIVER_SHARE} × the driver's same insert",
            f"{driver:.0f}/s",
            f"{share:.2f}",
            reached(share >= DRIVER_SHARE),
        ),
    ]


async def _rate(work: Callable[[], Awaitable[object]], seconds: float) -> float:
    end = perf_counter() + seconds

    async def sender() -> int:
        count = 0
        while perf_counter() < end:
            await work()
            count += 1
        return count

    started = perf_counter()
    done = await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return sum(done) / (perf_counter() - started)


async def _driver_alone(dsn: str, seconds: float) -> float:
    """Do the same statement with a bare pool of the same size."""
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=MOST_CONNECTIONS)
    try:

        async def insert() -> None:
            filed = _report()
            post = Post(
                id=new_id(),
                tenant=TENANT,
                to="group",
                topic="report",
                report=filed.id,
                due=dt.datetime.now(dt.UTC),
            )
            await pool.fetch(
                sql.FILE_NAMED,
                filed.id,
                filed.tenant,
                filed.day.year,
                filed.model_dump_json(),
                post.id,
                post.model_dump_json(),
                post.due,
            )

        return await _rate(insert, seconds)
    finally:
        await pool.close()


def _report() -> Report:
    return report(secrets.randbelow(500), "https://smba.trafficmanager.net/emea/")


async def _lists(place: PostgresPlace) -> list[Row]:
    store = await place.open()
    rows, count = [], 0
    everything = ReportFilter(tenant=TENANT)
    for size in SIZES:
        count = await _fill(store, count, size)
        pages = {
            "the newest": everything,
            "of a kind, need and municipality": ReportFilter(
                tenant=TENANT, kind=ReportKind.CHANGE, need=Need.HOUSING, municipality="H03"
            ),
            "of a unit": ReportFilter(tenant=TENANT, unit="U7"),
            "that nothing fits": ReportFilter(tenant=TENANT, unit="none"),
        }
        worst = max(
            [
                await _milliseconds(lambda wanted=wanted: store.find_reports(wanted, limit=20))
                for wanted in pages.values()
            ]
        )
        totals = max(
            [
                await _milliseconds(lambda by=by: store.count_reports(everything, by))
                for by in sql.COUNT_REPORTS
            ]
        )
        last = size == SIZES[-1]
        rows += [
            Row(
                f"postgres: first page of {size:,} reports, slowest of {len(pages)} filters",
                f"{worst:.1f} ms",
                f"< {FIRST_PAGE_MS:.0f} ms" if last else "",
                "",
                "",
                reached(worst < FIRST_PAGE_MS) if last else "",
            ),
            Row(
                f"postgres: totals of {size:,} reports, slowest of {len(sql.COUNT_REPORTS)}",
                f"{totals:.1f} ms",
                f"< {TOTALS_MS:.0f} ms" if last else "",
                "",
                "",
                reached(totals < TOTALS_MS) if last else "",
            ),
        ]
    await place.stop()
    return rows


async def _fill(store: PostgresStore, count: int, size: int) -> int:
    """Put reports with numbers straight into the table, as they would stand there."""
    rows = []
    while count < size:
        count += 1
        made = _report().model_copy(
            update={
                "number": f"R-2026-{count:04d}",
                "kind": random.choice(list(ReportKind)),
                "need": random.choice([*Need, None]),
                "municipality": f"H{random.randrange(30):02d}",
                "unit": f"U{random.randrange(300)}",
                "day": dt.date(2025, 1, 1) + dt.timedelta(days=count % 690),
            }
        )
        rows.append((made.id, made.model_dump(mode="json")))
    async with store._pool._pool.acquire() as connection:
        insert = "INSERT INTO reports (id, record) VALUES ($1, $2)"
        await connection.executemany(insert, rows, timeout=300)
        await connection.execute("ANALYZE reports", timeout=100)
    return count


async def _milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    """Return the median of seven tries."""
    took = []
    for _ in range(7):
        started = perf_counter()
        await work()
        took.append((perf_counter() - started) * 1000)
    return statistics.median(took)
