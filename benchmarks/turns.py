"""Turns per second: reports filed and answered in the chat, beside the SDK's echo and bare aiohttp.

Four processes: Kärki, the two peers, and this one, which holds the load generator and the fakes
(sign-in and connector). All servers are up at once and take turns: a round of each, again and
again, so that a slow moment of the machine meets them all. Each round Kärki begins anew with an
empty store, so that the size of what it works on is the same; its post to the group's channel,
which Teams limits to seven in a second, goes on meanwhile.
"""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.activities import cards_sent, forms_sent, messages
from benchmarks.connector import Connector
from benchmarks.karki import karki
from benchmarks.load import Measured, drive, percentile
from benchmarks.plan import SENDERS, Plan
from benchmarks.processes import Server, server
from benchmarks.seeding import seed
from benchmarks.table import Row, reached
from storage.opening import open_store_for_reading
from tests.fakes.sign_in import SECRET, SignIn

# Kärki remembers 256 verified tokens; so many in turn are all unknown to it every time.
TOKENS = 400
SDK_TIMES = 10.0
BARE_SHARE = 0.25


@dataclass
class Contestant:
    """What is asked of a server, with what was measured so far."""

    name: str
    requests: Iterator[bytes]
    expect: bytes = b""
    posts: bool = True
    token: bool = True
    rounds: list[Measured] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def warm(self, server: Server) -> int:
        """Let a server get warm; return how many turns that took."""
        return (await drive(server.port, self.requests, senders=SENDERS, seconds=0.3)).count

    async def measure(self, server: Server, connector: Connector, seconds: float) -> None:
        """Run one round, and check what was posted to the chats and that it bore a token."""
        cpu, posted = server.cpu_seconds(), connector.to_chats
        with_token = connector.with_token
        measured = await drive(
            server.port,
            self.requests,
            senders=SENDERS,
            expect=self.expect,
            seconds=seconds,
        )
        posted = connector.to_chats - posted
        assert posted == (measured.count if self.posts else 0), f"{self.name}: {posted} posts"
        assert connector.with_token - with_token >= posted or not self.token, self.name
        self.rounds.append(measured)
        self.cpu.append((server.cpu_seconds() - cpu) / measured.count)

    @property
    def rate(self) -> float:
        """The median of the rounds, in turns per second."""
        return statistics.median(one.rate for one in self.rounds)

    @property
    def cpu_ms(self) -> float:
        """The median of the rounds: processor time of a turn, in milliseconds."""
        return statistics.median(self.cpu) * 1000

    def latencies(self) -> str:
        """Return the percentiles of all rounds, in milliseconds."""
        every = [latency for one in self.rounds for latency in one.latencies]
        return " / ".join(f"{percentile(every, p) * 1000:.1f}" for p in (0.5, 0.95, 0.99))

    def times(self, other: Contestant) -> float:
        """Return how many times as fast as another this is, as the median of the rounds."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return statistics.median(mine.rate / theirs.rate for mine, theirs in pairs)


async def run(plan: Plan) -> list[Row]:
    """Measure, and return the rows of the table."""
    async with (
        SignIn() as sign_in,
        Connector() as connector,
        sdk_echo(sign_in) as sdk,
        server(["-m", "benchmarks.peers.bare_aiohttp"], {}) as bare,
    ):
        url, filed_as = connector.url, b'"R-2'
        token = [sign_in.bearer(url)]
        many = [sign_in.bearer(url, jti=str(number)) for number in range(TOKENS)]
        forms = Contestant("form", forms_sent(url, token), filed_as)
        cards = Contestant("card", cards_sent(url, token), filed_as, posts=False)
        fresh = Contestant("tokens", forms_sent(url, many), filed_as)
        echo = Contestant("SDK echo", messages(url, token))
        plain = Contestant("bare aiohttp", messages(url, token), token=False)
        before = ("-m", "cProfile", "-o", str(plan.profile)) if plan.profile else ()
        stored, memory = 0, []
        for round_number in range(plan.rounds):
            folder = plan.folder / f"turns-{round_number}"
            await seed(folder, 0, url)
            async with karki(folder, sign_in, connector, before=before) as ours:
                turns = [(ours, forms), (ours, cards), (ours, fresh), (sdk, echo), (bare, plain)]
                filed = 0
                for running, one in turns:
                    warmed = await one.warm(running)
                    filed += warmed if running is ours else 0
                for running, one in turns:
                    await one.measure(running, connector, plan.seconds)
                    filed += one.rounds[-1].count if running is ours else 0
                memory = [f"{one.resident_mb():.0f}" for one in (ours, sdk, bare)]
            stored = len(await (await open_store_for_reading(f"tinydb:{folder}")).all_reports())
            assert filed == stored, f"{filed} reports were answered, {stored} are in the store"
    return _rows(forms, cards, fresh, echo, plain, stored, memory)


@contextlib.asynccontextmanager
async def sdk_echo(sign_in: SignIn) -> AsyncIterator[Server]:
    """Run the SDK's echo bot."""
    environment = {
        "APP_ID": sign_in.app_id,
        "APP_PASSWORD": SECRET,
        "LOGIN_URL": sign_in.login_url,
        "METADATA_URL": sign_in.metadata_url,
    }
    async with server(["-m", "benchmarks.peers.sdk_echo"], environment) as running:
        yield running


def _rows(
    forms: Contestant,
    cards: Contestant,
    fresh: Contestant,
    echo: Contestant,
    plain: Contestant,
    stored: int,
    memory: Sequence[str],
) -> list[Row]:
    rows = []
    for what, ours in (
        ("task/submit, receipt posted to the chat", forms),
        ("adaptiveCard/action, receipt in the response", cards),
        ("task/submit, every token unknown", fresh),
    ):
        sdk_times, bare_share = ours.times(echo), ours.times(plain)
        rows += [
            Row(
                f"turns: {what}; {SENDERS} senders",
                f"{ours.rate:.0f}/s",
                f"≥ {SDK_TIMES:.0f} × SDK echo",
                f"{echo.rate:.0f}/s",
                f"{sdk_times:.1f}",
                reached(sdk_times >= SDK_TIMES),
            ),
            Row(
                "  the same",
                f"{ours.rate:.0f}/s",
                f"≥ {BARE_SHARE} × bare aiohttp",
                f"{plain.rate:.0f}/s",
                f"{bare_share:.2f}",
                reached(bare_share >= BARE_SHARE),
            ),
        ]
    peers = f"SDK {echo.cpu_ms:.2f}, bare {plain.cpu_ms:.2f}"
    rows += [
        Row("turns: CPU of a turn, task/submit", f"{forms.cpu_ms:.2f} ms", peer=peers),
        Row("turns: CPU of a turn, adaptiveCard/action", f"{cards.cpu_ms:.2f} ms", peer=peers),
        Row(
            "turns: p50 / p95 / p99 in ms, task/submit",
            forms.latencies(),
            peer=f"SDK {echo.latencies()}",
        ),
        Row(
            "turns: p50 / p95 / p99 in ms, adaptiveCard/action",
            cards.latencies(),
            peer=f"bare {plain.latencies()}",
        ),
        Row(
            f"turns: VmRSS after {stored} reports in a round",
            f"{memory[0]} MiB",
            peer=f"SDK {memory[1]}, bare {memory[2]} MiB",
        ),
    ]
    return rows
