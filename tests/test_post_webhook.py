"""What MyVNPost tells unasked: only what is signed is taken, and what cannot be believed is asked for."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.pickup.order import Visit
from bot.pickup.progress import News
from bot.sandbox.faults import Faults
from bot.sandbox.hook_myvnpost import Hook, new_key, sign
from bot.sandbox.office import Office
from bot.sandbox.parcel import Asked
from bot.sandbox.postman import VIETNAM
from bot.services.post.webhook import (
    LONGEST,
    MOST_ITEMS,
    BadSignatureError,
    MalformedError,
    TooLargeError,
    WebhookError,
    verified_call,
    verified_news,
)

Serves = Callable[[web.Application], Awaitable[TestServer]]

NUMBER, OTHER = "ND261122-4F7KQ2", "ND261122-9GWXYZ"
NOW = datetime(2026, 11, 23, 9, tzinfo=VIETNAM)
SENT = "25/11/2026 08:15:00"
KEY = new_key()
STATUS_OF = {BadSignatureError: 401, TooLargeError: 413, MalformedError: 400}


def pem(key: Any) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()  # type: ignore[no-any-return]


PUBLIC = pem(KEY)


def an_item(status: object = 4, number: str = NUMBER, item: str = "ND000000016VN", **more: Any) -> dict[str, Any]:
    return {"itemCode": item, "saleOrderCode": number, "status": status, **more}


def a_call(*items: dict[str, Any], sent: str = SENT, **changes: Any) -> bytes:
    """As the post would send it, then changed."""
    signed = {"data": list(items), "sendDate": sent, "signature": sign(KEY, sent, items[0])}
    return json.dumps({**signed, **changes}, ensure_ascii=False).encode()


@dataclass
class Ours:
    """Our side: an address that takes calls as it should."""

    public_key: str = PUBLIC
    told: list[News] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        try:
            self.told += verified_news(await request.read(), self.public_key)
            status = 200
        except WebhookError as error:
            status = STATUS_OF[type(error)]
        self.answered.append(status)
        return web.Response(status=status)


@dataclass
class Sandbox:
    office: Office
    hook: Hook
    ours: Ours
    http: ClientSession

    async def tells(self) -> None:
        await self.hook.tell(self.http)


@pytest.fixture
async def sandbox(aiohttp_server: Serves) -> AsyncIterator[Sandbox]:
    ours = Ours()
    app = web.Application()
    app.router.add_post("/hook", ours.take)
    server = await aiohttp_server(app)
    office = Office.opened(wall=lambda: NOW, speed=0, faults=Faults(seed=2))
    visit = Visit(day=date(2026, 11, 25), shift="morning")
    office.take(Asked(number=NUMBER, name="A B", commune="05977", visit=visit, back=True), "myvnpost", once=False)
    hook = Hook(office, str(server.make_url("/hook")))
    ours.public_key = hook.public_key
    async with ClientSession() as http:
        yield Sandbox(office, hook, ours, http)


async def test_the_whole_way_is_told(sandbox: Sandbox) -> None:
    for _ in range(6):
        sandbox.office.advance(timedelta(minutes=1))
        sandbox.office.step(NUMBER)
        await sandbox.tells()
    assert [news.status for news in sandbox.ours.told] == [
        *("accepted", "on_the_way", "collected", "handed_over", "result_on_the_way", "delivered")
    ]
    assert set(sandbox.ours.answered) == {200}
    await sandbox.tells()
    assert len(sandbox.ours.told) == 6


async def test_calls_told_twice_or_signed_wrongly(sandbox: Sandbox) -> None:
    sandbox.office.faults = Faults({"duplicate": 0.7, "wrong_signature": 0.5}, seed=2)
    sandbox.office.finish(NUMBER)
    for _ in range(60):
        sandbox.office.advance(timedelta(seconds=1))
        await sandbox.tells()
    assert set(sandbox.ours.answered) == {200, 401}
    assert {news.status for news in sandbox.ours.told} >= {"accepted", "delivered"}
    assert len({news.key for news in sandbox.ours.told}) < len(sandbox.ours.told)


async def test_what_is_not_taken_is_told_again(sandbox: Sandbox) -> None:
    sandbox.ours.public_key = PUBLIC  # not the sandbox's
    sandbox.office.finish(NUMBER)
    await sandbox.tells()
    assert (sandbox.ours.answered, sandbox.ours.told) == ([401], [])
    sandbox.ours.public_key = sandbox.hook.public_key
    await sandbox.tells()
    assert len(sandbox.ours.told) == 6


async def test_an_address_where_nobody_is(sandbox: Sandbox) -> None:
    sandbox.hook.url = "http://127.0.0.1:1/"
    sandbox.office.finish(NUMBER)
    await sandbox.tells()
    assert sandbox.hook.told == 0


def test_a_call_of_the_post() -> None:
    (news,) = verified_news(a_call(an_item()), PUBLIC)
    assert news == News(
        order=NUMBER,
        key=f"myvnpost:{NUMBER}:4:20261125T081500",
        status="on_the_way",
        at=datetime(2026, 11, 25, 8, 15, tzinfo=VIETNAM),
        item="ND000000016VN",
        code="4",
    )
    assert verified_news(a_call(an_item("4")), PUBLIC) == [news]  # a status in quotes is signed the same


def test_the_key_as_the_post_publishes_it() -> None:
    bare = "".join(PUBLIC.splitlines()[1:-1])
    assert verified_news(a_call(an_item()), bare)
    with pytest.raises(BadSignatureError):
        verified_news(a_call(an_item()), pem(new_key()))


@pytest.mark.parametrize(
    "key",
    [
        "x",
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
    ],
)
def test_a_key_that_is_set_up_wrong_is_no_fault_of_the_call(key: str) -> None:
    with pytest.raises(ValueError, match="the webhook's key"):
        verified_news(a_call(an_item()), key)


def test_a_replay_has_the_same_key() -> None:
    first, again = a_call(an_item()), a_call(an_item())
    assert verified_news(first, PUBLIC) == verified_news(again, PUBLIC)


def test_what_is_not_signed_changes_nothing() -> None:
    """A captured call, sent again with other times and reasons: the same news, the same key."""
    changed = an_item(updatedDate="01/01/2027 00:00:00", reason="Gọi 0999 999 999", statusName="Đã giao hàng")
    assert verified_news(a_call(changed), PUBLIC) == verified_news(a_call(an_item()), PUBLIC)


@pytest.mark.parametrize(
    "changes",
    [
        {"sendDate": "25/11/2026 08:15:01"},
        {"sendDate": None},
        {"signature": None},
        {"signature": ""},
        {"signature": "không phải base64"},
        {"signature": b64encode(b"x" * 256).decode()},
        {"signature": 7},
        {"data": [an_item(14)]},
        {"data": [an_item(item="ND000000020VN")]},
        {"data": [an_item(5), an_item(6)]},
        {"data": [{"saleOrderCode": NUMBER}]},
        {"data": [an_item(True)]},
        {"data": [an_item([4])]},
    ],
)
def test_a_call_that_was_changed(changes: dict[str, Any]) -> None:
    body = a_call(an_item(6), **changes)
    with pytest.raises(BadSignatureError) as failure:
        verified_news(body, PUBLIC)
    assert NUMBER not in str(failure.value)


def test_the_text_encrypted_with_the_public_key_proves_nothing() -> None:
    """What the post's own sample is said to do: whoever knows the published key can."""
    text = f"MYVNP{SENT}ND000000016VN4".encode()
    forged = b64encode(KEY.public_key().encrypt(text, PKCS1v15())).decode()
    with pytest.raises(BadSignatureError):
        verified_news(a_call(an_item(), signature=forged), PUBLIC)


def test_only_the_first_item_is_signed() -> None:
    """The rest is asked of the gateway, which answers for itself."""
    call = verified_call(a_call(an_item(), an_item(14, OTHER), an_item(19, NUMBER), an_item(4, "DHVN00039")), PUBLIC)
    assert [(news.order, news.status) for news in call.news] == [(NUMBER, "on_the_way")]
    assert call.orders == ((NUMBER, None), (OTHER, None))


def test_the_way_home() -> None:
    (news,) = verified_news(a_call(an_item(14, NUMBER + "-KQ")), PUBLIC)
    assert (news.order, news.status) == (NUMBER, "delivered")


@pytest.mark.parametrize("status", [77, "-1", "Đã giao"])
def test_a_status_that_is_not_known(status: object) -> None:
    with capture_logs() as logs:
        assert verified_news(a_call(an_item(status, senderName="Nguyễn Thị Ánh")), PUBLIC) == []
    assert [entry["log_level"] for entry in logs] == ["warning"]
    assert "Nguyễn" not in str(logs)


def test_a_status_that_means_nothing_to_a_citizen() -> None:
    assert verified_call(a_call(an_item(10)), PUBLIC).news == ()
    assert verified_call(a_call(an_item(10)), PUBLIC).orders == ((NUMBER, None),)


@pytest.mark.parametrize("number", ["DHVN00039", "", "ND261122-4F7KQ2; DROP", "ND261122-4F7KQ2-KQ-KQ", NUMBER + "\n"])
def test_an_order_that_is_not_of_our_making(number: str) -> None:
    with capture_logs():
        call = verified_call(a_call(an_item(4, number)), PUBLIC)
    assert call.news == () or number.strip() == NUMBER


def test_a_time_that_cannot_be_read() -> None:
    with capture_logs() as logs:
        call = verified_call(a_call(an_item(), sent="hôm qua"), PUBLIC)
    assert (call.news, call.orders, len(logs)) == ((), ((NUMBER, None),), 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"data": []}',
        b'{"data": {}}',
        b'{"data": [3]}',
        b'{"data": "' + b"x" * 100 + b'"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_call(body: bytes) -> None:
    with pytest.raises(MalformedError):
        verified_news(body, PUBLIC)


def test_a_call_that_ends_too_early() -> None:
    whole = a_call(an_item())
    for end in range(0, len(whole), 7):
        with pytest.raises(MalformedError):
            verified_news(whole[:end], PUBLIC)


def test_a_call_that_is_too_long() -> None:
    with pytest.raises(TooLargeError):
        verified_news(b" " * (LONGEST + 1), PUBLIC)
    with pytest.raises(TooLargeError):
        verified_news(a_call(*[an_item()] * (MOST_ITEMS + 1)), PUBLIC)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.fixed_dictionaries({}, optional=dict.fromkeys(("itemCode", "saleOrderCode", "status"), JSON))
CALLS = st.fixed_dictionaries({}, optional={"data": st.lists(ITEMS | JSON), "sendDate": JSON, "signature": JSON})


@given(CALLS)
def test_no_call_gets_through_unsigned(sent: dict[str, Any]) -> None:
    with pytest.raises(WebhookError):
        verified_news(json.dumps(sent).encode(), PUBLIC)


@given(st.binary(max_size=300))
def test_no_bytes_get_through(body: bytes) -> None:
    with pytest.raises(MalformedError):
        verified_news(body, PUBLIC)
