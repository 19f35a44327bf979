"""A file of a message is fetched by its link, in a real browser."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from aiohttp import web

from bot.dialogue.world import World
from bot.handlers.files import FileBody
from bot.handlers.web.application import application
from bot.handlers.web.channel import WebChat
from bot.storage.keys import make
from bot.storage.migrate import migrate
from bot.storage.store import Store
from bot.texts.message import ShownFile
from bot.turn import Turns
from tests.e2e.conftest import keep_notice, store_of
from tests.e2e.page import Opens

PDF = b"%PDF-1.7 \xff\x00"
SLIP = ShownFile("slip/ND261122-4F7KQ2", "Phiếu gửi hồ sơ (PDF)")
CALENDAR = ShownFile("ics/ND261122-4F7KQ2", "Thêm vào lịch điện thoại")


class Slips:
    """A drawer with one slip for everybody."""

    async def read(self, ref: str, chat: str) -> FileBody | None:
        return FileBody("phieu-gui-ho-so.pdf", "application/pdf", PDF) if ref == SLIP.ref else None


@dataclass
class Chat:
    address: str
    folder: Path


@pytest.fixture
def chat(world: World, tmp_path: Path) -> Iterator[Chat]:
    """The web chat with files of ours, in a thread of its own."""
    (tmp_path / "var").mkdir()
    make(tmp_path / "var" / "data.key")
    loop, ready = asyncio.new_event_loop(), asyncio.Event()
    addresses: list[str] = []

    async def serve(stop: asyncio.Event) -> None:
        store = store_of(tmp_path)
        migrate(store.engine)
        runner = web.AppRunner(chat_of(store, world), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        addresses.append("http://{}:{}".format(*runner.addresses[0]))
        ready.set()
        await stop.wait()
        await runner.cleanup()
        store.close()

    stop = asyncio.Event()
    thread = Thread(target=loop.run_until_complete, args=(serve(stop),))
    thread.start()
    asyncio.run_coroutine_threadsafe(ready.wait(), loop).result(20)
    yield Chat(addresses[0], tmp_path)
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


def chat_of(store: Store, world: World) -> web.Application:
    channel = WebChat()
    return application(Turns(store, world, {"web": channel}), store, b"s" * 32, channel, Slips())


def test_a_file_is_fetched_by_its_link_and_kept(opens: Opens, chat: Chat, tmp_path: Path) -> None:
    page, store = opens(at=chat.address), store_of(chat.folder)
    kept = tmp_path / "downloads"
    page.asks_chromium("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(kept))
    keep_notice(store, page, "Đã nhận lịch hẹn ND261122-4F7KQ2", files=(SLIP, CALENDAR))
    store.close()
    page.until(lambda: SLIP.label in page.one("#newest").text)
    assert page.barriers() == []
    page.clicks(page.link(SLIP.label))
    page.until(lambda: (kept / "phieu-gui-ho-so.pdf").exists())
    assert (kept / "phieu-gui-ho-so.pdf").read_bytes() == PDF
    assert page.complaints == []
    assert page.link(SLIP.label).is_displayed()  # the conversation is still there


def test_a_file_that_is_no_more_is_told_kindly(opens: Opens, chat: Chat) -> None:
    page, store = opens(at=chat.address), store_of(chat.folder)
    keep_notice(store, page, "Đã nhận lịch hẹn", files=(CALENDAR,))
    store.close()
    page.until(lambda: CALENDAR.label in page.one("#newest").text)
    page.clicks(page.link(CALENDAR.label))
    page.until(lambda: "Không có trang này" in page.one("main").text)
