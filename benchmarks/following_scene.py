"""A run as it happens: dossiers are followed, all are asked for once, time passes at the agencies, the service dies."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

from aiohttp import ClientSession
from sqlalchemy import ColumnElement, and_, func, or_, select

from benchmarks.following_processes import Agencies, Lives
from benchmarks.orders_scene import until
from bot.dialogue.step import Follow
from bot.storage.store import Store, Unit
from bot.storage.tables import dossier as table
from bot.storage.tables import turn

CHATS_OF_ONE = 2  # dossiers: most chats follow two
SECOND, THIRD = 10, 50  # each tenth dossier has a second follower, each fiftieth a third
AT_ONCE = 500  # follows in one transaction
EARLY = 2 / 3  # of the time that passes: after that nothing is killed, so that one life is long enough to be weighed


@dataclass(frozen=True)
class Plan:
    dossiers: int = 10_000
    kills: int = 5
    faults: float = 0.2
    seed: int = 1
    period: float = 240.0  # seconds, NOIDAI_DOSSIER_PERIOD
    gap: float = 2.1  # periods, at least, between two changes of a dossier: each of them must be seen
    over: float = 4.0  # gaps in which the dossiers came in, so that they are at different stages
    passes: float = 1.0  # gaps that pass at the agencies while all is watched
    speed: float = 10_000.0  # of the agencies' clock then
    slow: float = 30.0  # seconds a slow answer takes
    timeout: float = 2.0  # seconds the service waits for one
    headroom: float = 3.0  # of what systems allow, over what one question a period and dossier needs
    lease: float | None = None  # seconds; None: as it is in the service
    patience: float = 1600.0  # seconds, then all is ended as it is

    @property
    def gap_seconds(self) -> float:
        return self.period * self.gap

    @property
    def agencies(self) -> Mapping[str, float]:
        apart = self.gap_seconds * self.speed
        return {"dossiers": self.dossiers, "faults": self.faults, "seed": self.seed, "slow": self.slow} | {
            "apart": apart,
            "over": apart * self.over,
        }


@dataclass(frozen=True)
class Ledger:
    """The service's database, read from outside."""

    store: Store

    def unseen(self) -> int:
        """Dossiers nothing was told of yet."""
        return self._dossiers(table.c.known_at.is_(None))

    def not_asked_since(self, moment: float) -> int:
        """Of those more may come of."""
        at = datetime.fromtimestamp(moment, UTC)
        going_on = and_(table.c.next_look.is_not(None), table.c.ended_at.is_(None))
        return self._dossiers(and_(going_on, or_(table.c.known_at.is_(None), table.c.known_at < at)))

    def ended(self) -> int:
        return self._dossiers(table.c.ended_at.is_not(None))

    def owed(self) -> int:
        """Notices kept and not sent."""
        with self.store.engine.connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(turn).where(turn.c.due_at.is_not(None))) or 0)

    def _dossiers(self, which: ColumnElement[bool]) -> int:
        with self.store.engine.connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(table).where(which)) or 0)


@dataclass
class Scene:
    """Times in seconds since 1970."""

    plan: Plan
    agencies: Agencies
    lives: Lives
    session: ClientSession
    ledger: Ledger
    chance: Random
    began: float = 0.0  # the service was up
    first_look: float = 0.0  # it had seen every dossier once
    stood_still: float = 0.0  # the agencies' clock, again
    over: float = 0.0  # all were asked for after that
    ended_by_then: int = 0
    problems: list[str] = field(default_factory=list)

    async def play(self) -> None:
        try:
            async with asyncio.timeout(self.plan.patience):
                await self._first_round()
                await self._time_passes()
                await until(lambda: not self.ledger.not_asked_since(self.stood_still))
                self.over = time.time()
                await until(lambda: not self.ledger.owed())
        except TimeoutError:
            self.problems.append(f"not over after {self.plan.patience:g} s")
        self.ended_by_then = self.ledger.ended()

    async def _first_round(self) -> None:
        """The clock of the agencies stands still: what the service sees first is known."""
        await self.lives.start(self.session)
        self.began = time.time()
        await until(lambda: not self.ledger.unseen())
        self.first_look = time.time()

    async def _time_passes(self) -> None:
        await self.agencies.run_at(self.session, self.plan.speed)
        ends = time.time() + self.plan.gap_seconds * self.plan.passes
        for moment in self._deaths(ends):
            await asyncio.sleep(max(0.0, moment - time.time()))
            await self.lives.restart(self.session)
        await asyncio.sleep(max(0.0, ends - time.time()))
        await self.agencies.run_at(self.session, 0)
        self.stood_still = time.time()

    def _deaths(self, ends: float) -> Sequence[float]:
        """One in each part of the time, at a moment nobody knows."""
        now, kills = time.time(), self.plan.kills
        return [now + (ends - now) * EARLY * (part + self.chance.random()) / kills for part in range(kills)]


def follow_all(store: Store, codes: Sequence[str]) -> dict[tuple[str, str], str]:
    """As the button does, but for all at once. Codes by chat and the dossier's key."""
    wishes = [(chat, code) for number, code in enumerate(codes) for chat in followers(number)]
    known: dict[tuple[str, str], str] = {}

    def follow(unit: Unit, some: Sequence[tuple[str, str]]) -> None:
        for chat, code in some:
            unit.dossiers.follow(chat, Follow(code))
            known[chat, unit.dossiers.key(code)] = code

    for start in range(0, len(wishes), AT_ONCE):
        some = wishes[start : start + AT_ONCE]
        store.run_now(lambda unit, some=some: follow(unit, some))  # type: ignore[misc]
    return known


def followers(number: int) -> Iterator[str]:
    yield chat(f"first {number // CHATS_OF_ONE}")
    if number % SECOND == 0:
        yield chat(f"second {number}")
    if number % THIRD == 0:
        yield chat(f"third {number}")


def chat(name: str) -> str:
    """As the web's are."""
    return f"web:{sha256(name.encode()).hexdigest()}"
