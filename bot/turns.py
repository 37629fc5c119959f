"""Makes a turn of an activity: who, where, what; and refuses whom the bot does not serve."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from botbuilder.schema import Activity
from pydantic import ValidationError

from bot.authentication import Forbidden
from bot.incoming import BadRequest
from dialogs.texts import language_of
from dialogs.turns import (
    Acted,
    Joined,
    Left,
    Person,
    Place,
    PlaceKind,
    Said,
    Surface,
    Turn,
)
from storage.errors import StoreError
from storage.records import Address
from storage.store import Store

LONGEST_ID = 200


class Turns:
    """Makes turns, with what the deployment decides about them."""

    def __init__(
        self,
        store: Store,
        *,
        tenants: frozenset[str],
        local: bool,
        language: str,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._tenants = tenants
        self._local = local
        self._language = language
        self._now = now

    async def of(self, activity: Activity, what: Said | Acted | Joined | Left) -> Turn:
        """Make the turn. Raises Forbidden for an unknown tenant, BadRequest without a person."""
        person = self._person(activity)
        try:
            chosen = await self._store.person_settings(person.tenant, person.id)
        except StoreError:
            # Whoever cannot be looked up is answered all the same, in the language of Teams.
            chosen = None
        return Turn(
            person=person,
            place=place_of(activity),
            what=what,
            language=chosen.language if chosen else self._spoken(activity),
            now=self._now(),
            dialogs=not self._local,
        )

    def _person(self, activity: Activity) -> Person:
        data = activity.channel_data or {}
        sender = activity.from_property
        # The SDK loses the tenant of the conversation; Teams puts it in the channel's data.
        named = {_inner(data, "tenant", "id"), activity.conversation.tenant_id}
        tenants = {same_id(tenant) for tenant in named if tenant}
        tenant = next(iter(tenants), "")
        if len(tenants) > 1:
            raise Forbidden("two tenants")
        person = same_id(sender.aad_object_id or "")
        if self._local:
            tenant, person = tenant or "local", person or sender.id
        elif tenant not in self._tenants:
            raise Forbidden("tenant not served")
        if not person or len(person) > LONGEST_ID or len(tenant) > LONGEST_ID:
            raise BadRequest("the activity has no person")
        return Person(tenant=tenant, id=person, name=_one_line(sender.name)[:LONGEST_ID])

    def _spoken(self, activity: Activity) -> str:
        if (language := language_of(activity.locale)) is not None:
            return language
        for entity in activity.entities or []:
            if entity.get("type") == "clientInfo" and isinstance(entity.get("locale"), str):
                return language_of(entity["locale"]) or self._language
        return self._language


def same_id(id: str) -> str:
    """Return an Entra id as it is compared: portals and services show it in either case.

    Other letters than ASCII's are left alone: some become ASCII letters in lower case.
    """
    return id.lower() if id.isascii() else id


def said(activity: Activity) -> Said:
    """Return what was typed, without the mention of the bot itself."""
    text: str = activity.text or ""
    bot = activity.recipient.id if activity.recipient else None
    for entity in activity.entities or []:
        mentioned = entity.get("mentioned")
        # Only the exact words of the entity go: the bot's name may be part of another word.
        if (
            entity.get("type") == "mention"
            and isinstance(mentioned, dict)
            and mentioned.get("id") == bot
            and isinstance(entity.get("text"), str)
        ):
            text = text.replace(entity["text"], " ", 1)
    # Teams may send what is typed with non-breaking spaces and stray tags of mentions.
    return Said(re.sub(r"[ \t\u00a0]+", " ", text).strip())


def acted(data: object, surface: Surface, verb: object = None) -> Acted:
    """Return the button that was pressed or the form that was sent."""
    content: Mapping[str, object] = data if isinstance(data, dict) else {}
    named = content.get("verb") if isinstance(content.get("verb"), str) else verb
    return Acted(named if isinstance(named, str) else "", content, surface)


def place_of(activity: Activity) -> Place:
    """Return where an activity happened; in a place of an unknown kind anybody may be reading.

    Raises BadRequest for a place that cannot be an address.
    """
    data = activity.channel_data or {}
    conversation = activity.conversation
    kind = {kind.value: kind for kind in PlaceKind}.get(
        conversation.conversation_type or "", PlaceKind.GROUP
    )
    if conversation.conversation_type is None and not conversation.is_group:
        # The protocol before conversation types: what is no group is one person's.
        kind = PlaceKind.PERSONAL
    where = conversation.id
    if kind is PlaceKind.CHANNEL:
        # A new post goes to the bare channel, not to the thread in which somebody spoke.
        where = _inner(data, "channel", "id") or where.split(";")[0]
    try:
        address = Address(service_url=activity.service_url, conversation=where)
    except ValidationError:
        raise BadRequest("the conversation's address cannot be one") from None
    return Place(
        kind=kind,
        address=address,
        team=(_inner(data, "team", "id") or "")[:LONGEST_ID],
        team_name=_one_line(_inner(data, "team", "name"))[:LONGEST_ID],
        channel_name=_one_line(_inner(data, "channel", "name"))[:LONGEST_ID],
    )


def _one_line(name: str | None) -> str:
    """Return a name without line ends and without marks that turn or hide text."""
    words = " ".join((name or "").split())
    return "".join(c for c in words if c.isprintable() or c in "\u200c\u200d")


def _inner(data: Mapping[str, Any], outer: str, inner: str) -> str | None:
    part = data.get(outer)
    value = part.get(inner) if isinstance(part, dict) else None
    return value if isinstance(value, str) and value else None
