"""The least that a bot can do: an aiohttp handler that reads a message and posts one reply."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import aiohttp
import orjson
from aiohttp import web

from benchmarks.peers.serving import serve

SESSION = web.AppKey("session", aiohttp.ClientSession)


async def messages(request: web.Request) -> web.Response:
    """Answer a message with one reply of the same words; nobody is asked for a token."""
    activity = orjson.loads(await request.read())
    conversation = quote(activity["conversation"]["id"], safe="")
    reply = orjson.dumps({"type": "message", "text": activity["text"]})
    url = f"{activity['serviceUrl']}v3/conversations/{conversation}/activities"
    headers = {"Content-Type": "application/json"}
    async with request.app[SESSION].post(url, data=reply, headers=headers) as response:
        await response.read()
    return web.Response(status=200)


async def session(app: web.Application) -> AsyncIterator[None]:
    """Hold one client session as long as the application runs."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as opened:
        app[SESSION] = opened
        yield


def main() -> None:
    """Serve on a free port until ended."""
    app = web.Application()
    app.cleanup_ctx.append(session)
    app.router.add_post("/api/messages", messages)
    serve(app)


if __name__ == "__main__":
    main()
