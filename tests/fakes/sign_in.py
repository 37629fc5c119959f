"""Microsoft's sign-in services: signing keys, tokens of any shape, and access tokens.

async with SignIn() as sign_in:
    keys = SigningKeys(session, sign_in.metadata_url)
    header = sign_in.bearer(service_url=teams.url)
"""

from __future__ import annotations

import asyncio
import base64
import functools
import time
from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

import jwt
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP_ID = "0d5e4f6a-1111-4222-8333-944455566677"
SECRET = "not-a-real-secret~"
ISSUER = "https://api.botframework.com"
SERVICE_URL = "https://smba.trafficmanager.net/emea/"


@functools.cache
def private_key(number: int, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same key for the same number throughout a process; making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def segment(value: object) -> str:
    """One part of a token: JSON (or the bytes given) in base64url without padding."""
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SignIn:
    """Servers for OpenID metadata, signing keys, OAuth 2.0 tokens and managed identities.

    `requests` counts what was asked: "metadata", "keys", "token", "identity".
    """

    def __init__(self, app_id: str = APP_ID, clock: Callable[[], float] = time.time) -> None:
        self.app_id = app_id
        self.clock = clock
        self.requests: Counter[str] = Counter()
        self.asked: list[dict[str, Any]] = []
        self.lifetime = 3600
        self.issued = 0
        self.token_answer: dict[str, Any] | None = None
        self.bodies: dict[str, bytes] = {}
        self.url = ""
        self._failures: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self._gates: dict[str, asyncio.Event] = {}
        self._keys: dict[str, tuple[int, list[str]]] = {}
        self._made = 0
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.kid = self.roll_over()

    # Signing keys

    def roll_over(
        self, *, keep_old: bool = False, endorsements: Iterable[str] = ("msteams",)
    ) -> str:
        """Begin to sign with a new key, and withdraw the old ones unless told to keep them."""
        if not keep_old:
            self._keys.clear()
        self._made += 1
        self.kid = f"key-{self._made}"
        self._keys[self.kid] = (self._made, list(endorsements))
        return self.kid

    def jwks(self) -> dict[str, Any]:
        """The key set as Microsoft publishes it."""
        entries = []
        for kid, (number, endorsements) in self._keys.items():
            entry = RSAAlgorithm.to_jwk(private_key(number).public_key(), as_dict=True)
            entry |= {"use": "sig", "kid": kid, "x5t": kid, "endorsements": endorsements}
            entries.append(entry)
        return {"keys": entries}

    def claims(self, service_url: str = SERVICE_URL, **changes: Any) -> dict[str, Any]:
        """What Teams claims, with changes; a claim set to `...` is left out."""
        now = int(self.clock())
        claims = {
            "serviceurl": service_url,
            "nbf": now - 10,
            "exp": now + 3600,
            "iss": ISSUER,
            "aud": self.app_id,
        } | changes
        return {name: value for name, value in claims.items() if value is not ...}

    def token(
        self,
        service_url: str = SERVICE_URL,
        *,
        header: dict[str, Any] | None = None,
        signed_by: rsa.RSAPrivateKey | None = None,
        **changes: Any,
    ) -> str:
        """A token signed with the present key (or another one) whatever its header says."""
        whole = {"alg": "RS256", "typ": "JWT", "kid": self.kid, "x5t": self.kid} | (header or {})
        whole = {name: value for name, value in whole.items() if value is not ...}
        signing_input = f"{segment(whole)}.{segment(self.claims(service_url, **changes))}"
        key = signed_by or private_key(self._keys[self.kid][0])
        algorithm = jwt.get_algorithm_by_name("RS256")
        return f"{signing_input}.{segment(algorithm.sign(signing_input.encode(), key))}"

    def bearer(self, service_url: str = SERVICE_URL, **options: Any) -> str:
        """The Authorization header with such a token."""
        return f"Bearer {self.token(service_url, **options)}"

    # Behaviour on demand

    def fail(
        self, what: str, status: int = 503, times: int = 1, body: dict[str, Any] | None = None
    ) -> None:
        """Answer the next requests for `what` with a failure."""
        self._failures.setdefault(what, []).extend([(status, body or {})] * times)

    def hold(self, what: str) -> asyncio.Event:
        """Leave requests for `what` unanswered until the event is set."""
        gate = self._gates[what] = asyncio.Event()
        return gate

    async def until_asked(self, what: str, times: int = 1) -> None:
        """Wait until so many requests for `what` have come in all."""
        async with self._news:
            await self._news.wait_for(lambda: self.requests[what] >= times)

    # Addresses

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def login_url(self) -> str:
        return f"{self.url}/tenant"

    @property
    def identity_url(self) -> str:
        """The instance metadata service; with an X-IDENTITY-HEADER it answers as App Service."""
        return f"{self.url}/metadata/identity/oauth2/token"

    async def _answer(self, what: str, body: dict[str, Any]) -> web.Response:
        async with self._news:
            self.requests[what] += 1
            self._news.notify_all()
        if gate := self._gates.get(what):
            await gate.wait()
        if failures := self._failures.get(what):
            status, failure = failures.pop(0)
            return web.json_response(failure, status=status)
        raw = self.bodies.get(what, orjson.dumps(body))
        return web.Response(body=raw, content_type="application/json")

    async def _metadata(self, request: web.Request) -> web.Response:
        address = f"{self.url}/v1/.well-known/keys"
        return await self._answer("metadata", {"issuer": ISSUER, "jwks_uri": address})

    async def _key_set(self, request: web.Request) -> web.Response:
        return await self._answer("keys", self.jwks())

    def _issue(self) -> dict[str, Any]:
        self.issued += 1
        return {"token_type": "Bearer", "access_token": f"access-token-{self.issued}"}

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.asked.append(form)
        if form.get("client_secret") != SECRET:
            error = {"error": "invalid_client", "error_description": "AADSTS7000215: wrong secret"}
            self.fail("token", 401, body=error)
        answer = self.token_answer or self._issue() | {"expires_in": self.lifetime}
        return await self._answer("token", answer)

    async def _identity(self, request: web.Request) -> web.Response:
        self.asked.append({**request.query, "headers": dict(request.headers)})
        answer = self._issue() | {"expires_on": str(int(self.clock()) + self.lifetime)}
        if "X-IDENTITY-HEADER" not in request.headers:
            answer["expires_in"] = str(self.lifetime)
            if request.headers.get("Metadata") != "true":
                self.fail("identity", 400, body={"error": "invalid_request"})
        return await self._answer("identity", answer)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/v1/.well-known/keys", self._key_set)
        app.router.add_post("/tenant/oauth2/v2.0/token", self._token)
        app.router.add_get("/metadata/identity/oauth2/token", self._identity)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for gate in self._gates.values():
            gate.set()
        if self._runner is not None:
            await self._runner.cleanup()
