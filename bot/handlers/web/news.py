"""News on an open page: what was kept of its chat without being asked for, as server-sent events.

An event is a notice, a turn nobody asked for. Its id names all notices the page has then, `41.45`, not only the last:
two processes may commit in another order than they number, and none must be passed over.
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from bot.handlers.limit import Limit
from bot.handlers.web.channel import OpenPage, WebChat
from bot.handlers.web.guard import WAIT, note
from bot.handlers.web.pages import written
from bot.handlers.web.visitor import Visitor, door_of, visitor_of
from bot.handlers.web.window import SHOWN, window
from bot.storage.store import Store, Unit
from bot.storage.turns import Turn

HUSH = 20.0  # seconds without news, then something is sent, so that neither side takes the other for dead
FEW = 3  # turns of a short look: more than can come at once
PATIENCE = 10.0  # seconds for a page that does not take what is sent
A_MINUTE = 20  # times a chat may begin to listen
ID = re.compile(r"\d{1,18}", re.ASCII)
HEADERS = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}  # nginx must not hold them back
BEGIN = "retry: 5000\n\n"  # ms until the browser comes back when the connection broke
BEAT = "event: beat\ndata: .\n\n"
ENOUGH = "event: enough\ndata: .\n\n"  # and do not come back


@dataclass(frozen=True)
class News:
    channel: WebChat
    store: Store
    limit: Limit = field(default_factory=lambda: Limit(A_MINUTE))

    async def listen(self, request: web.Request) -> web.StreamResponse:
        visitor = visitor_of(request)
        if not visitor.came_back or not await self.store.run(partial(latest, visitor.address, 1)):
            return web.Response(status=204)  # to an EventSource: do not come back
        if self.channel.is_full or not self.limit.allows(visitor.chat):
            return web.Response(status=503, headers={"Retry-After": WAIT})
        stream = web.StreamResponse(headers=HEADERS)
        await stream.prepare(request)
        with self.channel.opened(visitor.chat, request.transport) as page:
            try:
                await self._tell(request, visitor, page, stream)
            except (ConnectionError, TimeoutError):
                pass  # nobody is there any more
            except Exception as error:  # too late for an apology; the browser comes back
                note(error)
        return stream

    async def _tell(self, request: web.Request, visitor: Visitor, page: OpenPage, stream: web.StreamResponse) -> None:
        has, base = ids_in(request), door_of(request).base
        known = set(has)
        await write(stream, BEGIN)
        while not (self.channel.closed or page.one_too_many or page.is_gone):
            fresh = await self._fresh(visitor, known)
            if told := notices(fresh):
                language = (await window(self.store, visitor, request, shown=1)).language
                for turn in told:
                    has.add(turn.id)
                    await write(stream, event(turn, has, language, base))
            if not await page.rung(HUSH):
                await write(stream, BEAT)
        if page.one_too_many:
            await write(stream, ENOUGH)

    async def _fresh(self, visitor: Visitor, known: set[int]) -> list[Turn]:
        """Turns not known yet, oldest first. A short look is enough unless all in it is new."""
        for shown in (FEW, SHOWN):
            turns = await self.store.run(partial(latest, visitor.address, shown))
            fresh = [turn for turn in turns if turn.id not in known]
            if len(fresh) < FEW:
                break
        known.update(turn.id for turn in fresh)
        return fresh


def latest(address: str, shown: int, unit: Unit) -> list[Turn]:
    return unit.turns.latest(address, shown)


def notices(turns: Iterable[Turn]) -> list[Turn]:
    return [turn for turn in turns if turn.unasked]


def ids_of(turns: Iterable[Turn]) -> str:
    """The notices among them, as the page keeps them: `41.45`."""
    return listed(turn.id for turn in notices(turns))


def listed(ids: Iterable[int]) -> str:
    return ".".join(map(str, sorted(ids)[-SHOWN:]))


def ids_in(request: web.Request) -> set[int]:
    """What the page had when it was loaded, and what it was sent since."""
    said = (request.query.get("has", ""), request.headers.get("Last-Event-ID", ""))
    return {int(number) for ids in said for number in ID.findall(ids[:1000])}


def event(turn: Turn, has: Iterable[int], language: str, base: str = "/") -> str:
    """
    >>> event(Turn(7, "web:1", "", ()), [3, 7], "vi").splitlines()[:2]
    ['id: 3.7', 'data: <div class="turn" id="newest" data-turn="7" tabindex="-1">']
    """
    lines = written("fragment.html", language, turn=turn, place=False, base=base).strip().splitlines()
    return "".join((f"id: {listed(has)}\n", *(f"data: {line}\n" for line in lines), "\n"))


async def write(stream: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(PATIENCE):  # not wait_for: of many pages, each would wait for all others to be read
        await stream.write(text.encode())
