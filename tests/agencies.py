"""Pretend systems of agencies over real sockets: each says what a test wants, and keeps what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, DummyCookieJar, web

from bot.services.dossiers.config import load_systems
from bot.services.dossiers.routes import Routes
from tests.pretend_post import NAME, SECRET

CODE, OTHER = "H56.14-261118-0007", "H56.14-261118-0008"
IDENTITY = "020912345678"  # ends like the phone of pretend_post, so that nothing_private finds it
PHONE = "0912345678"
OWNER = {"name": NAME, "phone": PHONE, "identity": IDENTITY}
ENVIRONMENT = {"THE_SECRET": SECRET}

Serves = Callable[..., Awaitable[Any]]  # the fixture aiohttp_server


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    form: Mapping[str, str]


Says = Callable[[Asked], Any]


@dataclass
class Agency:
    """`says` gives JSON, or a whole web.Response. /token and /login give numbered tokens, and are kept apart."""

    says: Says = lambda _: {}
    token_status: int = 200
    life: int = 300
    pause: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    logins: list[Asked] = field(default_factory=list)
    under_way: int = 0
    most: int = 0

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = await self._read(request)
        if request.path in ("/token", "/login"):
            return self._token(asked)
        self.asked.append(asked)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self.pause)
            said = self.says(asked)
        finally:
            self.under_way -= 1
        return said if isinstance(said, web.StreamResponse) else web.json_response(said)

    async def _read(self, request: web.Request) -> Asked:
        text = await request.text()
        is_json = request.content_type == "application/json"
        form = {} if is_json else {name: str(value) for name, value in (await request.post()).items()}
        body = json.loads(text) if is_json else None
        return Asked(request.method, request.path, dict(request.query), request.headers, body, form)

    def _token(self, asked: Asked) -> web.Response:
        self.logins.append(asked)
        token = f"{SECRET}-{len(self.logins)}"
        given = {"access_token": token, "expires_in": self.life, "session": token}
        return web.json_response(given, status=self.token_status)


@asynccontextmanager
async def connected(
    agency: Agency, yaml: str, serve: Serves, folder: Path, environment: Mapping[str, str] = ENVIRONMENT
) -> AsyncIterator[Routes]:
    """`yaml`: of systems; ${base} in it is where the agency is."""
    server = await serve(agency.application(), access_log=None)  # the system's own log, not ours
    file = folder / "systems.yaml"
    file.write_text(yaml, "utf-8")
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        base = str(server.make_url("/")).rstrip("/")
        yield load_systems(file, session, {"base": base}, environment)


def html(_: Asked) -> web.Response:
    return web.Response(text=f"<html><body>Đăng nhập, {NAME}</body></html>", content_type="text/html")


def half(_: Asked) -> web.Response:
    return web.Response(text=json.dumps({"data": [{"name": NAME}]})[:-4], content_type="application/json")


def status(number: int) -> Says:
    return lambda _: web.json_response({"error": f"{NAME} {SECRET}"}, status=number)


def cut(_: Asked) -> web.Response:
    """Says it is longer than it is, and ends."""
    return web.Response(body=b"{", headers={"Content-Length": "1000"})
