"""The web as a channel, and its open pages."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web

from bot.texts.message import Message

PAGES = 3  # of one chat: a browser keeps six connections to one place, and needs some to ask and to load
MOST = 10_000  # open pages of this process, at some 25 kB each
SPARE = 200  # open files for everything but open pages: other requests, the database, Telegram


@dataclass(eq=False)
class OpenPage:
    transport: asyncio.Transport | None = None  # the connection to it
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    one_too_many: bool = False

    async def rung(self, within: float) -> bool:
        """Whether it was, in so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):  # wait_for would take a task for each page
                await self.bell.wait()
        was = self.bell.is_set()
        self.bell.clear()
        return was

    @property
    def is_gone(self) -> bool:
        return self.transport is None or self.transport.is_closing()


class WebChat:
    """The web as a channel: the page shows what is kept, so a page that is open is told to look."""

    def __init__(self) -> None:
        self._pages: dict[str, list[OpenPage]] = {}  # by chat, the oldest first
        self._count = 0
        self._room: int | None = None
        self.closed = False

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        self.ring(chat)

    def ring(self, chat: str) -> None:
        for page in self._pages.get(chat, ()):
            page.bell.set()

    def ring_gone(self) -> None:
        """So that a page whose citizen has left is forgotten soon, not with its next beat."""
        for pages in self._pages.values():
            for page in pages:
                if page.is_gone:
                    page.bell.set()

    async def close(self, _: web.Application) -> None:
        """Pages come back by themselves, to whoever serves then."""
        self.closed = True
        for chat in self._pages:
            self.ring(chat)

    @property
    def is_full(self) -> bool:
        if self._room is None:
            self._room = room()
        return self.closed or self._count >= self._room

    @contextmanager
    def opened(self, chat: str, transport: asyncio.Transport | None) -> Iterator[OpenPage]:
        """The oldest pages of a chat make room for the newest."""
        pages, page = self._pages.setdefault(chat, []), OpenPage(transport)
        pages.append(page)
        self._count += 1
        for old in pages[:-PAGES]:
            old.one_too_many = True
            old.bell.set()
        try:
            yield page
        finally:
            self._count -= 1
            pages.remove(page)
            if not pages:
                del self._pages[chat]


def room() -> int:
    """How many pages may be open: an open file each, and this process may have only so many.

    The soft limit, often 1024, is raised as far as the system lets us.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + SPARE
    granted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < granted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
            soft = granted
    allowed = wanted if soft == resource.RLIM_INFINITY else min(wanted, soft)
    return max(allowed - SPARE, allowed // 2)
