"""Opens the store that a setting names: one scheme, one engine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol

from storage.errors import CannotOpen
from storage.moving import End
from storage.store import Store

Versions = tuple[str | None, str]


class Engine(Protocol):
    """How an engine opens a place."""

    def name_of(self, place: str) -> str:
        """Return the place's name for people, without any password."""
        ...

    async def open(self, place: str, new_id: Callable[[], str]) -> Store:
        """Open a place to read and write."""
        ...

    async def open_for_reading(self, place: str) -> Store:
        """Open a place to read it as it is now, also while another process owns it."""
        ...

    async def half_moved_from(self, place: str) -> str | None:
        """Return the name of the store from which a move to here was begun and not finished."""
        ...

    async def migrate(self, place: str) -> Versions | None:
        """Bring a place to the newest version; return the versions before and after.

        None where the engine needs no migrations.
        """
        ...

    async def hold(self, place: str, *, make: bool) -> End:
        """Take a place for a move, making it if asked to where that can be."""
        ...


class _TinyDb:
    # The driver is imported only where it is used.
    def name_of(self, place: str) -> str:
        return f"tinydb:{place}"

    async def open(self, place: str, new_id: Callable[[], str]) -> Store:
        from storage.tinydb_engine import TinyDbStore

        return await TinyDbStore.open(Path(place), new_id)

    async def open_for_reading(self, place: str) -> Store:
        from storage.tinydb_engine import TinyDbStore

        return await TinyDbStore.open_for_reading(Path(place))

    async def half_moved_from(self, place: str) -> str | None:
        from storage.tinydb_engine.moving import half_moved_from

        return await asyncio.to_thread(half_moved_from, Path(place))

    async def migrate(self, place: str) -> Versions | None:
        return None  # each record is upgraded when it is read

    async def hold(self, place: str, *, make: bool) -> End:
        from storage.tinydb_engine.moving import TinyDbEnd

        return await TinyDbEnd.open(Path(place), make=make)


class _Postgres:
    def name_of(self, place: str) -> str:
        from storage.postgres_engine.connecting import name_of

        return name_of(f"postgresql:{place}")

    async def open(self, place: str, new_id: Callable[[], str]) -> Store:
        from storage.postgres_engine import PostgresStore

        return await PostgresStore.open(f"postgresql:{place}", new_id)

    async def open_for_reading(self, place: str) -> Store:
        from storage.postgres_engine import PostgresStore

        return await PostgresStore.open_for_reading(f"postgresql:{place}")

    async def half_moved_from(self, place: str) -> str | None:
        from storage.postgres_engine.moving import half_moved_from

        return await half_moved_from(f"postgresql:{place}")

    async def migrate(self, place: str) -> Versions | None:
        from storage.postgres_engine.connecting import refuse_to_migrate
        from storage.postgres_engine.migrating import migrate

        await refuse_to_migrate(f"postgresql:{place}")
        return await asyncio.to_thread(migrate, f"postgresql:{place}")

    async def hold(self, place: str, *, make: bool) -> End:
        from storage.postgres_engine.moving import PostgresEnd

        return await PostgresEnd.open(f"postgresql:{place}")


# An engine is one line here.
ENGINES: dict[str, Engine] = {"tinydb": _TinyDb(), "postgresql": _Postgres()}


def engine_of(setting: str) -> tuple[Engine, str]:
    """Return the engine and the place that a setting such as `tinydb:data` names.

    Raises CannotOpen for a setting that names no engine or no place.
    """
    scheme, _, place = setting.partition(":")
    if scheme not in ENGINES or not place:
        known = ", ".join(f"{name}:…" for name in ENGINES)
        raise CannotOpen(f"KARKI_STORE must be one of {known}")
    return ENGINES[scheme], place


def name_of(setting: str) -> str:
    """Return the name of a setting's store for people, without any password."""
    engine, place = engine_of(setting)
    return engine.name_of(place)


async def open_store(setting: str, new_id: Callable[[], str]) -> Store:
    """Open the store of a setting such as `tinydb:data`, to read and write.

    Raises StoreInUse, CannotOpen or NewerData. A half-moved store is not opened.
    """
    engine, place = engine_of(setting)
    return await _whole(engine, place, await engine.open(place, new_id))


async def open_store_for_reading(setting: str) -> Store:
    """Open the store of a setting to read it as it is now, also beside its owner.

    Raises CannotOpen or NewerData. A half-moved store is not opened.
    """
    engine, place = engine_of(setting)
    return await _whole(engine, place, await engine.open_for_reading(place))


async def _whole(engine: Engine, place: str, store: Store) -> Store:
    try:
        # Asked after opening: a move begins only where nobody has opened.
        source = await engine.half_moved_from(place)
        if source is not None:
            raise CannotOpen(
                f"{engine.name_of(place)} is half moved from {source}; "
                "finish it with the same `python app.py move` command"
            )
    except BaseException:
        await store.close()
        raise
    return store


async def migrate(setting: str) -> Versions | None:
    """Bring a setting's store to the newest version; return the versions before and after.

    None where the engine needs no migrations. Raises CannotOpen.
    """
    engine, place = engine_of(setting)
    return await engine.migrate(place)


@contextlib.asynccontextmanager
async def held_for_a_move(setting: str, *, make: bool) -> AsyncIterator[End]:
    """Hold a setting's store for a move; `make` makes a folder that is not there.

    Raises StoreInUse or CannotOpen.
    """
    engine, place = engine_of(setting)
    end = await engine.hold(place, make=make)
    try:
        yield end
    finally:
        await end.close()
