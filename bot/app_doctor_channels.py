"""What the doctor asks of the channels, put together as the settings have them. One that is off spares its imports."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime

from aiohttp import ClientSession, DummyCookieJar
from yarl import URL

from bot.app_channels import (
    ZALO_HOOK,
    revealed,
    zalo_api,
    zalo_signatures,
    zalo_templates,
    zalo_tokens,
    zalobot_api,
)
from bot.handlers.findings import Finding
from bot.settings import Settings, SettingsError
from bot.storage.store import Store

Check = Callable[[], Awaitable[Sequence[Finding]]]


async def examined(settings: Settings, store: Store, secret: Callable[[str], str]) -> AsyncIterator[tuple[str, Check]]:
    """Of each channel, by its name. One that is off has nothing to ask. `secret`: as in app_channels.Tools."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield "telegram", lambda: telegram(settings, secret("telegram webhook"))
        yield "zalo", lambda: zalo(settings, store, session)
        yield "zalo", lambda: zalo_surroundings(settings, session, store.now())
        yield "zalobot", lambda: zalobot(settings, session)


async def telegram(settings: Settings, secret: str) -> Sequence[Finding]:
    if settings.telegram_token is None:
        return [(True, "telegram: off (NOIDAI_TELEGRAM_TOKEN is empty)")]
    from bot.handlers.telegram.checking import check

    token, api = revealed(settings.telegram_token), str(settings.telegram_api)
    return await check(token, api, settings.telegram_mode, public_url(settings), secret)


async def zalo(settings: Settings, store: Store, session: ClientSession) -> Sequence[Finding]:
    """What would keep the service from starting; otherwise what the account says."""
    if settings.zalo_app_id is None:
        return [(True, "zalo: off (NOIDAI_ZALO_APP_ID is empty)")]
    from bot.handlers.zalo.checking import check

    try:
        zalo_signatures(settings)
        templates = zalo_templates(settings)
    except SettingsError as error:
        return [(False, f"zalo: {fault}; until then the service does not start") for fault in str(error).splitlines()]
    tokens = zalo_tokens(settings, store, session)
    try:
        return await check(zalo_api(settings, store, session, tokens), store, templates)
    finally:
        await tokens.close()


async def zalo_surroundings(settings: Settings, session: ClientSession, now: datetime) -> Sequence[Finding]:
    if settings.zalo_app_id is None:
        return []
    from bot.handlers.zalo.surroundings import address, clocks

    findings = await clocks(session, URL(str(settings.zalo_api)), now)
    if public := public_url(settings):
        return [*findings, await address(session, URL(public.rstrip("/") + ZALO_HOOK))]
    return [*findings, (True, "zalo: where it calls us is not tried (NOIDAI_PUBLIC_URL is empty)")]


async def zalobot(settings: Settings, session: ClientSession) -> Sequence[Finding]:
    if settings.zalobot_token is None:
        return [(True, "zalobot: off (NOIDAI_ZALOBOT_TOKEN is empty)")]
    from bot.handlers.zalobot.checking import check

    return await check(zalobot_api(settings, session), settings.zalobot_mode, public_url(settings))


def public_url(settings: Settings) -> str | None:
    return str(settings.public_url) if settings.public_url else None
