"""Who may speak to the bot: the SDK's authentication seam, with every check made here."""

from __future__ import annotations

import hashlib
import math
import re
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import jwt
import orjson
from botbuilder.schema import Activity, CallerIdConstants
from botframework.connector.auth import ClaimsIdentity
from jwt.exceptions import PyJWTError

from bot.connector import REPLY, Connector, Effort
from bot.sdk_seam import Forbidden as Forbidden
from bot.sdk_seam import Refused as Refused
from bot.sdk_seam import SdkSeam
from bot.sdk_seam import Unauthorized as Unauthorized
from bot.service_urls import LOCAL, ServiceUrls
from bot.signing_keys import SigningKeys

ISSUER: Final = "https://api.botframework.com"
LEEWAY: Final = 300.0
_LONGEST_TOKEN = 8192
_LONGEST_KEY_ID = 256
_REMEMBER_FOR = 300.0
_REMEMBER = 256
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)


class _Verified(NamedTuple):
    claims: dict[str, Any]
    endorsements: frozenset[str]
    until: float


class TeamsAuthentication(SdkSeam):
    """Lets in what Teams signed for this bot, and nothing else.

    https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication

    Checking a signature takes about 0.1 ms, a tenth of a turn, and Teams sends one token with
    many requests: so a verified token is remembered for up to five minutes, never past its
    expiry. What ties it to one activity (service URL, channel) is checked every time.
    """

    def __init__(
        self,
        app_id: str,
        keys: SigningKeys,
        service_urls: ServiceUrls,
        connector: Connector,
        *,
        issuer: str = ISSUER,
        channel: str = "msteams",
        effort: Effort = REPLY,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(connector, effort)
        if not app_id:
            raise ValueError("an app id is needed: without one anybody could speak to the bot")
        self._app_id = app_id
        self._keys = keys
        self._service_urls = service_urls
        self._issuer = issuer
        self._channel = channel
        self._clock = clock
        self._signatures = jwt.PyJWS(algorithms=["RS256"])
        self._remembered: dict[bytes, _Verified] = {}

    async def authenticate_request(self, activity: Activity, auth_header: object) -> Any:
        """The SDK's result for an activity Teams sent; `Refused` or `KeysUnavailable` if not."""
        verified = await self._verify(auth_header)
        self._check_activity(activity, verified)
        identity = ClaimsIdentity(dict(verified.claims), True, "Bearer")
        return self._result(identity, CallerIdConstants.public_azure_channel.value)

    async def _verify(self, auth_header: object) -> _Verified:
        token = _bearer(auth_header)
        digest = hashlib.sha256(token.encode()).digest()
        now = self._clock()
        verified = self._remembered.get(digest)
        if verified is not None and now < verified.until:
            return verified
        header, payload, _ = token.split(".")
        kid = _key_id(_json(header))
        claims = _json(payload)
        # First what costs nothing, so that a made-up token seldom gets to ask for a made-up key.
        expiry = self._check_claims(claims, now)
        key = await self._keys.find(kid)
        if key is None:
            raise Unauthorized("unknown key")
        try:
            self._signatures.decode(token, key.public_key, algorithms=["RS256"])
        except (PyJWTError, ValueError, TypeError, RecursionError):
            raise Unauthorized("bad signature") from None
        verified = _Verified(claims, key.endorsements, min(expiry, now + _REMEMBER_FOR))
        self._remembered.pop(digest, None)
        while len(self._remembered) >= _REMEMBER:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[digest] = verified
        return verified

    def _check_claims(self, claims: dict[str, Any], now: float) -> float:
        if claims.get("iss") != self._issuer:
            raise Unauthorized("wrong issuer")
        if claims.get("aud") != self._app_id:
            raise Unauthorized("wrong audience")
        expiry, start = _moment(claims.get("exp")), _moment(claims.get("nbf"))
        if now >= expiry + LEEWAY:
            raise Unauthorized("expired")
        if now < start - LEEWAY:
            raise Unauthorized("not valid yet")
        return expiry

    def _check_activity(self, activity: Any, verified: _Verified) -> None:
        channel = getattr(activity, "channel_id", None)
        if channel != self._channel:
            raise Forbidden("channel not served")
        if channel not in verified.endorsements:
            raise Forbidden("key not endorsed for the channel")
        signed = verified.claims.get("serviceurl", verified.claims.get("serviceUrl"))
        claimed = getattr(activity, "service_url", None)
        if not isinstance(signed, str) or not signed:
            raise Forbidden("no service URL in the token")
        if not isinstance(claimed, str) or claimed.rstrip("/") != signed.rstrip("/"):
            raise Forbidden("not the token's service URL")
        if not self._service_urls.allows(claimed):
            raise Forbidden("service URL not allowed")


class LocalAuthentication(SdkSeam):
    """For local mode: whoever reaches this machine's own port may speak; answers stay on it."""

    def __init__(
        self,
        connector: Connector,
        service_urls: ServiceUrls | None = None,
        *,
        channels: Iterable[str] = ("msteams", "emulator"),
        effort: Effort = REPLY,
    ) -> None:
        super().__init__(connector, effort)
        self._service_urls = service_urls or ServiceUrls(LOCAL)
        self._channels = tuple(channels)

    async def authenticate_request(self, activity: Activity, auth_header: object) -> Any:
        """The SDK's result, whatever the header; `Forbidden` for other channels and addresses."""
        if getattr(activity, "channel_id", None) not in self._channels:
            raise Forbidden("channel not served")
        if not self._service_urls.allows(getattr(activity, "service_url", None)):
            raise Forbidden("service URL not allowed")
        return self._result(ClaimsIdentity({}, True, "anonymous"), None)


def _bearer(auth_header: object) -> str:
    if not isinstance(auth_header, str) or not auth_header:
        raise Unauthorized("no token")
    if len(auth_header) > _LONGEST_TOKEN:
        raise Unauthorized("token too long")
    scheme, _, token = auth_header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized("not a bearer token")
    if _TOKEN.fullmatch(token) is None:
        raise Unauthorized("malformed token")
    return token


def _json(segment: str) -> dict[str, Any]:
    try:
        value = orjson.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except ValueError:
        raise Unauthorized("malformed token") from None
    if not isinstance(value, dict):
        raise Unauthorized("malformed token")
    return value


def _key_id(header: dict[str, Any]) -> str:
    if header.get("alg") != "RS256":
        raise Unauthorized("algorithm not allowed")
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= _LONGEST_KEY_ID:
        raise Unauthorized("no key id")
    return kid


def _moment(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unauthorized("no term of validity")
    return float(value)
