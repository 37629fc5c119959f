"""How fast the bot may send, so that Teams does not have to say no."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

CONVERSATION_LIMITS: Final = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""So many messages in so many seconds, to one conversation.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

TENANT_LIMITS: Final = ((50, 1.0),)
"""The same for everything one app sends within one tenant."""


class Pace:
    """Remembers when was sent where, and says how long to wait before sending there again.

    A key is a conversation id (or a tenant's, with `TENANT_LIMITS`). At most `remembered` moments
    are kept in all; when there are more, those of the key that has been silent longest go first,
    and Teams' own 429 then guards the long limit.
    """

    def __init__(
        self,
        limits: Sequence[tuple[int, float]] = CONVERSATION_LIMITS,
        *,
        clock: Callable[[], float] = time.monotonic,
        remembered: int = 100_000,
    ) -> None:
        self._limits = tuple(limits)
        self._most = max(count for count, _ in limits)
        self._longest = max(seconds for _, seconds in limits)
        self._clock = clock
        self._remembered = remembered
        self._kept = 0
        self._sent: dict[str, deque[float]] = {}

    def delay(self, key: str) -> float:
        """Seconds until one more may be sent there; 0.0 for now."""
        moments = self._sent.get(key)
        if not moments:
            return 0.0
        now = self._clock()
        wait = 0.0
        for count, seconds in self._limits:
            if len(moments) >= count:
                wait = max(wait, moments[-count] + seconds - now)
        return wait

    def sent(self, key: str) -> None:
        """Count one as sent there now; call it before the first await of the sending."""
        now = self._clock()
        # Taken out and put back, so that the dictionary stays in the order of last use.
        moments = self._sent.pop(key, None) or deque(maxlen=self._most)
        self._kept -= len(moments)
        while moments and moments[0] <= now - self._longest:
            moments.popleft()
        moments.append(now)
        self._kept += len(moments)
        self._sent[key] = moments
        self._forget(now)

    def _forget(self, now: float) -> None:
        while len(self._sent) > 1:
            silent, moments = next(iter(self._sent.items()))
            if self._kept <= self._remembered and moments[-1] > now - self._longest:
                return
            del self._sent[silent]
            self._kept -= len(moments)

    def __len__(self) -> int:
        return self._kept
