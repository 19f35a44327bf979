"""Many chats ask question after question through a webhook, while the service is killed and started again."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy import Engine, text

from benchmarks.channels_ends import End, chat_of
from benchmarks.processes import Service
from procedures_catalog.catalog import load

AGAIN = 0.2  # seconds until what was not taken is brought again
PROMPTLY = ClientTimeout(total=30)
LOOK = 0.05
TWICE = 0.05  # of the updates are brought a second time though they were taken
CATALOGUE = load()
CODES = sorted(CATALOGUE)
ANSWERS = [CATALOGUE[code].short or CATALOGUE[code].name for code in CODES]  # the first line of each


@dataclass(frozen=True)
class Plan:
    """`pause`, `slowest`: at most so many seconds between two questions of a chat, and until an answer is shown.

    `careful`: the service is killed in moments in which all that was shown is marked as sent.
    """

    chats: int = 50
    questions: int = 200
    kills: int = 2
    pause: float = 0.2
    slowest: float = 0.1
    careful: bool = False
    seed: int = 6
    patience: float = 900.0  # seconds until everything must be answered


@dataclass
class Kill:
    at: float  # seconds since the beginning
    shown: int
    waiting: int  # updates that were taken and not answered
    unmarked: frozenset[tuple[int, int]]  # answers, as chat and number, that were kept and not marked as sent
    down: float = 0.0  # seconds until it was back


@dataclass
class Scene:
    plan: Plan
    end: End
    service: Service
    engine: Engine
    session: ClientSession
    kills: list[Kill] = field(default_factory=list)
    sent_again: int = 0
    brought_twice: int = 0
    began: float = field(default_factory=time.monotonic)

    async def play(self) -> list[str]:
        """What kept it from its end; nothing, if it came to it."""
        rng = Random(self.plan.seed)
        chats = [asyncio.create_task(self._asks(chat, Random(rng.random()))) for chat in range(self.plan.chats)]
        try:
            async with asyncio.timeout(self.plan.patience):
                for number in range(1, self.plan.kills + 1):
                    due = self._total * number // (self.plan.kills + 1)
                    await until(partial(self._has_shown, due))
                    await self._kill()
                await asyncio.gather(*chats)
                await until(self._is_settled)
        except TimeoutError:
            return [f"not all was answered in {self.plan.patience:.0f} s"]
        finally:
            for chat in chats:
                chat.cancel()
            await asyncio.gather(*chats, return_exceptions=True)
        return []

    def _has_shown(self, answers: int) -> bool:
        return self.end.shown.answers >= answers

    @property
    def _total(self) -> int:
        return self.plan.chats * self.plan.questions

    async def _asks(self, chat: int, rng: Random) -> None:
        """One question after the other is brought, whether or not the one before was answered."""
        for number in range(self.plan.questions):
            await asyncio.sleep(rng.uniform(0, self.plan.pause))
            await self._bring(chat, number)
            if rng.random() < TWICE:
                self.brought_twice += 1
                await self._bring(chat, rng.randint(0, number))

    async def _bring(self, chat: int, number: int) -> None:
        """Until it is taken."""
        while not await self._is_taken(self.end.update(chat, number, CODES[number % len(CODES)])):
            self.sent_again += 1
            await asyncio.sleep(AGAIN)

    async def _is_taken(self, update: Mapping[str, Any]) -> bool:
        call = dict(update)
        address = self.service.address + call.pop("path")
        try:
            async with self.session.post(address, timeout=PROMPTLY, **call) as answer:
                return answer.status == 200
        except (ClientError, OSError, TimeoutError):
            return False

    async def _kill(self) -> None:
        if self.plan.careful:
            self.end.shown.hold()
            await until(lambda: self.end.shown.held > 0 and self._number(SETTLED) >= self.end.shown.answers)
        at = time.monotonic()
        await self.service.kill()
        waiting, shown = self._number(WAITING), self.end.shown.answers
        self.kills.append(Kill(at - self.began, shown, waiting, self._unmarked()))
        self.end.shown.go_on()
        await self.service.start(self.session)
        self.kills[-1].down = time.monotonic() - at

    def _unmarked(self) -> frozenset[tuple[int, int]]:
        asked = [(chat, number) for chat in range(self.plan.chats) for number in range(self.plan.questions)]
        keys = {(chat_of(chat), self.end.key(chat, number)): (chat, number) for chat, number in asked}
        with self.engine.connect() as connection:
            rows = connection.execute(text(UNMARKED), {"like": f"{self.end.name}:%"}).all()
        return frozenset(keys[row.chat.partition(":")[2], row.update_id] for row in rows)

    def _is_settled(self) -> bool:
        """Nothing waits any more, and nothing is left that might be sent once more."""
        return not self._number(WAITING) and not self._number(OWED)

    def _number(self, query: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text(query), {"like": f"{self.end.name}:%"}).scalar() or 0)


async def until(true: Callable[[], bool]) -> None:
    """What is waited for comes from other processes."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(LOOK)


ANSWERED = "FROM turn WHERE chat LIKE :like AND update_id NOT LIKE 'notice:%'"
SETTLED = f"SELECT count(*) {ANSWERED} AND due_at IS NULL AND held_at IS NULL"
UNMARKED = f"SELECT chat, update_id {ANSWERED} AND (due_at IS NOT NULL OR held_at IS NOT NULL)"
OWED = f"SELECT count(*) {ANSWERED} AND due_at IS NOT NULL"
WAITING = "SELECT count(*) FROM inbox WHERE :like = :like"
