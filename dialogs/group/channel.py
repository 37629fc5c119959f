"""Binding the channel where the development group sees the reports."""

from __future__ import annotations

from dialogs.errors import UserError
from dialogs.services import Services
from dialogs.texts import Say
from dialogs.turns import Message, PlaceKind, Reply, Turn
from storage.records import GroupChannel


async def bind_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Answer `liitä kanava`: the tenant's reports come to this channel from now on."""
    say = _for_coordinators(turn, services)
    if turn.place.kind is not PlaceKind.CHANNEL:
        raise UserError("bind-only-in-channel")
    channel = GroupChannel(
        tenant=turn.person.tenant,
        address=turn.place.address,
        team=turn.place.team,
        team_name=turn.place.team_name[:200],
        channel_name=turn.place.channel_name[:200],
        language=turn.language,
    )
    waiting = await _waiting(turn, services)
    old = await services.store.bind_channel(channel)
    await services.store.retry_given_up(turn.person.tenant, turn.now)
    if old is not None and old.address.conversation == channel.address.conversation:
        text = say("bind-already")
    elif old is not None:
        text = say("bind-moved", old=_name(old, say))
    else:
        text = say("bind-done")
    if waiting:
        text += "\n\n" + say("bind-waiting", waiting=waiting)
    return [Message(text=text)]


async def unbind_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Answer `irrota kanava`: reports wait until a channel is bound again."""
    say = _for_coordinators(turn, services)
    old = await services.store.unbind_channel(turn.person.tenant)
    if old is None:
        return [Message(text=say("channel-none"))]
    return [Message(text=say("unbind-done", old=_name(old, say)))]


async def channel_command(turn: Turn, rest: str, services: Services) -> list[Reply]:
    """Answer `kanava`: which channel is bound, and how many reports wait."""
    say = _for_coordinators(turn, services)
    channel = await services.store.group_channel(turn.person.tenant)
    waiting = await _waiting(turn, services)
    text = say("channel-none") if channel is None else say("channel-is", name=_name(channel, say))
    if waiting:
        text += "\n\n" + say("channel-waiting", waiting=waiting)
    if await _given_up(turn, services):
        text += "\n\n" + say("channel-given-up")
    return [Message(text=text)]


def _for_coordinators(turn: Turn, services: Services) -> Say:
    if not services.policy.is_coordinator(turn.person.id):
        raise UserError("only-coordinators")
    return services.texts.speaker(turn.language)


async def _waiting(turn: Turn, services: Services) -> int:
    posts = await services.store.outbox()
    return sum(post.tenant == turn.person.tenant and post.to == "group" for post in posts)


async def _given_up(turn: Turn, services: Services) -> bool:
    posts = await services.store.outbox()
    return any(
        post.tenant == turn.person.tenant and post.to == "group" and post.given_up for post in posts
    )


def _name(channel: GroupChannel, say: Say) -> str:
    names = [name for name in (channel.team_name, channel.channel_name) if name]
    return " / ".join(names) or say("channel-nameless")
