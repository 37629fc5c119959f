"""Invented records for the tests of the store."""

from __future__ import annotations

import datetime as dt
import hashlib

from storage.records import (
    Address,
    GroupChannel,
    Post,
    PostedCard,
    Report,
    ReportKind,
    ReturnAddress,
    Sender,
)

NOW = dt.datetime(2026, 11, 16, 9, 30, tzinfo=dt.UTC)
TODAY = NOW.date()
HOUR = dt.timedelta(hours=1)
TENANT = "tenant-a"
OTHER = "tenant-b"


def random_looking(*parts: object) -> str:
    """Return an id that looks random and is the same for the same parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def address(person: str = "aino") -> Address:
    """Return the personal chat of an invented person."""
    return Address(service_url="https://smba.example/emea", conversation=f"chat-of-{person}")


def named(
    name: object,
    *,
    tenant: str = TENANT,
    person: str = "aino",
    day: dt.date = TODAY,
    to: Address | None = None,
) -> Report:
    """Return a report filed under a name."""
    return Report(
        id=random_looking("named", name),
        tenant=tenant,
        kind=ReportKind.CHANGE,
        phenomenon=f"phenomenon of {name}",
        day=day,
        wants_news=to is not None,
        sender=Sender(person=person, name=person.title(), language="fi", address=to),
        filed_at=dt.datetime.combine(day, dt.time(9, 30), dt.UTC),
    )


def anonymous(name: object, *, tenant: str = TENANT, day: dt.date = TODAY) -> Report:
    """Return a report filed without a name."""
    return Report(
        id=random_looking("anonymous", name),
        tenant=tenant,
        kind=ReportKind.WEAK_SIGNAL,
        phenomenon=f"phenomenon of {name}",
        day=day,
        wants_news=True,
        code_hash=random_looking("code", name),
    )


def way_back(name: object) -> ReturnAddress:
    """Return a sealed return address; its id has nothing in common with the report's."""
    return ReturnAddress(
        id=random_looking("return", name), sealed=random_looking("sealed", name) * 4
    )


def channel(tenant: str = TENANT, team: str = "team-1", name: str = "kehittäminen") -> GroupChannel:
    """Return a group's channel."""
    return GroupChannel(
        tenant=tenant,
        address=Address(service_url="https://smba.example/emea", conversation=f"19:{name}"),
        team=team,
        channel_name=name,
        language="fi",
    )


def card(name: object = 1) -> PostedCard:
    """Return a card that stands in the group's channel."""
    return PostedCard(address=channel().address, activity=f"activity-{name}")


def notice(
    name: object,
    *,
    to: Address | None = None,
    report: str | None = None,
    tenant: str = TENANT,
    due: dt.datetime = NOW,
) -> Post:
    """Return a notice to an address, or one still to be sealed."""
    return Post(
        id=random_looking("notice", name),
        tenant=tenant,
        to="address" if to else "sealed",
        topic="news",
        report=report,
        address=to,
        language="fi",
        due=due,
    )
