"""Dossiers are followed: asked for again and again, and what changed is told to whoever follows, once.

The row is the durable state (docs/decisions/0010-following.md): claimed for a while, asked for, kept together with its
notices. Killed anywhere, the claim runs out and the row is asked for again, by whichever process comes first.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Protocol

import structlog

from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.storage.dossier_rows import Known
from bot.storage.store import Store, Unit
from bot.tracebacks import where
from bot.work import pace
from bot.work.intervals import A_DAY, about, wait_after, wait_after_failure, wait_while_missing
from bot.work.pace import Answered, NotOurTurnError, Pace
from bot.work.telling import Telling
from knowledge.calendar import WorkingCalendar

log = structlog.get_logger()

NOT_KNOWN = ""  # key of the system of what was followed and never asked for
A_PASS = timedelta(seconds=30)  # after this a slow system waits for the next pass, so that news of others goes out
MOST = 200  # dossiers claimed together
IN_HAND = 1 / 3  # of a claim's time: what the rate lets us ask for in it is claimed
GIVEN_UP_AFTER = timedelta(days=30)  # a code no system ever knew, or knows no more
BY_DAY = (time(7, 30), time(20))  # when dates are looked at: "tomorrow" is to be read on the same day


class Route(pace.Route, Protocol):
    @property
    def trial(self) -> bool: ...


class Routing(Protocol):
    def of(self, code: str) -> Route | None: ...


@dataclass(frozen=True)
class Claim:
    """Dossiers nobody else asks for now."""

    route: Route | None
    batches: tuple[tuple[Known, ...], ...]
    moved: int = 0  # given to another system, as the routes now say


NOTHING = Claim(None, ())


@dataclass(frozen=True)
class Follower:
    store: Store
    routes: Routing
    pace: Pace
    telling: Telling
    calendar: WorkingCalendar
    here: Callable[[], datetime]  # in Viet Nam, without its zone
    period: timedelta = timedelta(minutes=30)
    lease: timedelta = timedelta(minutes=3)
    random: Random = field(default_factory=Random)

    async def look(self) -> int:
        """Asks for what is due; how many notices were kept. Ends soon after `A_PASS` even when more is due."""
        until = self.store.now() + A_PASS
        await self._work_off(NOT_KNOWN, until)
        systems = await self.store.run(lambda unit: unit.dossiers.due_systems())
        return sum(await asyncio.gather(*(self._work_off(system, until) for system in systems)))

    async def warn(self) -> int:
        """Of days that are near or past, from what is kept; how many notices were kept."""
        now, told = self.here(), 0
        while BY_DAY[0] <= now.time() < BY_DAY[1]:
            seen, notices = await self.store.run(lambda unit: self._warn(unit, now.date()))
            told += notices
            if not seen:
                break
        return told

    def _warn(self, unit: Unit, today: date) -> tuple[int, int]:
        rows = unit.dossiers.to_warn(today, MOST)
        return len(rows), sum(self.telling.warn(unit, row, today, self.calendar) for row in rows)

    async def _work_off(self, system: str, until: datetime) -> int:
        told = 0
        while self.store.now() < until:
            claim = await self.store.run(lambda unit: self._claim(unit, system))
            if not claim.batches and not claim.moved:
                break
            told += sum(await asyncio.gather(*(self._ask(claim.route, batch) for batch in claim.batches)))
        return told

    def _claim(self, unit: Unit, system: str) -> Claim:
        first = unit.dossiers.first_due(system)
        if first is None:
            return NOTHING
        route = self.routes.of(first.code)
        health = unit.rates.health(system)
        until = self.pace.rest.until(health)
        if until and until > unit.rates.now:
            return NOTHING
        most = self._most(route) if until is None else at_most(route)  # after a rest one call tries the ground
        rows = unit.dossiers.claim(system, most, unit.dossiers.now + self.lease)
        mine, moved = list[Known](), 0
        for row in rows:
            if self._system_of(row) == system:
                mine.append(row)
            else:
                self._move(unit, row)
                moved += 1
        route = self.routes.of(mine[0].code) if mine else None  # the first may have been moved
        return Claim(route, tuple(batches(mine, at_most(route))), moved)

    def _most(self, route: Route | None) -> int:
        if route is None or route.system is None:
            return MOST
        calls = int(route.per_minute * (self.lease * IN_HAND).total_seconds() / 60)
        return min(at_most(route) * max(calls, 1), MOST)

    def _system_of(self, row: Known) -> str | None:
        route = self.routes.of(row.code)
        return route.system.key if route and route.system else None

    def _move(self, unit: Unit, row: Known) -> None:
        """Where no system is connected today, one may be tomorrow."""
        system, now = self._system_of(row), unit.dossiers.now
        unit.dossiers.belongs_to(row.key, system or NOT_KNOWN, now if system else now + about(A_DAY, self.random))

    async def _ask(self, route: Route | None, batch: Sequence[Known]) -> int:
        if route is None:
            return 0
        try:
            answered = await self.pace.look(route, [row.code for row in batch])
        except (NotOurTurnError, RefusedError):  # no fault of these
            await self.store.run(lambda unit: self._at_once(unit, batch))
            return 0
        except SystemDownError:
            await self.store.run(lambda unit: self._later(unit, batch))
            return 0
        except Exception as error:  # a fault of ours; its words may be somebody's
            log.error("not asked for", what=type(error).__name__, at=where(error))
            await self.store.run(lambda unit: self._later(unit, batch))
            return 0
        return await self.store.run(lambda unit: self._keep(unit, route, batch, answered))

    def _keep(self, unit: Unit, route: Route, batch: Sequence[Known], answered: Answered) -> int:
        """In one order always, so that two transactions never wait for each other's rows."""
        return sum(self._keep_one(unit, route, row, answered) for row in sorted(batch, key=attrgetter("key")))

    def _keep_one(self, unit: Unit, route: Route, row: Known, answered: Answered) -> int:
        now = unit.dossiers.now
        if answer := answered.answers.get(row.code):
            wait = wait_after(answer.dossier, row.ended_at is not None, now, self.period)
            return self.telling.keep(unit, row, answer, answered.at, self._from(now, wait), trial=route.trial)
        wait = wait_while_missing(row.missing_since, now, self.period)
        give_up = row.missing_since is not None and now - row.missing_since > GIVEN_UP_AFTER
        next_look = now + about(wait, self.random)
        return self.telling.missing(unit, row, next_look, trial=route.trial, give_up=give_up)

    def _from(self, now: datetime, wait: timedelta | None) -> datetime | None:
        return now + about(wait, self.random) if wait else None

    def _at_once(self, unit: Unit, batch: Sequence[Known]) -> None:
        """They keep their place in the line."""
        unit.dossiers.look_again({row.key: unit.dossiers.now for row in batch}, failed=False)

    def _later(self, unit: Unit, batch: Sequence[Known]) -> None:
        """Each by itself, longer each time; when the system is down for all, that is its rest, not theirs."""
        if any(self.pace.rest.until(unit.rates.health(row.system)) for row in batch[:1]):
            return self._at_once(unit, batch)
        times = {
            row.key: unit.dossiers.now + about(wait_after_failure(row.failures + 1, self.period), self.random)
            for row in batch
        }
        return unit.dossiers.look_again(times, failed=True)


def at_most(route: Route | None) -> int:
    return route.system.at_most if route and route.system else 1


def batches(rows: Sequence[Known], at_most: int) -> Iterator[tuple[Known, ...]]:
    """What failed before is asked for with fewer others each time, until what spoils the answer stands alone."""
    for failures, group in groupby(sorted(rows, key=attrgetter("failures", "key")), attrgetter("failures")):
        size, alike = max(1, at_most >> failures), list(group)
        for start in range(0, len(alike), size):
            yield tuple(alike[start : start + size])
