"""Can a body of any shape, truly signed, break the bot or leave half of something behind?"""

from __future__ import annotations

import asyncio
import copy
import gzip
import io
import json
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from tests.hostile.conftest import Target
from tests.kit import AINO, BOT_ID, FILLED, Answer

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = settings(
    max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def authorized(target: Target, **more: str) -> dict[str, str]:
    return {"Authorization": target.bot.sign_in.bearer(target.bot.teams.url), **more}


def whole(target: Target) -> bytes:
    return json.dumps(target.form()).encode()


async def sane(target: Target, answer: Answer) -> None:
    """Demand an answer that is no breakdown, and whole reports only."""
    assert answer.status in (200, 400, 401, 403, 413), answer
    if answer.status != 200:
        assert answer.posted == []
    for report in await target.bot.store.all_reports():
        assert report.number is not None or report.code_hash is not None
        assert report.phenomenon
        assert report.tenant == AINO.tenant


NOT_ACTIVITIES = {
    "empty": b"",
    "spaces": b"  \n ",
    "not JSON": b"hei",
    "half": b'{"type": "message", "text": "he',
    "two objects": b"{}{}",
    "a comment": b"{/* */}",
    "single quotes": b"{'type': 'message'}",
    "an array": b"[]",
    "an array of activities": b'[{"type": "message"}]',
    "a text": b'"message"',
    "a number": b"7",
    "null": b"null",
    "true": b"true",
    "an empty object": b"{}",
    "NaN": b'{"type": "message", "value": NaN}',
    "Infinity": b'{"type": "message", "value": -Infinity}',
    "a lone surrogate": b'{"type": "message", "text": "\\ud800"}',
    "a surrogate in a key": b'{"\\udfff": 1}',
    "not UTF-8": b'{"type": "\xff\xfe"}',
    "an overlong NUL": b'{"type": "\xc0\x80"}',
    "UTF-16": '{"type": "message"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"type": "message"}',
    "a bare NUL": b'{"type": "mess\x00age"}',
    "NULs": b"\x00" * 1000,
    "1,000 lists deep": b"[" * 1_000 + b"]" * 1_000,
    "100,000 lists deep": b"[" * 100_000 + b"]" * 100_000,
    "100,000 lists begun": b"[" * 100_000,
    "20,000 objects deep": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "a form": b"type=message&text=hei",
    "XML": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>",
}


@pytest.mark.parametrize("name", NOT_ACTIVITIES)
async def test_what_is_no_activity_is_refused(shared: Target, name: str) -> None:
    """A body that is no activity is called so, and nothing comes of it."""
    await shared.refused(NOT_ACTIVITIES[name], authorized(shared))


@pytest.mark.parametrize("deep", [41, 1_000, 10_000])
@pytest.mark.parametrize("field", ["value", "channelData", "entities", "unknown"])
async def test_deep_nesting_is_refused_wherever_it_is(
    shared: Target, field: str, deep: int
) -> None:
    """No depth of nesting reaches anything that could run out of stack."""
    activity = json.dumps(shared.form(**{field: "DEEP"}))
    body = activity.replace('"DEEP"', '{"a":[' * (deep // 2) + "]}" * (deep // 2))
    await shared.refused(body, authorized(shared))


@pytest.mark.parametrize(
    "numbers", ["1e999", "-1e999", "9" * 5000, "0." + "1" * 5000, "-0", "1E-999"]
)
async def test_numbers_of_any_size_are_borne(shared: Target, numbers: str) -> None:
    """Numbers that fit in no machine word break nothing."""
    body = json.dumps(shared.bot.activity(type="invoke", name="task/fetch", value={"data": {}}))
    answer = await shared.bot.post(body.replace('"data": {}', f'"data": {{"start": {numbers}}}'))
    await sane(shared, answer)


async def test_of_two_equal_keys_one_counts(shared: Target) -> None:
    """Naming the tenant twice does not get another organisation in."""
    body = json.dumps(shared.form())
    other = body.replace('"tenant": {', '"tenant": {"id": "other"}, "tenant": {', 1)
    assert other != body
    twice = body.replace('"channelId": "msteams"', '"channelId": "msteams", "channelId": "webchat"')
    await shared.refused(twice, authorized(shared), status=403)
    last = body.replace(f'"tenant": {{"id": "{AINO.tenant}"}}', '"tenant": {"id": "other"}')
    await shared.refused(last, authorized(shared), status=403)


# -- size and wrapping ---------------------------------------------------------------------


async def chunks(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 65_536):
        yield b" " * 65_536


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}


@pytest.mark.parametrize("way", ["with its length", "in chunks", *PACKERS])
async def test_ten_megabytes_are_not_taken_in(shared: Target, way: str) -> None:
    """Nobody can fill the bot's memory, however they wrap it."""
    ten = 10 * 1024 * 1024
    headers = authorized(shared)
    data: Any = chunks(ten) if way == "in chunks" else io.BytesIO(b" " * ten)
    if way in PACKERS:
        data, headers["Content-Encoding"] = PACKERS[way](b" " * ten), way
    async with (
        shared.untouched(),
        shared.bot.client.post("/api/messages", data=data, headers=headers) as response,
    ):
        assert response.status == 413


@pytest.mark.parametrize("way", ["with its length", "in chunks"])
async def test_a_stranger_is_refused_before_the_body_is_read(shared: Target, way: str) -> None:
    """Without a token not even a huge body costs anything."""
    ten = 10 * 1024 * 1024
    data: Any = chunks(ten) if way == "in chunks" else io.BytesIO(b" " * ten)
    async with (
        shared.untouched(),
        shared.bot.client.post("/api/messages", data=data) as response,
    ):
        assert response.status == 401


WRAPPED = {
    "gzip that is none": ("gzip", b"junk" * 20),
    "gzip cut": ("gzip", gzip.compress(b"{}" * 500)[:-12]),
    "gzip with a changed sum": ("gzip", gzip.compress(b'{"a": "bcdef"}')[:-8] + b"\x00" * 8),
    "deflate that is none": ("deflate", b"\xff" * 40),
    "empty gzip": ("gzip", b""),
    "brotli": ("br", b"\x8b\x02\x80{}\x03"),
    "zstd": ("zstd", b"\x28\xb5\x2f\xfd"),
    "unknown": ("rot13", b"{}"),
    "two": ("gzip, gzip", gzip.compress(gzip.compress(b"{}"))),
}


@pytest.mark.parametrize("name", WRAPPED)
async def test_a_body_that_cannot_be_unpacked_is_refused(shared: Target, name: str) -> None:
    """A body packed wrongly is the sender's fault, and is called so."""
    encoding, body = WRAPPED[name]
    async with (
        shared.untouched(),
        shared.bot.client.post(
            "/api/messages",
            data=body,
            headers=authorized(shared, **{"Content-Encoding": encoding}),
        ) as response,
    ):
        assert 400 <= response.status < 500


async def test_a_packed_activity_is_understood(target: Target) -> None:
    """A proxy may pack what Teams sends."""
    packed = gzip.compress(whole(target))
    answer = await target.bot.post(packed, authorized(target, **{"Content-Encoding": "gzip"}))
    assert answer.status == 200
    assert len(await target.bot.store.all_reports()) == 1


BROKEN_HTTP = {
    "a length that is no number": ("POST", "Content-Length: many", b"{}"),
    "a negative length": ("POST", "Content-Length: -1", b"{}"),
    "two lengths": ("POST", "Content-Length: 2\nContent-Length: 3", b"{}"),
    "length and chunks": (
        "POST",
        "Content-Length: 2\nTransfer-Encoding: chunked",
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "a chunk of no size": ("POST", "Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk longer than said": ("POST", "Transfer-Encoding: chunked", b"1\r\n{}{}\r\n0\r\n\r\n"),
    "an unknown transfer": ("POST", "Transfer-Encoding: squeezed", b"{}"),
    "no method": ("", "Content-Length: 2", b"{}"),
    "an invented method": ("FILE", "Content-Length: 2", b"{}"),
}


@pytest.mark.parametrize("name", BROKEN_HTTP)
async def test_what_is_no_proper_http_is_refused(shared: Target, name: str) -> None:
    """A request that servers could read in two ways is not served."""
    method, headers, body = BROKEN_HTTP[name]
    token = shared.bot.sign_in.bearer(shared.bot.teams.url)
    head = f"{method} /api/messages HTTP/1.1\nHost: x\nAuthorization: {token}\n{headers}"
    async with shared.untouched():
        assert 400 <= await shared.raw(head, body) < 500


async def test_a_sender_who_hangs_up_leaves_nothing(shared: Target) -> None:
    """A request that ends in the middle is no request."""
    server = shared.bot.client.server
    body = whole(shared)
    async with shared.untouched():
        _, writer = await asyncio.open_connection(server.host, server.port)
        token = shared.bot.sign_in.bearer(shared.bot.teams.url)
        writer.write(
            f"POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body[:-1]
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await shared.bot.client.get("/healthz")).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *((method, "/api/messages", 405) for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH")),
        ("OPTIONS", "/api/messages", 405),
        ("POST", "/", 404),
        ("GET", "/", 404),
        ("POST", "/api/messages/", 404),
        ("POST", "/api/messages/x", 404),
        ("POST", "/API/MESSAGES", 404),
        ("POST", "//api/messages", 404),
        ("POST", "/api%2Fmessages", 404),
        ("GET", "/..%2f..%2fetc%2fpasswd", 404),
        ("POST", "/healthz", 405),
        ("POST", "/readyz", 405),
        ("GET", "/api/export", 404),
    ],
)
async def test_other_doors_are_shut(shared: Target, method: str, path: str, status: int) -> None:
    """The bot answers to one method on one path, and to its two health pages."""
    url = URL(f"{shared.bot.client.make_url('/')}".rstrip("/") + path, encoded=True)
    async with (
        shared.untouched(),
        shared.bot.client.session.request(
            method, url, data=whole(shared), headers=authorized(shared)
        ) as response,
    ):
        assert response.status == status


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "x", ""])
async def test_the_content_type_opens_nothing(shared: Target, kind: str) -> None:
    """What a body calls itself changes nothing about how it is read."""
    await shared.refused(b"type=message", authorized(shared, **{"Content-Type": kind}))


# -- types of fields -----------------------------------------------------------------------

WRONG: dict[str, Any] = {
    "null": None,
    "number": 7,
    "true": True,
    "list": [],
    "list of a text": ["x"],
    "object of objects": {"id": {"id": {}}, "tenant": [], "type": 7},
    "empty text": "",
    "very long text": "x" * 100_000,
    "NUL": "\u0000",
}
DROPPED = object()


def templates() -> dict[str, dict[str, Any]]:
    """Make activities with every field that the bot could read, as Teams sends them."""
    common = {
        "id": "1700000000001",
        "timestamp": "2026-11-20T08:00:00.000Z",
        "localTimestamp": "2026-11-20T10:00:00.000+02:00",
        "channelId": "msteams",
        "serviceUrl": "SERVICE",
        "from": {"id": "29:aad-aino", "name": AINO.name, "aadObjectId": AINO.id, "role": "user"},
        "recipient": {"id": BOT_ID, "name": "Kärki"},
        "locale": "fi-FI",
        "replyToId": "1690000000000",
        "callerId": "x",
        "deliveryMode": "notification",
        "expiration": "2030-01-01T00:00:00Z",
        "membersAdded": [{"id": BOT_ID}],
        "reactionsAdded": [{"type": "like"}],
        "attachments": [{"contentType": "text/html", "content": "<p>hei</p>"}],
        "semanticAction": {"state": "start"},
        "entities": [
            {
                "type": "mention",
                "text": "<at>Kärki</at>",
                "mentioned": {"id": BOT_ID, "name": "Kärki"},
            },
            {"type": "clientInfo", "locale": "fi-FI", "country": "FI", "platform": "Windows"},
        ],
    }
    channel = {
        "conversation": {
            "id": "19:x@thread.tacv2;messageid=1",
            "conversationType": "channel",
            "tenantId": AINO.tenant,
            "isGroup": True,
            "name": "Yleinen",
        },
        "channelData": {
            "tenant": {"id": AINO.tenant},
            "team": {"id": "19:team@thread.tacv2", "name": "Tiimi", "aadGroupId": "x"},
            "channel": {"id": "19:x@thread.tacv2", "name": "Yleinen"},
            "eventType": "channelCreated",
            "settings": {"selectedChannel": {"id": "19:x@thread.tacv2"}},
        },
    }
    personal = {
        "conversation": {
            "id": "a:1",
            "conversationType": "personal",
            "tenantId": AINO.tenant,
        },
        "channelData": {"tenant": {"id": AINO.tenant}},
    }
    form = {**FILLED, "nonce": "0123456789abcdef", "verb": "report.send", "confirmed": "x"}
    pressed = {"type": "Action.Execute", "verb": "own.more", "data": {"start": 0}}
    return {
        "message": {**common, **channel, "type": "message", "text": "<at>Kärki</at> omat"},
        "button": {**common, **personal, "type": "message", "text": None, "value": form},
        "form": {**common, **personal, "type": "invoke", "name": "task/submit",
                 "value": {"data": form, "context": {"theme": "dark"}}},
        "press": {**common, **personal, "type": "invoke", "name": "adaptiveCard/action",
                  "value": {"action": pressed, "trigger": "manual"}},
        "install": {**common, **channel, "type": "installationUpdate", "action": "add"},
        "update": {**common, **channel, "type": "conversationUpdate"},
    }  # fmt: skip


def paths(part: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Name every place within a JSON value, the whole excepted."""
    items: Any = ()
    if isinstance(part, dict):
        items = part.items()
    elif isinstance(part, list):
        items = enumerate(part)
    for key, value in items:
        yield (*above, key)
        yield from paths(value, (*above, key))


def replaced(template: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    made = copy.deepcopy(template)
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    if value is DROPPED:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return made


def fields() -> Iterator[Any]:
    """Name each field once for the activities that read it alike."""
    seen = set()
    for name, template in templates().items():
        for path in paths(template):
            read = (path, template["type"] if path[0] in READ_BY_KIND else "")
            if read not in seen:
                seen.add(read)
                yield pytest.param(name, path, id=f"{name} {'.'.join(map(str, path))}")


READ_BY_KIND = ("type", "name", "text", "value", "action", "conversation", "channelData")


@pytest.mark.parametrize(("name", "path"), list(fields()))
async def test_any_field_may_hold_anything(
    shared: Target, name: str, path: tuple[str | int, ...]
) -> None:
    """Whatever a field holds, the bot serves or refuses; it never breaks down or half-stores."""
    template = {**templates()[name], "serviceUrl": shared.bot.teams.url}
    for value in (*WRONG.values(), DROPPED):
        await sane(shared, await shared.bot.post(replaced(template, path, value)))


@pytest.mark.parametrize("kind", ["message", "form", "install"])
@pytest.mark.parametrize(
    "changes",
    [
        {"conversation": ";messageid=1", "channel": ...},
        {"conversation": ";", "channel": ""},
        {"channel": "19:" + "x" * 501},
        {"channel": "\u0000"},
        {"conversation": "x" * 500, "channel": ...},
        {"conversation": "\U0001f600" * 500, "channel": ...},
        {"conversation": "../../../v3/conversations/x/activities?a=b#c", "channel": ...},
        {"conversation": "..", "channel": ".."},
        {"conversation": "%2e%2e%2f", "channel": "%00"},
    ],
    ids=[
        "only a message's",
        "a semicolon",
        "too long a channel",
        "NUL",
        "a long conversation",
        "a long one in emoji",
        "a path",
        "dots",
        "quoted dots",
    ],
)
async def test_a_place_of_any_name_is_borne(
    shared: Target, kind: str, changes: dict[str, Any]
) -> None:
    """An address that cannot be one is refused; no address leads out of the conversations."""
    activity = {**templates()[kind], **shared.bot.in_channel(), "serviceUrl": shared.bot.teams.url}
    if (channel := changes.get("channel")) is ...:
        del activity["channelData"]["channel"]
    else:
        activity["channelData"]["channel"] = {"id": channel}
    activity["conversation"]["id"] = changes.get("conversation", "19:x@thread.tacv2")
    before = len(shared.bot.teams.calls)
    await sane(shared, await shared.bot.post(activity))
    for call in shared.bot.teams.calls[before:]:
        _, _, behind = call.raw_path.partition("/teams/v3/conversations/")
        assert behind.endswith("/activities")
        assert behind.count("/") == 1
        assert "?" not in behind


NEEDED = [
    ("type",),
    ("channelId",),
    ("serviceUrl",),
    ("from",),
    ("from", "id"),
    ("from", "aadObjectId"),
    ("conversation",),
    ("conversation", "id"),
]


@pytest.mark.parametrize("path", NEEDED, ids=".".join)
@pytest.mark.parametrize("name", ["message", "form", "press", "install", "button"])
async def test_without_what_tells_who_and_where_nothing_is_done(
    shared: Target, name: str, path: tuple[str, ...]
) -> None:
    """A person is served by their Entra id, in a known conversation, or not at all."""
    template = {**templates()[name], "serviceUrl": shared.bot.teams.url}
    for value in (DROPPED, None, "", 7, [], {}, "x" * 3_000):
        await shared.refused(replaced(template, path, value), status=(400, 403))


@pytest.mark.parametrize(
    "kind",
    [
        "", "Message", "MESSAGE", "message ", "typing", "event", "endOfConversation", "trace",
        "messageUpdate", "messageDelete", "messageReaction", "conversationUpdate", "handoff",
        "invokeResponse", "command", "contactRelationUpdate", "deleteUserData", "suggestion",
        "__class__", "on_turn", "x" * 500, "x" * 501, "\u0000",
    ],
)  # fmt: skip
async def test_unknown_kinds_of_activity_are_left_alone(shared: Target, kind: str) -> None:
    """What Teams invents next is ignored, not stumbled over."""
    async with shared.untouched():
        answer = await shared.bot.post(shared.form(type=kind))
    assert answer.status in (200, 400)


@pytest.mark.parametrize(
    "name",
    [
        None, "", "task/submit ", "TASK/SUBMIT", "task/", "config/fetch", "config/submit",
        "composeExtension/query", "composeExtension/submitAction", "fileConsent/invoke",
        "signin/verifyState", "signin/tokenExchange", "actionableMessage/executeAction",
        "tab/fetch", "tab/submit", "application/search", "message/submitAction",
        "handoff/action", "x" * 1_000, "__init__", "task/submit\u0000",
    ],
)  # fmt: skip
async def test_unknown_invokes_are_left_alone(shared: Target, name: str | None) -> None:
    """An invoke that the bot does not know files nothing, whatever it carries."""
    async with shared.untouched():
        answer = await shared.bot.post(shared.form(name=name))
    assert answer.status == 200
    assert answer.body in ({}, None)


@pytest.mark.parametrize(
    "name", [None, "tokens/response", "application/vnd.microsoft.meetingStart", "x", "\u0000"]
)
async def test_unknown_events_are_left_alone(shared: Target, name: str | None) -> None:
    """Events are news to others."""
    async with shared.untouched():
        answer = await shared.bot.post(shared.form(type="event", name=name))
    assert answer.status == 200


@pytest.mark.parametrize(
    "action", ["add", "add-upgrade", "remove", "remove-upgrade", "", None, "addx", "x", "ADD"]
)
async def test_news_of_installing_in_any_words_are_borne(
    shared: Target, action: str | None
) -> None:
    """The app's coming and going is told in words that may change."""
    activity = shared.form(type="installationUpdate", action=action)
    assert (await shared.bot.post(activity)).status == 200


# -- anything at all -----------------------------------------------------------------------

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.sampled_from(["report.send", "own.more", "state.ask", "verb", "x" * 5_000, "\ud800"]),
)
KEYS = st.one_of(
    st.text(max_size=10),
    st.sampled_from(["verb", "data", "action", "nonce", "text", "start", "id", "code", "tenant"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
VERBS = (
    "report.open", "report.send", "own.list", "own.more", "state.open", "state.ask", "help.show",
    "privacy.show", "language.open", "language.choose",
)  # fmt: skip


@MANY
@given(body=JSON)
async def test_any_json_is_answered(shared: Target, body: Any) -> None:
    """Any JSON at all gets an answer that is no breakdown."""
    await sane(shared, await shared.bot.post(json.dumps(body), authorized(shared)))


@MANY
@given(
    changes=st.dictionaries(
        st.sampled_from([
            "type", "id", "name", "action", "value", "text", "from", "conversation", "recipient",
            "channelData", "entities", "locale", "replyToId", "channelId",
        ]),
        JSON,
        max_size=4,
    ),
    name=st.sampled_from(sorted(templates())),
)  # fmt: skip
async def test_any_json_in_any_fields_is_answered(
    shared: Target, changes: dict[str, Any], name: str
) -> None:
    """Any JSON in any fields of an activity gets an answer that is no breakdown."""
    activity = {**templates()[name], **changes, "serviceUrl": shared.bot.teams.url}
    await sane(shared, await shared.bot.post(json.dumps(activity), authorized(shared)))


@MANY
@given(
    value=JSON,
    name=st.sampled_from(["task/fetch", "task/submit", "adaptiveCard/action", "x"]),
    kind=st.sampled_from(["invoke", "message"]),
)
async def test_any_value_of_any_invoke_is_answered(
    shared: Target, value: Any, name: str, kind: str
) -> None:
    """Any JSON as the value of an invoke or a button gets an answer that is no breakdown."""
    activity = shared.form(type=kind, name=name, value=value)
    await sane(shared, await shared.bot.post(json.dumps(activity), authorized(shared)))


@MANY
@given(
    data=st.dictionaries(
        st.sampled_from([
            "nonce", "kind", "phenomenon", "proposal", "need", "municipality", "unit", "sender",
            "news", "confirmed", "text", "start", "code", "language",
        ]),
        JSON,
    ),
    verb=st.sampled_from(VERBS),
    name=st.sampled_from(["task/fetch", "task/submit", "adaptiveCard/action"]),
)  # fmt: skip
async def test_any_data_of_any_button_is_answered(
    shared: Target, data: dict[str, Any], verb: str, name: str
) -> None:
    """Any data behind a known button gets an answer that is no breakdown."""
    value: dict[str, Any] = {"data": {**data, "verb": verb}}
    if name == "adaptiveCard/action":
        value = {"action": {**value, "verb": verb}}
    activity = shared.form(name=name, value=value)
    answer = await shared.bot.post(json.dumps(activity), authorized(shared))
    await sane(shared, answer)
    assert "vika on meidän" not in answer.text


@MANY
@given(text=st.text(max_size=300))
async def test_any_words_are_answered(shared: Target, text: str) -> None:
    """Whatever is typed gets an answer."""
    activity = shared.form(type="message", text=text, value=None)
    answer = await shared.bot.post(json.dumps(activity), authorized(shared))
    await sane(shared, answer)
    assert "vika on meidän" not in answer.text
