"""What can go wrong in sending to Teams, and how Teams' answers say so."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

# Which statuses to repeat, and that no others may be, is Microsoft's word:
# https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability
_REPEAT = frozenset({412, 429, 502, 503, 504})
_LONGEST_RETRY_AFTER = 3600.0
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}", re.ASCII)


class SendError(Exception):
    """Something was not sent. Messages hold statuses and codes, never text, ids or tokens."""


class ForbiddenAddress(SendError):
    """The service URL is not on the allow-list, or an id cannot be one; nothing was sent."""


class Undeliverable(SendError):
    """Gone for good (403, 404): removed, blocked or deleted. `code` is Teams' word for it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}".rstrip())
        self.status = status
        self.code = code


class Rejected(SendError):
    """Teams will not have this message as it is (too large, malformed); the address is fine."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}".rstrip())
        self.status = status
        self.code = code


class TryLater(SendError):
    """Not this time. `retry_after` is what Teams asks for, in seconds, if it does.

    `maybe_delivered` says that the request went out and no answer came back.
    """

    def __init__(
        self, reason: str, retry_after: float | None = None, *, maybe_delivered: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.maybe_delivered = maybe_delivered


class AtOnce(TryLater):
    """As `TryLater`, and repeating the request after a short pause is right."""


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object a body holds, or {} if it holds none."""
    try:
        value = orjson.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def failure(status: int, headers: Mapping[str, str], body: bytes) -> SendError:
    """The error an answer other than success stands for."""
    code = _error_code(body)
    if status in _REPEAT:
        return AtOnce(f"{status} {code}".rstrip(), _seconds(headers.get("Retry-After")))
    if status in (403, 404):
        return Undeliverable(status, code)
    if status == 401 or status >= 500:
        return TryLater(f"{status} {code}".rstrip(), _seconds(headers.get("Retry-After")))
    return Rejected(status, code)


def _error_code(body: bytes) -> str:
    """Teams' error code, from either of the two shapes it uses, if it looks like one.

    `{"error": {"code": "BotNotInConversationRoster"}}` or
    `{"errorCode": 209, "message": "{\"subCode\": \"MessageWritesBlocked\"}"}`.
    """
    answer = read_object(body)
    error, message = answer.get("error"), answer.get("message")
    inner = read_object(message.encode("utf-8", "replace")) if isinstance(message, str) else {}
    nested = error.get("code") if isinstance(error, dict) else None
    for code in (nested, inner.get("subCode"), answer.get("code")):
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code
    return ""


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in either of its forms (RFC 9110, 10.2.3), an hour at most."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return None if math.isnan(seconds) else max(0.0, min(seconds, _LONGEST_RETRY_AFTER))
