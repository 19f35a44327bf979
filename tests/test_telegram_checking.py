"""What doctor says of Telegram, asked over real sockets: each fault an IT clerk may make, and what to do about it."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from pytest_aiohttp import AiohttpServer

from bot.handlers.telegram.building import build
from bot.handlers.telegram.checking import HINTS, Line, check, clocks
from bot.handlers.telegram.intake import Intake
from bot.handlers.telegram.setup import Hook, Hooking
from bot.handlers.telegram.troubles import Troubles
from bot.handlers.telegram.webhook import PATH, TelegramWebhook
from tests.fake_telegram import TOKEN
from tests.telegram_told import ToldTelegram

HOOK = Hook.at("https://127.0.0.1", "a-secret_of_ours")  # where nobody listens
Ask = Callable[..., Awaitable[list[Line]]]


@pytest.fixture
def api() -> ToldTelegram:
    return ToldTelegram()


@pytest.fixture
async def address(api: ToldTelegram, aiohttp_server: AiohttpServer) -> str:
    return str((await aiohttp_server(api.application())).make_url("/"))


@pytest.fixture
async def ours(aiohttp_server: AiohttpServer) -> Hook:
    """Our own address. Only here it is spoken to without TLS."""
    app = web.Application()

    async def keep(updates: object) -> None:
        raise AssertionError("kept")

    app.router.add_post(PATH, TelegramWebhook(HOOK.secret, Intake(keep)).take)
    server = await aiohttp_server(app)
    return Hook.at(str(server.make_url("")), HOOK.secret)


async def hooked(address: str, hook: Hook = HOOK) -> list[Line]:
    return await check(
        TOKEN, address, "webhook", hook.url.removesuffix(HOOK.url[len("https://127.0.0.1") :]), hook.secret
    )


def bad(lines: list[Line]) -> list[str]:
    return [line for ok, line in lines if not ok]


async def registered(api: ToldTelegram, address: str, hook: Hook = HOOK) -> None:
    async with build(TOKEN, address) as bot:
        await Hooking(bot, hook, Troubles()).look()


async def test_all_well_while_polling(api: ToldTelegram, address: str) -> None:
    lines = await check(TOKEN, address)
    assert bad(lines) == []
    assert "@noidai_bot" in lines[1][1]
    assert any("polling" in line for _, line in lines)
    assert not api.told.set, "it changes nothing"


async def test_all_well_with_a_webhook(api: ToldTelegram, address: str, ours: Hook) -> None:
    api.told.webhook |= {"url": ours.url, "max_connections": 40, "allowed_updates": allowed()}
    lines = await hooked(address, ours)
    assert [line for line in bad(lines) if "calls only the ports" not in line] == []  # the port is that of the test
    assert any("refuses who does not know the secret" in line for ok, line in lines if ok)
    assert not api.told.set


def allowed() -> list[str]:
    return ["inline_query", "message", "edited_message", "callback_query", "my_chat_member"]


async def test_where_telegram_is_not_reached_it_is_said_that_it_may_be_blocked() -> None:
    (line,) = await check(TOKEN, f"http://127.0.0.1:{unused_port()}")
    assert not line[0]
    assert "2312/CVT-CS" in line[1]
    assert "HTTPS_PROXY" in line[1]
    assert TOKEN not in line[1]


async def test_a_wrong_token(address: str) -> None:
    lines = await check("9:wrong-token", address)
    (line,) = bad(lines)
    assert "NOIDAI_TELEGRAM_TOKEN" in line
    assert "wrong-token" not in repr(lines)


async def test_something_that_is_not_telegram(aiohttp_server: AiohttpServer) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<html>đăng nhập wifi</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    (line,) = bad(await check(TOKEN, str((await aiohttp_server(app)).make_url("/"))))
    assert "not as the Bot API should" in line


@pytest.mark.parametrize(("seconds", "said"), [(31, "ahead of"), (-31, "behind"), (3600, "3600 s ahead of")])
def test_a_clock_that_is_wrong(seconds: int, said: str) -> None:
    line = clocks("Sat, 21 Nov 2026 09:00:00 GMT", datetime(2026, 11, 21, 9, tzinfo=UTC) + timedelta(seconds=seconds))
    assert line is not None
    assert not line[0]
    assert said in line[1]
    assert "ntp" in line[1]


@pytest.mark.parametrize("seconds", [-29, 0, 29])
def test_a_clock_that_is_right_enough(seconds: int) -> None:
    at = datetime(2026, 11, 21, 9, tzinfo=UTC) + timedelta(seconds=seconds)
    assert clocks("Sat, 21 Nov 2026 09:00:00 GMT", at) == (True, "telegram: the clock is the same as Telegram's")


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sat, 99 Nov 2026 09:00:00 GMT"])
def test_a_server_that_does_not_tell_the_time(date: str | None) -> None:
    assert clocks(date, datetime(2026, 11, 21, 9, tzinfo=UTC)) is None


async def test_the_clock_is_compared_with_the_servers(address: str) -> None:
    lines = await check(TOKEN, address, at=lambda: datetime.now(UTC) + timedelta(hours=7))
    assert [line for line in bad(lines) if "ahead of" in line]


async def test_a_bot_that_reads_all_its_groups(api: ToldTelegram, address: str) -> None:
    api.told.me |= {"can_read_all_group_messages": True}
    (line,) = bad(await check(TOKEN, address))
    assert "/setprivacy" in line


async def test_inline_mode_is_told(api: ToldTelegram, address: str) -> None:
    assert any("/setinline" in line for _, line in await check(TOKEN, address))
    api.told.me |= {"supports_inline_queries": True}
    assert any("inline mode is on" in line for _, line in await check(TOKEN, address))


async def test_a_webhook_in_the_way_of_polling(api: ToldTelegram, address: str) -> None:
    api.told.webhook["url"] = "https://elsewhere.example/hook?secret=1"
    (line,) = bad(await check(TOKEN, address))
    assert "elsewhere.example" in line
    assert "/revoke" in line
    assert "secret" not in line


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": ""}, "no webhook is set"),
        ({"url": "https://elsewhere.example/hook"}, "set at elsewhere.example and not at 127.0.0.1"),
        ({"url": "https://127.0.0.1/telegram/webhook?v=0"}, "as another start had it"),
        ({"max_connections": 3}, "as another start had it"),
        ({"pending_update_count": 101}, "101 updates wait"),
    ],
)
async def test_a_webhook_that_is_not_as_it_should_be(
    api: ToldTelegram, address: str, change: dict[str, Any], said: str
) -> None:
    await registered(api, address)
    api.told.webhook |= change
    lines = bad(await hooked(address))
    assert [line for line in lines if said in line]


async def test_without_the_secret_only_what_is_seen_is_judged(api: ToldTelegram, address: str) -> None:
    await registered(api, address)
    lines = await check(TOKEN, address, "webhook", "https://127.0.0.1")
    assert not [line for line in bad(lines) if "webhook is set" in line]
    api.told.webhook["url"] = "https://elsewhere.example/hook"
    lines = await check(TOKEN, address, "webhook", "https://127.0.0.1")
    assert [line for line in bad(lines) if "elsewhere.example" in line]


async def test_a_port_that_telegram_does_not_call(api: ToldTelegram, address: str) -> None:
    hook = Hook.at("https://127.0.0.1:9443", "a-secret_of_ours")
    await registered(api, address, hook)
    assert [line for line in bad(await hooked(address, hook)) if "calls only the ports" in line and "9443" in line]


@pytest.mark.parametrize(
    ("why", "hint"),
    [
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "fullchain.pem"),
        ("Wrong response from the webhook: 403 Forbidden", "restart the service"),
        ("Wrong response from the webhook: 404 Not Found", "/telegram/webhook"),
        ("Wrong response from the webhook: 413 Request Entity Too Large", "client_max_body_size"),
        ("Wrong response from the webhook: 502 Bad Gateway", "is it running"),
        ("Wrong response from the webhook: 503 Service Unavailable", "database"),
        ("Wrong response from the webhook: 307 Temporary Redirect", "final address"),
        ("Connection timed out", "149.154.160.0/20"),
        ("Connection refused", "open port 443"),
        ("Failed to resolve host: Name or service not known", "resolves"),
    ],
)
async def test_what_kept_telegram_from_us_and_what_to_do(api: ToldTelegram, address: str, why: str, hint: str) -> None:
    await registered(api, address)
    api.told.webhook |= {"last_error_date": int(datetime.now(UTC).timestamp()) - 60, "last_error_message": why}
    (line,) = [line for line in bad(await hooked(address)) if why in line]
    assert hint in line


async def test_an_error_of_yesterday_is_no_error(api: ToldTelegram, address: str) -> None:
    await registered(api, address)
    api.told.webhook |= {"last_error_date": int(datetime.now(UTC).timestamp()) - 86400, "last_error_message": "old"}
    assert not [line for line in bad(await hooked(address)) if "old" in line]


@pytest.mark.parametrize("status", [200, 301, 404, 413, 502, 503])
async def test_our_address_answers_otherwise_than_the_service(
    address: str, aiohttp_server: AiohttpServer, status: int
) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    hook = Hook.at(str((await aiohttp_server(app)).make_url("")), HOOK.secret)
    assert [line for line in bad(await hooked(address, hook)) if f"answers {status}" in line]


async def test_our_address_is_not_reached(address: str) -> None:
    hook = Hook.at(f"http://127.0.0.1:{unused_port()}", HOOK.secret)
    lines = bad(await hooked(address, hook))
    assert [line for line in lines if "not reached from here" in line]
    assert HOOK.secret not in repr(lines)


def test_every_line_is_one_line_and_there_is_a_hint_for_anything() -> None:
    assert HINTS[-1][0] == ""
    assert not any(re.search(r"\n|  ", hint) for _, hint in HINTS)
