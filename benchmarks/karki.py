"""Kärki as it is deployed: `python app.py`, its settings pointing at the fakes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from benchmarks.connector import Connector
from benchmarks.processes import Server, server
from benchmarks.seeding import TENANT
from tests.fakes.sign_in import SECRET, SignIn


@contextlib.asynccontextmanager
async def karki(
    store: Path | str, sign_in: SignIn, connector: Connector, *, before: Sequence[str] = ()
) -> AsyncIterator[Server]:
    """Run Kärki with full authentication; `before` stands between `python` and `app.py`.

    `store` is a folder, or a setting such as `postgresql://…`.
    """
    environment = {
        "MicrosoftAppId": sign_in.app_id,
        "MicrosoftAppPassword": SECRET,
        "MicrosoftAppTenantId": TENANT,
        "ToBotFromChannelOpenIdMetadataUrl": sign_in.metadata_url,
        "ToChannelFromBotLoginUrl": sign_in.login_url,
        "KARKI_SECRET": "an invented secret of this benchmark",
        "KARKI_SERVICE_URLS": connector.origin,
        "KARKI_STORE": store if isinstance(store, str) else f"tinydb:{store}",
        "KARKI_HOST": "127.0.0.1",
        "PORT": "0",
    }
    async with server([*before, "app.py"], environment) as running:
        yield running


@contextlib.asynccontextmanager
async def local_karki(folder: Path) -> AsyncIterator[Server]:
    """Run Kärki in local mode, without authentication."""
    environment = {"KARKI_LOCAL": "1", "KARKI_STORE": f"tinydb:{folder}", "PORT": "0"}
    async with server(["app.py"], environment) as running:
        yield running
