"""The Store's promises kept with TinyDB files (design: docs/adr/0004)."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from storage.errors import CannotOpen, NotFound, StoreClosed, StoreError
from storage.records import (
    Address,
    Counter,
    GroupChannel,
    PersonSettings,
    Post,
    PostedCard,
    Release,
    Report,
    ReturnAddress,
)
from storage.tinydb_engine.committer import Committer
from storage.tinydb_engine.folder import Folder
from storage.tinydb_engine.tables import Memory, Table, Transaction

NewId = Callable[[], str]

REPORTS = Table(
    "reports",
    Report,
    key=lambda report: report.id,
    file=lambda report: f"reports-{report.day:%Y-%m}",
    indexes={
        "code": lambda report: report.code_hash and (report.tenant, report.code_hash),
        "number": lambda report: report.number and (report.tenant, report.number),
        "sender": lambda report: report.sender and (report.tenant, report.sender.person),
        "waiting": lambda report: report.tenant if report.number is None else None,
    },
)
RETURN_ADDRESSES = Table(
    "return_addresses",
    ReturnAddress,
    key=lambda address: address.id,
    file=lambda _: "return-addresses",
)
CHANNELS = Table(
    "group_channels", GroupChannel, key=lambda channel: channel.tenant, file=lambda _: "settings"
)
COUNTERS = Table(
    "counters", Counter, key=lambda row: f"{row.tenant}/{row.year}", file=lambda _: "settings"
)
RELEASES = Table("releases", Release, key=lambda row: row.tenant, file=lambda _: "settings")
PEOPLE = Table(
    "people", PersonSettings, key=lambda row: f"{row.tenant}/{row.person}", file=lambda _: "people"
)
POSTS = Table("posts", Post, key=lambda post: post.id, file=lambda _: "outbox")
TABLES = (REPORTS, RETURN_ADDRESSES, CHANNELS, COUNTERS, RELEASES, PEOPLE, POSTS)


class TinyDbStore:
    """One folder of TinyDB files, owned by one process."""

    def __init__(
        self, folder: Folder, memory: Memory, committer: Committer | None, new_id: NewId
    ) -> None:
        self._folder = folder
        self._memory = memory
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
                folder.write_out(memory)
                folder.commit([])
                folder.remove_strays(memory)
            except OSError as error:
                folder.let_go()
                raise _cannot_open(path, error) from error
            except StoreError:
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
                raise CannotOpen(f"{path}: there is no such folder")
            folder.load(memory)

        await asyncio.to_thread(load)
        return cls(folder, memory, None, lambda: "")

    @property
    def _committer(self) -> Committer:
        if self._writer is None:
            raise StoreClosed("the store was opened for reading only")
        return self._writer

    # -- reports ---------------------------------------------------------------------------

    async def file_report(
        self, report: Report, return_address: ReturnAddress | None = None
    ) -> Report:
        def file(tx: Transaction) -> Report:
            if (filed := tx.get(REPORTS, report.id)) is not None:
                return filed
            stored = report
            if not report.anonymous:
                stored = report.model_copy(update={"number": self._next_number(tx, report)})
                assert report.filed_at is not None  # noqa: S101 # named reports have a time
                tx.put(POSTS, self._report_post(stored, report.filed_at))
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
        return sorted(reports, key=_by_number, reverse=True)

    async def all_reports(self) -> Sequence[Report]:
        return sorted(self._memory.all(REPORTS), key=_by_number)

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
                    number = self._next_number(tx, report)
                    numbered = report.model_copy(update={"number": number})
                    tx.put(REPORTS, numbered)
                    tx.put(POSTS, self._report_post(numbered, scheduled))
                released += len(waiting)
            return released

        return await self._committer.run(release)

    async def last_release(self, tenant: str) -> dt.datetime | None:
        release = self._memory.get(RELEASES, tenant)
        return release.scheduled if release else None

    async def waiting_for_release(self) -> Sequence[str]:
        return self._memory.values(REPORTS, "waiting")

    def _next_number(self, tx: Transaction, report: Report) -> str:
        year = report.day.year
        last = tx.get(COUNTERS, f"{report.tenant}/{year}")
        number = last.last + 1 if last else 1
        # Settings may have been damaged and set aside: a number is never given out twice.
        while tx.find(REPORTS, "number", (report.tenant, _written(year, number))):
            number += 1
        tx.put(COUNTERS, Counter(tenant=report.tenant, year=year, last=number))
        return _written(year, number)

    def _report_post(self, report: Report, due: dt.datetime) -> Post:
        return Post(
            id=self._new_id(),
            tenant=report.tenant,
            to="group",
            topic="report",
            report=report.id,
            due=due,
        )

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
            for report in tx.find(REPORTS, "sender", (tenant, person)):
                if report.sender is not None and report.sender.address is not None:
                    gone.add(report.sender.address)
                    sender = report.sender.model_copy(update={"address": None})
                    tx.put(REPORTS, report.model_copy(update={"sender": sender}))
            for post in list(tx.all(POSTS)):
                if post.tenant == tenant and post.address in gone:
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
            claimed = [post.model_copy(update={"claimed_until": claimed_until}) for post in due]
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
            waiting = self._post(tx, post)
            changed = {"due": due, "claimed_until": None, "attempts": waiting.attempts + 1}
            tx.put(POSTS, waiting.model_copy(update=changed))

        await self._committer.run(later)

    async def give_up_post(self, post: str, reason: str) -> None:
        def give_up(tx: Transaction) -> None:
            waiting = self._post(tx, post)
            if waiting.to == "sealed":
                tx.remove(POSTS, post)
            else:
                changed = {"given_up": reason, "claimed_until": None}
                tx.put(POSTS, waiting.model_copy(update=changed))

        await self._committer.run(give_up)

    async def retry_given_up(self, tenant: str, now: dt.datetime) -> int:
        def retry(tx: Transaction) -> int:
            posts = [
                post
                for post in tx.all(POSTS)
                if post.tenant == tenant and post.to == "group" and post.given_up is not None
            ]
            for post in posts:
                changed = {"given_up": None, "due": now, "attempts": 0}
                tx.put(POSTS, post.model_copy(update=changed))
            return len(posts)

        return await self._committer.run(retry)

    async def outbox(self) -> Sequence[Post]:
        return sorted(self._memory.all(POSTS), key=lambda post: (post.due, post.id))

    @staticmethod
    def _post(tx: Transaction, post: str) -> Post:
        found = tx.get(POSTS, post)
        if found is None:
            raise NotFound("no such post")
        return found

    # -- itself ----------------------------------------------------------------------------

    @property
    def warnings(self) -> Sequence[str]:
        return tuple(self._folder.warnings)

    async def check(self) -> None:
        await self._committer.check()

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            if self._writer is not None:
                await self._writer.close()
            self._folder.let_go()


def _written(year: int, number: int) -> str:
    return f"R-{year}-{number:04d}"


def _by_number(report: Report) -> tuple[str, int, int, str]:
    """Put numbered reports by tenant, year and number, the others last by their random ids."""
    if report.number is None:
        return (report.tenant, 9999, 0, report.id)
    _, year, number = report.number.split("-")
    return (report.tenant, int(year), int(number), report.id)


def _cannot_open(path: Path, error: OSError) -> StoreError:
    return CannotOpen(f"{path}: {error.strerror}")
