"""A program that files reports as fast as it can until it is killed (for test_kill.py).

`python -m tests.storage.burst` reads lines of FOLDER and SEED. For each it forks a process that
opens the folder and files from 32 senders at once; it says `pid N`, then `open`, then every
answered report as `ID KIND NUMBER`, each in one unbuffered write, and `dead` when that process
has ended. Forking keeps a round short: what takes long is importing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import secrets
import sys
from pathlib import Path

from storage.store import Store
from storage.tinydb_engine import TinyDbStore
from tests.storage.samples import HOUR, NOW, anonymous, named, way_back

SENDERS = 32


def say(line: str) -> None:
    """Write a line in one piece."""
    os.write(1, f"{line}\n".encode())


async def send(store: Store, seed: str, sender: int) -> None:
    """File reports one after the other, every third anonymously, and say what was answered."""
    for n in range(100_000):
        name, day = f"{seed}-{sender}-{n}", dt.date(2026, 9 + n % 3, 1)
        if (sender + n) % 3:
            filed = await store.file_report(named(name, day=day))
            say(f"{filed.id} named {filed.number}")
        else:
            filed = await store.file_report(anonymous(name, day=day), way_back(name))
            say(f"{filed.id} anonymous {way_back(name).id}")


async def release(store: Store, round_: int) -> None:
    """Release what waits, over and over."""
    for n in range(100_000):
        await asyncio.sleep(0.02)
        await store.release_reports(
            NOW + (round_ * 100_000 + n) * HOUR / 3600, [named(0).tenant], random.shuffle
        )


async def burst(folder: Path, seed: str) -> None:
    """Open the folder and file until killed."""
    store = await TinyDbStore.open(folder, lambda: secrets.token_hex(16))
    say("open")
    await asyncio.gather(
        *(send(store, seed, sender) for sender in range(SENDERS)), release(store, int(seed))
    )


def main() -> None:
    """Fork a burst for every line, and wait for its end."""
    for line in sys.stdin:
        folder, seed = line.split()
        child = os.fork()
        if child == 0:
            asyncio.run(burst(Path(folder), seed))
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
