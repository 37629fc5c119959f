"""Keeping one access token: asked for once, renewed in time, never used when it is over."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, TypedDict

import aiohttp

from bot.json_body import read_json

_ATTEMPTS = 3
_PAUSE_AFTER_FAILURE = 5.0
_PAUSE_AFTER_RENEWAL = 30.0
_RENEW_WITHIN = 300.0
_SPARE = 30.0
_LARGEST_ANSWER = 1 << 16
_ERROR_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)

log = logging.getLogger(__name__)


class TokenUnavailable(Exception):
    """No access token can be had now; the message says why and holds no secret."""


class Surroundings(TypedDict, total=False):
    """What comes in from outside and tests replace; `timeout` is in seconds, for each request."""

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[object]]
    random: Callable[[], float]
    timeout: float


class _Token(NamedTuple):
    value: str
    received: float
    renew: float
    expires: float


class _Refusal(Exception):
    """The service answered, and asking again at once will not change the answer."""


class CachedTokens(ABC):
    """One token in memory, renewed in the background before it runs out.

    Renewal starts when five minutes or a fifth of its life is left, whichever is more (but not
    in its first half); callers go on with the old token meanwhile. One request runs at a time.
    A token is not used in its last 30 seconds, so that it does not run out on its way.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Callable[[], float] = random.random,
        timeout: float = 10.0,
    ) -> None:
        self._session = session
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._token: _Token | None = None
        self._why = ""
        self._pause_until = float("-inf")
        self._running: asyncio.Task[None] | None = None

    async def token(self) -> str:
        """A token good for now; `TokenUnavailable` if there is none and none can be had."""
        now = self._clock()
        held = self._token
        if held is not None and now < held.expires:
            if now >= held.renew:
                self._begin(now)
            return held.value
        self._begin(now)
        if self._running is not None:
            await asyncio.wait({self._running})
        held = self._token
        if held is None or self._clock() >= held.expires:
            raise TokenUnavailable(self._why or "no access token")
        return held.value

    def drop(self, token: str) -> bool:
        """Forget a refused token, unless it is newer, or so new that another would not help."""
        held = self._token
        if held is None or held.value != token:
            return True
        if self._clock() - held.received < _PAUSE_AFTER_RENEWAL:
            return False
        self._token = None
        self._pause_until = float("-inf")
        return True

    async def close(self) -> None:
        """Give up a request that is under way."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    def _begin(self, now: float) -> None:
        if self._running is None and now >= self._pause_until:
            self._running = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        try:
            held = self._token = await self._persist()
            # The managed identity service hands out the same token until shortly before its end.
            self._pause_until = min(held.received + _PAUSE_AFTER_RENEWAL, held.expires)
            self._why = ""
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, _Refusal) as error:
            self._why = str(error) if isinstance(error, _Refusal) else _unanswered(error)
            self._pause_until = self._clock() + _PAUSE_AFTER_FAILURE
            log.warning("no access token: %s", self._why)
        finally:
            self._running = None

    async def _persist(self) -> _Token:
        """Ask up to three times, with full jitter between; only what may pass is asked again."""
        for attempt in range(1, _ATTEMPTS):
            try:
                return await self._ask()
            except (aiohttp.ClientError, TimeoutError, OSError):
                await self._sleep(self._random() * 0.5 * 2**attempt)
        return await self._ask()

    async def _ask(self) -> _Token:
        asked = self._clock()
        async with self._request() as response:
            if response.status != 200:
                raise await self._refused(response)
            return _read(await read_json(response, _LARGEST_ANSWER), asked)

    async def _refused(self, response: aiohttp.ClientResponse) -> Exception:
        if response.status in self.passing:
            return aiohttp.ClientResponseError(
                response.request_info, (), status=response.status, message="try again"
            )
        try:
            code = (await read_json(response, _LARGEST_ANSWER)).get("error")
        except ValueError:
            code = None
        known = code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else "no reason given"
        return _Refusal(f"refused with {response.status}: {known}")

    passing: frozenset[int] = frozenset({408, 429, 500, 502, 503, 504})

    @abstractmethod
    def _request(self) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """The request that asks for a token, as aiohttp's context manager."""


def _read(answer: Mapping[str, Any], asked: float) -> _Token:
    """The token of an answer; its life is counted from before the request was sent."""
    value = answer.get("access_token")
    if not isinstance(value, str) or not value or not (value.isascii() and value.isprintable()):
        raise ValueError("an answer without a token")
    if "expires_in" in answer:
        life = float(str(answer["expires_in"]))
    else:
        life = float(str(answer.get("expires_on"))) - asked
    if not 0 < life < 10 * 86_400:
        raise ValueError("an answer with an impossible expiry")
    renew = asked + life - min(max(_RENEW_WITHIN, life / 5), life / 2)
    return _Token(value, asked, renew, asked + life - min(_SPARE, life / 10))


def _unanswered(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the sign-in service answered {error.status}"
    return f"the sign-in service gave no usable answer ({type(error).__name__})"
