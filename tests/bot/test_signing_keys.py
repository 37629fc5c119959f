"""Microsoft's keys are there when they are needed, and forged tokens cannot make us flood them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import orjson
import pytest
from jwt.algorithms import RSAAlgorithm

from bot.signing_keys import DAY, KeysUnavailable, SigningKeys
from tests.fakes.clock import Clock
from tests.fakes.sign_in import SignIn, private_key


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def sign_in() -> AsyncIterator[SignIn]:
    async with SignIn() as sign_in:
        yield sign_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(
    session: aiohttp.ClientSession, sign_in: SignIn, clock: Clock
) -> AsyncIterator[SigningKeys]:
    keys = SigningKeys(session, sign_in.metadata_url, clock=clock)
    yield keys
    await keys.close()


async def test_nothing_is_fetched_before_a_key_is_needed(
    keys: SigningKeys, sign_in: SignIn
) -> None:
    assert sign_in.requests.total() == 0


async def test_a_key_comes_with_its_endorsements(keys: SigningKeys, sign_in: SignIn) -> None:
    key = await keys.find(sign_in.kid)
    assert key is not None
    assert frozenset({"msteams"}) == key.endorsements
    assert private_key(1).public_key() == key.public_key


async def test_many_who_ask_at_once_make_one_request(keys: SigningKeys, sign_in: SignIn) -> None:
    found = await asyncio.gather(*(keys.find(sign_in.kid) for _ in range(50)))
    assert all(found)
    assert sign_in.requests == {"metadata": 1, "keys": 1}


async def test_one_who_gives_up_waiting_does_not_spoil_it_for_the_others(
    keys: SigningKeys, sign_in: SignIn
) -> None:
    gate = sign_in.hold("keys")
    impatient = asyncio.create_task(keys.find(sign_in.kid))
    patient = asyncio.create_task(keys.find(sign_in.kid))
    await sign_in.until_asked("keys")
    impatient.cancel()
    gate.set()
    assert await patient is not None


async def test_a_known_key_costs_no_request_for_a_day(
    keys: SigningKeys, sign_in: SignIn, clock: Clock
) -> None:
    await keys.find(sign_in.kid)
    clock.pass_(DAY - 1)
    await keys.find(sign_in.kid)
    assert sign_in.requests["keys"] == 1


async def test_an_old_set_goes_on_serving_while_a_new_one_is_fetched(
    keys: SigningKeys, sign_in: SignIn, clock: Clock
) -> None:
    old = sign_in.kid
    await keys.find(old)
    new = sign_in.roll_over()
    gate = sign_in.hold("keys")
    clock.pass_(DAY)
    assert await keys.find(old) is not None  # answered though the service has not
    asked = asyncio.create_task(keys.find(new))
    gate.set()
    assert await asked is not None
    assert await keys.find(old) is None  # withdrawn


async def test_an_old_set_stays_when_a_new_one_cannot_be_had(
    keys: SigningKeys, sign_in: SignIn, clock: Clock
) -> None:
    await keys.find(sign_in.kid)
    sign_in.fail("metadata", 500, times=1)
    clock.pass_(DAY)
    assert await keys.find(sign_in.kid) is not None
    await sign_in.until_asked("metadata", 2)
    asked = asyncio.create_task(sign_in.until_asked("keys", 2))
    while not asked.done():  # and it is tried again by and by
        clock.pass_(1)
        assert await keys.find(sign_in.kid) is not None
        await asyncio.sleep(0)


async def test_a_key_that_rolled_over_is_found_at_once(keys: SigningKeys, sign_in: SignIn) -> None:
    await keys.find(sign_in.kid)
    assert await keys.find(sign_in.roll_over()) is not None


async def test_made_up_key_ids_cause_ten_fetches_and_then_one_in_six_minutes(
    keys: SigningKeys, sign_in: SignIn, clock: Clock
) -> None:
    await keys.find(sign_in.kid)
    for number in range(200):
        assert await keys.find(f"forged-{number}") is None
    assert sign_in.requests["keys"] == 11
    clock.pass_(359)
    await keys.find("forged")
    assert sign_in.requests["keys"] == 11
    clock.pass_(1)
    await keys.find("forged")
    assert sign_in.requests["keys"] == 12


async def test_a_roll_over_during_a_flood_of_forgeries_is_seen_within_six_minutes(
    keys: SigningKeys, sign_in: SignIn, clock: Clock
) -> None:
    await keys.find(sign_in.kid)
    for number in range(20):
        await keys.find(f"forged-{number}")
    new = sign_in.roll_over()
    assert await keys.find(new) is None
    clock.pass_(360)
    await keys.find("forged")  # the forger spends the permit, and brings the new key
    assert await keys.find(new) is not None


async def test_without_any_keys_it_says_so_instead_of_saying_no(
    keys: SigningKeys, sign_in: SignIn, clock: Clock
) -> None:
    sign_in.fail("metadata", 503, times=1)
    with pytest.raises(KeysUnavailable):
        await keys.find(sign_in.kid)
    with pytest.raises(KeysUnavailable):  # not asked again at once
        await keys.find(sign_in.kid)
    assert sign_in.requests["metadata"] == 1
    clock.pass_(60)
    assert await keys.find(sign_in.kid) is not None


async def test_a_new_key_during_an_outage_is_unavailable_not_unknown(
    keys: SigningKeys, sign_in: SignIn
) -> None:
    old = sign_in.kid
    await keys.find(old)
    new = sign_in.roll_over()
    sign_in.fail("keys", 503)
    with pytest.raises(KeysUnavailable):
        await keys.find(new)
    assert await keys.find(old) is not None


async def test_a_service_that_does_not_answer_is_given_up(
    session: aiohttp.ClientSession, sign_in: SignIn
) -> None:
    sign_in.hold("metadata")
    keys = SigningKeys(session, sign_in.metadata_url, timeout=0.02)
    with pytest.raises(KeysUnavailable):
        await keys.find(sign_in.kid)


async def test_a_service_that_cannot_be_reached_is_unavailable(
    session: aiohttp.ClientSession,
) -> None:
    keys = SigningKeys(session, "http://127.0.0.1:9/openidconfiguration")
    with pytest.raises(KeysUnavailable):
        await keys.find("any")


@pytest.mark.parametrize("what", ["metadata", "keys"])
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{}", b"<html>", b"\xff\xfe", b'{"keys": 7}', b'{"keys": [7, {}]}',
     b'{"jwks_uri": 7}', b'{"jwks_uri": "nonsense"}', b'{"a": "' + b"x" * 2_000_000 + b'"}',
     b'{"keys": [{"kty": "oct", "kid": "a", "k": "AAAA", "endorsements": ["msteams"]}]}',
     b'{"keys": [{"kty": "RSA", "kid": "a", "n": "!", "e": [], "endorsements": []}]}',
     b'{"jwks_uri": "https://example.invalid/keys"}'],
)  # fmt: skip
async def test_a_useless_answer_is_the_same_as_none(
    keys: SigningKeys, sign_in: SignIn, what: str, body: bytes
) -> None:
    sign_in.bodies[what] = body
    with pytest.raises(KeysUnavailable):
        await keys.find("a")


async def test_a_useless_key_does_not_spoil_the_good_ones(
    keys: SigningKeys, sign_in: SignIn
) -> None:
    weak = RSAAlgorithm.to_jwk(private_key(99, 1024).public_key(), as_dict=True)
    secret = RSAAlgorithm.to_jwk(private_key(2), as_dict=True)
    good = sign_in.jwks()["keys"][0]
    sign_in.bodies["keys"] = orjson.dumps(
        {
            "keys": [
                weak | {"kid": "weak", "endorsements": ["msteams"]},
                secret | {"kid": "private", "endorsements": ["msteams"]},
                good | {"kid": "encrypts", "use": "enc"},
                good | {"kid": "unendorsed", "endorsements": None},
                good | {"kid": ["a list"]},
                good,
            ]
        }
    )
    assert await keys.find(sign_in.kid) is not None
    for kid in ("weak", "private", "encrypts", "unendorsed"):
        assert await keys.find(kid) is None


async def test_closing_ends_a_fetch_under_way(
    session: aiohttp.ClientSession, sign_in: SignIn
) -> None:
    keys = SigningKeys(session, sign_in.metadata_url)
    sign_in.hold("metadata")
    asked = asyncio.create_task(keys.find(sign_in.kid))
    await sign_in.until_asked("metadata")
    await keys.close()
    with pytest.raises(KeysUnavailable):
        await asked
