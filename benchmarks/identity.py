"""The identity check: what it takes of an ordinary text, and of the worst text found."""

from __future__ import annotations

import datetime as dt
import random
import statistics
from pathlib import Path
from time import perf_counter

from benchmarks.plan import Plan
from benchmarks.table import Row
from dialogs.privacy.identity import find_identities

TODAY = dt.date(2026, 11, 20)
CLEAN = Path(__file__).parent.parent / "tests" / "data" / "identity" / "clean.txt"
LONG, LONGEST = 500, 4_000
# Fragments of everything that is looked for, which hostile texts are put together of.
FRAGMENTS = (
    "1", "1 ", "1.", "1-", "0 ", "a", " ", "\n", ".", "@", "a@", "a.", "a at b ", "+358", "+46 7",
    "0401234567 ", "040", "puh. 12", "1.1.1987 ", "toukokuun 3. ", "synt. ", "131052-308T ",
    "13 10 52 - 3 0 8 ", "Katu 1 ", "Koivutie 5 A 3 ", "12 Main ", "katu", "tie ", "a\u0308",
    "1\u200b", "\uff11", "\u00ad", "\u0308", "(", ") ", "/", "Äidin", "gatan 3 ", "s. ", "B ",
)  # fmt: skip


async def run(plan: Plan) -> list[Row]:
    """Measure, and return the rows of the table."""
    lines = CLEAN.read_text("utf-8").splitlines()
    chance = random.Random(1)
    texts = [" ".join(chance.sample(lines, 30))[:LONG] for _ in range(40)]
    texts = [text for text in texts if not find_identities(text, today=TODAY)]
    assert len(texts) >= 10
    clean = statistics.median(_seconds(text, 20) for text in texts)
    worst, what = _worst(chance, plan.seconds * 2)
    return [
        Row(f"identity: {LONG} characters of clean text", f"{clean * 1e6:.0f} µs"),
        Row(
            f"identity: worst of hostile texts of {LONGEST:,} ({what!r} …)", f"{worst * 1e3:.1f} ms"
        ),
    ]


def _worst(chance: random.Random, seconds: float) -> tuple[float, str]:
    """Try every fragment alone and then mixtures until the time is over; return the slowest."""
    until = perf_counter() + seconds
    units = list(FRAGMENTS)
    slowest, what = 0.0, ""
    while perf_counter() < until:
        unit = units.pop(0) if units else "".join(chance.sample(FRAGMENTS, chance.randint(2, 4)))
        text = (unit * LONGEST)[:LONGEST]
        if _seconds(text, 1) > slowest and (took := _seconds(text, 5)) > slowest:
            slowest, what = took, unit
    return slowest, what


def _seconds(text: str, times: int) -> float:
    """Return the least time of several, as whatever else the machine does only adds to it."""
    least = float("inf")
    for _ in range(times):
        started = perf_counter()
        find_identities(text, today=TODAY)
        least = min(least, perf_counter() - started)
    return least
