"""Runs the migrations on a database named by the caller, in one transaction under a lock."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg
from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

# Any number that nobody else locks: "karki" in ASCII.
LOCK = 0x6B61726B69


def _run(connection: Connection) -> None:
    connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    context.config.attributes["before"] = MigrationContext.configure(
        connection
    ).get_current_revision()
    context.configure(connection=connection, transactional_ddl=True)
    context.run_migrations()


async def _migrate(dsn: str) -> None:
    # The address is the driver's own to read; the engine only runs what it is given.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


# In a thread of its own, as the caller may have an event loop already.
with ThreadPoolExecutor(1) as thread:
    thread.submit(lambda: asyncio.run(_migrate(context.config.attributes["dsn"]))).result()
