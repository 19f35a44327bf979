"""One look at one dossier, for whoever connects a system."""

import time
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar

from bot.dossiers.dossier import Answer
from bot.services.dossiers.config import load_systems
from bot.services.dossiers.routes import Route


@dataclass(frozen=True)
class Tried:
    route: Route
    answer: Answer | None  # None: not there, or nothing to ask
    seconds: float


async def try_out(systems: Path, code: str, identity: str | None = None) -> Tried | None:
    """None: no route. Raises SystemsError, SystemDownError, RefusedError."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        route = load_systems(systems, session).of(code)
        if route is None or route.system is None:
            return Tried(route, None, 0.0) if route else None
        began = time.monotonic()
        answers = await route.system.look([code], identity)
        return Tried(route, answers.get(code), time.monotonic() - began)
