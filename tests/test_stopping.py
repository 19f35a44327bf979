"""The service is told to stop while answers are on their way: each arrives once, before the stop or after the start."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer

from bot import app
from bot.dialogue.world import World
from bot.settings import Settings
from bot.texts.message import Message, ShownLine
from tests import fake_telegram, fake_zalobot
from tests.fake_telegram import FakeTelegram
from tests.fake_zalobot import FakeZaloBot

Until = Callable[[Callable[[], object]], Awaitable[None]]
MOMENT = 2.0  # seconds in which whoever breaks off what is under way has long done so
NOTICE = (Message((ShownLine("Hồ sơ đã có kết quả"),)),)


@dataclass
class SlowTelegram(FakeTelegram):
    """Shows a message, and says so when it may."""

    says_so: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        response = await super().answer(request)
        if request.match_info["method"] == "sendMessage":
            await self.says_so.wait()
        return response


@dataclass
class SlowZaloBot(FakeZaloBot):
    says_so: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        response = await super().answer(request)
        if request.match_info["method"] == "sendMessage":
            await self.says_so.wait()
        return response


FAKES: dict[str, tuple[type[SlowTelegram | SlowZaloBot], str, str]] = {
    "telegram": (SlowTelegram, fake_telegram.TOKEN, str(fake_telegram.MAI["id"])),
    "zalobot": (SlowZaloBot, fake_zalobot.TOKEN, fake_zalobot.MAI),
}


@dataclass
class Service:
    channel: str
    fake: Any
    chat: str
    settings: Settings
    world: World
    until: Until

    async def stops_in_mid_send(self) -> None:
        """It runs until a first message is shown, and is told to stop before its sending is over."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.assembled(self.settings, self.world))
            await self.until(lambda: self.fake.sent)
            stopping = asyncio.create_task(stack.pop_all().aclose())
        await asyncio.sleep(MOMENT)
        self.fake.says_so.set()
        await stopping

    async def runs_again(self) -> None:
        """Until one more answer is shown, which comes after all that is owed."""
        shown = len(self.fake.sent)
        async with app.assembled(self.settings, self.world):
            self.fake.says(text="khai sinh")
            await self.until(lambda: len(self.fake.sent) > shown and self.is_settled())

    def is_settled(self) -> bool:
        store = app.open_store(self.settings)
        owed, waiting = store.run_now(lambda unit: (unit.turns.owed(), unit.inbox.count()))
        store.close()
        return not owed and not waiting

    def notice(self) -> None:
        store = app.open_store(self.settings)
        store.run_now(lambda unit: unit.turns.notify(f"{self.channel}:{self.chat}", "a", NOTICE))
        store.close()

    @property
    def shown(self) -> list[str]:
        """The first line of each message."""
        said = [one["words"] if isinstance(one, dict) else one[1] for one in self.fake.sent]
        return [words.split("\n")[0] for words in said]


@pytest.fixture(params=FAKES)
async def service(
    request: pytest.FixtureRequest, tmp_path: Path, world: World, aiohttp_server: AiohttpServer, until: Until
) -> Service:
    made, token, chat = FAKES[request.param]
    fake = made()
    server = await aiohttp_server(fake.application())
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path}/noidai.db",
        data_key_file=tmp_path / "key",
        sandbox_file=tmp_path / "sandbox.db",
        **{f"{request.param}_token": token, f"{request.param}_api": str(server.make_url("/"))},
    )
    return Service(request.param, fake, chat, settings, world, until)


async def test_an_answer_under_way_is_not_repeated_by_the_next_start(service: Service) -> None:
    service.fake.says(text="xin chào")
    await service.stops_in_mid_send()
    first = service.shown[0]
    await service.runs_again()
    assert service.shown.count(first) == 1
    assert len(service.shown) > 1


async def test_nor_is_a_notice(service: Service) -> None:
    service.notice()
    await service.stops_in_mid_send()
    await service.runs_again()
    assert service.shown.count("Hồ sơ đã có kết quả") == 1
    assert len(service.shown) > 1
