"""The Bot Platform told at the start how we want its updates: it gives them in one way only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import structlog

from bot.alarms import Alarms
from bot.dialogue.step import text
from bot.handlers.foreign import words_at
from bot.handlers.zalobot.api import UNAUTHORISED, ZaloBotApi, ZaloBotError
from bot.handlers.zalobot.polling import WAITS, Listener
from bot.inbox import Inbox

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
    """Updates are asked for until the block is left."""

    async def tell() -> None:
        await api.call("deleteWebhook")

    listener = Listener(api, inbox, alarms, waits)
    async with told(api, alarms, me, tell, waits, listener.listen):
        yield


@asynccontextmanager
async def registered(
    api: ZaloBotApi, alarms: Alarms, public_url: str, secret: str, me: Me, waits: Sequence[float] = WAITS
) -> AsyncIterator[None]:
    """The platform calls us. It goes on doing so after the block is left, and keeps what comes meanwhile, or tries."""

    async def tell() -> None:
        await api.call("setWebhook", {"url": public_url.rstrip("/") + PATH, "secret_token": secret})

    async with told(api, alarms, me, tell, waits):
        yield


@asynccontextmanager
async def told(
    api: ZaloBotApi,
    alarms: Alarms,
    me: Me,
    tell: Callable[[], Awaitable[None]],
    waits: Sequence[float],
    then: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[None]:
    """A platform that is out of reach, or does not know our token, keeps nobody from starting: the other channels are
    served, and it is told as soon as it listens to us.
    """
    reached = await reach(api, alarms, me, tell)

    async def go_on() -> None:
        failures, found = 0, reached
        while found != "told":
            wait = waits[min(failures, len(waits) - 1)] if found == "away" else waits[-1]
            await asyncio.sleep(wait)
            failures += 1
            found = await reach(api, alarms, me, tell)
        if then:
            await then()

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def reach(
    api: ZaloBotApi, alarms: Alarms, me: Me, tell: Callable[[], Awaitable[None]]
) -> Literal["told", "away", "unknown"]:
    """`unknown`: it does not know our token, and a human was told."""
    try:
        found = await api.call("getMe")
        me.names = tuple(filter(None, (words_at(found, key) for key in ("display_name", "account_name", "name"))))
        await tell()
    except ZaloBotError as error:
        log.warning("zalobot: out of reach", code=error.code, why=error.words)
        if error.code != UNAUTHORISED:
            return "away"
        await alarms.ring("zalobot:token", text("zalobot.alarm_token"))
        return "unknown"
    await alarms.well("zalobot:token")
    return "told"
