"""A store moves whole to another engine and back, or not at all."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from storage.errors import CannotMove, CannotOpen, NothingThere, StoreInUse
from storage.moving import KINDS, Content, content_of, move
from storage.opening import held_for_a_move, name_of, open_store, open_store_for_reading
from storage.postgres_engine import moving as postgres_moving
from storage.postgres_engine.moving import PostgresEnd
from storage.records import Counter, NumberFloor, PersonSettings, Record, Report
from storage.store import Store
from storage.tinydb_engine.moving import TinyDbEnd
from storage.tinydb_engine.schema import TABLES
from tests.storage.engines import ENGINES, TinyDbPlace, place_of
from tests.storage.postgres_place import PostgresPlace, server
from tests.storage.samples import (
    HOUR,
    NOW,
    OTHER,
    TENANT,
    TODAY,
    address,
    anonymous,
    card,
    channel,
    named,
    notice,
    way_back,
)

ENDS = {"tinydb": TinyDbEnd, "postgresql": PostgresEnd}
OPPOSITE = {"tinydb": "postgresql", "postgresql": "tinydb"}
AnyPlace = TinyDbPlace | PostgresPlace


def new_id() -> str:
    """Return an id that no other opening of a store gives."""
    return secrets.token_hex(16)


def setting_of(place: Any) -> str:
    """Return what KARKI_STORE would be for a place."""
    return place.dsn if isinstance(place, PostgresPlace) else f"tinydb:{place.folder}"


@pytest.fixture
async def source(engine: str, tmp_path: Path) -> AsyncIterator[AnyPlace]:
    """A store of each engine in turn, with something in every table."""
    async with place_of(engine, tmp_path / "source") as place:
        await fill(await place.open())
        await place.stop()
        yield place  # type: ignore[misc]


@pytest.fixture
async def target(engine: str, tmp_path: Path) -> AsyncIterator[AnyPlace]:
    """An empty place of the other engine."""
    async with place_of(OPPOSITE[engine], tmp_path / "target") as place:
        yield place  # type: ignore[misc]


async def fill(store: Store) -> None:
    """Put something into every table, of two tenants and two years."""
    for number in range(12):
        await store.file_report(named(number, person=f"p{number % 3}", to=address()))
    await store.file_report(named("last year", day=dt.date(2025, 12, 30)))
    await store.file_report(named("other", tenant=OTHER))
    for number in range(8):
        await store.file_report(anonymous(number), way_back(number))
    await store.bind_channel(channel())
    await store.release_reports(NOW, [TENANT], random.shuffle)
    await store.file_report(anonymous("waits"), way_back("waits"))
    for language in ("sv", "en"):
        await store.choose_language(
            PersonSettings(tenant=TENANT, person=f"p-{language}", language=language)
        )
    claimed = await store.claim_due_posts(NOW + HOUR, 6, NOW + HOUR)
    for post in claimed[:2]:
        await store.post_delivered(post.id, card=card(post.id))
    await store.give_up_post(claimed[2].id, "gone")
    await store.post_delivered(claimed[3].id, notice=notice(1, to=address()))
    await store.post_later(claimed[4].id, NOW + HOUR)


async def content(place: Any) -> Content:
    """Return everything that is in a place."""
    async with held_for_a_move(setting_of(place), make=False) as held:
        return await held.read()


async def put(place: Any, *records: Record) -> None:
    """Put just these records into a place."""
    async with held_for_a_move(setting_of(place), make=True) as held:
        await held.write(content_of(records))


async def moved(source: Any, target: Any) -> list[str]:
    """Move, and return what was said."""
    said: list[str] = []
    async with (
        held_for_a_move(setting_of(source), make=False) as from_,
        held_for_a_move(setting_of(target), make=True) as to,
    ):
        await move(from_, to, said.append)
    return said


def stored(place: Any) -> dict[str, bytes]:
    """Return every stored byte but the number of the process that last had the folder."""
    return {path: data for path, data in place.stored().items() if path != "LOCK"}


async def test_everything_arrives_and_the_source_stays(source: Any, target: Any) -> None:
    before, was = stored(source), await content(source)
    said = await moved(source, target)
    assert await content(target) == was
    assert stored(source) == before
    assert said == [f"{name}: {len(was[kind])} moved and verified." for kind, (name, _) in
                    KINDS.items()]  # fmt: skip
    assert [name for kind, (name, _) in KINDS.items() if not was[kind]] == ["number floors"]


async def test_a_moved_store_serves_as_the_old_one_did(source: Any, target: Any) -> None:
    async def seen(store: Store) -> list[Any]:
        try:
            return [
                list(await store.all_reports()),
                list(await store.reports_of(TENANT, "p1")),
                await store.report_by_code(TENANT, anonymous(3).code_hash or ""),
                await store.report_by_number(TENANT, "R-2026-0003"),
                await store.last_release(TENANT),
                list(await store.waiting_for_release()),
                await store.group_channel(TENANT),
                await store.person_settings(TENANT, "p-sv"),
                list(await store.outbox()),
            ]
        finally:
            await store.close()

    await moved(source, target)
    old, new = [
        await seen(await open_store_for_reading(setting_of(place))) for place in (source, target)
    ]
    assert new == old
    assert None not in new


async def test_numbers_go_on_where_they_were(source: Any, target: Any) -> None:
    await moved(source, target)
    store = await open_store(setting_of(target), new_id)
    assert (await store.file_report(named("new"))).number == "R-2026-0021"
    assert (await store.file_report(named("new", tenant=OTHER))).id == named("new").id
    assert (await store.file_report(named("b", tenant=OTHER))).number == "R-2026-0002"
    assert await store.release_reports(NOW + HOUR, [TENANT], random.shuffle) == 1
    assert (await store.file_report(named("c"))).number == "R-2026-0023"
    await store.close()


async def test_there_and_back_is_the_same(source: Any, target: Any, tmp_path: Path) -> None:
    was = await content(source)
    await moved(source, target)
    back = ENGINES["tinydb" if isinstance(source, TinyDbPlace) else "postgresql"](tmp_path / "back")
    await moved(target, back)
    assert await content(back) == was


async def test_no_number_is_given_twice_after_damage(source: Any, target: Any) -> None:
    """A floor holds for every tenant after the move: for those that are not there any more too."""
    await put(source, NumberFloor(year=2026, last=2000), Counter(tenant=TENANT, year=2026, last=7))
    await moved(source, target)
    store = await open_store(setting_of(target), new_id)
    assert (await store.file_report(named(1))).number == "R-2026-2001"
    assert (await store.file_report(named(2))).number == "R-2026-2002"
    assert (await store.file_report(named(3, tenant="lost"))).number == "R-2026-2001"
    assert (await store.file_report(named(4, tenant="lost"))).number == "R-2026-2002"
    day = dt.date(2027, 1, 1)
    assert (await store.file_report(named(5, day=day))).number == "R-2027-0001"
    await store.close()
    assert (await content(target))[NumberFloor] == (await content(source))[NumberFloor]


async def test_a_number_that_the_counter_does_not_know_is_not_given_again(
    source: Any, target: Any
) -> None:
    """Mended files may have brought back reports whose numbers the counter had not counted."""
    mended = [named(n).model_copy(update={"number": f"R-2026-{n:04d}"}) for n in (4, 12)]
    await put(source, Counter(tenant=TENANT, year=2026, last=3), *mended)
    await moved(source, target)
    store = await open_store(setting_of(target), new_id)
    assert (await store.file_report(named("new"))).number == "R-2026-0013"
    await store.close()


async def test_a_target_that_holds_anything_is_refused(source: Any, target: Any) -> None:
    store = await open_store(setting_of(target), new_id)
    await store.choose_language(PersonSettings(tenant=TENANT, person="p", language="fi"))
    await store.close()
    before, had = stored(source), stored(target)
    with pytest.raises(CannotMove, match="is not empty: it holds 1 people"):
        await moved(source, target)
    assert (stored(source), stored(target)) == (before, had)
    await (await open_store(setting_of(target), new_id)).close()


async def test_a_finished_move_is_not_made_again(source: Any, target: Any) -> None:
    await moved(source, target)
    had = stored(target)
    with pytest.raises(CannotMove, match="is not empty"):
        await moved(source, target)
    assert stored(target) == had


class Killed(BaseException):
    """The process ended here."""


def _killed(*arguments: object) -> None:
    raise Killed


STEPS = ("write", "written", "read", "finish")


def ended_in(step: str, end: Any, patch: pytest.MonkeyPatch) -> None:
    """Let moves to an engine end at a step: before writing, half-written, after, at the end."""
    if step == "written":
        write = end.write

        async def and_die(self: Any, content: Content) -> None:
            await write(self, content)
            raise Killed

        patch.setattr(end, "write", and_die)
    elif step == "read":
        if end is TinyDbEnd:  # after the commit, before it is written out
            patch.setattr("storage.tinydb_engine.folder.Folder.write_out", _killed)
        else:  # in the transaction
            *tables, last = postgres_moving.TABLES
            dying = last._replace(values=_killed)  # type: ignore[arg-type]
            patch.setattr(postgres_moving, "TABLES", (*tables, dying))
    else:
        patch.setattr(end, step, _killed)


@pytest.mark.parametrize("step", STEPS)
async def test_a_move_that_was_ended_is_finished_by_the_same_command(
    source: Any, target: Any, engine: str, step: str
) -> None:
    """Until it is, nobody serves the target, and no other store is moved there."""
    was = await content(source)
    with pytest.MonkeyPatch.context() as patch:
        ended_in(step, ENDS[OPPOSITE[engine]], patch)
        with pytest.raises(Killed):
            await moved(source, target)
    for opening in (
        open_store(setting_of(target), new_id),
        open_store_for_reading(setting_of(target)),
    ):
        with pytest.raises(CannotOpen, match="is half moved from"):
            await opening
    # Meanwhile the source may have been served again.
    store = await open_store(setting_of(source), new_id)
    await store.file_report(named("between"))
    for post in await store.claim_due_posts(NOW + HOUR, 2, NOW + HOUR):
        await store.post_delivered(post.id)
    await store.close()
    was = await content(source)
    said = await moved(source, target)
    assert said[0].startswith("An unfinished move from ")
    assert await content(target) == was
    await (await open_store(setting_of(target), new_id)).close()


async def test_a_half_moved_store_takes_no_other_and_is_moved_nowhere(
    source: Any, target: Any, engine: str, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        ended_in("finish", ENDS[OPPOSITE[engine]], patch)
        with pytest.raises(Killed):
            await moved(source, target)
    async with place_of("tinydb", tmp_path / "another") as another:
        await fill(await another.open())
        await another.stop()
        with pytest.raises(CannotMove, match="is half moved, from"):
            await moved(another, target)
    async with place_of("tinydb", tmp_path / "third") as third:
        with pytest.raises(CannotMove, match="is half moved itself, from"):
            await moved(target, third)


async def test_what_is_in_use_is_not_moved(source: Any, target: Any) -> None:
    for used in (source, target):
        await used.open()
        with pytest.raises(StoreInUse, match="in use"):
            await moved(source, target)
        await used.stop()
    await moved(source, target)


async def test_an_instance_that_came_meanwhile_stops_the_move(target: Any, source: Any) -> None:
    """PostgreSQL has no owner: an instance that began before the end is seen at the end."""
    if not isinstance(source, PostgresPlace):
        async with held_for_a_move(setting_of(source), make=False):
            with pytest.raises(StoreInUse):
                await source.open()
        return
    async with (
        held_for_a_move(setting_of(source), make=False) as from_,
        held_for_a_move(setting_of(target), make=True) as to,
    ):
        read, times = from_.read, 0

        async def read_and_change() -> Content:
            nonlocal times
            times += 1
            if times == 2:  # an instance came and went between the two readings
                store = await source.open()
                await store.file_report(named("meanwhile"))
                await source.stop()
            return await read()

        from_.read = read_and_change  # type: ignore[method-assign]
        with pytest.raises(CannotMove, match="was changed meanwhile"):
            await move(from_, to, [].append)
    await moved(source, target)
    assert await content(target) == await content(source)


async def test_two_moves_of_one_store_do_not_meet(
    source: Any, target: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_moving, "LOCK_SECONDS", 1)
    for place in (source, target):
        async with held_for_a_move(setting_of(place), make=True):
            with pytest.raises(StoreInUse, match="in use by another"):
                await moved(source, target)
    with pytest.raises(StoreInUse, match="in use by another"):
        await moved(source, source)


@pytest.mark.parametrize("what", ["missing", "added", "changed"])
async def test_what_is_not_read_back_as_written_is_found(
    source: Any, target: Any, engine: str, what: str
) -> None:
    end = ENDS[OPPOSITE[engine]]
    read = end.read

    async def read_badly(self: Any) -> Content:
        found = await read(self)
        reports = found[Report]
        if not reports:
            return found
        key, report = next(iter(reports.items()))
        match what:
            case "missing":
                del reports[key]
            case "added":
                reports["x",] = report
            case _:
                reports[key] = report.model_copy(update={"phenomenon": "another"})
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(end, "read", read_badly)
        with pytest.raises(CannotMove, match="reports were not read back as they were written"):
            await moved(source, target)
    with pytest.raises(CannotOpen, match="is half moved"):
        await open_store(setting_of(target), new_id)


async def test_where_rows_lie_tells_no_order(source: Any, target: Any) -> None:
    """Rows lie in the order of their random keys, all written by one transaction."""
    await moved(source, target)
    if isinstance(target, PostgresPlace):
        for table in ("reports", "waiting_reports", "return_addresses", "posts"):
            query = f"SELECT id, xmin::text FROM {table} ORDER BY ctid"  # noqa: S608
            rows = server().run(query, target.database)
            assert [row[0] for row in rows] == sorted(row[0] for row in rows)
            assert len({row[1] for row in rows}) == 1
    else:
        names = {path.name for path in target.folder.iterdir()}
        assert names == {
            "LOCK", "pending.json", "settings.json", "people.json", "outbox.json",
            "return-addresses.json", "reports-2025-12.json", f"reports-{TODAY:%Y-%m}.json",
        }  # fmt: skip
        assert target.stored()["pending.json"] == b"{}"
        for path in target.folder.glob("*.json"):
            assert path.stat().st_mtime % 86_400 == 0


async def test_every_table_of_both_engines_is_moved(tmp_path: Path) -> None:
    assert {table.record for table in TABLES} == set(KINDS)
    assert {table.record for table in postgres_moving.TABLES} == set(KINDS)
    async with place_of("postgresql", tmp_path) as place:
        tables = set(place.stored())
    moved_tables = {table.name for table in postgres_moving.TABLES}
    assert tables - moved_tables == {"alembic_version", "pulse"}
    assert moved_tables <= tables


def _cut(folder: Path) -> None:
    path = folder / "people.json"
    path.write_bytes(path.read_bytes()[:-20])


def _strange(folder: Path) -> None:
    (folder / "ideas.json").write_text('{"ideas": {"x": {"y": 1}}}')


@pytest.mark.parametrize("damage", [_cut, _strange])
async def test_a_folder_that_cannot_be_read_whole_is_not_moved(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    async with (
        place_of("tinydb", tmp_path) as source,
        place_of("postgresql", tmp_path) as target,
    ):
        assert isinstance(source, TinyDbPlace)
        await fill(await source.open())
        await source.stop()
        damage(source.folder)
        before, had = stored(source), stored(target)
        with pytest.raises(CannotMove, match="Start Kärki on it once"):
            await moved(source, target)
        assert (stored(source), stored(target)) == (before, had)


async def test_what_was_set_aside_is_told_of(tmp_path: Path) -> None:
    async with (
        place_of("tinydb", tmp_path) as source,
        place_of("postgresql", tmp_path) as target,
    ):
        assert isinstance(source, TinyDbPlace)
        await fill(await source.open())
        await source.stop()
        _cut(source.folder)
        await source.open()
        await source.stop()
        said = await moved(source, target)
        assert "damaged is not moved" in said[0]


async def test_a_text_that_postgresql_cannot_hold_is_told_of(tmp_path: Path) -> None:
    async with (
        place_of("tinydb", tmp_path) as source,
        place_of("postgresql", tmp_path) as target,
    ):
        await put(source, named(1).model_copy(update={"phenomenon": "a\0b"}))
        with pytest.raises(CannotMove, match="PostgreSQL cannot hold"):
            await moved(source, target)


async def test_two_reports_of_one_number_are_told_of(tmp_path: Path) -> None:
    async with (
        place_of("tinydb", tmp_path) as source,
        place_of("postgresql", tmp_path) as target,
    ):
        await put(source, *(named(n).model_copy(update={"number": "R-2026-0001"}) for n in "ab"))
        with pytest.raises(CannotMove, match="two records of reports have the same number"):
            await moved(source, target)


async def test_a_source_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NothingThere):
        async with held_for_a_move(f"tinydb:{tmp_path}/none", make=False):
            pass
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("postgresql://karki:hush@db.example:5433/karki", "postgresql://db.example:5433/karki"),
        ("postgresql://karki:hu@sh@db.example/karki", "postgresql://db.example/karki"),
        ("postgresql://karki@db.example/karki", "postgresql://db.example/karki"),
        ("postgresql://karki:hush@a:1,b:2/karki", "postgresql://a:1,b:2/karki"),
        ("postgresql://karki:hush@/karki?host=/tmp/s", "postgresql:///karki?host=/tmp/s"),
        ("postgresql://db.example/karki?user=u&password=hush", "postgresql://db.example/karki"),
        ("postgresql://[::1]:5432/karki", "postgresql://[::1]:5432/karki"),
        ("postgresql://karki:hush/karki", "the PostgreSQL database"),
        ("postgresql://karki:hu/sh@db.example/karki", "the PostgreSQL database"),
        ("postgresql://karki:hu#sh@db.example/karki", "the PostgreSQL database"),
        ("postgresql://karki:hu?sh@db.example/karki", "the PostgreSQL database"),
        ("postgresql://karki:[hush@db.example/karki", "the PostgreSQL database"),
        ("tinydb:data", "tinydb:data"),
    ],
)
def test_a_stores_name_has_no_password(setting: str, name: str) -> None:
    assert name_of(setting) == name
    assert "hush" not in name_of(setting)
