"""Reading another service's JSON answer without trusting its size."""

from __future__ import annotations

from typing import Any

import aiohttp
import orjson


class TooLong(ValueError):
    """The answer is longer than the reader is willing to hold."""


async def read_body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The whole body, at most `limit` bytes after decompression; else `TooLong`."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > limit:
            response.close()
            raise TooLong(f"longer than {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


async def read_json(response: aiohttp.ClientResponse, limit: int) -> dict[str, Any]:
    """The body as a JSON object; `ValueError` if it is too long, not JSON, or not an object."""
    value = orjson.loads(await read_body(response, limit))
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value
