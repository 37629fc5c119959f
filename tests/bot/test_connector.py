"""What the bot says reaches Teams once, at Teams' pace, and nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access_tokens import ClientSecretTokens, NoTokens
from bot.connector import (
    ONCE,
    Connector,
    Effort,
    ForbiddenAddress,
    Pace,
    Rejected,
    TryLater,
    Undeliverable,
)
from bot.pace import TENANT_LIMITS
from bot.service_urls import ServiceUrls
from tests.fakes.clock import Clock
from tests.fakes.sign_in import APP_ID, SECRET, SignIn
from tests.fakes.teams import Teams

CHANNEL = "19:0d5e+x/y@thread.tacv2;messageid=1485983408511"
HELLO = {"type": "message", "text": "Hyvää päivää"}


@dataclass
class Bench:
    session: aiohttp.ClientSession
    sign_in: SignIn
    teams: Teams
    tokens: ClientSecretTokens
    connector: Connector
    clock: Clock

    async def post(self, effort: Effort = Effort(), conversation: str = CHANNEL) -> str:  # noqa: B008 -- frozen
        return await self.connector.post(self.teams.url, conversation, HELLO, effort)

    def other(self, **options: Any) -> Connector:
        return Connector(
            self.session,
            options.pop("tokens", self.tokens),
            ServiceUrls([self.teams.origin]),
            clock=self.clock,
            **{"sleep": self.clock.sleep, "random": lambda: 1.0} | options,
        )


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock = Clock()
    async with SignIn(clock=clock) as sign_in, Teams() as teams, aiohttp.ClientSession() as session:
        tokens = ClientSecretTokens(
            session, sign_in.login_url, APP_ID, SECRET, clock=clock, sleep=clock.sleep
        )
        whole = Bench(session, sign_in, teams, tokens, None, clock)  # type: ignore[arg-type]
        whole.connector = whole.other()
        yield whole
        await tokens.close()


async def test_a_post_arrives_with_its_token_and_brings_its_id(bench: Bench) -> None:
    assert await bench.post() == "1:1"
    call = bench.teams.calls[0]
    assert (call.method, call.conversation, call.activity_id) == ("POST", CHANNEL, None)
    assert call.json == HELLO
    assert call.headers["Authorization"] == "Bearer access-token-1"
    assert call.headers["Content-Type"] == "application/json; charset=utf-8"


async def test_ids_are_quoted_so_that_each_stays_one_part_of_the_path(bench: Bench) -> None:
    await bench.connector.reply(bench.teams.url, CHANNEL, "a:1/../2?x#y", HELLO)
    call = bench.teams.calls[0]
    assert (call.conversation, call.activity_id) == (CHANNEL, "a:1/../2?x#y")
    assert call.raw_path == (
        "/teams/v3/conversations/19%3A0d5e%2Bx%2Fy%40thread.tacv2%3Bmessageid%3D1485983408511"
        "/activities/a%3A1%2F..%2F2%3Fx%23y"
    )


@pytest.mark.parametrize("name", ["", ".", "..", None])
async def test_an_id_that_would_change_the_path_is_not_used(bench: Bench, name: Any) -> None:
    with pytest.raises(ForbiddenAddress):
        await bench.connector.post(bench.teams.url, name, HELLO)
    with pytest.raises(ForbiddenAddress):
        await bench.connector.update(bench.teams.url, CHANNEL, name, HELLO)
    assert bench.teams.calls == []


@pytest.mark.parametrize("path", ["/_connector", "/_connector/", "", "/", "/a/b"])
async def test_a_service_url_may_end_with_a_slash_or_without(path: str) -> None:
    async with Teams(path=path) as teams, aiohttp.ClientSession() as session:
        connector = Connector(session, NoTokens(), ServiceUrls([teams.origin]))
        await connector.post(teams.url, "a", HELLO)
        assert f"{path.rstrip('/')}/v3/conversations/a/activities" == teams.calls[0].raw_path
        assert "Authorization" not in teams.calls[0].headers


async def test_update_and_delete_name_the_message(bench: Bench) -> None:
    await bench.connector.update(bench.teams.url, CHANNEL, "1:7", HELLO)
    await bench.connector.delete(bench.teams.url, CHANNEL, "1:7")
    put, delete = bench.teams.calls
    assert (put.method, put.activity_id, put.json) == ("PUT", "1:7", HELLO)
    assert (delete.method, delete.activity_id, delete.body) == ("DELETE", "1:7", b"")


async def test_frozen_mappings_can_be_sent_too(bench: Bench) -> None:
    inner: Mapping[str, Any] = MappingProxyType({"a": (1, 2)})
    await bench.connector.post(bench.teams.url, CHANNEL, MappingProxyType({"value": inner}))
    assert bench.teams.calls[0].json == {"value": {"a": [1, 2]}}


async def test_an_address_off_the_list_gets_nothing_not_even_a_token_is_fetched(
    bench: Bench,
) -> None:
    for url in ("https://evil.example/", "http://127.0.0.1:1/", bench.teams.url + "?x", "", None):
        with pytest.raises(ForbiddenAddress):
            await bench.connector.post(url, CHANNEL, HELLO)  # type: ignore[arg-type]
        with pytest.raises(ForbiddenAddress):
            await bench.connector.members(url, CHANNEL)  # type: ignore[arg-type]
    assert bench.sign_in.requests.total() == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_because_the_token_would_go_along(
    bench: Bench, status: int
) -> None:
    async with Teams() as thief:
        bench.teams.answer(
            status, headers={"Location": thief.url + "v3/conversations/a/activities"}
        )
        with pytest.raises(Rejected):
            await bench.post()
        assert thief.count == 0
    assert bench.teams.count == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"<html>", b'{"id": 7}'])
async def test_a_success_without_an_id_is_a_success(bench: Bench, body: bytes) -> None:
    bench.teams.answer(202, body=body)
    assert await bench.post() == ""


# Trying again


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_what_may_pass_is_tried_again_with_growing_pauses(bench: Bench, status: int) -> None:
    bench.teams.answer(status, times=2)
    assert await bench.post() == "1:1"
    assert bench.clock.slept == [0.5, 1.0]
    assert bench.teams.count == 3


async def test_pauses_are_spread_at_random_from_nothing_to_their_whole_length(
    bench: Bench,
) -> None:
    bench.teams.answer(502, times=2)
    connector = bench.other(random=lambda: 0.25)
    await connector.post(bench.teams.url, CHANNEL, HELLO)
    assert bench.clock.slept == [0.125, 0.25]


async def test_it_waits_as_long_as_teams_asks(bench: Bench) -> None:
    bench.teams.answer(429, retry_after="2", code="Throttled")
    await bench.connector.post(bench.teams.url, CHANNEL, HELLO)
    assert bench.clock.slept == [2.5]


async def test_it_does_not_wait_longer_than_the_effort_allows(bench: Bench) -> None:
    bench.teams.answer(429, retry_after="30", code="Throttled")
    with pytest.raises(TryLater, match="429 Throttled") as later:
        await bench.post()
    assert later.value.retry_after == 30.0
    assert not later.value.maybe_delivered
    assert bench.clock.slept == []


async def test_the_outbox_gets_one_attempt(bench: Bench) -> None:
    bench.teams.answer(502)
    with pytest.raises(TryLater):
        await bench.post(ONCE)
    assert bench.teams.count == 1


async def test_attempts_end(bench: Bench) -> None:
    bench.teams.answer(502, times=99)
    with pytest.raises(TryLater):
        await bench.post(Effort(attempts=4, seconds=60))
    assert bench.teams.count == 4


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("99999999", 3600.0),
        ("nan", None),
        ("inf", 3600.0),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0.0),
        ("Wed, 21 Oct 2999 07:28:00 GMT", 3600.0),
    ],
)
async def test_every_form_of_retry_after_is_understood_or_ignored(
    bench: Bench, given: str, expected: float | None
) -> None:
    bench.teams.answer(429, retry_after=given)
    with pytest.raises(TryLater) as later:
        await bench.post(ONCE)
    assert expected == later.value.retry_after


async def test_a_lost_answer_to_a_post_is_not_tried_again(bench: Bench) -> None:
    bench.teams.drop()
    with pytest.raises(TryLater) as later:
        await bench.post()
    assert later.value.maybe_delivered
    assert bench.teams.count == 1


async def test_a_lost_answer_to_an_update_is_tried_again(bench: Bench) -> None:
    bench.teams.drop(2)
    await bench.connector.update(bench.teams.url, CHANNEL, "1:7", HELLO)
    assert bench.teams.calls[-1].method == "PUT"


async def test_a_slow_answer_is_given_up_when_the_effort_is_over(bench: Bench) -> None:
    bench.teams.hold()
    with pytest.raises(TryLater, match="TimeoutError") as later:
        await bench.post(Effort(seconds=0.05))
    assert later.value.maybe_delivered


async def test_no_connection_is_tried_again_and_surely_not_delivered(bench: Bench) -> None:
    connector = Connector(
        bench.session,
        NoTokens(),
        ServiceUrls(["http://127.0.0.1"]),
        clock=bench.clock,
        sleep=bench.clock.sleep,
    )
    with pytest.raises(TryLater, match="no connection") as later:
        await connector.post("http://127.0.0.1:9/", CHANNEL, HELLO)
    assert not later.value.maybe_delivered
    assert len(bench.clock.slept) == 2


@pytest.mark.parametrize("status", [500, 501])
async def test_a_broken_service_is_left_in_peace_for_now(bench: Bench, status: int) -> None:
    bench.teams.answer(status, code="ServiceError")
    with pytest.raises(TryLater, match="ServiceError"):
        await bench.post()
    assert bench.teams.count == 1


# Refusals


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, b'{"error":{"code":"BotNotInConversationRoster","message":"x"}}',
         "BotNotInConversationRoster"),
        (403, b'{"errorCode":209,"message":"{\\r\\n  \\"subCode\\": \\"MessageWritesBlocked\\",'
              b'\\r\\n  \\"details\\": \\"Thread is blocked\\"}"}', "MessageWritesBlocked"),
        (403, b"", ""),
        (403, b"<html>", ""),
        (403, b'{"error":"x"}', ""),
        (403, b'{"error":{"code":"not a code, but somebody\'s text"}}', ""),
        (404, b'{"error":{"code":"ConversationNotFound"}}', "ConversationNotFound"),
    ],
)  # fmt: skip
async def test_gone_for_good_says_so_in_teams_own_word(
    bench: Bench, status: int, body: bytes, code: str
) -> None:
    bench.teams.answer(status, body=body)
    with pytest.raises(Undeliverable) as gone:
        await bench.post()
    assert (status, code) == (gone.value.status, gone.value.code)
    assert bench.teams.count == 1


async def test_a_message_teams_will_not_have_is_not_sent_again(bench: Bench) -> None:
    bench.teams.answer(413, code="MessageSizeTooBig")
    with pytest.raises(Rejected) as rejected:
        await bench.post()
    assert (rejected.value.status, rejected.value.code) == (413, "MessageSizeTooBig")


async def test_a_refused_token_is_replaced_once(bench: Bench) -> None:
    await bench.post()
    bench.clock.pass_(60)
    bench.teams.answer(401)
    assert await bench.post()
    used = [call.headers["Authorization"] for call in bench.teams.calls]
    assert used == ["Bearer access-token-1", "Bearer access-token-1", "Bearer access-token-2"]


async def test_a_token_refused_again_is_for_later(bench: Bench) -> None:
    await bench.post()
    bench.clock.pass_(60)
    bench.teams.answer(401, times=9, code="BotNotRegistered")
    with pytest.raises(TryLater, match="401 BotNotRegistered"):
        await bench.post()
    assert bench.teams.count == 3
    assert bench.sign_in.issued == 2


async def test_without_a_token_it_is_for_later(bench: Bench) -> None:
    bench.sign_in.fail("token", 400, body={"error": "unauthorized_client"})
    with pytest.raises(TryLater, match="unauthorized_client"):
        await bench.post()
    assert bench.teams.count == 0


async def test_neither_text_nor_token_nor_id_reaches_a_log_or_an_error(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    errors = []
    for status in (200, 400, 403, 429, 500):
        bench.teams.answer(status, body=b'{"error":{"code":"X","message":"Hyv\xc3\xa4\xc3\xa4"}}')
        try:
            await bench.post(ONCE)
        except Exception as error:
            errors.append(f"{error} {error!r}")
    assert len(errors) == 4
    for secret in ("Hyvää", "access-token", "0d5e+x"):
        assert secret not in caplog.text
        assert secret not in " ".join(errors)


# The roster


async def test_a_roster_comes_whole_however_many_pages_it_has(bench: Bench) -> None:
    everyone = [{"id": f"29:{n}", "aadObjectId": str(n), "name": "Ö"} for n in range(23)]
    bench.teams.members["19:team"] = everyone
    bench.teams.page_size = 5
    assert everyone == await bench.connector.members(bench.teams.url, "19:team")
    assert bench.teams.count == 5
    assert bench.teams.calls[0].query["pageSize"] == "500"


async def test_someone_who_is_on_two_pages_is_one_member(bench: Bench) -> None:
    bench.teams.members["19:team"] = [{"id": "29:1"}, {"id": "29:1"}, {"id": "29:2"}]
    bench.teams.page_size = 1
    found = await bench.connector.members(bench.teams.url, "19:team")
    assert found == [{"id": "29:1"}, {"id": "29:2"}]


async def test_a_page_that_fails_for_a_moment_is_asked_again(bench: Bench) -> None:
    bench.teams.members["19:team"] = [{"id": "29:1"}]
    bench.teams.answer(503)
    assert len(await bench.connector.members(bench.teams.url, "19:team")) == 1


async def test_no_such_team_is_gone_for_good(bench: Bench) -> None:
    with pytest.raises(Undeliverable, match="ConversationNotFound"):
        await bench.connector.members(bench.teams.url, "19:nobody")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"members": 7}', b'{"members": [7, {}, {"id": 7}]}', b'{"members":null}']
)
async def test_a_strange_roster_is_an_empty_one(bench: Bench, body: bytes) -> None:
    bench.teams.answer(200, body=body)
    assert await bench.connector.members(bench.teams.url, "19:team") == []


async def test_a_roster_that_points_to_itself_ends(bench: Bench) -> None:
    page = b'{"members": [{"id": "29:1"}], "continuationToken": "again"}'
    bench.teams.answer(200, times=9, body=page)
    assert await bench.connector.members(bench.teams.url, "19:team") == [{"id": "29:1"}]
    assert bench.teams.count == 2


# Pace


async def test_the_eighth_message_within_a_second_waits_its_turn(bench: Bench) -> None:
    connector = bench.other(pace=Pace(clock=bench.clock))
    for _ in range(8):
        await connector.post(bench.teams.url, CHANNEL, HELLO)
    assert bench.clock.slept == [1.0]
    await connector.post(bench.teams.url, "another", HELLO)
    assert bench.clock.slept == [1.0]


async def test_many_who_send_at_once_keep_the_pace_together(bench: Bench) -> None:
    moments: list[float] = []

    class Watched(Pace):
        def sent(self, key: str) -> None:
            moments.append(bench.clock.now)
            super().sent(key)

    async def sleep(seconds: float) -> None:
        end = bench.clock.now + seconds
        await asyncio.sleep(0)  # everybody else gets to wait too
        bench.clock.now = max(bench.clock.now, end)

    connector = bench.other(pace=Watched(clock=bench.clock), sleep=sleep)
    patient = Effort(seconds=60)
    await asyncio.gather(
        *(connector.post(bench.teams.url, CHANNEL, HELLO, patient) for _ in range(20))
    )
    assert bench.teams.count == 20
    for count, seconds in ((7, 1.0), (8, 2.0)):
        for first, last in zip(moments, moments[count:], strict=False):
            assert last - first >= seconds - 1e-6


async def test_who_cannot_wait_that_long_is_told_how_long_it_is(bench: Bench) -> None:
    pace = Pace(clock=bench.clock)
    for _ in range(60):
        pace.sent(CHANNEL)
    with pytest.raises(TryLater) as later:
        await bench.other(pace=pace).post(bench.teams.url, CHANNEL, HELLO)
    assert later.value.retry_after == 30.0
    assert bench.teams.count == 0


@given(st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_who_waits_as_told_never_passes_a_limit(gaps: list[float]) -> None:
    clock = Clock(0.0)
    pace = Pace(clock=clock)
    moments: list[float] = []
    for gap in gaps:
        clock.pass_(gap)
        clock.pass_(pace.delay("a"))
        assert pace.delay("a") <= 1e-6
        pace.sent("a")
        moments.append(clock.now)
    for count, seconds in ((7, 1.0), (8, 2.0), (60, 30.0)):
        for first, last in zip(moments, moments[count:], strict=False):
            assert last - first >= seconds - 1e-6


def test_the_hourly_limit_holds_too() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    for _ in range(1800):
        clock.pass_(1.5)
        pace.sent("a")
    assert pytest.approx(pace.delay("a")) == 3600 - 1799 * 1.5


def test_nobody_waits_where_nothing_was_sent() -> None:
    assert Pace().delay("a") == 0.0


def test_a_tenant_has_a_limit_of_its_own() -> None:
    clock = Clock()
    pace = Pace(TENANT_LIMITS, clock=clock)
    for _ in range(50):
        assert pace.delay("tenant") == 0.0
        pace.sent("tenant")
    assert pace.delay("tenant") == 1.0


def test_what_is_remembered_is_bounded_and_what_is_past_is_forgotten() -> None:
    clock = Clock()
    pace = Pace(clock=clock, remembered=100)
    for number in range(1000):
        pace.sent(f"conversation {number % 300}")
        assert len(pace) <= 100
    clock.pass_(3600)
    pace.sent("a")
    assert len(pace) == 1


def test_one_busy_conversation_is_bounded_too() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    for _ in range(5000):
        pace.sent("a")
    assert len(pace) == 1800
