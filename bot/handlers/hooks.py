"""What webhooks of channels share: a body of bounded length, an update kept promptly, refusals told now and then."""

import asyncio
import time
from asyncio import IncompleteReadError, Task
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.channel import Update
from bot.inbox import Inbox

PROMPTLY = 1.5  # seconds; Zalo waits 2
SLOW = 10.0  # seconds for a body to come in
MOST = 500  # updates on their way into the database: while it hangs, no more are held in memory
LAST_WORDS = 5.0  # seconds at the end, for what is under way
NOW_AND_THEN = 60.0  # seconds between two lines in the log of the same kind

log = structlog.get_logger()


class UnreadableError(Exception):
    """The message says why."""


class TooLongError(UnreadableError):
    """Not read to its end."""


async def body_of(request: web.Request, longest: int) -> bytes:
    """All of it, in however many pieces it comes. Raises UnreadableError, after no more than `longest` bytes."""
    try:
        async with asyncio.timeout(SLOW):
            await request.content.readexactly(longest + 1)
    except IncompleteReadError as whole:
        return whole.partial
    except TimeoutError:
        raise UnreadableError("too slow") from None
    except (ConnectionError, web.RequestPayloadError):  # the caller hung up; or it cannot be unpacked
        raise UnreadableError("broken off") from None
    raise TooLongError("too long")


@dataclass
class Keeper:
    """Keeps an update before the other side loses its patience, or goes on keeping it behind its back."""

    inbox: Inbox
    promptly: float = PROMPTLY
    under_way: set[Task[None]] = field(default_factory=set)

    async def keep(self, update: Update) -> bool:
        """False: not yet. The other side is to send it again; if it was kept meanwhile, the same key is the same."""
        if len(self.under_way) >= MOST:
            return False
        task = asyncio.create_task(self.inbox.take([update]))
        self.under_way.add(task)
        task.add_done_callback(self._done)
        await asyncio.wait({task}, timeout=self.promptly)
        return task.done() and not task.cancelled() and task.exception() is None

    def _done(self, task: Task[None]) -> None:
        self.under_way.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("webhook: not kept", error=type(error).__name__)

    async def close(self) -> None:
        """What is on its way is kept, if the database takes it at all."""
        await ended(self.under_way)


async def ended(tasks: Collection[asyncio.Future[None]]) -> None:
    """Or broken off, when it lasts too long."""
    if tasks:
        _, late = await asyncio.wait(list(tasks), timeout=LAST_WORDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


@dataclass
class Refusals:
    """Says in the log what was refused and how often: at once, then no more than once a minute, whoever floods us."""

    channel: str
    clock: Callable[[], float] = time.monotonic
    _counts: Counter[str] = field(default_factory=Counter)
    _told: dict[str, float] = field(default_factory=dict)

    def note(self, why: str) -> None:
        self._counts[why] += 1
        now = self.clock()
        if why not in self._told or now - self._told[why] >= NOW_AND_THEN:
            self._told[why] = now
            log.warning("webhook: refused", channel=self.channel, why=why, times=self._counts.pop(why))
