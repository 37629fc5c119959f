"""The Store's promises kept with PostgreSQL (design: docs/adr/0006)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from storage.errors import StoreClosed
from storage.postgres_engine import statements as sql
from storage.postgres_engine.migrating import check_version
from storage.postgres_engine.pool import Connection, Pool, Work
from storage.records import (
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
from storage.upgrades import read_record

R = TypeVar("R", bound=Record)
T = TypeVar("T")
NewId = Callable[[], str]


class PostgresStore:
    """One PostgreSQL database, shared by any number of instances."""

    def __init__(self, pool: Pool, new_id: NewId, *, read_only: bool = False) -> None:
        self._pool = pool
        self._new_id = new_id
        self._read_only = read_only

    @classmethod
    async def open(cls, dsn: str, new_id: NewId) -> PostgresStore:
        """Connect to a database of the right version. Raises CannotOpen."""
        return cls(await _connect(dsn, read_only=False), new_id)

    @classmethod
    async def open_for_reading(cls, dsn: str) -> PostgresStore:
        """Connect for reading; every change raises StoreClosed. Raises CannotOpen."""
        return cls(await _connect(dsn, read_only=True), lambda: "", read_only=True)

    async def _change(self, work: Work[T]) -> T:
        if self._read_only:
            raise StoreClosed("the store was opened for reading only")
        return await self._pool.run(work)

    async def _one(self, record: type[R], query: str, *values: object) -> R | None:
        return next(iter(await self._all(record, query, *values)), None)

    async def _all(self, record: type[R], query: str, *values: object) -> list[R]:
        return [read_record(record, row["record"]) for row in await self._pool.read(query, *values)]

    # -- reports ---------------------------------------------------------------------------

    async def file_report(
        self, report: Report, return_address: ReturnAddress | None = None
    ) -> Report:
        refuse_unfit(report)
        if self._read_only:
            raise StoreClosed("the store was opened for reading only")
        # One statement is one transaction, and the counter's row is held no longer than it.
        if report.anonymous:
            address = return_address
            values: tuple[object, ...] = (
                report.id,
                _json(report),
                address.id if address else None,
                _json(address) if address else None,
            )
            return await self._file(sql.FILE_ANONYMOUS, *values)
        assert report.filed_at is not None  # noqa: S101 # refused above
        post = post_of(report, self._new_id(), report.filed_at)
        return await self._file(
            sql.FILE_NAMED,
            report.id,
            report.tenant,
            report.day.year,
            _json(report),
            post.id,
            _json(post),
            post.due,
        )

    async def _file(self, statement: str, *values: object) -> Report:
        (row,) = await self._pool.read(statement, *values)
        return read_record(Report, row["record"])

    async def report(self, report: str) -> Report | None:
        return await self._one(Report, sql.REPORT, report)

    async def report_by_code(self, tenant: str, code_hash: str) -> Report | None:
        return await self._one(Report, sql.REPORT_BY_CODE, tenant, code_hash)

    async def report_by_number(self, tenant: str, number: str) -> Report | None:
        return await self._one(Report, sql.REPORT_BY_NUMBER, tenant, number)

    async def reports_of(self, tenant: str, person: str) -> Sequence[Report]:
        return await self._all(Report, sql.REPORTS_OF, tenant, person)

    async def all_reports(self) -> Sequence[Report]:
        return await self._all(Report, sql.ALL_REPORTS)

    async def find_reports(
        self, wanted: ReportFilter, *, limit: int, below: str | None = None
    ) -> Sequence[Report]:
        year, running = _number(below) if below is not None else (None, None)
        return await self._all(Report, sql.FIND_REPORTS, *_values(wanted), year, running, limit)

    async def count_reports(self, wanted: ReportFilter, by: Grouping) -> Mapping[str | None, int]:
        rows = await self._pool.read(sql.COUNT_REPORTS[by], *_values(wanted))
        return {row["grouped"]: row["count"] for row in rows}

    async def release_reports(
        self,
        scheduled: dt.datetime,
        tenants: Sequence[str],
        shuffle: Callable[[list[Report]], None],
    ) -> int:
        async def release(tx: Connection) -> int:
            released = 0
            for tenant in sorted(set(tenants)):  # one order for all, so that none blocks another
                start = Release(tenant=tenant, scheduled=scheduled)
                if await tx.fetchval(sql.START_RELEASE, tenant, start.scheduled):
                    released += await self._release(tx, tenant, scheduled, shuffle)
            if released:
                await tx.execute(sql.TOUCH_RETURN_ADDRESSES)
            return released

        released = await self._change(release)
        if released:
            # The rows' earlier versions still tell in which transactions they were filed.
            for statement in sql.SWEEP:
                await self._pool.outside_transaction(statement)
        return released

    async def _release(
        self,
        tx: Connection,
        tenant: str,
        scheduled: dt.datetime,
        shuffle: Callable[[list[Report]], None],
    ) -> int:
        waiting = await _rows(tx, Report, sql.TAKE_WAITING, tenant)
        waiting.sort(key=lambda report: report.id)
        shuffle(waiting)
        for report in waiting:
            last = await tx.fetchval(sql.NEXT_NUMBER, tenant, report.day.year)
            number = f"R-{report.day.year}-{last:04d}"
            numbered = report.model_copy(update={"number": number})
            await tx.execute(sql.PUT_REPORT, report.id, _json(numbered))
            await _put_post(tx, post_of(numbered, self._new_id(), scheduled))
        return len(waiting)

    async def last_release(self, tenant: str) -> dt.datetime | None:
        rows = await self._pool.read("SELECT scheduled FROM releases WHERE tenant = $1", tenant)
        return rows[0]["scheduled"] if rows else None

    async def waiting_for_release(self) -> Sequence[str]:
        return [row["tenant"] for row in await self._pool.read(sql.WAITING_TENANTS)]

    # -- the group's channel ---------------------------------------------------------------

    async def bind_channel(self, channel: GroupChannel) -> GroupChannel | None:
        async def bind(tx: Connection) -> GroupChannel | None:
            old = await _rows(tx, GroupChannel, sql.HOLD_CHANNEL, channel.tenant)
            await tx.execute(sql.PUT_CHANNEL, channel.tenant, _json(channel))
            return old[0] if old else None

        return await self._change(bind)

    async def unbind_channel(self, tenant: str) -> GroupChannel | None:
        return await self._forget_channel(sql.FORGET_CHANNEL, tenant)

    async def forget_team(self, tenant: str, team: str) -> GroupChannel | None:
        return await self._forget_channel(sql.FORGET_TEAM, tenant, team)

    async def _forget_channel(self, statement: str, *values: str) -> GroupChannel | None:
        async def forget(tx: Connection) -> GroupChannel | None:
            gone = await _rows(tx, GroupChannel, statement, *values)
            return gone[0] if gone else None

        return await self._change(forget)

    async def group_channel(self, tenant: str) -> GroupChannel | None:
        return await self._one(GroupChannel, sql.CHANNEL, tenant)

    # -- people ----------------------------------------------------------------------------

    async def choose_language(self, settings: PersonSettings) -> None:
        async def choose(tx: Connection) -> None:
            await tx.execute(sql.PUT_PERSON, settings.tenant, settings.person, _json(settings))

        await self._change(choose)

    async def person_settings(self, tenant: str, person: str) -> PersonSettings | None:
        return await self._one(PersonSettings, sql.PERSON, tenant, person)

    async def forget_person_address(self, tenant: str, person: str) -> None:
        async def forget(tx: Connection) -> None:
            own = await _rows(tx, Report, sql.HOLD_REPORTS_OF, tenant, person)
            gone = [
                report.sender.address.model_dump(mode="json")
                for report in own
                if report.sender is not None and report.sender.address is not None
            ]
            await tx.execute(sql.FORGET_ADDRESSES, tenant, person)
            about = [report.id for report in own]
            await tx.execute(sql.FORGET_POSTS_TO, tenant, about, gone)

        await self._change(forget)

    # -- outbox ----------------------------------------------------------------------------

    async def claim_due_posts(
        self, now: dt.datetime, limit: int, claimed_until: dt.datetime
    ) -> Sequence[Post]:
        async def claim(tx: Connection) -> list[Post]:
            due = await _rows(tx, Post, sql.HOLD_DUE_POSTS, now, limit)
            claimed = [changed(post, claimed_until=claimed_until) for post in due]
            for post in claimed:
                await _put_post(tx, post)
            return claimed

        return await self._change(claim)

    async def post_delivered(
        self,
        post: str,
        *,
        card: PostedCard | None = None,
        notice: Post | None = None,
        return_address: str | None = None,
    ) -> None:
        async def deliver(tx: Connection) -> None:
            delivered = await _rows(tx, Post, sql.REMOVE_POST, post)
            if not delivered:
                return
            if card is not None and delivered[0].report is not None:
                await tx.execute(
                    sql.REMEMBER_CARD, delivered[0].report, card.model_dump(mode="json")
                )
            if notice is None:
                return
            if return_address is None:
                await _put_post(tx, notice)
                return
            found = await _rows(tx, ReturnAddress, sql.RETURN_ADDRESS, return_address)
            if found:
                await _put_post(tx, notice.model_copy(update={"sealed": found[0].sealed}))

        await self._change(deliver)

    async def post_later(self, post: str, due: dt.datetime) -> None:
        async def later(tx: Connection) -> None:
            for held in await _rows(tx, Post, sql.HOLD_POST, post):
                attempts = held.attempts + 1
                await _put_post(tx, changed(held, due=due, claimed_until=None, attempts=attempts))

        await self._change(later)

    async def give_up_post(self, post: str, reason: str) -> None:
        async def give_up(tx: Connection) -> None:
            for held in await _rows(tx, Post, sql.HOLD_POST, post):
                if held.to == "sealed":
                    await tx.execute(sql.REMOVE_POST, post)
                else:
                    await _put_post(tx, changed(held, given_up=reason, claimed_until=None))

        await self._change(give_up)

    async def retry_given_up(self, tenant: str, now: dt.datetime) -> int:
        async def retry(tx: Connection) -> int:
            posts = await _rows(tx, Post, sql.HOLD_GIVEN_UP, tenant)
            for post in posts:
                await _put_post(tx, changed(post, given_up=None, due=now, attempts=0))
            return len(posts)

        return await self._change(retry)

    async def outbox(self) -> Sequence[Post]:
        return await self._all(Post, sql.OUTBOX)

    # -- itself ----------------------------------------------------------------------------

    @property
    def warnings(self) -> Sequence[str]:
        return ()

    async def check(self) -> None:
        async def beat(tx: Connection) -> None:
            await tx.execute(sql.BEAT)

        await self._change(beat)

    async def close(self) -> None:
        await self._pool.close()


async def _connect(dsn: str, *, read_only: bool) -> Pool:
    pool = await Pool.open(dsn, read_only=read_only)
    try:
        await pool.with_connection(check_version)
    except BaseException:
        await pool.close()
        raise
    return pool


async def _rows(tx: Connection, record: type[R], statement: str, *values: object) -> list[R]:
    return [read_record(record, row["record"]) for row in await tx.fetch(statement, *values)]


async def _put_post(tx: Connection, post: Post) -> None:
    await tx.execute(sql.PUT_POST, post.id, _json(post), post.due, post.claimed_until)


def _values(wanted: ReportFilter) -> tuple[str | None, ...]:
    """Return a filter's values in the order of the statements' parameters."""
    values = wanted.model_dump(mode="json")
    return tuple(values[name] for name in sql.FILTERED)


def _number(number: str) -> tuple[int, int]:
    _, year, running = number.split("-")
    return int(year), int(running)


def _json(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json")
