"""One look for all open pages: what was kept for them by another process, or by work that could not ring."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from bot.handlers.web.channel import WebChat
from bot.handlers.web.guard import note
from bot.storage.store import Store, Unit

LOOK = 2.0  # seconds
LATE = 60.0  # seconds: by then a transaction that took a number has been committed, or never will be
FIRST = 500  # numbers back where a look begins that knows nothing yet


@dataclass
class Lookout:
    """Rings at the pages of chats that have a notice nobody rang for.

    Two processes may commit in another order than they number. So a look begins not after the newest number that was
    seen, but after the one that was newest a minute ago.
    """

    store: Store
    channel: WebChat
    clock: Callable[[], float] = time.monotonic
    marks: deque[tuple[float, int]] = field(default_factory=deque)  # when, and the newest number then
    told: set[int] = field(default_factory=set)  # higher than the oldest mark

    async def look(self) -> None:
        since = self.marks[0][1] if self.marks else None

        def seen(unit: Unit) -> tuple[int, list[tuple[int, str]]]:
            newest = unit.turns.newest()
            return newest, unit.turns.notices_after(newest - FIRST if since is None else since)

        newest, notices = await self.store.run(seen)
        for number, address in notices:
            if number not in self.told:
                self.channel.ring(address.removeprefix("web:"))
        self._keep(newest, {number for number, _ in notices})

    def _keep(self, newest: int, told: set[int]) -> None:
        now = self.clock()
        if self.marks and newest < self.marks[-1][1]:
            self.marks.clear()  # all was deleted, and SQLite numbers from the beginning
        self.marks.append((now, newest))
        while len(self.marks) > 1 and self.marks[1][0] <= now - LATE:
            self.marks.popleft()
        self.told = {number for number in told if number > self.marks[0][1]}

    async def again(self) -> None:
        """For good."""
        while True:
            try:
                await self.look()
            except Exception as error:  # the database may be back at the next look
                note(error)
            self.channel.ring_gone()
            await asyncio.sleep(LOOK)

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """As long as the application runs."""
        task = asyncio.create_task(self.again())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
