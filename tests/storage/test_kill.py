"""A killed process loses no answered report, and leaves a folder that opens.

`KARKI_KILLS` says how many processes are killed (200 is the bar; the default keeps `make test`
short).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.records import Report
from storage.tinydb_engine import TinyDbStore

KILLS = int(os.environ.get("KARKI_KILLS", "30"))
# A folder is used for several kills, so that later ones meet what earlier ones left.
KILLS_OF_A_FOLDER = 10
ROOT = Path(__file__).parents[2]


@pytest.fixture
def burst() -> Iterator[subprocess.Popen[str]]:
    """The program that files reports until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storage.burst"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        yield program
        assert program.stdin is not None
        program.stdin.close()
        assert program.wait(30) == 0


def killed_after(
    burst: subprocess.Popen[str], folder: Path, seed: int, seconds: float
) -> list[list[str]]:
    """Let a process file into the folder, kill it, and return what it had answered."""
    assert burst.stdin is not None
    assert burst.stdout is not None
    burst.stdin.write(f"{folder} {seed}\n")
    burst.stdin.flush()
    answered: list[list[str]] = []
    for line in burst.stdout:
        match line.split():
            case ["dead"]:
                return answered
            case ["pid", pid]:
                threading.Timer(seconds, os.kill, (int(pid), signal.SIGKILL)).start()
            case [report, kind, number]:
                answered.append([report, kind, number])
    raise AssertionError("the program ended")


async def check(folder: Path, answered: list[list[str]]) -> int:
    """Open the folder and check every promise against what was answered."""
    store = await TinyDbStore.open(folder, lambda: "unused")
    assert list(store.warnings) == []
    stored = {report.id: report for report in await store.all_reports()}
    for report, kind, number in answered:
        assert report in stored, f"an answered {kind} report is missing"
        if kind == "named":
            assert stored[report].number == number
    numbers = sorted(r.number for r in stored.values() if r.number)
    assert numbers == [f"R-2026-{n:04d}" for n in range(1, len(numbers) + 1)]
    posted = Counter(post.report for post in await store.outbox())
    assert posted == Counter(r.id for r in stored.values() if r.number), "one post for each"
    await store.close()
    check_files(folder, stored, answered)
    return len(stored)


def check_files(folder: Path, stored: dict[str, Report], answered: list[list[str]]) -> None:
    """Check the files themselves, as they are after the close."""
    on_disk: Counter[str] = Counter()
    for path in folder.glob("reports-*.json"):
        on_disk.update(json.loads(path.read_bytes())["reports"].keys())
    assert on_disk == Counter(stored.keys()), "each report stands once, in one file"
    if stored:
        backs = json.loads((folder / "return-addresses.json").read_bytes())["return_addresses"]
        assert {back for _, kind, back in answered if kind == "anonymous"} <= set(backs)
        assert len(backs) == sum(report.anonymous for report in stored.values())
    assert not list(folder.glob("*.new"))


async def test_a_killed_process_loses_no_answered_report(
    burst: subprocess.Popen[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = random.Random()
    total = stored = 0
    for kill in range(KILLS):
        if kill % KILLS_OF_A_FOLDER == 0:
            folder, answered = tmp_path / f"data-{kill}", []
        answered += killed_after(burst, folder, kill, choice.uniform(0.005, 0.35))
        stored = await check(folder, answered)
        if kill % KILLS_OF_A_FOLDER == KILLS_OF_A_FOLDER - 1 or kill == KILLS - 1:
            total += stored
    with capsys.disabled():
        print(f"\n{KILLS} kills, {total} reports stored, no answered one missing")
    assert total > KILLS, "the kills met some load"
