"""What a dialog is: the words it answers, its buttons and forms, its posts and its chores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from dialogs.services import Services
from dialogs.turns import Acted, Card, Reply, Turn
from storage.records import Address, Post, PostedCard

# Answers a command; `rest` is what was typed after its words.
Answer = Callable[[Turn, str, Services], Awaitable[list[Reply]]]
# Answers a button or a sent form.
React = Callable[[Turn, Acted, Services], Awaitable[list[Reply]]]
# Work that the tick does; it must be safe to do twice and on several instances.
Chore = Callable[[Services, dt.datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: the text key of its words, its answer, and whether words may follow it."""

    words: str
    answer: Answer
    takes_rest: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A post ready to be sent: its card and the line that a notification shows."""

    card: Card
    summary: str
    language: str


# Makes what a post says, or None where there is nothing to say any more.
Compose = Callable[[Post, str, Services], Awaitable[Outgoing | None]]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is stored with a post's delivery: see Store.post_delivered."""

    card: PostedCard | None = None
    notice: Post | None = None
    return_address: str | None = None


# Says what follows from a post that was delivered to an address as an activity.
Follow = Callable[[Post, Address, str, Services, dt.datetime], Awaitable[FollowUp]]


@dataclass(frozen=True, slots=True)
class PostTopic:
    """How posts of one topic are written, and what follows from their delivery."""

    compose: Compose
    follow: Follow | None = None


@dataclass(frozen=True, slots=True)
class Dialog:
    """One thing that Kärki can do, registered in dialogs/registry.py."""

    commands: tuple[Command, ...] = ()
    acts: Mapping[str, React] = field(default_factory=dict)
    posts: Mapping[str, PostTopic] = field(default_factory=dict)
    chores: tuple[Chore, ...] = ()
