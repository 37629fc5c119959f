"""Runs the command line many times over in forked children, after one import of the program.

Reads a JSON list of [arguments, environment] from standard input; writes a list of
[status, standard output, standard error]. A command that hangs is ended by SIGALRM.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from typing import IO

import app

SECONDS = 6

Started = tuple[int, IO[bytes], IO[bytes]]


def start(arguments: list[str], environment: dict[str, str]) -> Started:
    """Start one command as `python app.py` would."""
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
    child = os.fork()
    if child:
        return child, out, err
    signal.alarm(SECONDS)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    status: object = 99
    try:
        status = app.main(arguments)
    except SystemExit as ended:
        status = ended.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1)


def end(started: Started) -> tuple[int, str, str]:
    """Wait for a command; return its status and what it wrote."""
    child, *files = started
    _, ended = os.waitpid(child, 0)
    texts = []
    for file in files:
        file.seek(0)
        texts.append(file.read().decode("utf-8", "replace"))
        file.close()
    return os.waitstatus_to_exitcode(ended), texts[0], texts[1]


if __name__ == "__main__":
    everything = [start(*case) for case in json.load(sys.stdin)]
    json.dump([end(started) for started in everything], sys.stdout)
