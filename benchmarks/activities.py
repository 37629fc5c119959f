"""What Teams sends to a bot, as whole HTTP requests ready for the wire."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from benchmarks.seeding import TENANT

# So many workers take turns, each in a chat of their own, as Teams limits each chat's pace.
WORKERS = 5_000
PHENOMENON = "Asiakkaat jonottavat tuettua asumista yli puoli vuotta, ja jono kasvaa edelleen."
REPORT = {
    "kind": "change",
    "phenomenon": PHENOMENON,
    "proposal": "Perustetaan yhteinen asumisen tiimi.",
    "need": "housing",
    "unit": "Aikuissosiaalityö",
    "sender": "named",
    "news": "yes",
}
_WORKER = "worker-000000"
_NONCE = "nonce" + "0" * 27


def forms_sent(service_url: str, tokens: Sequence[str]) -> Iterator[bytes]:
    """Yield named reports sent from a dialog's form (task/submit)."""
    value = {"data": {**REPORT, "nonce": _NONCE, "verb": "report.send"}}
    activity = _activity(service_url, type="invoke", name="task/submit", value=value)
    return _requests(activity, tokens)


def cards_sent(service_url: str, tokens: Sequence[str]) -> Iterator[bytes]:
    """Yield named reports sent from a card's form (adaptiveCard/action)."""
    data = {**REPORT, "nonce": _NONCE, "verb": "report.send"}
    action = {"type": "Action.Execute", "verb": "report.send", "data": data}
    activity = _activity(
        service_url, type="invoke", name="adaptiveCard/action", value={"action": action}
    )
    return _requests(activity, tokens)


def messages(service_url: str, tokens: Sequence[str]) -> Iterator[bytes]:
    """Yield typed messages."""
    activity = _activity(service_url, type="message", text=PHENOMENON, textFormat="plain")
    return _requests(activity, tokens)


def _activity(service_url: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": "1700000000001",
        "timestamp": "2026-11-20T08:00:00.000Z",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": f"29:{_WORKER}", "name": "Aino Esimerkki", "aadObjectId": _WORKER},
        "recipient": {"id": "28:karki", "name": "Kärki"},
        "conversation": {
            "id": f"a:chat-of-{_WORKER}",
            "conversationType": "personal",
            "tenantId": TENANT,
        },
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "fi-FI",
        **fields,
    }


def _requests(activity: Mapping[str, Any], tokens: Sequence[str]) -> Iterator[bytes]:
    body = orjson.dumps(activity)
    for number, token in zip(itertools.count(1), itertools.cycle(tokens or [""]), strict=False):
        head = (
            "POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Content-Type: application/json; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n"
            + (f"Authorization: {token}\r\n" if token else "")
            + "\r\n"
        )
        worker = b"worker-%06d" % (number % WORKERS)
        filled = body.replace(_WORKER.encode(), worker)
        yield head.encode() + filled.replace(_NONCE.encode(), secrets.token_hex(16).encode())
