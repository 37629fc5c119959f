"""Does the program start only as it should, and say plainly why it does not?"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from openpyxl import load_workbook

ROOT = Path(__file__).parents[2]
WORD = "Ömpyläkkö"
KEPT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
TEAMS = {
    "MicrosoftAppId": "0d5e4f6a-1111-4222-8333-944455566677",
    "MicrosoftAppPassword": "an invented password",
    "MicrosoftAppTenantId": "11111111-0000-4000-8000-000000000001",
    "KARKI_SECRET": "an invented secret of thirty-two",
    "KARKI_STORE": "tinydb:{folder}/bad-settings",
}
LOCAL = {"KARKI_LOCAL": "1", "KARKI_STORE": "tinydb:{folder}/local"}

# Settings that are wrong, and what the program must say of each.
BAD: dict[str, tuple[dict[str, str], str]] = {
    "nothing set": (dict.fromkeys(TEAMS, ""), "MicrosoftAppId"),
    "nothing set, how to try": (dict.fromkeys(TEAMS, ""), "KARKI_LOCAL=1"),
    "no app id": ({"MicrosoftAppId": ""}, "MicrosoftAppId"),
    "an app id of spaces": ({"MicrosoftAppId": "  "}, "MicrosoftAppId"),
    "local is off": ({"MicrosoftAppId": "", "KARKI_LOCAL": "0"}, "MicrosoftAppId"),
    "local in a word": ({"MicrosoftAppId": "", "KARKI_LOCAL": "yes"}, "KARKI_LOCAL"),
    "local beside an app id": ({"KARKI_LOCAL": "1"}, "KARKI_LOCAL"),
    "no password": ({"MicrosoftAppPassword": ""}, "MicrosoftAppPassword"),
    "no tenant": ({"MicrosoftAppTenantId": ""}, "MicrosoftAppTenantId"),
    "an app for many tenants": ({"MicrosoftAppType": "MultiTenant"}, "MicrosoftAppType"),
    "an app type in small letters": ({"MicrosoftAppType": "singletenant"}, "MicrosoftAppType"),
    "no secret": ({"KARKI_SECRET": ""}, "KARKI_SECRET"),
    "a short secret": ({"KARKI_SECRET": "x" * 31}, "KARKI_SECRET"),
    "a port in words": ({"PORT": "many"}, "PORT"),
    "a port too high": ({"PORT": "65536"}, "PORT"),
    "a negative port": ({"PORT": "-1"}, "PORT"),
    "a port with a fraction": ({"PORT": "80.5"}, "PORT"),
    "a port in hexadecimal": ({"PORT": "0x50"}, "PORT"),
    "a raised port": ({"PORT": "²"}, "PORT"),
    "an endless port": ({"PORT": "9" * 5_000}, "PORT"),
    "an unknown language": ({"KARKI_LANGUAGE": "de"}, "KARKI_LANGUAGE"),
    "a language of a path": ({"KARKI_LANGUAGE": "../fi"}, "KARKI_LANGUAGE"),
    "an unknown time zone": ({"KARKI_TIMEZONE": "Europe/Turku"}, "KARKI_TIMEZONE"),
    "a time zone of a path": ({"KARKI_TIMEZONE": "../../etc/passwd"}, "KARKI_TIMEZONE"),
    "a time zone of a folder": ({"KARKI_TIMEZONE": "Europe"}, "KARKI_TIMEZONE"),
    "an absolute time zone": ({"KARKI_TIMEZONE": "/etc/localtime"}, "KARKI_TIMEZONE"),
    "a group of one": ({"KARKI_GROUP_SIZE": "1"}, "KARKI_GROUP_SIZE"),
    "a group in words": ({"KARKI_GROUP_SIZE": "five"}, "KARKI_GROUP_SIZE"),
    "an unknown store": ({"KARKI_STORE": "mysql://x"}, "KARKI_STORE"),
    "a store without a scheme": ({"KARKI_STORE": "data"}, "KARKI_STORE"),
    "a store without a place": ({"KARKI_STORE": "tinydb:"}, "KARKI_STORE"),
    "no county file": ({"KARKI_COUNTY": "/nowhere/county.toml"}, "KARKI_COUNTY"),
    "a county folder": ({"KARKI_COUNTY": "/"}, "KARKI_COUNTY"),
    "broken TOML": ({"KARKI_COUNTY": "{folder}/broken.toml"}, "KARKI_COUNTY"),
    "another's TOML": ({"KARKI_COUNTY": "{folder}/other.toml"}, "KARKI_COUNTY"),
    "a binary county": ({"KARKI_COUNTY": "{folder}/binary.toml"}, "KARKI_COUNTY"),
    "a county nested deep": ({"KARKI_COUNTY": "{folder}/deep.toml"}, "KARKI_COUNTY"),
    "no recurrence": ({"KARKI_BATCHES": "every day"}, "KARKI_BATCHES"),
    "an unknown frequency": ({"KARKI_BATCHES": "FREQ=NEVER"}, "KARKI_BATCHES"),
    "an ended recurrence": ({"KARKI_BATCHES": "FREQ=DAILY;UNTIL=20200101"}, "KARKI_BATCHES"),
    "a recurrence of no day": (
        {"KARKI_BATCHES": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
        "KARKI_BATCHES",
    ),
    "a recurrence without steps": ({"KARKI_BATCHES": "FREQ=DAILY;INTERVAL=0"}, "KARKI_BATCHES"),
    "a recurrence every second": ({"KARKI_BATCHES": "FREQ=SECONDLY"}, "KARKI_BATCHES"),
    "a recurrence until a day": (
        {"KARKI_BATCHES": "FREQ=DAILY;UNTIL=20990101"},
        "KARKI_BATCHES",
    ),
    "a counted recurrence": ({"KARKI_BATCHES": "FREQ=DAILY;COUNT=9999"}, "KARKI_BATCHES"),
    "a bad service URL": ({"KARKI_SERVICE_URLS": "https://x/y?z"}, "KARKI_SERVICE_URLS"),
    "a service URL of all": ({"KARKI_SERVICE_URLS": "*"}, "KARKI_SERVICE_URLS"),
    "a service URL of a top domain": ({"KARKI_SERVICE_URLS": "*.net"}, "KARKI_SERVICE_URLS"),
}

Result = tuple[int, str, str]
Outcome = dict[str, Result]


def plain(result: Result) -> Result:
    """Demand that no traceback or secret is shown; return the result."""
    status, out, err = result
    assert status >= 0, f"ended by signal {-status}: it hung"
    for text in (out, err):
        assert "Traceback" not in text
        assert "Error:" not in text.replace("app.py: error:", "")
        assert TEAMS["KARKI_SECRET"] not in text
        assert TEAMS["MicrosoftAppPassword"] not in text
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with county files that are wrong in their own ways."""
    made = tmp_path_factory.mktemp("start")
    (made / "broken.toml").write_text("name = {", "utf-8")
    (made / "other.toml").write_text('[tool.x]\nname = "y"\n', "utf-8")
    (made / "binary.toml").write_bytes(b"\x00\xff\xfe" * 100)
    (made / "deep.toml").write_text("x = " + "[" * 5_000, "utf-8")
    return made


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def command_lines(folder: Path, taken: int) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Name every command line that is tried, with its environment."""
    reading = {**LOCAL, "KARKI_STORE": "tinydb:{folder}/empty"}
    (folder / "empty").mkdir(exist_ok=True)
    busy = {**TEAMS, "PORT": str(taken), "KARKI_HOST": "127.0.0.1"}
    lines: dict[str, tuple[list[str], dict[str, str]]] = {
        name: ([], {**TEAMS, **changes}) for name, (changes, _) in BAD.items()
    }
    lines["everything"] = (
        [],
        {"PORT": "x", "KARKI_LANGUAGE": "x", "KARKI_TIMEZONE": "x", "KARKI_BATCHES": "x",
         "KARKI_STORE": "x", "KARKI_COUNTY": "/x", "MicrosoftAppType": "x",
         "KARKI_GROUP_SIZE": "x", "KARKI_SERVICE_URLS": "//"},
    )  # fmt: skip
    for command in ("check", "export"):
        arguments = ["check"] if command == "check" else [
            "export", "--format", "csv", "--out", "{folder}/x.csv",
        ]  # fmt: skip
        lines[f"{command} without settings"] = (arguments, {})
    lines |= {
        "port taken": ([], {**busy, "KARKI_STORE": "tinydb:{folder}/busy-1"}),
        "port taken, local": ([], {**LOCAL, "PORT": str(taken),
                                   "KARKI_STORE": "tinydb:{folder}/busy-2"}),
        "host unknown": ([], {**busy, "KARKI_HOST": "nowhere.invalid",
                              "KARKI_STORE": "tinydb:{folder}/busy-3"}),
        "managed identity": (
            ["serve"],
            {**busy, "MicrosoftAppType": "UserAssignedMSI", "MicrosoftAppPassword": "",
             "IDENTITY_ENDPOINT": "http://127.0.0.1:9/", "IDENTITY_HEADER": "x",
             "KARKI_STORE": "tinydb:{folder}/busy-4"},
        ),
        "store below a file": ([], {**LOCAL, "KARKI_STORE": "tinydb:/dev/null/data"}),
        "store is a file": ([], {**LOCAL, "KARKI_STORE": "tinydb:{folder}/broken.toml"}),
        "check": (["check"], reading),
        "check, no store": (["check"], {**reading, "KARKI_STORE": "tinydb:{folder}/none"}),
        "export, no store": (
            ["export", "--format", "csv", "--out", "{folder}/x.csv"],
            {**reading, "KARKI_STORE": "tinydb:{folder}/none"},
        ),
    }  # fmt: skip
    for format in ("csv", "json", "xlsx"):
        for name, path in UNWRITABLE.items():
            lines[f"export {format} to {name}"] = (
                ["export", "--format", format, "--out", path],
                reading,
            )
    for name, arguments in USAGE.items():
        lines[name] = (arguments, reading)

    def filled(text: str) -> str:
        return text.replace("{folder}", str(folder))

    return {
        name: (
            [filled(part) for part in arguments],
            {**KEPT, **{key: filled(value) for key, value in environment.items()}},
        )
        for name, (arguments, environment) in lines.items()
    }


UNWRITABLE = {
    "a missing folder": "/nowhere/at/all/x",
    "below a file": "/dev/null/x",
    "a folder": "{folder}/empty",
    "the root": "/",
    "here": ".",
    "no name": "",
    "above": "..",
    "a long name": "{folder}/" + "x" * 300,
    "a system's file": "/proc/1/x",
}
USAGE: dict[str, list[str]] = {
    "help": ["--help"],
    "help of serve": ["serve", "--help"],
    "help of check": ["check", "--help"],
    "help of export": ["export", "--help"],
    "unknown command": ["explode"],
    "unknown option": ["--explode"],
    "export without format": ["export", "--out", "x"],
    "export without path": ["export", "--format", "csv"],
    "export of unknown format": ["export", "--format", "pdf", "--out", "x"],
    "export in unknown language": ["export", "--format", "csv", "--out", "x", "--language", "de"],
}


@pytest.fixture(scope="module")
def outcome(folder: Path, taken: int) -> Outcome:
    """Run every command line once; return what came of each."""
    lines = command_lines(folder, taken)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.hostile.starter"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=json.dumps(list(lines.values())),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    results = [tuple(result) for result in json.loads(ran.stdout)]
    return dict(zip(lines, results, strict=True))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_setting_stops_the_start_and_is_named(outcome: Outcome, name: str) -> None:
    """Whoever sets something wrong reads which setting it is, before anything is served."""
    status, out, err = plain(outcome[name])
    assert status == 2
    assert BAD[name][1] in err
    assert "ready" not in out


def test_everything_wrong_is_told_at_once(outcome: Outcome, folder: Path) -> None:
    """Nobody mends one setting only to be told of the next, and nothing is made meanwhile."""
    status, _, err = plain(outcome["everything"])
    assert status == 2
    for name in ("MicrosoftAppId", "MicrosoftAppTenantId", "KARKI_SECRET", "PORT",
                 "KARKI_LANGUAGE", "KARKI_TIMEZONE", "KARKI_BATCHES", "KARKI_STORE",
                 "KARKI_COUNTY", "MicrosoftAppType", "KARKI_GROUP_SIZE",
                 "KARKI_SERVICE_URLS"):  # fmt: skip
        assert name in err
    assert not (folder / "bad-settings").exists()


@pytest.mark.parametrize("command", ["check", "export"])
def test_other_commands_ask_for_the_same_settings(outcome: Outcome, command: str) -> None:
    """The command line keeps the same guards as the service."""
    status, _, err = plain(outcome[f"{command} without settings"])
    assert status == 2
    assert "MicrosoftAppId" in err


@pytest.mark.parametrize("name", ["port taken", "port taken, local", "managed identity"])
def test_a_port_that_is_taken_is_named(outcome: Outcome, taken: int, name: str) -> None:
    """When another program has the port, the message says so and what to do."""
    status, out, err = plain(outcome[name])
    assert status == 1
    assert f"Port {taken}" in err
    assert "PORT" in err
    assert "ready" not in out


def test_a_host_that_is_none_is_named(outcome: Outcome) -> None:
    """An address that this machine does not have is said to be so."""
    status, _, err = plain(outcome["host unknown"])
    assert status == 1
    assert "nowhere.invalid" in err


@pytest.mark.parametrize("name", ["store below a file", "store is a file"])
def test_a_store_that_cannot_be_made_is_named(outcome: Outcome, name: str) -> None:
    """When the data's folder cannot be used, the message names it."""
    status, out, err = plain(outcome[name])
    assert status == 1
    assert "The store cannot be used" in err
    assert "ready" not in out


@pytest.mark.parametrize("name", ["check", "check, no store"])
def test_checking_a_right_set_up_says_so(outcome: Outcome, name: str) -> None:
    """`check` tells that the settings are right and what the store holds, and changes nothing."""
    status, out, err = plain(outcome[name])
    assert status == 0
    assert "Settings: right." in out
    assert "Store" in out
    assert err == ""


def test_exporting_nothing_is_an_error(outcome: Outcome, folder: Path) -> None:
    """A mistyped store is an error, not an empty file."""
    status, _, err = plain(outcome["export, no store"])
    assert status == 1
    assert "there is no such folder" in err
    assert not (folder / "x.csv").exists()
    assert not (folder / "none").exists()


@pytest.mark.parametrize("name", UNWRITABLE)
@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
def test_an_unwritable_path_is_named(
    outcome: Outcome, folder: Path, format: str, name: str
) -> None:
    """When the export cannot be written, the message says where, and nothing is left behind."""
    status, out, err = plain(outcome[f"export {format} to {name}"])
    assert status in (1, 2)
    assert "cannot be written" in err
    assert "were written" not in out
    assert not list(folder.glob("*.new"))
    assert list((folder / "empty").iterdir()) == []


@pytest.mark.parametrize("name", USAGE)
def test_the_command_line_explains_itself(outcome: Outcome, name: str) -> None:
    """Every command has its help, and a mistyped one shows how it is used."""
    status, out, err = plain(outcome[name])
    if name.startswith("help"):
        assert status == 0
        assert "usage: app.py" in out
        assert err == ""
    else:
        assert status == 2
        assert "usage: app.py" in err


# -- a running program ---------------------------------------------------------------------


class Running:
    """The program as a child process, in local mode."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, url: str) -> None:
        self.process = process
        self.folder = folder
        self.url = url
        self.port = int(url.rsplit(":", 1)[1].split("/")[0])

    async def stop(self, number: int = signal.SIGTERM) -> Result:
        """Ask the program to stop; return what came of it."""
        self.process.send_signal(number)
        out, err = await asyncio.wait_for(self.process.communicate(), 20)
        assert self.process.returncode is not None
        return self.process.returncode, out.decode(), err.decode()


async def command(*arguments: str, **settings: str) -> asyncio.subprocess.Process:
    """Start `python app.py` as a person does."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "app.py", *arguments,
        cwd=ROOT, env={**KEPT, **settings},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def ran(*arguments: str, **settings: str) -> Result:
    process = await command(*arguments, **settings)
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@contextlib.asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Running]:
    """Start the program; it is stopped when the block ends."""
    process = await command(KARKI_LOCAL="1", KARKI_STORE=f"tinydb:{folder}", PORT="0")
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        assert "ready (local mode, this machine only)" in line
        yield Running(process, folder, line.split()[-1])
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def program(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A running program with one report in it."""
    async with started(tmp_path_factory.mktemp("program") / "data") as running:
        data = {
            "verb": "report.send", "nonce": "n" * 16, "kind": "weak-signal",
            "phenomenon": f"=1+1 {WORD}", "sender": "named",
        }  # fmt: skip
        status = await send(running, {"type": "message", "value": data})
        assert status == 200
        yield running


async def send(running: Running, fields: dict[str, Any], host: str = "127.0.0.1") -> int:
    """Send an activity as the emulator does."""
    activity = {
        "channelId": "emulator",
        "serviceUrl": "http://localhost:9/",  # nobody listens there: answers are lost
        "from": {"id": "user-1", "name": f"Niilo {WORD}"},
        "conversation": {"id": "c"},
        **fields,
    }
    url = running.url.replace("127.0.0.1", host)
    async with aiohttp.ClientSession() as session, session.post(url, json=activity) as response:
        return response.status


def inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


IN_MODULE = pytest.mark.asyncio(loop_scope="module")


@IN_MODULE
async def test_local_mode_is_for_this_machine_alone(program: Running) -> None:
    """Local mode asks no authentication, so no other address reaches it, not even of this host."""
    assert await send(program, {"type": "message", "text": "hei"}) == 200
    others = {"127.0.0.2", "127.255.255.254", "::1"}
    others |= {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)}
    for address in others - {"127.0.0.1"}:
        with pytest.raises(OSError, match="Errno"):
            await asyncio.open_connection(address, program.port)


@IN_MODULE
@pytest.mark.parametrize(
    "url",
    ["https://smba.trafficmanager.net/", "http://10.0.0.1/", "http://127.0.0.2:9/", "http://a.b/"],
)
async def test_local_mode_speaks_to_this_machine_alone(program: Running, url: str) -> None:
    """Local mode sends nothing anywhere else."""
    assert await send(program, {"type": "message", "text": "hei", "serviceUrl": url}) == 403


@IN_MODULE
@pytest.mark.parametrize("channel", ["webchat", "directline", "x"])
async def test_local_mode_serves_the_emulator_alone(program: Running, channel: str) -> None:
    """Local mode is for the emulator and nothing else."""
    activity = {"type": "message", "text": "hei", "channelId": channel}
    assert await send(program, activity) == 403


@IN_MODULE
async def test_a_second_program_leaves_the_folder_alone(program: Running) -> None:
    """Two programs never write the same data: the second one says which has it, and ends."""
    status, out, err = plain(
        await ran(KARKI_LOCAL="1", KARKI_STORE=f"tinydb:{program.folder}", PORT="0")
    )
    assert status == 1
    assert f"in use by another Kärki (process {program.process.pid})" in err
    assert "ready" not in out
    assert (program.folder / "LOCK").read_text() == str(program.process.pid)
    assert await send(program, {"type": "message", "text": "omat"}) == 200


@IN_MODULE
@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
async def test_reports_are_exported_while_the_bot_runs(
    program: Running, tmp_path: Path, format: str
) -> None:
    """An operator takes the reports out without stopping the bot, readable by themselves alone."""
    path = tmp_path / f"reports.{format}"
    status, out, err = plain(
        await ran(
            "export", "--format", format, "--out", str(path), "--language", "en",
            KARKI_LOCAL="1", KARKI_STORE=f"tinydb:{program.folder}",
        )
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert "1 reports were written" in out
    assert WORD not in out
    assert path.stat().st_mode & 0o077 == 0
    assert inside(tmp_path) == [path]
    text = f"=1+1 {WORD}"
    if format == "json":
        (report,) = json.loads(path.read_bytes())
        assert report["phenomenon"] == text
    elif format == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            _, row = csv.reader(file, delimiter=";")
        assert f"'{text}" in row
    else:
        sheet = load_workbook(path).active
        assert sheet is not None
        (cell,) = (cell for row in sheet for cell in row if cell.value == text)
        assert cell.data_type == "s"


@IN_MODULE
async def test_a_check_beside_the_running_bot_tells_what_is_there(program: Running) -> None:
    """`check` works beside the running bot and shows nobody's words."""
    status, out, _ = plain(
        await ran("check", KARKI_LOCAL="1", KARKI_STORE=f"tinydb:{program.folder}")
    )
    assert status == 0
    assert "1 reports." in out
    assert WORD not in out


@IN_MODULE
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
async def test_being_told_to_stop_is_a_good_end(tmp_path: Path, number: int) -> None:
    """Told to stop, the program stores what it has, logs nobody's words, and ends with 0."""
    async with started(tmp_path / "data") as running:
        assert await send(running, {"type": "message", "text": f"raportoi {WORD}"}) == 200
        assert await send(running, {"type": "message", "value": [WORD], "text": WORD}) == 200
        assert await send(running, {"type": WORD, "channelId": WORD}) == 403
        status, _, err = plain(await running.stop(number))
    assert status == 0
    assert WORD not in err
    assert "Niilo" not in err
