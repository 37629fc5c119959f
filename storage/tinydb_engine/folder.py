"""The folder of one TinyDB store: who owns it, which files it has, what is damaged in it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from storage.errors import CannotOpen, StoreInUse
from storage.records import Record
from storage.tinydb_engine.files import (
    JSON,
    AtomicFile,
    DamagedFile,
    NotSynced,
    replace_file,
    sync_folder,
    tables_of,
)
from storage.tinydb_engine.tables import Memory, Table
from storage.tinydb_engine.written import WrittenFile
from storage.upgrades import read_record

PENDING = "pending.json"
LOCK = "LOCK"
DAMAGED = "damaged"
# How often a folder is read again because its owner wrote files out meanwhile.
READING_TRIES = 50
# Settings, people, outbox, return addresses, and the reports of two months.
FILES_REMEMBERED = 6


class Damage(NamedTuple):
    """A damaged file, what it holds, and what is wrong with it."""

    path: Path
    data: bytes
    why: str


class Folder:
    """The files of one store. Every method blocks: call from a thread or before serving."""

    def __init__(self, path: Path, tables: tuple[Table[Any], ...]) -> None:
        self.path = path
        self.warnings: list[str] = []
        self.damages: list[Damage] = []
        self._tables = tables
        self._lock: int | None = None
        self._pending = AtomicFile(path / PENDING)
        # Documents committed since the aggregates' files were last written:
        # "file/table" → key → document, or {} for a removed one.
        self._waiting: dict[str, dict[str, JSON]] = {}
        # The files last written to, with their rows ready to be written again.
        self._written: dict[str, WrittenFile] = {}
        # Whether the waiting file on disk may hold a change that was reported as not saved.
        self._unsettled = False

    # -- owning ----------------------------------------------------------------------------

    def own(self) -> None:
        """Make the folder and take it for this process. Raises StoreInUse or CannotOpen."""
        try:
            if not self.path.is_dir():
                self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_folder(self.path.parent)
            lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotOpen(f"{self.path}: {error.strerror}") from error
        try:
            # The kernel lets go of this lock when the process ends, however it ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(lock, 20).decode("ascii", "replace").strip()
            os.close(lock)
            raise StoreInUse(
                f"{self.path} is in use by another Kärki (process {owner or 'unknown'})"
            ) from None
        try:
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
        except OSError as error:
            os.close(lock)
            raise CannotOpen(f"{self.path}: {error.strerror}") from error
        self._lock = lock

    def let_go(self) -> None:
        """Let another process take the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    # -- reading ---------------------------------------------------------------------------

    def load(self, memory: Memory) -> None:
        """Read every file into memory, and change none.

        What cannot be read is left out and told of in `damages`. A row found in a file that is
        not its own, such as a mended one put back under another name, is taken in unless its
        own file has it too. Raises NewerData, or CannotOpen.
        """
        files = self._read_all()
        # What waits is newer than what the other files hold.
        pending = files.pop(self.path / PENDING, b"{}")
        strays: list[tuple[Table[Any], Record]] = []
        for path, data in files.items():
            bad = 0
            rows: list[tuple[Table[Any], Record]] = []
            for name, documents in self._tables_in(path, data).items():
                if (table := memory.tables.get(name)) is None:
                    self.warnings.append(
                        f"{path.name} has an unknown table, {name}. It was left as it is."
                    )
                    continue
                good, unreadable = _records(table, documents)
                rows += [(table, row) for row in good.values() if row is not None]
                bad += unreadable + sum(row is None for row in good.values())
            if bad:
                self._damaged(path, data, f"{bad} of its rows cannot be read", whole=False)
            for table, row in rows:
                if table.file(row) != path.stem:
                    strays.append((table, row))
                    continue
                memory.apply({table.name: {table.key(row): row}})
                if bad:  # the file will be made anew
                    self._wait_for(table, row)
        for table, row in strays:
            if memory.get(table, table.key(row)) is None:
                memory.apply({table.name: {table.key(row): row}})
                self._wait_for(table, row)
        self._load_pending(memory, pending)

    def _load_pending(self, memory: Memory, data: bytes) -> None:
        path = self.path / PENDING
        bad = 0
        for place, documents in self._tables_in(path, data).items():
            file, _, name = place.rpartition("/")
            if not file or (table := memory.tables.get(name)) is None:
                bad += len(documents)
                continue
            good, unreadable = _records(table, documents)
            bad += unreadable
            memory.apply({name: good})
            self._waiting.setdefault(place, {}).update(
                {key: row.model_dump(mode="json") if row else {} for key, row in good.items()}
            )
        if bad:
            self._damaged(path, data, f"{bad} of its rows cannot be read", whole=False)

    def _wait_for(self, table: Table[Any], row: Record) -> None:
        documents = self._waiting.setdefault(f"{table.file(row)}/{table.name}", {})
        documents[table.key(row)] = row.model_dump(mode="json")

    def _read_all(self) -> dict[Path, bytes]:
        """Return every file's bytes as they were at one moment."""
        pending = self.path / PENDING
        for _ in range(READING_TRIES):
            with contextlib.suppress(FileNotFoundError):
                before = self._states()
                # What waits is read first: where no other file changes until all are read,
                # it and they are the store as it was at that moment.
                data = {pending: pending.read_bytes()} if pending.exists() else {}
                data |= {path: path.read_bytes() for path in before}
                if self._states() == before:
                    return data
        raise CannotOpen(f"{self.path} changes faster than it can be read; try again")

    def _states(self) -> dict[Path, tuple[int, int]]:
        paths = sorted(path for path in self.path.iterdir() if path.name.endswith(".json"))
        states = {path: path.stat() for path in paths if path.name != PENDING}
        return {path: (state.st_ino, state.st_ctime_ns) for path, state in states.items()}

    def _tables_in(self, path: Path, data: bytes) -> dict[str, dict[str, Any]]:
        try:
            return tables_of(data)
        except DamagedFile as error:
            self._damaged(path, data, str(error), whole=True)
            return {}

    # -- damage ----------------------------------------------------------------------------

    def _damaged(self, path: Path, data: bytes, why: str, *, whole: bool) -> None:
        self.damages.append(Damage(path, data, why))
        if self._lock is None:  # a reader without the lock changes nothing
            read = "It was not read." if whole else "The rest of it was read."
            self.warnings.append(f"{path.name} is damaged: {why}. {read}")

    def keep_damaged(self) -> None:
        """Copy what `load` found damaged to the folder `damaged`, and say so in `warnings`."""
        for damage in self.damages:
            self._keep(damage)

    def damaged_contents(self) -> list[bytes]:
        """Return what the folder `damaged` holds, now and from before."""
        aside = self.path / DAMAGED
        return [path.read_bytes() for path in sorted(aside.iterdir())] if aside.exists() else []

    def remove_damaged(self) -> None:
        """Remove the damaged files: copies are kept, and what was good in them waits."""
        for damage in self.damages:
            if damage.path.name != PENDING:  # that one is replaced, never missing
                damage.path.unlink(missing_ok=True)
        sync_folder(self.path)

    def _keep(self, damage: Damage) -> None:
        aside = self.path / DAMAGED
        aside.mkdir(mode=0o700, exist_ok=True)
        number = 1
        while (target := aside / f"{damage.path.name}.{number}").exists():
            if target.read_bytes() == damage.data:
                break
            number += 1
        else:
            replace_file(target, damage.data)
            sync_folder(self.path)
        self.warnings.append(
            f"{damage.path.name} is damaged: {damage.why}. "
            f"It is kept as {DAMAGED}/{target.name} for mending."
        )

    # -- writing ---------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """How many documents have not yet been written to their aggregates' files."""
        return sum(len(documents) for documents in self._waiting.values())

    @property
    def settled(self) -> bool:
        """Whether nothing waits to be written out."""
        return not self._waiting and not self._unsettled

    def commit(self, changes: list[tuple[Table[Any], str, str, JSON]]) -> None:
        """Make changes (table, file, key, document or {}) durable at once, or raise OSError.

        All of them go into one file that is replaced in one step, whatever aggregates they
        belong to. It is sorted by random keys, so it tells nothing of their order. Should the
        disk fail again while a failed commit is undone, the next write undoes it.
        """
        waiting = {place: dict(documents) for place, documents in self._waiting.items()}
        for table, file, key, document in changes:
            waiting.setdefault(f"{file}/{table.name}", {})[key] = document
        self._write_waiting(waiting)

    def _write_waiting(self, waiting: dict[str, dict[str, JSON]]) -> None:
        try:
            self._pending.write(waiting)
        except NotSynced:
            self._unsettled = True
            try:
                self._pending.write(self._waiting)
            except NotSynced:
                self._unsettled = False  # what stands there is the old content all the same
            except OSError:
                pass
            else:
                self._unsettled = False
            raise
        self._waiting, self._unsettled = waiting, False

    def write_out(self, memory: Memory) -> None:
        """Write what waits to the aggregates' files, then empty the waiting file.

        A file found missing or damaged is made again from memory. Raises OSError; a crash or
        an error in between leaves everything to be done again.
        """
        if self.settled:
            return
        by_file: dict[str, dict[str, dict[str, JSON]]] = {}
        for place, documents in self._waiting.items():
            file, _, name = place.rpartition("/")
            by_file.setdefault(file, {})[name] = documents
        for file, tables in by_file.items():
            path = self.path / f"{file}.json"
            written = self._written.setdefault(file, WrittenFile(path))
            try:
                if path.exists():
                    written.apply(tables)
                    continue
            except DamagedFile as error:
                self._keep(Damage(path, path.read_bytes(), str(error)))
            written.replace(self._rows_of_file(memory, file))
        while len(self._written) > FILES_REMEMBERED:
            del self._written[next(iter(self._written))]
        self._write_waiting({})

    def _rows_of_file(self, memory: Memory, file: str) -> dict[str, dict[str, JSON]]:
        content: dict[str, dict[str, JSON]] = {}
        for table in self._tables:
            for row in memory.all(table):
                if table.file(row) == file:
                    document = row.model_dump(mode="json")
                    content.setdefault(table.name, {})[table.key(row)] = document
        return content

    def remove_strays(self, memory: Memory) -> None:
        """Remove unfinished files, and files whose every row was taken in under another name."""
        for path in self.path.glob("*.new"):
            path.unlink(missing_ok=True)
        known = {table.file(row) for table in self._tables for row in memory.all(table)}
        for path in self.path.glob("*.json"):
            if path.name == PENDING or path.stem in known:
                continue
            content = AtomicFile(path).read() or {}
            if all(_holds(memory, name, documents) for name, documents in content.items()):
                path.unlink()
        sync_folder(self.path)


def _holds(memory: Memory, name: str, documents: dict[str, JSON]) -> bool:
    table = memory.tables.get(name)
    return table is not None and all(memory.get(table, key) for key in documents)


def _records(table: Table[Any], documents: dict[str, JSON]) -> tuple[dict[str, Record | None], int]:
    """Return the rows that can be read (None for a removed one), and how many cannot."""
    rows: dict[str, Record | None] = {}
    bad = 0
    for key, document in documents.items():
        if not document:
            rows[key] = None
            continue
        try:
            row = read_record(table.record, document)
            rows[table.key(row)] = row
        except (ValidationError, KeyError, TypeError, ValueError):
            bad += 1
    return rows, bad
