"""Applications of our own in a thread, on ports of their own, and one browser for several tests that need no other."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from threading import Thread

import pytest
from aiohttp import web
from selenium import webdriver

from bot.dialogue.world import World
from bot.handlers.web.application import application
from bot.handlers.web.channel import WebChat
from bot.storage.keys import make
from bot.storage.migrate import migrate
from bot.storage.store import Store
from bot.turn import Turns
from tests.e2e.conftest import options, store_of
from tests.e2e.page import Page

PATIENCE = 20.0  # seconds


@contextmanager
def served(app: web.Application, host: str = "127.0.0.1") -> Iterator[str]:
    """Its address, until the block is left."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def start() -> str:
        await runner.setup()
        site = web.TCPSite(runner, host, 0)
        await site.start()
        return f"http://{host}:{runner.addresses[0][1]}"

    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(PATIENCE)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


@contextmanager
def stored(folder: Path) -> Iterator[Store]:
    """A new database and its key in a folder."""
    (folder / "var").mkdir()
    make(folder / "var" / "data.key")
    store = store_of(folder)
    migrate(store.engine)
    yield store
    store.close()


def chat_of(store: Store, world: World, **named: object) -> web.Application:
    channel = WebChat()
    return application(Turns(store, world, {"web": channel}), store, b"s" * 32, channel, **named)  # type: ignore[arg-type]


@contextmanager
def one_browser(folder: Path, *, scripts: bool = True, **preferences: object) -> Iterator[Page]:
    chromium, driver = which("chromium") or which("google-chrome"), which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no chromium with its chromedriver on this machine")
    chosen = options(chromium, folder, scripts)
    chosen.experimental_options["prefs"].update(preferences)
    browser = webdriver.Chrome(chosen, webdriver.ChromeService(driver))
    try:
        yield Page(browser)
    finally:
        browser.quit()
