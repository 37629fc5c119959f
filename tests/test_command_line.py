"""`migrate` and `move` as an operator runs them: child processes and their exit statuses."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.moving import Content, content_of
from storage.opening import held_for_a_move
from storage.postgres_engine import moving as postgres_moving
from storage.postgres_engine.migrating import newest_version
from storage.records import Counter, NumberFloor, Report
from storage.tinydb_engine.moving import MARK
from tests.storage.engines import place_of
from tests.storage.postgres_place import PostgresPlace, server
from tests.storage.samples import TENANT, anonymous, named, way_back

ROOT = Path(__file__).parents[1]
KEPT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
# How many times each way a move is killed; more with KARKI_KILLS.
KILLS = int(os.environ.get("KARKI_KILLS", "3"))
HUSH = "hush-hush"
Result = tuple[int, str, str]


def command(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start `python app.py` as a person does."""
    return subprocess.Popen(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**KEPT, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(*arguments: str, **settings: str) -> Result:
    """Run a command; return its status and what it wrote, which never is a password."""
    with command(*arguments, **settings) as process:
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in out + err
        assert HUSH not in out + err
        return process.returncode, out, err


def moved(source: str, target: str) -> Result:
    return ran("move", "--from", source, "--to", target)


async def content(setting: str) -> Content:
    async with held_for_a_move(setting, make=False) as held:
        return await held.read()


async def fill(setting: str, reports: int) -> None:
    """Put many reports into an empty store at once."""
    rows: list[Report] = [
        named(n).model_copy(update={"number": f"R-2026-{n:04d}"}) for n in range(1, reports)
    ]
    rows += [anonymous(n) for n in range(reports)]
    backs = [way_back(n) for n in range(reports)]
    counters = [Counter(tenant=TENANT, year=2026, last=reports)]
    async with held_for_a_move(setting, make=True) as held:
        await held.write(content_of([*rows, *backs, *counters]))


def new_database() -> str:
    """Make an empty database, without tables; return its name."""
    name = f"empty_{os.getpid()}_{secrets.token_hex(4)}"
    server().run(f"CREATE DATABASE {name}")
    return name


def test_migrating_says_what_was_done() -> None:
    name = new_database()
    status, out, err = ran("migrate", KARKI_STORE=server().dsn(name))
    assert (status, err) == (0, "")
    assert f"was empty; it is now of version {newest_version()}." in out
    status, out, err = ran("migrate", KARKI_STORE=server().dsn(name))
    assert (status, err) == (0, "")
    assert f"is of version {newest_version()} already; nothing was to be done." in out


def test_a_tinydb_folder_needs_no_migrating(tmp_path: Path) -> None:
    status, out, err = ran("migrate", KARKI_STORE=f"tinydb:{tmp_path}/data")
    assert (status, err) == (0, "")
    assert out == f"tinydb:{tmp_path}/data needs no migrations.\n"
    assert not (tmp_path / "data").exists()


def test_an_older_database_is_brought_to_this_version_and_not_served_before() -> None:
    name = new_database()
    ran("migrate", KARKI_STORE=server().dsn(name))
    for statement in (
        "DROP TRIGGER begin_above_floor ON counters",
        "DROP FUNCTION begin_above_floor",
        "DROP TABLE number_floors",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        server().run(statement, name)
    status, _, err = ran("check", KARKI_LOCAL="1", KARKI_STORE=server().dsn(name))
    assert status == 1
    assert "run `python app.py migrate`" in err
    status, out, _ = ran("migrate", KARKI_STORE=server().dsn(name))
    assert status == 0
    assert f"was of version 0001; it is now of version {newest_version()}." in out
    assert ran("check", KARKI_LOCAL="1", KARKI_STORE=server().dsn(name))[0] == 0


def test_a_later_database_is_left_alone() -> None:
    name = new_database()
    ran("migrate", KARKI_STORE=server().dsn(name))
    server().run("UPDATE alembic_version SET version_num = '9999'", name)
    status, out, err = ran("migrate", KARKI_STORE=server().dsn(name))
    assert (status, out) == (1, "")
    assert "is of version 9999, later than this Kärki's" in err
    assert server().run("SELECT version_num FROM alembic_version", name)[0][0] == "9999"


def test_a_user_who_may_not_make_tables_is_told_so() -> None:
    name = new_database()
    role = f"poor_{secrets.token_hex(4)}"
    server().run(f"CREATE ROLE {role} LOGIN PASSWORD '{HUSH}'")
    server().run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", name)
    dsn = server().dsn(name).replace("postgres:@", f"{role}:{HUSH}@")
    assert role in dsn
    status, _, err = ran("migrate", KARKI_STORE=dsn)
    assert status == 1
    assert "may not make tables; migrate as the database's owner" in err


def test_a_database_that_takes_no_writes_is_told_of() -> None:
    name = new_database()
    server().run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    status, _, err = ran("migrate", KARKI_STORE=server().dsn(name))
    assert status == 1
    assert "the database takes no writes" in err


BAD = {
    "nobody there": (f"postgresql://karki:{HUSH}@127.0.0.1:9/karki", "nobody answers"),
    "unknown host": (f"postgresql://karki:{HUSH}@db.invalid/karki", "the address is unknown"),
    "a port in words": (f"postgresql://karki:{HUSH}@db.invalid:many/karki", "cannot be read"),
    "a password with a slash": (f"postgresql://karki:x/{HUSH}@db.invalid/k", "%2F"),
    "no such engine": (f"mysql://karki:{HUSH}@db/karki", "must be one of tinydb:…, postgresql:…"),
    "no place": ("postgresql:", "must be one of tinydb:…, postgresql:…"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_address_is_told_of_without_its_password(name: str, tmp_path: Path) -> None:
    setting, said = BAD[name]
    (tmp_path / "data").mkdir()
    for status, out, err in (
        ran("migrate", KARKI_STORE=setting),
        moved(f"tinydb:{tmp_path}/data", setting),
        moved(setting, f"tinydb:{tmp_path}/target"),
    ):
        assert (status, out) == (1, "")
        assert said in err
    assert not (tmp_path / "target").exists()


def test_a_database_that_is_not_there_is_told_of() -> None:
    status, _, err = ran("migrate", KARKI_STORE=server().dsn("nowhere"))
    assert status == 1
    assert "there is no such database" in err


@pytest.mark.parametrize(
    "arguments", [["move"], ["move", "--from", "tinydb:x"], ["move", "--to", "tinydb:x"]]
)
def test_a_move_needs_both_its_ends(arguments: list[str]) -> None:
    status, _, err = ran(*arguments)
    assert status == 2
    assert "usage: app.py move" in err


async def test_a_store_moves_there_and_back(tmp_path: Path) -> None:
    source, back = f"tinydb:{tmp_path}/source", f"tinydb:{tmp_path}/back"
    async with place_of("postgresql", tmp_path) as place:
        assert isinstance(place, PostgresPlace)
        await fill(source, 50)
        async with held_for_a_move(source, make=False) as held:
            floor = NumberFloor(year=2025, last=3000)
            was = content_of(
                [floor, *(row for rows in (await held.read()).values() for row in rows.values())]
            )
            await held.write(was)
        for start, end in ((source, place.dsn), (place.dsn, back)):
            status, out, err = await asyncio.to_thread(moved, start, end)
            assert (status, err) == (0, "")
            lines = out.splitlines()
            assert lines[0] == "reports: 99 moved and verified."
            assert "number floors: 1 moved and verified." in lines
            assert len(lines) == 9
            assert await content(end) == was
            status, _, err = await asyncio.to_thread(moved, start, end)
            assert status == 1
            assert "is not empty: it holds 99 reports" in err


@pytest.mark.parametrize("engine", ["tinydb", "postgresql"])
async def test_a_killed_move_is_finished_by_the_same_command(engine: str, tmp_path: Path) -> None:
    """Whenever it is killed, the target is empty, whole, or half moved and not served."""
    async with (
        place_of("postgresql", tmp_path / "1") as from_database,
        place_of("postgresql", tmp_path / "2"),
    ):
        assert isinstance(from_database, PostgresPlace)
        source = f"tinydb:{tmp_path}/source" if engine == "tinydb" else from_database.dsn
        await fill(source, 1500)
        was = await content(source)
        halves = 0
        for number in range(KILLS):
            place = PostgresPlace(tmp_path, str)
            target = place.dsn if engine == "tinydb" else f"tinydb:{tmp_path}/{number}"
            process = command("move", "--from", source, "--to", target)
            await asyncio.to_thread(_killed, process, place, target, random.uniform(0, 0.4))
            served = await asyncio.to_thread(
                lambda at: ran("check", KARKI_LOCAL="1", KARKI_STORE=at), target
            )
            if "is half moved from" in served[2]:
                halves += 1
                assert served[0] == 1
            status, out, err = await asyncio.to_thread(moved, source, target)
            assert status == 0 or "is not empty" in err
            assert ("gone on with" in out) == ("is half moved from" in served[2])
            assert await content(target) == was
        assert await content(source) == was
        print(f"{halves} of {KILLS} were half moved")
        assert halves, "no kill met a move under way"


def _killed(process: subprocess.Popen[str], place: PostgresPlace, at: str, after: float) -> None:
    """Kill a move some time after it has marked its target."""
    with process:
        while process.poll() is None and not _marked(place, at):
            time.sleep(0.01)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)


def _marked(place: PostgresPlace, at: str) -> bool:
    if at.startswith("tinydb:"):
        return Path(at.removeprefix("tinydb:"), MARK).exists()
    query = f"SELECT to_regclass('{postgres_moving.MARK}')"
    return server().run(query, place.database)[0][0] is not None


async def test_a_half_moved_store_is_not_served(tmp_path: Path) -> None:
    source = f"tinydb:{tmp_path}/source"
    await fill(source, 5)
    async with place_of("postgresql", tmp_path) as place:
        assert isinstance(place, PostgresPlace)
        for target in (place.dsn, f"tinydb:{tmp_path}/target"):
            async with held_for_a_move(target, make=True) as held:
                await held.begin(f"tinydb:{(tmp_path / 'source').resolve()}")
            for arguments in ([], ["check"], ["export", "--format", "csv", "--out", "/dev/null"]):
                status, _, err = await asyncio.to_thread(
                    lambda given, at: ran(*given, KARKI_LOCAL="1", KARKI_STORE=at, PORT="0"),
                    arguments,
                    target,
                )
                assert status == 1
                assert "is half moved from tinydb:" in err
            status, out, _ = await asyncio.to_thread(moved, source, target)
            assert status == 0
            assert out.startswith("An unfinished move from tinydb:")
