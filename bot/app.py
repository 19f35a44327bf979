"""Puts the parts together; the only module that knows them all."""

import asyncio
import gc
import hmac
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog
from aiohttp import web
from sqlalchemy import make_url

from bot import app_channels, app_dossiers
from bot.alarms import Alarms
from bot.app_channels import Tools
from bot.app_files import OrderFiles
from bot.app_post import Post, connected
from bot.channel import Sender
from bot.dialogue.world import PostWorld, Retention, World
from bot.handlers.file_links import FileLinks
from bot.handlers.post_webhook import PostWebhook
from bot.handlers.web.application import application as web_chat
from bot.handlers.web.channel import WebChat
from bot.inbox import Inbox
from bot.periodic import every
from bot.sandbox.page import control_page
from bot.services.post.webhook import read_key
from bot.services.receipts.threads import Receipts
from bot.settings import Settings
from bot.storage.keys import key_from
from bot.storage.migrate import migrate
from bot.storage.pickups import Enqueue
from bot.storage.store import Store, Unit, left_for_later, opened
from bot.storage.vault import Vault
from bot.turn import Turns
from bot.work.desk import Desk
from bot.work.durable import Jobs, forget_done, working
from bot.work.words import Notices
from knowledge.faq import load_faq
from knowledge.order_numbers import ALPHABET
from knowledge.search import ProcedureSearch
from knowledge.slots import known_places
from knowledge.understanding import Understanding, load_phrases
from knowledge.visits import load_visits
from knowledge.zone import VIETNAM
from procedures_catalog.catalog import Catalog, load
from procedures_catalog.points import load_points
from procedures_catalog.postage import load_tariffs

LOOK_FOR_OWED = 5.0  # seconds
LOOK_FOR_OLD = 3600.0
LOOK_FOR_UNSETTLED = 30.0
LOOK_FOR_REMINDERS = 300.0
LOOK_FOR_DOSSIERS = 1.0  # that are due: a look at an index when there are none
SANDBOX_LOOK = 2.0  # whoever moves the pretend postman watches the chat beside it
KEEP_CONSENTS = timedelta(days=2 * 365)  # the proof of a consent outlives what it was given for (docs/privacy.md)
SILENT = timedelta(days=90)  # without news an order is taken to be over
KEEP_ATTEMPTS = timedelta(days=90)  # to look up a dossier: who guesses codes can be found that long
KEEP_CONTACTS = timedelta(days=90)  # the longest window of a channel is a week
KEEP_MISSES = timedelta(days=90)  # after they were last seen (docs/privacy.md)

BARE = Settings.model_construct()  # nothing set

log = structlog.get_logger()


def now() -> datetime:
    return datetime.now(UTC)


def here_and_now() -> datetime:
    """In Viet Nam, without its zone."""
    return datetime.now(VIETNAM).replace(tzinfo=None)


def today() -> date:
    return here_and_now().date()


def fresh() -> str:
    """Characters for an order number that nobody has yet, most likely."""
    return "".join(secrets.choice(ALPHABET) for _ in range(5))


def read_catalogue(settings: Settings) -> Catalog:
    return load(national=settings.catalogue, province=settings.province_layer)


def know(catalog: Catalog, settings: Settings = BARE, at: Callable[[], datetime] = here_and_now) -> World:
    """The world as the dialogue sees it: a catalogue, the data files of `knowledge`, and what the settings decide."""
    faq = load_faq()
    return World(
        catalog,
        ProcedureSearch.over(catalog),
        faq,
        Understanding(load_phrases(), faq),
        know_post(settings),
        at,
        fresh,
        Retention(settings.keep_days, settings.keep_order_days),
    )


def know_post(settings: Settings) -> PostWorld:
    return PostWorld(
        load_tariffs(),
        load_visits(),
        load_points(settings.points_file),
        settings.visit_capacity,
        trial=settings.post == "sandbox",
        served=settings.served,
    )


def open_store(settings: Settings, enqueue: Enqueue = left_for_later) -> Store:
    """The database of the settings, its schema up to date. Raises WrongKeyError when our key does not open it."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    store = opened(settings.database_url, Vault(data_key(settings)), now, enqueue)
    migrate(store.engine)
    store.run_now(lambda unit: unit.turns.try_key())
    return store


def data_key(settings: Settings) -> bytes:
    return key_from(settings.data_key.get_secret_value() if settings.data_key else None, settings.data_key_file)


@asynccontextmanager
async def assembled(settings: Settings, world: World) -> AsyncIterator[web.Application]:
    """Everything running but the web server, whose application is given. Left: everything closed."""
    async with AsyncExitStack() as stack:
        jobs = Jobs()
        store = open_store(settings, jobs.enqueue)
        stack.callback(store.close)
        web_channel = WebChat()
        files = OrderFiles(store, world.post.visits, world.post.tariffs, now)
        receipts = Receipts()
        stack.callback(receipts.close)
        alarms = Alarms(store, now, settings.alert_chat)
        await alarms.remember()
        key = data_key(settings)
        base, addresses = str(settings.public_url) if settings.public_url else None, dict[str, str]()
        links = FileLinks(derived(key, "file links"), base, now)
        secret = secrets_of(settings)
        tools = Tools(settings, store, world, files, receipts, links, alarms, secret, addresses)
        channels = await stack.enter_async_context(app_channels.connected(tools))
        senders: dict[str, Sender] = {"web": web_channel, **{name: one.channel for name, one in channels.items()}}
        post = await stack.enter_async_context(connected(settings, store))
        systems = await stack.enter_async_context(app_dossiers.connected(settings, post.sandbox))
        watch = app_dossiers.tracking(store, systems, world, app_dossiers.period_of(settings, post.sandbox))
        turns = Turns(store, world, senders, watch.lookups.find, alarms=alarms)
        silence = timedelta(minutes=settings.zalo_silence)
        inbox = Inbox(turns, {name: one.channel for name, one in channels.items()}, silence)
        if store.threads is None:  # SQLite: we are the only process, so nobody is sending what is owed
            await store.run(released)
        desk = Desk(store, post.gateway, Notices(world.post, world.now), now)
        await stack.enter_async_context(working(settings.database_url, settings.worker, jobs, desk.settle))
        https = settings.public_url is not None and settings.public_url.scheme == "https"
        forms = derived(key, "web forms")
        application = web_chat(
            turns,
            store,
            forms,
            web_channel,
            files,
            receipts,
            https=https,
            base=base,
            embed_on=settings.embed_on.split(),
            links=addresses,
            file_links=links,
        )
        stack.push_async_callback(ended, inbox, turns)
        for one in channels.values():
            await stack.enter_async_context(one.listen(inbox, application))
        for seconds, work in (
            (LOOK_FOR_OWED, turns.deliver_owed),
            (LOOK_FOR_OWED, inbox.sweep),
            (LOOK_FOR_OLD, purging(store, settings)),
            (LOOK_FOR_OLD, lambda: forget_done(now())),
            (post_look(settings, post), telling(desk.follow, turns)),
            (LOOK_FOR_DOSSIERS, telling(watch.follower.look, turns)),
            (LOOK_FOR_REMINDERS, telling(watch.follower.warn, turns)),
            (LOOK_FOR_UNSETTLED, desk.sweep),
            (LOOK_FOR_REMINDERS, desk.remind),
        ):
            await stack.enter_async_context(every(seconds, work))
        if settings.post_webhook_key:
            signed = read_key(settings.post_webhook_key.read_text("ascii"))
            application.router.add_post("/post/myvnpost", PostWebhook(signed, desk.look).take)
        if post.sandbox and base is None:  # who is reached from outside shows nobody its levers (bot/sandbox/guard.py)
            application.add_subapp("/sandbox/", control_page(post.sandbox.office, post.sandbox.bureau))
        yield application


def released(unit: Unit) -> None:
    """What the last process had in hand is nobody's now."""
    unit.turns.release()
    unit.inbox.release()


async def ended(inbox: Inbox, turns: Turns) -> None:
    """What is being sent comes to its end. Nothing new comes by now, and every channel is open still."""
    await asyncio.gather(inbox.close(), turns.close())


def post_look(settings: Settings, post: Post) -> float:
    return min(settings.post_look, SANDBOX_LOOK) if post.sandbox else settings.post_look


def telling(look: Callable[[], Awaitable[int]], turns: Turns) -> Callable[[], Awaitable[None]]:
    """`look` gives how much there is to tell."""

    async def tell() -> None:
        if await look():
            await turns.deliver_owed()  # at once, not at the next look

    return tell


def secrets_of(settings: Settings) -> Callable[[str], str]:
    """What a channel's other side must show us: by what it is for, the same at each start."""
    key = data_key(settings)
    return lambda what: derived(key, what).hex()


def derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, so that one given away by a fault opens nothing else."""
    return hmac.digest(key, purpose.encode(), "sha256")


def purging(store: Store, settings: Settings) -> Callable[[], Awaitable[None]]:
    async def purge() -> None:
        before = now() - timedelta(days=settings.keep_days)
        await store.run(lambda unit: unit.inbox.purge(before))
        await store.run(lambda unit: unit.contacts.purge(now() - KEEP_CONTACTS))
        while gone := await store.run(lambda unit: unit.turns.purge(before) + unit.conversations.purge(before)):
            log.info("old conversations deleted", rows=gone)
        await store.run(lambda unit: unit.misses.purge(today() - KEEP_MISSES))
        if silent := await store.run(lambda unit: unit.pickups.close_silent(now() - SILENT)):
            log.warning("orders closed of which the post told nothing more", orders=silent)
        ended_before = now() - timedelta(days=settings.keep_order_days)
        if erased := await store.run(lambda unit: unit.pickups.purge(ended_before)):
            log.info("personal data of old orders erased", orders=erased)
        await store.run(lambda unit: unit.consents.purge(now() - KEEP_CONSENTS))
        while gone := await store.run(lambda unit: unit.dossiers.purge(ended_before)):
            log.info("personal data of old dossiers erased", dossiers=gone)
        await store.run(lambda unit: unit.attempts.purge(now() - KEEP_ATTEMPTS))

    return purge


async def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Until SIGINT or SIGTERM."""
    world = know(read_catalogue(settings), settings)
    world.search.prepare()
    known_places()
    gc.freeze()  # it lives as long as the process: looking through it again took single answers a tenth of a second
    async with assembled(settings, world) as application:
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port, reuse_port=settings.reuse_port or None).start()
            ready(address(runner))
            await told_to_stop()
        finally:
            await runner.cleanup()
            gc.unfreeze()  # or a library counts at the exit what could not be collected, and complains


def address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


async def told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
