"""Time that passes only when it is told to."""

from __future__ import annotations


class Clock:
    """Call it for the time; `sleep` takes no time and moves it on, and is recorded in `slept`."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
