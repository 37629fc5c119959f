"""A setting names an engine and its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.errors import CannotOpen
from storage.opening import open_store, open_store_for_reading
from tests.storage.engines import ids
from tests.storage.samples import named


async def test_a_setting_opens_the_engine_it_names(tmp_path: Path) -> None:
    setting = f"tinydb:{tmp_path}/data"
    store = await open_store(setting, ids())
    filed = await store.file_report(named(1))
    reader = await open_store_for_reading(setting)
    assert list(await reader.all_reports()) == [filed]
    await store.close()


@pytest.mark.parametrize("setting", ["", "tinydb", "tinydb:", "mongo:data", "data"])
async def test_a_setting_that_names_no_engine_or_place_is_refused(setting: str) -> None:
    for opening in (open_store(setting, ids()), open_store_for_reading(setting)):
        with pytest.raises(CannotOpen, match="KARKI_STORE must be one of tinydb:"):
            await opening
