"""The fixtures of the store's tests: a place of each engine, and a store open in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.storage.engines import ENGINES, Place, place_of


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Every engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
async def place(engine: str, tmp_path: Path) -> AsyncIterator[Place]:
    """An empty place."""
    async with place_of(engine, tmp_path) as place:
        yield place


@pytest.fixture
async def store(place: Place) -> Store:
    """A store open in an empty place."""
    return await place.open()
