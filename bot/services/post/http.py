"""One call to a post's system: the answer as JSON, or PostError."""

import json
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import ClientSession, ClientTimeout

from bot.services.http import TIMEOUT, Call, NoAnswerError, sent
from bot.services.post.gateway import PostError

log = structlog.get_logger()

UNAUTHORISED = 401
REFUSED = (400, 409, 422)  # about what was asked; other 4xx are about us: address, rights, limits


class UnauthorisedError(PostError):
    """The token is not good, or no longer."""


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
            return await sent(self.session, call, self.timeout)
        except NoAnswerError as error:
            raise again(call, str(error)) from None


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
