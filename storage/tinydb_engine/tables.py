"""Tables in memory with their indexes, and transactions laid over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from storage.records import Record

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Table(Generic[R]):
    """What a table holds, how its rows are known, and in which file they live."""

    name: str
    record: type[R]
    key: Callable[[R], str]
    file: Callable[[R], str]
    indexes: Mapping[str, Callable[[R], Hashable | None]] = field(default_factory=dict)


# For each table, the changed rows by key; None stands for a removed row.
Changes = dict[str, dict[str, Record | None]]


class Memory:
    """The committed rows of every table, equal to what is on disk."""

    def __init__(self, tables: tuple[Table[Any], ...]) -> None:
        self.tables = {table.name: table for table in tables}
        self._rows: dict[str, dict[str, Record]] = {name: {} for name in self.tables}
        self._indexes: dict[tuple[str, str], dict[Hashable, set[str]]] = {
            (table.name, index): defaultdict(set) for table in tables for index in table.indexes
        }

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows.values())

    def get(self, table: Table[R], key: str) -> R | None:
        """Return the row of this key, or None."""
        return cast("R | None", self._rows[table.name].get(key))

    def all(self, table: Table[R]) -> Iterator[R]:
        """Go through every row."""
        return cast("Iterator[R]", iter(list(self._rows[table.name].values())))

    def keys(self, table: Table[R], index: str, value: Hashable) -> set[str]:
        """Return the keys of the rows that an index has under this value."""
        return self._indexes[table.name, index].get(value, set())

    def find(self, table: Table[R], index: str, value: Hashable) -> list[R]:
        """Return the rows that an index has under this value, in the order of their keys."""
        rows = self._rows[table.name]
        return [cast("R", rows[key]) for key in sorted(self.keys(table, index, value))]

    def values(self, table: Table[Any], index: str) -> list[Any]:
        """Return the values that an index knows, sorted."""
        return sorted(self._indexes[table.name, index])

    def apply(self, changes: Changes) -> None:
        """Take over committed changes."""
        for name, rows in changes.items():
            for key, row in rows.items():
                self._replace(self.tables[name], key, row)

    def _replace(self, table: Table[Any], key: str, row: Record | None) -> None:
        rows = self._rows[table.name]
        old = rows.pop(key, None)
        for index, value_of in table.indexes.items():
            entries = self._indexes[table.name, index]
            if old is not None and (value := value_of(old)) is not None:
                entries[value].discard(key)
                if not entries[value]:
                    del entries[value]
            if row is not None and (value := value_of(row)) is not None:
                entries[value].add(key)
        if row is not None:
            rows[key] = row


class Transaction:
    """Changes laid over the memory, seen by whoever made them and by nobody else yet."""

    def __init__(self, below: Memory | Transaction) -> None:
        self._below = below
        self.changes: Changes = {}

    def get(self, table: Table[R], key: str) -> R | None:
        """Return the row of this key as this transaction sees it, or None."""
        changed = self.changes.get(table.name, {})
        if key in changed:
            return cast("R | None", changed[key])
        return self._below.get(table, key)

    def find(self, table: Table[R], index: str, value: Hashable) -> list[R]:
        """Return the rows that an index has under this value, in the order of their keys."""
        changed = cast("dict[str, R | None]", self.changes.get(table.name, {}))
        if not changed:
            return self._below.find(table, index, value)
        rows = [
            row for row in self._below.find(table, index, value) if table.key(row) not in changed
        ]
        value_of = table.indexes[index]
        rows += [row for row in changed.values() if row is not None and value_of(row) == value]
        return sorted(rows, key=table.key)

    def all(self, table: Table[R]) -> Iterator[R]:
        """Go through every row as this transaction sees it."""
        changed = cast("dict[str, R | None]", self.changes.get(table.name, {}))
        yield from (row for row in self._below.all(table) if table.key(row) not in changed)
        yield from [row for row in changed.values() if row is not None]

    def put(self, table: Table[R], row: R) -> None:
        """Insert or replace a row."""
        self.changes.setdefault(table.name, {})[table.key(row)] = row

    def remove(self, table: Table[R], key: str) -> None:
        """Remove a row if it is there."""
        if self.get(table, key) is not None:
            self.changes.setdefault(table.name, {})[key] = None

    def merge(self, upper: Transaction) -> None:
        """Take over the changes of a transaction laid over this one."""
        for name, rows in upper.changes.items():
            self.changes.setdefault(name, {}).update(rows)
