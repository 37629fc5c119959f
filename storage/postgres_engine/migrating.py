"""The schema's versions: what the database has, what this program needs, and the way between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asyncpg

from storage.errors import CannotOpen

FOLDER = Path(__file__).parent / "migrations"
VERSIONS = FOLDER / "versions"


def newest_version() -> str:
    """Return the schema version that this program needs, read from the migrations' names.

    The names are four digits and a word, so that serving needs no migration tool in memory.
    """
    return max(path.stem for path in VERSIONS.glob("[0-9]*.py"))[:4]


async def check_version(connection: Any) -> None:
    """Raise CannotOpen unless the database has the schema that this program needs."""
    needed = newest_version()
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        found = None
    if found is None:
        raise CannotOpen("the database has no tables yet; run `python app.py migrate`")
    if found < needed:
        raise CannotOpen(
            f"the database is of version {found} and this Kärki needs {needed}; "
            "run `python app.py migrate`"
        )
    if found > needed:
        raise CannotOpen(
            f"the database is of version {found}, later than this Kärki's {needed}; "
            "install the later Kärki"
        )


def migrate(dsn: str) -> tuple[str | None, str]:
    """Bring the database to the newest version; return the versions before and after.

    Everything is one transaction under a lock, so instances that migrate at once do it once.
    Raises CannotOpen.
    """
    # Loaded only here: the bot that serves needs no migration tool.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import SQLAlchemyError

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["dsn"] = dsn
    try:
        command.upgrade(config, "head")
    except (SQLAlchemyError, asyncpg.PostgresError, OSError) as error:
        raise CannotOpen(f"the database cannot be migrated: {type(error).__name__}") from error
    return config.attributes.get("before"), newest_version()
