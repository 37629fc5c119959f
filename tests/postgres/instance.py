"""One instance as `python app.py` runs it, with shorter times and a clock that tests can move.

Started as a child process by `fleet.py`. The clock's file holds the seconds it is ahead.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import sys
from pathlib import Path

import app
from bot import delivery
from bot.pace import Pace

CLOCK = Path(os.environ["TEST_CLOCK"])


def now() -> dt.datetime:
    """Return the present moment, as far ahead as the clock's file says."""
    ahead = CLOCK.read_text() if CLOCK.exists() else ""
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(ahead or 0))


if __name__ == "__main__":
    delivery.CLAIMED_FOR = dt.timedelta(seconds=float(os.environ["TEST_CLAIM"]))
    delivery.CLAIM_LEFT = delivery.CLAIMED_FOR / 2
    # Teams' own rates would make every test as long as its posts.
    app.Pace = functools.partial(Pace, ((10_000, 1.0),))
    app.running = functools.partial(
        app.running, now=now, tick_seconds=float(os.environ["TEST_TICK"])
    )
    sys.exit(app.main())
