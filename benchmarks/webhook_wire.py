"""HTTP/1.1 as far as two programs on one machine need it: lighter than a library, so that the other side is measured.

Bodies come with their length or in chunks. Connections are kept. Nothing here is for the open network.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

END = b"\r\n\r\n"


@dataclass(frozen=True)
class Incoming:
    """A request or an answer. `line`: its first line; header names are in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def status(self) -> int:
        return int(self.line.split(" ", 2)[1])

    @property
    def path(self) -> str:
        return self.line.split(" ", 2)[1]


class Reading(asyncio.Protocol):
    """One connection, from which whole messages are taken in their order."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while found := message_in(self._buffer):
            one, length = found
            self._buffer = self._buffer[length:]
            self.came(one)

    def came(self, one: Incoming) -> None:
        raise NotImplementedError


def message_in(data: bytes) -> tuple[Incoming, int] | None:
    """The first whole message and its length. None: more of it is to come.

    >>> message_in(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok...")[0].body
    b'ok'
    """
    end = data.find(END)
    if end < 0:
        return None
    line, *fields = data[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    start = end + len(END)
    if "chunked" in headers.get("transfer-encoding", ""):
        return with_chunks(Incoming(line, headers, b""), data, start)
    length = int(headers.get("content-length", "0"))
    if len(data) < start + length:
        return None
    return Incoming(line, headers, data[start : start + length]), start + length


def with_chunks(head: Incoming, data: bytes, at: int) -> tuple[Incoming, int] | None:
    body = b""
    while (end := data.find(b"\r\n", at)) >= 0:
        size = int(data[at:end], 16)
        at = end + 2 + size + 2
        if len(data) < at:
            return None
        if size == 0:
            return Incoming(head.line, head.headers, body), at
        body += data[end + 2 : at - 2]
    return None


def answer(body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Serving(Reading):
    """Gives each request, and the way to answer it, to `serve`."""

    def __init__(self, serve: Callable[[Incoming, Callable[[bytes], None]], None]) -> None:
        super().__init__()
        self._serve = serve

    def came(self, one: Incoming) -> None:
        self._serve(one, self._write)

    def _write(self, data: bytes) -> None:
        if self.transport and not self.transport.is_closing():
            self.transport.write(data)


class Calling(Reading):
    """One connection on which one request at a time is made."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: asyncio.Future[Incoming] | None = None

    def came(self, one: Incoming) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(one)

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(error or ConnectionResetError())


@dataclass
class Caller:
    """Posts to one address, over at most so many connections; whoever finds none free waits in line."""

    host: str
    port: int
    path: str
    headers: str
    most: int
    _free: deque[Calling] = field(default_factory=deque)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.most)

    async def post(self, body: bytes) -> Incoming:
        """Raises OSError when the connection breaks."""
        async with self._places:
            line = await self._connection()
            assert line.transport
            line.waiting = asyncio.get_running_loop().create_future()
            head = f"POST {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{self.headers}"
            line.transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            answer = await line.waiting
            if answer.headers.get("connection", "").lower() == "close":
                line.transport.close()
            else:
                self._free.append(line)
            return answer

    async def _connection(self) -> Calling:
        while self._free:
            line = self._free.pop()
            if line.transport and not line.transport.is_closing():
                return line
        _, made = await asyncio.get_running_loop().create_connection(Calling, self.host, self.port)
        return made

    def close(self) -> None:
        for line in self._free:
            if line.transport:
                line.transport.close()
