"""What the tests of Zalo share: an account, and processes that send in its name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from yarl import URL

from bot.alarms import Alarms
from bot.channel import Happening, Update
from bot.handlers.files import FileBody, Files
from bot.handlers.zalo.api import ZaloApi
from bot.handlers.zalo.channel import Links, ZaloChannel
from bot.handlers.zalo.errors import ZaloError
from bot.handlers.zalo.faults import Faults
from bot.handlers.zalo.limiter import Limiter
from bot.handlers.zalo.oauth import OAuth
from bot.handlers.zalo.showing import Showing
from bot.handlers.zalo.templates import Templates
from bot.handlers.zalo.tokens import Tokens
from bot.handlers.zalo.uploads import Uploads
from bot.storage.store import Store
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from tests.fake_zalo import APP, SECRET, FakeZalo

Serves = Callable[[web.Application], Awaitable[Any]]  # the fixture aiohttp_server
PATIENT = ClientTimeout(total=60)  # a busy machine must not look like a fault of Zalo
FAST = 600_000.0  # calls a minute: no limit that a test could feel
HELLO = (Message((ShownLine("Xin chào anh/chị"),)),)


class NoReader:
    async def read(self, update: Update) -> Happening | None:
        raise NotImplementedError


@dataclass
class Shelf:
    """Files by their `ref`."""

    files: dict[str, FileBody]

    async def read(self, ref: str, chat: str) -> FileBody | None:
        return self.files.get(ref)


@dataclass
class Process:
    store: Store
    alarms: Alarms
    tokens: Tokens
    limiter: Limiter
    api: ZaloApi
    channel: ZaloChannel

    def alarm_keys(self) -> set[str]:
        return set(self.store.run_now(lambda unit: unit.alarms.all()))

    async def says(self, user: str, words: str = "Xin chào") -> str:
        """What came of it: "" when it was shown."""
        try:
            await self.api.show(user, {"text": words})
        except ZaloError as error:
            return error.kind
        return ""


@dataclass
class Account:
    """The account at Zalo, where it is served, and a way there."""

    zalo: FakeZalo
    url: URL
    session: ClientSession

    def process(
        self,
        store: Store,
        consent: str | None,
        *,
        secret: str = SECRET,
        a_minute: float = FAST,
        showing: Showing | None = None,
        templates: Templates | None = None,
        files: Files | None = None,
        links: Links | None = None,
        url: URL | None = None,
        **sleeping: Any,
    ) -> Process:
        url = url or self.url
        alarms = Alarms(store, store.now)
        tokens = Tokens(store, OAuth(self.session, url, APP, secret, PATIENT), consent, alarms, **sleeping)
        limiter = Limiter(store, a_minute, **sleeping)
        api = ZaloApi(self.session, url, tokens, limiter, PATIENT)
        uploads = Uploads(api, store.now)
        channel = ZaloChannel(
            api,
            store,
            NoReader(),
            uploads,
            showing or Showing(),
            templates or Templates(),
            files,
            links,
            Faults(alarms),
        )
        return Process(store, alarms, tokens, limiter, api, channel)


async def opened(serves: Serves, session: ClientSession, now: Callable[[], datetime]) -> Account:
    zalo = FakeZalo(now)
    server = await serves(zalo.application())
    return Account(zalo, URL(str(server.make_url("/"))), session)


def message(*lines: str, buttons: int = 0, **more: Any) -> Message:
    shown = tuple(ShownButton(f"o:{number}", f"Lựa chọn {number}") for number in range(1, buttons + 1))
    return Message(tuple(map(ShownLine, lines)), shown, **more)


def with_file(ref: str = "slip/1", label: str = "Phiếu gửi hồ sơ") -> Message:
    return Message((ShownLine("Phiếu của anh/chị"),), files=(ShownFile(ref, label),))
