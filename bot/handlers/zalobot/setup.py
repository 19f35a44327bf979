"""The Bot Platform told at the start how we want its updates: it gives them in one way only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.alarms import Alarms
from bot.handlers.foreign import words_at
from bot.handlers.zalobot.api import UNAUTHORISED, ZaloBotApi, ZaloBotError
from bot.handlers.zalobot.polling import WAITS, Listener
from bot.inbox import Inbox
from bot.settings import SettingsError

PATH = "/zalobot/webhook"

log = structlog.get_logger()


@dataclass
class Me:
    """What the bot is called, once the platform told."""

    names: tuple[str, ...] = ()

    def known(self) -> tuple[str, ...]:
        return self.names


@asynccontextmanager
async def polling(
    api: ZaloBotApi, inbox: Inbox, alarms: Alarms, me: Me, waits: Sequence[float] = WAITS
) -> AsyncIterator[None]:
    """Updates are asked for until the block is left. Raises SettingsError when the platform does not know the token."""

    async def tell() -> None:
        await api.call("deleteWebhook")

    listener = Listener(api, inbox, alarms, waits)
    async with told(api, me, tell, waits, listener.listen):
        yield


@asynccontextmanager
async def registered(
    api: ZaloBotApi, public_url: str, secret: str, me: Me, waits: Sequence[float] = WAITS
) -> AsyncIterator[None]:
    """The platform calls us. It goes on doing so after the block is left, and keeps what comes meanwhile, or tries."""

    async def tell() -> None:
        await api.call("setWebhook", {"url": public_url.rstrip("/") + PATH, "secret_token": secret})

    async with told(api, me, tell, waits):
        yield


@asynccontextmanager
async def told(
    api: ZaloBotApi,
    me: Me,
    tell: Callable[[], Awaitable[None]],
    waits: Sequence[float],
    then: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[None]:
    """A platform that is out of reach keeps nobody from starting: it is told as soon as it answers."""
    reached = await reach(api, me, tell)

    async def go_on() -> None:
        failures = 0
        done = reached
        while not done:
            await asyncio.sleep(waits[min(failures, len(waits) - 1)])
            failures += 1
            try:
                done = await reach(api, me, tell)
            except SettingsError as error:  # too late to stop the start: the others are served
                log.error(str(error))
                return
        if then:
            await then()

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def reach(api: ZaloBotApi, me: Me, tell: Callable[[], Awaitable[None]]) -> bool:
    """Raises SettingsError when the platform does not know the token."""
    try:
        found = await api.call("getMe")
        me.names = tuple(filter(None, (words_at(found, key) for key in ("display_name", "account_name", "name"))))
        await tell()
    except ZaloBotError as error:
        if error.code == UNAUTHORISED:
            raise SettingsError("NOIDAI_ZALOBOT_TOKEN: Zalo does not know it") from None
        log.warning("zalobot: out of reach", code=error.code, why=error.words)
        return False
    return True
