"""How much is measured, in a whole run and in a quick one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SENDERS = 32


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of a run; `profile` names a file for a cProfile of the bot under load."""

    folder: Path
    rounds: int = 5
    seconds: float = 3.0
    starts: int = 5
    growths: int = 3
    profile: Path | None = None


def whole(folder: Path, profile: Path | None) -> Plan:
    """Return the plan of a whole run, which takes less than six minutes."""
    return Plan(folder, profile=profile)


def quick(folder: Path, profile: Path | None) -> Plan:
    """Return the plan of a quick run, which takes less than a minute and a half."""
    return Plan(folder, rounds=2, seconds=1.0, starts=2, growths=1, profile=profile)
