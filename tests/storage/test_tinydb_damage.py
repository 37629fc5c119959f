"""The embedded engine and damaged, newer, older and mended files."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.errors import NewerData
from storage.records import PersonSettings, Report
from storage.store import Store
from storage.tinydb_engine import TinyDbStore
from storage.tinydb_engine.files import DamagedFile, tables_of
from storage.tinydb_engine.folder import Folder
from storage.tinydb_engine.schema import FLOORS, REPORTS, TABLES
from storage.tinydb_engine.tables import Memory, Table
from storage.upgrades import STEPS, Step
from tests.storage.engines import TinyDbPlace
from tests.storage.samples import (
    OTHER,
    TENANT,
    address,
    anonymous,
    channel,
    named,
    notice,
    way_back,
)

FILES = (
    "outbox.json",
    "pending.json",
    "people.json",
    "reports-2026-10.json",
    "reports-2026-11.json",
    "return-addresses.json",
    "settings.json",
)
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
async def full(tmp_path: Path) -> TinyDbPlace:
    """A folder with every kind of file in it, some changes still waiting: nobody owns it."""
    place = TinyDbPlace(tmp_path / "full")
    store = await place.open()
    for n in range(3):
        await store.file_report(named(n, day=dt.date(2026, 10, 5)))
        await store.file_report(named(n + 10, day=dt.date(2026, 11, 5)))
    await store.file_report(anonymous(1, day=dt.date(2026, 11, 6)), way_back(1))
    await store.bind_channel(channel())
    await store.choose_language(PersonSettings(tenant=TENANT, person="aino", language="sv"))
    await place.stop()
    store = await place.open()
    for n in range(20, 23):
        await store.file_report(named(n, day=dt.date(2026, 11, 7)))
    await store.file_report(named(30, tenant=OTHER, day=TODAY))
    await place.crash()
    assert sorted(path.name for path in place.folder.glob("*.json")) == list(FILES)
    return place


async def reports(store: Store) -> dict[str, Report]:
    return {report.id: report for report in await store.all_reports()}


async def contents(store: TinyDbStore) -> dict[str, Any]:
    """Return the store's contents by the file in which they belong."""
    found = await reports(store)
    return {
        "reports-2026-10.json": {i: r for i, r in found.items() if r.day == dt.date(2026, 10, 5)},
        "reports-2026-11.json": {
            i: r for i, r in found.items() if r.day in (dt.date(2026, 11, 5), dt.date(2026, 11, 6))
        },
        "people.json": await store.person_settings(TENANT, "aino"),
        "settings.json": await store.group_channel(TENANT),
        "outbox.json": [p for p in await store.outbox() if p.due.day == 5],
    }


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "zeros": lambda data: b"\0" * len(data),
    "garbage": lambda _: b"\xff\xfe garbage {",
    "array": lambda _: b"[1, 2]",
    "table is an array": lambda _: b'{"reports": [1]}',
    "row is a number": lambda _: b'{"reports": {"a": 1}}',
    "too deep": lambda _: b"[" * 100_000,
    "cut at the beginning": lambda data: data[:1],
    "cut at a fifth": lambda data: data[: len(data) // 5],
    "cut at a half": lambda data: data[: len(data) // 2],
    "cut at the end": lambda data: data[:-1],
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_file_is_kept_and_named_and_takes_nothing_else_with_it(
    full: TinyDbPlace, tmp_path: Path, damage: str
) -> None:
    whole = await contents(await full.read())
    answered = await reports(await full.read())
    given = {(report.tenant, report.number) for report in answered.values()}
    for name in FILES:
        place = TinyDbPlace(tmp_path / name)
        shutil.copytree(full.folder, place.folder)
        path = place.folder / name
        damaged = DAMAGES[damage](path.read_bytes())
        path.write_bytes(damaged)

        reader = await place.read()
        assert len(reader.warnings) == 1
        assert reader.warnings[0].startswith(f"{name} is damaged: ")
        assert path.read_bytes() == damaged, "a reader changes nothing"

        store = await place.open()
        assert store.warnings[0].startswith(f"{name} is damaged: ")
        assert store.warnings[0].endswith(f"It is kept as damaged/{name}.1 for mending.")
        found = await contents(store)
        for other, content in whole.items():
            if other != name:
                assert found[other] == content, f"{other} beside a damaged {name}"
        # No number is given twice, to any tenant.
        new = [
            named(("new", n, tenant), tenant=tenant, day=day)
            for tenant, day in ((TENANT, dt.date(2026, 11, 8)), (OTHER, TODAY))
            for n in range(30)
        ]
        for filed in await asyncio.gather(*map(store.file_report, new)):
            assert (filed.tenant, filed.number) not in given
        await place.stop()
        assert place.stored()[f"damaged/{name}.1"] == damaged

        store = await place.open()
        assert list(store.warnings) == [], "damage is told of once, and then mended"
        assert place.stored()[f"damaged/{name}.1"] == damaged
        assert f"damaged/{name}.2" not in place.stored()
        await place.stop()


async def test_a_file_cut_at_any_byte_is_known_to_be_damaged(full: TinyDbPlace) -> None:
    for name in FILES:
        data = (full.folder / name).read_bytes()
        assert tables_of(data)
        for length in range(len(data)):
            with pytest.raises(DamagedFile):
                tables_of(data[:length])


async def test_the_good_rows_of_a_damaged_file_are_used(full: TinyDbPlace) -> None:
    before = await reports(await full.read())
    bad = {}
    for name, table, spoil in (
        ("reports-2026-10.json", "reports", {"phenomenon": ["not a text"]}),
        ("reports-2026-11.json", "reports", {"day": "2026-13-01"}),
        ("pending.json", "reports-2026-11/reports", {"unheard": "of"}),
        ("outbox.json", "posts", {"due": "2026-11-05T09:30:00"}),
        ("people.json", "people", {"v": "2"}),
    ):
        path = full.folder / name
        content = json.loads(path.read_bytes())
        key = sorted(content[table])[0]
        content[table][key] |= spoil
        path.write_bytes(json.dumps(content).encode())
        bad[name] = (key, path.read_bytes())
    lost = {bad[name][0] for name in bad}
    store = await full.open()
    assert len([warning for warning in store.warnings if "cannot be read" in warning]) == len(bad)
    expected = {key: report for key, report in before.items() if key not in lost}
    assert await reports(store) == expected
    assert len(before) - len(expected) == 3
    await full.stop()
    for name, (_, data) in bad.items():
        assert full.stored()[f"damaged/{name}.1"] == data
    store = await full.open()
    assert list(store.warnings) == []
    assert await reports(store) == expected


async def test_a_damaged_file_put_back_mended_is_taken_in(full: TinyDbPlace) -> None:
    """What was filed meanwhile stays, and no two reports have one number."""
    before = await reports(await full.read())
    mended = (full.folder / "reports-2026-11.json").read_bytes()
    (full.folder / "reports-2026-11.json").write_bytes(mended[:-100])
    (full.folder / "settings.json").write_bytes(b"")
    store = await full.open()
    after = [await store.file_report(named(("new", n), day=dt.date(2026, 11, 9))) for n in range(5)]
    # The owner dies while changes to that very month wait.
    await full.crash()
    (full.folder / "reports-2026-11-mended.json").write_bytes(mended)
    for end in (full.crash, full.stop):
        store = await full.open()
        assert list(store.warnings) == []
        assert await reports(store) == before | {report.id: report for report in after}
        numbers = [(r.tenant, r.number) for r in await store.all_reports() if r.number]
        assert len(numbers) == len(set(numbers))
        await end()
    names = {path.name for path in full.folder.glob("*.json")}
    assert "reports-2026-11-mended.json" not in names, "its rows are in their own file now"


@pytest.mark.parametrize("name", ["reports-2026-11-mended.json", "z.json"])
async def test_a_file_put_back_does_not_undo_what_happened_since(
    full: TinyDbPlace, name: str
) -> None:
    """An old copy of a report that has been released since is not the newer one."""
    shutil.copy(full.folder / "reports-2026-11.json", full.folder.parent / "copy")
    store = await full.open()
    await store.release_reports(dt.datetime(2026, 11, 9, tzinfo=dt.UTC), [TENANT], list.reverse)
    expected = await reports(store)
    await full.stop()
    shutil.copy(full.folder.parent / "copy", full.folder / name)
    for _ in range(2):
        assert await reports(await full.read()) == expected
        assert await reports(await full.open()) == expected
        await full.stop()
    assert not (full.folder / name).exists()


async def test_a_number_brought_back_by_a_mended_file_is_stepped_over(tmp_path: Path) -> None:
    place = TinyDbPlace(tmp_path / "data")
    store = await place.open()
    filed = await store.file_report(named(1))
    await place.stop()
    (place.folder / "reports-2026-11.json").rename(tmp_path / "aside")
    (place.folder / "settings.json").unlink()
    await place.open()
    await place.stop()
    (tmp_path / "aside").rename(place.folder / "back.json")
    store = await place.open()
    assert await reports(store) == {filed.id: filed}
    assert (await store.file_report(named(2))).number == "R-2026-0002"


@pytest.mark.parametrize("missing", [True, False], ids=["missing", "damaged"])
async def test_a_file_lost_while_the_store_is_open_is_made_again(
    full: TinyDbPlace, missing: bool
) -> None:
    store = await full.open()
    for name in FILES:
        path = full.folder / name
        path.unlink() if missing else path.write_bytes(b"garbage")
    new = [await store.file_report(named(("new", n), day=dt.date(2026, 10 + n, 9))) for n in (0, 1)]
    await store.choose_language(PersonSettings(tenant=TENANT, person="eino", language="fi"))
    await store.file_report(anonymous("new", day=dt.date(2026, 11, 9)), way_back("new"))
    expected, posts = await reports(store), list(await store.outbox())
    assert len(expected) == 11 + len(new) + 1
    await full.stop()
    reopened = await full.open()
    assert list(reopened.warnings) == []
    assert await reports(reopened) == expected
    assert list(await reopened.outbox()) == posts
    assert await reopened.group_channel(TENANT) == channel()
    back = json.loads((full.folder / "return-addresses.json").read_bytes())["return_addresses"]
    assert set(back) == {way_back(1).id, way_back("new").id}
    if not missing:
        kept = {name for name in full.stored() if name.startswith("damaged/")}
        assert kept == {f"damaged/{name}.1" for name in FILES if name != "pending.json"}


async def test_a_file_of_somebody_elses_is_left_as_it_is(full: TinyDbPlace) -> None:
    (full.folder / "package.json").write_bytes(b'{"dependencies": {"left": {"pad": 1}}}')
    store = await full.open()
    assert list(store.warnings) == [
        "package.json has an unknown table, dependencies. It was left as it is."
    ]
    await full.stop()
    stored = full.stored()
    assert stored["package.json"] == b'{"dependencies": {"left": {"pad": 1}}}'
    assert not any(name.startswith("damaged/") for name in stored)


async def test_a_file_copied_over_another_loses_nothing(full: TinyDbPlace) -> None:
    """A month's file in the place of what waits is kept as damaged, its own rows are there."""
    before = await reports(await full.read())
    waited = json.loads((full.folder / "pending.json").read_bytes())
    gone = {key for place, rows in waited.items() if "reports" in place for key in rows}
    shutil.copy(full.folder / "reports-2026-10.json", full.folder / "pending.json")
    store = await full.open()
    assert "pending.json is damaged" in store.warnings[0]
    assert await reports(store) == {k: r for k, r in before.items() if k not in gone}


# -- versions ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
async def test_data_of_a_later_version_is_refused_and_nothing_is_touched(
    full: TinyDbPlace, name: str
) -> None:
    """Not even what is damaged beside it."""
    path = full.folder / name
    content = json.loads(path.read_bytes())
    table = sorted(content)[-1]
    content[table][sorted(content[table])[0]]["v"] = 2
    path.write_bytes(json.dumps(content).encode())
    for other in FILES:
        if other != name:
            (full.folder / other).write_bytes((full.folder / other).read_bytes()[:-5])
    before = full.stored()
    for attempt in (full.read, full.open, full.open):
        with pytest.raises(NewerData, match="is of version 2, which this Kärki does not know"):
            await attempt()
        full = TinyDbPlace(full.folder)
    assert full.stored() == before


async def test_rows_of_an_older_version_are_read_as_the_new_one(
    full: TinyDbPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LaterReport(Report):
        v: int = 2
        region: str

    table = Table("reports", LaterReport, REPORTS.key, REPORTS.file, REPORTS.indexes)
    tables: tuple[Table[Any], ...] = (table, *TABLES[1:])
    steps: dict[int, Step] = {1: lambda fields: {**fields, "region": "Varsinais-Suomi"}}
    monkeypatch.setitem(STEPS, LaterReport, steps)
    before = await reports(await full.read())
    folder, memory = Folder(full.folder, tables), Memory(tables)
    folder.load(memory)
    rows = {row.id: row for row in memory.all(table)}
    assert folder.warnings == []
    assert set(rows) == set(before)
    assert {(row.v, row.region) for row in rows.values()} == {(2, "Varsinais-Suomi")}
    # A change by the later version is refused by the earlier one.
    folder.own()
    folder.commit(
        [(table, table.file(row), row.id, row.model_dump(mode="json")) for row in rows.values()]
    )
    folder.let_go()
    with pytest.raises(NewerData):
        await full.open()


# -- numbering after damage ----------------------------------------------------------------


async def test_numbering_after_damage_stands_above_what_can_still_be_made_out(
    tmp_path: Path,
) -> None:
    place = TinyDbPlace(tmp_path / "data")
    store = await place.open()
    await store.file_report(named(1))
    await place.stop()
    text = (place.folder / "reports-2026-11.json").read_text().replace("-0001", "-3456")
    (place.folder / "reports-2026-11.json").write_text(text[:-5])
    (place.folder / "settings.json").write_bytes(b"")
    store = await place.open()
    assert (await store.file_report(named(2))).number == "R-2026-5001"
    assert "Numbers given in 2026 may be lost; numbering goes on above 5000." in store.warnings
    await place.stop()
    store = await place.open()
    assert (await store.file_report(named(3))).number == "R-2026-5002"
    assert (await store.file_report(named(4, tenant=OTHER))).number == "R-2026-5001"


async def test_somebodys_words_do_not_steer_the_numbering(tmp_path: Path) -> None:
    place = TinyDbPlace(tmp_path / "data")
    store = await place.open()
    words = {"phenomenon": 'x", "number": "R-2026-99999999" and "number": "R-2026-8888"'}
    await store.file_report(named(1).model_copy(update=words))
    await place.crash()
    path = place.folder / "pending.json"
    path.write_bytes(path.read_bytes()[:-5])
    store = await place.open()
    assert (await store.file_report(named(2))).number == "R-2026-2001"


async def test_a_month_that_is_damaged_alone_leaves_no_gap_in_the_numbers(
    full: TinyDbPlace,
) -> None:
    """The counter stands in another file."""
    before = await reports(await full.read())
    (full.folder / "reports-2026-11.json").write_bytes(b"")
    store = await full.open()
    last = max(int((r.number or "--0").split("-")[2]) for r in before.values())
    filed = await store.file_report(named("new"))
    assert filed.number == f"R-2026-{last + 1:04d}"
    assert FLOORS.name not in json.loads((full.folder / "settings.json").read_bytes())


async def test_what_is_erased_of_a_person_stays_erased_after_an_opening(full: TinyDbPlace) -> None:
    store = await full.open()
    await store.file_report(named("new", to=address()))
    await store.post_delivered("none", notice=notice(1, to=address()))
    await store.forget_person_address(TENANT, "aino")
    for _ in range(2):
        await full.stop()
        assert b"chat-of-aino" not in b"".join(full.stored().values())
        await full.open()
