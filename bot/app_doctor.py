"""What the doctor looks at: each part asked whether it works, in its own way, and what to do if it does not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot import app, app_dossiers
from bot.app_doctor_channels import examined
from bot.app_post import connected as post_connected
from bot.handlers.findings import Finding
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.services.dossiers.routes import ANY, Route
from bot.services.post.gateway import PostError
from bot.settings import Settings
from bot.storage.store import Store, Unit

LATE = timedelta(minutes=5)  # what waits longer is stuck
PATIENCE = 30.0  # seconds for one part
NOBODYS = "-010101-0000"  # behind a prefix: a dossier of the year 2001, which no system has


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """One part after the other. Raises what an unreadable catalogue or a wrong key raises."""
    catalogue = app.read_catalogue(settings)
    yield True, f"settings: read; web chat at {settings.host}:{settings.port}"
    layers = "national, bundled" if settings.catalogue else "bundled only (NOIDAI_CATALOGUE names no import)"
    yield True, f"catalogue: {len(catalogue)} procedures; layers: {layers}"
    try:
        store = app.open_store(settings)
    except SQLAlchemyError as error:
        yield False, f"database: cannot be used: {type(error).__name__}; look at NOIDAI_DATABASE_URL"
        return
    try:
        for finding in await store.run(database):
            yield finding
        yield embedding(settings)
        for name, part in (("post", post), ("dossiers", systems)):
            for finding in await in_time(name, partial(part, settings, store)):
                yield finding
        async for name, check in examined(settings, store, app.secrets_of(settings)):
            for finding in await in_time(name, check):
                yield finding
    finally:
        store.close()


async def in_time(name: str, part: Callable[[], Awaitable[Sequence[Finding]]]) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await part()
    except TimeoutError:
        return [(False, f"{name}: no answer in {PATIENCE:g} s")]


def database(unit: Unit) -> list[Finding]:
    """What is kept, what waits, and what was told as an alarm and is not over."""
    kept, owed, waiting = unit.turns.count(), unit.turns.backlog(), unit.inbox.backlog()
    findings = [(True, f"database: {unit.turns.connection.dialect.name}, schema up to date, {kept} turns kept")]
    for what, (count, oldest), do in (
        ("updates", waiting, "is the service running? each NOIDAI_WORKER?"),
        ("answers", owed, "is their channel reachable? the log says why they were put off"),
    ):
        stuck = oldest is not None and unit.turns.now - oldest > LATE
        since = f", the oldest since {shown(oldest)}: {do}" if oldest and stuck else ""
        findings.append((not stuck, f"{what} waiting: {count}{since}"))
    if held := unit.turns.count_held():
        findings.append((True, f"answers kept until their citizens are heard again: {held}"))
    alarms = unit.alarms.all().items()
    return findings + [(False, f"alarm since {shown(since)}: {key}") for key, since in alarms]


def embedding(settings: Settings) -> Finding:
    """Browsers keep the cookie of an embedded page over https only."""
    if not settings.embed_on.strip():
        return True, "embedding: off (NOIDAI_EMBED_ON is empty)"
    if settings.public_url is None or settings.public_url.scheme != "https":
        return False, "embedding: needs NOIDAI_PUBLIC_URL with https, or browsers forget the citizen (docs/embed.md)"
    return True, f"embedding: on {settings.embed_on}"


def shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


async def post(settings: Settings, store: Store) -> list[Finding]:
    if settings.post == "sandbox":
        return [(True, "post: sandbox (a pretend one: no postman comes)")]
    async with post_connected(settings, store) as connected:
        gateway = connected.gateway
        cursor = await store.run(lambda unit: unit.feeds.cursor(f"post:{gateway.name}"))
        try:
            await gateway.news(cursor, ())
        except PostError as error:
            return [(False, f"post: {error}; look at NOIDAI_POST_URL and the keys (docs/connect-the-post.md)")]
    return [(True, f"post: {gateway.name}, answers")]


async def systems(settings: Settings, store: Store) -> list[Finding]:
    """The systems dossiers are asked in, each asked for a dossier nobody has. Raises SystemsError."""
    if settings.dossier_systems is None:
        pretend = "pretend agencies" if settings.post == "sandbox" else "only a link to the national portal"
        return [(True, f"dossiers: {pretend} (NOIDAI_DOSSIER_SYSTEMS is empty)")]
    async with app_dossiers.connected(settings, None) as routes:
        return [await asked(route, routes.prefixes(route)) for route in routes.all]


async def asked(route: Route, prefixes: Sequence[str]) -> Finding:
    named = f"dossiers: {', '.join(prefixes)}: {route.name('en')}"
    if route.system is None:
        return True, f"{named}, only the page {route.page}"
    prefix = next((one for one in prefixes if one != ANY), "G99.99")
    try:
        await route.system.look([prefix + NOBODYS])
    except RefusedError as error:
        return False, f"{named}: it refuses us ({error}); look at its key in the file and at our rights"
    except SystemDownError as error:
        return False, f"{named}: no answer ({error}); is its address right, and open for this machine?"
    return True, f"{named}, answers; {route.per_minute:g} a minute, {route.at_once} at once"
