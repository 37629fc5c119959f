"""The engines under test: how each opens, stops, crashes and fails.

A new engine is one class here and one line in ENGINES.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from storage.store import Store
from storage.tinydb_engine import TinyDbStore, files
from tests.storage.postgres_place import PostgresPlace


class Place(Protocol):
    """One place where an engine keeps a store, and what may happen to it there."""

    async def open(self) -> Store:
        """Open the place and remember the store, to be closed at the end of the test."""

    async def read(self) -> Store:
        """Open the place for reading, as it is now."""

    async def stop(self) -> None:
        """Close the store that is open."""

    async def crash(self) -> None:
        """End the store that is open as a killed process ends: nothing more is written."""

    def stored(self) -> dict[str, bytes]:
        """Return every stored byte by where it is."""

    def refusing_writes(self) -> contextlib.AbstractContextManager[None]:
        """Let every write fail meanwhile."""

    def holding_writes(self) -> contextlib.AbstractContextManager[threading.Event]:
        """Let no write end before the end; the event is set once one has begun."""


def ids() -> Callable[[], str]:
    """Return a source of ids, as random to look at as real ones and the same in every run."""
    from tests.storage.samples import random_looking

    count = itertools.count()
    return lambda: random_looking("id", next(count))


class TinyDbPlace:
    """A folder of the embedded engine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._new_id = ids()
        self._store: TinyDbStore | None = None

    async def open(self) -> TinyDbStore:
        assert self._store is None
        self._store = await TinyDbStore.open(self.folder, self._new_id)
        return self._store

    async def read(self) -> TinyDbStore:
        return await TinyDbStore.open_for_reading(self.folder)

    async def stop(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            await store.close()

    async def crash(self) -> None:
        store, self._store = self._store, None
        if store is None:
            return
        committer = store._committer
        committer._task.cancel()
        with contextlib.suppress(BaseException):
            await committer._task
        committer._thread.shutdown(cancel_futures=True)
        store._folder.let_go()

    def stored(self) -> dict[str, bytes]:
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in paths}

    @contextlib.contextmanager
    def refusing_writes(self) -> Iterator[None]:
        with _instead_of_write(_no_space):
            yield

    @contextlib.contextmanager
    def holding_writes(self) -> Iterator[threading.Event]:
        begun, go_on = threading.Event(), threading.Event()

        def wait(descriptor: int, data: Any) -> int:
            begun.set()
            assert go_on.wait(30)
            return os.write(descriptor, data)

        with _instead_of_write(wait):
            try:
                yield begun
            finally:
                go_on.set()


class FilesOs:
    """The operating system as files.py sees it, with some of its functions replaced."""

    def __init__(self, **replaced: Callable[..., Any]) -> None:
        vars(self).update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


@contextlib.contextmanager
def _instead_of_write(write: Callable[[int, Any], int]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "os", FilesOs(write=write))
        yield


def _no_space(descriptor: int, data: Any) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


ENGINES: dict[str, Callable[[Path], Place]] = {
    "tinydb": lambda folder: TinyDbPlace(folder / "data"),
    "postgresql": lambda folder: PostgresPlace(folder, ids()),
}


@contextlib.asynccontextmanager
async def place_of(engine: str, folder: Path) -> AsyncIterator[Place]:
    """Give an empty place of an engine, and stop what is still open in it afterwards."""
    place = ENGINES[engine](folder)
    try:
        yield place
    finally:
        await place.stop()
