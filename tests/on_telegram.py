"""The bot on Telegram as the tests run it: channel, inbox and poller against the fake, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pytest_aiohttp import AiohttpServer

from bot.alarms import Alarms
from bot.channel import Update
from bot.dialogue.world import World
from bot.handlers.files import Files
from bot.handlers.pictures import Pictures
from bot.handlers.telegram import connecting
from bot.handlers.telegram.building import TelegramBot, build
from bot.handlers.telegram.channel import TelegramChannel
from bot.handlers.telegram.inline import Inline
from bot.handlers.telegram.intake import Intake, update_of
from bot.handlers.telegram.limits import Limits
from bot.inbox import Inbox
from bot.storage.store import Store
from bot.turn import Turns
from tests.fake_telegram import TOKEN, FakeTelegram


class Unhurried(Limits):
    """No message waits for its place: a test is about something else."""

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[None]:
        yield


@dataclass(frozen=True)
class OnTelegram:
    api: FakeTelegram
    bot: TelegramBot
    channel: TelegramChannel
    turns: Turns
    inbox: Inbox

    async def takes(self, *raws: dict[str, Any]) -> None:
        """As a webhook would bring them; all is answered when this returns."""
        await self.inbox.take([update for raw in raws if (update := update_of(raw))])
        await self.inbox.settled()

    async def hears(self) -> None:
        """What the fake was given to tell, in the order it came."""
        raws, self.api.updates[:] = list(self.api.updates), []
        await self.takes(*raws)

    def kept(self, chat: str = "7", most: int = 99) -> list[str]:
        return [
            turn.heard for turn in self.turns.store.run_now(lambda unit: unit.turns.latest(f"telegram:{chat}", most))
        ]


async def served(api: FakeTelegram, aiohttp_server: AiohttpServer) -> str:
    """The address of the fake."""
    return str((await aiohttp_server(api.application())).make_url("/"))


@asynccontextmanager
async def on_telegram(
    api: FakeTelegram,
    address: str,
    store: Store,
    world: World,
    *,
    files: Files | None = None,
    pictures: Pictures | None = None,
    limits: Limits | None = None,
    alarms: Alarms | None = None,
    token: str = TOKEN,
) -> AsyncIterator[OnTelegram]:
    """Nothing is fetched: see `polled` and `OnTelegram.hears`."""
    bot = build(token, address)
    channel = TelegramChannel(bot, files, pictures, limits or Unhurried())
    turns = Turns(store, world, {"telegram": channel}, alarms=alarms)
    inbox = Inbox(turns, {"telegram": channel})
    async with bot:
        yield OnTelegram(api, bot, channel, turns, inbox)
        await inbox.close()
        await channel.close()


@asynccontextmanager
async def connected(bot: TelegramBot, *given: Any, **more: Any) -> AsyncIterator[None]:
    """As connecting.py has it; the bot is closed after it, which is for whoever built it."""
    try:
        async with connecting.connected(bot, *given, **more):
            yield
    finally:
        await bot.shutdown()


@asynccontextmanager
async def polled(chat: OnTelegram, world: World) -> AsyncIterator[FakeTelegram]:
    """Until the block is left, the bot asks for updates."""
    intake = Intake(chat.inbox.take, Inline(chat.bot, world).answer)
    async with connected(chat.bot, intake):
        yield chat.api


def update(number: int, **content: Any) -> Update:
    """As the inbox keeps it."""
    kept = update_of({"update_id": number, **content})
    assert kept
    return kept
