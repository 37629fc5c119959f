"""People who send reports one after another, and press Send again until they are thanked."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

from tests.postgres.fleet import (
    TEAMS_WAITS,
    THANKS,
    Fleet,
    Gone,
    assert_numbers_without_gap_or_repeat,
    filled,
    gives_back,
    number_in,
)


class Senders:
    """A crowd under way; what it was answered is kept by the report's text."""

    def __init__(self, fleet: Fleet, *, count: int = 16, pause: float = 0.04) -> None:
        self._fleet = fleet
        self._going = True
        self._pause = pause
        self._tasks = [asyncio.create_task(self._send_on(f"p{i}")) for i in range(count)]
        self.kept: dict[str, str | None] = {}
        self.tried_again = 0
        self.slowest = 0.0
        self.last_thanked: dict[str, float] = {}

    async def finish(self) -> None:
        """Let everyone finish the report in hand, which takes until it is stored."""
        self._going = False
        await asyncio.wait_for(asyncio.gather(*self._tasks), 60)

    def check(self) -> None:
        """Fail at once when somebody met with what they must not meet with."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def _send_on(self, person: str) -> None:
        count = random.randrange(3)
        while self._going:
            count += 1
            await self._send(person, filled(anonymous=count % 3 == 0))
            await asyncio.sleep(random.random() * 2 * self._pause)

    async def _send(self, person: str, form: dict[str, Any]) -> None:
        while True:
            instance = random.choice(self._fleet.instances)
            began = time.monotonic()
            try:
                shown = await self._fleet.send(instance, person, form)
            except Gone:
                assert instance not in self._fleet.instances, "an instance that lives answers"
                self.tried_again += 1
                continue
            now = time.monotonic()
            self.slowest = max(self.slowest, now - began)
            assert now - began < TEAMS_WAITS, f"an answer took {now - began:.1f} s"
            if THANKS in str(shown):
                self.kept[form["phenomenon"]] = number_in(shown)
                self.last_thanked[instance.url] = now
                return
            assert gives_back(shown, form), str(shown)[:1_000]
            self.tried_again += 1
            await asyncio.sleep(0.3)

    async def assert_everything_kept_once(self) -> None:
        """What was answered is stored with the same number, and nothing is stored twice."""
        reports = await self._fleet.reports()
        stored = {report.phenomenon: report.number for report in reports}
        assert len(stored) == len(reports)
        assert {text: stored.get(text, "missing") for text in self.kept} == self.kept
        assert_numbers_without_gap_or_repeat(reports)
