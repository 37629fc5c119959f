"""What comes to a dialog and what it gives back: a turn and its replies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from storage.records import Address

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: known by tenant and Entra object id, never by a conversation's own ids."""

    tenant: str
    id: str
    name: str


class PlaceKind(StrEnum):
    """The three kinds of conversation that Teams has."""

    PERSONAL = "personal"
    GROUP = "groupChat"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a turn happens; `address` is where a new message to this place goes."""

    kind: PlaceKind
    address: Address
    team: str = ""
    team_name: str = ""
    channel_name: str = ""

    @property
    def personal(self) -> bool:
        """Whether nobody but the person reads this conversation."""
        return self.kind is PlaceKind.PERSONAL


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody typed a message; the bot's mention is already taken out."""

    text: str


class Surface(StrEnum):
    """Where a person pressed a button, and so where the answer's page appears."""

    CARD = "card"
    DIALOG = "dialog"


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody pressed a button or sent a form.

    `data` comes from the client and may hold anything at all: trust none of it.
    """

    verb: str
    data: Mapping[str, object]
    surface: Surface


@dataclass(frozen=True, slots=True)
class Joined:
    """The app was installed here."""


@dataclass(frozen=True, slots=True)
class Left:
    """The app was removed from here."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happened and needs an answer.

    `dialogs` tells whether forms can open as Teams dialogs here; else they are shown inline.
    """

    person: Person
    place: Place
    what: Said | Acted | Joined | Left
    language: str
    now: dt.datetime
    dialogs: bool

    @property
    def in_dialog(self) -> bool:
        """Whether the answer's page appears in a dialog, out of the chat's history."""
        return isinstance(self.what, Acted) and self.what.surface is Surface.DIALOG


@dataclass(frozen=True, slots=True)
class Message:
    """A new message in the conversation: a card, or else plain text."""

    card: Card | None = None
    text: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What the person sees next where they acted.

    In a dialog it is the dialog's next page; inline it takes the place of the card they acted
    on, or comes as a new card when it is `fresh` or when they typed.
    """

    title: str
    card: Card
    fresh: bool = False


Reply = Message | Page
