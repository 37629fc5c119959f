"""A pool of connections whose transactions are repeated when they may be, within bounds."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg
import orjson

from storage.errors import CannotOpen, NotSaved, StoreClosed

log = logging.getLogger("karki.storage")

T = TypeVar("T")
Connection = Any  # asyncpg ships no types that strict checking could use
Work = Callable[[Connection], Awaitable[T]]

MOST_CONNECTIONS = 10
# A turn that cannot have a connection in this time is told so; Teams waits five seconds.
ACQUIRE_SECONDS = 2.0
STATEMENT_SECONDS = 3.0
# A restart of PostgreSQL takes about a second; what is repeated may be repeated through it. The
# seconds count from the first trouble: a turn asks several times, and Teams waits five seconds.
REPEAT_SECONDS = 3.0
# After the database kept silent, what is asked so soon has this much time: a turn asks again.
SOON_SECONDS = 3.0
SHORT_SECONDS = 0.5
CLOSE_SECONDS = 10.0
SWEEP_SECONDS = 60.0
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.5

# What may go otherwise at another try: the connection broke, the server starts or stops, two
# transactions met. Everything that is repeated is idempotent, so a lost answer does no harm.
MEETING: tuple[type[BaseException], ...] = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
)
# The database is there, perhaps, but says nothing in time.
SILENCE: tuple[type[BaseException], ...] = (TimeoutError, asyncpg.QueryCanceledError)
PASSING: tuple[type[BaseException], ...] = (
    *MEETING,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver, when the server's last word comes in between
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    ConnectionError,
    FileNotFoundError,  # the socket of a server on this machine, while it restarts
)
# What will not go otherwise at once: the disk, the rights, the number of connections, time.
FAILING: tuple[type[BaseException], ...] = (asyncpg.PostgresError, OSError, TimeoutError)


class Pool:
    """Connections to one PostgreSQL."""

    def __init__(self, pool: Connection, *, read_only: bool = False) -> None:
        self._pool = pool
        self._read_only = read_only
        self._closed = False
        self._active: set[asyncio.Future[Any]] = set()
        # Since when the database has been away, None while it is there; when it last kept silent.
        self._away_since: float | None = None
        self._silent_at = -SOON_SECONDS

    @classmethod
    async def open(cls, dsn: str, *, read_only: bool = False) -> Pool:
        """Connect. Raises CannotOpen with a reason that holds no password."""
        settings = {"application_name": "karki"}
        if read_only:
            settings["default_transaction_read_only"] = "on"
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=MOST_CONNECTIONS,
                timeout=5.0,
                command_timeout=STATEMENT_SECONDS if not read_only else 300.0,
                init=_teach_json,
                reset=_let_be,
                server_settings=settings,
            )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
            raise CannotOpen(f"PostgreSQL: {reason(error)}") from error
        return cls(pool, read_only=read_only)

    async def run(self, work: Work[T]) -> T:
        """Do work in one transaction; its changes are durable when this returns.

        Raises what the work refuses with, NotSaved when the database does not take it within
        a few seconds, or StoreClosed. Work has to be idempotent: when a connection breaks at
        the commit, it is done again whether or not it had been committed.
        """

        async def once() -> T:
            async with (
                self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection,
                connection.transaction(),
            ):
                return await work(connection)

        return await self._repeat(once)

    async def read(self, query: str, *values: object) -> list[Any]:
        """Return the rows of one query. Raises as run does."""

        async def once() -> list[Any]:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                rows: list[Any] = await connection.fetch(query, *values)
                return rows

        return await self._repeat(once)

    async def with_connection(self, ask: Work[T]) -> T:
        """Do something with a connection, outside a transaction and once. Raises CannotOpen."""
        try:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                return await ask(connection)
        except (*PASSING, *FAILING) as error:
            raise CannotOpen(f"PostgreSQL: {reason(error)}") from error

    async def outside_transaction(self, statement: str) -> None:
        """Run housekeeping that cannot be in a transaction; a failure is logged, not raised."""
        try:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                await connection.execute(statement, timeout=SWEEP_SECONDS)
        except (*PASSING, *FAILING) as error:
            log.warning("housekeeping was left undone: %s", reason(error))

    async def _repeat(self, once: Callable[[], Awaitable[T]]) -> T:
        if self._closed:
            raise StoreClosed("the store is closed")
        # A caller that gives up waiting leaves a whole change, as with every engine.
        work = asyncio.ensure_future(self._repeated(once))
        self._active.add(work)
        work.add_done_callback(self._ended)
        return await asyncio.shield(work)

    def _ended(self, work: asyncio.Future[Any]) -> None:
        self._active.discard(work)
        if not work.cancelled():
            work.exception()  # told to the caller, if there still is one

    async def _repeated(self, once: Callable[[], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        began = loop.time()
        pause = FIRST_PAUSE
        while True:
            try:
                async with asyncio.timeout(self._patience(loop.time())):
                    done = await once()
                self._away_since = None
                return done
            except asyncpg.DataError:
                raise  # a mistake of ours, which no repeating mends
            except PASSING as error:
                since = began
                if not isinstance(error, MEETING):
                    since = self._away_since = min(began, self._away_since or began)
                if loop.time() + pause > since + REPEAT_SECONDS:
                    log.error("not saved: %s", reason(error))
                    raise NotSaved(reason(error)) from error
            except FAILING as error:
                if isinstance(error, SILENCE):
                    self._silent_at = loop.time()
                if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
                    # A session may keep what it began with: the next ones are new.
                    await self._pool.expire_connections()
                log.error("not saved: %s", reason(error))
                raise NotSaved(reason(error)) from error
            await asyncio.sleep(pause * (0.5 + random.random() / 2))  # noqa: S311 # spreads tries
            pause = min(pause * 2, LONGEST_PAUSE)

    def _patience(self, now: float) -> float | None:
        soon = now < self._silent_at + SOON_SECONDS
        return SHORT_SECONDS if soon and not self._read_only else None

    async def close(self) -> None:
        """Answer what was asked before, then let go of every connection. Idempotent."""
        if self._closed:
            return
        self._closed = True
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                if self._active:
                    await asyncio.wait(self._active)
                await self._pool.close()
        except (*PASSING, *FAILING):
            self._pool.terminate()


async def _let_be(connection: Connection) -> None:
    """Give a connection back as it is: nothing here leaves anything behind in a session.

    The driver would ask the server to reset it every time, which costs as much as a statement.
    """
    if connection.is_in_transaction():
        await connection.reset()


async def _teach_json(connection: Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
    )


def reason(error: BaseException) -> str:
    """Return what may be told of an error: its kind, never its message, which may quote rows."""
    kind = type(error).__name__.removesuffix("Error")
    return _SENTENCES.get(kind, getattr(error, "strerror", None) or kind)


_SENTENCES = {
    "InvalidPassword": "the password is wrong",
    "InvalidAuthorizationSpecification": "the user is not let in",
    "InvalidCatalogName": "there is no such database",
    "ConnectionRefused": "nobody answers at the address",
    "gaierror": "the address is unknown",
    "FileNotFound": "nobody answers at the address",
    "CannotConnectNow": "the server is starting or stopping",
    "Value": "the address cannot be read",
    "TooManyConnections": "the server has no connection left",
    "InsufficientPrivilege": "the rights are missing",
    "ReadOnlySQLTransaction": "the database takes no writes",
    "DiskFull": "the database's disk is full",
    "Timeout": "no connection was free in time, or the database did not answer",
    "QueryCanceled": "the database did not answer in time",
}
