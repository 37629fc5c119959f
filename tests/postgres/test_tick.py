"""Two instances tick at once: each batch is released by one of them, each post sent by one."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

from tests.postgres.fleet import (
    THANKS,
    assert_numbers_without_gap_or_repeat,
    filled,
    fleet_on,
    until,
)
from tests.storage.postgres_place import PostgresPlace

BATCHES = 4
REPORTS = 12


async def test_each_batch_is_released_and_posted_once(tmp_path: Path) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    async with fleet_on(place.dsn, tmp_path) as fleet:
        # Ticks come so often that both instances find the batch due at the same moment.
        await asyncio.gather(fleet.start(tick=0.05), fleet.start(tick=0.05))
        await fleet.bind_channel(fleet.instances[0])
        sent: list[str] = []
        for batch in range(1, BATCHES + 1):
            forms = [filled(anonymous=True, news="yes") for _ in range(REPORTS)]
            answers = await asyncio.gather(
                *(
                    fleet.send(fleet.instances[number % 2], f"p{number}", form)
                    for number, form in enumerate(forms)
                )
            )
            assert all(THANKS in str(shown) for shown in answers)
            sent += [form["phenomenon"] for form in forms]
            waiting = [report for report in await fleet.reports() if report.number is None]
            assert len(waiting) == REPORTS
            fleet.move_clock(days=batch * 7)

            async def released() -> bool:
                return all(report.number for report in await fleet.reports())

            await until(released, 10)
            await fleet.everything_delivered(10)
        reports = await fleet.reports()
        assert_numbers_without_gap_or_repeat(reports)
        assert sorted(report.phenomenon for report in reports) == sorted(sent)
        # A post is delivered when it has left the outbox: nothing comes after that.
        posted = Counter(
            text for words in fleet.posted() for text in re.findall(r"Havainto [a-z]{24}", words)
        )
        assert posted == Counter(sent)
        notices = Counter(
            call.conversation
            for call in fleet.teams.calls
            if call.conversation.startswith("chat-") and "kehittämisryhm" in call.body.decode()
        )
        assert notices == Counter({f"chat-p{number}": BATCHES for number in range(REPORTS)})
        assert [await instance.stop() for instance in fleet.instances] == [0, 0]
        assert not any(instance.log.read_text() for instance in fleet.instances)


async def test_each_post_is_delivered_by_one_instance(tmp_path: Path) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    async with fleet_on(place.dsn, tmp_path) as fleet:
        await asyncio.gather(fleet.start(tick=0.05), fleet.start(tick=0.05))
        forms = [filled(news="") for _ in range(150)]
        for some in (forms[:75], forms[75:]):
            # The first half waits for a channel, so that both instances find it at once.
            await asyncio.gather(
                *(
                    fleet.send(fleet.instances[number % 2], f"p{number}", form)
                    for number, form in enumerate(some)
                )
            )
            if some[0] is forms[0]:
                await fleet.bind_channel(fleet.instances[0])
        await fleet.everything_delivered(10)
        posted = Counter(
            text for words in fleet.posted() for text in re.findall(r"Havainto [a-z]{24}", words)
        )
        assert posted == Counter(form["phenomenon"] for form in forms)
        assert all(report.card is not None for report in await fleet.reports())


async def test_a_batch_is_released_while_teams_keeps_the_posts_waiting(tmp_path: Path) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    async with fleet_on(place.dsn, tmp_path) as fleet:
        instance = await fleet.start(tick=0.2)
        await fleet.bind_channel(instance)
        fleet.teams.hold()
        await fleet.send(instance, "p1", filled(anonymous=True))
        await fleet.send(instance, "p2", filled(news=""))

        async def posting() -> bool:
            return bool(fleet.posted())

        await until(posting, 5)
        fleet.move_clock(days=7)

        async def released() -> bool:
            return all(report.number for report in await fleet.reports())

        # Teams is given up waiting for after ten seconds.
        await until(released, 5)
