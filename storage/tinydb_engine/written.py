"""An aggregate's file as it was last written, so that only what has changed is written anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson

from storage.tinydb_engine.files import JSON, AtomicFile, FileOfTables

# For each table, each document already as JSON, by its key.
Rows = dict[str, dict[str, orjson.Fragment]]
Mark = tuple[int, int, int]


class WrittenFile:
    """Puts changes into one file at the cost of writing it, not of reading and parsing it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: Rows = {}
        self._mark: Mark | None = None

    def apply(self, changes: Mapping[str, Mapping[str, JSON]]) -> None:
        """Put changed documents into the file; an empty one stands for a removed one.

        A file that somebody else has touched is read again first. Raises OSError (a missing
        file is one) or DamagedFile, and then the file stands as it was.
        """
        if self._mark is None or self._mark != self._seen():
            self._rows, self._mark = self._read(), None
        rows = {name: dict(documents) for name, documents in self._rows.items()}
        for name, documents in changes.items():
            table = rows.setdefault(name, {})
            for key, document in documents.items():
                if document:
                    table[key] = _written(document)
                else:
                    table.pop(key, None)
        self._write(rows)

    def replace(self, content: Mapping[str, Mapping[str, JSON]]) -> None:
        """Make the file hold just this. Raises OSError, and then it stands as it was."""
        self._write(
            {
                name: {key: _written(document) for key, document in documents.items()}
                for name, documents in content.items()
            }
        )

    def _write(self, rows: Rows) -> None:
        self._mark = None
        AtomicFile(self._path).write(rows)
        self._rows, self._mark = rows, self._seen()

    def _seen(self) -> Mark:
        state = self._path.stat()
        return (state.st_ino, state.st_size, state.st_ctime_ns)

    def _read(self) -> Rows:
        with FileOfTables(self._path) as database:
            return {
                name: {
                    key: _written(document)
                    for key, document in database.keyed(name).documents().items()
                }
                for name in database.tables()
            }


def _written(document: JSON) -> orjson.Fragment:
    """Write a document on one line, its fields in order."""
    return orjson.Fragment(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
