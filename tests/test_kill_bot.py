"""A bot killed in the middle of a burst has kept every report that it answered for."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp

from storage.opening import open_store_for_reading
from tests.fakes.teams import Teams
from tests.kit import FILLED

ROOT = Path(__file__).parents[1]
# Each kill starts a whole bot; the full figure of 200 is for `KARKI_BOT_KILLS=200`.
KILLS = int(os.environ.get("KARKI_BOT_KILLS", "4"))
SENDERS = 16


async def _start(folder: Path) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "app.py"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={
            "PATH": os.environ["PATH"],
            "KARKI_LOCAL": "1",
            "PORT": "0",
            "KARKI_STORE": f"tinydb:{folder}",
        },
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    found = re.search(r"http://\S+", line)
    assert found is not None, f"the bot did not start: {line!r}"
    return process, found[0]


async def _sender(
    url: str, teams: Teams, number: int, session: aiohttp.ClientSession, kept: dict[str, str]
) -> None:
    """File reports one after another until the bot is gone; remember each answer by its text."""
    count = 0
    while True:
        count += 1
        text = "Havainto " + "".join(random.choices("aeioukmnst", k=24))
        anonymous = count % 3 == 0
        form: dict[str, Any] = {
            **FILLED,
            "phenomenon": text,
            "sender": "anonymous" if anonymous else "named",
            "municipality": "",
            "nonce": f"{random.getrandbits(128):032x}",
            "verb": "report.send",
        }
        body = {
            "type": "invoke",
            "name": "adaptiveCard/action",
            "channelId": "msteams",
            "serviceUrl": teams.url,
            "from": {
                "id": f"u{number}",
                "name": f"Lähettäjä {number}",
                "aadObjectId": f"p{number}",
            },
            "conversation": {"id": f"chat{number}", "conversationType": "personal"},
            "channelData": {"tenant": {"id": "t"}},
            "locale": "fi-FI",
            "value": {"action": {"verb": "report.send", "data": form}},
        }
        try:
            async with session.post(url, json=body) as response:
                answer = await response.json()
        except (aiohttp.ClientError, OSError):
            return
        shown = json.dumps(answer, ensure_ascii=False)
        assert "Kiitos" in shown, shown[:500]
        found = re.search(r"R-\d{4}-\d{4,}", shown)
        kept[text] = "" if anonymous or found is None else found[0]


async def test_no_answered_report_is_missing_or_there_twice(tmp_path: Path) -> None:
    kept: dict[str, str] = {}
    async with Teams(recording=False) as teams, aiohttp.ClientSession() as session:
        for _ in range(KILLS):
            process, url = await _start(tmp_path / "data")
            senders = [
                asyncio.create_task(_sender(url, teams, number, session, kept))
                for number in range(SENDERS)
            ]
            before = len(kept)
            moment = random.uniform(0.02, 0.6)
            while len(kept) == before:  # noqa: ASYNC110 # another process is what we wait for
                await asyncio.sleep(0.01)
            await asyncio.sleep(moment)
            process.send_signal(signal.SIGKILL)
            await process.wait()
            await asyncio.gather(*senders)
        process, _ = await _start(tmp_path / "data")  # it starts again after the last kill too
        process.terminate()
        assert await process.wait() == 0
        store = await open_store_for_reading(f"tinydb:{tmp_path / 'data'}")
    assert store.warnings == ()
    reports = await store.all_reports()
    texts = [report.phenomenon for report in reports]
    numbers = [report.number for report in reports if report.number]
    assert len(texts) == len(set(texts))
    assert len(numbers) == len(set(numbers))
    stored = {report.phenomenon: report.number or "" for report in reports}
    assert {text: stored.get(text) for text in kept} == kept
    print(f"{KILLS} kills, {len(kept)} answered reports, {len(reports)} stored")
