"""Opens the store that a setting names: one scheme, one engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from storage.errors import CannotOpen
from storage.store import Store


class Engine(Protocol):
    """How an engine opens a place."""

    async def open(self, place: str, new_id: Callable[[], str]) -> Store:
        """Open a place to read and write."""
        ...

    async def open_for_reading(self, place: str) -> Store:
        """Open a place to read it as it is now, also while another process owns it."""
        ...


class _TinyDb:
    # The driver is imported only where it is used.
    async def open(self, place: str, new_id: Callable[[], str]) -> Store:
        from storage.tinydb_engine import TinyDbStore

        return await TinyDbStore.open(Path(place), new_id)

    async def open_for_reading(self, place: str) -> Store:
        from storage.tinydb_engine import TinyDbStore

        return await TinyDbStore.open_for_reading(Path(place))


class _Postgres:
    async def open(self, place: str, new_id: Callable[[], str]) -> Store:
        from storage.postgres_engine import PostgresStore

        return await PostgresStore.open(f"postgresql:{place}", new_id)

    async def open_for_reading(self, place: str) -> Store:
        from storage.postgres_engine import PostgresStore

        return await PostgresStore.open_for_reading(f"postgresql:{place}")


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


async def open_store(setting: str, new_id: Callable[[], str]) -> Store:
    """Open the store of a setting such as `tinydb:data`, to read and write.

    Raises StoreInUse, CannotOpen or NewerData.
    """
    engine, place = engine_of(setting)
    return await engine.open(place, new_id)


async def open_store_for_reading(setting: str) -> Store:
    """Open the store of a setting to read it as it is now, also beside its owner.

    Raises CannotOpen or NewerData.
    """
    engine, place = engine_of(setting)
    return await engine.open_for_reading(place)
