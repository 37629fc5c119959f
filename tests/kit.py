"""A whole running Kärki for tests: real HTTP both ways, real signed tokens, Teams faked."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestClient, TestServer

import app as karki
from bot.delivery import Delivery
from bot.settings import Settings
from dialogs.county import read_county
from dialogs.policy import Policy
from storage.opening import open_store
from storage.store import Store
from tests.fakes.sign_in import SECRET as PASSWORD
from tests.fakes.sign_in import SignIn
from tests.fakes.teams import Teams

TENANT = "11111111-0000-4000-8000-000000000001"
BOT_ID = "28:karki"
SECRET = "an invented secret of this test, long enough"
COUNTY = Path(__file__).parent.parent / "deploy" / "county.example.toml"
COORDINATOR = "aad-kaisa"


@dataclass(frozen=True)
class Who:
    """An invented person and how Teams tells of them."""

    id: str = "aad-aino"
    name: str = "Aino Esimerkki"
    locale: str = "fi-FI"
    tenant: str = TENANT


AINO = Who()
KAISA = Who(COORDINATOR, "Kaisa Koordinaattori")
ELLEN = Who("aad-ellen", "Ellen Exempel", "sv-FI")


@dataclass
class Now:
    """A clock that stands still until it is moved."""

    moment: dt.datetime = dt.datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Europe/Helsinki"))

    def __call__(self) -> dt.datetime:
        return self.moment

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.moment += dt.timedelta(**by)


@dataclass
class Answer:
    """What the bot answered to one request: the response, and what it posted meanwhile."""

    status: int
    body: Any
    posted: list[dict[str, Any]] = field(default_factory=list)

    @property
    def page(self) -> dict[str, Any]:
        """The card that the invoke's answer shows."""
        if "task" in self.body:
            return self.body["task"]["value"]["card"]["content"]
        return self.body["value"]

    @property
    def text(self) -> str:
        """Everything a person reads in the answer."""
        shown = [words_of(message) for message in self.posted]
        if isinstance(self.body, dict):
            shown.append(words_of(self.body))
        return "\n".join(shown)


def words_of(part: Any) -> str:
    """Return the visible words of a message or card, hidden sections left out."""
    if isinstance(part, list):
        return "\n".join(filter(None, map(words_of, part)))
    if not isinstance(part, dict) or part.get("isVisible") is False:
        return ""
    own = [
        part[key] for key in ("text", "label", "title", "value") if isinstance(part.get(key), str)
    ]
    inner = [words_of(value) for key, value in part.items() if key != "fallback"]
    return "\n".join(filter(None, own + inner))


class Bot:
    """A running Kärki and the people who use it."""

    def __init__(
        self,
        client: TestClient[Any, Any],
        teams: Teams,
        sign_in: SignIn,
        store: Store,
        delivery: Delivery,
        now: Now,
    ) -> None:
        self.client = client
        self.teams = teams
        self.sign_in = sign_in
        self.store = store
        self.delivery = delivery
        self.now = now

    def activity(self, who: Who = AINO, **fields: Any) -> dict[str, Any]:
        """Make an activity as Teams sends it from a personal chat."""
        return {
            "id": "1700000000001",
            "channelId": "msteams",
            "serviceUrl": self.teams.url,
            "from": {"id": f"29:{who.id}", "name": who.name, "aadObjectId": who.id},
            "recipient": {"id": BOT_ID, "name": "Kärki"},
            "conversation": {
                "id": f"a:chat-of-{who.id}",
                "conversationType": "personal",
                "tenantId": who.tenant,
            },
            "channelData": {"tenant": {"id": who.tenant}},
            "locale": who.locale,
            **fields,
        }

    def in_channel(
        self, who: Who = KAISA, channel: str = "19:group@thread.tacv2"
    ) -> dict[str, Any]:
        """Return the fields of an activity in a team's channel."""
        return {
            "conversation": {
                "id": f"{channel};messageid=1700000000000",
                "conversationType": "channel",
                "tenantId": who.tenant,
                "isGroup": True,
            },
            "channelData": {
                "tenant": {"id": who.tenant},
                "team": {"id": "19:team@thread.tacv2", "name": "Kehittämisryhmä"},
                "channel": {"id": channel},
            },
        }

    async def post(
        self, body: Mapping[str, Any] | bytes | str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Post a body to the messaging endpoint, with a true token unless headers are given."""
        if headers is None:
            headers = {"Authorization": self.sign_in.bearer(self.teams.url)}
        data = body if isinstance(body, bytes | str) else json.dumps(body).encode()
        before = len(self.teams.calls)
        async with self.client.post("/api/messages", data=data, headers=dict(headers)) as response:
            raw = await response.read()
            answer = json.loads(raw) if raw else None
            posted = [
                call.json for call in self.teams.calls[before:] if call.method in {"POST", "PUT"}
            ]
            return Answer(response.status, answer, posted)

    async def say(self, text: str, who: Who = AINO, **fields: Any) -> Answer:
        """Type a message."""
        return await self.post(self.activity(who, type="message", text=text, **fields))

    async def say_in_channel(
        self, text: str, who: Who = KAISA, channel: str = "19:group@thread.tacv2"
    ) -> Answer:
        """Mention the bot in a channel."""
        mention = {
            "type": "mention",
            "text": "<at>Kärki</at>",
            "mentioned": {"id": BOT_ID, "name": "Kärki"},
        }
        return await self.post(
            self.activity(
                who,
                type="message",
                text=f"<at>Kärki</at> {text}\n",
                entities=[mention],
                **self.in_channel(who, channel),
            )
        )

    async def press(
        self, verb: str, data: Mapping[str, Any] | None = None, who: Who = AINO, **fields: Any
    ) -> Answer:
        """Press a card's button (Action.Execute)."""
        action = {"type": "Action.Execute", "verb": verb, "data": {**(data or {}), "verb": verb}}
        return await self.post(
            self.activity(
                who, type="invoke", name="adaptiveCard/action", value={"action": action}, **fields
            )
        )

    async def open(
        self, verb: str, data: Mapping[str, Any] | None = None, who: Who = AINO, **fields: Any
    ) -> Answer:
        """Open a form as a Teams dialog."""
        value = {"data": {**(data or {}), "verb": verb, "type": "task/fetch"}}
        return await self.post(
            self.activity(who, type="invoke", name="task/fetch", value=value, **fields)
        )

    async def send(
        self, verb: str, data: Mapping[str, Any], who: Who = AINO, **fields: Any
    ) -> Answer:
        """Send a dialog's form."""
        value = {"data": {**data, "verb": verb}}
        return await self.post(
            self.activity(who, type="invoke", name="task/submit", value=value, **fields)
        )

    async def report(self, who: Who = AINO, **changes: str) -> Answer:
        """Open the report's form and send it filled."""
        opened = await self.open("report.open", who=who)
        nonce = opened.page["actions"][0]["data"]["nonce"]
        return await self.send("report.send", {**FILLED, "nonce": nonce, **changes}, who=who)

    async def deliver(self) -> list[dict[str, Any]]:
        """Tick and deliver until nothing is due; return what was posted."""
        before = len(self.teams.calls)
        await self.delivery.tick()
        while await self.delivery.deliver():
            pass
        return [call.json for call in self.teams.calls[before:] if call.method == "POST"]


FILLED = {
    "kind": "change",
    "phenomenon": "Asiakkaat jonottavat tuettua asumista yli puoli vuotta.",
    "proposal": "Perustetaan yhteinen asumisen tiimi.",
    "need": "housing",
    "municipality": "H01",
    "unit": "Aikuissosiaalityö",
    "sender": "named",
    "news": "yes",
}


@contextlib.asynccontextmanager
async def running_bot(
    folder: Path, *, now: Now | None = None, store: Store | None = None, **changes: Any
) -> AsyncIterator[Bot]:
    """Run a whole bot in this process on free ports; its data is in `folder`."""
    now = now or Now()
    async with SignIn() as sign_in, Teams() as teams:
        origin = teams.url.split("/teams")[0]
        settings = Settings(
            **{
                "local": False,
                "app_id": sign_in.app_id,
                "app_password": PASSWORD,
                "app_tenant": TENANT,
                "tenants": frozenset({TENANT}),
                "store": f"tinydb:{folder}",
                "secret": SECRET,
                "service_urls": (origin,),
                "openid_url": sign_in.metadata_url,
                "login_url": sign_in.login_url,
                "policy": Policy(
                    tenants=(TENANT,),
                    coordinators=frozenset({COORDINATOR}),
                    county=read_county(COUNTY),
                ),
                **changes,
            }
        )
        opened = store or await open_store(settings.store, karki.new_id)
        try:
            # Ticks and deliveries come when the test says so.
            async with karki.running(settings, opened, now=now, tick_seconds=1e9) as (
                web,
                delivery,
            ):
                await delivery.stop()
                async with TestClient(TestServer(web)) as client:
                    yield Bot(client, teams, sign_in, opened, delivery, now)
        finally:
            await opened.close()


async def at_once(*waiting: Any) -> list[Any]:
    """Await several things at the same time."""
    return list(await asyncio.gather(*waiting))
