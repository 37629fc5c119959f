"""How soon `python app.py` is ready in local mode, and how much memory it holds."""

from __future__ import annotations

import asyncio
import shutil
import statistics
from pathlib import Path
from time import perf_counter

from benchmarks.activities import cards_sent
from benchmarks.karki import local_karki
from benchmarks.load import drive
from benchmarks.plan import SENDERS, Plan
from benchmarks.processes import Server
from benchmarks.seeding import MONTH, copy_of_month
from benchmarks.table import Row, reached

REPORTS = 10_000
FILED = 1_000
MOST_SECONDS = 2.0
MOST_MB = 120.0
SERVICE_URL = "http://127.0.0.1:9/teams/"


async def run(plan: Plan) -> list[Row]:
    """Measure, and return the rows of the table."""
    full = await copy_of_month(
        plan.folder, "start-full", more=REPORTS - MONTH, service_url=SERVICE_URL
    )
    empty_starts, full_starts = [], []
    fresh_mb, filed_mb, full_mb = [], [], []
    for number in range(plan.starts):
        empty = plan.folder / f"start-{number}"
        seconds, server_mb, after = await _start(empty, FILED if number < 2 else 0)
        empty_starts.append(seconds)
        fresh_mb.append(server_mb)
        if after:
            filed_mb.append(after)
        copy = Path(shutil.copytree(full, plan.folder / f"start-full-{number}"))
        seconds, server_mb, _ = await _start(copy, 0)
        full_starts.append(seconds)
        full_mb.append(server_mb)
    median = statistics.median
    return [
        Row(
            "start: to /readyz 200, local mode, empty store",
            f"{median(empty_starts):.2f} s",
            f"< {MOST_SECONDS:.0f} s",
            reached=reached(median(empty_starts) < MOST_SECONDS),
        ),
        Row(f"start: the same with {REPORTS:,} reports", f"{median(full_starts):.2f} s"),
        Row(
            f"start: VmRSS after {FILED:,} reports filed over HTTP, {SENDERS} senders",
            f"{median(filed_mb):.0f} MiB",
            f"< {MOST_MB:.0f} MiB",
            peer=f"{median(fresh_mb):.0f} MiB before",
            reached=reached(median(filed_mb) < MOST_MB),
        ),
        Row(f"start: VmRSS when started with {REPORTS:,} reports", f"{median(full_mb):.0f} MiB"),
    ]


async def _start(folder: Path, file: int) -> tuple[float, float, float]:
    """Return the seconds to readiness and VmRSS then, and VmRSS after so many filings."""
    started = perf_counter()
    async with local_karki(folder) as server:
        while not await _ready(server):  # noqa: ASYNC110 # another process sets no event here
            await asyncio.sleep(0.005)
        seconds = perf_counter() - started
        fresh, filed = server.resident_mb(), 0.0
        if file:
            requests = cards_sent(SERVICE_URL, [])
            await drive(server.port, requests, senders=SENDERS, most=file, expect=b'"R-2')
            filed = server.resident_mb()
    return seconds, fresh, filed


async def _ready(server: Server) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /readyz HTTP/1.0\r\n\r\n")
    line = await reader.readline()
    writer.close()
    return b" 200 " in line
