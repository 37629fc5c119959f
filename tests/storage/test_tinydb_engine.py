"""What is special to the embedded engine: one owner, files a person can read, readers beside it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.errors import CannotOpen, StoreClosed, StoreInUse
from storage.tinydb_engine import folder as folder_module
from tests.storage.engines import TinyDbPlace
from tests.storage.samples import NOW, TENANT, anonymous, channel, named, way_back

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path) -> TinyDbPlace:
    """A folder that is not there yet."""
    return TinyDbPlace(tmp_path / "data")


# -- one owner -----------------------------------------------------------------------------


@contextlib.contextmanager
def owner(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the folder and files into it until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storage.burst"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdin is not None
        program.stdin.write(f"{folder} 0\n")
        program.stdin.close()
        yield program


def line_of(program: subprocess.Popen[str]) -> list[str]:
    """Return the words of the next line a program says."""
    assert program.stdout is not None
    return program.stdout.readline().split()


async def test_a_second_process_is_told_which_one_owns_the_folder(place: TinyDbPlace) -> None:
    with owner(place.folder) as program:
        said = [line_of(program), line_of(program)]
        pid = int(next(words[1] for words in said if words[0] == "pid"))
        if ["open"] not in said:
            assert line_of(program) == ["open"]
        for _ in range(2):
            with pytest.raises(StoreInUse, match=rf"data is in use .* \(process {pid}\)$"):
                await place.open()
        os.kill(pid, signal.SIGKILL)
        assert program.stdout is not None
        assert program.stdout.read().endswith("dead\n")
    store = await place.open()
    assert list(store.warnings) == [], "a dead owner is in nobody's way"
    await place.stop()


async def test_a_folder_has_one_owner_in_one_process_too(place: TinyDbPlace) -> None:
    store = await place.open()
    second = TinyDbPlace(place.folder)
    with pytest.raises(StoreInUse, match=rf"\(process {os.getpid()}\)$"):
        await second.open()
    await store.file_report(named(1))
    await place.stop()
    await second.open()
    await second.stop()


async def test_a_store_that_could_not_be_opened_lets_go_of_the_folder(
    place: TinyDbPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (OSError(5, "Input/output error"), RuntimeError("a bug")):
        with monkeypatch.context() as patch:

            def fail(*_: object, error: Exception = error) -> None:
                raise error

            patch.setattr(folder_module.Folder, "load", fail)
            with pytest.raises((CannotOpen, RuntimeError)):
                await place.open()
    await place.open()
    await place.stop()


async def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CannotOpen):
            await TinyDbPlace(path).open()
        with pytest.raises(CannotOpen):
            await TinyDbPlace(path).read()


async def test_a_folder_is_made_with_its_parents_for_nobody_else_to_read(tmp_path: Path) -> None:
    place = TinyDbPlace(tmp_path / "not" / "yet" / "there")
    store = await place.open()
    await store.file_report(named(1))
    await place.stop()
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in place.folder.iterdir()}
    assert modes == {0o600}


# -- files ---------------------------------------------------------------------------------


async def test_there_is_one_readable_file_for_each_aggregate(place: TinyDbPlace) -> None:
    store = await place.open()
    for month in (9, 10):
        await store.file_report(named(month, day=NOW.date().replace(month=month)))
    await store.file_report(anonymous(1), way_back(1))
    await store.bind_channel(channel())
    await place.stop()
    tables = {
        name: sorted(json.loads(data))
        for name, data in place.stored().items()
        if name.endswith(".json")
    }
    assert tables == {
        "outbox.json": ["posts"],
        "pending.json": [],
        "reports-2026-09.json": ["reports"],
        "reports-2026-10.json": ["reports"],
        "reports-2026-11.json": ["reports"],
        "return-addresses.json": ["return_addresses"],
        "settings.json": ["counters", "group_channels"],
    }
    assert '"phenomenon":"phenomenon of 9"' in place.stored()["reports-2026-09.json"].decode()


async def test_nothing_about_the_files_tells_when_or_in_which_order_people_reported(
    place: TinyDbPlace,
) -> None:
    """Rows are sorted by random keys and times are those of the day; waiting ones too."""
    store = await place.open()
    filed = [anonymous(n) for n in range(20)]
    for n, report in enumerate(filed):
        await store.file_report(report, way_back(n))
    assert [report.id for report in filed] != sorted(report.id for report in filed)
    for end in (place.crash, place.stop):
        for path in place.folder.glob("*.json"):
            assert path.stat().st_mtime % 86_400 == 0, path.name
            tables = json.loads(path.read_bytes())
            for rows in tables.values():
                assert list(rows) == sorted(rows), path.name
            assert not re.search(rb"\d\d:\d\d", path.read_bytes())
        await end()
        await place.open()
    rows = json.loads(place.stored()["reports-2026-11.json"])["reports"]
    assert set(rows) == {report.id for report in filed}
    assert {len(row) for row in rows.values()} == {len(rows[filed[0].id])}


async def test_a_months_file_holds_no_documents_numbered_by_tinydb(place: TinyDbPlace) -> None:
    """TinyDB's own running ids would tell the order."""
    store = await place.open()
    await store.file_report(anonymous(1))
    await store.file_report(anonymous(2))
    await place.stop()
    keys = json.loads(place.stored()["reports-2026-11.json"])["reports"]
    assert not [key for key in keys if key.isdigit()]


async def test_a_removed_post_leaves_nothing_behind(place: TinyDbPlace) -> None:
    store = await place.open()
    await store.file_report(named(1))
    await place.stop()
    store = await place.open()
    (post,) = await store.outbox()
    await store.post_delivered(post.id)
    await place.stop()
    assert post.id not in b"".join(place.stored().values()).decode()
    assert list(await (await place.open()).outbox()) == []


# -- readers beside the owner --------------------------------------------------------------


async def test_a_reader_beside_a_busy_owner_sees_every_answered_report_at_one_moment(
    place: TinyDbPlace,
) -> None:
    with owner(place.folder) as program:
        assert program.stdout is not None
        pid, answered, readings = 0, set[str](), 0
        for line in program.stdout:
            match line.split():
                case ["pid", number]:
                    pid = int(number)
                case [report, _, _]:
                    answered.add(report)
                case _:
                    continue
            if len(answered) < 100 * (readings + 1):
                continue
            readings += 1
            reader = await place.read()
            stored = {report.id: report for report in await reader.all_reports()}
            assert answered <= set(stored)
            numbers = sorted(r.number for r in stored.values() if r.number)
            assert numbers == [f"R-2026-{n:04d}" for n in range(1, len(numbers) + 1)]
            posted = Counter(post.report for post in await reader.outbox())
            assert posted == Counter(r.id for r in stored.values() if r.number)
            assert list(reader.warnings) == []
            if readings == 12:
                os.kill(pid, signal.SIGKILL)
                break
        assert program.stdout.read().endswith("dead\n")


async def test_a_reader_reads_again_when_a_file_was_written_out_meanwhile(
    place: TinyDbPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited and the files are of one moment, or the reader says that it could not."""
    store = await place.open()
    await store.file_report(named(1))
    (post,) = await store.outbox()
    real, moments = Path.read_bytes, iter(range(10**6))

    def read(path: Path) -> bytes:
        data = real(path)
        if path.name == "pending.json" and next(moments) < busy:
            # The owner writes out, and the post is delivered, between two of the files.
            other = path.with_name("outbox.json")
            other.with_suffix(".new").write_bytes(b'{"posts": {}}')
            other.with_suffix(".new").replace(other)
        return data

    busy = 2
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", read)
        assert [p.id for p in await (await place.read()).outbox()] == [post.id]
        busy = 10**6
        with pytest.raises(CannotOpen, match="try again"):
            await place.read()
    await place.stop()


async def test_a_reader_changes_nothing_and_leaves_the_folder_free(place: TinyDbPlace) -> None:
    store = await place.open()
    await store.file_report(named(1))
    await place.crash()
    before = place.stored()
    reader = await place.read()
    await place.open()
    await place.crash()
    with pytest.raises(StoreClosed, match="for reading only"):
        await reader.release_reports(NOW, [TENANT], list.reverse)
    await reader.close()
    with pytest.raises(StoreClosed):
        await reader.outbox()
    assert {n: d for n, d in place.stored().items() if n.startswith("reports")} != {}
    assert before.keys() <= place.stored().keys()


async def test_a_large_burst_is_answered_in_groups(place: TinyDbPlace) -> None:
    """A write is shared, but no group is so large that the event loop stands still for it."""
    store = await place.open()
    filings = [asyncio.create_task(store.file_report(named(n))) for n in range(1000)]
    await asyncio.wait(filings, return_when=asyncio.FIRST_COMPLETED)
    assert 0 < sum(filing.done() for filing in filings) < 1000
    filed = await asyncio.gather(*filings)
    assert [report.number for report in filed] == [f"R-2026-{n:04d}" for n in range(1, 1001)]
    await place.stop()
