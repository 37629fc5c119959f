"""The bot always has a token that is good, and asks for one no oftener than it must."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.access_tokens import ClientSecretTokens, ManagedIdentityTokens, NoTokens, TokenUnavailable
from tests.fakes.clock import Clock
from tests.fakes.sign_in import APP_ID, SECRET, SignIn


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sign_in(clock: Clock) -> AsyncIterator[SignIn]:
    async with SignIn(clock=clock) as sign_in:
        yield sign_in


@pytest.fixture
async def tokens(
    session: aiohttp.ClientSession, sign_in: SignIn, clock: Clock
) -> AsyncIterator[ClientSecretTokens]:
    tokens = ClientSecretTokens(
        session, sign_in.login_url, APP_ID, SECRET, clock=clock, sleep=clock.sleep
    )
    yield tokens
    await tokens.close()


def identity(
    session: aiohttp.ClientSession, sign_in: SignIn, clock: Clock, header: str | None = None
) -> ManagedIdentityTokens:
    return ManagedIdentityTokens(
        session,
        APP_ID,
        endpoint=sign_in.identity_url,
        header=header,
        clock=clock,
        sleep=clock.sleep,
    )


async def test_a_secret_buys_a_token_for_the_bot_service(
    tokens: ClientSecretTokens, sign_in: SignIn
) -> None:
    assert await tokens.token() == "access-token-1"
    assert sign_in.asked[0] == {
        "grant_type": "client_credentials",
        "client_id": APP_ID,
        "client_secret": SECRET,
        "scope": "https://api.botframework.com/.default",
    }


async def test_a_managed_identity_of_a_virtual_machine_needs_no_secret(
    session: aiohttp.ClientSession, sign_in: SignIn, clock: Clock
) -> None:
    assert await identity(session, sign_in, clock).token() == "access-token-1"
    asked = sign_in.asked[0]
    assert asked["headers"]["Metadata"] == "true"
    assert asked["client_id"] == APP_ID
    assert asked["resource"] == "https://api.botframework.com"
    assert asked["api-version"] == "2018-02-01"


async def test_a_managed_identity_of_app_service_is_asked_in_its_own_way(
    session: aiohttp.ClientSession, sign_in: SignIn, clock: Clock
) -> None:
    tokens = identity(session, sign_in, clock, "a-header-secret")
    assert await tokens.token() == "access-token-1"
    asked = sign_in.asked[0]
    assert asked["headers"]["X-IDENTITY-HEADER"] == "a-header-secret"
    assert asked["client_id"] == APP_ID
    assert asked["api-version"] == "2019-08-01"
    clock.pass_(3600)  # only expires_on was given, and it is kept
    assert await tokens.token() == "access-token-2"


async def test_local_mode_has_no_token() -> None:
    assert await NoTokens().token() == ""
    assert not NoTokens().drop("")


async def test_many_who_ask_at_once_make_one_request(
    tokens: ClientSecretTokens, sign_in: SignIn
) -> None:
    assert {"access-token-1"} == set(await asyncio.gather(*(tokens.token() for _ in range(50))))
    assert sign_in.requests["token"] == 1


async def test_a_token_is_renewed_ahead_of_time_while_the_old_one_serves(
    tokens: ClientSecretTokens, sign_in: SignIn, clock: Clock
) -> None:
    await tokens.token()
    clock.pass_(3600 - 720 - 1)
    await tokens.token()
    assert sign_in.issued == 1
    gate = sign_in.hold("token")
    clock.pass_(1)
    assert await tokens.token() == "access-token-1"  # at once, the service holds its answer back
    gate.set()
    await sign_in.until_asked("token", 2)
    clock.pass_(719)  # the old one is over; whoever asks now waits for the answer on its way
    assert await tokens.token() == "access-token-2"


async def test_a_token_is_not_used_in_its_last_half_minute(
    tokens: ClientSecretTokens, sign_in: SignIn, clock: Clock
) -> None:
    await tokens.token()
    sign_in.fail("token", 503, times=99)
    clock.pass_(3600 - 31)
    assert await tokens.token() == "access-token-1"
    await sign_in.until_asked("token", 4)
    clock.pass_(31)
    with pytest.raises(TokenUnavailable):
        await tokens.token()


async def test_a_failed_renewal_keeps_the_token_that_still_holds(
    tokens: ClientSecretTokens, sign_in: SignIn, clock: Clock
) -> None:
    await tokens.token()
    sign_in.fail("token", 503, times=3)
    clock.pass_(3000)
    assert await tokens.token() == "access-token-1"
    await sign_in.until_asked("token", 4)
    assert await tokens.token() == "access-token-1"
    while await tokens.token() == "access-token-1":  # until another attempt goes well
        clock.pass_(1)
        await asyncio.sleep(0)


async def test_a_service_that_hands_out_the_same_token_is_not_pestered(
    tokens: ClientSecretTokens, sign_in: SignIn, clock: Clock
) -> None:
    sign_in.token_answer = {"access_token": "same", "expires_in": 3600}
    await tokens.token()
    sign_in.token_answer = {"access_token": "same", "expires_in": 600}
    clock.pass_(3000)
    await tokens.token()
    await sign_in.until_asked("token", 2)
    for _ in range(50):
        clock.pass_(0.5)
        assert await tokens.token() == "same"
        await asyncio.sleep(0)
    assert sign_in.requests["token"] == 2


async def test_a_short_life_is_not_renewed_before_its_half(
    tokens: ClientSecretTokens, sign_in: SignIn, clock: Clock
) -> None:
    sign_in.lifetime = 120
    await tokens.token()
    clock.pass_(59)
    await tokens.token()
    await asyncio.sleep(0)
    assert sign_in.requests["token"] == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_three_times_with_pauses(
    tokens: ClientSecretTokens, sign_in: SignIn, clock: Clock, status: int
) -> None:
    sign_in.fail("token", status, times=2)
    assert await tokens.token() == "access-token-3"
    assert len(clock.slept) == 2
    assert max(clock.slept) <= 2.0


async def test_a_wrong_secret_is_tried_once_and_named_without_being_shown(
    session: aiohttp.ClientSession,
    sign_in: SignIn,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = ClientSecretTokens(
        session, sign_in.login_url, APP_ID, "wrong-secret", clock=clock, sleep=clock.sleep
    )
    with pytest.raises(TokenUnavailable, match="refused with 401: invalid_client") as refused:
        await tokens.token()
    assert sign_in.requests["token"] == 1
    with pytest.raises(TokenUnavailable):  # and not again at once
        await tokens.token()
    assert sign_in.requests["token"] == 1
    for text in (repr(tokens), str(refused.value), repr(refused.value), caplog.text):
        assert "wrong-secret" not in text


async def test_no_secret_shows_in_a_representation(
    tokens: ClientSecretTokens,
    session: aiohttp.ClientSession,
    sign_in: SignIn,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    value = await tokens.token()
    assert f"ClientSecretTokens('{APP_ID}')" == repr(tokens)
    other = identity(session, sign_in, clock, "a-header-secret")
    await other.token()
    assert f"ManagedIdentityTokens('{APP_ID}')" == repr(other)
    assert SECRET not in caplog.text
    assert "a-header-secret" not in caplog.text
    assert value not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "x"},
        {"access_token": 7, "expires_in": 3600},
        {"access_token": "", "expires_in": 3600},
        {"access_token": "a\r\nHeader: x", "expires_in": 3600},
        {"access_token": "x", "expires_in": 0},
        {"access_token": "x", "expires_in": -1},
        {"access_token": "x", "expires_in": "nan"},
        {"access_token": "x", "expires_in": "soon"},
        {"access_token": "x", "expires_in": [1]},
        {"access_token": "x", "expires_in": 10**12},
        {"access_token": "x", "expires_on": "08/01/2019 00:00:00 +00:00"},
    ],
)
async def test_an_answer_without_a_usable_token_is_no_token(
    tokens: ClientSecretTokens, sign_in: SignIn, answer: dict[str, object]
) -> None:
    sign_in.token_answer = answer or {"nothing": True}
    with pytest.raises(TokenUnavailable):
        await tokens.token()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"x" * 100_000])
async def test_an_answer_that_is_no_json_object_is_no_token(
    tokens: ClientSecretTokens, sign_in: SignIn, body: bytes
) -> None:
    sign_in.bodies["token"] = body
    with pytest.raises(TokenUnavailable):
        await tokens.token()


async def test_a_service_that_does_not_answer_is_given_up(
    session: aiohttp.ClientSession, sign_in: SignIn, clock: Clock
) -> None:
    sign_in.hold("token")
    tokens = ClientSecretTokens(
        session, sign_in.login_url, APP_ID, SECRET, clock=clock, sleep=clock.sleep, timeout=0.02
    )
    with pytest.raises(TokenUnavailable, match="TimeoutError"):
        await tokens.token()


async def test_a_refused_token_is_forgotten_once_it_is_not_brand_new(
    tokens: ClientSecretTokens, sign_in: SignIn, clock: Clock
) -> None:
    first = await tokens.token()
    assert not tokens.drop(first)
    assert first == await tokens.token()
    clock.pass_(60)
    assert tokens.drop(first)
    second = await tokens.token()
    assert first != second
    assert tokens.drop(first)  # somebody else noticed later; the new one stays
    assert second == await tokens.token()
    assert sign_in.requests["token"] == 2


async def test_one_who_gives_up_waiting_does_not_spoil_it_for_the_others(
    tokens: ClientSecretTokens, sign_in: SignIn
) -> None:
    gate = sign_in.hold("token")
    impatient = asyncio.create_task(tokens.token())
    patient = asyncio.create_task(tokens.token())
    await sign_in.until_asked("token", 1)
    impatient.cancel()
    gate.set()
    assert await patient == "access-token-1"


async def test_closing_ends_a_request_under_way(
    tokens: ClientSecretTokens, sign_in: SignIn
) -> None:
    sign_in.hold("token")
    asked = asyncio.create_task(tokens.token())
    await sign_in.until_asked("token", 1)
    await tokens.close()
    with pytest.raises(TokenUnavailable):
        await asked
