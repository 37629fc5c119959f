"""Two instances: whatever is sent twice, to either or to both at once, is stored once."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path
from typing import Any

from tests.postgres.fleet import (
    THANKS,
    assert_numbers_without_gap_or_repeat,
    filled,
    fleet_on,
    number_in,
)
from tests.storage.postgres_place import PostgresPlace

# The full figure of 5,000 is for `KARKI_ACTIONS=5000`.
ACTIONS = int(os.environ.get("KARKI_ACTIONS", "400"))
AT_ONCE = 32


async def test_each_action_sent_twice_is_stored_once(
    tmp_path: Path,
) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    forms = [filled(anonymous=number % 3 == 0) for number in range(ACTIONS)]
    receipts: list[list[dict[str, Any]]] = [[] for _ in forms]
    # One in four goes to both instances at the same moment, the others in random order.
    waiting = [
        sending
        for number in range(ACTIONS)
        for sending in ([[number, number]] if number % 4 == 1 else [[number], [number]])
    ]
    random.shuffle(waiting)
    async with fleet_on(place.dsn, tmp_path, recording=False) as fleet:
        instances = [await fleet.start(plain=True), await fleet.start(plain=True)]

        async def send(number: int, instance: int) -> None:
            shown = await fleet.send(instances[instance], f"p{number}", forms[number])
            receipts[number].append(shown)

        async def sender() -> None:
            while waiting:
                sending = waiting.pop()
                first = random.randrange(2)
                await asyncio.gather(
                    *(send(number, (first + i) % 2) for i, number in enumerate(sending))
                )

        began = time.perf_counter()
        await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
        took = time.perf_counter() - began
        reports = await fleet.reports()
        posts = await fleet.outbox()
        assert [await instance.stop() for instance in instances] == [0, 0]
    assert all(THANKS in str(first) and first == second for first, second in receipts)
    stored = {report.phenomenon: report.number for report in reports}
    assert len(reports) == len(stored) == ACTIONS
    assert stored == {
        form["phenomenon"]: number_in(answers[0])
        for form, answers in zip(forms, receipts, strict=True)
    }
    assert_numbers_without_gap_or_repeat(reports)
    assert sorted(post.report or "" for post in posts) == sorted(
        report.id for report in reports if report.number
    )
    print(f"{ACTIONS} actions, each sent twice: {len(reports)} stored, {took:.1f} s")
