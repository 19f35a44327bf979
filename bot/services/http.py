"""One HTTP call to somebody else's system. Nothing that was sent or answered gets into a message.

Bodies hold names, phones and addresses, headers hold tokens, and libraries quote both in their errors: so every error
is raised anew, with what kind of failure it was and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

LONGEST = 8 * 1024 * 1024  # bytes of an answer: a thousand events are a tenth of it
TIMEOUT = ClientTimeout(total=20, connect=5)


class NoAnswerError(Exception):
    """The message is the kind of failure alone."""


@dataclass(frozen=True)
class Call:
    """`name` stands in messages: it must hold nothing of what is asked for."""

    name: str
    method: str
    url: URL = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] | None = field(default=None, repr=False)
    body: Any = field(default=None, repr=False)  # sent as JSON
    form: Mapping[str, str] | None = field(default=None, repr=False)

    def carrying(self, headers: Mapping[str, str]) -> "Call":
        return replace(self, headers={**self.headers, **headers})


async def sent(session: ClientSession, call: Call, patience: ClientTimeout = TIMEOUT) -> tuple[int, bytes]:
    """HTTP status and body. Raises NoAnswerError."""
    try:
        async with session.request(
            call.method,
            call.url,
            headers=call.headers,
            params=call.query,
            json=call.body,
            data=call.form,
            timeout=patience,
            allow_redirects=False,
        ) as response:
            return response.status, await read(response)
    except (ClientError, TimeoutError, OSError, ValueError) as error:
        what = type(error).__name__
    raise NoAnswerError(what)  # out here, so that the library's error does not hang on ours


async def read(response: ClientResponse) -> bytes:
    """Raises ValueError when it is longer than any answer would be."""
    content = b""
    async for part in response.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > LONGEST:
            raise ValueError
    return content
