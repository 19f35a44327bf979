"""How many new chats one network may open: a cookie thrown away is no way around the limits."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, make_mocked_request

from bot.dialogue.world import World
from bot.handlers import limit as web_limit
from bot.handlers.limit import Limit
from bot.handlers.web import client as web_client
from bot.handlers.web.application import application
from bot.handlers.web.client import Newcomers, network_of, said_of
from bot.handlers.web.pages import said
from bot.handlers.web.visitor import COOKIE, new_id
from bot.storage.store import Store
from bot.turn import Turns

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]
HERE, THERE = "203.0.113.7", "203.0.113.8"
A_MINUTE = 3


@pytest.fixture
async def browser(aiohttp_client: Opens, local_store: Store, world: World, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Behind a proxy; few newcomers are welcome, and time stands still."""
    monkeypatch.setattr(web_client, "Limit", lambda _: Limit(A_MINUTE, lambda: 0.0))
    turns = Turns(local_store, world, {})
    return await aiohttp_client(
        application(turns, local_store, b"s" * 32, base="https://a.vn", embed_on=["https://b.vn"])
    )


async def opens(browser: Browser, network: str, cookie: str = "", path: str = "/") -> ClientResponse:
    browser.session.cookie_jar.clear()
    headers = {"X-Forwarded-For": network, "Cookie": f"{COOKIE}={cookie}", "Sec-Fetch-Dest": "iframe"}
    return await browser.get(path, headers=headers, allow_redirects=False)


async def test_newcomers_of_one_network_are_welcome_until_they_are_too_many(browser: Browser) -> None:
    answers = [await opens(browser, HERE) for _ in range(A_MINUTE + 1)]
    assert [answer.status for answer in answers] == [200] * A_MINUTE + [429]
    assert answers[-1].headers["Retry-After"] == "10"
    assert "Set-Cookie" not in answers[-1].headers
    page = await answers[-1].text()
    assert said("vi", "web.error_crowd") in page
    assert (await opens(browser, THERE)).status == 200


async def test_who_is_in_a_conversation_goes_on(browser: Browser) -> None:
    first = await opens(browser, HERE)
    mine = first.cookies[COOKIE].value
    for _ in range(A_MINUTE):
        await opens(browser, HERE)
    assert (await opens(browser, HERE)).status == 429
    assert (await opens(browser, HERE, mine)).status == 200
    assert (await opens(browser, HERE, mine, "/?p=th_1-001193")).status == 303


@pytest.mark.parametrize("path", ["/", "/?p=th_1-001193", "/embed/", "/embed/?p=th_1-001193"])
async def test_a_made_up_cookie_makes_nobody_known(browser: Browser, local_store: Store, path: str) -> None:
    statuses = [(await opens(browser, HERE, new_id(), path)).status for _ in range(A_MINUTE + 1)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]
    assert local_store.run_now(lambda unit: unit.turns.newest()) == A_MINUTE


async def test_the_way_on_leads_where_one_wanted_to_go(browser: Browser) -> None:
    for _ in range(A_MINUTE):
        await opens(browser, HERE)
    page = await (await opens(browser, HERE, path="/?p=th_1-001193")).text()
    assert 'href="/?p=th_1-001193"' in page


async def test_what_the_visitor_writes_before_the_proxys_word_counts_for_nothing(browser: Browser) -> None:
    answers = [await opens(browser, f"198.51.100.{number}, {HERE}") for number in range(A_MINUTE + 1)]
    assert answers[-1].status == 429


def test_without_a_proxy_only_the_connection_counts() -> None:
    class Transport:
        @staticmethod
        def get_extra_info(name: str, default: object = None) -> object:
            return (HERE, 1) if name == "peername" else default

    request = make_mocked_request("GET", "/", {"X-Forwarded-For": THERE}, transport=Transport())
    assert said_of(request, proxied=False) == HERE
    assert said_of(request, proxied=True) == THERE


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (HERE, HERE),
        (f"::ffff:{HERE}", HERE),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("127.0.0.1", None),
        ("::1", None),
        ("", None),
        ("unknown", None),
        ("203.0.113.7:443", None),
        ("9" * 9999, None),
    ],
)
def test_a_network_is_an_address_or_what_one_subscriber_has_of_them(address: str, network: str | None) -> None:
    assert network_of(address) == network


def test_whom_nobody_can_tell_apart_nobody_is_turned_away_for() -> None:
    newcomers = Newcomers(proxied=True, a_minute=1)
    for _ in range(3):
        newcomers.admit(make_mocked_request("GET", "/"))


def test_however_many_come_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_limit, "MOST", 10)
    limit = Limit(1, lambda: 0.0)
    assert all(limit.allows(str(number)) for number in range(100))
    assert list(limit._buckets) == [str(number) for number in range(90, 100)]
    assert not limit.allows("99")
