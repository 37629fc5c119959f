"""A running Kärki to be wronged, and a watch that tells whether anything came of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

import app as karki
from bot.pace import Pace
from tests.fakes.sign_in import SECRET
from tests.kit import AINO, FILLED, Answer, Bot, Who, running_bot

NONCE = "0123456789abcdef0123456789abcdef"


class Target:
    """A running bot, its folder, and what is most often done to it."""

    def __init__(self, bot: Bot, folder: Path) -> None:
        self.bot = bot
        self.folder = folder
        self._nonces = 0

    def nonce(self) -> str:
        """Make a form's nonce that was not used before."""
        self._nonces += 1
        return f"a nonce of the tests {self._nonces:08}"

    def form(self, who: Who = AINO, **fields: Any) -> dict[str, Any]:
        """Make an activity that would file a report."""
        data = {**FILLED, "nonce": self.nonce(), "verb": "report.send"}
        return self.bot.activity(
            who, **{"type": "invoke", "name": "task/submit", "value": {"data": data}, **fields}
        )

    async def raw(self, head: str | bytes, body: bytes = b"") -> int:
        """Send bytes as they are; return the status of the answer, 0 for none at all."""
        server = self.bot.client.server
        reader, writer = await asyncio.open_connection(server.host, server.port)
        try:
            sent = head.encode() if isinstance(head, str) else head
            writer.write(sent.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body)
            await writer.drain()
            line = await reader.readline()
            return int(line.split()[1]) if line else 0
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def everything(self) -> tuple[Any, ...]:
        """Return all that a request could have changed."""
        store = self.bot.store
        reports = tuple(await store.all_reports())
        # With reports, the store tidies its files a moment after the last change, on its own.
        files = (
            {}
            if reports
            else {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        )
        return (
            reports,
            tuple(await store.outbox()),
            await store.group_channel(AINO.tenant),
            await store.person_settings(AINO.tenant, AINO.id),
            files,
            len(self.bot.teams.calls),
        )

    @contextlib.asynccontextmanager
    async def untouched(self) -> AsyncIterator[None]:
        """Demand that nothing is stored and nothing posted within the block."""
        await self.bot.deliver()
        before = await self.everything()
        yield
        await self.bot.deliver()
        assert await self.everything() == before

    async def refused(
        self,
        body: Mapping[str, Any] | bytes | str,
        headers: Mapping[str, str] | None = None,
        *,
        status: int | tuple[int, ...] = 400,
    ) -> Answer:
        """Demand that a request is refused and that nothing comes of it."""
        async with self.untouched():
            answer = await self.bot.post(body, headers)
        assert answer.status in ((status,) if isinstance(status, int) else status), answer
        assert isinstance(answer.body, dict)
        assert set(answer.body) == {"error"}
        return answer


class Trap:
    """A server on this machine that nobody may ever come to."""

    def __init__(self) -> None:
        self.came: list[bytes] = []
        self.port = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Remember who came, and close."""
        self.came.append(await reader.read(1000))
        writer.close()


@contextlib.asynccontextmanager
async def running_target(folder: Path, **settings: Any) -> AsyncIterator[Target]:
    """Run a whole bot that posts for real, at no one's pace but its own."""
    with pytest.MonkeyPatch.context() as patch:
        # Teams' own rates are kept in tests/bot; here they would only make the tests wait.
        patch.setattr(karki, "Pace", lambda: Pace(((1_000_000, 1.0),)))
        async with running_bot(folder, **{"app_password": SECRET, **settings}) as bot:
            yield Target(bot, folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Target]:
    """One running bot for a module whose tests leave it as they found it."""
    async with running_target(tmp_path_factory.mktemp("hostile") / "data") as target:
        yield target


@pytest_asyncio.fixture(loop_scope="module")
async def target(tmp_path: Path) -> AsyncIterator[Target]:
    """A running bot of the test's own."""
    async with running_target(tmp_path / "data") as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trap() -> AsyncIterator[Trap]:
    """Listen on a port to which no request of the bot may lead."""
    made = Trap()
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses to which requests leave, as they leave."""
    addresses: list[str] = []
    send: Callable[..., Any] = aiohttp.ClientSession._request

    async def spy(session: Any, method: str, url: Any, **options: Any) -> Any:
        addresses.append(str(url))
        return await send(session, method, url, **options)

    monkeypatch.setattr(aiohttp.ClientSession, "_request", spy)
    return addresses
