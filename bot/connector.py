"""Sending to Teams: one HTTP request per message, over one shared session."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

import aiohttp
import orjson
from yarl import URL

from bot.access_tokens import AccessTokens, TokenUnavailable
from bot.json_body import read_body
from bot.pace import Pace as Pace
from bot.send_errors import AtOnce, failure, read_object
from bot.send_errors import ForbiddenAddress as ForbiddenAddress
from bot.send_errors import Rejected as Rejected
from bot.send_errors import SendError as SendError
from bot.send_errors import TryLater as TryLater
from bot.send_errors import Undeliverable as Undeliverable
from bot.service_urls import ServiceUrls

_LARGEST_ANSWER = 8 << 20
_MOST_PAGES = 1000
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: so many attempts, and no later than so many seconds from the start."""

    attempts: int = 3
    seconds: float = 5.0


REPLY: Final = Effort()
"""For an answer within a turn, which Teams waits for."""

ONCE: Final = Effort(attempts=1, seconds=15.0)
"""For the outbox, which does its own repeating."""


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Connector:
    """Teams' Bot Connector service.

    Every operation checks the service URL first, follows no redirect (the bearer token would
    go along), and raises a `SendError`. Posting keeps Teams' rates when given a `Pace`: it waits
    if the effort allows, else raises `TryLater` with the seconds to wait.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: AccessTokens,
        service_urls: ServiceUrls,
        *,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Callable[[], float] = random.random,
        timeout: float = 10.0,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._service_urls = service_urls
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._timeout = timeout

    async def post(
        self,
        service_url: str,
        conversation: str,
        activity: Mapping[str, Any],
        effort: Effort = REPLY,
    ) -> str:
        """Send a new message; its id, or "" if Teams names none."""
        path = f"{_id(conversation)}/activities"
        return _new_id(await self._call("POST", service_url, path, effort, activity, conversation))

    async def reply(
        self,
        service_url: str,
        conversation: str,
        reply_to: str,
        activity: Mapping[str, Any],
        effort: Effort = REPLY,
    ) -> str:
        """Send a message as the answer to another one; its id, or "" if Teams names none."""
        path = f"{_id(conversation)}/activities/{_id(reply_to)}"
        return _new_id(await self._call("POST", service_url, path, effort, activity, conversation))

    async def update(
        self,
        service_url: str,
        conversation: str,
        activity_id: str,
        activity: Mapping[str, Any],
        effort: Effort = REPLY,
    ) -> None:
        """Put another content in the place of a message the bot sent."""
        path = f"{_id(conversation)}/activities/{_id(activity_id)}"
        await self._call("PUT", service_url, path, effort, activity, conversation)

    async def delete(
        self, service_url: str, conversation: str, activity_id: str, effort: Effort = REPLY
    ) -> None:
        """Remove a message the bot sent."""
        path = f"{_id(conversation)}/activities/{_id(activity_id)}"
        await self._call("DELETE", service_url, path, effort, pace_as=conversation)

    async def members(
        self, service_url: str, conversation: str, effort: Effort = REPLY
    ) -> list[dict[str, Any]]:
        """Everyone in a conversation or team, each once, as Teams describes them."""
        found: dict[str, dict[str, Any]] = {}
        path = f"{_id(conversation)}/pagedmembers?pageSize=500"
        token = ""
        for _ in range(_MOST_PAGES):
            more = f"&{urlencode({'continuationToken': token})}" if token else ""
            page = read_object(await self._call("GET", service_url, path + more, effort))
            members = page.get("members")
            # A page may repeat people of the page before it.
            for member in members if isinstance(members, list) else ():
                if isinstance(member, dict) and isinstance(member.get("id"), str):
                    found[member["id"]] = member
            following = page.get("continuationToken")
            if not isinstance(following, str) or not following or following == token:
                return list(found.values())
            token = following
        raise TryLater("a roster without an end")

    async def _call(
        self,
        method: str,
        service_url: str,
        path: str,
        effort: Effort,
        activity: Mapping[str, Any] | None = None,
        pace_as: str | None = None,
    ) -> bytes:
        if not self._service_urls.allows(service_url):
            raise ForbiddenAddress("the service URL is not on the allow-list")
        url = URL(f"{service_url.rstrip('/')}/v3/conversations/{path}", encoded=True)
        body = None if activity is None else orjson.dumps(activity, default=_as_dict)
        deadline = self._clock() + effort.seconds
        attempt = 0
        while True:
            attempt += 1
            if pace_as is not None and self._pace is not None:
                await self._keep_pace(self._pace, pace_as, deadline)
            try:
                return await self._attempt(method, url, body, deadline - self._clock())
            except AtOnce as failure:
                pause = self._random() * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
                pause += failure.retry_after or 0.0
                if attempt >= effort.attempts or self._clock() + pause >= deadline:
                    raise
            await self._sleep(pause)

    async def _keep_pace(self, pace: Pace, conversation: str, deadline: float) -> None:
        while (wait := pace.delay(conversation)) > 0:
            if self._clock() + wait >= deadline:
                raise TryLater("the conversation has had its share", wait)
            await self._sleep(wait)
        pace.sent(conversation)

    async def _attempt(self, method: str, url: URL, body: bytes | None, left: float) -> bytes:
        try:
            token = await self._tokens.token()
            answer = await self._request(method, url, body, token, left)
            if answer.status == 401 and self._tokens.drop(token):
                token = await self._tokens.token()
                answer = await self._request(method, url, body, token, left)
        except TokenUnavailable as error:
            raise TryLater(str(error)) from error
        if answer.status in (200, 201, 202, 204):
            return answer.body
        raise failure(answer.status, answer.headers, answer.body)

    async def _request(
        self, method: str, url: URL, body: bytes | None, token: str, left: float
    ) -> _Answer:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        total = max(0.001, min(self._timeout, left))
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=total / 2)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                content = await read_body(response, _LARGEST_ANSWER)
                return _Answer(response.status, response.headers, content)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise AtOnce(f"no connection: {type(error).__name__}") from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            reason = f"no answer: {type(error).__name__}"
            if method == "POST":  # may have arrived, and a second one would be seen twice
                raise TryLater(reason, maybe_delivered=True) from error
            raise AtOnce(reason, maybe_delivered=True) from error


def _id(value: str) -> str:
    """An id as one path segment; Teams' own hold `:`, `;`, `@` and `=`."""
    if not isinstance(value, str) or value in ("", ".", ".."):
        raise ForbiddenAddress("not an id")
    return quote(value, safe="")


def _as_dict(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


def _new_id(body: bytes) -> str:
    value = read_object(body).get("id")
    return value if isinstance(value, str) else ""
