"""Moves everything from one store to an empty other one, verified record by record.

Nothing is kept of a move but the records: no times, and no order but that of random keys.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from storage.errors import CannotMove
from storage.records import (
    Counter,
    GroupChannel,
    NumberFloor,
    PersonSettings,
    Post,
    Record,
    Release,
    Report,
    ReturnAddress,
)

# What is moved: each kind of record, what it is called, and the fields it is known by.
KINDS: dict[type[Record], tuple[str, tuple[str, ...]]] = {
    Report: ("reports", ("id",)),
    ReturnAddress: ("return addresses", ("id",)),
    GroupChannel: ("group channels", ("tenant",)),
    Counter: ("counters", ("tenant", "year")),
    NumberFloor: ("number floors", ("year",)),
    Release: ("releases", ("tenant",)),
    PersonSettings: ("people", ("tenant", "person")),
    Post: ("posts", ("id",)),
}
Key = tuple[str, ...]
# Every record of a store by its kind and key, in the order of the keys.
Content = dict[type[Record], dict[Key, Record]]


class End(Protocol):
    """One end of a move, held so that nobody else uses it meanwhile.

    Every method raises CannotMove, or the StoreError that opening would raise.
    """

    name: str
    notes: list[str]

    async def read(self) -> Content:
        """Return every record as it is now."""
        ...

    async def half_moved_from(self) -> str | None:
        """Return the name of the store from which a move to this one was begun, or None."""
        ...

    async def begin(self, source: str) -> None:
        """Mark this one as half moved: from now on no instance serves it.

        Raises CannotMove where it holds anything, and then it is not marked.
        """
        ...

    async def write(self, content: Content) -> None:
        """Put just this here, in one step, in place of what an unfinished move left."""
        ...

    async def finish(self) -> None:
        """Take the mark away. Raises StoreInUse where an instance has come in between."""
        ...

    async def check_unused(self) -> None:
        """Raise StoreInUse where an instance uses this store."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


def content_of(records: Iterable[Record]) -> Content:
    """Put records by kind and key, in the order of the keys."""
    found: defaultdict[type[Record], dict[Key, Record]] = defaultdict(dict)
    for record in records:
        _, fields = KINDS[type(record)]
        found[type(record)][tuple(str(getattr(record, field)) for field in fields)] = record
    return {kind: dict(sorted(found[kind].items())) for kind in KINDS}


def refuse_unless_empty(name: str, counts: Mapping[type[Record], int]) -> None:
    """Raise CannotMove where there is anything."""
    held = [f"{count} {KINDS[kind][0]}" for kind, count in counts.items() if count]
    if held:
        raise CannotMove(
            f"{name} is not empty: it holds {', '.join(held)}. "
            "A move goes to an empty place and replaces nothing"
        )


async def move(source: End, target: End, say: Callable[[str], None]) -> None:
    """Move every record from the source to the target and compare them; the source stays.

    A move that was ended half-way is finished by the same one begun again; until then no
    instance serves the target. Raises CannotMove, StoreInUse, CannotOpen or NewerData.
    """
    if (other := await source.half_moved_from()) is not None:
        raise CannotMove(f"{source.name} is half moved itself, from {other}; finish that first")
    await source.check_unused()
    content = await source.read()
    for note in source.notes:
        say(note)
    begun_from = await target.half_moved_from()
    if begun_from is None:
        await target.begin(source.name)
    elif begun_from == source.name:
        say(f"An unfinished move from {source.name} is gone on with.")
    else:
        raise CannotMove(
            f"{target.name} is half moved, from {begun_from}; finish that move "
            "or take an empty place"
        )
    wanted = with_numbers_counted(content)
    await target.write(wanted)
    found = await target.read()
    for kind, (name, _) in KINDS.items():
        _compare(name, wanted[kind], found[kind])
        say(f"{name}: {len(found[kind])} moved and verified.")
    await source.check_unused()
    if await source.read() != content:
        raise CannotMove(
            f"{source.name} was changed meanwhile; stop every instance that uses it "
            "and move again with the same command"
        )
    await target.finish()


def with_numbers_counted(content: Content) -> Content:
    """Raise each counter to the year's floor and the highest number among its reports.

    TinyDB looks at all three for each new number, PostgreSQL at the counter alone.
    """
    highest: defaultdict[tuple[str, int], int] = defaultdict(int)
    for counter in content[Counter].values():
        assert isinstance(counter, Counter)  # noqa: S101 # content_of sorts them so
        highest[counter.tenant, counter.year] = counter.last
    for report in content[Report].values():
        assert isinstance(report, Report)  # noqa: S101 # content_of sorts them so
        if report.number and (match := re.fullmatch(r"R-(\d+)-(\d+)", report.number)):
            place = report.tenant, int(match[1])
            highest[place] = max(highest[place], int(match[2]))
    for floor in content[NumberFloor].values():
        assert isinstance(floor, NumberFloor)  # noqa: S101 # content_of sorts them so
        for place in highest:
            if place[1] == floor.year:
                highest[place] = max(highest[place], floor.last)
    counters = [
        Counter(tenant=tenant, year=year, last=last) for (tenant, year), last in highest.items()
    ]
    return {**content, Counter: content_of(counters)[Counter]}


def _compare(name: str, wanted: dict[Key, Record], found: dict[Key, Record]) -> None:
    missing = len(wanted.keys() - found.keys())
    added = len(found.keys() - wanted.keys())
    changed = sum(found[key] != wanted[key] for key in wanted.keys() & found.keys())
    if missing or added or changed:
        raise CannotMove(
            f"{name} were not read back as they were written: {missing} are missing, "
            f"{added} are too many, {changed} differ. The target is not served; the source is "
            "as it was"
        )
