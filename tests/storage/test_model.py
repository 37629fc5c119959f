"""Whatever is done in whatever order, crashes included, a store does as its model does."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from storage.records import GroupChannel, PersonSettings, Post, Report
from tests.storage.engines import ENGINES
from tests.storage.samples import (
    HOUR,
    NOW,
    OTHER,
    TENANT,
    address,
    anonymous,
    card,
    channel,
    named,
    notice,
    way_back,
)

T = TypeVar("T")

tenants = st.sampled_from([TENANT, OTHER])
people = st.sampled_from(["aino", "eino"])
few = st.integers(0, 7)
days = st.sampled_from([dt.date(2026, 11, 16), dt.date(2026, 12, 31), dt.date(2027, 1, 1)])
times = st.integers(0, 6).map(lambda n: NOW + n * HOUR)


class StoreModel(RuleBasedStateMachine):
    """A store beside plain dicts that say what it must hold."""

    engine: str

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._folder = tempfile.TemporaryDirectory()
        self.place = ENGINES[self.engine](Path(self._folder.name))
        self.reports: dict[str, Report] = {}
        self.returns: dict[str, str] = {}
        self.channels: dict[str, GroupChannel] = {}
        self.languages: dict[tuple[str, str], str] = {}
        self.releases: dict[str, dt.datetime] = {}
        self.posts: dict[str, Post] = {}
        self.counters: dict[tuple[str, int], int] = {}
        # Posts claimed by a process that has ended: an engine may free them at once or later.
        self.orphans: set[str] = set()
        self.notices = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def teardown(self) -> None:
        self.run(self.place.stop())
        self._runner.close()
        self._folder.cleanup()

    @initialize()
    def open(self) -> None:
        self.store = self.run(self.place.open())

    # -- what happens ----------------------------------------------------------------------

    @rule(name=few, tenant=tenants, person=people, day=days, news=st.booleans())
    def file_named(self, name: int, tenant: str, person: str, day: dt.date, news: bool) -> None:
        report = named(
            name, tenant=tenant, person=person, day=day, to=address(person) if news else None
        )
        filed = self.run(self.store.file_report(report))
        if report.id not in self.reports:
            self._number(report, report.filed_at)
        assert filed == self.reports[report.id]

    @rule(name=few, tenant=tenants, day=days, news=st.booleans())
    def file_anonymous(self, name: int, tenant: str, day: dt.date, news: bool) -> None:
        report, back = anonymous(name, tenant=tenant, day=day), way_back(name) if news else None
        filed = self.run(self.store.file_report(report, back))
        if report.id not in self.reports:
            self.reports[report.id] = report
            if back is not None:
                self.returns[back.id] = back.sealed
        assert filed == self.reports[report.id]

    @rule(tenant=tenants, scheduled=times, backwards=st.booleans())
    def release(self, tenant: str, scheduled: dt.datetime, backwards: bool) -> None:
        order: list[str] = []

        def shuffle(reports: list[Report]) -> None:
            if backwards:
                reports.reverse()
            order.extend(report.id for report in reports)

        released = self.run(self.store.release_reports(scheduled, [tenant], shuffle))
        last = self.releases.get(tenant)
        if last is not None and scheduled <= last:
            assert released == 0
            return
        self.releases[tenant] = scheduled
        waiting = {r.id for r in self.reports.values() if r.tenant == tenant and not r.number}
        assert (released, set(order)) == (len(waiting), waiting)
        for report in order:
            self._number(self.reports[report], scheduled)

    def _number(self, report: Report, due: dt.datetime | None) -> None:
        key = (report.tenant, report.day.year)
        self.counters[key] = self.counters.get(key, 0) + 1
        number = f"R-{report.day.year}-{self.counters[key]:04d}"
        self.reports[report.id] = report.model_copy(update={"number": number})
        (post,) = [
            post
            for post in self.run(self.store.outbox())
            if post.report == report.id and post.id not in self.posts
        ]
        assert due is not None
        self.posts[post.id] = Post(
            id=post.id, tenant=report.tenant, to="group", topic="report", report=report.id, due=due
        )

    @rule(tenant=tenants, team=st.sampled_from(["team-1", "team-2"]))
    def bind(self, tenant: str, team: str) -> None:
        new = channel(tenant, team)
        assert self.run(self.store.bind_channel(new)) == self.channels.get(tenant)
        self.channels[tenant] = new

    @rule(tenant=tenants)
    def unbind(self, tenant: str) -> None:
        assert self.run(self.store.unbind_channel(tenant)) == self.channels.pop(tenant, None)

    @rule(tenant=tenants, team=st.sampled_from(["team-1", "team-2"]))
    def forget_team(self, tenant: str, team: str) -> None:
        old = self.channels.get(tenant)
        forgotten = old if old and old.team == team else None
        assert self.run(self.store.forget_team(tenant, team)) == forgotten
        if forgotten:
            del self.channels[tenant]

    @rule(tenant=tenants, person=people, language=st.sampled_from(["fi", "sv", "en"]))
    def choose_language(self, tenant: str, person: str, language: str) -> None:
        chosen = PersonSettings(tenant=tenant, person=person, language=language)
        self.run(self.store.choose_language(chosen))
        self.languages[tenant, person] = language

    @rule(tenant=tenants, person=people)
    def forget_person_address(self, tenant: str, person: str) -> None:
        self.run(self.store.forget_person_address(tenant, person))
        own: set[str] = set()
        gone = set()
        for report in list(self.reports.values()):
            if report.tenant == tenant and report.sender and report.sender.person == person:
                own.add(report.id)
                gone.add(report.sender.address)
                sender = report.sender.model_copy(update={"address": None})
                self.reports[report.id] = report.model_copy(update={"sender": sender})
        for post in list(self.posts.values()):
            if post.tenant == tenant and post.to == "address":  # noqa: SIM102 # reads as the promise
                if post.report in own or post.address in gone - {None}:
                    del self.posts[post.id]

    @rule(now=times, limit=st.integers(1, 4), hours=st.integers(1, 3))
    def claim(self, now: dt.datetime, limit: int, hours: int) -> None:
        until = now + hours * HOUR
        claimed = list(self.run(self.store.claim_due_posts(now, limit, until)))
        due = [
            post
            for post in sorted(self.posts.values(), key=lambda post: (post.due, post.id))
            if post.due <= now
            and post.given_up is None
            and (post.to != "group" or post.tenant in self.channels)
        ]
        free = [p.id for p in due if p.claimed_until is None or p.claimed_until <= now]
        if self.orphans:
            self.orphans.clear()
            assert {post.id for post in claimed} <= {post.id for post in due}
            for post in self.run(self.store.outbox()):
                self._change(post.id, claimed_until=post.claimed_until)
        else:
            assert [post.id for post in claimed] == free[:limit]
        for post in claimed:
            assert post.claimed_until == until
            self._change(post.id, claimed_until=until)

    def _change(self, post: str, **changes: object) -> None:
        self.posts[post] = self.posts[post].model_copy(update=changes)

    def _any_post(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([*sorted(self.posts), "gone"]))

    @rule(data=st.data(), with_card=st.booleans(), to=st.sampled_from(["nobody", "aino", "sealed"]))
    def delivered(self, data: st.DataObject, with_card: bool, to: str) -> None:
        post, self.notices = self._any_post(data), self.notices + 1
        back = way_back(data.draw(few)).id if to == "sealed" else None
        news = None
        if to != "nobody":
            about = self.posts[post].report if post in self.posts and to == "aino" else None
            news = notice(self.notices, to=address(to) if to == "aino" else None, report=about)
        work = self.store.post_delivered(
            post, card=card() if with_card else None, notice=news, return_address=back
        )
        self.run(work)
        old = self.posts.pop(post, None)
        if old is None:
            return
        if with_card and old.report:
            self.reports[old.report] = self.reports[old.report].model_copy(update={"card": card()})
        if news is not None and back is None:
            self.posts[news.id] = news
        elif news is not None and back in self.returns:
            self.posts[news.id] = news.model_copy(update={"sealed": self.returns[back]})

    @rule(data=st.data(), due=times)
    def later(self, data: st.DataObject, due: dt.datetime) -> None:
        post = self._any_post(data)
        self.run(self.store.post_later(post, due))
        if post in self.posts:
            attempts = self.posts[post].attempts + 1
            self._change(post, due=due, claimed_until=None, attempts=attempts)

    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        post = self._any_post(data)
        self.run(self.store.give_up_post(post, "403"))
        if post in self.posts and self.posts[post].to == "sealed":
            del self.posts[post]
        elif post in self.posts:
            self._change(post, given_up="403", claimed_until=None)

    @rule(tenant=tenants, now=times)
    def retry(self, tenant: str, now: dt.datetime) -> None:
        mine = [
            post.id
            for post in self.posts.values()
            if (post.tenant, post.to) == (tenant, "group") and post.given_up
        ]
        assert self.run(self.store.retry_given_up(tenant, now)) == len(mine)
        for post in mine:
            self._change(post, given_up=None, due=now, attempts=0)

    @rule(crash=st.booleans())
    def open_again(self, crash: bool) -> None:
        self.run(self.place.crash() if crash else self.place.stop())
        self.store = self.run(self.place.open())
        assert list(self.store.warnings) == []
        self.orphans = {post.id for post in self.posts.values() if post.claimed_until}

    # -- what must always hold ---------------------------------------------------------------

    @invariant()
    @precondition(lambda self: hasattr(self, "store"))
    def holds_what_the_model_holds(self) -> None:
        self.run(self._compare())

    async def _compare(self) -> None:
        reports = {report.id: report for report in await self.store.all_reports()}
        assert reports == self.reports

        def unclaimed(post: Post) -> Post:
            return post.model_copy(update={"claimed_until": None})

        posts = {post.id: unclaimed(post) for post in await self.store.outbox()}
        assert posts == {post.id: unclaimed(post) for post in self.posts.values()}
        for tenant in (TENANT, OTHER):
            assert await self.store.group_channel(tenant) == self.channels.get(tenant)
            assert await self.store.last_release(tenant) == self.releases.get(tenant)
            for person in ("aino", "eino"):
                chosen = await self.store.person_settings(tenant, person)
                expected = self.languages.get((tenant, person))
                assert (chosen.language if chosen else None) == expected
                mine = [
                    report
                    for report in self.reports.values()
                    if report.tenant == tenant and report.sender and report.sender.person == person
                ]
                found = await self.store.reports_of(tenant, person)
                assert list(found) == sorted(mine, key=lambda r: r.number or "", reverse=True)
        waiting = {report.tenant for report in self.reports.values() if report.number is None}
        assert list(await self.store.waiting_for_release()) == sorted(waiting)
        for report in self.reports.values():
            if report.number is not None:
                assert await self.store.report_by_number(report.tenant, report.number) == report
            if report.code_hash is not None:
                assert await self.store.report_by_code(report.tenant, report.code_hash) == report


def test_a_store_does_as_its_model_does(engine: str) -> None:
    machine = type("Machine", (StoreModel,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("KARKI_MODEL_EXAMPLES", "40")),
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
