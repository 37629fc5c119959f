"""The records: frozen, validated values that every engine stores and gives back unchanged."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

R = TypeVar("R", bound="Record")

Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]
ShortText = Annotated[str, StringConstraints(max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=8_000)]


class Record(BaseModel):
    """One stored thing; `v` is the version of its shape (see storage/upgrades.py)."""

    # Inputs are hidden from validation errors because they may be somebody's words.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    v: int = 1


class Address(BaseModel):
    """Where a message can be sent: a conversation behind a Teams service URL."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    service_url: ShortText
    conversation: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class ReportKind(StrEnum):
    """Why a phenomenon is reported (the three ways in of the Varsinais-Suomi model)."""

    CHANGE = "change"
    GOOD_PRACTICE = "good-practice"
    WEAK_SIGNAL = "weak-signal"


class Need(StrEnum):
    """The needs for support that the Social Welfare Act (1301/2014) 11 § lists."""

    EVERYDAY_LIFE = "everyday-life"
    HOUSING = "housing"
    MONEY = "money"
    PARTICIPATION = "participation"
    VIOLENCE = "violence"
    CRISIS = "crisis"
    CHILD = "child"
    HEALTH = "health"
    FUNCTIONING = "functioning"
    RELATIVES = "relatives"


class ReportState(StrEnum):
    """How far the handling of a report has come."""

    RECEIVED = "received"


class Sender(BaseModel):
    """Who filed a named report, and where they hear of it if they asked to."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    person: Key
    name: ShortText
    language: Key
    address: Address | None = None


class PostedCard(BaseModel):
    """The card in a channel that shows a record, so that it can be updated in place."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    address: Address
    activity: Annotated[str, StringConstraints(max_length=1_000)]


class Report(Record):
    """A phenomenon that a worker reported.

    An anonymous report has a `code_hash` and neither `sender` nor `filed_at`; it gets its
    `number` only when its batch goes to the group, because numbers given at filing would
    tell its time from its neighbours'. `day` is the county's calendar day.
    """

    id: Key
    tenant: Key
    number: Key | None = None
    kind: ReportKind
    phenomenon: LongText
    proposal: LongText = ""
    need: Need | None = None
    municipality: ShortText | None = None
    unit: ShortText | None = None
    day: dt.date
    state: ReportState = ReportState.RECEIVED
    wants_news: bool = False
    sender: Sender | None = None
    filed_at: AwareDatetime | None = None
    code_hash: Key | None = None
    card: PostedCard | None = None

    @property
    def anonymous(self) -> bool:
        """Whether the report was filed without a name."""
        return self.sender is None


def refuse_unfit(report: Report) -> None:
    """Raise ValueError unless a report can be filed: it keeps what its docstring says."""
    Report.model_validate(dict(report))  # a copy made with changes has not been checked
    if report.number is not None or report.card is not None:
        raise ValueError("a report gets its number and card after it is filed")
    if report.anonymous and (report.code_hash is None or report.filed_at is not None):
        raise ValueError("an anonymous report has a code and no time")
    if not report.anonymous and (report.code_hash is not None or report.filed_at is None):
        raise ValueError("a named report has a time and no code")


class ReportFilter(BaseModel):
    """Which of the reports that the group has are wanted; None wants them all.

    `since` and `until` are days, both included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    tenant: Key
    kind: ReportKind | None = None
    need: Need | None = None
    municipality: ShortText | None = None
    unit: ShortText | None = None
    state: ReportState | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    def fits(self, report: Report) -> bool:
        """Whether a report is numbered and wanted."""
        return (
            report.number is not None
            and report.tenant == self.tenant
            and self.kind in (None, report.kind)
            and self.need in (None, report.need)
            and self.municipality in (None, report.municipality)
            and self.unit in (None, report.unit)
            and self.state in (None, report.state)
            and (self.since is None or report.day >= self.since)
            and (self.until is None or report.day <= self.until)
        )


# By what reports can be counted; `month` is YYYY-MM.
Grouping = Literal["kind", "need", "municipality", "unit", "state", "month"]


class ReturnAddress(Record):
    """A sealed way back to the sender of an anonymous report, kept apart from the report.

    `id` is made from the report's id under the deployment's secret, so the two collections
    cannot be joined without it; `sealed` opens with the same secret.
    """

    id: Key
    sealed: Annotated[str, StringConstraints(max_length=4_000)]


class GroupChannel(Record):
    """The channel where a tenant's development group sees its reports."""

    tenant: Key
    address: Address
    team: ShortText
    team_name: ShortText = ""
    channel_name: ShortText = ""
    language: Key


class PersonSettings(Record):
    """What a person has chosen for themselves."""

    tenant: Key
    person: Key
    language: Key


class Post(Record):
    """Something to be said unprompted, waiting in the outbox until it is delivered.

    `to` names the receiver: the tenant's group channel (looked up at delivery, so a moved
    channel gets what waits), a plain address, or a sealed one. `due` and `claimed_until` are
    times of delivery, never of what caused the post.
    """

    id: Key
    tenant: Key
    to: Literal["group", "address", "sealed"]
    topic: Key
    report: Key | None = None
    address: Address | None = None
    sealed: Annotated[str, StringConstraints(max_length=4_000)] | None = None
    language: Key | None = None
    due: AwareDatetime
    claimed_until: AwareDatetime | None = None
    attempts: int = 0
    given_up: Key | None = None


class Counter(Record):
    """The last number given out in a tenant and year."""

    tenant: Key
    year: int
    last: int


class NumberFloor(Record):
    """The number above which a year's numbering goes on after damage, whatever the tenant."""

    year: int
    last: int


class Release(Record):
    """The last scheduled time at which anonymous reports went to the group."""

    tenant: Key
    scheduled: AwareDatetime


def post_of(report: Report, id: str, due: dt.datetime) -> Post:
    """Return the post that shows a report to its group."""
    return Post(id=id, tenant=report.tenant, to="group", topic="report", report=report.id, due=due)


def changed(row: R, **fields: object) -> R:
    """Return the row with these fields changed and validated, so that it can be read again."""
    return type(row).model_validate({**dict(row), **fields})
