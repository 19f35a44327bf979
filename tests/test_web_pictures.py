"""Photos sent by the web chat: a real multipart POST over a real HTTP server, with and without a script."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from bot.dialogue.events import Content, Heard, Scanned, Wrote
from bot.dialogue.world import World
from bot.handlers.pictures import LARGEST
from bot.handlers.web import guard as web_guard
from bot.handlers.web import pictures as web_pictures
from bot.handlers.web.application import application
from bot.handlers.web.form import Admit, Fields, Form
from bot.handlers.web.pages import said
from bot.handlers.web.visitor import COOKIE, new_id
from bot.services.receipts.threads import Receipts
from bot.storage.store import Store
from bot.storage.turns import Turn
from bot.turn import Turns
from tests.conftest import PATIENCE
from tests.receipts.camera import taken
from tests.receipts.paper import page
from tests.receipts.photos import SHORT, both

Browser = TestClient[web.Request, web.Application]
Until = Callable[[Callable[[], object]], Awaitable[None]]
Opens = Callable[[web.Application], Awaitable[Browser]]

SCRIPT = {"X-Requested-With": "fetch"}
RECEIPT = f"[picture of {SHORT}]".encode()


@dataclass
class Eyes:
    """Reads what stands between "of" and the bracket."""

    seen: list[bytes] = field(default_factory=list)
    wait: asyncio.Event | None = None

    async def codes_in(self, image: bytes) -> tuple[str, ...]:
        self.seen.append(image)
        if self.wait:
            await self.wait.wait()
        if b"broken" in image:
            raise RuntimeError(f"cannot read {image!r}")
        return tuple(word.decode().strip("]") for word in image.split(b" of ")[1:])


@pytest.fixture
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture
async def browser(aiohttp_client: Opens, local_store: Store, world: World, eyes: Eyes) -> Browser:
    return await aiohttp_client(application(Turns(local_store, world, {}), local_store, b"s" * 32, pictures=eyes))


@pytest.fixture
def came(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Heard]]:
    """What reached the turn, which hears thanks instead."""
    heard: list[Heard] = []
    take = Turns.take

    async def noted(turns: Turns, update: Heard) -> Turn:
        heard.append(update)
        return await take(turns, Heard(update.channel, update.chat, update.update, Wrote("cảm ơn"), update.language))

    with monkeypatch.context() as patch:
        patch.setattr(Turns, "take", noted)
        yield heard


def contents(came: list[Heard]) -> list[Content]:
    """But for the welcome."""
    return [heard.content for heard in came[1:]]


async def shown(browser: Browser, **headers: str) -> str:
    return await (await browser.get("/", headers=headers)).text()


async def hidden(browser: Browser) -> dict[str, str]:
    """The fields of the form for photos."""
    [form] = re.findall(r'<form[^>]*enctype="multipart/form-data".*?</form>', await shown(browser), re.DOTALL)
    return dict(re.findall(r'name="(csrf|update)" value="([^"]+)"', form))


async def send(
    browser: Browser, body: bytes | None, fields: dict[str, str], *, name: str = "photo.jpg", **headers: str
) -> ClientResponse:
    data = FormData(default_to_multipart=True)
    for key, value in fields.items():
        data.add_field(key, value)
    if body is not None:
        data.add_field("photo", BytesIO(body), filename=name, content_type="image/jpeg")
    return await browser.post("/message", data=data, headers=headers, allow_redirects=False)


async def test_without_javascript_a_photo_leads_back_to_the_page(browser: Browser, came: list[Heard]) -> None:
    answer = await send(browser, RECEIPT, await hidden(browser))
    assert (answer.status, answer.headers["Location"]) == (303, "/#newest")
    assert contents(came) == [Scanned((SHORT,))]


async def test_the_script_gets_the_new_turn(browser: Browser, came: list[Heard]) -> None:
    answer = await send(browser, RECEIPT, await hidden(browser), **SCRIPT)
    assert (await answer.text()).startswith('<div class="turn" id="newest"')
    assert contents(came) == [Scanned((SHORT,))]


async def test_a_photo_without_a_code_says_so(browser: Browser, came: list[Heard]) -> None:
    await send(browser, b"a cat", await hidden(browser))
    assert contents(came) == [Scanned(())]


async def test_a_file_is_what_its_bytes_are_and_not_its_name(browser: Browser, came: list[Heard]) -> None:
    await send(browser, RECEIPT, await hidden(browser), name="../../giấy hẹn.pdf")
    assert contents(came) == [Scanned((SHORT,))]


async def test_words_sent_with_a_photo_count_where_it_says_nothing(browser: Browser, came: list[Heard]) -> None:
    fields = await hidden(browser)
    await send(browser, b"a cat", {**fields, "text": " hồ sơ sao rồi "})
    await send(browser, RECEIPT, {**fields, "text": "hồ sơ sao rồi"})
    assert contents(came) == [Wrote("hồ sơ sao rồi"), Scanned((SHORT,))]


async def test_a_form_without_a_file_is_words(browser: Browser, came: list[Heard]) -> None:
    await send(browser, None, {**await hidden(browser), "text": "khai sinh"})
    await send(browser, b"", {**await hidden(browser), "text": "khai tử"}, name="")  # as browsers send an empty choice
    assert contents(came) == [Wrote("khai sinh"), Wrote("khai tử")]


async def test_the_same_photo_in_the_same_form_is_one_update_and_another_photo_is_another(browser: Browser) -> None:
    fields = await hidden(browser)
    for body in (RECEIPT, RECEIPT, b"a cat"):
        await send(browser, body, fields)
    assert (await shown(browser)).count('<div class="turn"') == 3


@pytest.mark.parametrize("csrf", ["", "0" * 64])
async def test_a_photo_from_elsewhere_is_refused_and_not_read(browser: Browser, eyes: Eyes, csrf: str) -> None:
    answer = await send(browser, RECEIPT, {**await hidden(browser), "csrf": csrf})
    assert answer.status == 403
    assert "mở lại trang trò chuyện" in await answer.text()
    assert eyes.seen == []


async def test_a_photo_before_its_form_is_refused(browser: Browser, eyes: Eyes) -> None:
    data = FormData(default_to_multipart=True)
    data.add_field("photo", BytesIO(RECEIPT), filename="a.jpg")
    data.add_field("csrf", (await hidden(browser))["csrf"])
    assert (await browser.post("/message", data=data)).status == 403
    assert eyes.seen == []


@pytest.mark.parametrize("length", [LARGEST + 1, LARGEST + 200_000])
@pytest.mark.parametrize(("accept", "words"), [("vi", "hơn 10 MB"), ("en", "over 10 MB")])
async def test_too_large_a_photo_is_refused_in_words(
    browser: Browser, eyes: Eyes, length: int, accept: str, words: str
) -> None:
    await shown(browser, **{"Accept-Language": accept})
    fields = await hidden(browser)
    for headers in ({}, SCRIPT):
        answer = await send(browser, bytes(length), fields, **headers)
        text = await answer.text()
        assert answer.status == 413
        assert words in text
        assert ("<html" in text) is not headers
        assert 'name="csrf"' not in text  # a photo cannot be offered again by the page
    assert eyes.seen == []


async def test_a_photo_as_large_as_may_be_is_read(browser: Browser, came: list[Heard]) -> None:
    await send(browser, RECEIPT + bytes(LARGEST - len(RECEIPT)), await hidden(browser))
    assert [type(content) for content in contents(came)] == [Scanned]


async def test_of_words_that_are_too_many_no_more_are_held_than_may_be(browser: Browser) -> None:
    """A part that is no picture is refused before it has come."""
    await shown(browser)
    [cookie] = browser.session.cookie_jar
    part = f'name="text"\r\n\r\n{"x" * 99_000}'
    async with begun(browser, part, cookie=f"{COOKIE}={cookie.value}") as reader, asyncio.timeout(PATIENCE):
        assert b" 413 " in await reader.readline()


async def test_too_many_words_beside_a_photo_are_refused(browser: Browser) -> None:
    answer = await send(browser, RECEIPT, {**await hidden(browser), "text": "x" * 65_536})
    assert answer.status == 413
    assert "dài quá" in await answer.text()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xfe\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\nhalf a pic',
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 30 + b"--x--\r\n",
    ],
)
async def test_a_broken_form_is_refused_kindly(browser: Browser, eyes: Eyes, body: bytes) -> None:
    await shown(browser)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with capture_logs() as logs:
        answer = await browser.post("/message", data=body, headers=headers)
    assert answer.status in (400, 403)
    assert "<html" in await answer.text()
    assert (eyes.seen, logs) == ([], [])


async def test_a_reader_that_breaks_is_admitted_and_logged_without_the_photo(browser: Browser) -> None:
    fields = await hidden(browser)
    with capture_logs() as logs:
        answer = await send(browser, b"broken 012345678901", fields)
    assert answer.status == 500
    assert "012345678901" not in repr(logs)
    assert 'name="csrf"' not in await answer.text()


async def test_who_sends_photos_too_fast_is_asked_to_wait(browser: Browser, eyes: Eyes) -> None:
    fields = await hidden(browser)
    answers = [await send(browser, b"%d" % number, fields) for number in range(web_pictures.A_MINUTE + 1)]
    assert [answer.status for answer in answers] == [303] * web_pictures.A_MINUTE + [429]
    assert answers[-1].headers["Retry-After"] == "10"
    assert len(eyes.seen) == web_pictures.A_MINUTE


async def test_no_more_photos_are_held_than_memory_bears(
    browser: Browser, eyes: Eyes, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    monkeypatch.setattr(web_pictures, "AT_ONCE", 2)
    monkeypatch.setattr(web_pictures, "OF_ONE", 9)
    fields, eyes.wait = await hidden(browser), asyncio.Event()
    held = [asyncio.create_task(send(browser, b"%d" % number, fields)) for number in range(2)]
    await until(lambda: len(eyes.seen) == 2)
    assert (await send(browser, b"3", fields)).status == 429
    eyes.wait.set()
    assert [answer.status for answer in await asyncio.gather(*held)] == [303, 303]
    assert (await send(browser, b"4", fields)).status == 303


async def test_who_sends_many_at_once_shuts_out_nobody_but_themselves(
    aiohttp_client: Opens, local_store: Store, world: World, eyes: Eyes, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """Chats of one network share its places, and throwing the cookie away gives no more of them."""
    monkeypatch.setattr(web_pictures, "OF_ONE", 2)
    turns = Turns(local_store, world, {})
    browser = await aiohttp_client(application(turns, local_store, b"s" * 32, pictures=eyes, base="https://a.vn"))
    eyes.wait = asyncio.Event()
    held = []
    for number in range(2):
        browser.session.cookie_jar.clear()
        fields = await hidden(browser)
        held.append(asyncio.create_task(send(browser, b"%d" % number, fields, **{"X-Forwarded-For": "203.0.113.7"})))
        await until(lambda seen=number + 1: len(eyes.seen) == seen)  # type: ignore[misc]
    browser.session.cookie_jar.clear()
    fields = await hidden(browser)
    async with asyncio.timeout(PATIENCE):
        assert (await send(browser, b"3", fields, **{"X-Forwarded-For": "203.0.113.7"})).status == 429
    elsewhere = asyncio.create_task(send(browser, b"4", fields, **{"X-Forwarded-For": "203.0.113.8"}))
    await until(lambda: len(eyes.seen) == 3)
    eyes.wait.set()
    assert [answer.status for answer in await asyncio.gather(*held, elsewhere)] == [303, 303, 303]
    assert (await send(browser, b"5", fields, **{"X-Forwarded-For": "203.0.113.7"})).status == 303


@asynccontextmanager
async def begun(browser: Browser, *parts: str, cookie: str = "") -> AsyncIterator[asyncio.StreamReader]:
    """The beginning of a form whose rest does not come; the connection is cut at the end."""
    reader, writer = await asyncio.open_connection(browser.host, browser.port)
    length = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000"
    writer.write(f"POST /message HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n{length}\r\n\r\n".encode())
    for part in parts:
        writer.write(f"--x\r\nContent-Disposition: form-data; {part}\r\n".encode())
    await writer.drain()
    try:
        yield reader
    finally:
        writer.close()


PART_OF_A_PHOTO = 'name="photo"; filename="a.jpg"\r\n\r\n' + "abc" * 20_000


@dataclass
class Begins:
    """The kinds of forms whose fields, whose photos begin to come in; how many came to an end, good or bad."""

    fields: list[str] = field(default_factory=list)
    photo: list[str] = field(default_factory=list)
    ended: int = 0


@pytest.fixture
def begins(monkeypatch: pytest.MonkeyPatch) -> Begins:
    seen, form_of = Begins(), web_pictures.form_of

    async def noted(request: web.Request, admit: Admit) -> Form:
        def admits(fields: Fields) -> None:
            admit(fields)
            seen.photo.append(request.content_type)

        seen.fields.append(request.content_type)
        try:
            return await form_of(request, admits)
        finally:
            seen.ended += 1

    monkeypatch.setattr(web_pictures, "form_of", noted)
    return seen


async def test_strangers_are_refused_before_their_form_is_read(browser: Browser) -> None:
    async with begun(browser, 'name="text"\r\n\r\na') as reader, asyncio.timeout(PATIENCE):
        assert b" 403 " in await reader.readline()


async def test_who_has_not_shown_a_form_of_ours_takes_no_place(
    browser: Browser, came: list[Heard], begins: Begins, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """However many begin one and do not go on; with made-up cookies, too."""
    monkeypatch.setattr(web_pictures, "AT_ONCE", 1)
    async with AsyncExitStack() as open_forms:
        for _ in range(3):
            cookie = f"{COOKIE}={new_id()}"
            await open_forms.enter_async_context(begun(browser, 'name="csrf"\r\n\r\na', cookie=cookie))
        await until(lambda: len(begins.fields) == 3)
        reader = await open_forms.enter_async_context(begun(browser, PART_OF_A_PHOTO, cookie=cookie))
        assert b" 403 " in await reader.readline()
        assert (await send(browser, RECEIPT, await hidden(browser))).status == 303
    assert contents(came) == [Scanned((SHORT,))]


@pytest.mark.parametrize("part", ['name="text"\r\n\r\na', PART_OF_A_PHOTO])
async def test_who_hangs_up_is_no_fault_of_ours(
    browser: Browser, begins: Begins, monkeypatch: pytest.MonkeyPatch, until: Until, part: str
) -> None:
    """Nothing in the log, no look at the database for an apology, and their place is free again."""
    monkeypatch.setattr(web_pictures, "AT_ONCE", 1)
    csrf = (await hidden(browser))["csrf"]
    [cookie] = browser.session.cookie_jar
    server = browser.server.runner.server
    assert server is not None
    server.handler_cancellation = False  # as in the service, and not as aiohttp's tests have it
    looks: list[object] = []
    monkeypatch.setattr(web_guard, "window", lambda *_: looks.append(_))
    with capture_logs() as logs:
        async with begun(browser, f'name="csrf"\r\n\r\n{csrf}', part, cookie=f"{COOKIE}={cookie.value}"):
            await until(lambda: begins.photo if part is PART_OF_A_PHOTO else begins.fields)
        await until(lambda: begins.ended)
        assert (await send(browser, RECEIPT, await hidden(browser))).status == 303
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == []
    assert looks == []


async def test_a_photo_that_hardly_comes_is_not_waited_for(
    browser: Browser, eyes: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_pictures, "PATIENCE", 0.2)
    csrf = (await hidden(browser))["csrf"]

    async def trickle():  # type: ignore[no-untyped-def]
        yield b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + csrf.encode() + b"\r\n"
        yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n'
        await asyncio.sleep(1)
        yield b"a\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await browser.post("/message", data=trickle(), headers=headers)
    assert answer.status == 408
    assert "mạng chậm" in await answer.text()
    assert eyes.seen == []


async def test_a_photo_never_touches_the_disk(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{name}", lambda *args, **named: opened.append(args))
    monkeypatch.setattr("aiohttp.web_request.SpooledTemporaryFile", lambda *args, **named: opened.append(args))
    mark = b"\x07 a picture that nobody keeps \x07"
    assert (await send(browser, mark * 200_000, await hidden(browser))).status == 303
    assert opened == []
    assert not is_in_a_file(mark, tmp_path)


def is_in_a_file(mark: bytes, folder: Path) -> bool:
    return any(mark in file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_the_page_tells_that_a_photo_is_not_kept(browser: Browser) -> None:
    for accept in ("vi", "en"):
        browser.session.cookie_jar.clear()
        text = await shown(browser, **{"Accept-Language": accept})
        assert said(accept, "web.photo_kept") in text
        assert said(accept, "web.photo") in text


async def test_the_first_load_is_small_with_the_form_for_photos(browser: Browser) -> None:
    text = await shown(browser)
    answers = [await browser.get(path) for path in re.findall(r'"(/static/[\w.]+\?v=\w+)"', text)]
    on_the_way = [int(answer.headers["Content-Length"]) for answer in answers]
    assert len(text.encode()) + sum(on_the_way) <= 11 * 1024


async def test_where_nobody_reads_photos_none_are_asked_for_or_taken(
    aiohttp_client: Opens, local_store: Store, world: World
) -> None:
    browser = await aiohttp_client(application(Turns(local_store, world, {}), local_store, b"s" * 32))
    text = await shown(browser)
    assert 'type="file"' not in text
    fields = dict(re.findall(r'name="(csrf|update)" value="([^"]+)"', text))
    assert (await send(browser, RECEIPT, fields)).status == 400


async def test_a_photo_of_a_receipt_goes_all_the_way(
    aiohttp_client: Opens, local_store: Store, world: World, came: list[Heard]
) -> None:
    receipts = Receipts()
    turns = Turns(local_store, world, {})
    browser = await aiohttp_client(application(turns, local_store, b"s" * 32, pictures=receipts))
    await send(browser, taken(both(SHORT)), await hidden(browser))
    await send(browser, taken(page()), await hidden(browser))
    await send(browser, b"%PDF-1.7", await hidden(browser))
    receipts.close()
    assert contents(came) == [Scanned((SHORT,)), Scanned(()), Scanned(())]
