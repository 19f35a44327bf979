"""One call to a post's system: the answer as JSON, or PostError. Nothing that was sent or answered gets into a message.

Bodies hold names, phones and addresses, headers hold tokens, and libraries quote both in their errors: so every error
is raised anew, with the name of the call and what kind of failure it was.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from bot.services.post.gateway import PostError

log = structlog.get_logger()

LONGEST = 8 * 1024 * 1024  # bytes of an answer: a thousand events are a tenth of it
TIMEOUT = ClientTimeout(total=20, connect=5)
UNAUTHORISED = 401
TOO_MANY = 429
REFUSED = (400, 409, 422)  # about what was asked; other 4xx are about us: address, rights, limits


class UnauthorisedError(PostError):
    """The token is not good, or no longer."""


@dataclass(frozen=True)
class Call:
    """`name` stands in messages: it must hold nothing of the order."""

    name: str
    method: str
    url: URL
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] | None = field(default=None, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)

    def carrying(self, headers: Mapping[str, str]) -> "Call":
        return replace(self, headers={**self.headers, **headers})


@dataclass(frozen=True)
class Http:
    session: ClientSession
    timeout: ClientTimeout = TIMEOUT

    async def ask(self, call: Call) -> dict[str, Any]:
        """The JSON object of the answer. Raises PostError."""
        status, text = await self._sent(call)
        if status == UNAUTHORISED:
            raise UnauthorisedError(f"{call.name}: not authorised", retryable=True)
        if status in REFUSED:
            raise PostError(f"{call.name}: refused with HTTP {status}", retryable=False)
        if not 200 <= status < 300:
            raise again(call, f"HTTP {status}")
        return read_object(call, text)

    async def _sent(self, call: Call) -> tuple[int, bytes]:
        try:
            async with self.session.request(
                call.method,
                call.url,
                headers=call.headers,
                params=call.query,
                json=call.body,
                data=call.form,
                timeout=self.timeout,
                allow_redirects=False,
            ) as response:
                return response.status, await read(response)
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise again(call, type(error).__name__) from None


async def read(response: ClientResponse) -> bytes:
    """Raises ValueError when it is longer than any answer would be."""
    content = b""
    async for part in response.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > LONGEST:
            raise ValueError
    return content


def read_object(call: Call, text: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):  # half an answer, a page of a proxy, not UTF-8
        raise again(call, "no JSON") from None
    if not isinstance(answer, dict):
        raise again(call, "no JSON object")
    return answer


def again(call: Call, what: str) -> PostError:
    """Worth another try: what came of this one is not known."""
    log.warning("post: call failed", call=call.name, what=what)
    return PostError(f"{call.name}: {what}", retryable=True)
