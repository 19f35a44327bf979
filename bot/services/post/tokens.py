"""The access token of a bus: asked for once, kept, renewed before it ends and when it is refused."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import encode_basic_auth
from yarl import URL

from bot.services.post.gateway import PostError
from bot.services.post.http import Call, Http, UnauthorisedError, again

EARLY = 60.0  # seconds before its end that a token is renewed; of a short one, a tenth of its life
UNSAID = 60.0  # seconds a token is kept whose life is not told


@dataclass(frozen=True)
class Credentials:
    """OAuth 2 client credentials (DOMAIN §3.1)."""

    url: URL
    key: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass
class Tokens:
    http: Http
    credentials: Credentials
    name: str  # of the gateway, for messages
    now: Callable[[], float] = time.monotonic
    _token: str = field(default="", repr=False)
    _until: float = 0.0
    _one_asks: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def with_token(self, ask: Callable[[str], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """What `ask` gives for a token; once more with a new one when the bus no longer takes it. Raises PostError."""
        token = await self._get()
        try:
            return await ask(token)
        except UnauthorisedError:
            if self._token == token:
                self._token = ""
            return await ask(await self._get())

    async def _get(self) -> str:
        async with self._one_asks:
            if not self._token or self.now() >= self._until:
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        call = Call(
            f"{self.name} token",
            "POST",
            self.credentials.url,
            headers={"Authorization": encode_basic_auth(self.credentials.key, self.credentials.secret, "utf-8")},
            form={"grant_type": "client_credentials"},
        )
        asked = self.now()
        try:
            answer = await self.http.ask(call)
        except PostError as error:  # what is wrong with our key is no fault of the order: it waits
            raise PostError(str(error), retryable=True) from None
        token, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise again(call, "no token in the answer")
        self._token, self._until = token, asked + lasting(life)


def lasting(life: object) -> float:
    """Seconds to keep a token that is said to live so long.

    >>> lasting(3600), lasting("100"), lasting(None), lasting(-1)
    (3540.0, 90.0, 60.0, 0.0)
    """
    try:
        seconds = float(str(life))
    except ValueError:
        return UNSAID
    if not 0 <= seconds < float("inf"):
        return 0.0
    return seconds - min(EARLY, seconds / 10)
