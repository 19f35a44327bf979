"""What MyVNPost tells unasked: a signed call makes us ask the post, and nothing else in it is believed."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
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
from yarl import URL

from bot.handlers.post_webhook import PostWebhook
from bot.pickup.order import Visit
from bot.sandbox.faults import Faults
from bot.sandbox.hook_myvnpost import Hook, new_key, sign
from bot.sandbox.office import Office
from bot.sandbox.parcel import Asked
from bot.services.post.gateway import PostError
from bot.services.post.webhook import (
    LONGEST,
    MOST_ITEMS,
    BadSignatureError,
    MalformedError,
    TooLargeError,
    WebhookError,
    orders_named,
    read_key,
)
from knowledge.zone import VIETNAM

Serves = Callable[[web.Application], Awaitable[TestServer]]

NUMBER, OTHER = "ND261122-4F7KQ2", "ND261122-9GWXYZ"
NOW = datetime(2026, 11, 23, 9, tzinfo=VIETNAM)
SENT = "25/11/2026 08:15:00"
KEY = new_key()


def pem(key: Any) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()  # type: ignore[no-any-return]


PUBLIC = KEY.public_key()


def an_item(status: object = 4, number: str = NUMBER, item: str = "ND000000016VN", **more: Any) -> dict[str, Any]:
    return {"itemCode": item, "saleOrderCode": number, "status": status, **more}


def a_call(*items: dict[str, Any], sent: str = SENT, **changes: Any) -> bytes:
    """As the post would send it, then changed."""
    signed = {"data": list(items), "sendDate": sent, "signature": sign(KEY, sent, items[0])}
    return json.dumps({**signed, **changes}, ensure_ascii=False).encode()


# -- who called


def test_a_call_of_the_post() -> None:
    assert orders_named(a_call(an_item()), PUBLIC) == [NUMBER]
    assert orders_named(a_call(an_item("4")), PUBLIC) == [NUMBER]  # a status in quotes is signed the same
    with pytest.raises(BadSignatureError):
        orders_named(a_call(an_item()), new_key().public_key())


def test_the_key_as_the_post_publishes_it() -> None:
    published = pem(KEY)
    bare = "".join(published.splitlines()[1:-1])
    assert orders_named(a_call(an_item()), read_key(published)) == orders_named(a_call(an_item()), read_key(bare))


@pytest.mark.parametrize(
    "key",
    [
        "x",
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
    ],
)
def test_a_key_that_proves_little_is_not_taken(key: str) -> None:
    with pytest.raises(ValueError, match="the webhook's key"):
        read_key(key)


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
        orders_named(body, PUBLIC)
    assert NUMBER not in str(failure.value)


def test_the_text_encrypted_with_the_public_key_proves_nothing() -> None:
    """What the post's own sample is said to do: whoever knows the published key can."""
    text = f"MYVNP{SENT}ND000000016VN4".encode()
    forged = b64encode(KEY.public_key().encrypt(text, PKCS1v15())).decode()
    with pytest.raises(BadSignatureError):
        orders_named(a_call(an_item(), signature=forged), PUBLIC)


def test_a_call_says_all_that_is_signed() -> None:
    """Else what is signed could be cut elsewhere: an item "…VN1" of no status is an item "…VN" of status 1."""
    silent = {"itemCode": "ND000000016VN1", "saleOrderCode": NUMBER}
    signature = sign(KEY, SENT, {**silent, "status": ""})
    with pytest.raises(BadSignatureError):
        orders_named(a_call(an_item(), data=[silent], signature=signature), PUBLIC)


# -- what it names


def test_every_order_of_ours_is_named_once() -> None:
    items = (an_item(), an_item(14, OTHER), an_item(19, NUMBER), an_item(4, "DHVN00039"))
    assert orders_named(a_call(*items), PUBLIC) == [NUMBER, OTHER]


def test_the_way_home_is_of_the_same_order() -> None:
    assert orders_named(a_call(an_item(14, NUMBER + "-KQ")), PUBLIC) == [NUMBER]


@pytest.mark.parametrize("status", [10, 77, "-1", "Đã giao"])
def test_whatever_the_status_the_post_is_asked(status: object) -> None:
    assert orders_named(a_call(an_item(status)), PUBLIC) == [NUMBER]


@pytest.mark.parametrize(
    "number", ["DHVN00039", "", "ND261122-4F7KQ2; DROP", "ND261122-4F7KQ2-KQ-KQ", 7, None, [NUMBER]]
)
def test_an_order_that_is_not_of_our_making(number: Any) -> None:
    assert orders_named(a_call(an_item(4, number)), PUBLIC) == []


# -- what is no call


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
        orders_named(body, PUBLIC)


def test_a_call_that_ends_too_early() -> None:
    whole = a_call(an_item())
    for end in range(0, len(whole), 7):
        with pytest.raises(MalformedError):
            orders_named(whole[:end], PUBLIC)


def test_a_call_that_is_too_long() -> None:
    with pytest.raises(TooLargeError):
        orders_named(b" " * (LONGEST + 1), PUBLIC)
    with pytest.raises(TooLargeError):
        orders_named(a_call(*[an_item()] * (MOST_ITEMS + 1)), PUBLIC)


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
        orders_named(json.dumps(sent).encode(), PUBLIC)


@given(st.binary(max_size=300))
def test_no_bytes_get_through(body: bytes) -> None:
    with pytest.raises(MalformedError):
        orders_named(body, PUBLIC)


# -- the address


@dataclass
class Asking:
    """In place of the desk: notes for which orders the post would be asked."""

    looked: list[list[str]] = field(default_factory=list)
    down: bool = False

    async def look(self, orders: Sequence[str]) -> None:
        self.looked.append(list(orders))
        if self.down:
            raise PostError("nobody there", retryable=True)


@dataclass
class Address:
    """Ours, as the service has it."""

    url: URL
    asking: Asking
    http: ClientSession

    async def gets(self, body: Any) -> int:
        data = BytesIO(body) if isinstance(body, bytes) else body
        async with self.http.post(self.url, data=data) as answer:
            return answer.status


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def address(aiohttp_server: Serves, http: ClientSession) -> Address:
    asking, app = Asking(), web.Application()
    app.router.add_post("/hook", PostWebhook(PUBLIC, asking.look).take)
    server = await aiohttp_server(app)
    return Address(server.make_url("/hook"), asking, http)


async def test_of_the_orders_named_the_post_is_asked(address: Address) -> None:
    assert await address.gets(a_call(an_item(), an_item(14, OTHER))) == 200
    assert address.asking.looked == [[NUMBER, OTHER]]


async def test_what_is_not_the_posts_asks_nobody(address: Address) -> None:
    with capture_logs() as logs:
        assert await address.gets(a_call(an_item(senderName="Nguyễn Thị Ánh"), signature="x")) == 401
        assert await address.gets(a_call(an_item(senderName="Nguyễn Thị Ánh"))[:-9]) == 400
        assert await address.gets(b"") == 400
        assert await address.gets(b" " * (LONGEST + 1)) == 413
    assert address.asking.looked == []
    assert [entry["event"] for entry in logs] == ["post webhook: bad signature"]
    assert NUMBER not in str(logs)
    assert "Nguyễn" not in str(logs)


async def test_a_call_in_pieces_is_read_to_its_end(address: Address) -> None:
    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 40):
            yield body[start : start + 40]
            await asyncio.sleep(0.005)

    assert await address.gets(pieces(a_call(an_item()))) == 200
    assert address.asking.looked == [[NUMBER]]


async def test_as_long_as_a_call_may_be(address: Address) -> None:
    call = a_call(an_item())
    assert await address.gets(call + b" " * (LONGEST - len(call))) == 200
    assert await address.gets(call + b" " * (LONGEST + 1 - len(call))) == 413
    assert address.asking.looked == [[NUMBER]]


async def test_while_the_post_does_not_answer_its_call_is_taken(address: Address) -> None:
    """It would send the same for ever; our next look brings what it tells of."""
    address.asking.down = True
    with capture_logs() as logs:
        assert await address.gets(a_call(an_item())) == 200
    assert [entry["event"] for entry in logs] == ["post webhook: no news yet"]


# -- the pretend post calls


@dataclass
class Sandbox:
    office: Office
    hook: Hook
    asking: Asking
    answered: list[int]
    http: ClientSession

    async def tells(self) -> None:
        await self.hook.tell(self.http)


@pytest.fixture
async def sandbox(aiohttp_server: Serves, http: ClientSession) -> Sandbox:
    office = Office.opened(wall=lambda: NOW, speed=0, faults=Faults(seed=2))
    visit = Visit(day=date(2026, 11, 25), shift="morning")
    office.take(Asked(number=NUMBER, name="A B", commune="05977", visit=visit, back=True), "myvnpost", once=False)
    hook, asking = Hook(office, ""), Asking()
    answered: list[int] = []

    async def noted(request: web.Request) -> web.Response:
        try:
            answer = await PostWebhook(read_key(hook.public_key), asking.look).take(request)
        except web.HTTPException as refusal:
            answered.append(refusal.status)
            raise
        answered.append(answer.status)
        return answer

    app = web.Application()
    app.router.add_post("/hook", noted)
    hook.url = str((await aiohttp_server(app)).make_url("/hook"))
    return Sandbox(office, hook, asking, answered, http)


async def test_of_the_whole_way_each_step_makes_us_ask(sandbox: Sandbox) -> None:
    for _ in range(6):
        sandbox.office.advance(timedelta(minutes=1))
        sandbox.office.step(NUMBER)
        await sandbox.tells()
    await sandbox.tells()
    assert (sandbox.asking.looked, sandbox.answered) == ([[NUMBER]] * 6, [200] * 6)


async def test_calls_told_twice_or_signed_wrongly(sandbox: Sandbox) -> None:
    """What is signed wrongly asks nobody, and is told again until it is signed right."""
    sandbox.office.faults = Faults({"duplicate": 0.7, "wrong_signature": 0.5}, seed=2)
    sandbox.office.finish(NUMBER)
    for _ in range(60):
        sandbox.office.advance(timedelta(seconds=1))
        await sandbox.tells()
    assert set(sandbox.answered) == {200, 401}
    assert len(sandbox.asking.looked) == sandbox.answered.count(200) > 6


async def test_what_finds_nobody_is_told_again(sandbox: Sandbox) -> None:
    sandbox.office.finish(NUMBER)
    ours, sandbox.hook.url = sandbox.hook.url, "http://127.0.0.1:1/"
    await sandbox.tells()
    assert sandbox.asking.looked == []
    sandbox.hook.url = ours
    await sandbox.tells()
    assert sandbox.asking.looked == [[NUMBER]] * 6
