"""Kärki: the only wiring, and the command line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import gc
import logging
import os
import random
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.access_tokens import AccessTokens, ClientSecretTokens, ManagedIdentityTokens, NoTokens
from bot.authentication import LocalAuthentication, TeamsAuthentication
from bot.connector import Connector
from bot.delivery import TICK_SECONDS, Delivery
from bot.handler import KarkiBot
from bot.pace import Pace
from bot.service_urls import ServiceUrls
from bot.settings import BadSettings, Settings, read_settings
from bot.signing_keys import SigningKeys
from bot.turns import Turns
from bot.web import MESSAGES, Adapter, make_app
from dialogs.privacy.vault import Vault
from dialogs.registry import DIALOGS
from dialogs.results.export import FORMATS, export_reports
from dialogs.router import Router
from dialogs.services import Services
from dialogs.texts import LANGUAGES, Texts
from storage.errors import NothingThere, StoreError
from storage.moving import move as move_everything
from storage.opening import (
    engine_of,
    held_for_a_move,
    name_of,
    open_store,
    open_store_for_reading,
)
from storage.opening import migrate as migrate_store
from storage.store import Store

log = logging.getLogger("karki")

# Libraries may log whole requests, statements with their values, or what somebody typed.
QUIET_LIBRARIES = (
    "aiohttp",
    "alembic",
    "asyncio",
    "asyncpg",
    "msal",
    "msrest",
    "sqlalchemy",
    "urllib3",
)

# Where things are kept when no setting says so.
STORE = Settings(local=True).store


def new_id() -> str:
    """Return a random id of 128 bits."""
    return secrets.token_hex(16)


def now() -> dt.datetime:
    """Return the present moment."""
    return dt.datetime.now(dt.UTC)


def make_services(settings: Settings, store: Store) -> Services:
    """Give the dialogs what they need."""
    return Services(
        store=store,
        texts=Texts.read(),
        policy=settings.policy,
        vault=Vault(settings.secret),
        new_id=new_id,
        chance=random.SystemRandom(),
    )


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    store: Store,
    *,
    now: Callable[[], dt.datetime] = now,
    tick_seconds: float = TICK_SECONDS,
) -> AsyncIterator[tuple[web.Application, Delivery]]:
    """Wire everything together; outside the block nothing of it is left running."""
    services = make_services(settings, store)
    router = Router(DIALOGS, services)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=200,
            ttl_dns_cache=300,
            # The Playground closes idle connections after five seconds, and a post that meets
            # a closing one cannot be told from a delivered one.
            keepalive_timeout=3.0 if settings.local else 15.0,
        ),
        # Nothing of one answer may travel with the next request.
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        tokens = _tokens(settings, session)
        service_urls = ServiceUrls(settings.service_urls)
        pace = Pace()
        connector = Connector(session, tokens, service_urls, pace=pace)
        keys = SigningKeys(session, settings.openid_url)
        delivery = Delivery(router, services, connector, pace, now=now, tick_seconds=tick_seconds)
        turns = Turns(
            store,
            tenants=settings.tenants,
            local=settings.local,
            language=settings.policy.language,
            now=now,
        )
        bot = KarkiBot(
            router,
            turns,
            connector,
            services.texts,
            after_turn=delivery.kick,
            # The Playground's page loses an answer that comes before the post it answers.
            channel_pause=0.5 if settings.local else 0.0,
        )
        authentication: LocalAuthentication | TeamsAuthentication
        if settings.local:
            authentication = LocalAuthentication(connector, service_urls)
        else:
            authentication = TeamsAuthentication(
                settings.app_id, keys, service_urls, connector, issuer=settings.issuer
            )
        # Chores missed while the bot was down come before anybody is served.
        await delivery.tick()
        delivery.start()
        try:
            app = make_app(
                Adapter(authentication), bot, delivery, needs_token=not settings.local, now=now
            )
            yield app, delivery
        finally:
            await delivery.stop()
            await bot.close()
            await keys.close()
            if isinstance(tokens, ClientSecretTokens | ManagedIdentityTokens):
                await tokens.close()


def _tokens(settings: Settings, session: aiohttp.ClientSession) -> AccessTokens:
    if settings.local:
        return NoTokens()
    if settings.app_type == "UserAssignedMSI":
        endpoint, header = os.environ.get("IDENTITY_ENDPOINT"), os.environ.get("IDENTITY_HEADER")
        if endpoint and header:
            return ManagedIdentityTokens(session, settings.app_id, endpoint=endpoint, header=header)
        return ManagedIdentityTokens(session, settings.app_id)
    return ClientSecretTokens(session, settings.login_url, settings.app_id, settings.app_password)


async def serve(settings: Settings) -> int:
    """Serve until told to stop; return the exit status."""
    told_to_stop = _listen_for_stop()
    store = await open_store(settings.store, new_id)
    try:
        for warning in store.warnings:
            log.warning("%s", warning)
        # What has been loaded stays; without this the collector walks through every record again
        # and again, and turns wait for it.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        async with running(settings, store) as (app, _):
            # Requests under way are answered before the store closes.
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=10.0)
            await runner.setup()
            try:
                site = web.TCPSite(runner, settings.host, settings.port)
                try:
                    await site.start()
                except OSError as error:
                    return _fail(
                        f"Port {settings.port} on {settings.host} cannot be used: "
                        f"{error.strerror}. Another program may have it; set PORT to a free one."
                    )
                port = runner.addresses[0][1]
                mode = "local mode, this machine only" if settings.local else "Teams"
                print(
                    f"Kärki is ready ({mode}): http://{settings.host}:{port}{MESSAGES}", flush=True
                )
                await told_to_stop.wait()
            finally:
                await runner.cleanup()
        return 0
    finally:
        await store.close()


def _listen_for_stop() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def export(settings: Settings, format: str, path: Path, language: str) -> int:
    """Write the reports to a file; it may be done while the bot runs."""
    store = await open_store_for_reading(settings.store)
    for warning in store.warnings:
        print(warning, file=sys.stderr)
    reports = await store.all_reports()
    say = Texts.read().speaker(language)
    try:
        export_reports(reports, path, format, policy=settings.policy, say=say, language=language)
    except OSError as error:
        return _fail(f"{path} cannot be written: {error.strerror}.")
    except ValueError:  # a path without a file name, such as "." or "/"
        return _fail(f"{path} cannot be written: it names no file.")
    print(f"{len(reports)} reports were written to {path}.")
    return 0


async def check(settings: Settings) -> int:
    """Say what is right and wrong in the set-up."""
    print("Settings: right.")
    name = name_of(settings.store)
    try:
        store = await open_store_for_reading(settings.store)
    except NothingThere as error:
        print(f"Store {name}: {error}. It is made when the bot first starts.")
        return 0
    except StoreError as error:
        return _fail(f"Store {name}: {error}.")
    try:
        for warning in store.warnings:
            print(f"Store {name}: {warning}")
        print(f"Store {name}: {len(await store.all_reports())} reports.")
        return 1 if store.warnings else 0
    finally:
        await store.close()


async def migrate(store: str) -> int:
    """Bring the store's database to the newest version and say what was done."""
    try:
        versions = await migrate_store(store)
    except StoreError as error:
        return _fail(f"Nothing was migrated: {error}.")
    name = name_of(store)
    match versions:
        case None:
            print(f"{name} needs no migrations.")
        case (None, after):
            print(f"{name} was empty; it is now of version {after}.")
        case (before, after) if before == after:
            print(f"{name} is of version {after} already; nothing was to be done.")
        case (before, after):
            print(f"{name} was of version {before}; it is now of version {after}.")
    return 0


async def move(source: str, target: str) -> int:
    """Move everything from one store to another, and say how each kind of record went."""
    try:
        for option, setting in (("--from", source), ("--to", target)):
            try:
                engine_of(setting)
            except StoreError as error:
                return _fail(str(error).replace("KARKI_STORE", option) + ".")
        async with (
            held_for_a_move(source, make=False) as held,
            held_for_a_move(target, make=True) as empty,
        ):
            await move_everything(held, empty, lambda line: print(line, flush=True))
    except StoreError as error:
        return _fail(f"The move is not done: {error}.")
    print(f"Everything is in {name_of(target)} now. Set KARKI_STORE to it before serving.")
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="app.py", description="Kärki, a Teams bot. Without a command it serves."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("serve", help="serve (the same as no command)")
    commands.add_parser("check", help="say what is right and wrong in the settings and the store")
    exporting = commands.add_parser("export", help="write the reports to a file")
    exporting.add_argument("--format", choices=sorted(FORMATS), required=True)
    exporting.add_argument("--out", type=Path, required=True, metavar="PATH")
    exporting.add_argument(
        "--language", choices=LANGUAGES, help="language of headings and choices (KARKI_LANGUAGE)"
    )
    commands.add_parser("migrate", help="bring the database of KARKI_STORE to this version")
    moving = commands.add_parser(
        "move",
        help="move everything from one store to another, empty one",
        description="Moves every record and compares it with the source, which stays as it is. "
        "Stop every instance first. A move that was ended half-way is finished by the same "
        "command. A password may come from PGPASSWORD or a PGPASSFILE instead of the address.",
    )
    for option, what in (("--from", "tinydb:data"), ("--to", "postgresql://user@host/database")):
        moving.add_argument(
            option, dest=option[2:] + "_", required=True, metavar="STORE", help=f"such as {what}"
        )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    given = make_parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for library in QUIET_LIBRARIES:
        logging.getLogger(library).setLevel(logging.CRITICAL)
    try:
        # These two need a store and nothing of Teams, nor the secret.
        match given.command:
            case "migrate":
                return asyncio.run(migrate(os.environ.get("KARKI_STORE", "").strip() or STORE))
            case "move":
                return asyncio.run(move(given.from_, given.to_))
        settings = read_settings(os.environ)
        match given.command:
            case "export":
                language = given.language or settings.policy.language
                return asyncio.run(export(settings, given.format, given.out, language))
            case "check":
                return asyncio.run(check(settings))
            case _:
                return asyncio.run(serve(settings))
    except BadSettings as error:
        for problem in error.problems:
            print(f"Setting: {problem}", file=sys.stderr)
        return 2
    except StoreError as error:
        return _fail(f"The store cannot be used: {error}.")


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
