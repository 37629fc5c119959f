"""Group commit: concurrent operations share one write and are answered after it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from storage.errors import NotSaved, StoreClosed
from storage.tinydb_engine.files import JSON
from storage.tinydb_engine.folder import Folder
from storage.tinydb_engine.tables import Memory, Table, Transaction

log = logging.getLogger("karki.storage")

T = TypeVar("T")
Operation = Callable[[Transaction], T]

# Writing out moves what waits into the aggregates' files: at the latest after this many
# documents (or a twentieth of all there are, as writing out costs what a file holds), so a
# commit stays small, and soon after the last commit, so that what was stored
# together does not stay together.
WRITE_OUT_AFTER = 256
# An operation looks through what its group has changed so far, so a group has a limit.
GROUP_LIMIT = 256
QUIET_SECONDS = 1.0


class Committer:
    """Runs operations one after another and makes their changes durable in groups."""

    def __init__(self, folder: Folder, memory: Memory) -> None:
        self._folder = folder
        self._memory = memory
        self._queue: list[tuple[Operation[Any] | None, asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="karki-store")
        self._task = asyncio.create_task(self._work(), name="karki-store")

    async def run(self, operation: Operation[T]) -> T:
        """Run an operation and return its result once its changes are on disk.

        Raises what the operation raises (and then it changed nothing), NotSaved when the disk
        does not take the changes, StoreClosed.
        """
        return await self._enqueue(operation)

    async def check(self) -> None:
        """Write the waiting file anew, or raise NotSaved."""
        await self._enqueue(None)

    async def close(self) -> None:
        """Finish what is queued, write everything out and stop."""
        self._closing = True
        self._wake.set()
        # A caller that gives up waiting must not stop the writing.
        await asyncio.shield(self._task)
        self._thread.shutdown()

    async def _enqueue(self, operation: Operation[T] | None) -> T:
        if self._closing:
            raise StoreClosed("the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append((operation, future))
        self._wake.set()
        return await future

    async def _work(self) -> None:
        while True:
            if not self._queue and not self._closing:
                await self._wait()
            self._wake.clear()
            batch, self._queue = self._queue[:GROUP_LIMIT], self._queue[GROUP_LIMIT:]
            if batch:
                await self._commit(batch)
            last = self._closing and not self._queue
            many = self._folder.waiting >= max(WRITE_OUT_AFTER, len(self._memory) // 20)
            if last or many or not batch:
                await self._write_out()
            if last:
                return

    async def _wait(self) -> None:
        quiet = None if self._folder.settled else QUIET_SECONDS
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), quiet)

    async def _commit(self, batch: list[tuple[Operation[Any] | None, asyncio.Future[Any]]]) -> None:
        group = Transaction(self._memory)
        # What each is told once the group is on disk: a result, or a refusal that may rest on
        # the changes of another operation of the group.
        answers: list[tuple[asyncio.Future[Any], Any]] = []
        refusals: list[tuple[asyncio.Future[Any], Exception]] = []
        write = False
        for operation, future in batch:
            if operation is None:
                write = True
                answers.append((future, None))
                continue
            single = Transaction(group)
            try:
                result = operation(single)
            except Exception as error:
                refusals.append((future, error))
                continue
            group.merge(single)
            answers.append((future, result))
        changes = self._documents(group)
        if changes or write:
            try:
                await self._in_thread(self._folder.commit, changes)
            except Exception as error:
                log.error("not saved: %s", _said(error))
                for _, future in batch:
                    _fail(future, NotSaved(_said(error)))
                return
            self._memory.apply(group.changes)
        for future, result in answers:
            if not future.done():
                future.set_result(result)
        for future, refusal in refusals:
            _fail(future, refusal)

    def _documents(self, group: Transaction) -> list[tuple[Table[Any], str, str, JSON]]:
        documents: list[tuple[Table[Any], str, str, JSON]] = []
        for name, rows in group.changes.items():
            table = self._memory.tables[name]
            for key, row in rows.items():
                old = self._memory.get(table, key)
                if row is not None:
                    if old is not None and table.file(old) != table.file(row):
                        documents.append((table, table.file(old), key, {}))
                    documents.append((table, table.file(row), key, row.model_dump(mode="json")))
                elif old is not None:
                    documents.append((table, table.file(old), key, {}))
        return documents

    async def _write_out(self) -> None:
        if self._folder.settled:
            return
        try:
            await self._in_thread(self._folder.write_out, self._memory)
        except Exception as error:
            # Nothing is lost: what waits is durable in the waiting file and is tried again.
            log.error("could not write out: %s", _said(error))
            if not self._closing:
                await asyncio.sleep(QUIET_SECONDS)

    async def _in_thread(self, work: Callable[..., None], *arguments: Any) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _said(error: Exception) -> str:
    """Return what may be told of an error: never its message, which may quote what was stored."""
    reason = error.strerror if isinstance(error, OSError) else None
    return reason or type(error).__name__
