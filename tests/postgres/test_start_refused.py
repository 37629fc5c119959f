"""A database that cannot be used: the program says why in a sentence and does not serve."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.postgres.fleet import ROOT
from tests.storage.postgres_place import PostgresPlace, server

PASSWORD = "hyvinsalainen+1/2"
QUOTED = "hyvinsalainen%2B1%2F2"
NO_SUCH = "nowhere_at_all"


async def _start(dsn: str) -> tuple[int, str]:
    """Run `python app.py`; return its exit status and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "app.py"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], "KARKI_LOCAL": "1", "PORT": "0", "KARKI_STORE": dsn},
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), 30)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return process.returncode, said.decode()


async def _refused(dsn: str, reason: str) -> None:
    status, said = await _start(dsn)
    assert status == 1, said
    assert reason in said
    # A sentence, and nothing of the program's inside nor of what is secret.
    assert said.count("\n") == 1, said
    assert "Traceback" not in said
    assert "hyvinsalainen" not in said


@contextlib.contextmanager
def _asking_passwords(role: str) -> Iterator[None]:
    """Let one role in by its password alone."""
    rules = server().folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    server().run(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
    rules.write_text(f"local all {role} scram-sha-256\n{before}")
    server().run("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        rules.write_text(before)
        server().run("SELECT pg_reload_conf()")


def _as(dsn: str, user: str) -> str:
    return re.sub(r"//[^/]*/", f"//{user}@/", dsn)


async def test_a_wrong_password(tmp_path: Path) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    with _asking_passwords("karki_secretive"):
        user = "karki_secretive"
        await asyncio.gather(
            _refused(_as(place.dsn, f"{user}:hyvinsalainen"), "the password is wrong"),
            _refused(_as(place.dsn, f"{user}:{QUOTED}x"), "the password is wrong"),
            # The right one is let in, but has no rights to the tables.
            _refused(_as(place.dsn, f"{user}:{QUOTED}"), "the rights are missing"),
        )


@contextlib.asynccontextmanager
async def _silent() -> AsyncIterator[int]:
    """Give a port where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


async def test_nobody_at_the_address(tmp_path: Path) -> None:
    secret = f"karki:{QUOTED}"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        free = listening.getsockname()[1]
    async with _silent() as silent:
        await asyncio.gather(
            _refused(f"postgresql://{secret}@127.0.0.1:{free}/karki", "nobody answers"),
            _refused(f"postgresql://{secret}@/karki?host={tmp_path}", "nobody answers"),
            _refused(f"postgresql://{secret}@karki.invalid/karki", "the address is unknown"),
            _refused(f"postgresql://{secret}@127.0.0.1:{silent}/karki", "did not answer"),
            _refused(f"postgresql://{secret}@127.0.0.1:port/karki", "PostgreSQL"),
        )


async def test_no_such_database(tmp_path: Path) -> None:
    await _refused(server().dsn(NO_SUCH), "there is no such database")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("DROP TABLE alembic_version", "run `python app.py migrate`"),
        ("DELETE FROM alembic_version", "run `python app.py migrate`"),
        ("UPDATE alembic_version SET version_num = '0000'", "run `python app.py migrate`"),
        ("UPDATE alembic_version SET version_num = '9999'", "install the later Kärki"),
    ],
)
async def test_a_schema_of_another_version(tmp_path: Path, change: str, reason: str) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    connection = await asyncpg.connect(place.dsn)
    await connection.execute(change)
    await connection.close()
    before = place.stored()
    await _refused(place.dsn, reason)
    assert place.stored() == before
