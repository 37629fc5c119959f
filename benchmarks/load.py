"""The load generator: senders that each wait for an answer before they send again.

It speaks HTTP/1.1 over plain asyncio protocols, several times cheaper than an HTTP client
library, so that on two cores the server under test is what limits the rate.
"""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from benchmarks.http_bytes import Messages

# Nothing here waits longer for its last answers, whatever a server does.
PATIENCE = 30.0


class WrongAnswer(AssertionError):
    """A server answered something else than was asked for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of the load gave: seconds from first request to last answer, and latencies."""

    seconds: float
    latencies: tuple[float, ...]

    @property
    def count(self) -> int:
        """How many requests were answered."""
        return len(self.latencies)

    @property
    def rate(self) -> float:
        """How many requests were answered in a second."""
        return self.count / self.seconds


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values (0 to 1) does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median_mean(values: Sequence[float]) -> tuple[float, float]:
    """Return the median and the mean."""
    return statistics.median(values), statistics.fmean(values)


async def drive(
    port: int,
    requests: Iterator[bytes],
    *,
    senders: int,
    expect: bytes = b"",
    seconds: float = 60.0,
    most: int = 1_000_000,
) -> Measured:
    """Send requests until the time is over or `most` were sent; every answer is awaited.

    Raises WrongAnswer for an answer that is not 200 or 201 or whose body lacks `expect`.
    """
    loop = asyncio.get_running_loop()
    load = _Load(requests, expect, seconds, most, loop.create_future())
    connections = [
        (await loop.create_connection(lambda: _Sender(load), "127.0.0.1", port))[1]
        for _ in range(senders)
    ]
    load.started = perf_counter()
    load.busy = senders
    for connection in connections:
        connection.send_next()
    try:
        async with asyncio.timeout(seconds + PATIENCE):
            await load.over
    finally:
        for connection in connections:
            connection.close()
    return Measured(load.last_answer - load.started, tuple(load.latencies))


class _Load:
    def __init__(
        self,
        requests: Iterator[bytes],
        expect: bytes,
        seconds: float,
        most: int,
        over: asyncio.Future[None],
    ) -> None:
        self.requests = requests
        self.expect = expect
        self.seconds = seconds
        self.left = most
        self.over = over
        self.started = 0.0
        self.last_answer = 0.0
        self.busy = 0
        self.latencies: list[float] = []

    def fail(self, error: Exception) -> None:
        if not self.over.done():
            self.over.set_exception(error)


class _Sender(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self._load = load
        self._messages = Messages()
        self._transport: asyncio.Transport | None = None
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.fail(WrongAnswer("a server closed a connection"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def send_next(self) -> None:
        load = self._load
        now = perf_counter()
        if load.left <= 0 or now - load.started >= load.seconds:
            load.busy -= 1
            if load.busy == 0 and not load.over.done():
                load.over.set_result(None)
            return
        load.left -= 1
        self._sent = now
        assert self._transport is not None
        self._transport.write(next(load.requests))

    def data_received(self, data: bytes) -> None:
        load = self._load
        for head, body in self._messages.feed(data):
            load.last_answer = perf_counter()
            load.latencies.append(load.last_answer - self._sent)
            if head[9:12] not in (b"200", b"201") or load.expect not in body:
                load.fail(WrongAnswer(f"{head[:40]!r} … {body[:300]!r}"))
                return
            self.send_next()
