"""PostgreSQL goes and comes again under load: people are told, nothing is lost, all recovers."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path

from tests.postgres.fleet import Fleet, Instance, fleet_on, until
from tests.postgres.own_server import own_server
from tests.postgres.senders import Senders

# The full figure of 20 is for `KARKI_PG_RESTARTS=20`.
RESTARTS = int(os.environ.get("KARKI_PG_RESTARTS", "2"))
RECOVERS = 5.0
# How long the server is away: shorter and longer than a turn tries again by itself.
SHORT, LONG = (0.0, 1.0), (4.0, 6.0)


async def _recovered(fleet: Fleet, senders: Senders, instance: Instance) -> float:
    """Wait until an instance has thanked somebody and is ready; return the seconds it took."""
    up = time.monotonic()

    async def thanks() -> bool:
        senders.check()
        return senders.last_thanked.get(instance.url, 0.0) > up

    await until(thanks, RECOVERS)
    await fleet.until_ready(instance, True, max(0.1, up + RECOVERS - time.monotonic()))
    return time.monotonic() - up


async def test_restarts_under_load_lose_nothing_and_are_recovered_from(tmp_path: Path) -> None:
    recovered = []
    with own_server() as server:
        async with fleet_on(server.own_dsn, tmp_path) as fleet:
            # The tick is as seldom as in earnest: trouble makes it come sooner.
            await fleet.start(tick=5.0)
            await fleet.start(tick=5.0)
            await fleet.bind_channel(fleet.instances[0])
            senders = Senders(fleet)
            for number in range(RESTARTS):
                mode = random.choice(["fast", "immediate"])
                long = number % 2 == 1
                await asyncio.sleep(random.uniform(0.3, 1.0))
                senders.check()
                await server.down(mode)
                await asyncio.sleep(random.uniform(*(LONG if long else SHORT)))
                if long:
                    for instance in fleet.instances:
                        why = await fleet.until_ready(instance, False, 6.0)
                        assert "the store does not take writes" in why
                await server.up()
                recovered += await asyncio.gather(
                    *(_recovered(fleet, senders, instance) for instance in fleet.instances)
                )
            await senders.finish()
            await senders.assert_everything_kept_once()
            for instance in fleet.instances:
                log = instance.log.read_text()
                assert not any(text in log for text in senders.kept)
                assert "Traceback" not in log
        print(
            f"{RESTARTS} restarts, {len(senders.kept)} answered, {senders.tried_again} told to "
            f"try again, slowest answer {senders.slowest:.1f} s, recovered within "
            f"{max(recovered):.1f} s"
        )
