"""The access token of a bus: asked for once, kept, renewed before it ends and when it is refused."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.services.post.gateway import PostError
from bot.services.post.http import Http, UnauthorisedError, again
from bot.services.tokens import Credentials as Credentials  # of its gateways too
from bot.services.tokens import asking, token_of


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
        call, asked = asking(self.credentials, self.name), self.now()
        try:
            answer = await self.http.ask(call)
        except PostError as error:  # what is wrong with our key is no fault of the order: it waits
            raise PostError(str(error), retryable=True) from None
        token = token_of(answer)
        if token is None:
            raise again(call, "no token in the answer")
        self._token, self._until = token[0], asked + token[1]
