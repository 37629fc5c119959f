"""What every engine promises (storage/store.py), proved on each of them."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import random
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.errors import CannotOpen, NotSaved, StoreClosed
from storage.records import PersonSettings, Post, Report, ReportFilter
from storage.store import Store
from tests.storage.engines import Place, place_of
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

LATER = NOW + HOUR
MUCH_LATER = NOW + 10 * HOUR


def in_order(reports: list[Report]) -> None:
    """Shuffle nothing."""


def numbers(reports: list[Report]) -> list[int]:
    """Return the running numbers, sorted."""
    return sorted(int(report.number.split("-")[2]) for report in reports if report.number)


async def state(store: Store) -> tuple[object, ...]:
    """Return everything that can be asked of the store, so that two moments can be compared."""
    return (
        list(await store.all_reports()),
        list(await store.outbox()),
        [await store.last_release(tenant) for tenant in (TENANT, OTHER)],
        [await store.group_channel(tenant) for tenant in (TENANT, OTHER)],
        [await store.person_settings(TENANT, person) for person in ("aino", "eino")],
        list(await store.waiting_for_release()),
    )


# -- filing --------------------------------------------------------------------------------


async def test_a_named_report_gets_the_next_number_of_its_tenant_and_year(store: Store) -> None:
    first = await store.file_report(named(1))
    second = await store.file_report(named(2))
    elsewhere = await store.file_report(named(3, tenant=OTHER))
    next_year = await store.file_report(named(4, day=dt.date(2027, 1, 1)))
    got = [report.number for report in (first, second, elsewhere, next_year)]
    assert got == ["R-2026-0001", "R-2026-0002", "R-2026-0001", "R-2027-0001"]


async def test_a_filed_report_is_given_back_unchanged_but_for_its_number(store: Store) -> None:
    report = named(1, to=address())
    filed = await store.file_report(report)
    assert filed == report.model_copy(update={"number": "R-2026-0001"})
    assert await store.report(report.id) == filed
    assert await store.report_by_number(TENANT, "R-2026-0001") == filed
    assert list(await store.reports_of(TENANT, "aino")) == [filed]


async def test_a_named_report_is_posted_to_the_group_in_the_same_step(
    place: Place, store: Store
) -> None:
    report = await store.file_report(named(1))
    await place.crash()
    store = await place.open()
    (post,) = await store.outbox()
    assert (post.to, post.topic, post.report) == ("group", "report", report.id)
    assert (post.tenant, post.due) == (TENANT, report.filed_at)


async def test_filing_an_id_again_changes_nothing_and_returns_the_first(store: Store) -> None:
    first = await store.file_report(named(1))
    before = await state(store)
    again = named(1).model_copy(update={"phenomenon": "something else"})
    assert await store.file_report(again) == first
    assert await store.file_report(anonymous(2).model_copy(update={"id": first.id})) == first
    assert await state(store) == before


async def test_an_id_filed_many_times_at_once_is_stored_once_and_all_hear_the_same(
    store: Store,
) -> None:
    answers = await asyncio.gather(*(store.file_report(named(1)) for _ in range(100)))
    assert set(answers) == {answers[0]}
    assert list(await store.all_reports()) == [answers[0]]
    assert len(await store.outbox()) == 1


async def test_500_reports_filed_at_once_get_unique_numbers_without_gaps(
    place: Place, store: Store
) -> None:
    years = [dt.date(2026, 12, 31), dt.date(2027, 1, 1)]
    groups = list(itertools.product((TENANT, OTHER), years))
    reports = [
        named(n, tenant=tenant, day=day)
        for n, (tenant, day) in zip(range(500), itertools.cycle(groups), strict=False)
    ]
    answered = await asyncio.gather(*map(store.file_report, reports))
    await place.crash()
    store = await place.open()
    assert set(await store.all_reports()) == set(answered)
    for tenant, day in groups:
        group = [r for r in answered if (r.tenant, r.day) == (tenant, day)]
        assert numbers(group) == list(range(1, 126))
    assert len(await store.outbox()) == 500


async def test_numbering_goes_on_after_a_stop_and_after_a_crash(place: Place) -> None:
    got = []
    for n, end in enumerate([place.stop, place.crash, place.stop, place.crash]):
        store = await place.open()
        got.append((await store.file_report(named(n))).number)
        await end()
    assert got == [f"R-2026-{n:04d}" for n in range(1, 5)]


async def test_an_anonymous_report_gets_no_number_no_time_and_no_post(store: Store) -> None:
    report = anonymous(1)
    filed = await store.file_report(report, way_back(1))
    assert filed == report
    assert filed.number is None
    assert filed.filed_at is None
    assert list(await store.outbox()) == []
    assert await store.report_by_code(TENANT, report.code_hash or "") == filed


@pytest.mark.parametrize(
    "changes",
    [
        {"filed_at": NOW},
        {"code_hash": None},
        {"number": "R-2026-0007"},
        {"card": card()},
        {"code_hash": ""},
    ],
    ids=["time", "no-code", "number", "card", "empty-code"],
)
async def test_an_anonymous_report_that_says_too_much_or_too_little_is_refused(
    store: Store, changes: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"^(an anonymous report|a report gets|1 validation)"):
        await store.file_report(anonymous(1).model_copy(update=changes), way_back(1))
    assert list(await store.all_reports()) == []


@pytest.mark.parametrize(
    "changes",
    [{"filed_at": None}, {"code_hash": "x"}, {"filed_at": NOW.replace(tzinfo=None)}],
    ids=["no-time", "code", "time-without-zone"],
)
async def test_a_named_report_without_a_time_or_with_a_code_is_refused(
    store: Store, changes: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"^(a named report|1 validation)"):
        await store.file_report(named(1).model_copy(update=changes))
    assert list(await store.all_reports()) == []


async def test_a_refusal_of_a_report_does_not_quote_it(store: Store) -> None:
    secret = "words of somebody"
    report = anonymous(1).model_copy(update={"phenomenon": secret * 1000})
    with pytest.raises(ValueError, match="phenomenon") as refusal:
        await store.file_report(report)
    assert secret not in str(refusal.value)


# -- reading reports -----------------------------------------------------------------------


async def test_unknown_reports_are_none(store: Store) -> None:
    assert await store.report("unknown") is None
    assert await store.report_by_code(TENANT, "unknown") is None
    assert await store.report_by_number(TENANT, "R-2026-0001") is None
    assert list(await store.reports_of(TENANT, "nobody")) == []


async def test_a_tenant_does_not_find_the_reports_of_another(store: Store) -> None:
    await store.file_report(named(1))
    report = await store.file_report(anonymous(2))
    assert await store.report_by_number(OTHER, "R-2026-0001") is None
    assert await store.report_by_code(OTHER, report.code_hash or "") is None
    assert list(await store.reports_of(OTHER, "aino")) == []


async def test_own_reports_come_newest_first_and_never_the_anonymous(store: Store) -> None:
    days = [dt.date(2026, 12, 30), dt.date(2026, 12, 31), dt.date(2027, 1, 2)]
    mine = [await store.file_report(named(n, day=day)) for n, day in enumerate(days)]
    await store.file_report(named(10, person="eino"))
    await store.file_report(anonymous(11))
    assert list(await store.reports_of(TENANT, "aino")) == mine[::-1]


async def test_all_reports_come_numbered_first_then_the_others_by_random_id(store: Store) -> None:
    without = [anonymous(n, tenant=tenant) for n in range(6) for tenant in (TENANT, OTHER)]
    for n, report in enumerate(without):
        without[n] = await store.file_report(
            report.model_copy(update={"id": f"{report.id}{report.tenant}"})
        )
    b = [await store.file_report(named(n, tenant=OTHER)) for n in range(2)]
    a = [
        await store.file_report(named(n, day=day))
        for n, day in enumerate([dt.date(2026, 5, 1), dt.date(2027, 5, 1)], 10)
    ]
    assert list(await store.all_reports()) == a + b + sorted(without, key=lambda r: r.id)


async def test_what_is_asked_for_does_not_change_the_store(store: Store) -> None:
    await store.file_report(named(1))
    reports, posts = list(await store.all_reports()), list(await store.outbox())
    await store.file_report(named(2))
    assert len(reports) == len(posts) == 1


# -- release -------------------------------------------------------------------------------


async def test_a_release_numbers_and_posts_what_waits_in_the_shuffled_order(
    place: Place, store: Store
) -> None:
    await store.file_report(named(0))
    for n in range(5):
        await store.file_report(anonymous(n), way_back(n))
    seen: list[list[str]] = []

    def shuffle(reports: list[Report]) -> None:
        seen.append([report.id for report in reports])
        random.Random(7).shuffle(reports)
        seen.append([report.id for report in reports])

    assert list(await store.waiting_for_release()) == [TENANT]
    assert await store.release_reports(LATER, [TENANT], shuffle) == 5
    await place.crash()
    store = await place.open()
    released = [r for r in await store.all_reports() if r.anonymous]
    assert [r.id for r in released] == seen[1]
    assert seen[0] == sorted(seen[0]), "the order before the shuffle is that of the random ids"
    assert numbers(released) == [2, 3, 4, 5, 6]
    assert all(r.filed_at is None for r in released)
    posts = {post.report: post for post in await store.outbox() if post.due == LATER}
    assert set(posts) == {r.id for r in released}
    assert {(p.to, p.topic, p.tenant) for p in posts.values()} == {("group", "report", TENANT)}
    assert list(await store.waiting_for_release()) == []
    assert await store.last_release(TENANT) == LATER


async def test_a_release_at_or_before_the_last_does_nothing(store: Store) -> None:
    await store.file_report(anonymous(1))
    assert await store.release_reports(LATER, [TENANT], in_order) == 1
    await store.file_report(anonymous(2))
    before = await state(store)
    assert await store.release_reports(LATER, [TENANT], in_order) == 0
    assert await store.release_reports(NOW, [TENANT], in_order) == 0
    assert await state(store) == before
    assert await store.release_reports(MUCH_LATER, [TENANT, TENANT], in_order) == 1


async def test_a_release_asked_for_many_times_at_once_happens_once(store: Store) -> None:
    for n in range(5):
        await store.file_report(anonymous(n))
    counts = await asyncio.gather(
        *(store.release_reports(LATER, [TENANT], random.shuffle) for _ in range(20))
    )
    assert sorted(counts) == [0] * 19 + [5]
    assert len(await store.outbox()) == 5


async def test_tenants_are_released_each_for_itself(store: Store) -> None:
    await store.file_report(anonymous(1))
    await store.file_report(anonymous(2, tenant=OTHER))
    assert list(await store.waiting_for_release()) == [TENANT, OTHER]
    assert await store.release_reports(LATER, [OTHER], in_order) == 1
    assert list(await store.waiting_for_release()) == [TENANT]
    assert await store.last_release(TENANT) is None
    assert await store.release_reports(LATER, [TENANT, OTHER], in_order) == 1


async def test_a_release_of_nothing_is_remembered(store: Store) -> None:
    assert await store.release_reports(LATER, [TENANT], in_order) == 0
    assert await store.last_release(TENANT) == LATER


async def test_a_release_that_fails_half_way_releases_nothing(store: Store) -> None:
    await store.file_report(anonymous(1))
    await store.file_report(anonymous(2, tenant=OTHER))
    before = await state(store)

    def shuffle(reports: list[Report]) -> None:
        if reports[0].tenant == OTHER:
            raise RuntimeError("no randomness")

    with pytest.raises(RuntimeError, match="no randomness"):
        await store.release_reports(LATER, [TENANT, OTHER], shuffle)
    assert await state(store) == before


async def test_numbers_have_no_gaps_when_filing_and_releases_mix(store: Store) -> None:
    tasks: list[Awaitable[object]] = []
    for n in range(120):
        tasks.append(store.file_report(named(n)))
        tasks.append(store.file_report(anonymous(n)))
        if n % 10 == 0:
            at = NOW + n * HOUR
            tasks.append(store.release_reports(at, [TENANT], random.shuffle))
    await asyncio.gather(*tasks)
    await store.release_reports(NOW + 1000 * HOUR, [TENANT], random.shuffle)
    reports = list(await store.all_reports())
    assert numbers(reports) == list(range(1, 241))
    posted = sorted(post.report or "" for post in await store.outbox())
    assert posted == sorted(report.id for report in reports)


# -- anonymity -----------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(range(5)), at_once=st.booleans(), crash_after=st.integers(0, 5))
async def test_the_order_of_filing_leaves_no_trace(
    engine: str,
    tmp_path_factory: pytest.TempPathFactory,
    order: list[int],
    at_once: bool,
    crash_after: int,
) -> None:
    days = [dt.date(2026, 11, 16), dt.date(2026, 10, 3)]

    async def stored(order: list[int], *, plainly: bool) -> dict[str, bytes]:
        async with place_of(engine, tmp_path_factory.mktemp("order")) as place:
            store = await place.open()
            filings = [
                (anonymous(n, day=days[n % 2]), way_back(n) if n % 2 else None) for n in order
            ]
            if at_once and not plainly:
                await asyncio.gather(*(store.file_report(*filing) for filing in filings))
            else:
                for n, filing in enumerate(filings):
                    if n == crash_after and not plainly:
                        await place.crash()
                        store = await place.open()
                    await store.file_report(*filing)
            await place.stop()
            return place.stored()

    assert await stored(order, plainly=False) == await stored(sorted(order), plainly=True)


async def test_nothing_stored_tells_who_filed_an_anonymous_report_or_when(
    place: Place, store: Store
) -> None:
    await store.file_report(anonymous(1), way_back(1))
    for end in (place.crash, place.stop):
        await end()
        text = b"\n".join(place.stored().values()).decode()
        assert "phenomenon of 1" in text
        assert not re.search(r"\d\d:\d\d", text), "no time of day"
        assert not re.search("aino|chat-of", text, re.IGNORECASE)
        await place.open()


# -- the group's channel -------------------------------------------------------------------


async def test_a_channel_is_bound_moved_and_unbound(place: Place, store: Store) -> None:
    first, second = channel(), channel(team="team-2", name="uusi")
    assert await store.group_channel(TENANT) is None
    assert await store.bind_channel(first) is None
    assert await store.bind_channel(second) == first
    assert await store.bind_channel(second) == second
    assert await store.bind_channel(channel(OTHER)) is None
    await place.crash()
    store = await place.open()
    assert await store.group_channel(TENANT) == second
    assert await store.unbind_channel(TENANT) == second
    assert await store.unbind_channel(TENANT) is None
    assert await store.group_channel(TENANT) is None
    assert await store.group_channel(OTHER) == channel(OTHER)


async def test_a_team_takes_only_its_own_channel_with_it(store: Store) -> None:
    await store.bind_channel(channel())
    assert await store.forget_team(TENANT, "team-2") is None
    assert await store.forget_team(OTHER, "team-1") is None
    assert await store.group_channel(TENANT) == channel()
    assert await store.forget_team(TENANT, "team-1") == channel()
    assert await store.forget_team(TENANT, "team-1") is None
    assert await store.group_channel(TENANT) is None


# -- people --------------------------------------------------------------------------------


async def test_a_chosen_language_is_remembered(place: Place, store: Store) -> None:
    for language in ("sv", "en", "en"):
        await store.choose_language(PersonSettings(tenant=TENANT, person="aino", language=language))
    await place.crash()
    store = await place.open()
    chosen = await store.person_settings(TENANT, "aino")
    assert chosen is not None
    assert chosen.language == "en"
    assert await store.person_settings(OTHER, "aino") is None
    assert await store.person_settings(TENANT, "eino") is None


async def test_a_forgotten_person_has_no_address_left_and_gets_no_more_notices(
    place: Place, store: Store
) -> None:
    mine = await store.file_report(named(1, to=address()))
    theirs = await store.file_report(named(2, person="eino", to=address("eino")))
    for n, report, to in ((1, mine, "aino"), (2, theirs, "eino"), (3, mine, "moved")):
        post = (await store.outbox())[0]
        await store.post_delivered(
            post.id, notice=notice(n, to=address(to), report=report.id, due=MUCH_LATER)
        )
        await store.file_report(named(n + 10, person="otso"))  # the next post to be delivered
    for _ in range(2):
        await store.forget_person_address(TENANT, "aino")
        await place.stop()
        text = b"\n".join(place.stored().values())
        assert b"chat-of-aino" not in text
        assert b"chat-of-moved" not in text
        store = await place.open()
        left = await store.report(mine.id)
        assert left is not None
        assert left.sender is not None
        assert (left.sender.person, left.sender.address) == ("aino", None)
        assert await store.report(theirs.id) == theirs
        kept = [post.address for post in await store.outbox() if post.to == "address"]
        assert kept == [address("eino")]


async def test_forgetting_an_address_leaves_the_same_person_of_another_tenant_alone(
    store: Store,
) -> None:
    elsewhere = await store.file_report(named(1, tenant=OTHER, to=address()))
    await store.forget_person_address(TENANT, "aino")
    assert await store.report(elsewhere.id) == elsewhere


# -- outbox --------------------------------------------------------------------------------


async def waiting_posts(store: Store, count: int) -> list[Post]:
    """File reports so that posts to the group wait, oldest first."""
    for n in range(count):
        report = named(("waiting", n)).model_copy(
            update={"filed_at": NOW - dt.timedelta(minutes=count - n)}
        )
        await store.file_report(report)
    return list(await store.outbox())


async def test_posts_wait_while_their_group_has_no_channel(store: Store) -> None:
    (post,) = await waiting_posts(store, 1)
    await store.bind_channel(channel(OTHER))
    assert list(await store.claim_due_posts(NOW, 10, LATER)) == []
    await store.bind_channel(channel())
    await store.unbind_channel(TENANT)
    assert list(await store.claim_due_posts(NOW, 10, LATER)) == []
    await store.bind_channel(channel())
    assert [p.id for p in await store.claim_due_posts(NOW, 10, LATER)] == [post.id]


async def test_posts_are_claimed_when_due_oldest_first_up_to_the_limit(store: Store) -> None:
    posts = await waiting_posts(store, 5)
    await store.bind_channel(channel())
    early = posts[1].due
    assert [p.id for p in await store.claim_due_posts(early, 10, LATER)] == [
        p.id for p in posts[:2]
    ]
    assert list(await store.claim_due_posts(early, 10, LATER)) == []
    claimed = await store.claim_due_posts(NOW, 2, LATER)
    assert [p.id for p in claimed] == [p.id for p in posts[2:4]]
    assert {p.claimed_until for p in claimed} == {LATER}
    assert await store.claim_due_posts(NOW, 0, LATER) == []


async def test_a_claimed_post_is_nobody_elses_until_the_claim_ends(store: Store) -> None:
    (post,) = await waiting_posts(store, 1)
    await store.bind_channel(channel())
    assert len(await store.claim_due_posts(NOW, 10, LATER)) == 1
    just_before = LATER - dt.timedelta(microseconds=1)
    assert list(await store.claim_due_posts(just_before, 10, MUCH_LATER)) == []
    (again,) = await store.claim_due_posts(LATER, 10, MUCH_LATER)
    assert (again.id, again.claimed_until) == (post.id, MUCH_LATER)


async def test_claimers_at_once_never_get_the_same_post(store: Store) -> None:
    posts = await waiting_posts(store, 40)
    await store.bind_channel(channel())
    claims = await asyncio.gather(*(store.claim_due_posts(NOW, 3, LATER) for _ in range(20)))
    claimed = [post.id for claim in claims for post in claim]
    assert sorted(claimed) == sorted(post.id for post in posts)


async def test_a_delivered_post_is_gone_and_its_card_known(place: Place, store: Store) -> None:
    report = await store.file_report(named(1, to=address()))
    (post,) = await store.outbox()
    news = notice(1, to=address(), report=report.id)
    await store.post_delivered(post.id, card=card(), notice=news)
    await place.crash()
    store = await place.open()
    assert await store.report(report.id) == report.model_copy(update={"card": card()})
    assert list(await store.outbox()) == [news]
    before = await state(store)
    await store.post_delivered(post.id, card=card(2), notice=notice(2, to=address()))
    assert await state(store) == before, "a post no longer there is delivered once"


async def test_a_post_delivered_by_many_at_once_has_one_consequence(store: Store) -> None:
    await store.file_report(named(1))
    (post,) = await store.outbox()
    await asyncio.gather(
        *(store.post_delivered(post.id, notice=notice(n, to=address())) for n in range(10))
    )
    assert len(await store.outbox()) == 1


async def test_a_notice_to_an_anonymous_sender_is_sealed_to_their_return_address(
    store: Store,
) -> None:
    report = await store.file_report(anonymous(1), way_back(1))
    await store.release_reports(NOW, [TENANT], in_order)
    (post,) = await store.outbox()
    await store.post_delivered(post.id, notice=notice(1), return_address=way_back(1).id)
    (news,) = await store.outbox()
    assert news == notice(1).model_copy(update={"sealed": way_back(1).sealed})
    assert report.id not in news.model_dump_json()
    assert [p.id for p in await store.claim_due_posts(NOW, 10, LATER)] == [news.id]


async def test_a_notice_without_a_return_address_is_dropped(store: Store) -> None:
    await store.file_report(anonymous(1))
    await store.release_reports(NOW, [TENANT], in_order)
    (post,) = await store.outbox()
    await store.post_delivered(post.id, notice=notice(1), return_address="none")
    assert list(await store.outbox()) == []


async def test_the_return_address_of_a_second_filing_is_not_stored(
    place: Place, store: Store
) -> None:
    await store.file_report(anonymous(1), way_back(1))
    await store.file_report(anonymous(1), way_back(2))
    await store.file_report(named(1), way_back(3))
    await place.stop()
    text = b"\n".join(place.stored().values()).decode()
    kept = [way_back(n).sealed in text for n in (1, 2, 3)]
    assert kept == [True, False, False]


async def test_a_post_given_back_is_due_later_with_one_more_attempt(
    place: Place, store: Store
) -> None:
    (post,) = await waiting_posts(store, 1)
    await store.bind_channel(channel())
    await store.claim_due_posts(NOW, 1, MUCH_LATER)
    await store.post_later(post.id, LATER)
    await place.crash()
    store = await place.open()
    assert list(await store.claim_due_posts(NOW, 1, MUCH_LATER)) == []
    (again,) = await store.claim_due_posts(LATER, 1, MUCH_LATER)
    assert (again.id, again.attempts, again.due) == (post.id, 1, LATER)


async def test_a_post_given_up_stays_visible_and_can_be_retried(place: Place, store: Store) -> None:
    first, second = await waiting_posts(store, 2)
    await store.bind_channel(channel())
    await store.claim_due_posts(NOW, 2, LATER)
    await store.post_later(first.id, NOW)
    for _ in range(2):
        await store.give_up_post(first.id, "403")
    await place.crash()
    store = await place.open()
    marks = {p.id: p.given_up for p in await store.outbox()}
    assert marks == {first.id: "403", second.id: None}
    claimed = await store.claim_due_posts(MUCH_LATER, 10, MUCH_LATER + HOUR)
    assert [p.id for p in claimed] == [second.id]
    assert await store.retry_given_up(OTHER, LATER) == 0
    assert await store.retry_given_up(TENANT, LATER) == 1
    assert await store.retry_given_up(TENANT, LATER) == 0
    (again,) = await store.claim_due_posts(LATER, 10, MUCH_LATER)
    assert (again.id, again.attempts, again.given_up) == (first.id, 0, None)


async def test_a_sealed_post_given_up_is_erased(place: Place, store: Store) -> None:
    await store.file_report(anonymous(1), way_back(1))
    await store.release_reports(NOW, [TENANT], in_order)
    (post,) = await store.outbox()
    await store.post_delivered(post.id, notice=notice(1), return_address=way_back(1).id)
    for _ in range(2):
        await store.give_up_post(notice(1).id, "403")
    assert list(await store.outbox()) == []


async def test_a_notice_given_up_is_not_retried_with_the_groups_posts(store: Store) -> None:
    (post,) = await waiting_posts(store, 1)
    await store.post_delivered(post.id, notice=notice(1, to=address()))
    await store.give_up_post(notice(1).id, "404")
    assert await store.retry_given_up(TENANT, NOW) == 0


async def test_a_post_no_longer_there_can_be_given_back_or_up_without_harm(store: Store) -> None:
    """It may have been erased with its receiver's address while it was being sent."""
    before = await state(store)
    await store.post_later("gone", LATER)
    await store.give_up_post("gone", "403")
    await store.post_delivered("gone", card=card(), notice=notice(1, to=address()))
    assert await state(store) == before


async def test_a_value_that_could_not_be_read_again_is_refused(place: Place, store: Store) -> None:
    (post,) = await waiting_posts(store, 1)
    await store.bind_channel(channel())
    before = await state(store)
    naive = NOW.replace(tzinfo=None)
    for refused in (
        store.give_up_post(post.id, "a reason far too long " * 50),
        store.give_up_post(post.id, ""),
        store.post_later(post.id, naive),
        store.claim_due_posts(NOW, 1, naive),
        store.release_reports(naive, [TENANT], in_order),
    ):
        with pytest.raises(ValueError, match="validation error"):
            await refused
    await place.stop()
    store = await place.open()
    assert await state(store) == before
    assert list(store.warnings) == []


# -- failing, closing, reading -------------------------------------------------------------

CHANGES: dict[str, Callable[[Store, str], Awaitable[object]]] = {
    "file_report named": lambda store, _: store.file_report(named("new")),
    "file_report anonymous": lambda store, _: store.file_report(anonymous("new"), way_back(9)),
    "release_reports": lambda store, _: store.release_reports(
        MUCH_LATER, [TENANT, OTHER], in_order
    ),
    "bind_channel": lambda store, _: store.bind_channel(channel(team="other")),
    "unbind_channel": lambda store, _: store.unbind_channel(TENANT),
    "forget_team": lambda store, _: store.forget_team(TENANT, "team-1"),
    "choose_language": lambda store, _: store.choose_language(
        PersonSettings(tenant=TENANT, person="eino", language="sv")
    ),
    "forget_person_address": lambda store, _: store.forget_person_address(TENANT, "aino"),
    "claim_due_posts": lambda store, _: store.claim_due_posts(NOW, 1, LATER),
    "post_delivered": lambda store, post: store.post_delivered(
        post, card=card(), notice=notice("new", to=address())
    ),
    "post_later": lambda store, post: store.post_later(post, LATER),
    "give_up_post": lambda store, post: store.give_up_post(post, "403"),
    "retry_given_up": lambda store, _: store.retry_given_up(OTHER, LATER),
}
READS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "report": lambda store: store.report("x"),
    "report_by_code": lambda store: store.report_by_code(TENANT, "x"),
    "report_by_number": lambda store: store.report_by_number(TENANT, "x"),
    "reports_of": lambda store: store.reports_of(TENANT, "x"),
    "all_reports": lambda store: store.all_reports(),
    "find_reports": lambda store: store.find_reports(ReportFilter(tenant=TENANT), limit=1),
    "count_reports": lambda store: store.count_reports(ReportFilter(tenant=TENANT), "kind"),
    "last_release": lambda store: store.last_release(TENANT),
    "waiting_for_release": lambda store: store.waiting_for_release(),
    "group_channel": lambda store: store.group_channel(TENANT),
    "person_settings": lambda store: store.person_settings(TENANT, "x"),
    "outbox": lambda store: store.outbox(),
    "check": lambda store: store.check(),
}


def test_the_lists_of_operations_are_complete() -> None:
    listed = {name.split()[0] for name in CHANGES} | set(READS) | {"close", "warnings"}
    assert {name for name in vars(Store) if not name.startswith("_")} == listed


async def furnished(store: Store) -> str:
    """Fill a store so that each of CHANGES changes something; return a post to change."""
    await store.file_report(named(1, to=address()))
    await store.file_report(anonymous(2), way_back(2))
    await store.file_report(named(3, tenant=OTHER))
    posts = {post.tenant: post.id for post in await store.outbox()}
    await store.give_up_post(posts[OTHER], "403")
    await store.bind_channel(channel())
    return posts[TENANT]


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_that_the_disk_refuses_is_not_saved_at_all(
    place: Place, store: Store, name: str
) -> None:
    post = await furnished(store)
    before = await state(store)
    with place.refusing_writes():
        with pytest.raises(NotSaved):
            await CHANGES[name](store, post)
        assert await state(store) == before
        with pytest.raises(NotSaved):
            await store.check()
    assert await state(await place.read()) == before
    await place.crash()
    store = await place.open()
    assert await state(store) == before
    await CHANGES[name](store, post)
    after = await state(store)
    assert after != before
    await place.crash()
    store = await place.open()
    if name != "claim_due_posts":  # a claim may end with its process
        assert await state(store) == after
    await store.check()


async def test_all_that_share_a_refused_write_hear_that_nothing_was_saved(
    place: Place, store: Store
) -> None:
    post = await furnished(store)
    before = await state(store)
    with place.refusing_writes():
        answers = await asyncio.gather(
            *(change(store, post) for change in CHANGES.values()), return_exceptions=True
        )
    told = dict(zip(CHANGES, answers, strict=True))
    if told["claim_due_posts"] == []:  # another change may have had the post in its hands
        del told["claim_due_posts"]
    assert {type(answer) for answer in told.values()} == {NotSaved}
    assert await state(store) == before
    await asyncio.gather(*(change(store, post) for change in CHANGES.values()))


async def test_a_refusal_that_rests_on_an_unsaved_change_is_not_given(
    place: Place, store: Store
) -> None:
    """What another operation of the same moment changed counts only once it is saved."""

    def shuffle(reports: list[Report]) -> None:
        if reports:
            raise RuntimeError("there is one to release")

    with place.refusing_writes():
        answers = await asyncio.gather(
            store.file_report(anonymous(1)),
            store.release_reports(LATER, [TENANT], shuffle),
            return_exceptions=True,
        )
    assert [type(answer) for answer in answers] == [NotSaved, NotSaved]


async def test_reading_sees_only_what_is_durable(place: Place, store: Store) -> None:
    await store.file_report(named(1))
    before = await state(store)
    with place.holding_writes() as begun:
        filing = asyncio.create_task(store.file_report(named(2)))
        await asyncio.to_thread(begun.wait, 30)
        assert await state(store) == before
        assert not filing.done()
    filed = await filing
    assert await store.report(filed.id) == filed


async def test_a_caller_that_gives_up_waiting_leaves_a_whole_change_and_a_working_store(
    place: Place, store: Store
) -> None:
    with place.holding_writes() as begun:
        filing = asyncio.create_task(store.file_report(named(1)))
        queued = asyncio.create_task(store.file_report(named(2)))
        await asyncio.to_thread(begun.wait, 30)
        behind = asyncio.create_task(store.file_report(named(3)))
        await asyncio.sleep(0)
        filing.cancel()
        behind.cancel()
    await queued
    await place.stop()  # what was given up on ends before the close does
    store = await place.open()
    fourth = await store.file_report(named(4))
    assert numbers(list(await store.all_reports())) == [1, 2, 3, 4]
    assert len(await store.outbox()) == 4
    assert fourth.number == "R-2026-0004"


async def test_everything_after_the_close_is_refused_and_closing_again_is_not(
    place: Place, store: Store
) -> None:
    post = await furnished(store)
    before = await state(store)
    await asyncio.gather(store.close(), store.close())
    await store.close()
    for change in CHANGES.values():
        with pytest.raises(StoreClosed):
            await change(store, post)
    for read in READS.values():
        with pytest.raises(StoreClosed):
            await read(store)
    await place.stop()
    store = await place.open()
    assert await state(store) == before


async def test_closing_answers_what_was_asked_before_and_writes_everything_out(
    place: Place, store: Store
) -> None:
    filings = [asyncio.create_task(store.file_report(named(n))) for n in range(10)]
    await asyncio.sleep(0)
    with place.holding_writes() as begun:
        more = asyncio.create_task(store.file_report(named(10)))
        await asyncio.to_thread(begun.wait, 30)
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
    await closing
    answered = [*await asyncio.gather(*filings), await more]
    await place.stop()
    at_rest = place.stored()
    store = await place.open()
    await place.stop()
    assert place.stored() == at_rest, "a clean stop leaves nothing to be written out"
    store = await place.open()
    assert set(await store.all_reports()) == set(answered)


async def test_a_reader_sees_what_is_stored_and_can_change_nothing(
    place: Place, store: Store
) -> None:
    post = await furnished(store)
    expected = await state(store)
    reader = await place.read()
    assert await state(reader) == expected
    for change in CHANGES.values():
        with pytest.raises(StoreClosed):
            await change(reader, post)
    with pytest.raises(StoreClosed):
        await reader.check()
    await reader.close()
    assert await state(store) == expected


async def test_there_is_nothing_to_read_where_no_store_was(engine: str, tmp_path: Path) -> None:
    async with place_of(engine, tmp_path / "nowhere") as place:
        with pytest.raises(CannotOpen):
            await place.read()
