"""Stores that hold a month's reports already, each of them delivered to the group."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

from storage.opening import open_store
from storage.records import (
    Address,
    GroupChannel,
    Need,
    PostedCard,
    Report,
    ReportKind,
    Sender,
)

TENANT = "11111111-0000-4000-8000-000000000001"
ZONE = ZoneInfo("Europe/Helsinki")
AT_ONCE = 1024
# The reports of a month shortly before the 10,000th.
MONTH = 9_880


def new_id() -> str:
    """Return a random id."""
    return secrets.token_hex(16)


def report(number: int, service_url: str) -> Report:
    """Return a named report of today, as the form files it."""
    now = dt.datetime.now(dt.UTC)
    conversation = f"a:chat-of-worker-{number:06d}"
    return Report(
        id=new_id(),
        tenant=TENANT,
        kind=ReportKind.CHANGE,
        phenomenon="Asiakkaat jonottavat tuettua asumista yli puoli vuotta, ja jono kasvaa.",
        proposal="Perustetaan yhteinen asumisen tiimi.",
        need=Need.HOUSING,
        unit="Aikuissosiaalityö",
        day=now.astimezone(ZONE).date(),
        wants_news=True,
        sender=Sender(
            person=f"worker-{number:06d}",
            name="Aino Esimerkki",
            language="fi",
            address=Address(service_url=service_url, conversation=conversation),
        ),
        filed_at=now,
    )


async def copy_of_month(place: Path, name: str, *, more: int, service_url: str) -> Path:
    """Return a store in `place` with MONTH reports and some more, made once in a run and copied."""
    month = place / "month"
    if not month.exists():
        await seed(month, MONTH, service_url)
    copy = Path(shutil.copytree(month, place / name))
    await seed(copy, more, service_url)
    return copy


async def seed(folder: Path, reports: int, service_url: str) -> None:
    """Bind the group's channel in a store and file so many more reports of this month."""
    store = await open_store(f"tinydb:{folder}", new_id)
    channel = Address(service_url=service_url, conversation="19:group@thread.tacv2")
    try:
        await store.bind_channel(
            GroupChannel(tenant=TENANT, address=channel, team="19:team@thread.tacv2", language="fi")
        )
        for first in range(0, reports, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, reports))
            await asyncio.gather(*(store.file_report(report(n, service_url)) for n in numbers))
            now = dt.datetime.now(dt.UTC)
            posts = await store.claim_due_posts(now, AT_ONCE, now + dt.timedelta(minutes=1))
            await asyncio.gather(
                *(
                    store.post_delivered(
                        post.id, card=PostedCard(address=channel, activity=f"1:{post.id}")
                    )
                    for post in posts
                )
            )
    finally:
        await store.close()
