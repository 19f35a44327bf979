"""Pictures that come as an address: fetched from where the channel keeps them, read for codes, and gone."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from aiohttp import ClientResponse, ClientSession
from yarl import URL

from bot.dialogue.events import Scanned, Showed
from bot.handlers.limit import Limit
from bot.handlers.pictures import LARGEST, Pictures

HOSTS = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com", "zaloplatforms.com")  # and what is below them: Zalo's own
PATIENCE = 8.0  # seconds for the pictures of one message
AT_ONCE = 4  # messages whose pictures are in memory
A_MINUTE = 10  # of one chat
MOST = 4  # pictures of one message that are looked into
HOPS = 3
CHUNK = 64 * 1024
UNREAD = Showed("picture")

log = structlog.get_logger()


class NoPictureError(Exception):
    pass


def is_zalos(url: URL) -> bool:
    """An address in an event is not ours: nothing but Zalo's own hosts is asked, or we could be sent anywhere.

    >>> is_zalos(URL("https://f9-zpc.zdn.vn/a.jpg")), is_zalos(URL("https://zdn.vn.example/a.jpg"))
    (True, False)
    """
    if url.scheme != "https" or url.explicit_port not in (None, 443) or url.user is not None:
        return False
    host = (url.host or "").lower().rstrip(".")
    return any(host == known or host.endswith(f".{known}") for known in HOSTS)


def secured(url: URL) -> URL:
    """Zalo is said to give plain addresses at times; the same is served over TLS."""
    return url.with_scheme("https") if url.scheme == "http" and url.explicit_port is None else url


@dataclass(frozen=True)
class Viewer:
    """Of one channel, by its name. Without a reader pictures are told from other things, and not fetched."""

    channel: str
    session: ClientSession
    pictures: Pictures | None = None
    admits: Callable[[URL], bool] = is_zalos
    limit: Limit = field(default_factory=lambda: Limit(A_MINUTE))
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def seen(self, chat: str, addresses: Sequence[str]) -> Scanned | Showed:
        """What the codes in them say; else, that a picture came."""
        if self.pictures is None or not addresses or not self.limit.allows(chat):
            return UNREAD
        try:
            async with asyncio.timeout(PATIENCE), self.places:
                return await self._read(self.pictures, addresses[:MOST])
        except Exception as error:  # one picture is worth no answer lost; its message may name the address
            log.warning("picture not read", channel=self.channel, error=type(error).__name__)
            return UNREAD

    async def _read(self, pictures: Pictures, addresses: Sequence[str]) -> Scanned:
        texts: dict[str, None] = {}
        for address in addresses:
            texts |= dict.fromkeys(await pictures.codes_in(await self._fetched(address)))
        return Scanned(tuple(texts))

    async def _fetched(self, address: str) -> bytes:
        url = secured(URL(address))
        for _ in range(HOPS):
            if not self.admits(url):
                raise NoPictureError
            async with self.session.get(url, allow_redirects=False) as answer:
                if answer.status == 200:
                    return await whole(answer)
                if answer.status not in (301, 302, 303, 307, 308):
                    raise NoPictureError
                url = secured(url.join(URL(answer.headers.get("Location", ""))))
        raise NoPictureError


async def whole(answer: ClientResponse) -> bytes:
    """Raises NoPictureError for one that is too large, whatever it was said to be."""
    if (answer.content_length or 0) > LARGEST:
        raise NoPictureError
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > LARGEST:
            raise NoPictureError
    return bytes(body)
