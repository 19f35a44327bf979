"""A picture sent by the web chat: taken in, read, and gone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import web

from bot.dialogue.events import Scanned
from bot.handlers.limit import Limit
from bot.handlers.pictures import Pictures
from bot.handlers.web.form import PICTURE, Admit, Fields, form_of
from bot.handlers.web.guard import REASON, WAIT

A_MINUTE = 10  # of one chat
AT_ONCE = 16  # in memory, of all chats: 160 MB
PATIENCE = 60.0  # seconds for a form to come in over a weak network


@dataclass(frozen=True)
class Letter:
    """What a form brought: its words, and what the codes in its picture say; None: there was no picture.

    Of the picture the words keep a hash, so that the same form with the same picture is the same update.
    """

    fields: Fields
    seen: Scanned | None = None


@dataclass
class Uploads:
    """Without a reader no picture is taken in."""

    pictures: Pictures | None = None
    limit: Limit = field(default_factory=lambda: Limit(A_MINUTE))
    under_way: int = 0

    async def letter(self, request: web.Request, chat: str, ours: Admit) -> Letter:
        """`ours` raises for fields that are not of a form we gave."""

        def admit(fields: Fields) -> None:
            ours(fields)
            if self.pictures is None:
                raise web.HTTPBadRequest
            if not self.limit.allows(chat):
                raise too_many()

        if request.content_type != "multipart/form-data":
            return Letter((await form_of(request, admit)).fields)
        with self._place():
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

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self.under_way >= AT_ONCE:
            raise too_many()
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1


def too_many() -> web.HTTPTooManyRequests:
    return web.HTTPTooManyRequests(headers={"Retry-After": WAIT})
