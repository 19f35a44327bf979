"""Puts the parts together; the only module that knows them all."""

import asyncio
import gc
import hmac
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web
from sqlalchemy import make_url

from bot.dialogue.world import World
from bot.handlers import telegram
from bot.handlers.web import WebChat
from bot.handlers.web import application as web_chat
from bot.settings import Settings
from bot.storage.keys import key_from
from bot.storage.migrate import migrate
from bot.storage.store import Store, opened
from bot.storage.vault import Vault
from bot.turn import Sender, Turns
from knowledge.faq import load_faq
from knowledge.search import ProcedureSearch
from knowledge.understanding import Understanding, load_phrases
from procedures_catalog.catalog import Catalog, load

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
LOOK_FOR_OWED = 5.0  # seconds
LOOK_FOR_OLD = 3600.0
KEEP_MISSES = timedelta(days=90)  # after they were last seen (docs/privacy.md)

log = structlog.get_logger()


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return datetime.now(VIETNAM).date()


def read_catalogue(settings: Settings) -> Catalog:
    return load(national=settings.catalogue, province=settings.province_layer)


def know(catalog: Catalog, day: Callable[[], date] = today) -> World:
    """The world as the dialogue sees it: a catalogue, and the data files of `knowledge`."""
    faq = load_faq()
    return World(catalog, ProcedureSearch.over(catalog), faq, Understanding(load_phrases(), faq), day)


def open_store(settings: Settings) -> Store:
    """The database of the settings, its schema up to date. Raises WrongKeyError when our key does not open it."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    store = opened(settings.database_url, Vault(data_key(settings)), now)
    migrate(store.engine)
    store.run_now(lambda unit: unit.turns.try_key())
    return store


def data_key(settings: Settings) -> bytes:
    return key_from(settings.data_key.get_secret_value() if settings.data_key else None, settings.data_key_file)


@asynccontextmanager
async def assembled(settings: Settings, world: World) -> AsyncIterator[web.Application]:
    """Everything running but the web server, whose application is given. Left: everything closed."""
    async with AsyncExitStack() as stack:
        store = open_store(settings)
        stack.callback(store.close)
        senders: dict[str, Sender] = {"web": WebChat()}
        turns = Turns(store, world, senders)
        if store.threads is None:  # SQLite: we are the only process, so nobody is sending what is owed
            await store.run(lambda unit: unit.turns.release())
        if settings.telegram_token:
            chats = telegram.build(settings.telegram_token.get_secret_value())
            senders[telegram.CHANNEL] = telegram.TelegramSender(chats)
            await stack.enter_async_context(telegram.polling(chats, turns))
        for seconds, work in ((LOOK_FOR_OWED, turns.deliver_owed), (LOOK_FOR_OLD, purging(store, settings.keep_days))):
            await stack.enter_async_context(every(seconds, work))
        https = settings.public_url is not None and settings.public_url.scheme == "https"
        yield web_chat(turns, store, derived(data_key(settings), "web forms"), https=https)


def derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, so that one given away by a fault opens nothing else."""
    return hmac.digest(key, purpose.encode(), "sha256")


def purging(store: Store, keep_days: int) -> Callable[[], Awaitable[None]]:
    async def purge() -> None:
        before = now() - timedelta(days=keep_days)
        while gone := await store.run(lambda unit: unit.turns.purge(before) + unit.conversations.purge(before)):
            log.info("old conversations deleted", rows=gone)
        await store.run(lambda unit: unit.misses.purge(today() - KEEP_MISSES))

    return purge


@asynccontextmanager
async def every(seconds: float, work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """`work` at once and then again and again; a failure is logged and does not end it."""

    async def again() -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("periodic work failed")
            await asyncio.sleep(seconds)

    task = asyncio.create_task(again())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Until SIGINT or SIGTERM."""
    world = know(read_catalogue(settings))
    gc.freeze()  # it lives as long as the process: looking through it again took single answers a tenth of a second
    async with assembled(settings, world) as application:
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
            ready(address(runner))
            await told_to_stop()
        finally:
            await runner.cleanup()


def address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


async def told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
