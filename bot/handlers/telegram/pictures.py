"""A picture sent on Telegram: fetched, read, and gone."""

import asyncio
from dataclasses import dataclass, field

import structlog
from telegram import Document, Message, PhotoSize
from telegram.error import TelegramError

from bot.dialogue.events import Content, Scanned, Showed, Wrote
from bot.handlers.limit import Limit
from bot.handlers.pictures import LARGEST, Pictures

PATIENCE = 8.0  # seconds for one picture: what its chat says next waits behind it
AT_ONCE = 4  # pictures in memory
A_MINUTE = 10  # of one chat

log = structlog.get_logger()

UNREAD, UNFETCHED, TOO_MANY = Showed("picture"), Showed("unfetched"), Showed("pictures")


@dataclass(frozen=True)
class Viewer:
    """Without a reader, pictures are told from other things and not opened."""

    pictures: Pictures | None = None
    limit: Limit = field(default_factory=lambda: Limit(A_MINUTE))
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def content_of(self, message: Message) -> Content:
        """What its codes say; else the words under it; else that a picture came."""
        seen = await self._seen(message)
        if message.caption and not (isinstance(seen, Scanned) and seen.texts):
            return Wrote(message.caption)
        return seen

    async def _seen(self, message: Message) -> Scanned | Showed:
        picture = picture_in(message)
        if self.pictures is None or picture is None:
            return UNREAD
        if not self.limit.allows(str(message.chat_id)):
            return TOO_MANY
        failed = UNFETCHED
        try:
            async with asyncio.timeout(PATIENCE), self.places:
                body = await fetched(picture)
                failed = UNREAD
                return Scanned(await self.pictures.codes_in(body))
        except Exception as error:  # one picture is worth no answer lost; its message may name the file's address
            log.warning("telegram: picture not read", error=type(error).__name__)
            return failed


def is_picture(message: Message) -> bool:
    return bool(message.photo) or (is_image(message.document) and not message.animation)


def is_image(document: Document | None) -> bool:
    """What it is called decides only whether it is opened; what it is, its bytes tell."""
    return document is not None and (document.mime_type or "").startswith("image/")


def picture_in(message: Message) -> PhotoSize | Document | None:
    """The largest that is not too large."""
    offered = message.photo or ((message.document,) if message.document else ())
    fitting = [picture for picture in offered if (picture.file_size or 0) <= LARGEST]
    return max(fitting, key=pixels, default=None)


def pixels(picture: PhotoSize | Document) -> int:
    return picture.width * picture.height if isinstance(picture, PhotoSize) else 0


async def fetched(picture: PhotoSize | Document) -> bytes:
    """Raises TelegramError, also for one larger than it was said to be."""
    file = await picture.get_file()
    body = await file.download_as_bytearray()
    if len(body) > LARGEST:
        raise TelegramError("larger than it was said to be")
    return bytes(body)
