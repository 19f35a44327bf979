"""Where dossiers are asked for and followed, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar

from bot.app_post import Sandbox
from bot.dialogue.world import World
from bot.reach import not_before
from bot.services import dossiers as systems
from bot.services.dossiers.config import load_systems, only_the_portal
from bot.services.dossiers.routes import Routes
from bot.settings import Settings
from bot.storage.store import Store
from bot.work.dossier_words import DossierWords
from bot.work.following import Follower
from bot.work.lookups import Lookups
from bot.work.pace import Pace
from bot.work.telling import Telling
from knowledge.tongue import Language

A_WHILE = timedelta(minutes=30)
SANDBOX_FILE = Path(systems.__file__).with_name("sandbox.yaml")
SANDBOX_KEYS = {"SANDBOX_SECRET": "sandbox", "SANDBOX_KEY": "sandbox-key"}  # of stand-ins, which guard nothing
SANDBOX_PERIOD = timedelta(seconds=10)  # whoever moves the pretend agencies watches the chat beside it


def period_of(settings: Settings, sandbox: Sandbox | None) -> timedelta:
    asked = timedelta(minutes=settings.dossier_period)
    return min(asked, SANDBOX_PERIOD) if sandbox and settings.dossier_systems is None else asked


@asynccontextmanager
async def connected(settings: Settings, sandbox: Sandbox | None) -> AsyncIterator[Routes]:
    """The systems of the settings; beside the pretend post the pretend agencies; or nothing but the portal's page.

    Raises SystemsError.
    """
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        if settings.dossier_systems:
            yield load_systems(settings.dossier_systems, session)
        elif sandbox:
            base = {"base": str(sandbox.address).rstrip("/")}
            yield load_systems(SANDBOX_FILE, session, base, SANDBOX_KEYS)
        else:
            yield only_the_portal()


@dataclass(frozen=True)
class Tracking:
    follower: Follower
    lookups: Lookups


def tracking(store: Store, routes: Routes, world: World, period: timedelta = A_WHILE) -> Tracking:
    """`period`: between two looks at a dossier of which nothing special is expected."""
    calendar = world.post.visits.calendar

    def system(code: str, language: Language) -> str | None:
        route = routes.of(code)
        return route.name(language) if route else None

    words = DossierWords(world.catalog, calendar, world.now, system, world.retention.order_days)
    telling = Telling(words, not_before)
    pace = Pace(store)
    follower = Follower(store, routes, pace, telling, calendar, world.now, period)
    return Tracking(follower, Lookups(store, routes, pace, telling, period))
