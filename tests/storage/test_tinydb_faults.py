"""The embedded engine on a disk that fails: at every single step, full, and read-only."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.errors import CannotOpen, NotSaved
from storage.records import Report
from storage.store import Store
from storage.tinydb_engine import TinyDbStore, committer, files
from tests.storage.engines import FilesOs, TinyDbPlace
from tests.storage.samples import anonymous, channel, named, way_back

ROOT = Path(__file__).parents[2]


class Disk:
    """Counts the steps by which files are written, and fails from the `first` to the `last`."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.first: int | None = None
        self.last: int | None = None
        self.failed = False

    def fail(self, first: int, last: int | None) -> None:
        """Fail at step `first` of those that follow, and until `last` (None: for good)."""
        self.calls, self.first, self.last, self.failed = [], first, last, False

    def mend(self) -> None:
        """Fail no more."""
        self.first = None

    def step(self, name: str, real: Callable[..., Any], undone: Callable[..., Any]) -> Any:
        """Return `real` as a counted step that may fail; then `undone` is called instead."""

        def call(*arguments: Any, **keywords: Any) -> Any:
            self.calls.append((name, arguments[0]))
            now = len(self.calls) - 1
            last = now if self.last is None else self.last
            if self.first is not None and self.first <= now <= last:
                self.failed = True
                undone(*arguments)
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return real(*arguments, **keywords)

        return call


def nothing(*_: Any) -> None:
    """Do nothing."""


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A disk whose every step is counted and can fail."""
    disk = Disk()
    reals = {name: getattr(os, name) for name in ("open", "write", "utime", "fsync", "close")}
    # A failed close has let go of the descriptor all the same.
    steps = {n: disk.step(n, real, real if n == "close" else nothing) for n, real in reals.items()}
    with monkeypatch.context() as patch:
        patch.setattr(files, "os", FilesOs(**steps))
        patch.setattr(Path, "replace", disk.step("rename", Path.replace, nothing))
        patch.setattr(Path, "unlink", disk.step("unlink", Path.unlink, nothing))
        yield disk


async def ids_in(store: Store) -> set[str]:
    return {report.id for report in await store.all_reports()}


async def ids_on(place: TinyDbPlace) -> set[str]:
    """Return the reports that a fresh reader of the folder sees."""
    reader = await place.read()
    assert list(reader.warnings) == []
    return await ids_in(reader)


@contextlib.asynccontextmanager
async def furnished(folder: Path, *, in_files: bool) -> Any:
    """A store with two reports, waiting or already written out, and what files a third."""
    place = TinyDbPlace(folder)
    store = await place.open()
    await store.file_report(named(1))
    await store.file_report(anonymous(2), way_back(2))
    await store.bind_channel(channel())
    if in_files:
        await place.stop()
        store = await place.open()
    yield place, store
    await place.stop()


async def every_step(
    disk: Disk,
    tmp_path: Path,
    last_of: Callable[[int], int | None],
    work: Callable[[TinyDbPlace, TinyDbStore], Any],
) -> int:
    """Do the work with a disk that fails at its first step, its second, … until none fails."""
    for n in range(100):
        async with furnished(tmp_path / f"data-{n}", in_files=n % 2 == 0) as (place, store):
            disk.fail(n, last_of(n))
            await work(place, store)
            disk.mend()
        if not disk.failed:
            return n
    raise AssertionError("there is no end of steps")


async def test_a_step_that_fails_means_not_saved_and_memory_equal_to_the_disk(
    disk: Disk, tmp_path: Path
) -> None:
    async def work(place: TinyDbPlace, store: TinyDbStore) -> None:
        before = await ids_in(store)
        new = named("new")
        saved = True
        try:
            await store.file_report(new)
        except NotSaved:
            saved = False
        disk.mend()
        assert saved is not disk.failed
        assert await ids_in(store) == before | ({new.id} if saved else set())
        assert await ids_on(place) == await ids_in(store)
        await store.file_report(new)
        await store.file_report(named("after"))
        assert await ids_on(place) == await ids_in(store) == before | {new.id, named("after").id}
        await place.stop()
        reopened = await place.open()
        assert sorted(r.number or "" for r in await reopened.all_reports()) == [
            "",
            "R-2026-0001",
            "R-2026-0002",
            "R-2026-0003",
        ]

    assert await every_step(disk, tmp_path, lambda n: n, work) == 9


async def test_a_disk_that_dies_at_any_step_loses_nothing_answered_and_mends_itself(
    disk: Disk, tmp_path: Path
) -> None:
    """After the renaming nothing can be undone on a dead disk: the next write does it."""

    async def work(place: TinyDbPlace, store: TinyDbStore) -> None:
        before = await ids_in(store)
        if disk.first == 0:
            disk.fail(1, None)  # a reader must be able to tell a dead disk from a live one
        with contextlib.suppress(NotSaved):
            await store.file_report(named("new"))
        in_memory = await ids_in(store)
        disk.mend()
        assert await ids_on(place) >= in_memory >= before
        await store.check()
        assert await ids_on(place) == in_memory

    await every_step(disk, tmp_path, lambda _: None, work)


async def test_a_process_that_dies_at_any_step_of_a_write_has_done_it_whole_or_not_at_all(
    disk: Disk, tmp_path: Path
) -> None:
    async def work(place: TinyDbPlace, store: TinyDbStore) -> None:
        before = await ids_in(store)
        saved = False
        with contextlib.suppress(NotSaved):
            await store.file_report(named("new"))
            saved = True
        await place.crash()
        disk.mend()
        store = await place.open()
        assert list(store.warnings) == []
        assert await ids_in(store) - {named("new").id} == before
        assert len(await store.outbox()) == len(await ids_in(store)) - 1
        if saved:
            assert named("new").id in await ids_in(store)

    await every_step(disk, tmp_path, lambda _: None, work)


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for-good"])
async def test_writing_out_that_fails_at_any_step_loses_nothing(
    disk: Disk, tmp_path: Path, for_good: bool
) -> None:
    async def work(place: TinyDbPlace, store: TinyDbStore) -> None:
        first = disk.first or 0
        disk.mend()
        await store.file_report(named("new"))
        expected = list(await store.all_reports())
        posts = await store.outbox()
        disk.fail(first, None if for_good else first)
        await place.stop()
        disk.mend()
        reader = await place.read()
        assert list(await reader.all_reports()) == expected
        store = await place.open()
        assert list(store.warnings) == []
        assert list(await store.all_reports()) == expected
        assert await store.outbox() == posts
        assert await store.group_channel(channel().tenant) == channel()

    # Each of four files and the waiting file takes nine steps.
    assert await every_step(disk, tmp_path, lambda n: None if for_good else n, work) >= 36


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for-good"])
async def test_an_opening_that_fails_at_any_step_changes_nothing_for_the_next(
    disk: Disk, tmp_path: Path, for_good: bool
) -> None:
    """Also where damaged files are being kept and mended ones taken in."""

    async def work(place: TinyDbPlace, store: TinyDbStore) -> None:
        first = disk.first or 0
        disk.mend()
        await store.file_report(named("new"))
        expected = list(await store.all_reports())
        await place.stop()
        (place.folder / "reports-2026-11.json").rename(place.folder / "reports-2026-11-mended.json")
        damaged = (place.folder / "settings.json").read_bytes()[:50]
        (place.folder / "settings.json").write_bytes(damaged)
        disk.fail(first, None if for_good else first)
        with contextlib.suppress(CannotOpen):
            await place.open()
            await place.stop()
        failed = disk.failed
        disk.mend()
        store = await place.open()
        assert list(await store.all_reports()) == expected
        assert place.stored()["damaged/settings.json.1"] == damaged
        assert "damaged/settings.json.2" not in place.stored()
        filed = await store.file_report(named("after"))
        # A number beyond what settings.json may have known; further still if it was tried twice.
        assert filed.number in {"R-2026-2001", "R-2026-4001"}
        disk.failed = failed

    assert await every_step(disk, tmp_path, lambda n: None if for_good else n, work) >= 36


async def test_every_write_is_a_synced_file_renamed_in_a_folder_that_is_synced_after(
    disk: Disk, tmp_path: Path
) -> None:
    async with furnished(tmp_path / "data", in_files=True) as (place, store):
        await store.file_report(named("new"))
        await place.stop()
    steps = " ".join(name for name, _ in disk.calls if name != "unlink")
    one_write = "open (write )+utime fsync close rename open fsync close ?"
    synced_folder = "open fsync close ?"
    assert re.fullmatch(f"({one_write}|{synced_folder})+", steps)
    renamed = [path for name, path in disk.calls if name == "rename"]
    assert {path.name for path in renamed} == {
        "pending.json.new",
        "reports-2026-11.json.new",
        "outbox.json.new",
        "settings.json.new",
        "return-addresses.json.new",
    }


def test_nothing_in_the_folder_is_ever_written_in_place(tmp_path: Path) -> None:
    """Every file that the process opens to write is a temporary one, or the lock."""
    program = """
import asyncio, os, sys
from pathlib import Path
from storage.tinydb_engine import TinyDbStore
from tests.storage.samples import anonymous, channel, named, way_back

def note(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
        path, _, flags = arguments
        if str(path).startswith(sys.argv[1]) and flags & (os.O_WRONLY | os.O_RDWR):
            print(Path(path).name)

async def main():
    for n in range(2):
        store = await TinyDbStore.open(Path(sys.argv[1]), lambda: os.urandom(8).hex())
        await store.file_report(named(n))
        await store.file_report(anonymous(n), way_back(n))
        await store.bind_channel(channel())
        await store.close()

sys.addaudithook(note)
asyncio.run(main())
"""
    folder = str(tmp_path / "data")
    done = subprocess.run(
        [sys.executable, "-c", program, folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    opened = set(done.stdout.split())
    assert "pending.json.new" in opened
    assert {name for name in opened if not name.endswith(".json.new")} == {"LOCK"}


async def test_a_disk_that_takes_a_few_bytes_at_a_time_gets_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "os", FilesOs(write=lambda fd, data: os.write(fd, data[:7])))
    async with furnished(tmp_path / "data", in_files=True) as (place, store):
        assert await ids_on(place) == await ids_in(store)
        assert len(await ids_in(store)) == 2


async def test_what_was_stored_together_does_not_wait_together_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report and its return address part when the store has been quiet for a moment."""
    monkeypatch.setattr(committer, "QUIET_SECONDS", 0.001)
    async with furnished(tmp_path / "data", in_files=False) as (place, store):
        while (place.folder / "pending.json").read_bytes() != b"{}":  # noqa: ASYNC110 # a file has no event
            await asyncio.sleep(0.005)
        assert way_back(2).id in place.stored()["return-addresses.json"].decode()
        await store.file_report(named("after"))


async def test_writing_out_is_tried_again_until_the_disk_is_mended(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "QUIET_SECONDS", 0.001)
    monkeypatch.setattr(committer, "WRITE_OUT_AFTER", 4)
    async with furnished(tmp_path / "data", in_files=True) as (place, store):
        disk.fail(9, 60)  # the commit is taken, writing out fails several times
        await store.file_report(named("new"))
        while (place.folder / "pending.json").read_bytes() != b"{}":  # noqa: ASYNC110 # a file has no event
            await asyncio.sleep(0.005)
        assert disk.failed
        assert len(await ids_on(place)) == 3


async def test_an_error_that_is_not_the_disks_is_answered_and_the_store_works_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for ever, and the log does not quote what was to be stored."""
    async with furnished(tmp_path / "data", in_files=True) as (_, store):
        with monkeypatch.context() as patch:

            def fail(path: Path, data: bytes) -> None:
                raise MemoryError(f"no room for {data!r}")

            patch.setattr(files, "replace_file", fail)
            with pytest.raises(NotSaved, match="MemoryError"):
                await store.file_report(named("new"))
        assert "phenomenon" not in caplog.text
        assert (await store.file_report(named("new"))).number == "R-2026-0002"


# -- a full disk, a read-only folder -------------------------------------------------------

FULL = """
import asyncio, os, resource, signal, sys
from pathlib import Path
from storage.errors import NotSaved
from storage.tinydb_engine import TinyDbStore
from tests.storage.samples import anonymous, named, way_back

async def main():
    store = await TinyDbStore.open(Path(sys.argv[1]), lambda: os.urandom(8).hex())
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
    refused = 0
    for n in range(400):
        filings = [store.file_report(named(n)), store.file_report(anonymous(n), way_back(n))]
        for answer in await asyncio.gather(*filings, return_exceptions=True):
            if isinstance(answer, NotSaved):
                refused += 1
            else:
                print(answer.id, flush=True)
        if refused >= 4:
            break
    assert refused >= 4, "the disk was never full"
    assert not list(Path(sys.argv[1]).glob("*.new")), "no half-written file keeps the disk full"
    if sys.argv[2] == "mended":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        print((await store.file_report(named("after"))).id, flush=True)
        await store.close()
    elif sys.argv[2] == "closed":
        await store.close()
    os._exit(0)

asyncio.run(main())
"""


@pytest.mark.parametrize("end", ["mended", "closed", "killed"])
async def test_a_full_disk_is_told_and_takes_nothing_with_it(tmp_path: Path, end: str) -> None:
    """The limit on a file's size is the kernel's own: the write is really refused."""
    done = subprocess.run(  # noqa: ASYNC221 # nothing else runs meanwhile
        [sys.executable, "-c", FULL, str(tmp_path / "data"), end],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    answered = done.stdout.split()
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    place = TinyDbPlace(tmp_path / "data")
    store = await place.open()
    assert list(store.warnings) == []
    assert await ids_in(store) == set(answered)
    numbers = sorted(r.number for r in await store.all_reports() if r.number)
    assert numbers == [f"R-2026-{n:04d}" for n in range(1, len(numbers) + 1)]
    await place.stop()


async def test_a_folder_that_cannot_be_written_is_refused_at_the_start_and_reads_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = TinyDbPlace(tmp_path / "data")
    store = await place.open()
    filed: Report = await store.file_report(named(1))
    await place.stop()
    before = place.stored()
    with read_only(place.folder, monkeypatch), pytest.raises(CannotOpen, match=r"data: .+"):
        await place.open()
    place = TinyDbPlace(place.folder)
    assert place.stored() == before
    with read_only(place.folder, monkeypatch):
        assert list(await (await place.read()).all_reports()) == [filed]


async def test_a_folder_that_turns_read_only_says_not_saved_and_recovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with furnished(tmp_path / "data", in_files=True) as (place, store):
        before = await ids_in(store)
        with read_only(place.folder, monkeypatch):
            with pytest.raises(NotSaved):
                await store.file_report(named("new"))
            with pytest.raises(NotSaved):
                await store.check()
            assert await ids_on(place) == await ids_in(store) == before
        await store.check()
        await store.file_report(named("new"))
        assert await ids_on(place) == await ids_in(store) == before | {named("new").id}


@contextlib.contextmanager
def read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make a folder read-only; for root, to whom no folder is, as a read-only disk would."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        lock = folder / "LOCK"
        lock.chmod(0o400)
        try:
            yield
        finally:
            folder.chmod(0o700)
            lock.chmod(0o600)
        return
    real = os.open

    def refuse(path: Any, flags: int, *arguments: Any, **keywords: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and str(path).startswith(str(folder)):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, *arguments, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        yield
