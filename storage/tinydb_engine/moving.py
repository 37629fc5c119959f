"""A folder as one end of a move, and the mark on one that is half moved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from storage.errors import CannotMove, CannotOpen, NothingThere
from storage.moving import Content, content_of, refuse_unless_empty
from storage.records import Record
from storage.tinydb_engine.files import JSON, replace_file, sync_folder
from storage.tinydb_engine.folder import DAMAGED, Folder
from storage.tinydb_engine.schema import TABLES as SCHEMA
from storage.tinydb_engine.tables import Memory, Table

T = TypeVar("T")
# Not one of the store's files: it holds the name of the store that is being moved here.
MARK = "MOVING"
TABLES: tuple[Table[Any], ...] = SCHEMA


def name_of(path: Path) -> str:
    """Return the folder's name as people read it."""
    return f"tinydb:{path.resolve()}"


def half_moved_from(path: Path) -> str | None:
    """Return the name of the store from which a move to this folder was begun, or None."""
    try:
        return (path / MARK).read_text("utf-8")
    except FileNotFoundError:
        return None


class TinyDbEnd:
    """A folder that this process owns for the time of a move."""

    def __init__(self, path: Path, lock: Folder) -> None:
        self.name = name_of(path)
        self.notes: list[str] = []
        self._path = path
        self._lock = lock
        if (path / DAMAGED).exists():
            self.notes.append(
                f"{path / DAMAGED} is not moved: keep the folder for what may be mended from it."
            )

    @classmethod
    async def open(cls, path: Path, *, make: bool) -> TinyDbEnd:
        """Take a folder, making it if asked to. Raises StoreInUse, CannotOpen or NothingThere."""
        lock = Folder(path, TABLES)

        def own() -> None:
            if not make and not path.is_dir():
                raise NothingThere(f"{path}: there is no such folder")
            lock.own()

        await asyncio.to_thread(own)
        return cls(path, lock)

    async def read(self) -> Content:
        return await self._off_the_loop(lambda: _content(self._load()[1]))

    async def half_moved_from(self) -> str | None:
        return await self._off_the_loop(lambda: half_moved_from(self._path))

    async def begin(self, source: str) -> None:
        def begin() -> None:
            _, memory = self._load()
            counts = {table.record: sum(1 for _ in memory.all(table)) for table in TABLES}
            refuse_unless_empty(self.name, counts)
            replace_file(self._path / MARK, source.encode())

        await self._off_the_loop(begin)

    async def write(self, content: Content) -> None:
        def write() -> None:
            folder, memory = self._load()
            # One commit holds everything; then it is written out to its files.
            folder.commit(_changes(memory, content))
            for table in TABLES:
                old = {table.key(row): None for row in memory.all(table)}
                new = {table.key(row): row for row in content[table.record].values()}
                memory.apply({table.name: {**old, **new}})
            folder.write_out(memory)
            folder.remove_strays(memory)

        await self._off_the_loop(write)

    async def finish(self) -> None:
        def finish() -> None:
            (self._path / MARK).unlink()
            sync_folder(self._path)

        await self._off_the_loop(finish)

    async def check_unused(self) -> None:
        """Nobody else can use it: this process has its lock."""

    async def close(self) -> None:
        self._lock.let_go()

    def _load(self) -> tuple[Folder, Memory]:
        folder, memory = Folder(self._path, TABLES), Memory(TABLES)
        folder.load(memory)
        if folder.warnings:
            raise CannotMove(
                f"{self.name}: {folder.warnings[0]} Start Kärki on it once, which sets damaged "
                "files aside, or mend it"
            )
        return folder, memory

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            raise CannotOpen(f"{self.name}: {error.strerror}") from error


def _content(memory: Memory) -> Content:
    return content_of(row for table in TABLES for row in memory.all(table))


def _changes(memory: Memory, content: Content) -> list[tuple[Table[Any], str, str, JSON]]:
    changes: list[tuple[Table[Any], str, str, JSON]] = []
    for table in TABLES:
        rows: dict[str, Record] = {table.key(row): row for row in content[table.record].values()}
        for old in memory.all(table):
            new = rows.get(table.key(old))
            if new is None or table.file(new) != table.file(old):
                changes.append((table, table.file(old), table.key(old), {}))
        changes += [
            (table, table.file(row), key, row.model_dump(mode="json")) for key, row in rows.items()
        ]
    return changes
