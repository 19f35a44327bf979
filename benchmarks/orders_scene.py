"""A run as it happens: citizens book, the service is killed, the post's time passes, until all is over."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
from random import Random

from aiohttp import ClientSession
from sqlalchemy import Select, func, select

from benchmarks.orders_citizen import Browser, Citizen, LostError, book, notices_in
from benchmarks.orders_processes import Post
from benchmarks.orders_verdict import NOTICE, Booked
from benchmarks.processes import Service
from bot.sandbox.parcel import ENDINGS, Ending
from bot.storage.store import Store
from bot.storage.tables import pickup, turn

LAST_KILL = 0.97  # of the way: later there might be nothing left to survive
LOOK = 0.1  # seconds between two looks at how far it has come
ROUGH = 0.25  # of the orders get an ending by chance
SMOOTH: Ending = "smooth"


@dataclass(frozen=True)
class Plan:
    orders: int = 1000
    kills: int = 5
    faults: float = 0.3
    seed: int = 1
    speed: float = 600.0  # of the post's clock, as under `make run`
    pace: float = 1.0  # hours it is put forward beside, each tick, once all have booked
    tick: float = 0.5  # seconds
    slow: float = 30.0  # seconds a slow answer takes: longer than the service waits
    look: float = 0.5  # seconds between two looks at the post's news
    first_wait: float | None = None  # seconds before the second attempt; None: as it is in the service
    at_once: int = 20  # citizens side by side
    patience: float = 3000.0  # seconds, then it is told as unfinished


async def until(true: Callable[[], bool]) -> None:
    """Looked for from outside: the processes tell nobody."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(LOOK)


@dataclass(frozen=True)
class Ledger:
    """The service's database, read from outside."""

    store: Store

    def at_post(self) -> int:
        return self._count(select(func.count()).select_from(pickup).where(pickup.c.at_post == "yes"))

    def ended(self) -> int:
        return self._count(select(func.count()).select_from(pickup).where(pickup.c.ended_at.is_not(None)))

    def owed(self) -> int:
        """Notices kept and not sent. Answers do not count: a page shows them as soon as they are kept."""
        due = select(func.count()).select_from(turn).where(turn.c.due_at.is_not(None))
        return self._count(due.where(turn.c.update_id.startswith(NOTICE)))

    def _count(self, query: Select[int]) -> int:
        with self.store.engine.connect() as connection:
            return int(connection.scalar(query) or 0)


@dataclass
class Scene:
    """Everything that is up during a run."""

    plan: Plan
    post: Post
    service: Service
    session: ClientSession
    chance: Random
    booked: list[Booked] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    sent_again: int = 0
    cookies: dict[str, str] = field(default_factory=dict)  # by order number

    async def all_book(self, people: Sequence[Citizen]) -> None:
        waiting = iter(people)

        async def one_after_the_other() -> None:
            for citizen in waiting:
                await self._books(citizen)

        await asyncio.gather(*(one_after_the_other() for _ in range(self.plan.at_once)))

    async def _books(self, citizen: Citizen) -> None:
        browser = Browser(self.session, self.service.address)
        try:
            number = await book(citizen, browser)
        except LostError as error:
            self.problems.append(f"not booked: {error}")
            return
        finally:
            self.sent_again += browser.sent_again
        self.booked.append(Booked(citizen, number, f"web:{sha256(browser.cookie.encode()).hexdigest()}"))
        self.cookies[number] = browser.cookie
        await self._scripted(number)

    async def _scripted(self, number: str) -> None:
        """Not every way is smooth."""
        ending = self.chance.choice(ENDINGS) if self.chance.random() < ROUGH else SMOOTH
        if ending != SMOOTH:
            await self.post.deed(self.session, "script", number=number, ending=ending)

    async def killed(self, ledger: Ledger) -> None:
        """Once in each part of the way, at a moment nobody knows."""
        for part in range(self.plan.kills):
            moment = min((part + self.chance.random()) / self.plan.kills, LAST_KILL)
            await until(partial(self.has_come, moment, ledger))
            await asyncio.sleep(self.chance.random() * LOOK)
            await self.service.kill()
            await self.service.start(self.session)

    def has_come(self, far: float, ledger: Ledger) -> bool:
        """`far`, 0 to 1: a third each for booked, at the post, at the end of the way."""
        total = 3 * max(1, self.plan.orders - len(self.problems))
        return len(self.booked) + ledger.at_post() + ledger.ended() >= far * total

    async def time_passes(self) -> None:
        while True:
            await self.post.advance(self.session, timedelta(hours=self.plan.pace))
            await asyncio.sleep(self.plan.tick)

    async def ends(self, ledger: Ledger) -> None:
        """All orders are at the end of their way, and all there was to say was sent."""
        await until(lambda: ledger.ended() == len(self.booked) and not ledger.owed())

    async def pages(self) -> dict[str, list[str]]:
        """What each citizen sees without having asked, by order number."""
        seen: dict[str, list[str]] = {}
        for number, cookie in self.cookies.items():
            seen[number] = notices_in(await Browser(self.session, self.service.address, cookie).open())
        return seen


async def play(scene: Scene, people: Sequence[Citizen], ledger: Ledger) -> tuple[float, dict[str, list[str]]]:
    """Seconds until all had booked, and what each citizen sees in the end."""
    began, booked_after = time.monotonic(), 0.0
    try:
        async with asyncio.timeout(scene.plan.patience), asyncio.TaskGroup() as group:
            killer = group.create_task(scene.killed(ledger))
            await scene.all_book(people)
            booked_after = time.monotonic() - began
            clock = group.create_task(scene.time_passes())
            await scene.ends(ledger)
            await killer
            await scene.ends(ledger)
            clock.cancel()
    except TimeoutError:
        scene.problems.append(f"not at the end after {scene.plan.patience:g} s")
        return booked_after, {}
    return booked_after, await scene.pages()
