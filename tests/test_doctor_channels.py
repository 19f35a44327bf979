"""What the doctor says of a channel beside what the channel's own other side says: the settings, clock and address."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.alarms import Alarms
from bot.app_channels import ZALO_HOOK
from bot.app_doctor_channels import examined
from bot.handlers.findings import Finding, clock
from bot.handlers.zalo.signature import Signatures
from bot.handlers.zalo.surroundings import address
from bot.handlers.zalo.webhook import ZaloWebhook
from bot.inbox import Inbox
from bot.settings import Settings
from bot.storage.store import Store
from bot.turn import Turns
from tests.conftest import Clock
from tests.fake_zalo import FakeZalo

Serves = Callable[[web.Application], Awaitable[TestServer]]
NOBODY = {"zalo_api": "http://127.0.0.1:9", "zalo_oauth": "http://127.0.0.1:9"}
NINE = "Sat, 21 Nov 2026 09:00:00 GMT"


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def of_zalo(store: Store, **settings: Any) -> list[Finding]:
    all_of = Settings(_env_file=None, zalo_app_id="12", **{"zalo_app_secret": "geheim", **settings})
    return [
        finding
        async for name, check in examined(all_of, store, lambda what: what)
        if name == "zalo"
        for finding in await check()
    ]


@pytest.mark.parametrize(
    ("apart", "well", "words"),
    [
        (0, True, "the same as Zalo's"),
        (30, True, "the same as Zalo's"),
        (31, False, "31 s ahead of Zalo's"),
        (-9000, False, "9000 s behind Zalo's. Let it be set"),
    ],
)
def test_clocks_are_compared(apart: int, well: bool, words: str) -> None:
    found = clock("zalo", "Zalo", NINE, datetime(2026, 11, 21, 9, tzinfo=UTC) + timedelta(seconds=apart))
    assert found is not None
    assert found[0] is well
    assert words in found[1]


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_an_answer_without_a_time_says_nothing_of_clocks(date: str | None) -> None:
    assert clock("zalo", "Zalo", date, datetime(2026, 11, 21, 9, tzinfo=UTC)) is None


async def test_with_zalo_alone_a_wrong_clock_is_told(aiohttp_server: Serves, local_store: Store, clock: Clock) -> None:
    server = await aiohttp_server(FakeZalo().application())  # which knows what time it is
    there = {"zalo_api": str(server.make_url("/")), "zalo_oauth": str(server.make_url("/"))}
    clock.moment = datetime.now(UTC) - timedelta(hours=3)
    assert [well for well, line in await of_zalo(local_store, **there) if "behind Zalo's" in line] == [False]
    clock.moment = datetime.now(UTC)
    assert [well for well, line in await of_zalo(local_store, **there) if "the clock" in line] == [True]


async def test_settings_with_which_the_service_does_not_start_are_told(local_store: Store) -> None:
    """And the account is not asked for more."""
    told = await of_zalo(local_store, zalo_signed_with="oa", **NOBODY)
    assert [line for well, line in told if not well] == [
        "zalo: NOIDAI_ZALO_SIGNED_WITH=oa needs NOIDAI_ZALO_OA_SECRET; until then the service does not start"
    ]


async def test_templates_that_cannot_be_used_are_told(local_store: Store, tmp_path: Any) -> None:
    (tmp_path / "t.yaml").write_text("notice.collectd: {template: '1'}\n")
    told = await of_zalo(local_store, zalo_templates=tmp_path / "t.yaml", **NOBODY)
    [line] = [line for well, line in told if not well]
    assert "there is no such notice" in line


async def test_our_own_address_is_called_as_a_stranger_would(
    aiohttp_server: Serves, local_store: Store, clock: Clock, session: ClientSession
) -> None:
    signatures = Signatures.of("12", "geheim")
    webhook = ZaloWebhook(
        Inbox(Turns(local_store, None, {}), {}),  # type: ignore[arg-type]
        signatures,
        Alarms(local_store, clock.now),
        clock.now,
    )
    app = web.Application()
    app.router.add_post(ZALO_HOOK, webhook.take)
    server = await aiohttp_server(app)
    well, line = await address(session, server.make_url(ZALO_HOOK))
    assert well, line
    assert local_store.run_now(lambda unit: (unit.inbox.count(), unit.alarms.all())) == (0, {})
    assert (True, line) in await of_zalo(local_store, public_url=str(server.make_url("/")), **NOBODY)


@pytest.mark.parametrize(
    ("status", "body", "hint"),
    [
        (200, "<html>Welcome to nginx!", "somebody else answers there"),
        (301, "", "NOIDAI_PUBLIC_URL must be the final address"),
        (403, "", "keeps strangers out"),
        (404, "", "does not pass it on"),
        (413, "", "client_max_body_size"),
        (502, "", "is it running"),
    ],
)
async def test_what_answers_in_our_place_is_told_with_what_to_do(
    aiohttp_server: Serves, session: ClientSession, status: int, body: str, hint: str
) -> None:
    async def other(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers={"Location": "https://elsewhere.example/"})

    app = web.Application()
    app.router.add_post(ZALO_HOOK, other)
    well, line = await address(session, (await aiohttp_server(app)).make_url(ZALO_HOOK))
    assert not well
    assert str(status) in line
    assert hint in line


async def test_an_address_that_is_not_there_is_told(session: ClientSession, unused_tcp_port: int) -> None:
    well, line = await address(session, URL(f"http://127.0.0.1:{unused_tcp_port}{ZALO_HOOK}"))
    assert not well
    assert "is not reached from here (ClientConnectorError)" in line


async def test_without_a_public_address_none_is_tried(local_store: Store) -> None:
    untried = "zalo: where it calls us is not tried (NOIDAI_PUBLIC_URL is empty)"
    assert (True, untried) in await of_zalo(local_store, **NOBODY)
