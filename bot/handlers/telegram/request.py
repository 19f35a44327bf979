"""How the library's calls travel: over one aiohttp session, five times as many a second as by its own client
(CHANNELS §1.4), with nothing of the token in any error.

The token stands in every address, and what citizens wrote in every answer: errors are named here, never quoted.
"""

import io
import json
import os
import re
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.request import getproxies_environment, proxy_bypass

import aiohttp
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming way with times; without it each 429 warns

CONNECTIONS = 64  # at once; a send is done in a tenth of a second, so that 30 a second take few of them
ANSWER = 20.0  # seconds until an answer comes
CONNECT = 10.0
PLACE = 10.0  # until a connection is free
WRITE = 20.0
UPLOAD = 60.0  # the same with files
LARGEST = 32 * 2**20  # bytes of an answer; bots may fetch files of 20 MB
# What Telegram's reader of headers stumbles over, quoted or not (tdlib/td, tdnet/td/net/HttpReader.cpp): it takes a
# file name as it stands, in UTF-8, up to the next semicolon.
AS_JSON = {"Content-Type": "application/json"}
NO_NAME = re.compile(r'[";\\\x00-\x1f\x7f]')

Default = Any  # float | None, or BaseRequest.DEFAULT_NONE: the library does not show the type of that


def wait_of(refusal: RetryAfter) -> timedelta:
    """How long Telegram, or the limits in front of it, want us to wait."""
    wait = refusal.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


class AiohttpRequest(BaseRequest):
    """To be initialised within the event loop, and shut down there; may be initialised again."""

    __slots__ = ("_answer", "_connections", "_proxies", "_session")

    def __init__(self, connections: int = CONNECTIONS, answer: float = ANSWER) -> None:
        self._connections = connections
        self._answer = answer
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str] = {}

    @property
    def read_timeout(self) -> float:
        return self._answer

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._proxies = getproxies_environment()
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Default = BaseRequest.DEFAULT_NONE,
        write_timeout: Default = BaseRequest.DEFAULT_NONE,
        connect_timeout: Default = BaseRequest.DEFAULT_NONE,
        pool_timeout: Default = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body. Raises TimedOut when no answer came in time, NetworkError when none can come,
        or when it is not the Bot API that answers."""
        if self._session is None or self._session.closed:
            raise NetworkError("not open")
        files = bool(request_data and request_data.contains_files)
        timeout = timeout_of(
            given(read_timeout, self._answer),
            given(write_timeout, UPLOAD if files else WRITE),
            given(connect_timeout, CONNECT),
            given(pool_timeout, PLACE),
        )
        try:
            where = URL(url)
            async with self._session.request(
                method,
                where,
                data=body_with(request_data),
                headers=AS_JSON if request_data and not files else None,
                timeout=timeout,
                allow_redirects=False,
                proxy=self._proxy_to(where),
            ) as response:
                status, body = response.status, await body_of(response)
        except NetworkError:
            raise
        except TimeoutError as error:
            raise TimedOut(type(error).__name__) from None
        except Exception as error:  # also what cannot be an address, or cannot be sent: the library would quote it
            raise NetworkError(named(error)) from None
        if not 200 <= status <= 299 and not is_refusal(body):
            raise NetworkError(f"HTTP {status}, and not from the Bot API")
        return status, body

    def _proxy_to(self, url: URL) -> str | None:
        """As the environment says (HTTPS_PROXY, NO_PROXY), the way of every tool; read once."""
        if not self._proxies or proxy_bypass(f"{url.host}:{url.port}"):
            return None
        return self._proxies.get(url.scheme) or self._proxies.get("all")

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The library's own writes what it could not read into the log."""
        parsed = parsed_json(payload)
        if not isinstance(parsed, dict) or not ("result" in parsed or parsed.get("ok") is False):
            raise NetworkError("an answer that is not the Bot API's")
        return parsed


def given(timeout: Default, usual: float) -> float | None:
    """`timeout` when the caller named one; None: without end."""
    return timeout if timeout is None or isinstance(timeout, int | float) else usual


@lru_cache(64)  # there are a few kinds of calls
def timeout_of(
    read: float | None, write: float | None, connect: float | None, place: float | None
) -> aiohttp.ClientTimeout:
    """aiohttp has no timeout of writing, and measures reading by the piece: so all together has one, too."""
    parts = (read, write, connect, place)
    return aiohttp.ClientTimeout(
        total=None if None in parts else sum(part or 0 for part in parts),
        connect=None if connect is None or place is None else connect + place,
        sock_connect=connect,
        sock_read=read,
    )


def body_with(data: RequestData | None) -> aiohttp.FormData | bytes | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.json_payload  # as a form it would be a third longer, and take three times as long to write
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, kind) in data.multipart_data.items():
        file = io.BytesIO(content) if isinstance(content, bytes) else content  # sent piece by piece
        form.add_field(name, file, filename=NO_NAME.sub("_", file_name), content_type=kind)
    return form


async def body_of(response: aiohttp.ClientResponse) -> bytes:
    """Raises NetworkError for one longer than anything Telegram gives."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            response.close()
            raise NetworkError("an answer without end")
    return bytes(body)


def is_refusal(body: bytes) -> bool:
    """Whether the Bot API itself says no. A proxy, a captive portal or a web server in front says it otherwise."""
    parsed = parsed_json(body)
    return isinstance(parsed, dict) and parsed.get("ok") is False


def parsed_json(body: bytes) -> object:
    """None for what is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def named(error: Exception) -> str:
    """The kind, and what the operating system says; the rest may quote the address."""
    reason = getattr(error, "os_error", error)
    said = reason.strerror if isinstance(reason, OSError) else None
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
