"""News on open pages of the web chat, over a real HTTP server."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from bot.dialogue.world import World
from bot.handlers.web import channel as web_channel
from bot.handlers.web import lookout as web_lookout
from bot.handlers.web import news as web_news
from bot.handlers.web.application import application
from bot.handlers.web.channel import PAGES, WebChat
from bot.handlers.web.visitor import COOKIE, Visitor, new_id
from bot.storage.store import Store
from bot.texts.message import Message, ShownLine
from bot.turn import Turns
from tests.conftest import PATIENCE

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]
Until = Callable[[Callable[[], object]], Awaitable[None]]

ID = re.compile(r"^id: ([\d.]+)$", re.MULTILINE)


@dataclass
class Stream:
    """An open page, as far as it listens."""

    answer: ClientResponse
    events: list[str] = field(default_factory=list)

    async def next(self) -> str:
        """The next event."""
        lines: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while line := (await self.answer.content.readline()).decode():
                if line == "\n":
                    return "".join(lines)
                lines.append(line)
        raise EOFError

    async def news(self) -> str:
        """The words of the next turn."""
        while not (event := await self.next()).startswith("id: "):
            pass
        self.events.append(event)
        [words] = re.findall(r"^data: <p>(.+)</p>$", event, re.MULTILINE)
        return str(words)

    @property
    def last(self) -> str:
        [ids] = ID.findall(self.events[-1])
        return str(ids)


@pytest.fixture(autouse=True)
def _looks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in these tests comes because somebody rang."""
    monkeypatch.setattr(web_lookout, "LOOK", 3600.0)


@pytest.fixture
def _looks_often(_looks_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_lookout, "LOOK", 0.02)


@pytest.fixture
def channel() -> WebChat:
    return WebChat()


@pytest.fixture
def turns(local_store: Store, world: World, channel: WebChat) -> Turns:
    return Turns(local_store, world, {"web": channel})


@pytest.fixture
async def browser(aiohttp_client: Opens, turns: Turns, channel: WebChat) -> Browser:
    return await aiohttp_client(application(turns, turns.store, b"s" * 32, channel))


async def loaded(browser: Browser) -> str:
    """The page; what it has already is in it."""
    async with browser.get("/") as answer:
        return await answer.text()


def address(browser: Browser) -> str:
    [cookie] = browser.session.cookie_jar
    return Visitor(cookie.value, came_back=True).address


async def listens(browser: Browser, has: str | None = None, **headers: str) -> Stream:
    if has is None:
        [has] = re.findall(r'data-has="([\d.]*)"', await loaded(browser))
    return Stream(await browser.get("/news", params={"has": has}, headers=headers))


def tell(store: Store, chat: str, *all_words: str) -> None:
    """Notices, as a worker keeps them."""
    for words in all_words:
        store.run_now(lambda unit, words=words: unit.turns.notify(chat, words, (Message((ShownLine(words),)),)))  # type: ignore[misc]


async def test_a_notice_delivered_here_comes_at_once(browser: Browser, turns: Turns) -> None:
    stream = await listens(browser)
    assert await stream.next() == "retry: 5000\n"
    tell(turns.store, address(browser), "Bưu tá đang đến")
    await turns.deliver_owed()
    assert await stream.news() == "Bưu tá đang đến"
    tell(turns.store, address(browser), "Đã lấy hồ sơ")
    await turns.deliver_owed()
    assert await stream.news() == "Đã lấy hồ sơ"  # and the first not again
    assert (stream.answer.status, stream.answer.content_type) == (200, "text/event-stream")
    assert stream.answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in stream.answer.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("_looks_often")
async def test_a_notice_kept_by_another_process_comes_with_the_next_look(browser: Browser, turns: Turns) -> None:
    stream = await listens(browser)
    tell(turns.store, address(browser), "một")
    assert await stream.news() == "một"


async def test_a_notice_looks_like_a_turn_of_the_page_without_an_empty_bubble(browser: Browser, turns: Turns) -> None:
    stream = await listens(browser)
    tell(turns.store, address(browser), "một")
    await turns.deliver_owed()
    await stream.news()
    shown = re.sub(r"^(?:id: .*|data: )", "", stream.events[0], flags=re.MULTILINE).strip()
    assert shown in await loaded(browser)
    assert 'class="mine"' not in shown


async def test_what_the_page_has_is_not_shown_again(browser: Browser, turns: Turns) -> None:
    await loaded(browser)
    tell(turns.store, address(browser), "một", "hai")
    stream = await listens(browser)
    tell(turns.store, address(browser), "ba")
    await turns.deliver_owed()
    assert await stream.news() == "ba"


async def test_coming_back_misses_nothing_and_shows_nothing_twice(browser: Browser, turns: Turns) -> None:
    stream = await listens(browser)
    has = stream.answer.url.query["has"]
    tell(turns.store, address(browser), "một")
    await turns.deliver_owed()
    assert await stream.news() == "một"
    stream.answer.close()
    tell(turns.store, address(browser), "hai", "ba")
    again = await listens(browser, has, **{"Last-Event-ID": stream.last})  # as an EventSource does
    assert [await again.news(), await again.news()] == ["hai", "ba"]
    once_more = await listens(browser, again.last)
    tell(turns.store, address(browser), "bốn")
    await turns.deliver_owed()
    assert await once_more.news() == "bốn"


async def test_a_notice_committed_late_under_an_earlier_number_is_not_passed_over(
    browser: Browser, turns: Turns
) -> None:
    await loaded(browser)
    chat = address(browser)
    tell(turns.store, chat, "một", "hai")
    welcome, _, late = [turn.id for turn in turns.store.run_now(lambda unit: unit.turns.latest(chat, 3))]
    stream = await listens(browser, f"{welcome}.{late}")  # when it was loaded, the first was not committed
    assert await stream.news() == "một"


async def test_answers_come_by_their_own_way_only(browser: Browser, turns: Turns) -> None:
    page = await loaded(browser)
    stream = await listens(browser)
    fields = dict(re.findall(r'name="(csrf|update)" value="([^"]+)"', page))
    await browser.post("/message", data={**fields, "text": "cảm ơn"}, headers={"X-Requested-With": "fetch"})
    tell(turns.store, address(browser), "một")
    await turns.deliver_owed()
    assert await stream.news() == "một"
    assert "cảm ơn" not in stream.events[0]


async def test_an_answer_to_nothing_is_no_news(browser: Browser, turns: Turns) -> None:
    """A form without words has nothing heard, and was asked for all the same."""
    page = await loaded(browser)
    stream = await listens(browser)
    fields = dict(re.findall(r'name="(csrf|update)" value="([^"]+)"', page))
    answer = await browser.post("/message", data={**fields, "text": ""}, headers={"X-Requested-With": "fetch"})
    assert 'class="turn"' in await answer.text()
    tell(turns.store, address(browser), "một")
    await turns.deliver_owed()
    assert await stream.news() == "một"
    assert [len(id.split(".")) for id in ID.findall(stream.events[0])] == [1]


async def test_news_of_others_are_not_told(browser: Browser, turns: Turns) -> None:
    stream = await listens(browser)
    tell(turns.store, "web:" + "0" * 64, "của người khác")
    tell(turns.store, address(browser), "của tôi")
    await turns.deliver_owed()
    assert await stream.news() == "của tôi"


async def test_without_our_cookie_there_are_no_news_and_no_coming_back(browser: Browser) -> None:
    assert (await browser.get("/news")).status == 204
    browser.session.cookie_jar.update_cookies({COOKIE: "x"})
    assert (await browser.get("/news")).status == 204


async def test_a_made_up_cookie_holds_no_place(browser: Browser, channel: WebChat) -> None:
    """Of the right shape, but nobody ever talked by it."""
    browser.session.cookie_jar.update_cookies({COOKIE: new_id()})
    assert (await browser.get("/news")).status == 204
    assert not channel._pages


async def test_without_news_there_is_a_beat(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_news, "HUSH", 0.01)
    stream = await listens(browser)
    await stream.next()
    assert await stream.next() == "event: beat\ndata: .\n"


async def test_the_newest_pages_of_a_chat_listen_and_the_oldest_is_told_that_it_is_enough(
    browser: Browser, turns: Turns
) -> None:
    streams = [await listens(browser) for _ in range(PAGES + 1)]
    await streams[0].next()
    assert await streams[0].next() == "event: enough\ndata: .\n"
    with pytest.raises(EOFError):
        await streams[0].next()
    tell(turns.store, address(browser), "một")
    await turns.deliver_owed()
    assert [await stream.news() for stream in streams[1:]] == ["một"] * PAGES


@pytest.mark.usefixtures("_looks_often")
async def test_a_page_that_is_closed_is_forgotten(
    browser: Browser, channel: WebChat, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_news, "HUSH", 3600.0)
    stream = await listens(browser)
    assert channel._pages
    stream.answer.close()
    await until(lambda: not channel._pages)
    assert channel._count == 0


async def test_who_comes_back_too_often_has_to_wait(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    await loaded(browser)
    answers = [(await listens(browser, "")).answer for _ in range(web_news.A_MINUTE + 1)]
    assert [answer.status for answer in answers] == [200] * web_news.A_MINUTE + [503]
    assert answers[-1].headers["Retry-After"] == "10"


async def test_a_server_with_too_many_pages_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_channel, "room", lambda: 1)
    await listens(browser)
    browser.session.cookie_jar.clear()
    assert (await listens(browser)).answer.status == 503


async def test_the_end_of_the_server_is_not_delayed_by_open_pages(
    browser: Browser, channel: WebChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_news, "HUSH", 3600.0)
    stream = await listens(browser)
    await stream.next()
    async with asyncio.timeout(PATIENCE):
        await browser.server.close()
    with pytest.raises(EOFError):
        await stream.next()
    assert not channel._pages


async def test_a_fault_ends_the_stream_and_is_logged_without_words(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, turns: Turns
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("Bưởi")

    stream = await listens(browser)
    monkeypatch.setattr(web_news, "event", broken)
    with capture_logs() as logs:
        tell(turns.store, address(browser), "một")
        await turns.deliver_owed()
        with pytest.raises(EOFError):
            await stream.news()
    assert [entry["error"] for entry in logs] == ["RuntimeError"]
    assert "Bưởi" not in repr(logs)


@pytest.mark.parametrize("has", ["", "x", "9" * 5000, "0.-3", "\N{ARABIC-INDIC DIGIT ONE}", "NaN"])
async def test_nonsense_in_the_address_does_no_harm(browser: Browser, turns: Turns, has: str) -> None:
    await loaded(browser)
    tell(turns.store, address(browser), "một")
    stream = await listens(browser, has)
    assert [len(ID.findall(await stream.next())) for _ in range(2)] == [0, 1]  # the beginning, and the notice
