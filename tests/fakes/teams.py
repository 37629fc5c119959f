"""Teams' Bot Connector service: it records what the bot sends, and misbehaves on demand.

async with Teams() as teams:
    ServiceUrls([teams.origin]); await connector.post(teams.url, "19:abc@thread.tacv2", {...})
    assert teams.calls[0].json == {...}
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import orjson
from aiohttp import web

_PATH = re.compile(r".*/v3/conversations/([^/]*)(?:/(activities|pagedmembers)(?:/([^/]*))?)?")


@dataclass(frozen=True)
class Call:
    """One request as it arrived; the ids with their quoting undone."""

    method: str
    raw_path: str
    headers: Mapping[str, str]
    body: bytes
    conversation: str
    activity_id: str | None
    query: Mapping[str, str]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class _Planned:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    drop: bool = False


class Teams:
    """A connector server; `recording=False` only counts, for benchmarks.

    `members` maps a conversation id to its roster, which is served in pages of `page_size`.
    """

    def __init__(self, *, path: str = "/teams/", recording: bool = True) -> None:
        self.calls: list[Call] = []
        self.count = 0
        self.members: dict[str, list[dict[str, Any]]] = {}
        self.page_size = 100
        self.origin = ""
        self._path = path
        self._recording = recording
        self._planned: list[_Planned] = []
        self._gate: asyncio.Event | None = None
        self._ids = itertools.count(1)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The service URL."""
        return self.origin + self._path

    def answer(
        self,
        status: int,
        times: int = 1,
        *,
        code: str | None = None,
        retry_after: str | None = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> None:
        """Answer the next requests so, with Teams' JSON for an error code if one is given."""
        if body is None:
            body = orjson.dumps({"error": {"code": code, "message": "…"}}) if code else b""
        more = {"Retry-After": retry_after} if retry_after is not None else {}
        self._planned += [_Planned(status, (headers or {}) | more, body)] * times

    def drop(self, times: int = 1) -> None:
        """Take the next requests and close the connection without an answer."""
        self._planned += [_Planned(drop=True)] * times

    def hold(self) -> asyncio.Event:
        """Take requests but leave them unanswered until the event is set."""
        self._gate = asyncio.Event()
        return self._gate

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        found = _PATH.fullmatch(request.raw_path.partition("?")[0])
        if found is None:
            return web.Response(status=404)
        conversation, kind, activity_id = unquote(found[1]), found[2], found[3]
        body = await request.read()
        self.count += 1
        if self._recording:
            activity = None if activity_id is None else unquote(activity_id)
            self.calls.append(
                Call(
                    request.method,
                    request.raw_path,
                    dict(request.headers),
                    body,
                    conversation,
                    activity,
                    dict(request.query),
                )
            )
        if self._gate is not None:
            await self._gate.wait()
        if self._planned:
            planned = self._planned.pop(0)
            if planned.drop and request.transport is not None:
                request.transport.abort()
            return web.Response(status=planned.status, headers=planned.headers, body=planned.body)
        if kind == "pagedmembers":
            return self._page(request, conversation)
        if request.method == "DELETE":
            return web.Response(status=200)
        new_id = activity_id if request.method == "PUT" else f"1:{next(self._ids)}"
        return web.json_response({"id": new_id}, status=200 if request.method == "PUT" else 201)

    def _page(self, request: web.Request, conversation: str) -> web.Response:
        everyone = self.members.get(conversation)
        if everyone is None:
            error = {"error": {"code": "ConversationNotFound", "message": "…"}}
            return web.json_response(error, status=404)
        start = int(request.query.get("continuationToken", "from 0").split()[1])
        size = min(self.page_size, int(request.query.get("pageSize", self.page_size)))
        page: dict[str, Any] = {"members": everyone[start : start + size]}
        if start + size < len(everyone):
            page["continuationToken"] = f"from {start + size}"
        return web.json_response(page)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 22)
        app.router.add_route("*", "/{tail:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._gate is not None:
            self._gate.set()
        if self._runner is not None:
            await self._runner.cleanup()
