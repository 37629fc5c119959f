"""TinyDB files that are replaced whole, so a crash never leaves half of one."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

JSON = dict[str, Any]


class DamagedFile(Exception):
    """A file does not hold what a TinyDB file holds."""


class NotSynced(OSError):
    """The new file is in place, but the disk did not say that it would survive a power cut."""


class AtomicFile(Storage):
    """A TinyDB storage whose every write is a new file moved over the old one.

    The temporary file and the folder are synced to disk, so what was written survives a power
    cut; a reader sees the old file or the new one. Times of the file are set to the day's
    beginning, so that the file system does not keep the time of an anonymous filing.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return the tables by name, or None where there is no file. Raises DamagedFile."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        return tables_of(data)

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace the file. Raises OSError, and then the old file stands; or NotSynced."""
        replace_file(
            self._path, orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        )

    def close(self) -> None:
        """Nothing is held open."""


def tables_of(data: bytes) -> dict[str, dict[str, Any]]:
    """Return the tables that a file's bytes hold, by name. Raises DamagedFile."""
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        # The parser's message may quote the file; only the position is passed on.
        raise DamagedFile(f"not JSON at line {error.lineno}") from None
    if not isinstance(content, dict) or not all(
        isinstance(table, dict) and all(isinstance(row, dict) for row in table.values())
        for table in content.values()
    ):
        raise DamagedFile("not a file of tables")
    return content


class KeyedTable(Table):
    """A TinyDB table whose documents are known by their own random keys.

    TinyDB's running numbers would tell the order in which things were stored.
    """

    document_id_class = str  # type: ignore[assignment] # TinyDB allows it, its types do not

    def documents(self) -> dict[str, JSON]:
        """Return every document by its key."""
        return {str(document.doc_id): dict(document) for document in self}


class FileOfTables(TinyDB):
    """One aggregate's TinyDB file."""

    table_class = KeyedTable

    def __init__(self, path: Path) -> None:
        super().__init__(path, storage=AtomicFile)

    def keyed(self, name: str) -> KeyedTable:
        """Return the table of this name."""
        table = self.table(name)
        assert isinstance(table, KeyedTable)  # noqa: S101 # table_class above says so
        return table


def replace_file(
    path: Path,
    data: bytes,
    *,
    today: Callable[[], dt.date] = lambda: dt.datetime.now(dt.UTC).date(),
) -> None:
    """Put `data` in the place of the file at `path`, durably and at once.

    Raises OSError, and then the old file stands, or NotSynced, and then the new one does.
    """
    temporary = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            midnight = dt.datetime.combine(today(), dt.time(), dt.UTC).timestamp()
            os.utime(descriptor, (midnight, midnight))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except OSError:
        # A half-written temporary file would keep a full disk full.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise NotSynced(error.errno, error.strerror) from error


def sync_folder(folder: Path) -> None:
    """Make renames and removals in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
