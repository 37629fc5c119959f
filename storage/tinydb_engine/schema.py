"""The tables of this engine: which records, known by which keys, kept in which files."""

from __future__ import annotations

from storage.records import (
    Counter,
    GroupChannel,
    NumberFloor,
    PersonSettings,
    Post,
    Release,
    Report,
    ReturnAddress,
)
from storage.tinydb_engine.tables import Table

# The file of what is small and concerns everything: the channels, the counters.
SETTINGS = "settings"


REPORTS = Table(
    "reports",
    Report,
    key=lambda report: report.id,
    file=lambda report: f"reports-{report.day:%Y-%m}",
    indexes={
        "code": lambda report: report.code_hash and (report.tenant, report.code_hash),
        "number": lambda report: report.number and (report.tenant, report.number),
        "sender": lambda report: report.sender and (report.tenant, report.sender.person),
        "waiting": lambda report: report.tenant if report.number is None else None,
    },
)
RETURN_ADDRESSES = Table(
    "return_addresses",
    ReturnAddress,
    key=lambda address: address.id,
    file=lambda _: "return-addresses",
)
CHANNELS = Table(
    "group_channels", GroupChannel, key=lambda channel: channel.tenant, file=lambda _: SETTINGS
)
COUNTERS = Table(
    "counters", Counter, key=lambda row: f"{row.tenant}/{row.year}", file=lambda _: SETTINGS
)
FLOORS = Table("number_floors", NumberFloor, key=lambda row: str(row.year), file=lambda _: SETTINGS)
RELEASES = Table("releases", Release, key=lambda row: row.tenant, file=lambda _: SETTINGS)
PEOPLE = Table(
    "people", PersonSettings, key=lambda row: f"{row.tenant}/{row.person}", file=lambda _: "people"
)
POSTS = Table("posts", Post, key=lambda post: post.id, file=lambda _: "outbox")
TABLES = (REPORTS, RETURN_ADDRESSES, CHANNELS, COUNTERS, FLOORS, RELEASES, PEOPLE, POSTS)
