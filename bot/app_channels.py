"""Telegram and Zalo, put together as the settings have them. Who runs without one of them spares its imports."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import ClientSession, DummyCookieJar, web
from pydantic import SecretStr
from yarl import URL

from bot.alarms import Alarms
from bot.channel import Channel
from bot.dialogue.world import World
from bot.handlers.file_links import FileLinks
from bot.handlers.files import Files
from bot.handlers.foreign import words_at
from bot.handlers.pictures import Pictures
from bot.inbox import Inbox
from bot.periodic import every
from bot.settings import Settings
from bot.storage.store import Store

if TYPE_CHECKING:
    from bot.handlers.zalo.api import ZaloApi
    from bot.handlers.zalo.signature import Signatures
    from bot.handlers.zalo.templates import Templates
    from bot.handlers.zalo.tokens import Tokens
    from bot.handlers.zalobot.api import ZaloBotApi

FRESH = 60.0  # seconds between two looks whether Zalo's token is to be renewed
SELDOM = 6 * 3600.0  # what hardly ever changes
ZALO_HOOK = "/zalo/webhook"


@dataclass(frozen=True)
class Tools:
    """What channels are made with. `secret`: one for each purpose, the same in every process."""

    settings: Settings
    store: Store
    world: World
    files: Files
    pictures: Pictures
    links: FileLinks
    alarms: Alarms
    secret: Callable[[str], str]
    addresses: dict[str, str]  # filled: where the bot is to be found on each channel, once that is known


@dataclass(frozen=True)
class Opened:
    """`listen`: updates come, to the inbox, until it is left; its webhook is added to the web application.

    The channel can send on after that: what is under way comes to its end before it is closed.
    """

    channel: Channel
    listen: Callable[[Inbox, web.Application], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def connected(tools: Tools) -> AsyncIterator[dict[str, Opened]]:
    """By name, those the settings have. Raises SettingsError."""
    settings = tools.settings
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession(cookie_jar=DummyCookieJar()))
        opened: list[Opened] = []
        if settings.telegram_token:
            opened.append(await stack.enter_async_context(telegram(tools)))
        if settings.zalo_app_id:
            opened.append(await stack.enter_async_context(zalo(tools, session)))
        if settings.zalobot_token:
            opened.append(zalobot(tools, session))
        yield {one.channel.name: one for one in opened}


@asynccontextmanager
async def telegram(tools: Tools) -> AsyncIterator[Opened]:
    from bot.handlers.telegram.building import build
    from bot.handlers.telegram.channel import TelegramChannel
    from bot.handlers.telegram.connecting import connected
    from bot.handlers.telegram.inline import Inline
    from bot.handlers.telegram.intake import Intake
    from bot.handlers.telegram.limits import Limits
    from bot.handlers.telegram.setup import Hook
    from bot.handlers.telegram.troubles import Troubles
    from bot.handlers.telegram.webhook import PATH, TelegramWebhook

    settings = tools.settings
    bot = build(revealed(settings.telegram_token), str(settings.telegram_api))
    secret = tools.secret("telegram webhook")
    hook = Hook.at(str(settings.public_url), secret) if settings.telegram_mode == "webhook" else None
    limits = Limits(settings.telegram_a_second)
    troubles = Troubles(tools.alarms)
    channel = TelegramChannel(bot, tools.files, tools.pictures, limits, troubles, stops_clocks=hook is None)

    async def learn() -> None:
        with suppress(RuntimeError):  # not before Telegram was reached
            tools.addresses["telegram"] = f"https://t.me/{bot.username}"

    @asynccontextmanager
    async def listen(inbox: Inbox, application: web.Application) -> AsyncIterator[None]:
        intake = Intake(inbox.take, Inline(bot, tools.world).answer)
        if hook:
            application.router.add_post(PATH, TelegramWebhook(secret, intake).take)
        async with connected(bot, intake, tools.alarms, hook), every(FRESH, learn):
            yield

    try:
        yield Opened(channel, listen)
    finally:
        await channel.close()
        await bot.shutdown()


@asynccontextmanager
async def zalo(tools: Tools, session: ClientSession) -> AsyncIterator[Opened]:
    from bot.handlers.viewer import Viewer
    from bot.handlers.zalo import card, consent
    from bot.handlers.zalo.channel import ZaloChannel
    from bot.handlers.zalo.echoes import Echoes
    from bot.handlers.zalo.errors import ZaloError
    from bot.handlers.zalo.faults import Faults
    from bot.handlers.zalo.reading import Reader
    from bot.handlers.zalo.showing import Showing
    from bot.handlers.zalo.uploads import Uploads
    from bot.handlers.zalo.verifier import Verifier
    from bot.handlers.zalo.webhook import ZaloWebhook

    settings, store = tools.settings, tools.store
    tokens = zalo_tokens(settings, store, session, tools.alarms)
    api = zalo_api(settings, store, session, tokens)
    showing = Showing(settings.zalo_buttons, card.address(str(settings.public_url) if settings.public_url else None))
    reader = Reader(
        Viewer("zalo", session, tools.pictures),
        Echoes(store, showing.written),
        store,
    )
    templates, uploads, faults = zalo_templates(settings), Uploads(api, store.now), Faults(tools.alarms)
    channel = ZaloChannel(api, store, reader, uploads, showing, templates, tools.files, tools.links, faults)
    signatures = zalo_signatures(settings)

    async def learn() -> None:
        with suppress(ZaloError):  # told elsewhere, and tried again
            if number := words_at(await api.account(), "oa_id"):
                tools.addresses["zalo"] = f"https://zalo.me/{number}"

    @asynccontextmanager
    async def listen(inbox: Inbox, application: web.Application) -> AsyncIterator[None]:
        webhook = ZaloWebhook(inbox, signatures, tools.alarms, store.now)
        application.router.add_get(ZALO_HOOK, webhook.look)
        application.router.add_post(ZALO_HOOK, webhook.take)
        application.router.add_get(card.PATH, card.give)
        if settings.zalo_verifier:
            verifier = Verifier(settings.zalo_verifier)
            application.router.add_get(verifier.path, verifier.give)
        application.router.add_get(consent.CALLBACK, consent.landed)
        try:
            async with every(FRESH, tokens.keep_fresh), every(SELDOM, learn):
                yield
        finally:
            await webhook.close()

    try:
        yield Opened(channel, listen)
    finally:
        await tokens.close()


def zalo_tokens(settings: Settings, store: Store, session: ClientSession, alarms: Alarms | None = None) -> "Tokens":
    from bot.handlers.zalo.oauth import OAuth
    from bot.handlers.zalo.tokens import Tokens

    app_id, secret = settings.zalo_app_id or "", revealed(settings.zalo_app_secret)
    oauth = OAuth(session, URL(str(settings.zalo_oauth)), app_id, secret)
    return Tokens(store, oauth, revealed(settings.zalo_refresh_token) or None, alarms)


def zalo_api(settings: Settings, store: Store, session: ClientSession, tokens: "Tokens") -> "ZaloApi":
    from bot.handlers.zalo.api import ZaloApi
    from bot.handlers.zalo.limiter import Limiter

    return ZaloApi(session, URL(str(settings.zalo_api)), tokens, Limiter(store, settings.zalo_a_minute))


def zalo_signatures(settings: Settings) -> "Signatures":
    """Raises SettingsError."""
    from bot.handlers.zalo.signature import Signatures

    return Signatures.of(
        settings.zalo_app_id or "",
        revealed(settings.zalo_app_secret),
        revealed(settings.zalo_oa_secret),
        settings.zalo_signed_with,
        settings.zalo_signed_at,
    )


def zalo_templates(settings: Settings) -> "Templates":
    """Raises SettingsError."""
    from bot.handlers.zalo.templates import Templates, load_templates

    return load_templates(settings.zalo_templates) if settings.zalo_templates else Templates()


def zalobot_api(settings: Settings, session: ClientSession) -> "ZaloBotApi":
    from bot.handlers.zalobot.api import ZaloBotApi

    return ZaloBotApi(session, revealed(settings.zalobot_token), str(settings.zalobot_api))


def zalobot(tools: Tools, session: ClientSession) -> Opened:
    from bot.handlers.viewer import Viewer
    from bot.handlers.zalobot.channel import ZaloBotChannel
    from bot.handlers.zalobot.reading import Reader
    from bot.handlers.zalobot.setup import PATH, Me, polling, registered
    from bot.handlers.zalobot.webhook import ZaloBotWebhook

    settings, me = tools.settings, Me()
    api = zalobot_api(settings, session)
    reader = Reader(Viewer("zalobot", session, tools.pictures), me.known)
    channel = ZaloBotChannel(api, reader, tools.links, tools.alarms)

    @asynccontextmanager
    async def listen(inbox: Inbox, application: web.Application) -> AsyncIterator[None]:
        if settings.zalobot_mode == "polling":
            async with polling(api, inbox, tools.alarms, me):
                yield
            return
        secret = tools.secret("zalobot webhook")
        webhook = ZaloBotWebhook(inbox, secret)
        application.router.add_post(PATH, webhook.take)
        try:
            async with registered(api, tools.alarms, str(settings.public_url), secret, me):
                yield
        finally:
            await webhook.close()

    return Opened(channel, listen)


def revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
