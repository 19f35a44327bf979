"""The chat inside another site's page: who may show it, its own cookie, its own forms, the script of one line."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestClient
from yarl import URL

from bot.dialogue.world import World
from bot.handlers.files import FileBody
from bot.handlers.web.application import application
from bot.handlers.web.channel import WebChat
from bot.handlers.web.pages import said, written
from bot.handlers.web.visitor import COOKIE, FRAMED_COOKIE, Visitor
from bot.storage.store import Store
from bot.storage.turns import Turn
from bot.texts.message import Message, ShownFile, ShownLine
from bot.turn import Turns
from tests.conftest import PATIENCE

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]

SITES = frozenset({"https://xa-a.gov.vn", "https://*.langson.gov.vn"})
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
SCRIPT = {"X-Requested-With": "fetch"}
BIRTH = "lam giay khai sinh cho con moi de"
TITLE = "<h2>Đăng ký khai sinh</h2>"
SLIP = "slip/ND261122-4F7KQ2"


class Slips:
    """One slip for each chat, with the chat's address in it."""

    async def read(self, ref: str, chat: str) -> FileBody | None:
        return FileBody("phieu.pdf", "application/pdf", chat.encode()) if ref == SLIP else None


@pytest.fixture
def turns(local_store: Store, world: World) -> Turns:
    return Turns(local_store, world, {"web": WebChat()})


@pytest.fixture
async def browser(aiohttp_client: Opens, turns: Turns) -> Browser:
    """The test's client keeps cookies as a browser does on http, so Secure ones are carried by hand."""
    return await aiohttp_client(application(turns, turns.store, b"s" * 32, files=Slips(), embed_on=SITES))


async def framed(browser: Browser, path: str = "/embed/", cookie: str = "", **headers: str) -> ClientResponse:
    sent = {**FRAME, **headers, **({"Cookie": cookie} if cookie else {})}
    return await browser.get(path, headers=sent, allow_redirects=False)


def given(answer: ClientResponse) -> str:
    """The cookie that was set, as a browser sends it back."""
    return answer.headers["Set-Cookie"].partition(";")[0]


async def form(page: ClientResponse, **fields: str) -> dict[str, str]:
    return {**dict(re.findall(r'name="(csrf|update)" value="([^"]+)"', await page.text())), **fields}


async def post(browser: Browser, cookie: str, fields: dict[str, str], **headers: str) -> ClientResponse:
    sent = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin", **headers}
    return await browser.post("/embed/message", data=fields, headers=sent, allow_redirects=False)


def frame_ancestors(answer: ClientResponse) -> str:
    [said] = re.findall(r"frame-ancestors ([^;]+)", answer.headers["Content-Security-Policy"])
    return str(said)


async def test_the_sites_of_the_settings_may_show_it_and_nobody_else(browser: Browser) -> None:
    answer = await framed(browser)
    assert answer.status == 200
    assert set(frame_ancestors(answer).split()) == SITES
    assert "X-Frame-Options" not in answer.headers
    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/poster", "/static/chat.css", "/healthz", "/embed.js", "/f/x"])
async def test_all_other_pages_are_shown_by_nobody(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert frame_ancestors(answer) == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


async def test_an_apology_inside_the_frame_can_be_read_there(browser: Browser) -> None:
    answer = await framed(browser, "/embed/nowhere")
    assert (answer.status, set(frame_ancestors(answer).split())) == (404, SITES)
    page = await answer.text()
    assert f'<a href="/embed/">{said("vi", "web.back")}</a>' in page
    assert f'<a href="/" target="_blank">{said("vi", "web.embed_apart")}</a>' in page


@pytest.mark.parametrize("path", ["/embed/", "/embed.js"])
async def test_without_a_site_in_the_settings_there_is_nothing_to_show(
    aiohttp_client: Opens, turns: Turns, path: str
) -> None:
    browser = await aiohttp_client(application(turns, turns.store, b"s" * 32))
    answer = await framed(browser, path)
    assert (answer.status, frame_ancestors(answer)) == (404, "'none'")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in answer.headers


async def test_its_cookie_is_of_its_own_and_kept_apart_for_each_site(browser: Browser) -> None:
    cookie = (await framed(browser)).headers["Set-Cookie"]
    assert re.match(r"__Host-[a-z_]+=[\w-]{22}; ", cookie)  # the name alone makes browsers insist on what follows
    needed = ("SameSite=None", "Secure", "Partitioned", "HttpOnly", "Path=/", "Max-Age=31536000")
    assert [word for word in needed if f"; {word}" not in cookie] == []
    assert "Domain" not in cookie


async def test_the_cookie_of_our_own_page_stays_as_strict_as_it_was(browser: Browser) -> None:
    answer = await browser.get("/", headers=FRAME)
    [cookie] = answer.headers.getall("Set-Cookie")
    assert cookie.startswith(f"{COOKIE}=")
    assert "SameSite=Lax" in cookie
    assert "Partitioned" not in cookie


async def test_who_comes_by_one_door_is_a_stranger_at_the_other(browser: Browser) -> None:
    own = given(await browser.get("/"))
    browser.session.cookie_jar.clear()
    token = own.partition("=")[2]
    assert given(await framed(browser, cookie=own)).partition("=")[2] != token
    crossed = await browser.get("/", headers={"Cookie": f"{FRAMED_COOKIE}={token}"})
    assert given(crossed).partition("=")[2] != token


async def test_a_tab_of_its_own_gets_the_page_made_for_it(browser: Browser) -> None:
    answer = await framed(browser, "/embed/?p=th_1-001193&lang=en", **{"Sec-Fetch-Dest": "document"})
    assert (answer.status, answer.headers["Location"]) == (303, "/?p=th_1-001193&lang=en")
    assert "Set-Cookie" not in answer.headers


async def test_the_way_there_leads_nowhere_else(browser: Browser) -> None:
    """However the address is written: what stands in it must not become the name of another site."""
    written = URL(f"{browser.make_url('/')}%65mbed/?//evil.example", encoded=True)
    headers = {**FRAME, "Sec-Fetch-Dest": "document"}
    async with ClientSession() as session, session.get(written, headers=headers, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/?//evil.example"


async def test_without_tls_it_is_told_that_nothing_would_be_remembered(browser: Browser) -> None:
    """A browser says nothing of where the page will stand when the address is not safe."""
    answer = await browser.get("/embed/")
    assert answer.status == 403
    assert said("vi", "web.embed_insecure") in await answer.text()
    assert "Set-Cookie" not in answer.headers


async def test_an_old_browser_is_served_over_tls(aiohttp_client: Opens, turns: Turns) -> None:
    app = application(turns, turns.store, b"s" * 32, https=True, embed_on=SITES)
    assert (await (await aiohttp_client(app)).get("/embed/")).status == 200


async def test_the_address_without_its_slash_leads_there(browser: Browser) -> None:
    answer = await framed(browser, "/embed?p=1-001193")
    assert (answer.status, answer.headers["Location"]) == (303, "/embed/?p=1-001193")


async def test_it_is_talked_to_without_javascript(browser: Browser) -> None:
    page = await framed(browser)
    cookie = given(page)
    assert 'action="/embed/message"' in await page.text()
    answer = await post(browser, cookie, await form(page, text=BIRTH))
    assert (answer.status, answer.headers["Location"]) == (303, "/embed/#newest")
    shown = await (await framed(browser, cookie=cookie)).text()
    assert TITLE in shown
    assert BIRTH in shown


async def test_the_script_gets_its_turn_and_its_news(browser: Browser, turns: Turns) -> None:
    page = await framed(browser)
    cookie = given(page)
    fragment = await (await post(browser, cookie, await form(page, text=BIRTH), **SCRIPT)).text()
    assert TITLE in fragment
    chat = Visitor(cookie.partition("=")[2], came_back=True).address
    notice = Message((ShownLine("Tra cứu", link="https://dichvucong.gov.vn"),))
    turns.store.run_now(lambda unit: unit.turns.notify(chat, "1", (notice,)))
    async with browser.get("/embed/news", headers={"Cookie": cookie}) as stream, asyncio.timeout(PATIENCE):
        assert stream.status == 200
        while b"Tra c" not in (line := await stream.content.readline()):
            assert line
        assert b'target="_blank"' in line


async def test_a_link_opens_a_procedure_in_the_language_it_names(browser: Browser) -> None:
    answer = await framed(browser, "/embed/?p=th_1-001193&lang=en")
    assert (answer.status, answer.headers["Location"]) == (303, "/embed/#newest")
    page = await (await framed(browser, cookie=given(answer))).text()
    assert '<html lang="en">' in page
    assert "Birth registration" in page


async def test_opening_it_again_at_the_same_procedure_repeats_nothing(browser: Browser) -> None:
    cookie = given(await framed(browser, "/embed/?p=th_1-001193"))
    await framed(browser, "/embed/?p=th_1-001193", cookie)
    page = await (await framed(browser, cookie=cookie)).text()
    assert page.count('<div class="turn"') == 1
    await framed(browser, "/embed/?p=th_2-000635", cookie)
    page = await (await framed(browser, cookie=cookie)).text()
    assert page.count('<div class="turn"') == 2


@pytest.mark.parametrize("csrf", ["", "0" * 80])
async def test_a_form_without_our_seal_is_refused_there_too(browser: Browser, csrf: str) -> None:
    page = await framed(browser)
    assert (await post(browser, given(page), await form(page, text=BIRTH, csrf=csrf))).status == 403


async def test_a_form_of_our_own_page_is_no_form_of_the_frame(browser: Browser) -> None:
    own = await form(await browser.get("/"), text=BIRTH)
    assert (await post(browser, given(await framed(browser)), own)).status == 403


@pytest.mark.parametrize("where", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/message", "/embed/message"])
async def test_a_form_sent_by_another_sites_page_is_refused_whatever_it_holds(
    browser: Browser, where: str, path: str
) -> None:
    page = await (framed(browser) if path.startswith("/embed") else browser.get("/"))
    fields, headers = await form(page, text=BIRTH), {"Cookie": given(page), "Sec-Fetch-Site": where}
    assert (await browser.post(path, data=fields, headers=headers, allow_redirects=False)).status == 403
    headers["Sec-Fetch-Site"] = "same-origin"
    assert (await browser.post(path, data=fields, headers=headers, allow_redirects=False)).status == 303


async def test_where_the_cookie_is_refused_a_window_of_its_own_is_offered(browser: Browser) -> None:
    fields = await form(await framed(browser), text=BIRTH)
    answer = await browser.post("/embed/message", data=fields)
    assert answer.status == 403
    page = await answer.text()
    assert said("vi", "web.embed_forgotten") in page
    assert 'href="/" target="_blank"' in page


async def test_files_are_fetched_by_the_cookie_of_the_frame(browser: Browser) -> None:
    cookie = given(await framed(browser))
    mine = Visitor(cookie.partition("=")[2], came_back=True).address
    answer = await browser.get(f"/embed/file/{SLIP}", headers={"Cookie": cookie})
    assert (answer.status, await answer.text()) == (200, mine)
    assert (await browser.get(f"/file/{SLIP}", headers={"Cookie": cookie})).status == 404


def test_links_to_elsewhere_leave_the_frame_and_calls_do_not() -> None:
    lines = (ShownLine("Cổng", link="https://dichvucong.gov.vn"), ShownLine("Gọi 114", link="tel:114"))
    turn = Turn(1, "web:1", "", (Message(lines, files=(ShownFile(SLIP, "Phiếu"),)),))
    page = written("fragment.html", "vi", base="/embed/", turn=turn, place=False)
    assert f'<a href="/embed/file/{SLIP}">' in page
    assert '<a href="https://dichvucong.gov.vn" target="_blank" rel="noopener">' in page
    assert '<a href="tel:114">114</a>' in page
    assert "target" not in written("fragment.html", "vi", turn=turn, place=False)


async def test_the_script_is_small_says_its_words_and_knows_nobody(browser: Browser) -> None:
    answer = await browser.get("/embed.js", headers={"Accept-Encoding": "gzip"})
    code = await answer.text()
    assert answer.content_type == "text/javascript"
    assert int(answer.headers["Content-Length"]) <= 3 * 1024
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "immutable" not in answer.headers["Cache-Control"]  # its address stays the same
    for language in ("vi", "en"):
        assert said(language, "web.embed_open") in code
    assert '"WORDS"' not in code
    assert not re.search(r"innerHTML|eval|cookie|localStorage|fetch\(", code)


async def test_the_script_comes_unpacked_to_who_asks_so(browser: Browser) -> None:
    plain = await browser.get("/embed.js", headers={"Accept-Encoding": "identity"})
    packed = await browser.get("/embed.js", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert await plain.read() == await packed.read()  # the client unpacked it
