"""Files behind links of the web chat: for their own chat, and nobody else."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.dialogue.world import World
from bot.handlers.files import FileBody
from bot.handlers.web import files as web_files
from bot.handlers.web.application import application
from bot.handlers.web.pages import written
from bot.handlers.web.visitor import COOKIE, Visitor
from bot.storage.store import Store
from bot.storage.turns import Turn
from bot.texts.message import Message, ShownFile, ShownLine
from bot.turn import Turns

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]

SLIP = "slip/ND261122-4F7KQ2"
PDF = b"%PDF-1.7 \xff\x00"


@dataclass
class Drawer:
    """Holds one slip for one chat."""

    owner: str = ""
    asked: int = 0

    async def read(self, ref: str, chat: str) -> FileBody | None:
        self.asked += 1
        if (ref, chat) != (SLIP, self.owner):
            return None
        return FileBody('Phiếu "gửi"\r\n.pdf', "application/pdf", PDF)


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
async def browser(aiohttp_client: Opens, local_store: Store, world: World, drawer: Drawer) -> Browser:
    turns = Turns(local_store, world, {})
    return await aiohttp_client(application(turns, local_store, b"s" * 32, files=drawer))


@pytest.fixture
async def owner(browser: Browser, drawer: Drawer) -> Browser:
    await browser.get("/")
    [cookie] = browser.session.cookie_jar
    drawer.owner = Visitor(cookie.value, came_back=True).address
    return browser


async def test_whose_it_is_gets_it_to_keep(owner: Browser) -> None:
    answer = await owner.get(f"/file/{SLIP}")
    assert (answer.status, await answer.read()) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_its_name_cannot_break_out_of_the_header(owner: Browser) -> None:
    answer = await owner.get(f"/file/{SLIP}")
    plain, full = "Phi_u _g_i___.pdf", "Phi%E1%BA%BFu%20%22g%E1%BB%ADi%22%0D%0A.pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"


async def test_another_visitor_is_told_that_there_is_no_such_page(owner: Browser) -> None:
    owner.session.cookie_jar.clear()
    assert (await owner.get(f"/file/{SLIP}")).status == 404
    await owner.get("/")
    answer = await owner.get(f"/file/{SLIP}")
    assert answer.status == 404
    assert "Không có trang này" in await answer.text()


async def test_a_cookie_we_did_not_give_opens_nothing(owner: Browser, drawer: Drawer) -> None:
    owner.session.cookie_jar.clear()
    owner.session.cookie_jar.update_cookies({COOKIE: "../" * 9})
    assert (await owner.get(f"/file/{SLIP}")).status == 404
    assert drawer.asked == 0


@pytest.mark.parametrize(
    "path",
    ["slip/ND000000-000000", "ics/ND261122-4F7KQ2", "slip/", "slip/..%2f..%2fdata.key", "SLIP/x", "slip/" + "x" * 99],
)
async def test_what_is_no_file_is_not_there(owner: Browser, path: str) -> None:
    assert (await owner.get(f"/file/{path}")).status == 404


async def test_where_no_files_are_made_there_are_none(aiohttp_client: Opens, local_store: Store, world: World) -> None:
    browser = await aiohttp_client(application(Turns(local_store, world, {}), local_store, b"s" * 32))
    await browser.get("/")
    assert (await browser.get(f"/file/{SLIP}")).status == 404


async def test_who_fetches_too_fast_is_asked_to_wait(owner: Browser) -> None:
    answers = [await owner.get(f"/file/{SLIP}") for _ in range(web_files.A_MINUTE + 1)]
    assert [answer.status for answer in answers] == [200] * web_files.A_MINUTE + [429]
    assert answers[-1].headers["Retry-After"] == "10"


def test_a_message_links_its_files() -> None:
    message = Message((ShownLine("Đã đặt lịch"),), files=(ShownFile(SLIP, "Phiếu <gửi>"), ShownFile("ics/ND1", "Lịch")))
    page = written("fragment.html", "vi", turn=Turn(1, "web:1", "", (message,)), place=False)
    assert re.findall(r'<a href="([^"]+)">([^/]+)</a>', page) == [
        (f"/file/{SLIP}", "Phiếu &lt;gửi&gt;"),
        ("/file/ics/ND1", "Lịch"),
    ]
