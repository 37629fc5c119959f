"""The Store's promises kept with TinyDB files (design: docs/adr/0004)."""

from __future__ import annotations

import asyncio
import datetime as dt
import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from storage.errors import CannotOpen, NothingThere, StoreClosed
from storage.records import (
    Address,
    GroupChannel,
    Grouping,
    PersonSettings,
    Post,
    PostedCard,
    Record,
    Release,
    Report,
    ReportFilter,
    ReturnAddress,
    changed,
    post_of,
    refuse_unfit,
)
from storage.tinydb_engine.committer import Committer
from storage.tinydb_engine.files import JSON
from storage.tinydb_engine.folder import PENDING, Folder
from storage.tinydb_engine.numbering import (
    by_number,
    floors_after_damage,
    next_number,
    number_of,
    read_number,
)
from storage.tinydb_engine.schema import (
    CHANNELS,
    FLOORS,
    PEOPLE,
    POSTS,
    RELEASES,
    REPORTS,
    RETURN_ADDRESSES,
    SETTINGS,
    TABLES,
)
from storage.tinydb_engine.tables import Memory, Table, Transaction

NewId = Callable[[], str]
R = TypeVar("R", bound=Record)


class TinyDbStore:
    """One folder of TinyDB files, owned by one process."""

    def __init__(
        self, folder: Folder, memory: Memory, committer: Committer | None, new_id: NewId
    ) -> None:
        self._folder = folder
        self._rows = memory
        self._new_id = new_id
        self._writer = committer
        self._closed = False

    @classmethod
    async def open(cls, path: Path, new_id: NewId) -> TinyDbStore:
        """Open a folder, making it if need be; raises StoreInUse, CannotOpen or NewerData."""
        folder, memory = Folder(path, TABLES), Memory(TABLES)

        def load() -> None:
            folder.own()
            try:
                folder.load(memory)
                folder.keep_damaged()
                folder.commit(_numbering_after_damage(folder, memory))
                folder.remove_damaged()
                folder.write_out(memory)
                folder.remove_strays(memory)
            except OSError as error:
                folder.let_go()
                raise CannotOpen(f"{path}: {error.strerror}") from error
            except BaseException:
                folder.let_go()
                raise

        await asyncio.to_thread(load)
        # A claim of a process that has ended holds nobody back: the folder has one owner.
        memory.apply(
            {
                POSTS.name: {
                    post.id: post.model_copy(update={"claimed_until": None})
                    for post in memory.all(POSTS)
                }
            }
        )
        return cls(folder, memory, Committer(folder, memory), new_id)

    @classmethod
    async def open_for_reading(cls, path: Path) -> TinyDbStore:
        """Read a folder as it is now, also beside its owner; every change raises StoreClosed.

        Raises CannotOpen or NewerData.
        """
        folder, memory = Folder(path, TABLES), Memory(TABLES)

        def load() -> None:
            if not path.is_dir():
                raise NothingThere(f"{path}: there is no such folder")
            try:
                folder.load(memory)
            except OSError as error:
                raise CannotOpen(f"{path}: {error.strerror}") from error

        await asyncio.to_thread(load)
        return cls(folder, memory, None, lambda: "")

    @property
    def _memory(self) -> Memory:
        if self._closed:
            raise StoreClosed("the store is closed")
        return self._rows

    @property
    def _committer(self) -> Committer:
        if self._writer is None:
            raise StoreClosed("the store was opened for reading only")
        return self._writer

    # -- reports ---------------------------------------------------------------------------

    async def file_report(
        self, report: Report, return_address: ReturnAddress | None = None
    ) -> Report:
        refuse_unfit(report)

        def file(tx: Transaction) -> Report:
            if (filed := tx.get(REPORTS, report.id)) is not None:
                return filed
            stored = report
            if not report.anonymous:
                stored = report.model_copy(update={"number": next_number(tx, report)})
                assert report.filed_at is not None  # noqa: S101 # refused above
                tx.put(POSTS, post_of(stored, self._new_id(), report.filed_at))
            elif return_address is not None:
                tx.put(RETURN_ADDRESSES, return_address)
            tx.put(REPORTS, stored)
            return stored

        return await self._committer.run(file)

    async def report(self, report: str) -> Report | None:
        return self._memory.get(REPORTS, report)

    async def report_by_code(self, tenant: str, code_hash: str) -> Report | None:
        return next(iter(self._memory.find(REPORTS, "code", (tenant, code_hash))), None)

    async def report_by_number(self, tenant: str, number: str) -> Report | None:
        return next(iter(self._memory.find(REPORTS, "number", (tenant, number))), None)

    async def reports_of(self, tenant: str, person: str) -> Sequence[Report]:
        reports = self._memory.find(REPORTS, "sender", (tenant, person))
        return sorted(reports, key=by_number, reverse=True)

    async def all_reports(self) -> Sequence[Report]:
        return sorted(self._memory.all(REPORTS), key=by_number)

    async def find_reports(
        self, wanted: ReportFilter, *, limit: int, below: str | None = None
    ) -> Sequence[Report]:
        last = read_number(below) if below is not None else None
        found = (
            report
            for report in self._memory.all(REPORTS)
            if wanted.fits(report) and (last is None or number_of(report) < last)
        )
        return heapq.nlargest(limit, found, key=number_of)

    async def count_reports(self, wanted: ReportFilter, by: Grouping) -> Mapping[str | None, int]:
        return Counter(
            _group(report, by) for report in self._memory.all(REPORTS) if wanted.fits(report)
        )

    async def release_reports(
        self,
        scheduled: dt.datetime,
        tenants: Sequence[str],
        shuffle: Callable[[list[Report]], None],
    ) -> int:
        def release(tx: Transaction) -> int:
            released = 0
            for tenant in tenants:
                last = tx.get(RELEASES, tenant)
                if last is not None and last.scheduled >= scheduled:
                    continue
                tx.put(RELEASES, Release(tenant=tenant, scheduled=scheduled))
                waiting = tx.find(REPORTS, "waiting", tenant)
                shuffle(waiting)
                for report in waiting:
                    number = next_number(tx, report)
                    numbered = report.model_copy(update={"number": number})
                    tx.put(REPORTS, numbered)
                    tx.put(POSTS, post_of(numbered, self._new_id(), scheduled))
                released += len(waiting)
            return released

        return await self._committer.run(release)

    async def last_release(self, tenant: str) -> dt.datetime | None:
        release = self._memory.get(RELEASES, tenant)
        return release.scheduled if release else None

    async def waiting_for_release(self) -> Sequence[str]:
        return self._memory.values(REPORTS, "waiting")

    # -- the group's channel ---------------------------------------------------------------

    async def bind_channel(self, channel: GroupChannel) -> GroupChannel | None:
        def bind(tx: Transaction) -> GroupChannel | None:
            old = tx.get(CHANNELS, channel.tenant)
            if old != channel:
                tx.put(CHANNELS, channel)
            return old

        return await self._committer.run(bind)

    async def unbind_channel(self, tenant: str) -> GroupChannel | None:
        return await self._forget_channel(tenant, lambda _: True)

    async def forget_team(self, tenant: str, team: str) -> GroupChannel | None:
        return await self._forget_channel(tenant, lambda channel: channel.team == team)

    async def _forget_channel(
        self, tenant: str, meant: Callable[[GroupChannel], bool]
    ) -> GroupChannel | None:
        def unbind(tx: Transaction) -> GroupChannel | None:
            channel = tx.get(CHANNELS, tenant)
            if channel is None or not meant(channel):
                return None
            tx.remove(CHANNELS, tenant)
            return channel

        return await self._committer.run(unbind)

    async def group_channel(self, tenant: str) -> GroupChannel | None:
        return self._memory.get(CHANNELS, tenant)

    # -- people ----------------------------------------------------------------------------

    async def choose_language(self, settings: PersonSettings) -> None:
        await self._committer.run(lambda tx: tx.put(PEOPLE, settings))

    async def person_settings(self, tenant: str, person: str) -> PersonSettings | None:
        return self._memory.get(PEOPLE, f"{tenant}/{person}")

    async def forget_person_address(self, tenant: str, person: str) -> None:
        def forget(tx: Transaction) -> None:
            gone: set[Address] = set()
            own = tx.find(REPORTS, "sender", (tenant, person))
            about = {report.id for report in own}
            for report in own:
                if report.sender is not None and report.sender.address is not None:
                    gone.add(report.sender.address)
                    sender = report.sender.model_copy(update={"address": None})
                    tx.put(REPORTS, report.model_copy(update={"sender": sender}))
            for post in list(tx.all(POSTS)):
                if post.tenant != tenant or post.address is None:
                    continue
                if post.report in about or post.address in gone:
                    tx.remove(POSTS, post.id)

        await self._committer.run(forget)

    # -- outbox ----------------------------------------------------------------------------

    async def claim_due_posts(
        self, now: dt.datetime, limit: int, claimed_until: dt.datetime
    ) -> Sequence[Post]:
        def claim(tx: Transaction) -> list[Post]:
            due = sorted(
                (post for post in tx.all(POSTS) if self._can_be_sent(tx, post, now)),
                key=lambda post: (post.due, post.id),
            )[:limit]
            claimed = [changed(post, claimed_until=claimed_until) for post in due]
            for post in claimed:
                tx.put(POSTS, post)
            return claimed

        return await self._committer.run(claim)

    @staticmethod
    def _can_be_sent(tx: Transaction, post: Post, now: dt.datetime) -> bool:
        return (
            post.given_up is None
            and post.due <= now
            and (post.claimed_until is None or post.claimed_until <= now)
            and (post.to != "group" or tx.get(CHANNELS, post.tenant) is not None)
        )

    async def post_delivered(
        self,
        post: str,
        *,
        card: PostedCard | None = None,
        notice: Post | None = None,
        return_address: str | None = None,
    ) -> None:
        def deliver(tx: Transaction) -> None:
            delivered = tx.get(POSTS, post)
            if delivered is None:
                return
            tx.remove(POSTS, post)
            report = tx.get(REPORTS, delivered.report) if delivered.report else None
            if report is not None and card is not None:
                tx.put(REPORTS, report.model_copy(update={"card": card}))
            if notice is None:
                return
            if return_address is None:
                tx.put(POSTS, notice)
            elif (way_back := tx.get(RETURN_ADDRESSES, return_address)) is not None:
                tx.put(POSTS, notice.model_copy(update={"sealed": way_back.sealed}))

        await self._committer.run(deliver)

    async def post_later(self, post: str, due: dt.datetime) -> None:
        def later(tx: Transaction) -> None:
            waiting = tx.get(POSTS, post)
            if waiting is not None:
                attempts = waiting.attempts + 1
                tx.put(POSTS, changed(waiting, due=due, claimed_until=None, attempts=attempts))

        await self._committer.run(later)

    async def give_up_post(self, post: str, reason: str) -> None:
        def give_up(tx: Transaction) -> None:
            waiting = tx.get(POSTS, post)
            if waiting is None:
                return
            if waiting.to == "sealed":
                tx.remove(POSTS, post)
            else:
                tx.put(POSTS, changed(waiting, given_up=reason, claimed_until=None))

        await self._committer.run(give_up)

    async def retry_given_up(self, tenant: str, now: dt.datetime) -> int:
        def retry(tx: Transaction) -> int:
            posts = [
                post
                for post in tx.all(POSTS)
                if post.tenant == tenant and post.to == "group" and post.given_up is not None
            ]
            for post in posts:
                tx.put(POSTS, changed(post, given_up=None, due=now, attempts=0))
            return len(posts)

        return await self._committer.run(retry)

    async def outbox(self) -> Sequence[Post]:
        return sorted(self._memory.all(POSTS), key=lambda post: (post.due, post.id))

    # -- itself ----------------------------------------------------------------------------

    @property
    def warnings(self) -> Sequence[str]:
        return tuple(self._folder.warnings)

    async def check(self) -> None:
        await self._committer.check()

    async def close(self) -> None:
        self._closed = True
        if self._writer is not None:
            await self._writer.close()
        self._folder.let_go()


def _group(report: Report, by: Grouping) -> str | None:
    if by == "month":
        return f"{report.day:%Y-%m}"
    value: str | None = getattr(report, by)
    return None if value is None else str(value)


def _numbering_after_damage(
    folder: Folder, memory: Memory
) -> list[tuple[Table[Any], str, str, JSON]]:
    """Lift the numbering above what damaged files may have held, if they held counters."""
    if not {PENDING, f"{SETTINGS}.json"} & {damage.path.name for damage in folder.damages}:
        return []
    now = dt.datetime.now(dt.UTC)
    floors = floors_after_damage(memory, folder.damaged_contents(), now)
    memory.apply({FLOORS.name: {FLOORS.key(floor): floor for floor in floors}})
    folder.warnings += [
        f"Numbers given in {floor.year} may be lost; numbering goes on above {floor.last}."
        for floor in floors
    ]
    return [
        (FLOORS, SETTINGS, FLOORS.key(floor), floor.model_dump(mode="json")) for floor in floors
    ]
