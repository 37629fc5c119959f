"""The web application: the messaging endpoint and the two health pages."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

import orjson
from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError, TransferEncodingError
from botbuilder.core.cloud_adapter_base import CloudAdapterBase

from bot import faults
from bot.authentication import Refused
from bot.delivery import Delivery
from bot.handler import KarkiBot
from bot.incoming import BadRequest, read_activity
from bot.signing_keys import KeysUnavailable

log = logging.getLogger("karki")

MESSAGES = "/api/messages"
# Teams' own messages stay under about 100 KB.
LARGEST_BODY = 256 * 1024
# The tick comes every half a minute; three missed ones mean that it has stopped.
TICK_MISSED = dt.timedelta(seconds=100)


class Adapter(CloudAdapterBase):
    """The SDK's adapter over our own authentication and connector."""


def make_app(
    adapter: Adapter,
    bot: KarkiBot,
    delivery: Delivery,
    *,
    needs_token: bool,
    now: Callable[[], dt.datetime],
) -> web.Application:
    """Make the web application."""

    async def messages(request: web.Request) -> web.Response:
        headers = request.headers.getall("Authorization", [])
        header = headers[0] if len(headers) == 1 else ""
        try:
            if needs_token and not header:
                # Refused before the body is read, so strangers cost nothing.
                return _refused(401, "no token")
            if not needs_token and request.content_type != "application/json":
                # Without tokens this is what keeps web pages from posting to the local port.
                return _refused(415, "the body must be application/json")
            activity = read_activity(await _body(request))
            answer = await adapter.process_activity(header, activity, bot.on_turn)
        except Refused as error:
            return _refused(error.status, error.reason)
        except BadRequest as error:
            return _refused(400, str(error))
        except KeysUnavailable:
            return _refused(503, "the sign-in service's keys cannot be had")
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, "the body is too large")
        except (web.HTTPException, ConnectionError):
            raise
        except Exception as error:
            reference = faults.record(error, "a request")
            return _refused(503, f"reference {reference}")
        if answer is None:
            return web.Response(status=200)
        return web.Response(
            status=answer.status,
            body=orjson.dumps(answer.body),
            content_type="application/json",
        )

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(request: web.Request) -> web.Response:
        why = []
        if delivery.store_error:
            why.append(f"the store does not take writes: {delivery.store_error}")
        if delivery.last_tick is None or now() - delivery.last_tick > TICK_MISSED:
            why.append("the tick has stopped")
        return web.json_response({"ready": not why, "why": why}, status=200 if not why else 503)

    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_post(MESSAGES, messages)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except (web.RequestPayloadError, ContentEncodingError, TransferEncodingError):
        # Packed or cut wrongly: the sender's fault, whose words are in the error's message.
        raise BadRequest("the body cannot be unpacked") from None


def _refused(status: int, reason: str) -> web.Response:
    log.warning("refused with %d: %s", status, reason)
    return web.json_response({"error": reason}, status=status)
