"""Can anybody make the bot, which carries a bearer token, speak to a host of theirs?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dialogs.privacy.vault import Vault
from storage.records import Address, GroupChannel, Report, ReportKind, ReturnAddress, Sender
from tests.hostile.conftest import Target, Trap
from tests.kit import AINO, KAISA, SECRET, TENANT

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = {
    "another port": "http://127.0.0.1:{trap}/teams/",
    "another scheme": "https://127.0.0.1:{teams}/teams/",
    "another name of this machine": "http://localhost:{trap}/",
    "the same in one number": "http://2130706433:{trap}/",
    "the same in octal": "http://0177.0.0.1:{trap}/",
    "the same, short": "http://127.1:{trap}/",
    "IPv6": "http://[::1]:{trap}/",
    "IPv4 in IPv6": "http://[::ffff:127.0.0.1]:{trap}/",
    "user name": "http://127.0.0.1:{teams}@127.0.0.1:{trap}/",
    "user name of Microsoft": "https://smba.trafficmanager.net@127.0.0.1:{trap}/",
    "Microsoft below another": "https://smba.trafficmanager.net.evil.example/",
    "another beside Microsoft": "https://evilbotframework.com/",
    "anyone's at Microsoft": "https://evil.trafficmanager.net/",
    "Microsoft unprotected": "http://smba.trafficmanager.net/",
    "Microsoft on another port": "https://smba.trafficmanager.net:8443/",
    "Microsoft with a dot": "https://smba.trafficmanager.net./",
    "Microsoft as a query": "http://127.0.0.1:{trap}/?smba.trafficmanager.net",
    "Microsoft as a fragment": "http://127.0.0.1:{trap}/#smba.trafficmanager.net/",
    "a query": "http://127.0.0.1:{teams}/teams/?x=",
    "a fragment": "http://127.0.0.1:{teams}/teams/#",
    "a backslash": "http://127.0.0.1:{trap}\\@127.0.0.1:{teams}/",
    "a tab": "http://127.0.0.1:{tr\tap}/",
    "a line end": "http://127.0.0.1:{teams}/\r\nHost: evil.example",
    "a space": " http://127.0.0.1:{teams}/teams/",
    "a space at the end": "http://127.0.0.1:{teams}/teams/ ",
    "a NUL": "http://127.0.0.1:{teams}/teams/\u0000",
    "a look-alike": "https://smba.trafficmanаger.net/",
    "wide letters": "https://ｓmba.trafficmanager.net/",
    "a wide dot": "https://evil。botframework.com/",
    "no scheme": "127.0.0.1:{trap}",
    "no scheme, slashes": "//127.0.0.1:{trap}/",
    "a file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:{trap}/",
    "script": "javascript:alert(1)",
    "the metadata service": "http://169.254.169.254/metadata/identity/",
    "a port too high": "http://127.0.0.1:99999/",
    "a port of zero": "http://127.0.0.1:0/",
    "no text at all": "http://",
}


def hostile(name: str, target: Target, trap: Trap) -> str:
    teams = target.bot.teams.origin.rsplit(":", 1)[1]
    url = HOSTILE[name].replace("{tr\tap}", f"{trap.port}\t")
    return url.replace("{trap}", str(trap.port)).replace("{teams}", teams)


def led_astray(asked: list[str], target: Target) -> list[str]:
    """Return the addresses that are neither the bot itself nor the two services it may ask."""
    bot = target.bot
    own = (str(bot.client.make_url("/")), bot.teams.origin + "/", bot.sign_in.url + "/")
    return [url for url in asked if url.startswith("http") and not url.startswith(own)]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_service_url_is_refused_even_when_signed(
    shared: Target, trap: Trap, asked: list[str], name: str
) -> None:
    """The bot's token leaves for Microsoft's hosts alone, whatever address a request brings."""
    url = hostile(name, shared, trap)
    headers = {"Authorization": shared.bot.sign_in.bearer(url)}
    for fields in (
        {},
        {"type": "message", "text": "hei", "value": None},
        {"type": "installationUpdate", "action": "add"},
        {"type": "conversationUpdate"},
        {"name": "adaptiveCard/action", "value": {"action": {"verb": "help.show", "data": {}}}},
    ):
        await shared.refused(shared.form(serviceUrl=url, **fields), headers, status=(400, 401, 403))
    assert led_astray(asked, shared) == []
    assert trap.came == []


def named_report(address: Address | None) -> Report:
    filed = dt.datetime(2026, 11, 19, 8, 0, tzinfo=dt.UTC)
    return Report(
        id="0" * 32,
        tenant=TENANT,
        kind=ReportKind.WEAK_SIGNAL,
        phenomenon="Yömyöhällä soitetaan useammin.",
        day=filed.date(),
        wants_news=True,
        sender=Sender(person=AINO.id, name=AINO.name, language="fi", address=address),
        filed_at=filed,
    )


def channel(url: str) -> GroupChannel:
    address = Address(service_url=url, conversation="19:group@thread.tacv2")
    return GroupChannel(tenant=TENANT, address=address, team="19:team", language="fi")


# Every one of them is tried above; the same check stands before a stored address.
STORED = (
    "another port",
    "another scheme",
    "user name",
    "Microsoft below another",
    "Microsoft unprotected",
    "a fragment",
    "a line end",
    "the metadata service",
)


@pytest.mark.parametrize("name", STORED)
async def test_a_stored_address_that_is_hostile_is_never_used(
    target: Target, trap: Trap, asked: list[str], name: str
) -> None:
    """An address that got into the store, however it did, is checked again before each use."""
    url = hostile(name, target, trap)
    store, vault = target.bot.store, Vault(SECRET)
    bad = Address(service_url=url, conversation="a:somebody")
    # To the group's channel:
    await store.bind_channel(channel(url))
    await store.file_report(named_report(bad))
    assert await target.bot.deliver() == []
    (post,) = await store.outbox()
    assert post.given_up
    # To a named and an anonymous sender, once the group has the reports:
    await store.bind_channel(channel(target.bot.teams.url))
    await store.retry_given_up(TENANT, target.bot.now())
    nameless = named_report(None).model_copy(
        update={"id": "1" * 32, "sender": None, "filed_at": None, "code_hash": "f" * 64}
    )
    way_back = ReturnAddress(
        id=vault.digest("return address id", nameless.id).hex(), sealed=vault.seal(bad, "fi")
    )
    await store.file_report(nameless, way_back)
    target.bot.now.move(days=4)
    posted = await target.bot.deliver()
    assert len(posted) == 2
    assert any(url.startswith(target.bot.teams.origin) for url in asked)
    assert [post.given_up for post in await store.outbox() if post.to == "address"]
    assert led_astray(asked, target) == []
    assert trap.came == []


async def test_a_long_service_url_is_kept_whole_or_not_at_all(target: Target) -> None:
    """A stored address is the one that was given: no cut one, which may be another's."""
    bot = target.bot
    long = bot.teams.url + "x" * 300 + "/"
    fields: dict[str, Any] = {**bot.in_channel(), "type": "message", "text": "liitä kanava"}
    answer = await bot.post(
        bot.activity(KAISA, **{**fields, "serviceUrl": long}),
        {"Authorization": bot.sign_in.bearer(long)},
    )
    bound = await bot.store.group_channel(TENANT)
    assert answer.status < 500
    assert bound is None or bound.address.service_url == long


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_bot_follows_no_redirect(
    target: Target, trap: Trap, asked: list[str], status: int
) -> None:
    """Not even Teams' own service can send the bot's token on to another host."""
    where = {"Location": f"http://127.0.0.1:{trap.port}/v3/conversations/x/activities"}
    target.bot.teams.answer(status, times=9, headers=where)
    assert (await target.bot.say("hei")).status == 200
    await target.bot.store.bind_channel(channel(target.bot.teams.url))
    await target.bot.store.file_report(named_report(None))
    await target.bot.deliver()
    assert led_astray(asked, target) == []
    assert trap.came == []


@pytest.mark.parametrize("reply_to", ["..", ".", "../../x", "a/b?c#d", "%2e%2e", "x" * 500, "\r\n"])
async def test_no_message_id_leads_out_of_its_conversation(shared: Target, reply_to: str) -> None:
    """An id in an activity stays one part of one path, whatever is written in it."""
    before = len(shared.bot.teams.calls)
    activity = shared.form(
        type="message", replyToId=reply_to, value={"verb": "report.send", "nonce": "x" * 16}
    )
    assert (await shared.bot.post(activity)).status == 200
    for call in shared.bot.teams.calls[before:]:
        _, _, behind = call.raw_path.partition("/teams/v3/conversations/")
        assert behind.count("/activities/") == 1
        assert behind.count("/") == 2
        assert ".." not in behind.split("/")
        assert "?" not in behind
