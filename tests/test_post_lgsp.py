"""A province's bus, over a real socket: what differs from the national one."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from yarl import URL

from bot.sandbox.faults import CALLS, Faults
from bot.sandbox.office import Office
from bot.sandbox.tracking import tracking_number
from bot.sandbox.wire import application
from bot.services.post.gateway import PostError
from bot.services.post.hcc_bus import below
from bot.services.post.lgsp import LgspGateway
from bot.services.post.ngsp import Account
from bot.services.post.tokens import Credentials
from tests.conftest import Clock
from tests.pretend_post import HASTE, LATER, NOW, PATIENT, SLOW, Serves, communes, insisting, nothing_private, number
from tests.pretend_post import order as an_order

Opens = Callable[..., Awaitable[LgspGateway]]


class Pool:
    """Tracking numbers given beforehand; an order keeps the one it got."""

    def __init__(self, size: int) -> None:
        self.free = [tracking_number("HC", serial) for serial in range(size, 0, -1)]
        self.taken: dict[str, str] = {}

    async def take(self, order_number: str) -> str:
        if order_number not in self.taken:
            if not self.free:
                raise LookupError
            self.taken[order_number] = self.free.pop()
        return self.taken[order_number]


@pytest.fixture
def office() -> Office:
    return Office.opened(wall=Clock(NOW).now)


@pytest.fixture
def pool() -> Pool:
    return Pool(100)


@pytest.fixture
async def session() -> Any:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def base(office: Office, aiohttp_server: Serves) -> URL:
    server = await aiohttp_server(application(office, slow=SLOW))
    url: URL = server.make_url("/lgsp")
    return url


@pytest.fixture
def gateway(base: URL, pool: Pool, session: ClientSession) -> LgspGateway:
    return gateway_to(base, pool, session, PATIENT)


@pytest.fixture
def hasty(base: URL, pool: Pool, session: ClientSession) -> LgspGateway:
    return gateway_to(base, pool, session, HASTE)


def gateway_to(base: URL, pool: Pool, session: ClientSession, patience: ClientTimeout) -> LgspGateway:
    credentials = Credentials(base / "token", "sandbox", "sandbox")
    return LgspGateway(session, Account(below(str(base)), credentials, "SANDBOX"), communes(), pool.take, patience)


async def test_an_order_brings_its_tracking_number(gateway: LgspGateway, office: Office) -> None:
    receipt = await gateway.place(an_order(), again=False)
    assert receipt.item == "HC000000014VN" == office.parcels()[0].item
    assert office.parcels()[0].wire == "lgsp"


async def test_asked_again_it_is_the_same_number_and_already_sent_is_sent(
    gateway: LgspGateway, office: Office, pool: Pool
) -> None:
    receipts = [await gateway.place(an_order(), again=again) for again in (False, True)]
    assert receipts[0] == receipts[1]
    assert len(pool.taken) == 1
    assert office.tally()[number(1)].received == 2
    assert office.tally()[number(1)].became == 1


async def test_without_a_number_left_the_order_waits(
    gateway: LgspGateway, office: Office, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    pool.free.clear()
    with nothing_private(caplog) as raised:
        with pytest.raises(PostError) as failed:
            await gateway.place(an_order(), again=False)
        raised.append(failed.value)
    assert failed.value.retryable
    assert office.parcel(number(1)) is None
    pool.free.append("HC000000990VN")
    await gateway.place(an_order(), again=False)
    assert office.parcel(number(1))


@pytest.mark.parametrize("fault", CALLS)
async def test_after_every_fault_there_is_one_order_with_one_number(
    hasty: LgspGateway, office: Office, pool: Pool, fault: Any
) -> None:
    office.faults.switch(fault, 0.5)
    for count in range(8):
        order = an_order(count)
        await insisting(lambda order=order: hasty.place(order, again=True))
    assert [parcel.item for parcel in office.parcels()] == [pool.taken[parcel.number] for parcel in office.parcels()]
    assert sorted(parcel.number for parcel in office.parcels()) == [number(count) for count in range(8)]


async def test_its_feed_tells_of_its_own_orders(hasty: LgspGateway, office: Office) -> None:
    office.faults.rates = Faults.spread(0.3).rates
    await insisting(lambda: hasty.place(an_order(), again=True))
    office.advance(timedelta(days=30))
    batch, _ = await insisting(lambda: hasty.news("", ()))
    assert {news.status for news in batch.news} >= {"accepted", "collected", "handed_over", "delivered"}
    assert {news.item for news in batch.news} == {"HC000000014VN"}


async def test_it_is_moved_and_cancelled_by_its_number(gateway: LgspGateway, office: Office) -> None:
    receipt = await gateway.place(an_order(), again=False)
    await gateway.move(an_order(), receipt.item, LATER)
    assert office.parcels()[0].visit == LATER
    await gateway.cancel(an_order(), receipt.item)
    assert office.parcels()[0].status == "cancelled"


async def test_the_token_goes_in_a_header_of_its_own(aiohttp_server: Serves, session: ClientSession) -> None:
    seen: list[web.Request] = []

    async def post(request: web.Request) -> web.Response:
        seen.append(request)
        sent = await request.json()
        assert sent["FlagConfig"] == 2
        return web.json_response({"Status": "101", "Message": "Đã gửi"})

    async def token(_: web.Request) -> web.Response:
        return web.json_response({"access_token": "t", "expires_in": 60})

    app = web.Application()
    app.add_routes([web.post("/order/post", post), web.post("/token", token)])
    server = await aiohttp_server(app)
    account = Account(below(str(server.make_url("/"))), Credentials(server.make_url("/token"), "k", "s"), "X")
    await LgspGateway(session, account, communes(), Pool(1).take, PATIENT).place(an_order(), again=False)
    assert seen[0].headers["access_token"] == "t"
    assert "Authorization" not in seen[0].headers
