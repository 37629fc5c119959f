"""Finds the dialog that answers a turn, and makes an answer of every refusal."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import TypeVar

from dialogs.cards import card, plain
from dialogs.dialog import Command, Dialog, PostTopic, React
from dialogs.errors import UserError
from dialogs.guiding.welcome import greet, hint, install, remove
from dialogs.reporting.understanding import looks_like_a_phenomenon, offer_form
from dialogs.services import Services
from dialogs.turns import Acted, Joined, Left, Message, Page, Reply, Said, Turn

T = TypeVar("T")

# How alike a mistyped command must be to be guessed (difflib's ratio, 0 to 1).
ALIKE = 0.75
_EDGES = " \t\n.,!?:;\"'»«”“/"


class Router:
    """Routes turns by the words, verbs and topics that the dialogs register."""

    def __init__(self, dialogs: Sequence[Dialog], services: Services) -> None:
        self._services = services
        self._commands: dict[str, Command] = {}
        self._acts: dict[str, React] = {}
        self.posts: dict[str, PostTopic] = {}
        self.chores = tuple(chore for dialog in dialogs for chore in dialog.chores)
        for dialog in dialogs:
            for command in dialog.commands:
                for phrase in services.texts.words(command.words):
                    _once(self._commands, phrase, command)
            for verb, react in dialog.acts.items():
                _once(self._acts, verb, react)
            for topic, post in dialog.posts.items():
                _once(self.posts, topic, post)
        self._longest_first = sorted(self._commands, key=len, reverse=True)

    async def answer(self, turn: Turn) -> list[Reply]:
        """Answer a turn. Anything that is the person's to mend becomes a reply."""
        try:
            match turn.what:
                case Said(text):
                    return await self._said(turn, text)
                case Acted(verb):
                    return await self._acted(turn, turn.what, verb)
                case Joined():
                    return await install(turn, self._services)
                case Left():
                    return await remove(turn, self._services)
        except UserError as error:
            return self._refusal(turn, error)

    async def _said(self, turn: Turn, text: str) -> list[Reply]:
        phrase, rest = self._split(text)
        if phrase is not None:
            return await self._commands[phrase].answer(turn, rest, self._services)
        if not text.strip(_EDGES):
            return await greet(turn, "", self._services)
        if looks_like_a_phenomenon(text):
            return await offer_form(turn, text, self._services)
        near = difflib.get_close_matches(folded(text), self._commands, n=1, cutoff=ALIKE)
        return await hint(turn, near[0] if near else None, self._services)

    def _split(self, text: str) -> tuple[str | None, str]:
        """Return the command that a text begins with and what follows it."""
        said = folded(text)
        for phrase in self._longest_first:
            if said == phrase:
                return phrase, ""
            follows = self._commands[phrase].takes_rest and re.match(
                rf"{re.escape(phrase)}(?=[\s:,;.!?–-])", said
            )
            if follows:
                words = len(phrase.split())
                rest = text.strip().lstrip("/").split(maxsplit=words)
                after = rest[words] if len(rest) > words else ""
                return phrase, after.lstrip(" :,;–-")
        return None, ""

    async def _acted(self, turn: Turn, acted: Acted, verb: str) -> list[Reply]:
        react = self._acts.get(verb)
        if react is None:
            raise UserError("router-old-button")
        return await react(turn, acted, self._services)

    def _refusal(self, turn: Turn, error: UserError) -> list[Reply]:
        say = self._services.texts.speaker(turn.language)
        text = say(error.text_key, **error.data)
        if turn.in_dialog:
            return [Page(say("karki"), card(plain(text), told=text))]
        return [Message(text=text)]


def folded(text: str) -> str:
    """Return a text as commands are compared: lower case, single spaces, no outer punctuation."""
    return " ".join(text.casefold().strip(_EDGES).split())


def _once(known: dict[str, T], key: str, value: T) -> None:
    if key in known:
        raise ValueError(f"two dialogs answer to {key!r}")
    known[key] = value
