"""The public keys with which Microsoft signs what it sends to bots."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError
from yarl import URL

from bot.json_body import read_json

METADATA_URL: Final = "https://login.botframework.com/v1/.well-known/openidconfiguration"
"""https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication"""

DAY: Final = 86_400.0
_BURST = 10
_ONE_BACK_EVERY = 360.0
_LONGEST_PAUSE = 60.0
_LARGEST_ANSWER = 1 << 20
_SMALLEST_KEY = 2048

log = logging.getLogger(__name__)


class KeysUnavailable(Exception):
    """The sign-in service gave no keys, so nobody can be told true from false: answer 503."""


@dataclass(frozen=True, slots=True)
class Key:
    """One public key, and the channels it may sign for (`msteams`, …)."""

    kid: str
    public_key: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """Microsoft's signing keys, fetched when first needed and kept fresh.

    A set older than a day is fetched anew in the background while the old one goes on serving;
    if that fails the old one stays. One fetch runs at a time, whoever waits for it.

    A key id nobody has seen fetches the set at once, because keys roll over. Tokens can be
    forged with key ids made up, so such fetches are rationed: ten in a row, then one every six
    minutes. (Once an hour, as is often advised, would let a single forged token hide a real
    roll-over for an hour. Here even a flood of them does no such harm: each fetch it causes
    brings the new keys too, so they are known within six minutes at the latest.)
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        metadata_url: str = METADATA_URL,
        *,
        clock: Callable[[], float] = time.monotonic,
        timeout: float = 10.0,
    ) -> None:
        self._session = session
        self._metadata_url = URL(metadata_url)
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._keys: dict[str, Key] = {}
        self._stale_at = 0.0
        self._failures = 0
        self._pause_until = float("-inf")
        self._permits = float(_BURST)
        self._permits_at = clock()
        self._running: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> Key | None:
        """The key of that id, or None if Microsoft has none; `KeysUnavailable` if it cannot say."""
        now = self._clock()
        if self._keys and now >= self._stale_at:
            self._begin(now)
        key = self._keys.get(kid)
        if key is not None:
            return key
        if self._running is None:
            pausing = now < self._pause_until
            if self._keys and not pausing and not self._take_permit(now):
                return None
            self._begin(now)
        if self._running is not None:
            # Not `await task`: neither a caller who gives up nor close() may reach the others.
            await asyncio.wait({self._running})
        key = self._keys.get(kid)
        if key is None and self._failures:
            raise KeysUnavailable("Microsoft's signing keys cannot be fetched")
        return key

    async def close(self) -> None:
        """Give up a fetch that is under way."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    def _take_permit(self, now: float) -> bool:
        earned = (now - self._permits_at) / _ONE_BACK_EVERY
        self._permits = min(float(_BURST), self._permits + earned)
        self._permits_at = now
        if self._permits < 1:
            return False
        self._permits -= 1
        return True

    def _begin(self, now: float) -> None:
        if self._running is None and now >= self._pause_until:
            self._running = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        try:
            self._failures += 1
            self._keys = await self._fetch()
            self._failures = 0
            self._stale_at = self._clock() + DAY
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            pause = min(_LONGEST_PAUSE, 2.0 ** min(self._failures, 10))
            self._pause_until = self._clock() + pause
            log.warning("signing keys not fetched: %s", type(error).__name__)
        finally:
            self._running = None

    async def _fetch(self) -> dict[str, Key]:
        metadata = await self._get(self._metadata_url)
        address = metadata.get("jwks_uri")
        if not isinstance(address, str):
            raise ValueError("no jwks_uri")
        answer = await self._get(URL(address))
        entries = answer.get("keys")
        keys = [_key(entry) for entry in entries] if isinstance(entries, list) else []
        found = {key.kid: key for key in keys if key is not None}
        if not found:
            raise ValueError("no usable key")
        return found

    async def _get(self, url: URL) -> dict[str, Any]:
        async with self._session.get(url, timeout=self._timeout, max_redirects=3) as response:
            for step in (*response.history, response):
                if step.url.scheme != self._metadata_url.scheme:
                    raise ValueError("led away from https")
            response.raise_for_status()
            return await read_json(response, _LARGEST_ANSWER)


def _key(entry: Any) -> Key | None:
    """One entry of a JWK set, or None for what is no RSA signing key fit for use."""
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    kid, endorsements = entry.get("kid"), entry.get("endorsements", [])
    if not isinstance(kid, str) or not isinstance(endorsements, list):
        return None
    try:
        public = RSAAlgorithm.from_jwk(entry)
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < _SMALLEST_KEY:
        return None
    return Key(kid, public, frozenset(e for e in endorsements if isinstance(e, str)))
