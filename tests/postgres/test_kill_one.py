"""One instance of two is killed: the other one carries on, and nothing is lost or told twice."""

from __future__ import annotations

import asyncio
import os
import random
import re
import time
from collections import Counter
from pathlib import Path

from tests.postgres.fleet import Fleet, filled, fleet_on, until
from tests.postgres.senders import Senders
from tests.storage.postgres_place import PostgresPlace

# The full figure of 50 is for `KARKI_PG_KILLS=50`.
KILLS = int(os.environ.get("KARKI_PG_KILLS", "3"))


def _posted(fleet: Fleet) -> Counter[str]:
    """Return how many times each report came to the channel, by its text."""
    found = Counter[str]()
    for words in fleet.posted():
        text = re.search(r"Havainto [a-z]{24}", words)
        assert text is not None, words
        found[text[0]] += 1
    return found


async def test_kills_under_load_lose_nothing_and_repeat_at_most_one_post_each(
    tmp_path: Path,
) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    async with fleet_on(place.dsn, tmp_path) as fleet:
        await fleet.start()
        await fleet.start()
        await fleet.bind_channel(fleet.instances[0])
        senders = Senders(fleet)
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0.1, 0.8))
            await fleet.kill(random.choice(fleet.instances))
            await fleet.start()
            senders.check()
        await senders.finish()
        await senders.assert_everything_kept_once()
        await fleet.everything_delivered(10)
        posted = _posted(fleet)
        repeated = sum(posted.values()) - len(posted)
        # Each answered report under a name was due at once.
        assert {text for text, number in senders.kept.items() if number} <= set(posted)
        named = {report.phenomenon for report in await fleet.reports() if report.number}
        assert set(posted) == named
        assert repeated <= KILLS
        print(
            f"{KILLS} kills, {len(senders.kept)} answered, {senders.tried_again} sent again, "
            f"{len(posted)} posted, {repeated} repeated, slowest answer {senders.slowest:.1f} s"
        )


async def test_what_a_dead_instance_had_claimed_is_taken_over_when_the_claim_ends(
    tmp_path: Path,
) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    async with fleet_on(place.dsn, tmp_path) as fleet:
        first = await fleet.start(claim=3.0)
        await fleet.bind_channel(first)
        gate = fleet.teams.hold()
        forms = [filled(news="") for _ in range(20)]
        await asyncio.gather(
            *(fleet.send(first, f"p{number}", form) for number, form in enumerate(forms))
        )

        async def sending() -> bool:
            posts = await fleet.outbox()
            return bool(fleet.posted()) and any(post.claimed_until for post in posts)

        await until(sending, 10)
        await fleet.kill(first)
        claimed = {post.id for post in await fleet.outbox() if post.claimed_until}
        gate.set()
        second = await fleet.start(claim=3.0)
        began = time.monotonic()
        await fleet.everything_delivered(10)
        posted = _posted(fleet)
        assert set(posted) == {form["phenomenon"] for form in forms}
        # The one post in the dead one's hands may have arrived; nobody can know.
        assert sum(posted.values()) <= len(forms) + 1
        assert await second.stop() == 0
        print(f"{len(claimed)} taken over in {time.monotonic() - began:.1f} s")


async def test_an_instance_that_is_stopped_gives_its_posts_to_the_other_at_once(
    tmp_path: Path,
) -> None:
    place = PostgresPlace(tmp_path / "data", lambda: "")
    async with fleet_on(place.dsn, tmp_path) as fleet:
        first = await fleet.start(claim=600.0)
        await fleet.bind_channel(first)
        gate = fleet.teams.hold()
        forms = [filled(news="") for _ in range(20)]
        await asyncio.gather(
            *(fleet.send(first, f"p{number}", form) for number, form in enumerate(forms))
        )

        async def sending() -> bool:
            return bool(fleet.posted())

        await until(sending, 10)
        stopping = asyncio.create_task(first.stop())
        await asyncio.sleep(0.5)
        gate.set()
        assert await stopping == 0
        fleet.instances.remove(first)
        await fleet.start(claim=600.0)
        await fleet.everything_delivered(10)
        assert _posted(fleet) == Counter(form["phenomenon"] for form in forms)
