"""QR codes and posters: what a phone reads from them opens the chat at the procedure."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from PIL import Image, ImageDraw
from zxingcpp import read_barcodes

from bot.dialogue.world import World
from bot.handlers.web.application import application
from bot.handlers.web.pages import said
from bot.papers.codes import qr_svg
from bot.storage.store import Store
from bot.turn import Turns

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]

BASE = "https://thutuc.example.gov.vn"
TELEGRAM, ZALO = "https://t.me/NoiDaiBot", "https://zalo.me/2553928453557884079"
RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z")
SCALE = 8  # pixels of a module


@pytest.fixture
def opens(aiohttp_client: Opens, local_store: Store, world: World) -> Callable[..., Awaitable[Browser]]:
    async def opened(base: str | None = None, links: Mapping[str, str] | None = None, trial: bool = True) -> Browser:
        turns = Turns(local_store, replace(world, post=replace(world.post, trial=trial)), {})
        return await aiohttp_client(application(turns, local_store, b"s" * 32, base=base, links=links or {}))

    return opened


def read(svg: str) -> str:
    """What a phone's camera would, from the picture as it would be drawn."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2]) * SCALE
    picture = Image.new("L", (size, size), 255)
    draw = ImageDraw.Draw(picture)
    for rectangle in RECTANGLE.findall(root[1].attrib["d"]):
        x, y, width, height = (int(number) * SCALE for number in rectangle)
        draw.rectangle((x, y, x + width - 1, y + height - 1), fill=0)
    [code] = read_barcodes(picture)
    return str(code.text)


def codes_on(page: str) -> list[str]:
    return [read(svg) for svg in re.findall(r"<svg .*?</svg>", page, re.DOTALL)]


async def text(browser: Browser, path: str, **headers: str) -> str:
    async with browser.get(path, headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.mark.parametrize("content", ["https://a.vn/?p=th_1-001193&x=<y>", "x", "Đăng ký khai sinh " * 12])
def test_a_code_is_read_back(content: str) -> None:
    assert read(qr_svg(content)) == content


async def test_a_code_leads_to_its_procedure(opens: Callable[..., Awaitable[Browser]]) -> None:
    browser = await opens(BASE)
    async with browser.get("/qr/th_1-001193.svg") as answer:
        assert (answer.status, answer.content_type) == (200, "image/svg+xml")
        assert read(await answer.text()) == f"{BASE}/?p=th_1-001193"
    assert read(await text(browser, "/qr/1-001193.svg")) == f"{BASE}/?p=th_1-001193"
    assert read(await text(browser, "/qr.svg")) == f"{BASE}/"


async def test_without_a_public_address_it_is_the_one_that_was_asked(opens: Callable[..., Awaitable[Browser]]) -> None:
    browser = await opens()
    link = read(await text(browser, "/qr/th_1-001193.svg", Host="10.0.0.5:8080"))
    assert link == "http://10.0.0.5:8080/?p=th_1-001193"


@pytest.mark.parametrize(
    "host", ["", "a b", 'a"><b>', "a/b", "a@b.vn", "a:80:80", "a:999999", "[::1", "x" * 300, "ữ.vn"]
)
@pytest.mark.parametrize("path", ["/qr.svg", "/poster"])
async def test_a_made_up_address_gets_no_code(opens: Callable[..., Awaitable[Browser]], host: str, path: str) -> None:
    browser = await opens()
    reader, writer = await asyncio.open_connection("127.0.0.1", browser.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    assert answer.startswith("HTTP/1.1 400")
    assert "<svg" not in answer


async def test_where_the_code_leads_the_procedure_is_shown(opens: Callable[..., Awaitable[Browser]]) -> None:
    browser = await opens()
    link = read(await text(browser, "/qr/th_1-001193.svg"))
    assert "<h2>Đăng ký khai sinh</h2>" in await text(browser, link.partition("/?")[1] + link.partition("/?")[2])


@pytest.mark.parametrize("path", ["/qr/th_9-999999.svg", "/poster/th_9-999999", "/poster/%3Cb%3E", "/poster?p=nothing"])
async def test_for_an_unknown_procedure_there_is_a_kind_page_with_a_way_on(
    opens: Callable[..., Awaitable[Browser]], path: str
) -> None:
    answer = await (await opens(BASE)).get(path)
    assert answer.status == 404
    page = await answer.text()
    assert said("vi", "web.error_poster") in page
    assert 'href="/">' in page


async def test_a_poster_names_the_procedure_and_leads_to_every_channel(
    opens: Callable[..., Awaitable[Browser]],
) -> None:
    browser = await opens(BASE, {"telegram": TELEGRAM, "zalo": ZALO})
    page = await text(browser, "/poster/th_1-001193")
    assert '<html lang="vi">' in page
    assert "<h1>Đăng ký khai sinh</h1>" in page
    assert "1.001193" in page
    assert codes_on(page) == [f"{BASE}/?p=th_1-001193", f"{TELEGRAM}?start=th_1-001193", ZALO]
    assert "thutuc.example.gov.vn/?p=th_1-001193" in page  # for who types it
    assert said("vi", "web.guard") in page
    assert page == await text(browser, "/poster?p=1-001193")


async def test_a_poster_for_the_web_alone_speaks_of_nothing_else(opens: Callable[..., Awaitable[Browser]]) -> None:
    page = await text(await opens(BASE), "/poster/th_1-001193")
    assert len(codes_on(page)) == 1
    assert not re.search("telegram|zalo", page, re.IGNORECASE)


async def test_a_poster_for_everything(opens: Callable[..., Awaitable[Browser]]) -> None:
    page = await text(await opens(BASE, {"telegram": TELEGRAM}), "/poster")
    assert said("vi", "web.poster_any") in page
    assert codes_on(page) == [f"{BASE}/", TELEGRAM]


async def test_a_poster_in_english_keeps_the_name_the_desk_knows(opens: Callable[..., Awaitable[Browser]]) -> None:
    browser = await opens(BASE)
    page = await text(browser, "/poster/th_1-001193?lang=en")
    assert '<html lang="en">' in page
    assert "<h1>Birth registration</h1>" in page
    assert '<p lang="vi">Đăng ký khai sinh</p>' in page
    assert '<a href="/poster/th_1-001193?lang=vi" lang="vi">' in page
    assert '<html lang="en">' in await text(browser, "/poster", **{"Accept-Language": "en"})


@pytest.mark.parametrize("trial", [True, False])
async def test_a_poster_of_a_trial_says_so(opens: Callable[..., Awaitable[Browser]], trial: bool) -> None:
    page = await text(await opens(BASE, trial=trial), "/poster/th_1-001193")
    assert (said("vi", "web.trial") in page) is trial


async def test_a_poster_needs_no_script_and_no_weaker_policy(opens: Callable[..., Awaitable[Browser]]) -> None:
    page = await text(await opens(BASE), "/poster/th_1-001193")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)


async def test_links_of_other_channels_may_become_known_later(opens: Callable[..., Awaitable[Browser]]) -> None:
    links = {"zalo": ZALO}
    browser = await opens(BASE, links)
    links["telegram"] = TELEGRAM  # asked of Telegram after the start
    assert codes_on(await text(browser, "/poster")) == [f"{BASE}/", TELEGRAM, ZALO]
