"""What a deployment decides: its rules, its county, its schedule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo


# Compared by identity: a deployment has one, and forms are cached by it.
@dataclass(frozen=True, slots=True, eq=False)
class County:
    """The county as its settings file describes it; every list may be empty.

    `municipalities` gives for each code its name by language; `units` are offered as choices.
    """

    name: Mapping[str, str] = field(default_factory=dict)
    municipalities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: tuple[str, ...] = ()

    def municipality(self, code: str | None, language: str) -> str:
        """Return a municipality's name, or its code when the county no longer lists it."""
        if code is None:
            return ""
        names = self.municipalities.get(code, {})
        return names.get(language) or names.get("fi") or code


@dataclass(frozen=True, slots=True)
class Policy:
    """The deployment's rules as the dialogs need them."""

    tenants: tuple[str, ...] = ()
    coordinators: frozenset[str] = frozenset()
    local: bool = False
    language: str = "fi"
    zone: dt.tzinfo = field(default_factory=lambda: ZoneInfo("Europe/Helsinki"))
    group_size: int = 5
    batches: str = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0"
    county: County = field(default_factory=County)

    def is_coordinator(self, person: str) -> bool:
        """Whether a person (Entra object id) may bind channels and the like."""
        return self.local or person in self.coordinators
