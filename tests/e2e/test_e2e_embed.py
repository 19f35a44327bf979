"""The chat inside another site's page, in a real browser that refuses third-party cookies.

The site is at http://localhost, the chat at http://127.0.0.1: to a browser these are two sites, as strange to each
other as any two, and both count as safe without TLS.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from bot.dialogue.world import World
from bot.handlers.web.visitor import FRAMED_COOKIE, Visitor
from bot.storage.store import Store
from bot.texts.message import Message, ShownLine
from tests.e2e.layout import faults
from tests.e2e.page import Page
from tests.e2e.serving import chat_of, one_browser, served, stored

BIRTH = "lam giay khai sinh cho con moi de"
NO_THIRD_PARTIES = {"profile.cookie_controls_mode": 1, "profile.block_third_party_cookies": True}
# As strict as a site may be, and with styles that would spoil whatever they reach.
STRICT = "default-src 'none'; script-src {chat}; frame-src {chat}; style-src 'self'; require-trusted-types-for 'script'"
SPOILING = "* { font: 7px serif !important } noi-dai, button, dialog, div, iframe { display: none; opacity: 0; top: 0 }"
PAGE = """<!doctype html><html lang="{language}"><meta name="viewport" content="width=device-width"><title>Xã A</title>
<link rel="stylesheet" href="/spoiling.css"><main><h1>UBND xã A</h1><p>Tin tức <a href="#">Xem thêm</a></p></main>
{line}"""


@dataclass
class Site:
    """A commune's site with our line in its page, and whoever looks at it."""

    page: Page
    address: str
    chat: str
    store: Store

    def shows(self, path: str = "/") -> None:
        self.page.driver.get(self.address + path)

    def within(self, selector: str) -> WebElement:
        """Of the button and the panel, which the page's own selectors do not find."""
        return self.page.one("noi-dai").shadow_root.find_element(By.CSS_SELECTOR, selector)

    @property
    def opener(self) -> WebElement:
        self.page.until(lambda: self.page.all("noi-dai"))
        return self.within("#opener")

    @property
    def is_open(self) -> bool:
        return self.opener.get_attribute("aria-expanded") == "true"

    @property
    def focus(self) -> str:
        """Name of the element that has it, within the button and the panel."""
        return str(self.page.runs("return document.querySelector('noi-dai').shadowRoot.activeElement?.localName ?? ''"))

    def opens(self) -> None:
        self.opener.click()
        self.page.until(lambda: self.is_open)

    @contextmanager
    def inside(self) -> Iterator[Page]:
        """In the frame, when the chat is there."""
        self.page.driver.switch_to.frame(self.within("iframe"))
        try:
            self.page.until(lambda: self.page.all(".turn"))
            yield self.page
        finally:
            self.page.driver.switch_to.default_content()

    def presses(self, *keys: str) -> None:
        ActionChains(self.page.driver).send_keys(*keys).perform()


def site(chat: list[str]) -> web.Application:
    """`chat`: its address, once it is known. The query says what stands in our line."""

    async def page(request: web.Request) -> web.Response:
        attributes = " ".join(f'{name}="{value}"' for name, value in request.query.items() if name != "times")
        line = f'<script src="{chat[0]}/embed.js" async {attributes}></script>' * int(request.query.get("times", 1))
        text = PAGE.format(language=request.query.get("data-page", "vi"), line=line)
        policy = {"Content-Security-Policy": STRICT.format(chat=chat[0])}
        return web.Response(text=text, content_type="text/html", headers=policy)

    async def spoiling(_: web.Request) -> web.Response:
        return web.Response(text=SPOILING, content_type="text/css")

    async def by_hand(_: web.Request) -> web.Response:
        text = f'<!doctype html><title>Xã A</title><iframe src="{chat[0]}/embed/" width="390" height="700"></iframe>'
        return web.Response(text=text, content_type="text/html")

    async def icon(_: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    for path, handler in {"/": page, "/spoiling.css": spoiling, "/by-hand": by_hand, "/favicon.ico": icon}.items():
        app.router.add_get(path, handler)
    return app


@dataclass
class Places:
    folder: Path
    store: Store
    listed: str
    unlisted: str
    chat: str


@pytest.fixture(scope="module")
def places(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder, chat = tmp_path_factory.mktemp("embed"), list[str]()
    with (
        stored(folder) as store,
        served(site(chat), "localhost") as listed,
        served(site(chat), "localhost") as unlisted,
        served(chat_of(store, world, embed_on={listed})) as address,
    ):
        chat.append(address)
        yield Places(folder, store, listed, unlisted, address)


@pytest.fixture(scope="module")
def browser(places: Places) -> Iterator[Page]:
    with one_browser(places.folder / "browser", **NO_THIRD_PARTIES) as page:
        yield page


@pytest.fixture
def commune(places: Places, browser: Page) -> Site:
    """A new visitor at a desk."""
    browser.driver.switch_to.default_content()
    browser.asks_chromium("Network.clearBrowserCookies")
    browser.resizes(1280, 800)
    browser.prefers("color-scheme", "light")
    assert isinstance(browser.complaints, list)  # those of the visitor before are taken away
    return Site(browser, places.listed, places.chat, places.store)


def test_the_chat_works_inside_and_is_still_there_when_the_page_is_loaded_again(commune: Site) -> None:
    commune.shows()
    commune.opens()
    with commune.inside() as chat:
        assert "Giấy chứng sinh" in chat.says(BIRTH)
        assert "Lệ phí" in chat.taps("Phí, lệ phí")
    assert commune.page.complaints == []
    commune.shows()
    commune.opens()
    with commune.inside() as chat:
        assert len(chat.all(".turn")) == 3
        chat.says("cảm ơn")


def test_its_cookie_stays_in_the_sites_own_drawer(commune: Site) -> None:
    commune.shows()
    commune.opens()
    with commune.inside():
        pass
    [cookie] = commune.page.driver.execute_cdp_cmd("Network.getAllCookies", {})["cookies"]
    assert cookie["name"] == FRAMED_COOKIE
    assert cookie["partitionKey"]["topLevelSite"] == "http://localhost"
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "None")


def test_nothing_of_ours_is_loaded_before_somebody_asks(commune: Site) -> None:
    commune.shows()
    assert not commune.is_open
    loaded = commune.page.runs("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [name for name in loaded if name.startswith(commune.chat)] == [f"{commune.chat}/embed.js"]


def test_a_notice_comes_in_the_frame_by_itself(commune: Site) -> None:
    commune.shows()
    commune.opens()
    with commune.inside() as chat:
        [cookie] = chat.driver.execute_cdp_cmd("Network.getAllCookies", {})["cookies"]
        address = Visitor(cookie["value"], came_back=True).address
        message = (Message((ShownLine("Bưu tá đang đến"),)),)
        commune.store.run_now(lambda unit: unit.turns.notify(address, "1", message))
        chat.until(lambda: "Bưu tá đang đến" in chat.one("#newest").text)


def test_a_site_that_is_not_listed_is_refused(commune: Site, places: Places) -> None:
    commune.address = places.unlisted
    commune.shows()
    commune.opens()
    commune.page.until(lambda: any("frame-ancestors" in words for words in commune.page.complaints))
    commune.page.driver.switch_to.frame(commune.within("iframe"))
    assert commune.page.all("#log") == []


def test_by_keyboard_one_gets_in_and_out_and_back_where_one_was(commune: Site) -> None:
    commune.shows()
    assert commune.opener.accessible_name == "Hỏi thủ tục"
    commune.presses(Keys.TAB, Keys.TAB)  # over the link of the page
    assert commune.focus == "button"
    commune.presses(Keys.ENTER)
    commune.page.until(lambda: commune.is_open)
    assert commune.focus == "iframe"
    with commune.inside() as chat:
        chat.runs("document.querySelector('#text').focus()")
        commune.presses("xin chao", Keys.ESCAPE)
    commune.page.until(lambda: not commune.is_open)
    assert commune.focus == "button"
    commune.presses(Keys.ENTER)
    with commune.inside() as chat:
        assert chat.one("#text").get_attribute("value") == "xin chao"  # what was written is still there
    commune.presses(Keys.SHIFT, Keys.TAB, Keys.NULL)
    assert commune.focus in ("button", "iframe")
    commune.within("#bar button").send_keys(Keys.ESCAPE)
    commune.page.until(lambda: not commune.is_open)


def test_the_bar_shuts_it_and_leads_to_a_window_of_its_own(commune: Site) -> None:
    commune.shows("/?data-procedure=1.001193&data-language=en")
    commune.opens()
    link = commune.within("#bar a")
    assert link.get_attribute("href") == f"{commune.chat}/?p=th_1-001193&lang=en"
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    commune.within("#bar button").click()
    commune.page.until(lambda: not commune.is_open)
    assert commune.focus == "button"


def test_the_line_may_name_a_procedure_a_language_and_a_side(commune: Site) -> None:
    commune.shows("/?data-procedure=1.001193&data-language=en&data-side=left")
    assert commune.opener.text == "Ask about procedures"
    assert commune.opener.rect["x"] < 100
    commune.opens()
    with commune.inside() as chat:
        chat.until(lambda: "Birth registration" in chat.one("#newest").text)
        assert chat.one("html").get_attribute("lang") == "en"


def test_the_line_pasted_twice_makes_one_button(commune: Site) -> None:
    commune.shows("/?times=2")
    assert commune.opener.is_displayed()
    assert len(commune.page.all("noi-dai")) == 1


def test_the_styles_of_the_site_do_not_reach_in(commune: Site) -> None:
    commune.shows()
    button = commune.opener
    assert button.is_displayed()
    assert button.value_of_css_property("font-size") == "16px"
    assert button.value_of_css_property("opacity") == "1"
    commune.opens()
    assert commune.within("#panel").is_displayed()
    assert commune.within("iframe").rect["height"] > 400


@pytest.mark.parametrize("size", [(1280, 800), (390, 844), (320, 256)])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_no_barrier_and_fits(commune: Site, size: tuple[int, int], dark: bool) -> None:
    commune.page.resizes(*size)
    commune.page.prefers("color-scheme", "dark" if dark else "light")
    commune.shows()
    assert commune.opener.rect["height"] >= 44
    assert commune.page.barriers() == []
    commune.opens()
    assert commune.page.barriers() == []
    for selector in ("#bar a", "#bar button"):
        assert commune.within(selector).rect["height"] >= 44
    panel = commune.within("#panel").rect
    assert (panel["x"] >= 0, panel["y"] >= 0) == (True, True)
    assert panel["x"] + panel["width"] <= size[0]
    assert panel["y"] + panel["height"] <= size[1]
    with commune.inside() as chat:
        assert chat.barriers() == []
        chat.says(BIRTH)
        assert "\n".join(faults(chat)) == ""
    assert not commune.page.too_wide


def test_on_a_phone_it_covers_the_page_and_nothing_behind_is_reached(commune: Site) -> None:
    commune.page.resizes(390, 844)
    commune.shows()
    commune.opens()
    assert commune.within("#panel").rect["width"] == 390
    assert commune.page.runs(
        "return document.querySelector('noi-dai').shadowRoot.querySelector('#panel').matches(':modal')"
    )
    with commune.inside():
        commune.presses(Keys.ESCAPE)
    commune.page.until(lambda: not commune.is_open)


def test_the_address_of_the_frame_in_a_tab_of_its_own_is_the_ordinary_page(commune: Site) -> None:
    commune.page.driver.get(f"{commune.chat}/embed/?p=th_1-001193")
    assert commune.page.driver.current_url == f"{commune.chat}/#newest"
    assert "Giấy chứng sinh" in commune.page.one("#newest").text


def test_a_frame_made_by_hand_works_without_javascript(places: Places) -> None:
    with one_browser(places.folder / "without scripts", scripts=False, **NO_THIRD_PARTIES) as page:
        page.driver.get(f"{places.listed}/by-hand")
        page.driver.switch_to.frame(page.one("iframe"))
        assert "Giấy chứng sinh" in page.says(BIRTH)
        assert "Lệ phí" in page.taps("Phí, lệ phí")
