"""Teams' connector service as cheap as it can be: every post is answered, and counted."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from benchmarks.http_bytes import Messages


class Connector:
    """Answers every post with 201 and an id, on a free port of 127.0.0.1.

    `to_chats` and `to_channels` count what was posted; `with_token` counts the posts that
    carried an access token of the fake sign-in service.
    """

    def __init__(self) -> None:
        self.to_chats = 0
        self.to_channels = 0
        self.with_token = 0
        self.origin = ""
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The service URL."""
        return f"{self.origin}/teams/"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()

    def answer(self, head: bytes) -> bytes:
        """Count a request and return its answer."""
        path = head[: head.find(b"\r\n")]
        if b"/19%3A" in path or b"/19:" in path:
            self.to_channels += 1
        else:
            self.to_chats += 1
        if b"uthorization: Bearer access-token-" in head:
            self.with_token += 1
        body = b'{"id":"1:%d"}' % (self.to_chats + self.to_channels)
        return (
            b"HTTP/1.1 201 Created\r\nContent-Type: application/json; charset=utf-8\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )


class _Connection(asyncio.Protocol):
    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._messages = Messages()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        for head, _ in self._messages.feed(data):
            self._transport.write(self._connector.answer(head))
