"""The national bus, over a real socket: against the sandbox with its faults, and against answers nobody should give."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from structlog.testing import capture_logs
from yarl import URL

from bot.pickup.progress import News
from bot.sandbox.faults import CALLS, Fault, Faults
from bot.sandbox.office import Office
from bot.sandbox.wire import application
from bot.sandbox.wire_tokens import Key
from bot.services.post import hcc_bus
from bot.services.post.gateway import PostError
from bot.services.post.hcc import order_fields
from bot.services.post.hcc_bus import below
from bot.services.post.http import Http, UnauthorisedError
from bot.services.post.ngsp import Account, NgspGateway
from bot.services.post.statuses import load_codes
from bot.services.post.tokens import Credentials, Tokens
from tests.conftest import Clock
from tests.pretend_post import (
    HASTE,
    LATER,
    NAME,
    NOW,
    PATIENT,
    SECRET,
    SLOW,
    VISIT,
    Serves,
    communes,
    insisting,
    nothing_private,
    number,
)
from tests.pretend_post import order as an_order

NO_TIME = timedelta(0)


@dataclass
class Post:
    office: Office
    clock: Clock
    gateway: NgspGateway
    hasty: NgspGateway  # to the same post


@pytest.fixture
def moment() -> Clock:
    return Clock(NOW)


@pytest.fixture
async def session() -> Any:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def post(aiohttp_server: Serves, session: ClientSession, moment: Clock) -> Post:
    office = Office.opened(wall=moment.now)
    server = await aiohttp_server(application(office, slow=SLOW))
    base = server.make_url("/ngsp")
    return Post(office, moment, gateway_to(base, session), gateway_to(base, session, patience=HASTE))


def gateway_to(
    base: URL,
    session: ClientSession,
    key: Key = Key(),  # noqa: B008  # frozen
    patience: ClientTimeout = PATIENT,
) -> NgspGateway:
    urls = below(str(base / "apiVNPostNGSP/p1.0"))
    account = Account(urls, Credentials(base / "token", key.key, key.secret), key.customer)
    return NgspGateway(session, account, communes(), patience)


async def told(gateway: NgspGateway, cursor: str = "") -> tuple[list[News], str]:
    """All there is since a cursor."""
    news: list[News] = []
    while True:
        batch, _ = await insisting(lambda since=cursor: gateway.news(since, ()))
        news += batch.news
        cursor = batch.cursor
        if not batch.more:
            return news, cursor


# -- ordering


async def test_an_order_arrives_with_its_visit_and_the_way_back(post: Post) -> None:
    receipt = await post.gateway.place(an_order(), again=False)
    parcel = post.office.parcel(number(1))
    assert parcel
    assert receipt.item is None
    assert (parcel.visit, parcel.back, parcel.name) == (VISIT, True, "N. T. T. M.")
    assert parcel.commune == "phường Đông Kinh, tỉnh Lạng Sơn"


async def test_without_a_wish_for_it_the_result_stays_at_the_desk(post: Post) -> None:
    await post.gateway.place(an_order(back=None), again=False)
    parcel = post.office.parcel(number(1))
    assert parcel
    assert not parcel.back


@pytest.mark.parametrize("fault", CALLS)
async def test_after_every_fault_there_is_one_order(post: Post, fault: Fault) -> None:
    orders = [an_order(count) for count in range(12)]
    post.office.faults.switch(fault, 0.5)
    results = [await insisting(lambda order=order: post.hasty.place(order, again=True)) for order in orders]
    tally = post.office.tally()
    assert [tally[order.number].became for order in orders] == [1] * 12
    if fault != "token_expired":  # mended within the call, unless it strikes twice
        assert sum(failures for _, failures in results) > 0
    if fault in ("slow", "cut_after", "error_after", "malformed", "html"):
        assert sum(one.received for one in tally.values()) > 12  # so they had arrived, and came again


async def test_a_cut_after_the_order_was_taken_leaves_it_open_and_the_second_call_settles_it(post: Post) -> None:
    await post.gateway.place(an_order(1), again=False)  # so that there is a token
    post.office.faults.switch("cut_after", 1)
    with pytest.raises(PostError) as failed:
        await post.gateway.place(an_order(2), again=False)
    assert failed.value.retryable
    assert post.office.parcel(number(2))
    post.office.faults.switch("cut_after", 0)
    await post.gateway.place(an_order(2), again=True)
    assert post.office.tally()[number(2)].received == 2
    assert post.office.tally()[number(2)].became == 1


async def test_many_at_once_through_all_faults_are_each_one_order(post: Post) -> None:
    post.office.faults.rates = Faults.spread(0.3, seed=7).rates
    orders = [an_order(count) for count in range(60)]
    await asyncio.gather(*(insisting(lambda order=order: post.hasty.place(order, again=True)) for order in orders))
    assert {one.became for one in post.office.tally().values()} == {1}
    assert len(post.office.tally()) == 60


async def test_a_late_repetition_neither_moves_nor_orders_again(post: Post) -> None:
    await post.gateway.place(an_order(), again=False)
    await post.gateway.move(an_order(), None, LATER)
    post.office.advance(timedelta(days=30))
    await post.gateway.place(an_order(), again=True)
    assert post.office.tally()[number(1)].became == 1


# -- cancelling and moving


async def test_a_cancelled_order_stays_cancelled_however_often_it_is_told(post: Post) -> None:
    await post.gateway.place(an_order(), again=False)
    await post.gateway.cancel(an_order(), None)
    await post.gateway.cancel(an_order(), None)
    assert [news.status for news in (await told(post.gateway))[0]] == ["cancelled"]


async def test_an_order_that_never_arrived_is_cancelled(post: Post) -> None:
    await post.gateway.cancel(an_order(), None)
    assert post.office.parcel(number(1)) is None


async def test_with_the_postman_on_the_way_it_is_too_late_and_the_post_says_why(post: Post) -> None:
    await post.gateway.place(an_order(), again=False)
    post.office.step(number(1))
    post.office.step(number(1))
    for call in (post.gateway.cancel(an_order(), None), post.gateway.move(an_order(), None, LATER)):
        with pytest.raises(PostError) as refused:
            await call
        assert not refused.value.retryable
        assert refused.value.reason == "Bưu tá đã nhận đơn, không thay đổi được"


async def test_a_visit_is_moved_also_when_the_answer_was_lost(post: Post) -> None:
    await post.gateway.place(an_order(), again=False)
    post.office.faults.switch("cut_after", 1)
    with pytest.raises(PostError):
        await post.gateway.move(an_order(), None, LATER)
    post.office.faults.switch("cut_after", 0)
    await post.gateway.move(an_order(), None, LATER)
    parcel = post.office.parcel(number(1))
    assert parcel
    assert parcel.visit == LATER
    assert post.office.tally()[number(1)].became == 1


async def test_a_post_that_only_says_it_has_the_order_has_not_moved_it(answering: "Answering") -> None:
    answering.gives = json({"Status": "101", "Message": "Đã gửi"})
    with pytest.raises(PostError) as refused:
        await answering.gateway.move(an_order(), None, LATER)
    assert not refused.value.retryable
    assert refused.value.reason is None


# -- the feed


async def test_the_feed_tells_the_whole_way_and_goes_on_at_its_cursor(post: Post) -> None:
    await post.gateway.place(an_order(), again=False)
    assert (await told(post.gateway))[0] == []
    seen, cursor = [], ""
    for _ in range(6):
        post.office.step(number(1))
        news, cursor = await told(post.gateway, cursor)
        seen += [one.status for one in news]
    assert seen == ["accepted", "on_the_way", "collected", "handed_over", "result_on_the_way", "delivered"]
    assert (await told(post.gateway, cursor))[0] == []
    assert [one.status for one in (await told(post.gateway))[0]] == seen


async def test_a_failed_visit_is_told_with_its_reason_and_the_tracking_number(post: Post) -> None:
    post.office.script(number(1), "collection_fails")
    await post.gateway.place(an_order(), again=False)
    post.office.advance(timedelta(days=30))
    news = (await told(post.gateway))[0]
    assert [one.status for one in news][2:5] == ["collection_failed", "on_the_way", "collected"]
    assert news[2].reason == "Không liên lạc được với người gửi"
    assert news[2].code == "5"
    assert news[2].item == post.office.parcels()[0].item
    assert all(one.reason is None for one in news if one.status != "collection_failed")


async def test_pages_follow_each_other_until_there_is_no_more(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcc_bus, "A_PAGE", 4)
    for count in range(3):
        await post.gateway.place(an_order(count), again=False)
    post.office.advance(timedelta(days=30))
    first = await post.gateway.news("", ())
    assert len(first.news) == 4
    assert first.more
    assert len((await told(post.gateway))[0]) == 18


async def test_twice_told_and_out_of_order_are_the_same_news(post: Post, aiohttp_server: Serves, moment: Clock) -> None:
    faults = Faults({"duplicate": 0.5, "out_of_order": 0.5}, seed=3)
    confused = Office.opened(wall=moment.now, faults=faults)
    server = await aiohttp_server(application(confused, slow=SLOW))
    async with ClientSession() as session:
        muddled = gateway_to(server.make_url("/ngsp"), session)
        for count in range(8):
            await post.gateway.place(an_order(count), again=False)
            await muddled.place(an_order(count), again=False)
        plain: list[News] = []
        mixed: list[News] = []
        cursors = ["", ""]
        for _ in range(30):
            post.office.advance(timedelta(hours=12))
            confused.advance(timedelta(hours=12))
            news, cursors[0] = await told(post.gateway, cursors[0])
            plain += news
            news, cursors[1] = await told(muddled, cursors[1])
            mixed += news
    assert {one.key for one in mixed} == {one.key for one in plain}
    assert len(plain) == len({one.key for one in plain}) == 48
    assert len(confused.events()) > 48
    ways = [[one.status for one in mixed if one.order == number(count)] for count in range(8)]
    assert any(way.index("collected") > way.index("handed_over") for way in ways)


async def test_the_order_of_rows_does_not_move_the_cursor_back(answering: "Answering") -> None:
    answering.gives = json(page(row("2"), row("3"), row("1")))
    assert (await answering.gateway.news("", ())).cursor == oid("3")
    answering.gives = json(page())
    assert (await answering.gateway.news(oid("3"), ())).cursor == oid("3")


async def test_an_unknown_code_is_no_news_and_is_noted_without_the_citizen(answering: "Answering") -> None:
    answering.gives = json(page(row("1", StatusCode="77", Notes=NAME), row("2")))
    with capture_logs() as logs:
        batch = await answering.gateway.news("", ())
    assert [one.code for one in batch.news] == ["4"]
    assert batch.cursor == oid("2")
    assert [(log["code"], log["log_level"]) for log in logs] == [("77", "warning")]
    assert NAME not in repr(logs)


async def test_orders_of_other_systems_in_the_feed_are_passed_over(answering: "Answering") -> None:
    answering.gives = json(page(row("1", OrderNumber="H37.12-261121-0001"), row("2", OrderNumber=None)))
    batch = await answering.gateway.news("", ())
    assert not batch.news
    assert batch.cursor == oid("2")


@pytest.mark.parametrize(("code", "dossier"), [("4", "H20.05-261124-0007"), ("3", None)])
async def test_the_agencys_code_is_told_once_it_has_the_dossier(
    answering: "Answering", code: str, dossier: str | None
) -> None:
    answering.gives = json(page(row("1", StatusCode=code, Notes="Đã giao, mã hồ sơ H20.05-261124-0007")))
    assert [one.dossier for one in (await answering.gateway.news("", ())).news] == [dossier]


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-24T09:30:00+07:00",
        "2026-11-24T09:30:00",
        "2026-11-24 09:30:00",
        "24/11/2026 09:30:00",
        {"$date": 1795487400000},
        {"$date": "2026-11-24T02:30:00Z"},
        None,  # then the row's id says when
    ],
)
async def test_a_time_is_understood_however_it_is_written(answering: "Answering", time: Any) -> None:
    made = int(datetime(2026, 11, 24, 2, 30, tzinfo=UTC).timestamp())
    answering.gives = json(page({**row("1", EventTime=time), "_id": {"$oid": f"{made:08x}" + "1" * 16}}))
    (news,) = (await answering.gateway.news("", ())).news
    assert news.at == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert news.key == f"{number(1)}:4:2026-11-24T02:30:00+00:00"


@pytest.mark.parametrize("code", [4, "4", " 4 "])
async def test_a_code_is_a_number_or_a_text(answering: "Answering", code: Any) -> None:
    answering.gives = json(page(row("1", StatusCode=code)))
    assert [one.status for one in (await answering.gateway.news("", ())).news] == ["handed_over"]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"_embedded": {"rh:doc": "none"}},
        {"_embedded": {"rh:doc": [{"_id": {}}]}},
        {"_embedded": {"rh:doc": ["x"]}},
        {"_embedded": 7},
    ],
)
async def test_a_page_that_cannot_be_read_is_asked_for_again(answering: "Answering", broken: Any) -> None:
    answering.gives = json(broken)
    with pytest.raises(PostError) as failed:
        await answering.gateway.news("", ())
    assert failed.value.retryable


# -- the token


async def test_a_token_is_asked_for_once_for_many_calls(answering: "Answering") -> None:
    await asyncio.gather(*(answering.gateway.place(an_order(count), again=False) for count in range(10)))
    assert answering.tokens == 1


async def test_a_refused_token_is_renewed_once_and_the_call_goes_on(post: Post, answering: "Answering") -> None:
    answering.good = "token-2"
    await answering.gateway.place(an_order(), again=False)
    assert answering.tokens == 2
    answering.good = "none at all"
    with pytest.raises(PostError) as failed:
        await answering.gateway.place(an_order(), again=False)
    assert failed.value.retryable
    assert answering.tokens == 3


async def test_a_token_is_renewed_before_it_ends(answering: "Answering", session: ClientSession) -> None:
    seconds = [0.0]
    credentials = Credentials(answering.base / "token", "key", SECRET)
    tokens = Tokens(Http(session, PATIENT), credentials, "ngsp", now=lambda: seconds[0])

    async def which(token: str) -> dict[str, Any]:
        return {"token": token}

    assert await tokens.with_token(which) == {"token": "token-1"}
    seconds[0] = 3500.0
    assert await tokens.with_token(which) == {"token": "token-1"}
    seconds[0] = 3541.0
    assert await tokens.with_token(which) == {"token": "token-2"}


async def test_those_refused_together_ask_for_one_new_token(answering: "Answering", session: ClientSession) -> None:
    tokens = Tokens(Http(session, PATIENT), Credentials(answering.base / "token", "key", SECRET), "ngsp")

    async def which(token: str) -> dict[str, Any]:
        await asyncio.sleep(0.01)
        if token == "token-1":
            raise UnauthorisedError("no", retryable=True)
        return {"token": token}

    assert await asyncio.gather(*(tokens.with_token(which) for _ in range(5))) == [{"token": "token-2"}] * 5


async def test_wrong_credentials_are_our_fault_so_the_order_waits(post: Post, session: ClientSession) -> None:
    base = URL(str(post.gateway._tokens.credentials.url)).parent
    wrong = gateway_to(base, session, replace(Key(), secret="other"))
    with pytest.raises(PostError) as failed:
        await wrong.place(an_order(), again=False)
    assert failed.value.retryable


# -- answers


@dataclass
class Answering:
    """A post that gives whatever answer it is told to."""

    gives: Callable[[web.Request], Awaitable[web.StreamResponse]]
    good: str | None = None  # None: any token
    tokens: int = 0
    base: URL = field(default_factory=URL)
    gateway: Any = None

    async def token(self, _: web.Request) -> web.Response:
        self.tokens += 1
        return web.json_response({"access_token": f"token-{self.tokens}", "expires_in": 3600})

    async def call(self, request: web.Request) -> web.StreamResponse:
        if self.good and request.headers["Authorization"] != f"Bearer {self.good}":
            return web.json_response({}, status=401)
        return await self.gives(request)


def json(content: Any, status: int = 200) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def give(_: web.Request) -> web.Response:
        return web.json_response(content, status=status)

    return give


def text(words: str, status: int = 200) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def give(_: web.Request) -> web.Response:
        return web.Response(text=words, status=status, content_type="text/html")

    return give


async def echoing(request: web.Request) -> web.Response:
    """The worst a post can do: what it was sent and by whom, in an error."""
    content = await request.text()
    return web.Response(status=500, text=f"{content} {request.headers} {SECRET}", reason="Error")


async def echoing_json(request: web.Request) -> web.Response:
    return web.Response(text=await request.text() + "}", content_type="application/json")


def oid(last: str) -> str:
    return f"6742c0de{last:0>16}"


def row(last: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "_id": {"$oid": oid(last)},
        "CustomerCode": "X",
        "OrderNumber": number(1),
        "EventTime": f"2026-11-24T09:3{last}:00",
        "ItemCode": "ND000000015VN",
        "StatusCode": "4",
        "StatusMessage": "Hoàn thành",
    }
    return {**usual, **changes}


def page(*rows: Any) -> dict[str, Any]:
    return {"_returned": len(rows), "_size": len(rows), "_total_pages": 1, "_embedded": {"rh:doc": list(rows)}}


@pytest.fixture
async def answering(aiohttp_server: Serves, session: ClientSession) -> Answering:
    one = Answering(json({"Status": "100", "Message": ""}))
    app = web.Application()
    app.router.add_post("/token", one.token)
    app.router.add_route("*", "/{tail:.*}", one.call)
    server = await aiohttp_server(app)
    one.base = server.make_url("/")
    one.gateway = gateway_to(one.base, session, Key("key", SECRET, "X"))
    return one


@pytest.mark.parametrize(
    ("answer", "retryable", "reason"),
    [
        (json({"Status": "999", "Message": " Sai  địa chỉ\n"}), False, "Sai địa chỉ"),
        (json({"Status": "104"}), False, None),
        (json({"Status": 999, "Message": ["x"]}), False, None),
        (json({"Status": "500", "Message": "bận"}), True, None),
        (json({"fault": {"code": 900800, "message": "throttled"}}), True, None),
        (json({"Status": None}), True, None),
        (json({"Status": True}), True, None),
        (json([{"Status": "100"}]), True, None),
        (json("100"), True, None),
        (text("<html>100</html>"), True, None),
        (text(""), True, None),
        (text("[" * 100_000), True, None),
        (text('{"Status": "100"}' + " " * 9_000_000), True, None),
        (json({"Status": "100"}, status=400), False, None),
        (json({"Status": "100"}, status=422), False, None),
        (json({"Status": "100"}, status=403), True, None),
        (json({"Status": "100"}, status=404), True, None),
        (json({"Status": "100"}, status=302), True, None),
        (json({"Status": "100"}, status=429), True, None),
        (json({"Status": "100"}, status=503), True, None),
    ],
)
async def test_what_each_answer_means(answering: Answering, answer: Any, retryable: bool, reason: str | None) -> None:
    answering.gives = answer
    with pytest.raises(PostError) as failed:
        await answering.gateway.place(an_order(), again=False)
    assert (failed.value.retryable, failed.value.reason) == (retryable, reason)


@pytest.mark.parametrize("status", ["100", "101", "102", 100, " 100 "])
async def test_these_answers_mean_that_it_has_arrived(answering: Answering, status: Any) -> None:
    answering.gives = json({"Status": status, "Message": "", "Unexpected": {"field": 1}})
    await answering.gateway.place(an_order(), again=False)


async def test_with_nobody_listening_it_is_tried_again(session: ClientSession, unused_tcp_port: int) -> None:
    gateway = gateway_to(URL(f"http://127.0.0.1:{unused_tcp_port}/"), session)
    with pytest.raises(PostError) as failed:
        await gateway.place(an_order(), again=False)
    assert failed.value.retryable


# -- what must not be told


@pytest.mark.parametrize("fault", CALLS)
async def test_no_fault_brings_the_citizen_into_a_log_or_an_error(
    post: Post, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    post.office.faults.switch(fault, 1)
    with nothing_private(caplog) as raised:
        for call in (
            lambda: post.hasty.place(an_order(), again=False),
            lambda: post.hasty.cancel(an_order(), None),
        ):
            with pytest.raises(PostError) as failed:
                await call()
            raised.append(failed.value)


@pytest.mark.parametrize(
    "answer", [echoing, echoing_json, json({"Status": "9", "Message": NAME}), json({"Status": NAME}), text(NAME)]
)
async def test_what_the_post_sends_back_stays_out_of_logs_and_errors(
    answering: Answering, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answering.gives = answer
    with nothing_private(caplog) as raised:
        with pytest.raises(PostError) as failed:
            await answering.gateway.place(an_order(), again=False)
        raised.append(failed.value)
        raised.append(answering.gateway._tokens)
        raised.append(answering.gateway._bus)


# -- what is sent


def test_the_fields_are_those_of_the_wire() -> None:
    fields = order_fields(an_order(), VISIT, communes(), "X")
    assert fields["SenderProvince"] == fields["ReceiverProvince"] == 20
    assert fields["SenderDistrict"] == 0
    assert fields["SenderTel"] == "0912345678"
    assert fields["SenderDesc"] == "1 Giấy chứng sinh (bản chính)"
    assert fields["SenderAddress"].endswith("gần cây đa đầu làng, phường Đông Kinh, tỉnh Lạng Sơn")
    assert fields["Description"].startswith("Hẹn thu gom 25/11/2026 buổi sáng (8-11 giờ). Thủ tục: Đăng ký khai sinh")
    assert "người nhận: Hoàng Văn Thụ 0987654321" in fields["Description"]


def test_a_long_note_does_not_push_the_visit_out() -> None:
    fields = order_fields(an_order(note="x" * 2000), VISIT, communes(), "X")
    assert len(fields["Description"]) == 1000
    assert fields["Description"].startswith("Hẹn thu gom 25/11/2026")


def test_every_code_says_whether_it_was_seen() -> None:
    codes = load_codes()["ngsp"]
    assert [code for code, event in codes.events.items() if event.basis == "seen"] == ["4"]
    assert codes.events["4"].status == "handed_over"
    assert codes.meant("whatever") is None
