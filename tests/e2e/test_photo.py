"""A photo of a receipt, sent from a real browser."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from aiohttp import web
from PIL import Image
from PIL.Image import Exif

from bot.dialogue.events import Content, Heard, Scanned
from bot.dialogue.world import World
from bot.handlers.pictures import LARGEST
from bot.handlers.web.application import application
from bot.handlers.web.channel import WebChat
from bot.services.receipts.threads import Receipts
from bot.storage.keys import make
from bot.storage.migrate import migrate
from bot.storage.turns import Turn
from bot.turn import Turns
from tests.e2e.conftest import store_of
from tests.e2e.page import Opens, Page
from tests.receipts.camera import noisy, taken, turned
from tests.receipts.paper import page as drawn
from tests.receipts.paper import square
from tests.receipts.photos import SHORT, both

SUMMARY = "Gửi ảnh giấy hẹn"
BOTTOM = "return document.querySelector('#photo').getBoundingClientRect().bottom"


@dataclass
class Eyes(Receipts):
    """The reader, and what it was given."""

    given: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    async def codes_in(self, image: bytes) -> tuple[str, ...]:
        self.given.append(image)
        return await super().codes_in(image)


@dataclass(frozen=True)
class Noting(Turns):
    came: list[Content] = field(default_factory=list)

    async def take(self, heard: Heard) -> Turn:
        self.came.append(heard.content)
        return await super().take(heard)


@dataclass
class Chat:
    eyes: Eyes
    address: str = ""
    came: list[Content] = field(default_factory=list)


@pytest.fixture
def chat(world: World, tmp_path: Path) -> Iterator[Chat]:
    """The web chat with a reader of photos, in a thread of its own."""
    (tmp_path / "var").mkdir()
    make(tmp_path / "var" / "data.key")
    loop, ready, stop, chat = asyncio.new_event_loop(), asyncio.Event(), asyncio.Event(), Chat(Eyes())

    async def serve() -> None:
        store, channel = store_of(tmp_path), WebChat()
        migrate(store.engine)
        turns = Noting(store, world, {"web": channel}, came=chat.came)
        app = application(turns, store, b"s" * 32, channel, pictures=chat.eyes)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        chat.address = "http://{}:{}".format(*runner.addresses[0])
        ready.set()
        await stop.wait()
        await runner.cleanup()
        store.close()

    thread = Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    asyncio.run_coroutine_threadsafe(ready.wait(), loop).result(20)
    yield chat
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()
    chat.eyes.close()


def chooses(page: Page, body: bytes, folder: Path, name: str = "giay-hen.jpg") -> None:
    file = folder / name
    file.write_bytes(body)
    page.clicks(page.one("summary"))
    page.one("#file").send_keys(str(file))


def sends(page: Page) -> None:
    page.clicks(page.one("#photo button"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_photo_of_a_receipt_is_read(opens: Opens, chat: Chat, tmp_path: Path, scripts: bool) -> None:
    page = opens(at=chat.address, scripts=scripts)
    assert page.one("summary").text == SUMMARY
    chooses(page, taken(both(SHORT), turned(5)), tmp_path)
    assert "không lưu" in page.one("#photo .note").text
    sends(page)
    page.until(lambda: len(page.all(".turn")) == 2)
    assert chat.came[-1] == Scanned((SHORT,))
    assert not page.one("#file").is_displayed()  # closed again
    assert page.complaints == []


def test_what_the_box_holds_stays_when_a_photo_is_sent(opens: Opens, chat: Chat, tmp_path: Path) -> None:
    page = opens(at=chat.address)
    page.one("#text").send_keys("hồ sơ của tôi")
    chooses(page, taken(both(SHORT)), tmp_path)
    sends(page)
    page.until(lambda: len(page.all(".turn")) == 2)
    assert page.one("#text").get_attribute("value") == "hồ sơ của tôi"


def test_a_large_photo_is_sent_smaller_and_without_where_it_was_taken(opens: Opens, chat: Chat, tmp_path: Path) -> None:
    page, body = opens(at=chat.address), BytesIO()
    exif = Exif()
    exif[0x0112] = 6  # to be turned upright
    exif[0x010E] = "where it was taken"
    noisy(6)(drawn((square(SHORT, 12), (0.5, 0.5)), size=(4000, 3000))).save(body, "JPEG", exif=exif, quality=95)
    chooses(page, body.getvalue(), tmp_path)
    sends(page)
    page.until(lambda: len(page.all(".turn")) == 2)
    assert chat.came[-1] == Scanned((SHORT,))
    [sent] = chat.eyes.given
    assert Image.open(BytesIO(sent)).size == (1920, 2560)
    assert b"where it was taken" not in sent
    assert len(sent) < len(body.getvalue()) / 2


def test_what_the_browser_cannot_draw_is_sent_as_it_is(opens: Opens, chat: Chat, tmp_path: Path) -> None:
    page = opens(at=chat.address)
    chooses(page, b"not a picture", tmp_path)
    sends(page)
    page.until(lambda: len(page.all(".turn")) == 2)
    assert chat.eyes.given == [b"not a picture"]
    assert chat.came[-1] == Scanned(())


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_too_large_a_file_is_told_in_words(opens: Opens, chat: Chat, tmp_path: Path, scripts: bool) -> None:
    page = opens(at=chat.address, scripts=scripts)
    chooses(page, bytes(LARGEST + 1), tmp_path)
    sends(page)
    page.until(lambda: "hơn 10 MB" in page.runs("return document.querySelector('main')?.innerText ?? ''"))
    assert chat.eyes.given == []
    if scripts:
        assert "hơn 10 MB" in page.one("#notice").text
        assert len(page.all(".turn")) == 1  # the conversation is still there


def test_a_photo_that_did_not_arrive_is_sent_again(opens: Opens, chat: Chat, tmp_path: Path) -> None:
    page = opens(at=chat.address)
    chooses(page, taken(both(SHORT)), tmp_path)
    page.goes_offline()
    sends(page)
    page.until(lambda: page.one("#again").is_displayed())
    page.goes_offline(False)
    page.clicks(page.one("#again"))
    page.until(lambda: len(page.all(".turn")) == 2)
    assert chat.came[-1] == Scanned((SHORT,))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_form_is_no_barrier(opens: Opens, chat: Chat, tmp_path: Path, width: int, dark: bool) -> None:
    page = opens(width, 568, dark=dark, at=chat.address)
    chooses(page, b"", tmp_path, f"{'anh-giay-hen-' * 9}.jpg")
    assert page.barriers() == []
    assert page.runs("return document.documentElement.scrollWidth") == width
    for selector in ("summary", "#file", "#photo button"):
        assert min(page.one(selector).rect[side] for side in ("width", "height")) >= 44
    assert page.one("#file").accessible_name.startswith("Chọn hoặc chụp ảnh")


@pytest.mark.parametrize(("width", "height"), [(320, 568), (412, 915), (1280, 800)])
def test_the_form_opens_where_it_can_be_seen(opens: Opens, chat: Chat, width: int, height: int) -> None:
    """And not behind the box to write in, which covers the end of the page."""
    page = opens(width, height, at=chat.address)
    page.says("lam giay khai sinh cho con moi de")
    page.clicks(page.one("summary"))
    page.until(lambda: page.top_of("summary") >= 0)
    page.until(lambda: page.runs(BOTTOM) <= page.top_of("#say"))
