"""Delivers the outbox and does the tick's chores."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable

from bot import activities, faults
from bot.access_tokens import TokenUnavailable
from bot.connector import (
    ONCE,
    Connector,
    ForbiddenAddress,
    Rejected,
    SendError,
    TryLater,
    Undeliverable,
)
from bot.pace import TENANT_LIMITS, Pace
from dialogs.dialog import FollowUp
from dialogs.privacy.vault import CannotUnseal
from dialogs.router import Router
from dialogs.services import Services
from dialogs.turns import Message
from storage.errors import StoreError
from storage.records import Address, Post

log = logging.getLogger("karki")

TICK_SECONDS = 30.0
# Turns may follow closely; posts they cause go out together after this pause.
KICK_SECONDS = 0.3
# A post in hand is finished in this time, or it is sent again when its claim has ended.
STOP_SECONDS = 5.0
AT_A_TIME = 50
CLAIMED_FOR = dt.timedelta(minutes=10)
# What has not been sent when so little of its claim is left is given back: sending takes a
# while, and when a claim ends, another instance sends the same.
CLAIM_LEFT = dt.timedelta(minutes=2)
# While the store is in trouble the tick comes so often, so that its end is soon seen.
TROUBLED_TICK_SECONDS = 2.0
FIRST_DELAY = 2.0
LONGEST_DELAY = 3_600.0
# A post that cannot even be written is tried for about a day.
MOST_ATTEMPTS = 30


class Delivery:
    """Sends what waits in the outbox: at once when kicked, and at every tick.

    Each post is delivered at least once. What cannot be sent now is given back with a growing,
    random delay; what can never be sent is given up, and marked so.
    """

    def __init__(
        self,
        router: Router,
        services: Services,
        connector: Connector,
        pace: Pace,
        *,
        now: Callable[[], dt.datetime],
        tick_seconds: float = TICK_SECONDS,
        tenant_pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._router = router
        self._services = services
        self._connector = connector
        self._pace = pace
        self._tenant_pace = tenant_pace or Pace(TENANT_LIMITS)
        self._sleep = sleep
        self._now = now
        self._tick_seconds = tick_seconds
        self._kicked = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        self.last_tick: dt.datetime | None = None
        self.store_error = ""

    def start(self) -> None:
        """Begin working in the background."""
        # The tick does not wait for what is slow to send.
        self._tasks = [
            asyncio.create_task(self._keep_delivering(), name="karki-delivery"),
            asyncio.create_task(self._keep_ticking(), name="karki-tick"),
        ]

    async def stop(self) -> None:
        """Stop; the post in hand is finished, and those behind it are given back."""
        if not self._tasks:
            return
        delivering, ticking = self._tasks
        ticking.cancel()
        self._stopping = True
        self.kick()
        await asyncio.wait([delivering], timeout=STOP_SECONDS)
        delivering.cancel()
        await asyncio.wait(self._tasks)
        self._tasks = []
        self._stopping = False

    def kick(self) -> None:
        """Deliver soon, because a turn may have caused posts."""
        self._kicked.set()

    async def tick(self) -> None:
        """Do every chore, and find out whether the store takes writes."""
        now = self._now()
        try:
            for chore in self._router.chores:
                await chore(self._services, now)
            await self._services.store.check()
            self.store_error = ""
        except StoreError as error:
            self.store_error = str(error)
            log.error("the store does not take writes: %s", error)
        self.last_tick = now

    async def deliver(self) -> int:
        """Send what is due; return how many posts were claimed."""
        now = self._now()
        claimed_until = now + CLAIMED_FOR
        posts = await self._services.store.claim_due_posts(now, AT_A_TIME, claimed_until)
        places: dict[Address, list[tuple[Post, str]]] = defaultdict(list)
        for post in posts:
            found = await self._receiver(post)
            if found is not None:
                address, language = found
                places[address].append((post, language))
            elif post.to == "group":  # unbound since it was claimed: it waits again
                await self._services.store.post_later(post.id, now)
            else:
                await self._services.store.give_up_post(post.id, "no-address")
        await asyncio.gather(
            *(
                self._deliver_to(address, waiting, claimed_until - CLAIM_LEFT)
                for address, waiting in places.items()
            )
        )
        return len(posts)

    async def _keep_ticking(self) -> None:
        while True:
            try:
                await self.tick()
            except Exception as error:
                faults.record(error, "a tick")
            self.kick()
            troubled = min(TROUBLED_TICK_SECONDS, self._tick_seconds)
            await asyncio.sleep(troubled if self.store_error else self._tick_seconds)

    async def _keep_delivering(self) -> None:
        while not self._stopping:
            self._kicked.clear()
            try:
                while await self.deliver() and not self._stopping:
                    pass
            except StoreError as error:
                log.error("delivery waits for the store: %s", error)
            except Exception as error:
                faults.record(error, "delivery")
            await self._kicked.wait()
            if not self._stopping:
                await asyncio.sleep(KICK_SECONDS)

    async def _receiver(self, post: Post) -> tuple[Address, str] | None:
        """Find where a post goes and in which language; None when there is no such place."""
        services = self._services
        match post.to:
            case "group":
                channel = await services.store.group_channel(post.tenant)
                return (channel.address, channel.language) if channel else None
            case "sealed":
                try:
                    return services.vault.unseal(post.sealed or "")
                except CannotUnseal:
                    return None
            case _:
                language = post.language or services.policy.language
                return (post.address, language) if post.address else None

    async def _deliver_to(
        self, address: Address, waiting: list[tuple[Post, str]], last: dt.datetime
    ) -> None:
        """Send the posts of one place one after another, at the pace that Teams allows.

        What would be sent after `last` is given back, before its claim ends.
        """
        for post, language in waiting:
            while delay := self._delay(address, post):
                coming = self._now() + dt.timedelta(seconds=delay)
                if self._stopping or coming >= last:
                    break
                await self._sleep(delay)
            if self._stopping or delay:
                await self._services.store.post_later(
                    post.id, self._now() + dt.timedelta(seconds=delay)
                )
                continue
            # Counted before it goes: the posts of other places are on their way at once.
            self._tenant_pace.sent(post.tenant)
            await self._deliver_one(address, post, language)

    def _delay(self, address: Address, post: Post) -> float:
        """Return the seconds to wait for this conversation's pace and the whole tenant's."""
        return max(
            self._pace.delay(address.conversation), self._tenant_pace.delay(post.tenant), 0.0
        )

    async def _deliver_one(self, address: Address, post: Post, language: str) -> None:
        store = self._services.store
        topic = self._router.posts.get(post.topic)
        try:
            if topic is None:
                await store.give_up_post(post.id, "unknown-topic")
                return
            outgoing = await topic.compose(post, language, self._services)
            if outgoing is None:
                await store.post_delivered(post.id)
                return
            message = activities.message(Message(outgoing.card, summary=outgoing.summary))
            activity = await self._connector.post(
                address.service_url, address.conversation, message, ONCE
            )
            follow = FollowUp()
            if topic.follow is not None:
                follow = await topic.follow(post, address, activity, self._services, self._now())
            await store.post_delivered(
                post.id,
                card=follow.card,
                notice=follow.notice,
                return_address=follow.return_address,
            )
        except (Undeliverable, ForbiddenAddress, Rejected) as error:
            log.error("a post to %s was given up: %s", post.to, error)
            await store.give_up_post(post.id, type(error).__name__.lower())
        except (SendError, TokenUnavailable) as error:
            wait = error.retry_after if isinstance(error, TryLater) else None
            await self._later(post, wait or 0.0)
        except StoreError:
            raise
        except Exception as error:
            faults.record(error, "a post")
            if post.attempts >= MOST_ATTEMPTS:
                await store.give_up_post(post.id, "cannot-be-written")
            else:
                await self._later(post, 0.0)

    async def _later(self, post: Post, least: float) -> None:
        """Give a post back, for at least so many seconds and longer after each attempt."""
        longest = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(post.attempts, 20))
        delay = least + longest * (0.5 + 0.5 * self._services.chance.random())
        await self._services.store.post_later(post.id, self._now() + dt.timedelta(seconds=delay))
