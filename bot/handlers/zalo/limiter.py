"""How fast the account's API is called, over all processes: what its plan grants a minute, and no more.

Four fifths of it come evenly, one fifth may be used at once by who was silent before: a citizen's answer of three parts
need not wait. So in no minute are there more calls than granted, wherever Zalo lets its minutes begin.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.handlers.foreign import WHOLE
from bot.handlers.zalo.errors import ZaloError
from bot.storage.store import Store

SYSTEM = "zalo"  # of its row among the rates
EVENLY = 0.8
GRACE = 61.0  # seconds of a minute: a call that leaves late comes nearer to the next
PATIENCE = timedelta(seconds=15)  # with one call; what takes longer is put off, and holds up nobody
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=1)  # after -32, or when nothing remains

log = structlog.get_logger()


@dataclass
class Limiter:
    store: Store
    a_minute: float
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    _pause: timedelta = field(default=FIRST_PAUSE)
    _told: bool = False

    async def turn(self) -> None:
        """Returns when a call may be made. Raises ZaloError when that is not soon."""
        between = timedelta(seconds=GRACE / (self.a_minute * EVENLY))
        ahead = between * max(self.a_minute * (1 - EVENLY) - 1, 0)
        at = await self.store.run(lambda unit: unit.rates.next(SYSTEM, between, ahead, PATIENCE))
        if at is None:
            raise ZaloError("rate", None, "too many wait")
        wait = (at - self.store.now()).total_seconds()
        if wait > 0:
            await self.sleep(wait)

    async def refused(self) -> None:
        """Zalo counts otherwise, or somebody else uses up what the account is granted."""
        log.warning("zalo: too many calls", pause=self._pause.total_seconds())
        await self._hold_back(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def taken(self, headers: Mapping[str, str]) -> None:
        """A call was taken: what its headers say of those that remain."""
        self._pause = FIRST_PAUSE
        granted, remain = count(headers.get("X-RateLimit-Limit", "")), count(headers.get("X-RateLimit-Remain", ""))
        if granted is not None and granted < self.a_minute and not self._told:
            self._told = True
            log.warning("zalo: the account is granted less than NOIDAI_ZALO_A_MINUTE", granted=granted)
        if remain is not None and remain < 1:
            await self._hold_back(FIRST_PAUSE)

    async def _hold_back(self, pause: timedelta) -> None:
        until = self.store.now() + pause
        await self.store.run(lambda unit: unit.rates.pause(SYSTEM, until))


def count(told: str) -> int | None:
    """
    >>> count("40"), count("many"), count("")
    (40, None, None)
    """
    return int(told) if WHOLE.fullmatch(told) else None
