"""Servers as child processes: starting, stopping, and what Linux says of their cost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
START_SECONDS = 30.0
STOP_SECONDS = 30.0
_ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)")
_TICKS = os.sysconf("SC_CLK_TCK")


class NotStarted(Exception):
    """A server did not come up; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server of a process of its own."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """Return the processor time that the process has used, all of its threads together."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_mb(self) -> float:
        """Return the memory of the process that is in use now (VmRSS), in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


@contextlib.asynccontextmanager
async def server(arguments: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[Server]:
    """Run `python <arguments>` until the block ends; it tells its address on its first line."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=ROOT,
            env={**inherited, **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=said,
        )
        try:
            assert process.stdout is not None
            try:
                async with asyncio.timeout(START_SECONDS):
                    line = await process.stdout.readline()
            except TimeoutError:
                line = b""
            found = _ADDRESS.search(line)
            if found is None:
                said.seek(0)
                tail = said.read().decode(errors="replace")[-2000:]
                raise NotStarted(f"{' '.join(arguments)}: {tail}")
            yield Server(process.pid, int(found[1]))
        finally:
            await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
