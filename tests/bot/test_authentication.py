"""Only Teams gets through, and whoever else tries gets a plain refusal and never an exception."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access_tokens import NoTokens
from bot.authentication import (
    Forbidden,
    LocalAuthentication,
    Refused,
    TeamsAuthentication,
    Unauthorized,
)
from bot.connector import Connector, Undeliverable
from bot.service_urls import ServiceUrls
from bot.signing_keys import Key, KeysUnavailable, SigningKeys
from tests.fakes.clock import Clock
from tests.fakes.sign_in import APP_ID, ISSUER, SERVICE_URL, SignIn, private_key, segment
from tests.fakes.teams import Teams


@dataclass
class Bench:
    """A bot's edge between the two fakes."""

    sign_in: SignIn
    teams: Teams
    connector: Connector
    authentication: TeamsAuthentication
    clock: Clock

    def activity(self, **changes: Any) -> Activity:
        return activity(**{"serviceUrl": self.teams.url} | changes)

    def bearer(self, **options: Any) -> str:
        return self.sign_in.bearer(self.teams.url, **options)

    async def ask(self, header: object, **changes: Any) -> Any:
        return await self.authentication.authenticate_request(self.activity(**changes), header)

    async def refusal(self, header: object, **changes: Any) -> tuple[int, str]:
        with pytest.raises(Refused) as refused:
            await self.ask(header, **changes)
        return refused.value.status, refused.value.reason


def activity(**changes: Any) -> Activity:
    body = {
        "type": "message",
        "id": "1485983408511",
        "channelId": "msteams",
        "serviceUrl": SERVICE_URL,
        "from": {"id": "29:1XJ", "aadObjectId": "7faf8ab2-3d56-4244-b585-20c8a42ed2b8"},
        "recipient": {"id": f"28:{APP_ID}"},
        "conversation": {"id": "19:abc@thread.tacv2;messageid=1"},
        "text": "hei",
    } | changes
    return Activity().deserialize(body)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock = Clock(1_700_000_000.0)
    async with SignIn(clock=clock) as sign_in, Teams() as teams, aiohttp.ClientSession() as session:
        keys = SigningKeys(session, sign_in.metadata_url)
        urls = ServiceUrls([teams.origin])
        connector = Connector(session, NoTokens(), urls)
        authentication = TeamsAuthentication(APP_ID, keys, urls, connector, clock=clock)
        yield Bench(sign_in, teams, connector, authentication, clock)
        await keys.close()


async def test_what_teams_signed_for_this_bot_is_let_in(bench: Bench) -> None:
    result = await bench.ask(bench.bearer())
    assert result.claims_identity.is_authenticated
    assert result.claims_identity.get_claim_value("aud") == APP_ID
    assert result.caller_id == "urn:botframework:azure"
    assert result.audience == "https://api.botframework.com"


async def test_the_scheme_may_be_written_in_any_case(bench: Bench) -> None:
    assert await bench.ask(f"bearer {bench.sign_in.token(bench.teams.url)}")


async def test_the_service_url_may_differ_by_a_slash_at_its_end(bench: Bench) -> None:
    assert await bench.ask(bench.sign_in.bearer(bench.teams.url.rstrip("/")))


async def test_the_service_url_claim_may_be_written_in_camel_case(bench: Bench) -> None:
    assert await bench.ask(bench.bearer(serviceurl=..., serviceUrl=bench.teams.url))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "no token"),
        ("", "no token"),
        (7, "no token"),
        (b"Bearer a.b.c", "no token"),
        ("Bearer", "malformed token"),
        ("Bearer ", "malformed token"),
        ("Basic dXNlcjp3b3Jk", "not a bearer token"),
        ("Bearer  a.b.c", "malformed token"),
        ("Bearer a.b", "malformed token"),
        ("Bearer a.b.c.d", "malformed token"),
        ("Bearer a.b.c\n", "malformed token"),
        ("Bearer ä.b.c", "malformed token"),
        ("Bearer a.a.a", "malformed token"),
        ("Bearer " + "a" * 100_000, "token too long"),
        ("Bearer " + segment(b"[" * 4000) + ".e30.AA", "malformed token"),
        ("Bearer e30.e30.AA", "algorithm not allowed"),
        ("Bearer bnVsbA.e30.AA", "malformed token"),
    ],
)
async def test_a_header_without_a_token_is_refused(
    bench: Bench, header: object, reason: str
) -> None:
    assert (401, reason) == await bench.refusal(header)
    assert bench.sign_in.requests.total() == 0


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"header": {"alg": "none"}}, "algorithm not allowed"),
        ({"header": {"alg": "HS256"}}, "algorithm not allowed"),
        ({"header": {"alg": "RS512"}}, "algorithm not allowed"),
        ({"header": {"alg": ["RS256"]}}, "algorithm not allowed"),
        ({"header": {"alg": ...}}, "algorithm not allowed"),
        ({"header": {"kid": ...}}, "no key id"),
        ({"header": {"kid": ""}}, "no key id"),
        ({"header": {"kid": 7}}, "no key id"),
        ({"header": {"kid": "k" * 300}}, "no key id"),
        ({"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"}, "wrong issuer"),
        ({"iss": "https://api.botframework.us"}, "wrong issuer"),
        ({"iss": ISSUER + "/"}, "wrong issuer"),
        ({"iss": [ISSUER]}, "wrong issuer"),
        ({"iss": ...}, "wrong issuer"),
        ({"aud": "another-app"}, "wrong audience"),
        ({"aud": APP_ID.upper()}, "wrong audience"),
        ({"aud": [APP_ID]}, "wrong audience"),
        ({"aud": ""}, "wrong audience"),
        ({"aud": ...}, "wrong audience"),
        ({"exp": ...}, "no term of validity"),
        ({"nbf": ...}, "no term of validity"),
        ({"exp": "tomorrow"}, "no term of validity"),
        ({"exp": True}, "no term of validity"),
        ({"exp": None}, "no term of validity"),
        ({"nbf": [1]}, "no term of validity"),
        ({"exp": 1_699_999_700}, "expired"),
        ({"nbf": 1_700_000_301}, "not valid yet"),
    ],
)
async def test_a_token_that_cannot_be_for_this_bot_is_refused_without_asking_for_a_key(
    bench: Bench, options: dict[str, Any], reason: str
) -> None:
    assert (401, reason) == await bench.refusal(bench.bearer(**options))
    assert bench.sign_in.requests.total() == 0


@pytest.mark.parametrize("options", [{"exp": 1_699_999_701}, {"nbf": 1_700_000_300}])
async def test_clocks_may_differ_by_five_minutes(bench: Bench, options: dict[str, Any]) -> None:
    assert await bench.ask(bench.bearer(**options))


async def test_another_keys_signature_is_refused(bench: Bench) -> None:
    assert await bench.refusal(bench.bearer(signed_by=private_key(50))) == (401, "bad signature")


async def test_a_changed_claim_breaks_the_signature(bench: Bench) -> None:
    header, _, signature = bench.bearer().split(".")
    payload = segment(bench.sign_in.claims(bench.teams.url, role="admin"))
    assert await bench.refusal(f"{header}.{payload}.{signature}") == (401, "bad signature")


async def test_a_signature_made_with_the_public_key_as_a_secret_is_refused(bench: Bench) -> None:
    header, payload, _ = bench.bearer(header={"alg": "HS256"}).split(".")
    assert await bench.refusal(f"{header}.{payload}.AAAA") == (401, "algorithm not allowed")


async def test_an_unknown_key_is_refused(bench: Bench) -> None:
    header = bench.bearer(header={"kid": "no-such"}, signed_by=private_key(1))
    assert await bench.refusal(header) == (401, "unknown key")


async def test_a_rolled_over_key_is_let_in_at_once(bench: Bench) -> None:
    await bench.ask(bench.bearer())
    bench.sign_in.roll_over()
    assert await bench.ask(bench.bearer())


async def test_without_keys_nobody_is_called_a_liar(bench: Bench) -> None:
    bench.sign_in.fail("metadata", 503)
    with pytest.raises(KeysUnavailable):
        await bench.ask(bench.bearer())


async def test_another_service_url_than_the_tokens_is_forbidden(bench: Bench) -> None:
    header = bench.sign_in.bearer("https://smba.trafficmanager.net/emea/")
    assert await bench.refusal(header) == (403, "not the token's service URL")


@pytest.mark.parametrize("claim", [..., None, "", 7, ["x"]])
async def test_a_token_without_a_service_url_is_forbidden(bench: Bench, claim: object) -> None:
    header = bench.bearer(serviceurl=claim)
    assert await bench.refusal(header) == (403, "no service URL in the token")


async def test_a_service_url_off_the_list_is_forbidden_even_when_signed(bench: Bench) -> None:
    header = bench.sign_in.bearer("https://evil.example/")
    refusal = await bench.refusal(header, serviceUrl="https://evil.example/")
    assert refusal == (403, "service URL not allowed")


@pytest.mark.parametrize("channel", ["emulator", "webchat", "directline", "MSTEAMS", "", None])
async def test_another_channel_is_forbidden(bench: Bench, channel: str | None) -> None:
    assert await bench.refusal(bench.bearer(), channelId=channel) == (403, "channel not served")


async def test_a_key_not_endorsed_for_teams_is_forbidden(bench: Bench) -> None:
    bench.sign_in.roll_over(endorsements=["webchat", "directline"])
    refusal = await bench.refusal(bench.bearer())
    assert refusal == (403, "key not endorsed for the channel")


async def test_a_remembered_token_is_still_tied_to_its_activity(bench: Bench) -> None:
    header = bench.bearer()
    await bench.ask(header)
    assert await bench.refusal(header, channelId="webchat") == (403, "channel not served")
    refusal = await bench.refusal(header, serviceUrl="https://evil.example/")
    assert refusal == (403, "not the token's service URL")


async def test_a_remembered_token_does_not_outlive_its_expiry(bench: Bench) -> None:
    header = bench.bearer(exp=int(bench.clock()) - 100)
    await bench.ask(header)
    bench.clock.pass_(200)
    assert await bench.refusal(header) == (401, "expired")


async def test_a_withdrawn_key_is_believed_for_five_minutes_at_most(bench: Bench) -> None:
    header = bench.bearer()
    await bench.ask(header)
    bench.sign_in.roll_over()
    await bench.ask(bench.bearer())
    bench.clock.pass_(299)
    assert await bench.ask(header)
    bench.clock.pass_(1)
    assert await bench.refusal(header) == (401, "unknown key")


async def test_tokens_remembered_are_few(bench: Bench) -> None:
    for number in range(300):
        await bench.ask(bench.bearer(jti=number))
    assert len(bench.authentication._remembered) == 256


async def test_refused_tokens_are_not_remembered(bench: Bench) -> None:
    await bench.refusal(bench.bearer(signed_by=private_key(50)))
    assert len(bench.authentication._remembered) == 0


async def test_a_refusal_tells_nothing_of_the_token(bench: Bench) -> None:
    with pytest.raises(Unauthorized) as refused:
        await bench.ask(bench.bearer(aud="someone-elses-app"))
    assert "someone" not in f"{refused.value!r} {refused.value}"
    assert refused.value.__cause__ is None


async def test_an_app_without_an_id_is_not_started(bench: Bench) -> None:
    with pytest.raises(ValueError, match="app id"):
        TeamsAuthentication("", None, ServiceUrls(), bench.connector)  # type: ignore[arg-type]


async def test_streaming_is_refused_and_nobody_signs_in(bench: Bench) -> None:
    with pytest.raises(Forbidden):
        await bench.authentication.authenticate_streaming_request("Bearer x", "msteams")
    assert await bench.authentication.create_user_token_client(None) is None


# Through the SDK's own adapter


class Adapter(CloudAdapterBase):
    """The SDK's adapter, which is abstract for no reason."""


async def test_the_sdks_adapter_sends_changes_and_deletes_through_our_connector(
    bench: Bench,
) -> None:
    async def turn(context: TurnContext) -> None:
        sent = await context.send_activity("vastaus")
        assert sent.id == "1:1"
        changed = Activity(type=ActivityTypes.message, id=sent.id, text="toinen")
        await context.update_activity(changed)
        await context.delete_activity(sent.id)

    result = await bench.ask(bench.bearer())
    await Adapter(bench.authentication).process_activity(result, bench.activity(), turn)
    replied, updated, deleted = bench.teams.calls
    conversation = "19:abc@thread.tacv2;messageid=1"
    assert ("POST", conversation, "1485983408511") == (
        replied.method,
        replied.conversation,
        replied.activity_id,
    )
    assert replied.json["text"] == "vastaus"
    assert (updated.method, updated.activity_id, updated.json["text"]) == ("PUT", "1:1", "toinen")
    assert ("DELETE", conversation, "1:1") == (
        deleted.method,
        deleted.conversation,
        deleted.activity_id,
    )


async def test_a_continued_conversation_goes_out_over_our_connector_too(bench: Bench) -> None:
    async def turn(context: TurnContext) -> None:
        await context.send_activity("itse")

    reference = ConversationReference(
        channel_id="msteams",
        service_url=bench.teams.url,
        conversation=bench.activity().conversation,
        bot=bench.activity().recipient,
    )
    await Adapter(bench.authentication).continue_conversation(reference, turn, APP_ID)
    call = bench.teams.calls[0]
    assert (call.method, call.conversation) == ("POST", "19:abc@thread.tacv2;messageid=1")


async def test_what_teams_refuses_reaches_the_turn_as_our_error(bench: Bench) -> None:
    async def turn(context: TurnContext) -> None:
        await context.send_activity("vastaus")

    bench.teams.answer(403, code="ConversationBlockedByUser")
    result = await bench.ask(bench.bearer())
    with pytest.raises(Undeliverable, match="ConversationBlockedByUser"):
        await Adapter(bench.authentication).process_activity(result, bench.activity(), turn)


# Local mode


@pytest.mark.parametrize("header", [None, "", "Bearer x", 7])
@pytest.mark.parametrize("channel", ["msteams", "emulator"])
async def test_local_mode_asks_for_no_token(bench: Bench, header: object, channel: str) -> None:
    local = LocalAuthentication(bench.connector)
    at_home = activity(serviceUrl="http://localhost:56150/_connector", channelId=channel)
    assert (await local.authenticate_request(at_home, header)).claims_identity.is_authenticated


async def test_local_mode_answers_no_other_machine_and_no_other_channel(bench: Bench) -> None:
    local = LocalAuthentication(bench.connector)
    for changes in ({"serviceUrl": "https://smba.trafficmanager.net/"}, {"channelId": "slack"}):
        with pytest.raises(Forbidden):
            await local.authenticate_request(
                activity(**{"serviceUrl": "http://localhost:1"} | changes), ""
            )


# Whatever comes


class OneKey(SigningKeys):
    """The one key the properties below need, without a server."""

    def __init__(self) -> None:
        pass

    async def find(self, kid: str) -> Key | None:
        key = Key("k", private_key(1).public_key(), frozenset({"msteams"}))
        return key if kid == "k" else None


MAKER = SignIn()
GATE = TeamsAuthentication(APP_ID, OneKey(), ServiceUrls(), None)  # type: ignore[arg-type]
SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from([APP_ID, ISSUER, SERVICE_URL, "RS256", "HS256", "none", "k", 10**18, -1e300]),
)
JSON = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    ),
    max_leaves=6,
)
NAMES = ["iss", "aud", "exp", "nbf", "serviceurl", "serviceUrl", "iat", "jti"]
LABELS = ["alg", "kid", "typ", "crit", "b64", "jku", "jwk", "zip", "enc"]


def admitted(header: object, subject: object) -> bool:
    """Whether it is let in; any exception but a refusal fails the test."""
    try:
        asyncio.run(GATE.authenticate_request(subject, header))  # type: ignore[arg-type]
    except (Unauthorized, Forbidden):
        return False
    return True


def test_the_gate_the_properties_try_does_open() -> None:
    token = MAKER.token(header={"kid": "k"}, signed_by=private_key(1))
    assert admitted(f"Bearer {token}", activity())


@settings(deadline=None)
@given(st.one_of(st.text(), st.binary(), st.none(), st.text().map(lambda t: f"Bearer {t}")))
def test_no_header_whatever_gets_in_or_breaks_anything(header: object) -> None:
    assert not admitted(header, activity())


@settings(deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), JSON), min_size=1, max_size=4))
def test_no_heap_of_segments_gets_in_or_breaks_anything(parts: list[object]) -> None:
    assert not admitted("Bearer " + ".".join(segment(part) for part in parts), activity())


@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(st.sampled_from(NAMES), JSON, min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(LABELS), JSON, max_size=3),
)
def test_signed_nonsense_gets_in_only_if_every_claim_that_matters_is_right(
    changes: dict[str, Any], header: dict[str, Any]
) -> None:
    token = MAKER.token(header={"kid": "k"} | header, signed_by=private_key(1), **changes)
    if admitted(f"Bearer {token}", activity()):
        claims = MAKER.claims() | changes
        assert claims["iss"] == ISSUER
        assert claims["aud"] == APP_ID
        assert SERVICE_URL.rstrip("/") == claims["serviceurl"].rstrip("/")
        now = MAKER.clock()
        assert claims["exp"] > now - 301
        assert claims["nbf"] < now + 301
        assert header.get("alg", "RS256") == "RS256"


@settings(deadline=None)
@given(st.sampled_from(["channel_id", "service_url"]), JSON)
def test_no_activity_whatever_breaks_anything(field: str, value: object) -> None:
    subject = activity()
    setattr(subject, field, value)
    token = MAKER.token(header={"kid": "k"}, signed_by=private_key(1))
    if admitted(f"Bearer {token}", subject):
        assert value in ("msteams", SERVICE_URL, SERVICE_URL.rstrip("/"))
    assert not admitted(f"Bearer {token}", value)
