"""Instances of the whole bot as child processes on one PostgreSQL, and the people who use them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from storage.opening import open_store_for_reading
from storage.records import Post, Report
from tests.fakes.teams import Teams
from tests.kit import FILLED, words_of

ROOT = Path(__file__).parents[2]
THANKS = "Kiitos, ilmoitus on tallessa"
TRY_AGAIN = "Ilmoitusta ei voitu juuri nyt tallentaa"
CHANNEL = "19:group@thread.tacv2"
# Teams waits so long for an answer.
TEAMS_WAITS = 5.0

Gone = (aiohttp.ClientError, OSError)


@dataclass
class Instance:
    """One running bot."""

    process: asyncio.subprocess.Process
    url: str
    log: Path

    @property
    def origin(self) -> str:
        """Where its health pages are."""
        return self.url.split("/api/")[0]

    async def kill(self) -> None:
        """End it as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> int:
        """Ask it to end; return its exit status."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 30)


@dataclass
class Fleet:
    """The instances on one database, a Teams for them all, and a session to reach them."""

    dsn: str
    folder: Path
    teams: Teams
    session: aiohttp.ClientSession
    instances: list[Instance] = field(default_factory=list)
    started: int = 0

    async def start(
        self, *, tick: float = 0.5, claim: float = 4.0, plain: bool = False
    ) -> Instance:
        """Start an instance: with times of the test's own, or just as `python app.py` does."""
        self.started += 1
        log = self.folder / f"instance-{self.started}.log"
        what = [str(ROOT / "app.py")] if plain else ["-m", "tests.postgres.instance"]
        with log.open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *what,
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env={
                    "PATH": os.environ["PATH"],
                    "KARKI_LOCAL": "1",
                    "PORT": "0",
                    "KARKI_STORE": self.dsn,
                    "TEST_TICK": str(tick),
                    "TEST_CLAIM": str(claim),
                    "TEST_CLOCK": str(self.folder / "clock"),
                },
            )
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        found = re.search(r"http://\S+", line)
        if found is None:
            await process.wait()
        assert found is not None, f"the bot did not start: {line!r} {log.read_text()}"
        instance = Instance(process, found[0], log)
        self.instances.append(instance)
        return instance

    async def kill(self, instance: Instance) -> None:
        """Kill an instance; it is no longer one of ours."""
        self.instances.remove(instance)
        await instance.kill()

    def move_clock(self, days: float) -> None:
        """Put every instance's clock so far ahead of the true time."""
        new = self.folder / "clock.new"
        new.write_text(str(days * 86_400))
        new.replace(self.folder / "clock")

    def activity(self, person: str, **fields: Any) -> dict[str, Any]:
        """Make an activity from somebody's personal chat."""
        return {
            "type": "invoke",
            "name": "adaptiveCard/action",
            "channelId": "msteams",
            "serviceUrl": self.teams.url,
            "from": {"id": f"u-{person}", "name": f"Nimi {person}", "aadObjectId": person},
            "recipient": {"id": "28:karki", "name": "Kärki"},
            "conversation": {"id": f"chat-{person}", "conversationType": "personal"},
            "channelData": {"tenant": {"id": "t"}},
            "locale": "fi-FI",
            **fields,
        }

    async def send(self, instance: Instance, person: str, form: dict[str, Any]) -> dict[str, Any]:
        """Press Send; return what Teams would show. Raises one of `Gone` when nobody answers."""
        action = {"verb": "report.send", "data": form}
        body = self.activity(person, value={"action": action})
        async with self.session.post(instance.url, json=body) as response:
            shown: dict[str, Any] = await response.json()
            assert response.status == 200, shown
            return shown

    async def say(self, instance: Instance, text: str, **fields: Any) -> None:
        """Type a message; the answer comes to Teams."""
        body = self.activity("kaisa", type="message", text=text, **fields)
        async with self.session.post(instance.url, json=body) as response:
            assert response.status == 200

    async def bind_channel(self, instance: Instance) -> None:
        """Make a channel of the tests' Teams the group's."""
        await self.say(
            instance,
            "liitä kanava",
            conversation={"id": f"{CHANNEL};messageid=1", "conversationType": "channel"},
            channelData={
                "tenant": {"id": "t"},
                "team": {"id": "19:team", "name": "Kehittämisryhmä"},
                "channel": {"id": CHANNEL},
            },
        )

    async def ready(self, instance: Instance) -> tuple[bool, str]:
        """Return whether an instance says it is ready, and what it says is wrong."""
        async with self.session.get(f"{instance.origin}/readyz") as response:
            shown = await response.json()
            assert response.status == (200 if shown["ready"] else 503)
            return shown["ready"], " ".join(shown["why"])

    async def until_ready(self, instance: Instance, ready: bool, seconds: float) -> str:
        """Wait until an instance says that it is ready, or that it is not; return why not."""
        why = ""

        async def as_hoped() -> bool:
            nonlocal why
            now, why = await self.ready(instance)
            return now is ready

        await until(as_hoped, seconds)
        return why

    async def reports(self) -> list[Report]:
        """Return what is stored."""
        store = await open_store_for_reading(self.dsn)
        try:
            return list(await store.all_reports())
        finally:
            await store.close()

    async def outbox(self) -> list[Post]:
        """Return what waits to be posted."""
        store = await open_store_for_reading(self.dsn)
        try:
            return list(await store.outbox())
        finally:
            await store.close()

    async def everything_delivered(self, seconds: float) -> None:
        """Wait until the outbox is empty; it must grow smaller every so many seconds."""
        connection = await asyncpg.connect(self.dsn)
        try:
            left, last = -1, 0.0
            while (waiting := await connection.fetchval("SELECT count(*) FROM posts")) > 0:
                if left < 0 or waiting < left:
                    left, last = waiting, time.monotonic()
                assert time.monotonic() < last + seconds, f"{waiting} posts are not delivered"
                await asyncio.sleep(0.1)
        finally:
            await connection.close()

    def posted(self, conversation: str = CHANNEL) -> list[str]:
        """Return the words of every message that came to a conversation."""
        return [
            "\n".join(words_of(part["content"]) for part in call.json.get("attachments", []))
            for call in self.teams.calls
            if call.method == "POST" and call.conversation == conversation
        ]


@contextlib.asynccontextmanager
async def fleet_on(dsn: str, folder: Path, *, recording: bool = True) -> AsyncIterator[Fleet]:
    """Give a fleet without instances; whatever is started in it ends with it."""
    async with (
        Teams(recording=recording) as teams,
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=60)
        ) as session,
    ):
        fleet = Fleet(dsn, folder, teams, session)
        try:
            yield fleet
        finally:
            await asyncio.gather(*(instance.kill() for instance in fleet.instances))


def filled(*, anonymous: bool = False, **changes: str) -> dict[str, Any]:
    """Return a filled form with a text and a nonce of its own."""
    return {
        **FILLED,
        "phenomenon": "Havainto " + "".join(random.choices("aeioukmnst", k=24)),
        "sender": "anonymous" if anonymous else "named",
        "municipality": "",
        "nonce": f"{random.getrandbits(128):032x}",
        "verb": "report.send",
        **changes,
    }


def gives_back(shown: dict[str, Any], form: dict[str, Any]) -> bool:
    """Whether an answer is the form again: a sentence, every text still in it, the same nonce."""
    card = json.dumps(shown, ensure_ascii=False)
    inputs = {
        part["id"]: part.get("value") for part in _parts(shown) if "id" in part and "type" in part
    }
    return (
        TRY_AGAIN in card
        and f'"nonce": "{form["nonce"]}"' in card
        and all(inputs[name] == form[name] for name in ("phenomenon", "proposal", "unit"))
    )


def _parts(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for each in part for found in _parts(each)]
    if isinstance(part, dict):
        return [part, *(found for each in part.values() for found in _parts(each))]
    return []


def number_in(shown: dict[str, Any]) -> str | None:
    """Return the report's number in a receipt."""
    found = re.search(r"R-\d{4}-\d{4,}", words_of(shown.get("value", {})))
    return found[0] if found else None


def assert_numbers_without_gap_or_repeat(reports: list[Report]) -> None:
    """Numbers run from 1 in every year, each once."""
    numbers: dict[str, list[int]] = {}
    for report in reports:
        if report.number:
            _, year, running = report.number.split("-")
            numbers.setdefault(year, []).append(int(running))
    for found in numbers.values():
        assert sorted(found) == list(range(1, len(found) + 1))


async def until(as_hoped: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Wait until something is so, asking often."""
    async with asyncio.timeout(seconds):
        while not await as_hoped():  # noqa: ASYNC110 # another process is what we wait for
            await asyncio.sleep(0.05)
