"""The folder of one TinyDB store: who owns it, which files it has, what is damaged in it."""

from __future__ import annotations

import fcntl
import filecmp
import os
import shutil
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from storage.errors import CannotOpen, StoreInUse
from storage.records import Record
from storage.tinydb_engine.files import JSON, AtomicFile, DamagedFile, FileOfTables, sync_folder
from storage.tinydb_engine.tables import Changes, Memory, Table
from storage.upgrades import read_record

PENDING = "pending.json"
LOCK = "LOCK"
DAMAGED = "damaged"


class Folder:
    """The files of one store. Every method blocks: call from a thread or before serving."""

    def __init__(self, path: Path, tables: tuple[Table[Any], ...]) -> None:
        self.path = path
        self.warnings: list[str] = []
        self._tables = tables
        self._lock: int | None = None
        self._pending = AtomicFile(path / PENDING)
        # Documents committed since the aggregates' files were last written:
        # "file/table" → key → document, or {} for a removed one.
        self._waiting: dict[str, dict[str, JSON]] = {}

    # -- owning ----------------------------------------------------------------------------

    def own(self) -> None:
        """Make the folder and take it for this process. Raises StoreInUse or CannotOpen."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
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
        """Read every file into memory.

        A damaged file is set aside in the folder `damaged`, never overwritten, and named in
        `warnings`; where only some rows are damaged, the file is copied there and the good
        rows are used. Raises NewerData.
        """
        # What waits is read first: were the owner to write it out meanwhile, a reader without
        # the lock would see a row twice, never miss it.
        waiting = self._read(self.path / PENDING) or {}
        for path in sorted(self.path.glob("*.json")):
            if path.name != PENDING:
                self._load_file(path, memory)
        for place, documents in waiting.items():
            file, _, name = place.rpartition("/")
            self._take(memory, self.path / PENDING, name, documents)
            self._waiting[f"{file}/{name}"] = dict(documents)

    def _load_file(self, path: Path, memory: Memory) -> None:
        content = self._read(path)
        if content is None:
            return
        for name, documents in content.items():
            rows = self._take(memory, path, name, documents)
            table = memory.tables.get(name)
            if table is None:
                continue
            # A mended file put back under another name is taken in under its right one.
            for row in rows:
                if table.file(row) != path.stem:
                    place = f"{table.file(row)}/{name}"
                    document = row.model_dump(mode="json")
                    self._waiting.setdefault(place, {})[table.key(row)] = document

    def _read(self, path: Path) -> dict[str, dict[str, Any]] | None:
        try:
            return AtomicFile(path).read()
        except DamagedFile as error:
            self._set_aside(path, str(error), keep=False)
            return None
        except OSError as error:
            raise CannotOpen(f"{path}: {error.strerror}") from error

    def _take(
        self, memory: Memory, path: Path, name: str, documents: dict[str, JSON]
    ) -> list[Record]:
        table = memory.tables.get(name)
        rows: list[Record] = []
        changes: Changes = {name: {}}
        bad = 0
        if table is None:
            self._set_aside(path, f"it has an unknown table, {name}", keep=True)
            return rows
        for key, document in documents.items():
            if not document:
                changes[name][key] = None
                continue
            try:
                row = read_record(table.record, document)
            except (ValidationError, KeyError, TypeError, ValueError):
                bad += 1
                continue
            changes[name][table.key(row)] = row
            rows.append(row)
        memory.apply(changes)
        if bad:
            self._set_aside(path, f"{bad} of its rows in {name} cannot be read", keep=True)
        return rows

    def _set_aside(self, path: Path, why: str, *, keep: bool) -> None:
        if self._lock is None:  # a reader without the lock moves nothing
            self.warnings.append(f"{path.name} is damaged: {why}. It was not read.")
            return
        aside = self.path / DAMAGED
        aside.mkdir(mode=0o700, exist_ok=True)
        if keep and any(
            filecmp.cmp(path, old, shallow=False) for old in aside.glob(f"{path.name}.*")
        ):
            self.warnings.append(f"{path.name} is damaged: {why}. A copy is in {DAMAGED}/.")
            return
        number = 1
        while (target := aside / f"{path.name}.{number}").exists():
            number += 1
        if keep:
            shutil.copy2(path, target)
        else:
            path.replace(target)
        sync_folder(aside)
        sync_folder(self.path)
        self.warnings.append(
            f"{path.name} is damaged: {why}. It was set aside as {DAMAGED}/{target.name}."
        )

    # -- writing ---------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """How many documents have not yet been written to their aggregates' files."""
        return sum(len(documents) for documents in self._waiting.values())

    def commit(self, changes: list[tuple[Table[Any], str, str, JSON]]) -> None:
        """Make changes (table, file, key, document or {}) durable at once, or raise OSError.

        All of them go into one file that is replaced in one step, whatever aggregates they
        belong to. It is sorted by random keys, so it tells nothing of their order.
        """
        waiting = {place: dict(documents) for place, documents in self._waiting.items()}
        for table, file, key, document in changes:
            waiting.setdefault(f"{file}/{table.name}", {})[key] = document
        self._pending.write(waiting)
        self._waiting = waiting

    def write_out(self, memory: Memory) -> None:
        """Write what waits to the aggregates' files, then empty the waiting file.

        A file found missing or damaged is made again from memory. Raises OSError; a crash or
        an error in between leaves everything to be done again.
        """
        if not self._waiting:
            return
        by_file: dict[str, dict[str, dict[str, JSON]]] = {}
        for place, documents in self._waiting.items():
            file, _, name = place.rpartition("/")
            by_file.setdefault(file, {})[name] = documents
        for file, tables in by_file.items():
            path = self.path / f"{file}.json"
            try:
                whole = path.exists()
                if whole:
                    with FileOfTables(path) as database:
                        for name, documents in tables.items():
                            database.keyed(name).apply(
                                {key: document or None for key, document in documents.items()}
                            )
            except DamagedFile as error:
                self._set_aside(path, str(error), keep=False)
                whole = False
            if not whole:
                AtomicFile(path).write(self._rows_of_file(memory, file))
        self._pending.write({})
        self._waiting = {}

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
            content = self._read(path)
            if content is not None and all(
                _holds(memory, name, documents) for name, documents in content.items()
            ):
                path.unlink()


def _holds(memory: Memory, name: str, documents: dict[str, JSON]) -> bool:
    table = memory.tables.get(name)
    return table is not None and all(memory.get(table, key) for key in documents)
