"""How fast Telegram lets us write: 30 messages a second in all, 1 a second in a chat, 20 a minute in a group.

(CHANNELS §1.7: constants of the Bot API.) Whoever overdoes it is answered 429 with a time to wait. That holds back the
one chat it was said of; said of several chats at once it is the whole bot that is too fast, and all of it slows down.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from aiolimiter import AsyncLimiter
from telegram.error import RetryAfter

from bot.handlers.telegram.request import wait_of

MINUTE = 60.0
BURST = 3  # messages of one answer that may follow each other at once in a chat
SHARE, GROUP_SHARE = (
    0.1,
    0.25,
)  # of what a second, or a minute, may hold: may go out at once, and the rest spread over it
PATIENCE = 10.0  # seconds a message waits in here; longer waits are the outbox's
LATEST = 600.0  # seconds after the others that one of a crowd is asked to come again
FLOOD, FLOOD_IN = 3, 5.0  # chats refused within so many seconds: it is the bot that is too fast
SLOWEST = 8  # times slower than usual
RECOVERY = 60.0  # seconds without a flood, then twice as fast again
LOOK = 1024  # chats, from which on idle ones are looked for

log = structlog.get_logger()


@dataclass
class Pace:
    """Of one chat."""

    limiter: AsyncLimiter
    seconds: float  # between two messages, when there are many
    held_until: float = 0.0  # by a 429
    used_at: float = 0.0
    waiting: int = 0
    turned_away_until: float = 0.0  # when the last that was sent away may come again

    def wait(self, now: float) -> float:
        """About how long one more would take."""
        return max(self.held_until - now, self.waiting * self.seconds)

    def come_again(self, now: float) -> timedelta:
        """When, for one that is sent away: each later than the one before, or they would all meet here again."""
        soonest = now + self.wait(now)
        self.turned_away_until = min(max(self.turned_away_until + self.seconds, soonest), soonest + LATEST)
        return timedelta(seconds=round(self.turned_away_until - now, 3))


@dataclass
class Limits:
    """One for all who send by the same token. Times are those of the event loop's clock."""

    a_second: float = 30.0  # in all
    chat_a_second: float = 1.0  # in a chat with a person, after a burst
    group_a_minute: float = 20.0
    chats: dict[int, Pace] = field(default_factory=dict)
    slowness: int = 1
    _all: AsyncLimiter = field(init=False)
    _refused: deque[tuple[float, int]] = field(default_factory=deque)  # when, which chat
    _flooded_at: float = 0.0
    _look_at: int = LOOK

    def __post_init__(self) -> None:
        at_once = max(1.0, self.a_second * SHARE)
        self._all = AsyncLimiter(at_once, at_once / (self.a_second * (1 - SHARE)))

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[None]:
        """The body may send one message to the chat. A RetryAfter that leaves it is taken note of.

        Raises RetryAfter itself, and at once, where the wait would be long: whoever waits in here holds up others.
        """
        pace = self._pace_of(chat)
        if pace.wait(now()) > PATIENCE:
            raise RetryAfter(pace.come_again(now()))
        pace.waiting += 1
        try:
            await self._place(pace)
        finally:
            pace.waiting -= 1
            pace.used_at = now()
        try:
            yield
        except RetryAfter as refusal:
            self._refuse(chat, pace, wait_of(refusal).total_seconds())
            raise

    async def _place(self, pace: Pace) -> None:
        """First the chat's own, so that who waits for it takes no place of others."""
        await pace.limiter.acquire()
        while (left := pace.held_until - now()) > 0:
            if left > PATIENCE:  # refused while we waited behind another message
                raise RetryAfter(pace.come_again(now()))
            await asyncio.sleep(left)
        for _ in range(self._times()):
            await self._all.acquire()

    def _times(self) -> int:
        """How many places one message takes: more than one while the bot is slowed down."""
        while self.slowness > 1 and now() - self._flooded_at > RECOVERY:
            self.slowness //= 2
            self._flooded_at += RECOVERY
        return self.slowness

    def _pace_of(self, chat: int) -> Pace:
        pace = self.chats.get(chat)
        if pace is None:
            if len(self.chats) >= self._look_at:
                self._drop_idle()
            pace = self.chats[chat] = self._pace_of_group() if chat < 0 else self._pace_of_person()
        pace.used_at = now()
        return pace

    def _pace_of_person(self) -> Pace:
        seconds = 1 / self.chat_a_second
        return Pace(AsyncLimiter(BURST, BURST * seconds), seconds)

    def _pace_of_group(self) -> Pace:
        at_once = max(1.0, self.group_a_minute * GROUP_SHARE)
        seconds = MINUTE / (self.group_a_minute * (1 - GROUP_SHARE))
        return Pace(AsyncLimiter(at_once, at_once * seconds), seconds)

    def _drop_idle(self) -> None:
        """Whoever was quiet for a minute may burst again, so nothing need be remembered."""
        idle = now() - MINUTE
        for chat in [c for c, p in self.chats.items() if not p.waiting and p.used_at < idle and p.held_until < now()]:
            del self.chats[chat]
        self._look_at = max(LOOK, 2 * len(self.chats))

    def _refuse(self, chat: int, pace: Pace, wait: float) -> None:
        at = now()
        pace.held_until = max(pace.held_until, at + wait)
        self._refused.append((at, chat))
        while self._refused and self._refused[0][0] < at - FLOOD_IN:
            self._refused.popleft()
        if len({refused for _, refused in self._refused}) >= FLOOD:
            self.slowness, self._flooded_at = min(self.slowness * 2, SLOWEST), at
            self._refused.clear()
            log.warning("telegram: too fast for it", slowed_down=self.slowness)


def now() -> float:
    return asyncio.get_running_loop().time()
