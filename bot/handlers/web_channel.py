"""The web as a channel, and its open pages."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web

from bot.texts.message import Message

LOOK = 4.0  # seconds until a page looks into the store anyway: another process may have kept something
PAGES = 3  # of one chat: a browser keeps six connections to one place, and needs some to ask and to load
CHATS = 5000  # with an open page, in this process


@dataclass(eq=False)
class OpenPage:
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    one_too_many: bool = False

    async def rung(self) -> bool:
        """Whether it was, before it is time to look anyway."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.bell.wait(), LOOK)
        was = self.bell.is_set()
        self.bell.clear()
        return was


class WebChat:
    """The web as a channel: the page shows what is kept, so a page that is open is told to look."""

    def __init__(self) -> None:
        self._pages: dict[str, list[OpenPage]] = {}  # by chat, the oldest first
        self.closed = False

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        for page in self._pages.get(chat, ()):
            page.bell.set()

    async def close(self, _: web.Application) -> None:
        """Pages come back by themselves, to whoever serves then."""
        self.closed = True
        for chat in self._pages:
            await self.send(chat, ())

    @property
    def is_full(self) -> bool:
        return self.closed or len(self._pages) >= CHATS

    @contextmanager
    def opened(self, chat: str) -> Iterator[OpenPage]:
        """The oldest pages of a chat make room for the newest."""
        pages, page = self._pages.setdefault(chat, []), OpenPage()
        pages.append(page)
        for old in pages[:-PAGES]:
            old.one_too_many = True
            old.bell.set()
        try:
            yield page
        finally:
            pages.remove(page)
            if not pages:
                del self._pages[chat]
