"""A database as one end of a move, and the mark on one that is half moved."""

from __future__ import annotations

import asyncio
import collections
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple, cast

import asyncpg
import orjson
from pydantic import ValidationError

from storage.errors import CannotMove, StoreInUse
from storage.moving import Content, content_of, refuse_unless_empty
from storage.postgres_engine.connecting import connected, name_of
from storage.postgres_engine.migrating import check_version
from storage.postgres_engine.pool import Connection, reason
from storage.records import (
    Counter,
    GroupChannel,
    NumberFloor,
    PersonSettings,
    Post,
    Record,
    Release,
    Report,
    ReturnAddress,
)
from storage.upgrades import read_record

# A table of this name stands there while a move is under way; it holds the source's name.
MARK = "move_under_way"
# Two numbers that nobody else locks: "karkm" and "karkb" in ASCII.
MOVING_LOCK, BEGINNING_LOCK = 0x6B61726B6D, 0x6B61726B62
# A killed command's connection is noticed by the server within this time.
LOCK_SECONDS = 10
# A stopped instance's connections are gone from the server's list a moment later.
GOING_TRIES, GOING_SECONDS = 10, 0.1
USERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'karki'
"""


class Table(NamedTuple):
    """A table, its columns, and which records stand there with which values."""

    name: str
    record: type[Record]
    columns: tuple[str, ...]
    values: Callable[[Any], tuple[object, ...]]
    holds: Callable[[Any], bool] = lambda _: True


TABLES = (
    Table(
        "reports",
        Report,
        ("id", "record"),
        lambda row: (row.id, _json(row)),
        holds=lambda row: row.number is not None,
    ),
    Table(
        "waiting_reports",
        Report,
        ("id", "record"),
        lambda row: (row.id, _json(row)),
        holds=lambda row: row.number is None,
    ),
    Table("return_addresses", ReturnAddress, ("id", "record"), lambda row: (row.id, _json(row))),
    Table(
        "group_channels", GroupChannel, ("tenant", "record"), lambda row: (row.tenant, _json(row))
    ),
    Table(
        "counters",
        Counter,
        ("tenant", "year", "last"),
        lambda row: (row.tenant, row.year, row.last),
    ),
    Table("number_floors", NumberFloor, ("year", "last"), lambda row: (row.year, row.last)),
    Table("releases", Release, ("tenant", "scheduled"), lambda row: (row.tenant, row.scheduled)),
    Table(
        "people",
        PersonSettings,
        ("tenant", "person", "record"),
        lambda row: (row.tenant, row.person, _json(row)),
    ),
    Table(
        "posts",
        Post,
        ("id", "record", "due", "claimed_until"),
        lambda row: (row.id, _json(row), row.due, row.claimed_until),
    ),
)
NAMES = ", ".join(table.name for table in TABLES)


async def half_moved_from(dsn: str) -> str | None:
    """Return the name of the store from which a move to this database was begun, or None.

    Whoever is about to serve asks after connecting: then either this sees the mark, or the
    move that would put it there sees the connection.
    """
    async with connected(dsn, "karki-check") as connection, connection.transaction():
        await connection.execute(f"SELECT pg_advisory_xact_lock_shared({BEGINNING_LOCK})")
        return await _mark(connection)


class PostgresEnd:
    """A database that one move at a time has for itself."""

    def __init__(self, dsn: str, connection: Connection, held: contextlib.AsyncExitStack) -> None:
        self.name = name_of(dsn)
        self.notes: list[str] = []
        self._connection = connection
        self._held = held

    @classmethod
    async def open(cls, dsn: str) -> PostgresEnd:
        """Connect and keep other moves away. Raises StoreInUse or CannotOpen."""
        async with contextlib.AsyncExitStack() as held:
            connection = await held.enter_async_context(connected(dsn, "karki-move"))
            await check_version(connection)
            await _lock_out_other_moves(connection, name_of(dsn))
            return cls(dsn, connection, held.pop_all())
        raise AssertionError  # the block above returns or raises

    async def read(self) -> Content:
        tx = self._connection
        async with (
            self._told("read"),
            tx.transaction(isolation="repeatable_read", readonly=True),
        ):
            records: list[Record] = []
            for table in TABLES:
                try:
                    for row in await tx.fetch(
                        f"SELECT {', '.join(table.columns)} FROM {table.name}"  # noqa: S608
                    ):
                        records.append(_record(table, dict(row)))
                except (ValidationError, KeyError, TypeError, ValueError) as error:
                    raise CannotMove(
                        f"{self.name}: a row of {table.name} cannot be read"
                    ) from error
            return content_of(records)

    async def half_moved_from(self) -> str | None:
        async with self._told("read"):
            return await _mark(self._connection)

    async def begin(self, source: str) -> None:
        tx = self._connection
        async with self._told("written"), tx.transaction():
            await tx.execute(f"SELECT pg_advisory_xact_lock({BEGINNING_LOCK})")
            await self.check_unused()
            counts: collections.Counter[type[Record]] = collections.Counter()
            for table in TABLES:
                count = await tx.fetchval(f"SELECT count(*) FROM {table.name}")  # noqa: S608
                counts[table.record] += count
            refuse_unless_empty(self.name, counts)
            await tx.execute(f"CREATE TABLE {MARK} (source text PRIMARY KEY)")
            await tx.execute(f"INSERT INTO {MARK} VALUES ($1)", source)  # noqa: S608

    async def write(self, content: Content) -> None:
        tx = self._connection
        async with self._told("written"), tx.transaction():
            # Made anew, so that nothing of an unfinished move is left, not even dead rows.
            await tx.execute(f"TRUNCATE {NAMES}")
            await tx.execute("ALTER TABLE counters DISABLE TRIGGER begin_above_floor")
            for table in TABLES:
                places = ", ".join(f"${number + 1}" for number in range(len(table.columns)))
                # Rows lie in the order of their random keys.
                await tx.executemany(
                    f"INSERT INTO {table.name} ({', '.join(table.columns)}) "  # noqa: S608
                    f"VALUES ({places})",
                    [
                        table.values(row)
                        for row in content[table.record].values()
                        if table.holds(row)
                    ],
                )
            if content[NumberFloor]:
                await tx.execute("ALTER TABLE counters ENABLE TRIGGER begin_above_floor")

    async def finish(self) -> None:
        async with self._told("written"):
            await self.check_unused()
            await self._connection.execute(f"DROP TABLE {MARK}")

    async def check_unused(self) -> None:
        async with self._told("read"):
            for _ in range(GOING_TRIES):
                users = await self._connection.fetchval(USERS)
                if not users:
                    return
                await asyncio.sleep(GOING_SECONDS)
        raise StoreInUse(
            f"{self.name} is in use: {users} connections of Kärki are open. "
            "Stop every instance that uses it"
        )

    async def close(self) -> None:
        await self._held.aclose()

    @contextlib.asynccontextmanager
    async def _told(self, what: str) -> AsyncIterator[None]:
        try:
            yield
        except asyncpg.UniqueViolationError as error:
            raise CannotMove(
                f"{self.name}: two records of {error.table_name} have the same number or code"
            ) from error
        except (
            asyncpg.UntranslatableCharacterError,
            asyncpg.CharacterNotInRepertoireError,
        ) as error:
            raise CannotMove(f"{self.name}: PostgreSQL cannot hold a sign of one text") from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise CannotMove(f"{self.name} cannot be {what}: {reason(error)}") from error


async def _lock_out_other_moves(connection: Connection, name: str) -> None:
    await connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    try:
        await connection.execute(f"SELECT pg_advisory_lock({MOVING_LOCK})")
    except asyncpg.LockNotAvailableError:
        raise StoreInUse(f"{name} is in use by another move") from None


async def _mark(connection: Connection) -> str | None:
    if await connection.fetchval("SELECT to_regclass($1)", MARK) is None:
        return None
    return cast("str", await connection.fetchval(f"SELECT source FROM {MARK}"))  # noqa: S608


def _record(table: Table, row: dict[str, Any]) -> Record:
    if "record" not in row:
        return table.record.model_validate(row)
    record = read_record(table.record, orjson.loads(row["record"]))
    # Apart from the record itself, columns and tables tell what it says.
    said = dict(zip(table.columns, table.values(record), strict=True))
    if not table.holds(record) or any(
        said[name] != value for name, value in row.items() if name != "record"
    ):
        raise ValueError("a row's columns differ from its record")
    return record


def _json(record: Record) -> str:
    return record.model_dump_json()
