"""What leaves for Telegram and what comes back, over real sockets: byte by byte, and with the token in no error."""

import asyncio
import json
import logging
import random
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, InputMediaDocument
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest

from bot.handlers.telegram import request as module
from bot.handlers.telegram.building import TelegramBot, build
from bot.handlers.telegram.request import AiohttpRequest, timeout_of, wait_of
from tests.fake_telegram import TOKEN, FakeTelegram

MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}
Until = Callable[[Callable[[], object]], Awaitable[None]]
DONE: dict[str, Any] = {"ok": True, "result": MESSAGE}


@dataclass
class Wire:
    """A server that answers as it is told and keeps what came, as it came."""

    answers: list[web.Response | None] = field(default_factory=list)  # None: not before `closing`
    came: list[tuple[str, str, str, bytes]] = field(default_factory=list)  # method, path, content type, body
    at_once: int = 0
    most: int = 0
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""

    def application(self) -> web.Application:
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self.take)
        return app

    async def take(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            body = await request.read()
            self.came.append((request.method, request.raw_path, request.headers.get("Content-Type", ""), body))
            answer = self.answers.pop(0) if self.answers else web.json_response(DONE)
            if answer is None:
                await self.closing.wait()
                return web.json_response(DONE)
            return answer
        finally:
            self.at_once -= 1


@pytest.fixture
async def wire(aiohttp_server: AiohttpServer) -> AsyncIterator[Wire]:
    wire = Wire()
    server = await aiohttp_server(wire.application())
    wire.address = str(server.make_url("")).rstrip("/")
    yield wire
    wire.closing.set()


@pytest.fixture
async def bot(wire: Wire) -> AsyncIterator[TelegramBot]:
    bot = build(TOKEN, wire.address)
    await bot.request.initialize()
    yield bot
    await bot.request.shutdown()


def as_telegram_reads(content_type: str, body: bytes) -> dict[str, tuple[str | None, bytes]]:
    """Field -> file name, content. As little forgiving as Telegram's own reader: it takes a value as it stands up to
    the next semicolon, and decodes nothing (tdlib/td, tdnet/td/net/HttpReader.cpp)."""
    kind, _, rest = content_type.partition(";")
    assert kind == "multipart/form-data"
    boundary = rest.strip().removeprefix("boundary=").strip('"').encode()
    first, *parts, last = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert (first, last.strip()) == (b"", b"--")
    return dict(map(part_of, parts))


def part_of(part: bytes) -> tuple[str, tuple[str | None, bytes]]:
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = {name.lower(): value for name, value in (line.split(b": ", 1) for line in head.split(b"\r\n"))}
    disposition = headers[b"content-disposition"]
    assert disposition.startswith(b"form-data;")
    pairs = (pair.strip().split(b"=", 1) for pair in disposition.split(b";")[1:])
    values = {name.decode(): value.strip(b'"').decode() for name, value in pairs}
    return values["name"], (values.get("filename"), content)


async def test_a_message_arrives_as_it_was_written(wire: Wire, bot: TelegramBot) -> None:
    text = 'Xin chào <b>anh/chị</b> & "bà" + 100% 😀\nđường 1/2; a=b&c=d'
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Phí, lệ phí", callback_data="fee:1.004222")]])
    await bot.send_message(7, text, reply_markup=keyboard)
    ((method, path, kind, body),) = wire.came
    assert (method, path, kind) == ("POST", f"/bot{TOKEN}/sendMessage", "application/json")
    fields = json.loads(body)
    assert fields["text"] == text
    assert '"callback_data": "fee:1.004222"' in fields["reply_markup"]


@pytest.mark.parametrize(
    ("name", "arrives_as"),
    [
        ("Phiếu gửi hồ sơ đất đai.pdf", "Phiếu gửi hồ sơ đất đai.pdf"),
        ("slip.pdf", "slip.pdf"),
        ('a"; filename="b\r\nX-Evil: 1\\.pdf', "a__ filename=_b__X-Evil: 1_.pdf"),
        ("100%20.pdf", "100%20.pdf"),
    ],
)
async def test_an_upload_arrives_byte_by_byte(wire: Wire, bot: TelegramBot, name: str, arrives_as: str) -> None:
    content = random.Random(7).randbytes(300_000) + b"\r\n--\r\n--boundary\r\n\r\n\x00\xff" + b"\r\n" * 100
    await bot.send_document(7, InputFile(content, name), caption="Phiếu của anh/chị; <b>in</b> được")
    ((_, path, kind, body),) = wire.came
    assert path == f"/bot{TOKEN}/sendDocument"
    fields = as_telegram_reads(kind, body)
    assert fields["document"] == (arrives_as, content)
    assert fields["chat_id"] == (None, b"7")
    assert fields["caption"] == (None, "Phiếu của anh/chị; <b>in</b> được".encode())


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 5_000_000])
async def test_uploads_of_any_size_arrive(wire: Wire, bot: TelegramBot, size: int) -> None:
    content = random.Random(size).randbytes(size)
    await bot.send_document(7, InputFile(content, "a.pdf"))
    ((_, _, kind, body),) = wire.came
    assert as_telegram_reads(kind, body)["document"] == ("a.pdf", content)


async def test_several_files_of_one_message_arrive(wire: Wire, bot: TelegramBot) -> None:
    wire.answers = [web.json_response({"ok": True, "result": [MESSAGE, MESSAGE]})]
    first, second = (InputMediaDocument(InputFile(text, f"{text}.txt", attach=True)) for text in ("một", "hai"))
    await bot.send_media_group(7, [first, second])
    ((_, _, kind, body),) = wire.came
    fields = as_telegram_reads(kind, body)
    attached = sorted(value for name, value in fields.items() if name.startswith("attached"))
    assert attached == [("hai.txt", b"hai"), ("một.txt", "một".encode())]
    assert fields["media"][1].decode().count("attach://attached") == 2


async def test_a_file_is_fetched_byte_by_byte(aiohttp_server: AiohttpServer) -> None:
    api = FakeTelegram(files={"a": random.Random(1).randbytes(2_000_000)})
    bot = build(TOKEN, str((await aiohttp_server(api.application())).make_url("/")))
    async with bot:
        assert bytes(await (await bot.get_file("a")).download_as_bytearray()) == api.files["a"]


REFUSALS: list[tuple[int, dict[str, Any], type[TelegramError]]] = [
    (400, {"description": "Bad Request: chat not found"}, BadRequest),
    (400, {"description": "x", "parameters": {"migrate_to_chat_id": -100}}, ChatMigrated),
    (401, {"description": "Unauthorized"}, InvalidToken),
    (403, {"description": "Forbidden: bot was blocked by the user"}, Forbidden),
    (404, {"description": "Not Found"}, InvalidToken),
    (409, {"description": "Conflict: terminated by other getUpdates request"}, Conflict),
    (429, {"description": "Too Many Requests", "parameters": {"retry_after": 3}}, RetryAfter),
    (500, {"description": "Internal Server Error"}, NetworkError),
]


@pytest.mark.parametrize(("status", "body", "error"), REFUSALS, ids=[str(one[0]) + one[2].__name__ for one in REFUSALS])
async def test_a_refusal_of_telegram_is_told_apart(
    wire: Wire, bot: TelegramBot, status: int, body: dict[str, Any], error: type[TelegramError]
) -> None:
    wire.answers = [web.json_response({"ok": False, "error_code": status, **body}, status=status)]
    with pytest.raises(error) as raised:
        await bot.send_message(7, "a")
    assert type(raised.value) is error
    if isinstance(raised.value, RetryAfter):
        assert wait_of(raised.value) == timedelta(seconds=3)


STRANGE = {
    "a proxy's page": lambda: web.Response(status=502, text="<html>nginx ơi</html>", content_type="text/html"),
    "a portal's page": lambda: web.Response(text="<html>đăng nhập wifi</html>", content_type="text/html"),
    "a page that is missing": lambda: web.Response(status=404, text="<html>nginx</html>", content_type="text/html"),
    "a login": lambda: web.Response(status=401, text="{}"),
    "another way": lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
    "nothing": lambda: web.Response(),
    "nothing, badly": lambda: web.Response(status=500),
    "half of it": lambda: web.Response(text='{"ok": true, "result": {"text": "bí mật của công dân"'),
    "half of a refusal": lambda: web.Response(status=400, text='{"ok": false, "descr'),
    "a list": lambda: web.json_response([1]),
    "no result": lambda: web.json_response({"ok": True}),
    "too deep": lambda: web.Response(text="[" * 100_000),
    "a refusal that is a list": lambda: web.json_response([1], status=403),
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
async def test_an_answer_that_is_not_telegrams_is_a_failure_of_the_network(
    wire: Wire, bot: TelegramBot, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Not one of the token, which would stop the service, nor of the citizen, who would count as gone."""
    wire.answers = [answer()]
    with caplog.at_level(logging.INFO), pytest.raises(NetworkError) as raised:
        await bot.send_message(7, "a")
    assert len(wire.came) == 1, "a redirect must not be followed: the token stands in the address"
    assert_says_nothing(raised.value, caplog)


def assert_says_nothing(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    logged = "".join(
        record.getMessage() for record in caplog.records if record.name != "aiohttp.access"
    )  # the server's
    told = "".join(traceback.format_exception(error)) + repr(error) + logged
    assert not any(secret in told for secret in (TOKEN, "secret", "bí mật", "nginx", "wifi"))


async def test_no_answer_is_not_waited_for_for_ever(wire: Wire, bot: TelegramBot, caplog: Any) -> None:
    wire.answers = [None]
    with pytest.raises(TimedOut) as raised:
        await bot.send_message(7, "a", read_timeout=0.2)
    assert_says_nothing(raised.value, caplog)


def test_each_wait_has_its_own_end_and_all_together_one() -> None:
    ends = timeout_of(1.0, 2.0, 4.0, 8.0)
    assert (ends.sock_read, ends.sock_connect, ends.connect, ends.total) == (1.0, 4.0, 12.0, 15.0)
    endless = timeout_of(None, 2.0, 4.0, 8.0)
    assert (endless.sock_read, endless.sock_connect, endless.connect, endless.total) == (None, 4.0, 12.0, None)


async def test_an_answer_that_trickles_in_is_not_waited_for_for_ever(aiohttp_server: AiohttpServer) -> None:
    gone = asyncio.Event()

    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not gone.is_set():
            try:
                await response.write(b" ")
            except ConnectionError:
                break
            await asyncio.sleep(0.01)
        return response

    app = web.Application()
    app.router.add_post("/{path:.*}", trickle)
    bot = build(TOKEN, str((await aiohttp_server(app)).make_url("/")))
    await bot.request.initialize()
    with pytest.raises(TimedOut):
        await bot.send_message(7, "a", read_timeout=0.2, write_timeout=0.2, connect_timeout=0.2, pool_timeout=0.2)
    gone.set()
    await bot.request.shutdown()


async def test_who_finds_no_connection_free_is_told_so(wire: Wire, until: Until, caplog: Any) -> None:
    bot = build(TOKEN, wire.address, connections=1)
    await bot.request.initialize()
    wire.answers = [None]
    first = asyncio.create_task(bot.send_message(7, "một"))
    await until(lambda: wire.came)
    with pytest.raises(TimedOut) as raised:
        await bot.send_message(7, "hai", pool_timeout=0.1, connect_timeout=0.1)
    assert len(wire.came) == 1
    assert_says_nothing(raised.value, caplog)
    wire.closing.set()
    await first
    await bot.request.shutdown()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://", "http://[::1", "nowhere", "http://a b.invalid"])
async def test_where_nobody_answers_the_error_does_not_say_where(address: str, caplog: Any) -> None:
    bot = build(TOKEN, address)
    await bot.request.initialize()
    with pytest.raises(NetworkError) as raised:
        await bot.send_message(7, "a")
    assert_says_nothing(raised.value, caplog)
    await bot.request.shutdown()


async def test_a_connection_that_breaks_off_is_a_failure_of_the_network(caplog: Any) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    bot = build(TOKEN, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await bot.request.initialize()
    with pytest.raises(NetworkError) as raised:
        await bot.send_message(7, "a")
    assert_says_nothing(raised.value, caplog)
    await bot.request.shutdown()
    server.close()


async def test_no_more_connections_than_told(wire: Wire, until: Until) -> None:
    bot = build(TOKEN, wire.address, connections=4)
    await bot.request.initialize()
    wire.answers = [None] * 40
    all_sent = asyncio.gather(*(bot.send_message(n, "a") for n in range(1, 41)))
    await until(lambda: wire.at_once == 4)
    wire.closing.set()
    await all_sent
    assert (len(wire.came), wire.most) == (40, 4)
    await bot.request.shutdown()


async def test_an_answer_without_end_is_not_read_to_its_end(
    wire: Wire, bot: TelegramBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 1000)
    wire.answers = [web.Response(body=bytes(1001))]
    with pytest.raises(NetworkError, match="without end"):
        await bot.send_message(7, "a")


async def test_it_opens_and_closes_and_opens_again(wire: Wire) -> None:
    request = AiohttpRequest()
    with pytest.raises(NetworkError):
        await request.retrieve(wire.address)
    for _ in range(2):
        async with request:
            assert json.loads(await request.retrieve(wire.address)) == DONE
    await request.shutdown()
    with pytest.raises(NetworkError):
        await request.retrieve(wire.address)


async def test_the_environment_may_name_a_proxy(
    wire: Wire, aiohttp_server: AiohttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Telegram is blocked."""
    proxy = Wire()
    server = await aiohttp_server(proxy.application())
    monkeypatch.setenv("http_proxy", str(server.make_url("/")))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "elsewhere.invalid")
    for bypassed in (False, True):
        if bypassed:
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        bot = build(TOKEN, wire.address)
        await bot.request.initialize()
        await bot.send_message(7, "a")
        await bot.request.shutdown()
    assert [path for _, path, _, _ in proxy.came] == [f"{wire.address}/bot{TOKEN}/sendMessage"]
    assert len(wire.came) == 1


def test_the_bot_does_not_show_its_token() -> None:
    bot = build(TOKEN)
    assert TOKEN not in f"{bot!r} {bot} {bot.request!r}"
    assert bot.base_url == f"https://api.telegram.org/bot{TOKEN}"
    assert bot.base_file_url == f"https://api.telegram.org/file/bot{TOKEN}"


def test_nothing_of_the_contract_is_left_to_the_library() -> None:
    assert not AiohttpRequest.__abstractmethods__
    assert AiohttpRequest().read_timeout == module.ANSWER
    assert issubclass(AiohttpRequest, BaseRequest)
