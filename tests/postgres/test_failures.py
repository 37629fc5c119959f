"""The database fails a running bot: people get their text back, the operator a sentence."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncpg
import pytest

from tests.postgres.fleet import TEAMS_WAITS, THANKS, filled, fleet_on, gives_back, number_in, until
from tests.storage.postgres_place import PostgresPlace, server

# Limits on connections do not hold for the server's owner.
ROLE = "karki_serving"


@contextlib.asynccontextmanager
async def _instances_waiting_for_each_other(place: PostgresPlace) -> AsyncIterator[None]:
    """Keep every connection of an instance busy, as long as the people come."""
    holder = await asyncpg.connect(place.dsn)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE people, reports, pulse IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await holder.close()


@contextlib.asynccontextmanager
async def _no_room_on_the_server(place: PostgresPlace) -> AsyncIterator[None]:
    """Use every connection that the server gives the instance's role."""
    server().run(f"ALTER ROLE {ROLE} CONNECTION LIMIT 1")
    taken = []

    async def took() -> bool:
        _end_connections(place)
        with contextlib.suppress(asyncpg.TooManyConnectionsError):
            taken.append(await asyncpg.connect(_as_role(place)))
        return bool(taken)

    try:
        await until(took, 10)
        yield
    finally:
        server().run(f"ALTER ROLE {ROLE} CONNECTION LIMIT -1")
        for connection in taken:
            await connection.close()


@contextlib.asynccontextmanager
async def _read_only(place: PostgresPlace) -> AsyncIterator[None]:
    """Take no writes, as a database does whose server has been told so."""
    server().run(f"ALTER DATABASE {place.database} SET default_transaction_read_only = on")
    _end_connections(place)
    try:
        yield
    finally:
        server().run(f"ALTER DATABASE {place.database} RESET default_transaction_read_only")


def _end_connections(place: PostgresPlace) -> None:
    """End the connections that began under other rules."""
    server().run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608
        f"WHERE datname = '{place.database}' AND application_name = 'karki'"
    )


def _as_role(place: PostgresPlace) -> str:
    return place.dsn.replace("postgres:@", f"{ROLE}@")


@contextlib.asynccontextmanager
async def _full_disk(place: PostgresPlace) -> AsyncIterator[None]:
    with place.refusing_writes():
        yield


Failure = Callable[[PostgresPlace], AbstractAsyncContextManager[None]]


@pytest.mark.parametrize(
    ("fail", "reason"),
    [
        (_instances_waiting_for_each_other, "no connection was free in time"),
        (_no_room_on_the_server, "the server has no connection left"),
        (_read_only, "the database takes no writes"),
        (_full_disk, "the database's disk is full"),
    ],
)
async def test_people_get_their_text_back_and_the_health_page_tells(
    tmp_path: Path, fail: Failure, reason: str
) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    with contextlib.suppress(asyncpg.DuplicateObjectError):
        server().run(f"CREATE ROLE {ROLE} LOGIN")
    server().run(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
        place.database,
    )
    async with fleet_on(_as_role(place), tmp_path) as fleet:
        instance = await fleet.start(tick=0.5)
        forms = [filled(anonymous=number % 2 == 0) for number in range(12)]
        async with fail(place):
            began = time.monotonic()
            answers = await asyncio.gather(
                *(fleet.send(instance, f"p{i}", form) for i, form in enumerate(forms))
            )
            assert time.monotonic() - began < TEAMS_WAITS
            assert all(gives_back(shown, form) for shown, form in zip(answers, forms, strict=True))
            why = await fleet.until_ready(instance, False, 6.0)
            assert "the store does not take writes" in why
            fleet.teams.calls.clear()
            await fleet.say(instance, "kieli svenska")
            (told,) = fleet.teams.calls
            assert "Tallennus ei juuri nyt onnistu" in told.json["text"]
        assert await fleet.until_ready(instance, True, 5.0) == ""
        answers = await asyncio.gather(
            *(fleet.send(instance, f"p{i}", form) for i, form in enumerate(forms))
        )
        assert all(THANKS in str(shown) for shown in answers)
        reports = await fleet.reports()
        numbers = {
            form["phenomenon"]: number_in(shown) for form, shown in zip(forms, answers, strict=True)
        }
        assert {report.phenomenon: report.number for report in reports} == numbers
        assert await instance.stop() == 0
        log = instance.log.read_text()
    assert f"not saved: {reason}" in log
    assert f"the store does not take writes: {reason}" in log
    assert "Traceback" not in log
    assert not any(form["phenomenon"] in log for form in forms)
    assert forms[0]["proposal"] not in log
