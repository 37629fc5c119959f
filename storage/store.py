"""The Store: every promise that an engine keeps, whatever it is built on.

Each operation is atomic: after a crash at any moment it has happened whole or not at all. When
an operation that changes something returns, the change is durable; when it raises, nothing of
it is stored. Operations may be called at once from any number of tasks and behave as if one
came after the other. `NotSaved` and `StoreClosed` may come from any of them, and `ValueError`
where a value could not be read again; whatever is raised, nothing is stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from storage.records import (
    GroupChannel,
    Grouping,
    PersonSettings,
    Post,
    PostedCard,
    Report,
    ReportFilter,
    ReturnAddress,
)


class Store(Protocol):
    """What Kärki remembers."""

    # -- reports ---------------------------------------------------------------------------

    async def file_report(
        self, report: Report, return_address: ReturnAddress | None = None
    ) -> Report:
        """File a report and give it back as it is stored.

        A named report gets the next number of its tenant and year and a post to the group's
        channel in the same step. An anonymous one gets neither; its return address, if any,
        is stored in the same step. Idempotent: filing an id again changes nothing and returns
        what the first filing stored. Raises ValueError for a report that is neither named
        with a time nor anonymous with a code and no time, or that has a number already.
        """
        ...

    async def report(self, report: str) -> Report | None:
        """Return the report of this id, or None."""
        ...

    async def report_by_code(self, tenant: str, code_hash: str) -> Report | None:
        """Return the anonymous report whose receipt code has this hash, or None."""
        ...

    async def report_by_number(self, tenant: str, number: str) -> Report | None:
        """Return the report of this number, or None."""
        ...

    async def reports_of(self, tenant: str, person: str) -> Sequence[Report]:
        """Return the reports a person filed under their name, newest first."""
        ...

    async def all_reports(self) -> Sequence[Report]:
        """Return every report: the numbered ones by tenant, year and number, then the others.

        Reports without a number come in the order of their random ids.
        """
        ...

    async def find_reports(
        self, wanted: ReportFilter, *, limit: int, below: str | None = None
    ) -> Sequence[Report]:
        """Return up to `limit` wanted reports of those the group has, highest number first.

        `below` is the last number of the page before; the page after it follows. A report that
        comes meanwhile shifts no page. Raises ValueError for a `below` that is no number.
        """
        ...

    async def count_reports(self, wanted: ReportFilter, by: Grouping) -> Mapping[str | None, int]:
        """Count the wanted reports of those the group has, by a field; None counts those without.

        The counts are exact: whoever shows them keeps small groups hidden.
        """
        ...

    async def release_reports(
        self,
        scheduled: dt.datetime,
        tenants: Sequence[str],
        shuffle: Callable[[list[Report]], None],
    ) -> int:
        """Number the anonymous reports that wait, in shuffled order, and post them to the group.

        `scheduled` is remembered as each tenant's last release. Returns how many were released.
        Idempotent: a scheduled time at or before a tenant's last release does nothing there.
        """
        ...

    async def last_release(self, tenant: str) -> dt.datetime | None:
        """Return the scheduled time of the tenant's last release, or None."""
        ...

    async def waiting_for_release(self) -> Sequence[str]:
        """Return the tenants that have anonymous reports not yet released."""
        ...

    # -- the group's channel ---------------------------------------------------------------

    async def bind_channel(self, channel: GroupChannel) -> GroupChannel | None:
        """Make this the tenant's group channel; return the one it replaces, or None.

        Posts that wait for the group go to it from now on. Idempotent.
        """
        ...

    async def unbind_channel(self, tenant: str) -> GroupChannel | None:
        """Forget the tenant's group channel; return it, or None. Posts wait. Idempotent."""
        ...

    async def forget_team(self, tenant: str, team: str) -> GroupChannel | None:
        """Forget the group channel if it is in this team; return it, or None. Idempotent."""
        ...

    async def group_channel(self, tenant: str) -> GroupChannel | None:
        """Return the tenant's group channel, or None."""
        ...

    # -- people ----------------------------------------------------------------------------

    async def choose_language(self, settings: PersonSettings) -> None:
        """Remember the language a person chose. Idempotent."""
        ...

    async def person_settings(self, tenant: str, person: str) -> PersonSettings | None:
        """Return what a person has chosen, or None."""
        ...

    async def forget_person_address(self, tenant: str, person: str) -> None:
        """Erase the addresses kept with a person's named reports, and the posts to them.

        Posts about these reports to any address go too. Idempotent.
        """
        ...

    # -- outbox ----------------------------------------------------------------------------

    async def claim_due_posts(
        self, now: dt.datetime, limit: int, claimed_until: dt.datetime
    ) -> Sequence[Post]:
        """Take up to `limit` due posts that can be sent, oldest due first.

        A claimed post is nobody else's until `claimed_until`; then it can be claimed again.
        Posts to a group whose tenant has no channel are not due, and given-up ones never are.
        """
        ...

    async def post_delivered(
        self,
        post: str,
        *,
        card: PostedCard | None = None,
        notice: Post | None = None,
        return_address: str | None = None,
    ) -> None:
        """Remove a delivered post from the outbox, with what follows from it in the same step.

        `card` is remembered with the post's report. `notice` is put into the outbox; where
        `return_address` is given, it is sealed to the return address of that id, and dropped
        if there is none. Idempotent: for a post no longer there nothing happens.
        """
        ...

    async def post_later(self, post: str, due: dt.datetime) -> None:
        """Give a claimed post back, to be sent at `due`, counting one more attempt.

        For a post no longer there nothing happens.
        """
        ...

    async def give_up_post(self, post: str, reason: str) -> None:
        """Mark a post as undeliverable for this reason; a sealed one is erased.

        Idempotent: for a post no longer there nothing happens.
        """
        ...

    async def retry_given_up(self, tenant: str, now: dt.datetime) -> int:
        """Make the tenant's given-up posts to the group due again; return how many."""
        ...

    async def outbox(self) -> Sequence[Post]:
        """Return every post that is waiting or given up, oldest due first."""
        ...

    # -- itself ----------------------------------------------------------------------------

    @property
    def warnings(self) -> Sequence[str]:
        """What was found wrong when the store was opened, a sentence each, for the operator."""
        ...

    async def check(self) -> None:
        """Write something and return, or raise NotSaved, so that health is a fact."""
        ...

    async def close(self) -> None:
        """Write out everything and let go of the place. Idempotent.

        Every operation called afterwards raises StoreClosed.
        """
        ...
