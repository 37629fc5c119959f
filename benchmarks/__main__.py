"""`python -m benchmarks [names …] [--quick]`: measures, and prints one table."""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import importlib.util
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import growth, identity, postgres, start, store, turns
from benchmarks.plan import Plan, quick, whole
from benchmarks.table import Row, written

BENCHMARKS: dict[str, Callable[[Plan], Coroutine[Any, Any, list[Row]]]] = {
    "turns": turns.run,
    "growth": growth.run,
    "store": store.run,
    "postgres": postgres.run,
    "start": start.run,
    "identity": identity.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; the status is 0 whichever bars were reached, 1 if one failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument(
        "--profile", type=Path, metavar="FILE", help="in turns, run the bot under cProfile"
    )
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    names = given.names or list(BENCHMARKS)
    if "turns" in names and importlib.util.find_spec("botbuilder.integration") is None:
        parser.error("a peer is missing: pip install -r benchmarks/requirements.txt")
    print(_machine())
    rows: list[Row] = []
    status = 0
    profile = given.profile.resolve() if given.profile else None
    with tempfile.TemporaryDirectory(prefix="karki-bench-") as folder:
        plan = (quick if given.quick else whole)(Path(folder), profile)
        for name in names:
            started = perf_counter()
            try:
                rows += asyncio.run(BENCHMARKS[name](plan))
            except Exception:
                # What the others measured is not lost.
                traceback.print_exc()
                rows.append(Row(f"{name}: could not be measured, see above", "-"))
                status = 1
            print(f"{name}: {perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print(written(rows))
    return status


def _machine() -> str:
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("aiohttp", "botbuilder-core", "tinydb")
    )
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, {versions}; load {load}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
