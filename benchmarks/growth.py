"""Filing the 10,000th report of a month beside the 100th: it may not cost much more.

Both bots (a process each; this process holds the load generator and the fakes) are started on
stores of 0 and 9,880 delivered reports of this month, file 20 reports to get warm, and when
all is written out file 200 each, one bot after the other. Then everything begins anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import statistics
from pathlib import Path
from time import perf_counter

from benchmarks.activities import forms_sent
from benchmarks.connector import Connector
from benchmarks.karki import karki
from benchmarks.load import drive, median_mean
from benchmarks.plan import SENDERS, Plan
from benchmarks.seeding import copy_of_month, new_id, report, seed
from benchmarks.table import Row, reached
from storage.opening import open_store
from tests.fakes.sign_in import SignIn

WARM, AROUND = 20, 200
SUSTAINED = 2_000
MOST_TIMES = 3.0
# Longer than the store waits after the last change before it writes its files out.
QUIET_SECONDS = 1.5

# Latencies of each round, for the small and the large store.
Rounds = list[tuple[list[float], list[float]]]


async def run(plan: Plan) -> list[Row]:
    """Measure, and return the rows of the table."""
    rows: list[Row] = []
    async with SignIn() as sign_in, Connector() as connector:
        seeds = (
            plan.folder / "growth-few",
            await copy_of_month(plan.folder, "growth-many", more=0, service_url=connector.url),
        )
        await seed(seeds[0], 0, connector.url)
        rounds = plan.growths
        for senders in (1, SENDERS):
            over_http: Rounds = []
            for number in range(rounds):
                copies = _copies(seeds, plan.folder / f"growth-http-{senders}-{number}")
                over_http.append(await _over_http(copies, sign_in, connector, senders))
            rows += _rows(f"over HTTP, {_said(senders)}", over_http)
        for senders in (1, SENDERS):
            at_store: Rounds = []
            for number in range(rounds):
                copies = _copies(seeds, plan.folder / f"growth-store-{senders}-{number}")
                few, many = [await _at_store(copy, senders, AROUND) for copy in copies]
                at_store.append((few, many))
            rows += _rows(f"at the store, {_said(senders)}", at_store)
        rows.append(await _sustained(seeds, plan.folder, rounds))
    return rows


def _copies(seeds: tuple[Path, Path], place: Path) -> tuple[Path, Path]:
    few, many = (Path(shutil.copytree(one, place / one.name)) for one in seeds)
    return few, many


def _said(senders: int) -> str:
    return "1 sender" if senders == 1 else f"{senders} senders"


async def _over_http(
    copies: tuple[Path, Path], sign_in: SignIn, connector: Connector, senders: int
) -> tuple[list[float], list[float]]:
    requests = forms_sent(connector.url, [sign_in.bearer(connector.url)])
    async with contextlib.AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(karki(copy, sign_in, connector)) for copy in copies]
        for bot in bots:
            await drive(bot.port, requests, senders=1, most=WARM, expect=b'"R-2')
        await asyncio.sleep(QUIET_SECONDS)
        few, many = [
            await drive(bot.port, requests, senders=senders, most=AROUND, expect=b'"R-2')
            for bot in bots
        ]
    return list(few.latencies), list(many.latencies)


async def _at_store(folder: Path, senders: int, count: int) -> list[float]:
    store = await open_store(f"tinydb:{folder}", new_id)
    reports = [report(number, "http://127.0.0.1/teams/") for number in range(WARM + count)]
    latencies: list[float] = []

    async def send() -> None:
        while reports:
            started = perf_counter()
            await store.file_report(reports.pop())
            latencies.append(perf_counter() - started)

    try:
        for _ in range(WARM):
            await store.file_report(reports.pop())
        await asyncio.sleep(QUIET_SECONDS)
        await asyncio.gather(*(send() for _ in range(senders)))
    finally:
        await store.close()
    return latencies


def _rows(where: str, rounds: Rounds) -> list[Row]:
    rows = []
    for name, number in (("median", 0), ("mean", 1)):
        pairs = [(median_mean(few)[number], median_mean(many)[number]) for few, many in rounds]
        rows.append(_row(f"growth: 10,000th report {where}, {name}", pairs, "the 100th"))
    return rows


def _row(what: str, pairs: list[tuple[float, float]], peer: str) -> Row:
    few, many = (statistics.median(pair[one] for pair in pairs) for one in (0, 1))
    times = statistics.median(many / few for few, many in pairs)
    return Row(
        what,
        f"{many * 1000:.2f} ms",
        f"≤ {MOST_TIMES:.0f} × {peer}",
        f"{few * 1000:.2f} ms",
        f"{times:.2f}",
        reached(times <= MOST_TIMES),
    )


async def _sustained(seeds: tuple[Path, Path], place: Path, rounds: int) -> Row:
    """Measure a long run of filings, in which the files are written out several times."""
    pairs = []
    for number in range(rounds):
        copies = _copies(seeds, place / f"growth-sustained-{number}")
        few, many = [await _at_store(copy, SENDERS, SUSTAINED) for copy in copies]
        pairs.append((statistics.fmean(few) / SENDERS, statistics.fmean(many) / SENDERS))
    what = f"growth: each of {SUSTAINED:,} after the 9,900th at the store, {SENDERS} senders"
    return _row(what, pairs, "after the 20th")
