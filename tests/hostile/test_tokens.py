"""Can anybody but Teams, speaking for a served tenant, make the bot do anything?"""

# ruff: noqa: ARG005 # a table of functions that share one signature
from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import app as karki
from bot.signing_keys import SigningKeys
from tests.fakes.clock import Clock
from tests.fakes.sign_in import ISSUER, SignIn, private_key, segment
from tests.hostile.conftest import Target, running_target
from tests.kit import TENANT, Bot

pytestmark = pytest.mark.asyncio(loop_scope="module")

Header = Callable[[Bot], str | None]
OTHER_TENANT = "99999999-0000-4000-8000-000000000009"


def bearer(**options: Any) -> Header:
    return lambda bot: bot.sign_in.bearer(bot.teams.url, **options)


def changed(change: Callable[[str, str, str], str], **options: Any) -> Header:
    def make(bot: Bot) -> str:
        return "Bearer " + change(*bot.sign_in.token(bot.teams.url, **options).split("."))

    return make


def payload(raw: bytes) -> Header:
    """Sign a payload of raw bytes rightly."""

    def make(bot: Bot) -> str:
        header = {"alg": "RS256", "typ": "JWT", "kid": bot.sign_in.kid}
        signed = f"{segment(header)}.{segment(raw)}"
        algorithm = jwt.get_algorithm_by_name("RS256")
        return f"Bearer {signed}.{segment(algorithm.sign(signed.encode(), private_key(1)))}"

    return make


def signed_with_the_public_key(alg: str) -> Header:
    """Make the token of CVE-2015-9235: an HMAC whose secret is the public key everyone has."""

    def make(bot: Bot) -> str:
        public = private_key(1).public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        header = {"alg": alg, "typ": "JWT", "kid": bot.sign_in.kid}
        signed = f"{segment(header)}.{segment(bot.sign_in.claims(bot.teams.url))}"
        mac = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
        return f"Bearer {signed}.{segment(mac)}"

    return make


def flipped(text: str) -> str:
    return ("A" if text[0] != "A" else "B") + text[1:]


NO_TOKEN: dict[str, Header] = {
    "missing": lambda bot: None,
    "empty": lambda bot: "",
    "scheme alone": lambda bot: "Bearer",
    "scheme and space": lambda bot: "Bearer ",
    "garbage": lambda bot: "Bearer garbage",
    "three garbage parts": lambda bot: "Bearer a.b.c",
    "no scheme": lambda bot: bot.sign_in.token(bot.teams.url),
    "two schemes": lambda bot: f"Bearer Bearer {bot.sign_in.token(bot.teams.url)}",
    "two spaces": lambda bot: f"Bearer  {bot.sign_in.token(bot.teams.url)}",
    "a tab": lambda bot: f"Bearer\t{bot.sign_in.token(bot.teams.url)}",
    "basic": lambda bot: "Basic dXNlcjpwYXNzd29yZA==",
    "basic with a token": lambda bot: f"Basic {bot.sign_in.token(bot.teams.url)}",
    "digest": lambda bot: 'Digest username="x", realm="y"',
    "two tokens in one": lambda bot: ", ".join([bot.sign_in.bearer(bot.teams.url)] * 2),
    "not ASCII": lambda bot: "Bearer ä.ö.å",
    "encrypted, of five parts": lambda bot: "Bearer e30.e30.e30.e30.e30",
    "long": lambda bot: "Bearer " + ".".join(["a" * 2700] * 3),
    "very long signature": changed(lambda h, p, s: f"{h}.{p}.{'A' * 7000}"),
}

BAD_SIGNATURE: dict[str, Header] = {
    "no algorithm, no signature": changed(lambda h, p, s: f"{h}.{p}.", header={"alg": "none"}),
    "no algorithm, old signature": bearer(header={"alg": "none"}),
    "no algorithm, in other letters": bearer(header={"alg": "nOnE"}),
    "HS256 with the public key": signed_with_the_public_key("HS256"),
    "said RS256, is HS256": signed_with_the_public_key("RS256"),
    "RS384": bearer(header={"alg": "RS384"}),
    "PS256": bearer(header={"alg": "PS256"}),
    "ES256": bearer(header={"alg": "ES256"}),
    "algorithm in small letters": bearer(header={"alg": "rs256"}),
    "algorithm missing": bearer(header={"alg": ...}),
    "algorithm a list": bearer(header={"alg": ["RS256"]}),
    "algorithm null": bearer(header={"alg": None}),
    "key id unknown": bearer(header={"kid": "unknown"}),
    "key id missing": bearer(header={"kid": ...}),
    "key id a number": bearer(header={"kid": 1}),
    "key id empty": bearer(header={"kid": ""}),
    "key id a path": bearer(header={"kid": "../../dev/null"}),
    "key id very long": bearer(header={"kid": "k" * 3000}),
    "another's signature": bearer(signed_by=private_key(77)),
    "another's key in the header": bearer(
        signed_by=private_key(77),
        header={"jwk": jwt.algorithms.RSAAlgorithm.to_jwk(private_key(77).public_key(), True)},
    ),
    "another's key by address": bearer(
        signed_by=private_key(77), header={"jku": "http://127.0.0.1:9/keys", "x5u": "http://a.b/"}
    ),
    "critical extension": bearer(header={"crit": ["b64"], "b64": False}),
    "a signature cut": changed(lambda h, p, s: f"{h}.{p}.{s[:-8]}"),
    "a signature changed": changed(lambda h, p, s: f"{h}.{p}.{flipped(s)}"),
    "another payload": changed(lambda h, p, s: f"{h}.{segment({'aud': 'x'})}.{s}"),
    "another header": changed(lambda h, p, s: f"{segment({'alg': 'RS256'})}.{p}.{s}"),
    "parts in another order": changed(lambda h, p, s: f"{p}.{h}.{s}"),
}

BAD_CLAIMS: dict[str, Header] = {
    "expired": bearer(exp=1_600_000_000),
    "not yet valid": bearer(nbf=4_000_000_000, exp=4_000_003_600),
    "expiry missing": bearer(exp=...),
    "expiry null": bearer(exp=None),
    "expiry a text": bearer(exp="4000000000"),
    "expiry true": bearer(exp=True),
    "expiry a list": bearer(exp=[4_000_000_000]),
    "expiry negative": bearer(exp=-1),
    "expiry beyond numbers": payload(b'{"iss":"https://api.botframework.com","exp":1e999}'),
    "expiry not a number": payload(b'{"iss":"https://api.botframework.com","exp":NaN}'),
    "start missing": bearer(nbf=...),
    "start a mapping": bearer(nbf={}),
    "issuer missing": bearer(iss=...),
    "issuer another": bearer(iss="https://sts.windows.net/x/"),
    "issuer with a slash": bearer(iss=ISSUER + "/"),
    "issuer a list": bearer(iss=[ISSUER]),
    "issuer a mapping": bearer(iss={"iss": ISSUER}),
    "issuer null": bearer(iss=None),
    "audience missing": bearer(aud=...),
    "audience another app": bearer(aud="0d5e4f6a-9999-4222-8333-944455566677"),
    "audience empty": bearer(aud=""),
    "audience null": bearer(aud=None),
    "audience a list with the app": lambda bot: bot.sign_in.bearer(
        bot.teams.url, aud=[bot.sign_in.app_id]
    ),
    "audience of several": lambda bot: bot.sign_in.bearer(
        bot.teams.url, aud=[bot.sign_in.app_id, "another"]
    ),
    "claims a list": payload(b"[]"),
    "claims null": payload(b"null"),
    "claims a text": payload(b'"claims"'),
    "claims not JSON": payload(b"{"),
    "claims not UTF-8": payload(b"\xff\xfe"),
    "claims nested deep": payload(b"[" * 2000 + b"]" * 2000),
    "header a list": changed(lambda h, p, s: f"{segment([])}.{p}.{s}"),
    "header nested deep": changed(lambda h, p, s: f"{segment(b'[' * 1500)}.{p}.{s}"),
}

NOT_FOR_THIS: dict[str, Header] = {
    "service URL of another": lambda bot: bot.sign_in.bearer("https://smba.trafficmanager.net/x/"),
    "service URL longer": lambda bot: bot.sign_in.bearer(bot.teams.url + "more/"),
    "service URL in capitals": lambda bot: bot.sign_in.bearer(bot.teams.url.upper()),
    "service URL missing": bearer(serviceurl=...),
    "service URL null": bearer(serviceurl=None),
    "service URL empty": bearer(serviceurl=""),
    "service URL a list": lambda bot: bot.sign_in.bearer(bot.teams.url, serviceurl=[bot.teams.url]),
    "service URL a number": bearer(serviceurl=7),
}

CASES = [
    pytest.param(make, status, id=f"{status} {name}")
    for group, status in (
        (NO_TOKEN, 401),
        (BAD_SIGNATURE, 401),
        (BAD_CLAIMS, 401),
        (NOT_FOR_THIS, 403),
    )
    for name, make in group.items()
]


async def test_the_very_request_of_these_tests_files_a_report_with_a_true_token(
    target: Target,
) -> None:
    """A refusal below says something only because the same form is filed from Teams itself."""
    answer = await target.bot.post(target.form())
    assert answer.status == 200
    assert len(await target.bot.store.all_reports()) == 1
    assert answer.posted


@pytest.mark.parametrize(("make", "status"), CASES)
async def test_without_a_true_token_for_this_bot_nothing_is_done(
    shared: Target, make: Header, status: int
) -> None:
    """Nobody can act as Teams without a fresh token that Microsoft signed for this bot."""
    header = make(shared.bot)
    headers = {} if header is None else {"Authorization": header}
    await shared.refused(shared.form(), headers, status=status)


@pytest.mark.parametrize("order", ["true first", "true last", "twice the same"])
async def test_two_tokens_in_two_headers_are_refused(shared: Target, order: str) -> None:
    """A request says once who sends it: what a proxy and the bot could read apart is refused."""
    true = ("Authorization", shared.bot.sign_in.bearer(shared.bot.teams.url))
    other = ("Authorization", "Bearer a.b.c")
    headers = {
        "true first": [true, other],
        "true last": [other, true],
        "twice the same": [true, true],
    }[order]
    async with (
        shared.untouched(),
        shared.bot.client.post("/api/messages", json=shared.form(), headers=headers) as response,
    ):
        assert response.status in (400, 401)


@pytest.mark.parametrize(
    "header",
    [
        b"Bearer \xff\xfe.\xe4.c",
        b"Bearer \x00.a.b",
        b"Bearer " + b"a" * 100_000,
        b"Bearer a.b.c\n Bearer d.e.f",
    ],
    ids=["not UTF-8", "NUL", "100,000 characters", "folded"],
)
async def test_a_token_that_is_no_header_is_refused(shared: Target, header: bytes) -> None:
    """Bytes that cannot be a token never reach what reads tokens."""
    async with shared.untouched():
        head = b"POST /api/messages HTTP/1.1\nHost: x\nContent-Length: 2\nAuthorization: " + header
        assert await shared.raw(head, b"{}") in (400, 401, 431)


@pytest.mark.parametrize(
    "channel",
    ["webchat", "emulator", "directline", "MSTEAMS", "msteams ", "msteams\u0000", "slack"],
)
async def test_other_channels_are_not_served(shared: Target, channel: str) -> None:
    """The bot lives in Teams alone: a true token opens no other door."""
    await shared.refused(shared.form(channelId=channel), status=403)


async def test_a_key_not_endorsed_for_teams_opens_nothing(target: Target) -> None:
    """A key that Microsoft keeps for other channels cannot speak for Teams."""
    for endorsements in (["webchat", "directline"], [], ["MSTEAMS"], ["msteams.evil"]):
        target.bot.sign_in.roll_over(endorsements=endorsements)
        await target.refused(target.form(), status=403)


@pytest.mark.parametrize(
    ("in_data", "in_conversation"),
    [
        (OTHER_TENANT, OTHER_TENANT),
        (OTHER_TENANT, ...),
        (..., OTHER_TENANT),
        (..., ...),
        (OTHER_TENANT, TENANT),
        (TENANT, OTHER_TENANT),
        ("", ""),
        ("", OTHER_TENANT),
        (TENANT.upper() + " ", ...),
        (f"{TENANT}\u0000", ...),
        ("*", "*"),
    ],
)
@pytest.mark.parametrize("kind", ["form", "message", "install"])
async def test_only_the_served_tenants_are_served(
    shared: Target, kind: str, in_data: Any, in_conversation: Any
) -> None:
    """People of another organisation get nothing, whichever part of the activity names it."""
    fields: dict[str, Any] = {
        "form": {},
        "message": {"type": "message", "text": "omat", "value": None},
        "install": {"type": "installationUpdate", "action": "add"},
    }[kind]
    activity = shared.form(**fields)
    activity["channelData"] = {} if in_data is ... else {"tenant": {"id": in_data}}
    activity["conversation"].pop("tenantId")
    if in_conversation is not ...:
        activity["conversation"]["tenantId"] = in_conversation
    await shared.refused(activity, status=(400, 403))


async def test_a_rolled_over_key_is_learnt_with_one_question(target: Target) -> None:
    """When Microsoft changes its keys nobody notices, and the bot asks for them once."""
    bot = target.bot
    assert (await bot.post(target.form())).status == 200
    bot.sign_in.roll_over()
    for _ in range(5):
        assert (await bot.post(target.form())).status == 200
    assert bot.sign_in.requests["keys"] == 2
    assert bot.sign_in.requests["metadata"] == 2


async def test_a_forged_key_id_does_not_hide_a_roll_over(target: Target) -> None:
    """Somebody who invents key ids cannot make the bot deaf to Teams' next true key."""
    bot = target.bot
    assert (await bot.post(target.form())).status == 200
    forged = bot.sign_in.bearer(bot.teams.url, header={"kid": "forged"}, signed_by=private_key(77))
    await target.refused(target.form(), {"Authorization": forged}, status=401)
    bot.sign_in.roll_over()
    assert (await bot.post(target.form())).status == 200
    assert bot.sign_in.requests["keys"] == 3


async def test_a_withdrawn_key_opens_nothing_any_more(target: Target) -> None:
    """A key that Microsoft has withdrawn signs no new token."""
    bot = target.bot
    old = bot.sign_in.kid
    assert (await bot.post(target.form())).status == 200
    bot.sign_in.roll_over()
    assert (await bot.post(target.form())).status == 200
    stale = bot.sign_in.bearer(
        bot.teams.url, header={"kid": old}, signed_by=private_key(1), again=1
    )
    await target.refused(target.form(), {"Authorization": stale}, status=401)


async def test_a_flood_of_forged_key_ids_asks_microsoft_little(target: Target) -> None:
    """A stranger's flood reaches neither Microsoft nor those who are served meanwhile."""
    bot = target.bot
    assert (await bot.post(target.form())).status == 200
    for number in range(40):
        forged = bot.sign_in.bearer(
            bot.teams.url, header={"kid": f"forged-{number}"}, signed_by=private_key(77)
        )
        answer = await bot.post(target.form(), {"Authorization": forged})
        assert answer.status == 401
    assert bot.sign_in.requests["keys"] <= 12
    assert (await bot.post(target.form())).status == 200
    assert len(await bot.store.all_reports()) == 2


def unreachable(sign_in: SignIn) -> None:
    sign_in.fail("metadata", 503)


def lost(sign_in: SignIn) -> None:
    sign_in.fail("keys", 500)


def garbled(sign_in: SignIn) -> None:
    sign_in.bodies["metadata"] = b"<html>maintenance</html>"


def of_wrong_shape(sign_in: SignIn) -> None:
    sign_in.bodies["keys"] = b'{"keys": [7, null, {"kid": 1}, {"kty": "RSA", "kid": "key-1"}]}'


def endless(sign_in: SignIn) -> None:
    sign_in.bodies["keys"] = b"[" * 2_000_000


@pytest.mark.parametrize("broken", [unreachable, lost, garbled, of_wrong_shape, endless])
async def test_without_keys_everybody_is_asked_to_come_again(
    target: Target, monkeypatch: pytest.MonkeyPatch, broken: Callable[[SignIn], None]
) -> None:
    """When sign-in is down Teams is told to repeat, and is served as soon as it is up."""
    bot = target.bot
    broken(bot.sign_in)
    await target.refused(target.form(), status=503)
    # Still in the pause after the failure: nobody is asked in vain.
    asked = bot.sign_in.requests.total()
    await target.refused(target.form(), status=503)
    assert bot.sign_in.requests.total() == asked


async def test_service_goes_on_when_sign_in_is_up_again(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage of sign-in ends by itself."""
    clock = Clock()
    monkeypatch.setattr(karki, "SigningKeys", functools.partial(SigningKeys, clock=clock))
    async with running_target(tmp_path_factory.mktemp("outage") / "data") as target:
        target.bot.sign_in.fail("metadata", 503)
        await target.refused(target.form(), status=503)
        clock.pass_(61)
        assert (await target.bot.post(target.form())).status == 200
        # Keys already known go on serving through a later outage.
        target.bot.sign_in.fail("metadata", 503, times=9)
        clock.pass_(90_000)
        assert (await target.bot.post(target.form())).status == 200
