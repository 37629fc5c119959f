"""Single connections for what operators do, and a database's name without its password."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import cast
from urllib.parse import parse_qs, urlsplit

import asyncpg

from storage.errors import CannotOpen
from storage.postgres_engine.migrating import newest_version
from storage.postgres_engine.pool import Connection, reason

ADDRESS = (
    "the address cannot be read; it looks like postgresql://user:password@host/database, "
    "with the signs / ? # @ of a password written as %2F %3F %23 %40"
)


def name_of(dsn: str) -> str:
    """Return where a database is, without the user and the password.

    An address whose parts cannot be told apart for sure is not shown.
    """
    hidden = "the PostgreSQL database"
    try:
        parts = urlsplit(dsn)
        if "@" in parts.path + parts.query + parts.fragment:
            return hidden
        _, at, place = parts.netloc.rpartition("@")
        if not at and not _is_place(place):
            return hidden
        sockets = parse_qs(parts.query).get("host", [])
    except ValueError:
        return hidden
    return f"postgresql://{place}{parts.path}" + "".join(f"?host={folder}" for folder in sockets)


def _is_place(text: str) -> bool:
    """Whether a part of an address is a host and a port, not a user and a password."""
    return all(
        port.isdecimal() or not port
        for port in (host.rpartition("]")[2].partition(":")[2] for host in text.split(","))
    )


@contextlib.asynccontextmanager
async def connected(dsn: str, application: str) -> AsyncIterator[Connection]:
    """Give one connection. Raises CannotOpen with a reason that holds no password."""
    try:
        connection = await asyncpg.connect(
            dsn, timeout=10.0, server_settings={"application_name": application}
        )
    except asyncpg.PostgresError as error:
        raise CannotOpen(f"{name_of(dsn)}: {reason(error)}") from error
    except (asyncpg.InterfaceError, ValueError) as error:
        raise CannotOpen(ADDRESS) from error
    except (OSError, TimeoutError) as error:
        raise CannotOpen(f"{name_of(dsn)}: {reason(error)}") from error
    try:
        yield connection
    finally:
        await connection.close(timeout=5.0)


async def refuse_to_migrate(dsn: str) -> None:
    """Raise CannotOpen where migrating could only fail, with what to do about it."""
    async with connected(dsn, "karki-migrate") as connection:
        if await connection.fetchval("SHOW transaction_read_only") == "on":
            raise CannotOpen(f"{name_of(dsn)}: the database takes no writes")
        if not await connection.fetchval("SELECT has_schema_privilege(current_schema(), 'CREATE')"):
            raise CannotOpen(
                f"{name_of(dsn)}: the user may not make tables; migrate as the database's owner"
            )
        found = await version_of(connection)
    if found is not None and found > newest_version():
        raise CannotOpen(
            f"{name_of(dsn)} is of version {found}, later than this Kärki's {newest_version()}; "
            "install the later Kärki"
        )


async def version_of(connection: Connection) -> str | None:
    """Return the version of a database's schema, or None where it has none yet."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    return cast("str | None", await connection.fetchval("SELECT version_num FROM alembic_version"))
