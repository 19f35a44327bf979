"""A picture sent by the web chat: taken in, read, and gone."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import web

from bot.dialogue.events import Scanned
from bot.handlers.limit import Limit
from bot.handlers.pictures import Pictures
from bot.handlers.web.client import network_of, said_of
from bot.handlers.web.form import PICTURE, Admit, Fields, form_of
from bot.handlers.web.guard import REASON, WAIT

A_MINUTE = 10  # of one chat
AT_ONCE = 16  # in memory, of all chats: 160 MB
OF_ONE = 4  # of them, of one network: whoever sends slowly on purpose shuts nobody out but those beside them
PATIENCE = 60.0  # seconds for a form to come in over a weak network


@dataclass(frozen=True)
class Letter:
    """What a form brought: its words, and what the codes in its picture say; None: there was no picture.

    Of the picture the words keep a hash, so that the same form with the same picture is the same update.
    """

    fields: Fields
    seen: Scanned | None = None


@dataclass(frozen=True)
class Places:
    """For pictures on their way into memory."""

    taken: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def one_for(self, who: str) -> Iterator[None]:
        """Raises HTTPTooManyRequests when there is none, or when they have their share of them."""
        if self.taken.total() >= AT_ONCE or self.taken[who] >= OF_ONE:
            raise too_many()
        self.taken[who] += 1
        try:
            yield
        finally:
            self.taken[who] -= 1
            if not self.taken[who]:
                del self.taken[who]


@dataclass(frozen=True)
class Uploads:
    """Without a reader no picture is taken in. `proxied`: as in client.py."""

    pictures: Pictures | None = None
    proxied: bool = False
    limit: Limit = field(default_factory=lambda: Limit(A_MINUTE))
    places: Places = field(default_factory=Places)

    async def letter(self, request: web.Request, chat: str, ours: Admit) -> Letter:
        """`ours` raises for fields that are not of a form we gave. Nothing is held of who has not shown one."""
        network = network_of(said_of(request, self.proxied))
        with ExitStack() as place:

            def admit(fields: Fields) -> None:
                ours(fields)
                if self.pictures is None:
                    raise web.HTTPBadRequest
                if not self.limit.allows(chat):
                    raise too_many()
                place.enter_context(self.places.one_for(network or chat))

            return await self._read(request, admit)

    async def _read(self, request: web.Request, admit: Admit) -> Letter:
        try:
            async with asyncio.timeout(PATIENCE):
                form = await form_of(request, admit)
        except TimeoutError:
            request[REASON] = "web.photo_large"
            raise web.HTTPRequestTimeout from None
        if form.picture is None or self.pictures is None:
            return Letter(form.fields)
        fields = {**form.fields, PICTURE: sha256(form.picture).hexdigest()}
        return Letter(fields, Scanned(await self.pictures.codes_in(form.picture)))


def too_many() -> web.HTTPTooManyRequests:
    return web.HTTPTooManyRequests(headers={"Retry-After": WAIT})
