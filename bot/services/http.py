"""One HTTP call to somebody else's system. Nothing that was sent or answered gets into a message.

Bodies hold names, phones and addresses, headers hold tokens, and libraries quote both in their errors: so every error
is raised anew, with what kind of failure it was and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData
from yarl import URL

LONGEST = 8 * 1024 * 1024  # bytes of an answer: a thousand events are a tenth of it
TIMEOUT = ClientTimeout(total=20, connect=5)


class NoAnswerError(Exception):
    """The message is the kind of failure alone."""


class Upload(NamedTuple):
    """One file of a form: multipart/form-data."""

    field: str
    name: str
    content_type: str
    body: bytes


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str]  # whatever the case of a name


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
    upload: Upload | None = field(default=None, repr=False)

    def carrying(self, headers: Mapping[str, str]) -> "Call":
        return replace(self, headers={**self.headers, **headers})


async def sent(session: ClientSession, call: Call, patience: ClientTimeout = TIMEOUT) -> tuple[int, bytes]:
    """HTTP status and body. Raises NoAnswerError."""
    answer = await answered(session, call, patience)
    return answer.status, answer.body


async def answered(session: ClientSession, call: Call, patience: ClientTimeout = TIMEOUT) -> Answer:
    """Raises NoAnswerError."""
    try:
        async with session.request(
            call.method,
            call.url,
            headers=call.headers,
            params=call.query,
            json=call.body,
            data=filled(call.upload) if call.upload else call.form,
            timeout=patience,
            allow_redirects=False,
        ) as response:
            return Answer(response.status, await read(response), response.headers)
    except (ClientError, TimeoutError, OSError, ValueError) as error:
        what = type(error).__name__
    raise NoAnswerError(what)  # out here, so that the library's error does not hang on ours


def filled(upload: Upload) -> FormData:
    """Made for each sending: a form can be sent once."""
    form = FormData()
    form.add_field(upload.field, upload.body, filename=upload.name, content_type=upload.content_type)
    return form


async def read(response: ClientResponse) -> bytes:
    """Raises ValueError when it is longer than any answer would be."""
    content = b""
    async for part in response.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > LONGEST:
            raise ValueError
    return content
