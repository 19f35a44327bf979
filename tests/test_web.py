"""The web chat over a real HTTP server: what a browser with and without JavaScript gets."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from bot.dialogue.events import Content, Heard, Located, Wrote
from bot.dialogue.states import Booking, Conversation, Draft, Memory
from bot.dialogue.step import Kind
from bot.dialogue.world import World
from bot.handlers.limit import Limit
from bot.handlers.web.application import application
from bot.handlers.web.channel import WebChat
from bot.handlers.web.pages import said, written
from bot.handlers.web.visitor import COOKIE, Visitor
from bot.handlers.web.window import SHOWN
from bot.storage.store import Store
from bot.storage.turns import Turn
from bot.texts.message import Message, ShownLine
from bot.turn import Turns

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]

SECRET = b"s" * 32
SCRIPT = {"X-Requested-With": "fetch"}
BIRTH = "lam giay khai sinh cho con moi de"
WELCOME = said("vi", "welcome.title")
TITLE = "<h2>Đăng ký khai sinh</h2>"


class Failing(Turns):
    async def take(self, heard: Heard) -> Turn:
        raise RuntimeError(f"cannot take {heard}")


@pytest.fixture
def store(local_store: Store) -> Store:
    return local_store


@pytest.fixture
def turns(store: Store, world: World) -> Turns:
    return Turns(store, world, {"web": WebChat()})


@pytest.fixture
async def browser(aiohttp_client: Opens, turns: Turns, store: Store) -> Browser:
    return await aiohttp_client(application(turns, store, SECRET))


async def shown(browser: Browser, path: str = "/", **headers: str) -> str:
    async with browser.get(path, headers=headers) as answer:
        return await answer.text()


async def form(browser: Browser, **fields: str) -> dict[str, str]:
    """The hidden fields of the page, and what the citizen adds."""
    return {**dict(re.findall(r'name="(csrf|update)" value="([^"]+)"', await shown(browser))), **fields}


async def post(browser: Browser, fields: dict[str, str], **headers: str) -> ClientResponse:
    return await browser.post("/message", data=fields, headers=headers, allow_redirects=False)


async def say(browser: Browser, text: str) -> str:
    """What the script gets."""
    return await (await post(browser, await form(browser, text=text), **SCRIPT)).text()


def lose(store: Store) -> None:
    Path(store.engine.url.database or "").unlink()
    store.engine.dispose()


def turns_on(page: str) -> int:
    return page.count('<div class="turn"')


async def test_the_first_page_welcomes_and_gives_a_cookie(browser: Browser) -> None:
    answer = await browser.get("/")
    cookie = answer.headers["Set-Cookie"]
    assert WELCOME in await answer.text()
    assert re.match(rf"{COOKIE}=[\w-]{{22}}; ", cookie)
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Max-Age=31536000"))
    assert "Secure" not in cookie


async def test_behind_https_the_cookie_insists_on_it(aiohttp_client: Opens, turns: Turns, store: Store) -> None:
    browser = await aiohttp_client(application(turns, store, SECRET, https=True))
    assert "Secure" in (await browser.get("/")).headers["Set-Cookie"]


async def test_coming_back_welcomes_nobody_twice(browser: Browser) -> None:
    await shown(browser)
    assert turns_on(await shown(browser)) == 1


async def test_a_made_up_cookie_is_not_taken_for_ours(browser: Browser) -> None:
    browser.session.cookie_jar.update_cookies({COOKIE: "../" * 9})
    answer = await browser.get("/")
    assert re.match(rf"{COOKIE}=[\w-]{{22}}; ", answer.headers["Set-Cookie"])


async def test_the_database_never_sees_the_cookie(browser: Browser, store: Store) -> None:
    await shown(browser)
    [cookie] = browser.session.cookie_jar
    file = Path(store.engine.url.database or "")
    stored = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    assert b"web:" in stored
    assert cookie.value.encode() not in stored


async def test_without_javascript_a_question_leads_back_to_the_page(browser: Browser) -> None:
    answer = await post(browser, await form(browser, text=BIRTH))
    assert (answer.status, answer.headers["Location"]) == (303, "/#newest")
    page = await shown(browser)
    assert BIRTH in page
    assert TITLE in page
    assert page.index(BIRTH) > page.index('id="newest"')


async def test_the_script_gets_only_the_new_turn(browser: Browser) -> None:
    fragment = await say(browser, BIRTH)
    assert fragment.startswith('<div class="turn" id="newest"')
    assert TITLE in fragment
    assert turns_on(fragment) == 1


async def test_a_form_sent_twice_is_answered_once(browser: Browser) -> None:
    fields = await form(browser, text=BIRTH)
    first, second = await post(browser, fields, **SCRIPT), await post(browser, fields, **SCRIPT)
    assert await first.text() == await second.text()
    assert turns_on(await shown(browser)) == 2


async def test_a_page_brought_back_may_ask_something_else(browser: Browser) -> None:
    fields = await form(browser, text=BIRTH)
    await post(browser, fields)
    await post(browser, {**fields, "text": "mat can cuoc"})
    assert turns_on(await shown(browser)) == 3


async def test_a_tap_shows_the_label_of_the_button(browser: Browser) -> None:
    await post(browser, await form(browser, option="show:1.001193"))
    assert "</span>Đăng ký khai sinh</p>" in await shown(browser)


async def test_a_tap_outweighs_what_stands_in_the_box(browser: Browser) -> None:
    fields = await form(browser, option="help", label="Giúp", text=BIRTH)
    assert BIRTH not in await (await post(browser, fields, **SCRIPT)).text()


async def heard(browser: Browser, monkeypatch: pytest.MonkeyPatch, **fields: str) -> tuple[int, list[Content]]:
    """The status, and what reached the turn."""
    came: list[Content] = []
    take = Turns.take

    async def noted(turns: Turns, update: Heard) -> Turn:
        came.append(update.content)
        return await take(turns, replace(update, content=Wrote("cảm ơn")))

    sent = await form(browser, **fields)
    monkeypatch.setattr(Turns, "take", noted)
    return (await post(browser, sent, **SCRIPT)).status, came


async def test_a_place_is_heard_as_one(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    status, came = await heard(browser, monkeypatch, lat="21.853", lon="-106.761")
    assert (status, came) == (200, [Located(21.853, -106.761)])


async def test_a_place_may_be_told_by_a_tap_only_where_it_is_asked_for(browser: Browser, store: Store) -> None:
    assert "data-place" not in await shown(browser)
    [cookie] = browser.session.cookie_jar
    asked = Conversation(state=Booking(asked="commune"), memory=Memory(draft=Draft()))
    chat = Visitor(cookie.value, True).address
    store.run_now(lambda unit: unit.conversations.save(chat, unit.conversations.get(chat), asked))
    assert 'id="newest" data-turn="1" data-place' in await shown(browser)
    assert "data-place" not in await say(browser, "hủy")


@pytest.mark.parametrize(("lat", "lon"), [("91", "0"), ("0", "181"), ("nan", "0"), ("0", "inf"), ("", "0"), ("x", "y")])
async def test_what_is_no_place_is_refused_kindly(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, lat: str, lon: str
) -> None:
    assert await heard(browser, monkeypatch, lat=lat, lon=lon) == (400, [])


async def test_half_a_place_is_refused_kindly(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await heard(browser, monkeypatch, lat="21.8") == (400, [])


async def test_another_place_is_another_update(browser: Browser) -> None:
    fields = await form(browser, lat="21.853", lon="106.761")
    for lat, lon in (("21.853", "106.761"), ("21.853", "106.761"), ("20", "106.761"), ("20", "107")):
        await post(browser, {**fields, "lat": lat, "lon": lon})
    assert turns_on(await shown(browser)) == 4


async def test_a_place_goes_no_further_than_the_dialogue(browser: Browser, store: Store) -> None:
    await post(browser, await form(browser, lat="21.853", lon="106.761"), **SCRIPT)
    chats = {cookie.value for cookie in browser.session.cookie_jar}
    kept = store.run_now(lambda unit: unit.turns.latest(Visitor(chats.pop(), True).address, 9))
    assert kept[-1].heard == "(vị trí)"
    assert "21.853" not in repr(kept)


async def test_an_empty_message_is_answered_too(browser: Browser) -> None:
    assert '<div class="bot">' in await say(browser, "")


async def test_what_the_citizen_writes_is_shown_and_never_run(browser: Browser) -> None:
    fragment = await say(browser, '<b>"x"</b><script>alert(1)</script>')
    page = await shown(browser)
    for text in (fragment, page):
        assert "&lt;b&gt;&#34;x&#34;&lt;/b&gt;" in text
        assert "<script>" not in text


async def test_a_number_to_call_is_one_tap_away(browser: Browser) -> None:
    assert ' <a href="tel:114">114</a> ' in await say(browser, "chay nha roi")


async def test_a_page_to_open_is_linked_by_its_words(browser: Browser) -> None:
    assert re.search(r'<a href="https://dichvucong\.gov\.vn[^"]*">[^<]+</a>', await say(browser, "H37.27-251121-0001"))


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example", "data:text/html,x", ""])
def test_a_link_that_is_no_page_and_no_number_stays_words(link: str) -> None:
    message = Message((ShownLine("Bấm vào đây", link=link),))
    fragment = written("fragment.html", "vi", turn=Turn(1, "web:1", "", (message,)), place=False)
    assert "<p>Bấm vào đây</p>" in fragment


def test_each_kind_of_line_has_its_own_shape() -> None:
    kinds: tuple[Kind, ...] = ("title", "heading", "item", "item", "text", "warning", "note")
    assert set(kinds) == set(get_args(Kind))
    message = Message(tuple(ShownLine(str(number), kind) for number, kind in enumerate(kinds)))
    fragment = written("fragment.html", "vi", turn=Turn(1, "web:1", "", (message,)), place=False)
    shapes = ("<h2>0</h2>", "<h3>1</h3>", "<ul>", "<li>2</li>", "<li>3</li>", "</ul>", "<p>4</p>")
    boxes = ('<p class="warning"><strong>Lưu ý:</strong> 5</p>', '<p class="note">6</p>')
    assert "\n".join((*shapes, *boxes)) in fragment


@pytest.mark.parametrize("csrf", ["", "0" * 64, "ữ"])
async def test_a_form_from_elsewhere_is_refused_kindly(browser: Browser, csrf: str) -> None:
    answer = await post(browser, await form(browser, text=BIRTH, csrf=csrf))
    assert answer.status == 403
    assert "mở lại trang trò chuyện" in await answer.text()
    assert turns_on(await shown(browser)) == 1


async def test_a_form_without_the_cookie_is_refused(browser: Browser) -> None:
    fields = await form(browser, text=BIRTH)
    browser.session.cookie_jar.clear()
    assert (await post(browser, fields)).status == 403


async def test_someone_elses_form_is_refused(browser: Browser) -> None:
    theirs = await form(browser, text=BIRTH)
    browser.session.cookie_jar.clear()
    await shown(browser)
    assert (await post(browser, theirs)).status == 403


async def test_a_link_opens_a_procedure_and_reloading_does_not_ask_again(browser: Browser) -> None:
    page = await shown(browser, "/?p=1-001193")
    assert WELCOME in page
    assert TITLE in page
    assert turns_on(await shown(browser)) == 1


async def test_a_broken_link_still_welcomes(browser: Browser) -> None:
    assert WELCOME in await shown(browser, "/?p=<script>")


async def test_only_the_last_turns_are_shown(aiohttp_client: Opens, turns: Turns, store: Store) -> None:
    browser = await aiohttp_client(application(turns, store, SECRET, a_minute=100))
    fields = await form(browser)
    for number in range(SHOWN + 1):
        await post(browser, {**fields, "text": f"câu {number}"})
    page = await shown(browser)
    assert turns_on(page) == SHOWN
    assert "câu 0<" not in page


async def test_the_page_speaks_the_language_of_the_browser(browser: Browser) -> None:
    page = await shown(browser, **{"Accept-Language": "en-GB,en;q=0.9"})
    assert '<html lang="en">' in page
    assert said("en", "welcome.title") in page


async def test_switching_the_language_redraws_the_page(browser: Browser) -> None:
    answer = await post(browser, await form(browser, option="lang:en"), **SCRIPT)
    assert (answer.status, await answer.text()) == (205, "")
    page = await shown(browser)
    assert '<html lang="en">' in page
    assert "</span>English</p>" in page


async def test_forgetting_redraws_the_page(browser: Browser) -> None:
    await say(browser, BIRTH)
    answer = await post(browser, await form(browser, text="xóa cuộc trò chuyện"), **SCRIPT)
    assert answer.status == 205
    assert BIRTH not in await shown(browser)


async def test_every_answer_carries_the_headers(browser: Browser) -> None:
    for path in ("/", "/nowhere", "/healthz", "/static/chat.css"):
        headers = (await browser.get(path)).headers
        assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
        assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")


async def test_a_redirect_carries_the_headers_too(browser: Browser) -> None:
    answer = await post(browser, await form(browser, text=BIRTH))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers


async def test_pages_are_not_kept_and_files_are_kept_for_good(browser: Browser) -> None:
    page = await browser.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    for path in re.findall(r'"(/static/[\w.]+\?v=\w{12})"', await page.text()):
        assert "immutable" in (await browser.get(path)).headers["Cache-Control"]


async def test_nothing_on_the_page_needs_a_weaker_policy(browser: Browser) -> None:
    page = await shown(browser)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)|https?://", page)


async def test_the_first_load_is_small(browser: Browser) -> None:
    """Bytes of the page and of all it loads, as they travel: packed, headers not counted."""
    async with ClientSession(auto_decompress=False) as session:

        async def travelled(path: str) -> bytes:
            async with session.get(browser.make_url(path), headers={"Accept-Encoding": "gzip, deflate, br"}) as answer:
                assert answer.headers["Content-Encoding"] in ("gzip", "deflate")
                return await answer.read()

        files = re.findall(r'"(/static/[\w.]+\?v=\w+)"', await shown(browser))
        sizes = [len(await travelled(path)) for path in ("/", *files)]
    assert len(files) == 4  # style, two scripts, icon; embed.js is for other people's pages
    assert sum(sizes) <= 12 * 1024


async def test_a_page_and_its_files_come_unpacked_to_who_asks_so(browser: Browser) -> None:
    for path in ("/", "/static/chat.css"):
        plain = await browser.get(path, headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        packed = await browser.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(await plain.read()) == len(await packed.read())  # tokens differ from page to page


async def test_no_two_pages_seal_their_forms_alike(browser: Browser) -> None:
    """What is common to packed pages must not help to guess it (BREACH); each seal opens."""
    first, second = await form(browser, text="một"), await form(browser, text="hai")
    assert first["csrf"] != second["csrf"]
    assert [(await post(browser, fields)).status for fields in (first, second)] == [303, 303]


async def test_a_page_that_fell_behind_is_drawn_anew(browser: Browser) -> None:
    """Two tabs: in one the citizen goes on, and then in the other, which has not seen that."""
    fields = {**await form(browser), "seen": "1"}
    assert (await post(browser, {**fields, "text": "một", "update": "a"}, **SCRIPT)).status == 200
    answer = await post(browser, {**fields, "text": "hai", "update": "b"}, **SCRIPT)
    assert (answer.status, await answer.text()) == (205, "")
    page = await shown(browser)
    assert [page.count(f"</span>{words}</p>") for words in ("một", "hai")] == [1, 1]
    assert (await post(browser, {**fields, "text": "ba", "update": "c", "seen": "3"}, **SCRIPT)).status == 200


async def test_a_form_without_words_moves_a_second_tab_on_too(browser: Browser) -> None:
    """It has nothing heard, and is no notice for that."""
    fields = {**await form(browser), "seen": "1"}
    assert (await post(browser, {**fields, "text": "", "update": "a"}, **SCRIPT)).status == 200
    assert (await post(browser, {**fields, "text": "hai", "update": "b"}, **SCRIPT)).status == 205


async def test_a_notice_that_is_under_way_does_not_draw_the_page_anew(browser: Browser, store: Store) -> None:
    fields = {**await form(browser, text="một"), "seen": "1"}
    [cookie] = browser.session.cookie_jar
    chat = Visitor(cookie.value, True).address
    store.run_now(lambda unit: unit.turns.notify(chat, "1", (Message((ShownLine("Bưu tá đang đến"),)),)))
    assert (await post(browser, fields, **SCRIPT)).status == 200


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 500, "\N{ARABIC-INDIC DIGIT ONE}"])
async def test_nonsense_about_what_was_seen_does_no_harm(browser: Browser, seen: str) -> None:
    assert (await post(browser, await form(browser, text="một", seen=seen), **SCRIPT)).status == 200


async def test_too_long_a_message_is_refused_kindly(browser: Browser) -> None:
    answer = await post(browser, await form(browser, text="x" * 65_536))
    assert answer.status == 413
    assert "dài quá" in await answer.text()


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=x"])
async def test_a_broken_form_is_refused_kindly(browser: Browser, kind: str) -> None:
    await shown(browser)
    answer = await browser.post("/message", data=b"a=b", headers={"Content-Type": kind})
    assert answer.status == 400
    assert "<html" in await answer.text()


async def test_an_unknown_page_leads_back_to_the_conversation(browser: Browser) -> None:
    for path in ("/nowhere", "/static/../pages.py", "/static/secret.css"):
        answer = await browser.get(path)
        assert answer.status == 404
        assert 'href="/">Về trang trò chuyện' in await answer.text()


async def test_an_apology_speaks_the_language_of_the_conversation(browser: Browser) -> None:
    await post(browser, await form(browser, option="lang:en"))
    assert "There is no such page" in await shown(browser, "/nowhere", **{"Accept-Language": "vi"})


async def test_a_fault_is_admitted_with_whom_to_call(aiohttp_client: Opens, store: Store, world: World) -> None:
    browser = await aiohttp_client(application(Failing(store, world, {}), store, SECRET))
    with capture_logs() as logs:
        answer = await browser.get("/")
    assert answer.status == 500
    assert 'href="tel:1900545481"' in await answer.text()
    assert [entry["error"] for entry in logs] == ["RuntimeError"]


async def test_after_a_fault_the_same_message_can_be_sent_again(
    aiohttp_client: Opens, turns: Turns, store: Store, world: World
) -> None:
    well = await aiohttp_client(application(turns, store, SECRET))
    fields = await form(well, text=BIRTH)
    ill = await aiohttp_client(application(Failing(store, world, {}), store, SECRET))
    ill.session.cookie_jar.update_cookies({cookie.key: cookie.value for cookie in well.session.cookie_jar})
    with capture_logs() as logs:
        page = await (await post(ill, fields)).text()
    assert all(f'name="{name}" value="{value}"' in page for name, value in fields.items())
    assert "Thử lại" in page
    assert BIRTH not in str(logs)


async def test_when_the_database_is_gone_there_is_still_a_kind_page(browser: Browser, store: Store) -> None:
    lose(store)
    with capture_logs():
        answer = await browser.get("/", headers={"Accept-Language": "en"})
    assert answer.status == 500
    assert "Nothing of the conversation is lost" in await answer.text()


async def test_the_script_gets_an_apology_as_plain_words(browser: Browser) -> None:
    answer = await post(browser, await form(browser, csrf="x"), **SCRIPT)
    assert answer.content_type == "text/plain"
    assert "<" not in await answer.text()


async def test_who_asks_too_fast_is_asked_to_wait(aiohttp_client: Opens, turns: Turns, store: Store) -> None:
    browser = await aiohttp_client(application(turns, store, SECRET, a_minute=2))  # one was the welcome
    fields = await form(browser)
    answers = [await post(browser, {**fields, "text": text}) for text in ("một", "hai")]
    assert [answer.status for answer in answers] == [303, 429]
    assert answers[1].headers["Retry-After"] == "10"
    assert "Thử lại" in await answers[1].text()
    browser.session.cookie_jar.clear()
    assert (await browser.get("/")).status == 200


def test_a_bucket_fills_again_and_a_full_one_is_forgotten() -> None:
    now = [0.0]
    limit = Limit(2, lambda: now[0])
    assert [limit.allows("mai") for _ in range(3)] == [True, True, False]
    now[0] = 30
    assert [limit.allows("mai") for _ in range(2)] == [True, False]
    now[0] = 100
    assert limit.allows("hoa")
    assert list(limit._buckets) == ["hoa"]


@pytest.mark.parametrize("trial", [True, False])
async def test_a_trial_says_so_and_shows_the_post_that_stands_in(
    aiohttp_client: Opens, store: Store, world: World, trial: bool
) -> None:
    of_that_kind = replace(world, post=replace(world.post, trial=trial))
    page = await shown(await aiohttp_client(application(Turns(store, of_that_kind, {}), store, SECRET)))
    assert ('<a href="/sandbox/">' in page) is trial
    assert (said("vi", "web.trial") in page) is trial


async def test_a_turn_with_nothing_heard_leaves_no_empty_bubble(browser: Browser, store: Store) -> None:
    await shown(browser)
    [cookie] = browser.session.cookie_jar
    notice = (Message((ShownLine("Bưu tá đang đến"),)),)
    store.run_now(lambda unit: unit.turns.notify(Visitor(cookie.value, True).address, "1", notice))
    newest = (await shown(browser)).split('id="newest"')[1]
    assert "Bưu tá đang đến" in newest
    assert 'class="mine"' not in newest


async def test_health_is_told(browser: Browser) -> None:
    assert await shown(browser, "/healthz") == "ok"
