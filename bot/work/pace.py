"""When an agency's system may be called: its rate, its calls at a time, its rest after failures. Over all processes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import structlog

from bot.dossiers.dossier import Answer
from bot.services.dossiers.gateway import DossierSystem, RefusedError, SystemDownError
from bot.storage.rates import Health, Slot, Verdict
from bot.storage.store import Store, Unit

log = structlog.get_logger()

MINUTE = timedelta(minutes=1)
# A call that begins late comes nearer to the next. So it begins at most half of this late, and in a minute there is
# room for one of this more: whatever the delays, the system's own clock counts no more calls than allowed.
GRACE = timedelta(seconds=1)
ALL_TAKEN = 0.1  # seconds between two looks whether another process has ended a call
MARGIN = timedelta(seconds=10)  # a call is over this long after the patience with it, even if its process was killed


class Route(Protocol):
    """Where a dossier is asked for (bot/services/dossiers/routes.py)."""

    @property
    def system(self) -> DossierSystem | None: ...
    @property
    def per_minute(self) -> float: ...
    @property
    def at_once(self) -> int: ...


class NotOurTurnError(SystemDownError):
    """It was not called: it rests after failures, or its turn would come too late."""


class Answered(NamedTuple):
    at: datetime  # when the call began: what it says is not older
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Rest:
    """How long a system that fails again and again is left alone: twice as long each time."""

    after: int = 5  # failures one after the other; single ones are the affair of who asked
    sure: int = 3  # refusals one after the other, and nothing else: a single one a proxy gives, too
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=15)

    def until(self, health: Health) -> datetime | None:
        """None: it was not that bad."""
        if health.failed_at is None:
            return None
        if self.is_refused(health):
            return health.failed_at + self.longest
        if health.failures < self.after:
            return None
        return health.failed_at + min(self.first * 2.0 ** min(health.failures - self.after, 20), self.longest)

    def is_refused(self, health: Health) -> bool:
        return health.refused and health.failures >= self.sure


@dataclass(frozen=True)
class Pace:
    """One for the process, so that its own calls wait in one line."""

    store: Store
    rest: Rest = field(default=Rest())
    patience: timedelta = timedelta(seconds=60)  # with a call, when nobody sits and waits for it
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    places: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    async def look(
        self,
        route: Route,
        codes: Sequence[str],
        identity: str | None = None,
        *,
        hurry: timedelta | None = None,
    ) -> Answered:
        """Raises SystemDownError, RefusedError; NotOurTurnError without a call.

        `hurry`: somebody waits for the answer, so long at most for the turn and again for the answer.
        """
        if route.system is None:
            raise NotOurTurnError("no system is connected")
        system, patience = route.system, hurry or self.patience
        async with self._place(system.key, route.at_once):
            slot = await self._turn(system.key, route, patience, hurry)
            verdict: Verdict = "none"
            try:
                async with asyncio.timeout(patience.total_seconds()):
                    answers = await system.look(codes, identity)
                verdict = "good"
                return Answered(slot.at, answers)
            except TimeoutError:
                verdict = "bad"
            except RefusedError:
                verdict = "refused"
                raise
            except SystemDownError:
                verdict = "bad"
                raise
            finally:
                await self._over(system.key, slot, verdict)
        raise SystemDownError(f"{system.key}: no answer in {patience.total_seconds():g} s")

    async def _turn(self, system: str, route: Route, patience: timedelta, hurry: timedelta | None) -> Slot:
        """Returns when the call may begin. Raises NotOurTurnError."""
        latest = self.store.now() + hurry if hurry else None
        between, lease = (MINUTE + GRACE) / route.per_minute, patience + MARGIN

        def reserve(unit: Unit) -> Slot | None:
            until = self._until(unit.rates.health(system), hurried=hurry is not None)
            if until and until > unit.rates.now:
                raise NotOurTurnError(f"{system}: left alone")
            slot = unit.rates.reserve(system, between, route.at_once, lease)
            if slot and latest and slot.at > latest:
                raise NotOurTurnError(f"{system}: too many wait")
            return slot

        while True:
            slot = await self.store.run(reserve)
            if slot and await self._is_reached(slot):
                return slot
            if slot is None:
                await self.sleep(ALL_TAKEN)
            if latest and self.store.now() > latest:
                raise NotOurTurnError(f"{system}: too many wait")

    def _until(self, health: Health, *, hurried: bool) -> datetime | None:
        """Whom somebody waits for is tried again soon, however long it is left alone otherwise."""
        until = self.rest.until(health)
        if until and hurried and health.failed_at:
            return min(until, health.failed_at + self.rest.first)
        return until

    async def _is_reached(self, slot: Slot) -> bool:
        """False: it passed while we were held up."""
        reached = False
        try:
            wait = (slot.at - self.store.now()).total_seconds()
            if wait > 0:
                await self.sleep(wait)
            reached = self.store.now() - slot.at <= GRACE / 2
        finally:
            if not reached:
                await self.store.run(lambda unit: unit.rates.release(slot))
        return reached

    async def _over(self, system: str, slot: Slot, verdict: Verdict) -> None:
        def over(unit: Unit) -> Health:
            unit.rates.release(slot)
            return unit.rates.judge(system, verdict, slot) if verdict != "none" else Health()

        before = await self.store.run(over)
        if verdict == "refused" and before.refused and before.failures == self.rest.sure - 1:
            log.error("an agency's system refuses us: look at our key and rights", system=system)
        elif verdict == "bad" and before.failures == self.rest.after - 1:
            log.warning("an agency's system is down", system=system)
        elif verdict == "good" and before.failures >= self.rest.after:
            log.info("an agency's system is back", system=system, failures=before.failures)

    def _place(self, system: str, at_once: int) -> asyncio.Semaphore:
        return self.places.setdefault(system, asyncio.Semaphore(at_once))
