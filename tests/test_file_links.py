"""Links to files for channels that cannot hand them over: sealed, for a while, for one file of one chat."""

from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.dialogue.world import World
from bot.handlers.file_links import (
    BASE,
    DAYS,
    FileLinkExpiredError,
    FileLinks,
    Linked,
    NoFileLinkError,
)
from bot.handlers.files import FileBody
from bot.handlers.web import files as web_files
from bot.handlers.web.application import application
from bot.handlers.web.pages import said
from bot.storage.store import Store
from bot.storage.vault import Vault, WrongKeyError
from bot.texts.message import ShownFile
from bot.turn import Turns
from tests.conftest import Clock

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]

KEY = b"k" * 32
PDF = b"%PDF-1.7 \xff\x00"
SLIP = ShownFile("slip/ND261122-4F7KQ2", "Phiếu gửi hồ sơ (PDF)")
OWNER = "zalo:2468458835296197922"


@dataclass
class Drawer:
    """Holds one slip, for one chat."""

    ref: str = SLIP.ref
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def read(self, ref: str, chat: str) -> FileBody | None:
        self.asked.append((ref, chat))
        return FileBody("phieu.pdf", "application/pdf", PDF) if (ref, chat) == (self.ref, OWNER) else None


@pytest.fixture
def links(clock: Clock) -> FileLinks:
    return FileLinks(KEY, "https://thutuc.example.gov.vn/", clock.now)


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
async def browser(aiohttp_client: Opens, local_store: Store, world: World, drawer: Drawer, links: FileLinks) -> Browser:
    """Without a cookie: whoever opens the link has never been here."""
    app = application(Turns(local_store, world, {}), local_store, b"s" * 32, files=drawer, file_links=links)
    return await aiohttp_client(app)


def path(links: FileLinks, file: ShownFile = SLIP, address: str = OWNER) -> str:
    link = links.of(file, address)
    assert link is not None
    return link.removeprefix("https://thutuc.example.gov.vn")


def test_a_link_can_be_sent_in_a_message(links: FileLinks) -> None:
    link = links.of(SLIP, OWNER)
    assert link is not None
    assert link.startswith(f"https://thutuc.example.gov.vn{BASE}")
    assert len(link) < 250
    assert links.opened(link.rpartition("/")[2]) == Linked(SLIP.ref, OWNER)


def test_a_link_says_nothing_of_what_it_is_for(links: FileLinks) -> None:
    token = path(links).rpartition("/")[2]
    assert b"ND261122" not in urlsafe_b64decode(token + "==")
    assert token != path(links).rpartition("/")[2]  # nor that two of them are for the same


def test_without_a_public_address_there_are_no_links(clock: Clock) -> None:
    assert FileLinks(KEY, None, clock.now).of(SLIP, OWNER) is None


def test_it_opens_for_a_week_and_not_a_moment_longer(links: FileLinks, clock: Clock) -> None:
    token = path(links).rpartition("/")[2]
    clock.passes(timedelta(days=DAYS) - timedelta(seconds=1))
    assert links.opened(token).ref == SLIP.ref
    clock.passes(timedelta(seconds=1))
    with pytest.raises(FileLinkExpiredError):
        links.opened(token)


def test_every_letter_of_it_counts(links: FileLinks) -> None:
    token = path(links).rpartition("/")[2]
    for place in range(len(token) - 1):  # the last one may hold bits that say nothing
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(NoFileLinkError):
            links.opened(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-4],
        lambda token: token + "A" * 4,
        lambda token: token[:50] + "." + token[50:],
        lambda token: token + "=",
        lambda _: "",
        lambda _: "A" * 5000,
        lambda _: "ữ" * 60,
        lambda _: "\udcff" * 60,
    ],
)
def test_what_was_torn_or_lengthened_does_not_open(links: FileLinks, change: Callable[[str], str]) -> None:
    with pytest.raises(NoFileLinkError):
        links.opened(change(path(links).rpartition("/")[2]))


def test_another_key_and_another_purpose_of_ours_do_not_open_it(links: FileLinks, clock: Clock) -> None:
    token = path(links).rpartition("/")[2]
    with pytest.raises(NoFileLinkError):
        FileLinks(b"o" * 32, "https://a.vn", clock.now).opened(token)
    with pytest.raises(WrongKeyError):
        Vault(KEY).open("turn.heard", urlsafe_b64decode(token + "=="))


async def test_who_has_the_link_has_the_file(browser: Browser, links: FileLinks) -> None:
    answer = await browser.get(path(links))
    assert (answer.status, await answer.read()) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


async def test_it_is_bound_to_the_chat_it_was_made_for(browser: Browser, links: FileLinks, drawer: Drawer) -> None:
    answer = await browser.get(path(links, address="zalo:1"))
    assert answer.status == 404
    assert drawer.asked == [(SLIP.ref, "zalo:1")]  # the order is not theirs


async def test_after_its_time_it_says_so_in_plain_words(browser: Browser, links: FileLinks, clock: Clock) -> None:
    there = path(links)
    clock.passes(timedelta(days=8))
    answer = await browser.get(there)
    assert answer.status == 410
    page = await answer.text()
    assert said("vi", "web.error_410") in page
    assert 'href="/">' in page


@pytest.mark.parametrize("token", ["x", "A" * 150, "..%2f..%2fdata.key"])
async def test_what_is_no_link_of_ours_says_so(browser: Browser, drawer: Drawer, token: str) -> None:
    answer = await browser.get(BASE + token, headers={"Accept-Language": "en"})
    assert answer.status == 404
    assert said("en", "web.error_link") in await answer.text()
    assert drawer.asked == []


async def test_a_file_that_is_no_more_says_so(browser: Browser, links: FileLinks, drawer: Drawer) -> None:
    drawer.ref = "slip/deleted"
    answer = await browser.get(path(links))
    assert answer.status == 404
    assert said("vi", "web.error_link") in await answer.text()


async def test_who_fetches_too_fast_is_asked_to_wait(browser: Browser, links: FileLinks) -> None:
    """Whichever of the chat's links it is."""
    answers = [await browser.get(path(links)) for _ in range(web_files.A_MINUTE + 1)]
    assert [answer.status for answer in answers] == [200] * web_files.A_MINUTE + [429]
    assert answers[-1].headers["Retry-After"] == "10"


async def test_where_no_links_are_given_none_opens(
    aiohttp_client: Opens, local_store: Store, world: World, links: FileLinks
) -> None:
    browser = await aiohttp_client(application(Turns(local_store, world, {}), local_store, b"s" * 32, files=Drawer()))
    assert (await browser.get(path(links))).status == 404
