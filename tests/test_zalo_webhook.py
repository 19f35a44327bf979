"""Where Zalo calls us: what is signed is kept and answered once, the rest is answered 200 and dropped."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from yarl import URL

from bot.alarms import Alarms
from bot.channel import Happening, Update
from bot.dialogue.events import Heard, Wrote
from bot.dialogue.world import World
from bot.handlers.foreign import parsed, words_at
from bot.handlers.hooks import Keeper, Refusals
from bot.handlers.zalo.intake import update_of
from bot.handlers.zalo.signature import Signatures, Signed
from bot.handlers.zalo.webhook import LATELY, LONGEST, MANY, STALE, ZaloWebhook
from bot.inbox import Inbox
from bot.settings import SettingsError
from bot.storage.store import Store
from bot.texts.message import Message
from bot.turn import Turns
from tests.conftest import PATIENCE, Clock
from tests.zalo_calls import APP, APP_SECRET, HOA, MAI, OA, OA_SECRET, STAFF, Event, Zalo, call, headers_for, written

Serves = Callable[[web.Application], Awaitable[TestServer]]
Until = Callable[[Callable[[], object]], Awaitable[None]]

BOTH = Signatures.of(APP, APP_SECRET, OA_SECRET)

# CHANNELS §2.6: Python, openssl, Node and Zalo's own Java MacUtils agree on it
VECTOR = (
    '{"app_id":"2553928453557884079","event_name":"user_send_text","message":{"msg_id":"cb31dff1c39642cc1b83",'
    '"text":"Chào A4B"},"recipient":{"id":"3662729599332560487"},"sender":{"id":"6142494823000000000"},'
    '"timestamp":"1699003881354","user_id_by_app":"979122185046046317"}'
).encode()
VECTOR_MAC = "mac=e0b166676e600b97611af8ae8756760d216a946cf1ee812dc99aa7fc43ddf788"
VECTOR_SECRET = "demo-oa-secret"


def way(signed: Signed | None) -> tuple[str, str] | None:
    return (signed.key, signed.place) if signed else None


# -- the signature


def test_the_vector_that_four_programs_agree_on() -> None:
    signatures = Signatures.of(APP, APP_SECRET, VECTOR_SECRET)
    signed = signatures.check(VECTOR, {"X-ZEvent-Signature": VECTOR_MAC})
    assert signed is not None
    assert (way(signed), signed.at and int(signed.at.timestamp() * 1000)) == (("oa", "body"), 1699003881354)


def test_the_bytes_are_signed_not_what_they_mean() -> None:
    signatures = Signatures.of(APP, APP_SECRET, VECTOR_SECRET)
    same = json.dumps(json.loads(VECTOR)).encode()
    assert json.loads(same) == json.loads(VECTOR)
    assert signatures.check(same, {"X-ZEvent-Signature": VECTOR_MAC}) is None


@pytest.mark.parametrize(
    "given_as", [VECTOR_MAC, VECTOR_MAC.removeprefix("mac="), VECTOR_MAC.upper(), f" {VECTOR_MAC} "]
)
def test_the_header_is_read_in_every_way_it_is_said_to_come(given_as: str) -> None:
    signatures = Signatures.of(APP, APP_SECRET, VECTOR_SECRET)
    assert signatures.check(VECTOR, {"X-ZEvent-Signature": given_as})


@pytest.mark.parametrize("secret", ["oa", "app"])
@pytest.mark.parametrize("place", ["body", "header"])
def test_either_secret_and_either_place(secret: str, place: str) -> None:
    body = written(Zalo().says("xin chào"))
    own = OA_SECRET if secret == "oa" else APP_SECRET
    time = str(json.loads(body)["timestamp"]) if place == "body" else "1763715600000"
    headers = headers_for(body, time, own, in_header=place == "header")
    assert way(BOTH.check(body, headers)) == (secret, place)
    assert way(Signatures.of(APP, APP_SECRET, OA_SECRET, secret, place).check(body, headers)) == (secret, place)
    other_secret = "app" if secret == "oa" else "oa"
    other_place = "header" if place == "body" else "body"
    assert Signatures.of(APP, APP_SECRET, OA_SECRET, other_secret, place).check(body, headers) is None
    assert Signatures.of(APP, APP_SECRET, OA_SECRET, secret, other_place).check(body, headers) is None


def test_an_empty_secret_signs_nothing() -> None:
    """Whoever leaves it out in the settings must not have everybody's calls believed."""
    body = written(Zalo().says("xin chào"))
    forged = headers_for(body, str(json.loads(body)["timestamp"]), "")
    assert Signatures.of(APP, APP_SECRET).check(body, forged) is None
    with pytest.raises(SettingsError, match="NOIDAI_ZALO_OA_SECRET"):
        Signatures.of(APP, APP_SECRET, "", "oa")


@pytest.mark.parametrize(
    "signature", ["", "mac=", "mac=0", "mac=" + "0" * 64, "chữ ký", "\ud83d", "mac=mac=", "a" * 10_000, "=", "\x00"]
)
def test_what_is_no_signature_fits_nothing(signature: str) -> None:
    body = written(Zalo().says("xin chào"))
    assert BOTH.check(body, {"X-ZEvent-Signature": signature}) is None


def test_another_apps_events_are_not_ours() -> None:
    body = written(Zalo().says("xin chào"))
    assert BOTH.check(body, headers_for(body, str(json.loads(body)["timestamp"]), app="1")) is None


def test_every_character_of_it_counts() -> None:
    signatures = Signatures.of(APP, APP_SECRET, VECTOR_SECRET)
    for place in range(len("mac="), len(VECTOR_MAC)):
        other = "0" if VECTOR_MAC[place] != "0" else "1"
        changed = VECTOR_MAC[:place] + other + VECTOR_MAC[place + 1 :]
        assert signatures.check(VECTOR, {"X-ZEvent-Signature": changed}) is None
    for changed in (VECTOR_MAC[:-1], VECTOR_MAC + "0"):
        assert signatures.check(VECTOR, {"X-ZEvent-Signature": changed}) is None


def test_the_time_is_part_of_what_is_signed() -> None:
    body = written(Zalo().says("xin chào"))
    headers = headers_for(body, "1763715600000", in_header=True)
    assert BOTH.check(body, {**headers, "X-ZEvent-Timestamp": "1763719200000"}) is None


def test_the_secrets_are_not_shown() -> None:
    assert OA_SECRET not in repr(BOTH)


@given(st.binary(max_size=200), st.text(max_size=80), st.text(max_size=20))
def test_no_bytes_get_through_unsigned(body: bytes, signature: str, time: str) -> None:
    assert BOTH.check(body, {"X-ZEvent-Signature": signature, "X-ZEvent-Timestamp": time}) is None


# -- whose it is


def test_an_update_of_each_kind() -> None:
    zalo = Zalo()
    said = zalo.says("xin chào")
    update = update_of(said, written(said))
    assert update is not None
    assert (update.channel, update.chat, update.key) == ("zalo", MAI, said["message"]["msg_id"])
    assert (update.ordinal, update.body) == (int(said["timestamp"]), written(said))
    for event in (zalo.follows(), zalo.unfollows(), zalo.submits({"phone": "84912345678"}), zalo.shows("Chào", STAFF)):
        found = update_of(event, b"")
        assert found is not None
        assert found.chat == MAI


@pytest.mark.parametrize(
    "changes",
    [
        {"event_name": "user_received_message"},
        {"event_name": "user_seen_message", "message": {"msg_ids": ["1"]}},
        {"event_name": "anonymous_send_text"},
        {"event_name": "user_send_group_text"},
        {"event_name": "oa_send_action"},
        {"event_name": "user_send_hologram_2027"},
        {"event_name": None},
        {"event_name": ["user_send_text"]},
        {"sender": None},
        {"sender": "6142494823000000000"},
        {"sender": {"id": None}},
        {"sender": {"id": "a b"}},
        {"sender": {"id": "1/2"}},
        {"sender": {"id": "7" * 65}},
        {"sender": {"id": True}},
    ],
)
def test_what_nobody_could_be_answered_for_is_passed_over(changes: dict[str, Any]) -> None:
    assert update_of({**Zalo().says("xin chào"), **changes}, b"") is None


@pytest.mark.parametrize("admin", [None, "", "0", 0])
def test_what_came_through_the_api_is_no_news(admin: object) -> None:
    event = Zalo().shows("Chào anh/chị")
    sender = {"id": OA} if admin is None else {"id": OA, "admin_id": admin}
    assert update_of({**event, "sender": sender}, b"") is None


def test_ids_and_times_as_numbers_mean_the_same() -> None:
    event = Zalo().says("xin chào")
    numbers = {**event, "sender": {"id": int(MAI)}, "timestamp": int(event["timestamp"])}
    assert update_of(numbers, b"") == update_of(event, b"")


@pytest.mark.parametrize("time", [None, "", "soon", "-5", "9" * 40, 1e300, [], "٣"])
def test_a_time_that_is_none_comes_first(time: object) -> None:
    found = update_of({**Zalo().says("xin chào"), "timestamp": time}, b"")
    assert found is not None
    assert found.ordinal == 0


def test_what_has_no_message_is_known_by_what_it_says() -> None:
    zalo = Zalo()
    first, other = zalo.follows(), zalo.follows()
    key = update_of(first, b"")
    assert key == update_of(dict(first), b"")
    keys = {found.key for event in (first, other, zalo.follows(HOA)) if (found := update_of(event, b""))}
    assert len(keys) == 3
    strange = {**zalo.says("x"), "message": {"msg_id": "đ" * 500, "text": "x"}}
    found = update_of(strange, b"")
    assert found is not None
    assert len(found.key) < 100


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["user_send_text", "follow", "oa_send_text", "user_submit_info"]) | JSON
PEOPLE = st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "admin_id"), JSON)) | JSON
EVENTS = st.fixed_dictionaries(
    {"event_name": NAMES},
    optional={"sender": PEOPLE, "recipient": PEOPLE, "follower": PEOPLE, "message": JSON, "timestamp": JSON},
)


@given(EVENTS)
def test_no_event_upsets_us(event: dict[str, Any]) -> None:
    found = update_of(event, b"")
    assert found is None or (0 < len(found.chat) <= 64 and len(found.key) <= 120 and 0 <= found.ordinal < 2**63)


# -- the address


@dataclass
class Echo:
    """A channel that answers every text and shows nothing: what came is looked at where the turns are kept."""

    name: str = "zalo"
    shown: list[str] = field(default_factory=list)

    async def read(self, update: Update) -> Happening | None:
        words = words_at(parsed(update.body), "message", "text")
        return Heard(self.name, update.chat, update.key, Wrote(words))

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        self.shown.append(chat)

    async def apologise(self, heard: Heard) -> None:
        self.shown.append("sorry")


@dataclass
class Address:
    url: URL
    http: ClientSession
    webhook: ZaloWebhook
    inbox: Inbox
    store: Store

    async def gets(self, data: Any = b"", headers: Any = None) -> int:
        """Zalo's own check of the address wants 200, and nothing in the answer."""
        body = BytesIO(data) if isinstance(data, bytes) else data
        async with self.http.post(self.url, data=body, headers=headers) as answer:
            assert await answer.read() == b""
            return answer.status

    async def heard(self, chat: str = MAI) -> list[str]:
        await self.webhook.close()
        await self.inbox.settled()
        return [turn.heard for turn in self.store.run_now(lambda unit: unit.turns.latest(f"zalo:{chat}", 1000))]

    def alarms(self) -> set[str]:
        return set(self.store.run_now(lambda unit: unit.alarms.all()))


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def zalo(clock: Clock) -> Zalo:
    return Zalo(clock.now())


@pytest.fixture
async def address(
    aiohttp_server: Serves, http: ClientSession, local_store: Store, world: World, clock: Clock
) -> AsyncIterator[Address]:
    async with at_an_address(aiohttp_server, http, local_store, world, clock) as address:
        yield address


@asynccontextmanager
async def at_an_address(
    serves: Serves, http: ClientSession, store: Store, world: World, clock: Clock
) -> AsyncIterator[Address]:
    channel = Echo()
    inbox = Inbox(Turns(store, world, {"zalo": channel}), {"zalo": channel})
    webhook = ZaloWebhook(inbox, BOTH, Alarms(store, clock.now), clock.now)
    app = web.Application()
    app.router.add_post("/zalo/webhook", webhook.take)
    app.router.add_get("/zalo/webhook", webhook.look)
    server = await serves(app)
    yield Address(server.make_url("/zalo/webhook"), http, webhook, inbox, store)
    await webhook.close()
    await inbox.close()


async def test_what_is_signed_is_kept_and_answered(address: Address, zalo: Zalo) -> None:
    with capture_logs() as logs:
        assert await address.gets(**call(zalo.says("phí khai sinh"))) == 200
        assert await address.gets(**call(zalo.says("khai tử"), APP_SECRET)) == 200
        assert await address.gets(**call(zalo.says("kết hôn"))) == 200
        assert await address.heard() == ["phí khai sinh", "khai tử", "kết hôn"]
    ways = [(entry["secret"], entry["time"]) for entry in logs if entry["event"] == "zalo webhook: signed"]
    assert ways == [("oa", "body"), ("app", "body")]  # each once, not with every call
    assert "khai" not in str(logs)


async def test_the_consoles_check(address: Address) -> None:
    async with address.http.get(address.url) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    assert await address.gets(b"") == 200
    assert await address.gets(b"{}") == 200
    assert await address.heard() == []


async def test_what_is_not_zalos_is_answered_and_dropped(address: Address, zalo: Zalo) -> None:
    event = zalo.says("Nguyễn Thị Ánh")
    signed = call(event)
    body, headers = signed["data"], signed["headers"]
    with capture_logs() as logs:
        assert await address.gets(body) == 200  # unsigned
        assert await address.gets(body.replace("Ánh".encode(), b"Oanh"), headers) == 200  # changed
        assert await address.gets(body[:-9], headers) == 200  # truncated
        assert await address.gets(body, headers_for(body, event["timestamp"], "guess")) == 200  # forged
        assert await address.gets(b"[" * 100_000, headers) == 200
        assert await address.gets(body + b" " * LONGEST, headers) == 200  # oversized
        assert await address.heard() == []
    assert {entry["why"] for entry in logs if "why" in entry} == {"not signed", "wrong signature", "too long"}
    assert "Nguyễn" not in str(logs)


async def test_as_long_as_a_call_may_be(address: Address, zalo: Zalo) -> None:
    event = zalo.says("phí khai sinh")
    body = written(event) + b" " * (LONGEST - len(written(event)))
    assert await address.gets(body, headers_for(body, event["timestamp"])) == 200
    assert await address.heard() == ["phí khai sinh"]


async def test_a_call_in_pieces_is_read_to_its_end(address: Address, zalo: Zalo) -> None:
    signed = call(zalo.says("phí khai sinh"))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(signed["data"]), 40):
            yield signed["data"][start : start + 40]
            await asyncio.sleep(0.002)

    assert await address.gets(pieces(), signed["headers"]) == 200
    assert await address.heard() == ["phí khai sinh"]


async def test_a_body_that_swells_is_not_unpacked(address: Address) -> None:
    bomb = zlib.compress(b"0" * 50_000_000)
    assert await address.gets(bomb, {"Content-Encoding": "deflate", "X-ZEvent-Signature": VECTOR_MAC}) == 200
    assert await address.heard() == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "none of these"])
async def test_a_body_that_cannot_be_unpacked(address: Address, encoding: str) -> None:
    headers = {"Content-Encoding": encoding, "X-ZEvent-Signature": VECTOR_MAC}
    assert await address.gets(VECTOR, headers) == 200
    assert await address.heard() == []


async def test_a_body_that_does_not_come(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.hooks.SLOW", 0.02)

    async def pieces() -> AsyncIterator[bytes]:
        yield VECTOR[:40]
        await asyncio.sleep(PATIENCE)
        yield VECTOR[40:]

    with capture_logs() as logs:
        assert await address.gets(pieces(), {"X-ZEvent-Signature": VECTOR_MAC}) == 200
    assert [entry["why"] for entry in logs] == ["too slow"]


async def test_a_caller_who_hangs_up_half_way(address: Address, zalo: Zalo) -> None:
    signed = call(zalo.says("phí khai sinh"))
    head = f"POST {address.url.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(signed['data'])}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in signed["headers"].items()) + "\r\n"
    _, writer = await asyncio.open_connection(address.url.host, address.url.port)
    writer.write(head.encode() + signed["data"][:50])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await address.gets(**call(zalo.says("khai tử"))) == 200  # it serves on
    assert await address.heard() == ["khai tử"]


async def test_the_same_event_many_times_is_answered_once(address: Address, zalo: Zalo) -> None:
    """As Zalo brings it again after 30 seconds and later, or somebody replays it."""
    event = zalo.says("phí khai sinh")
    assert set(await asyncio.gather(*(address.gets(**call(event)) for _ in range(10)))) == {200}
    assert await address.heard() == ["phí khai sinh"]
    assert await address.gets(**call(event)) == 200
    assert await address.heard() == ["phí khai sinh"]


async def test_many_people_at_once_on_either_database(
    aiohttp_server: Serves, http: ClientSession, store: Store, world: World, clock: Clock, zalo: Zalo
) -> None:
    """Each event twice, all at once; a database that is busy says 503, and is called again, as Zalo does."""

    async def brings(address: Address, event: Event) -> None:
        while await address.gets(**call(event)) != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    people = [f"70000000000000{number:04}" for number in range(10)]
    events = [zalo.says(words, person) for words in ("khai sinh", "khai tử", "kết hôn") for person in people]
    async with at_an_address(aiohttp_server, http, store, world, clock) as address:
        async with asyncio.timeout(60):
            await asyncio.gather(*(brings(address, event) for event in [*events, *events]))
        for person in people:
            assert sorted(await address.heard(person)) == ["khai sinh", "khai tử", "kết hôn"]


async def test_what_comes_out_of_order_but_together_is_answered_in_order(address: Address, zalo: Zalo) -> None:
    first, second, third = (zalo.says(words) for words in ("khai sinh", "khai tử", "kết hôn"))
    async with address.inbox.turns.order.of(f"zalo:{MAI}"):  # the bot is at work on something else of hers
        for event in (third, first, second):
            assert await address.gets(**call(event)) == 200
    heard = await address.heard()
    assert heard[-2:] == ["khai sinh", "khai tử"]  # the third was under way already
    assert sorted(heard) == sorted(["khai sinh", "khai tử", "kết hôn"])


async def test_retries_are_taken_and_replays_refused(address: Address, zalo: Zalo, clock: Clock) -> None:
    last_try, replayed = zalo.says("phí khai sinh"), zalo.says("khai tử")
    clock.passes(timedelta(minutes=111))
    assert await address.gets(**call(last_try)) == 200
    clock.passes(STALE - timedelta(minutes=110))
    with capture_logs() as logs:
        assert await address.gets(**call(replayed)) == 200
    assert await address.heard() == ["phí khai sinh"]
    assert [entry["why"] for entry in logs if "why" in entry] == ["too old, or our clock is wrong"]


async def test_an_event_without_a_time_cannot_be_told_from_a_replay(address: Address, zalo: Zalo) -> None:
    body = written({**zalo.says("phí khai sinh"), "timestamp": "soon"})
    assert await address.gets(body, headers_for(body, "soon")) == 200
    assert await address.heard() == []


async def test_what_is_of_no_interest_is_signed_off(address: Address, zalo: Zalo) -> None:
    seen = {**zalo.says("x"), "event_name": "user_seen_message"}
    for event in (seen, zalo.shows("Chào anh/chị"), {**seen, "event_name": "user_send_hologram"}):
        assert await address.gets(**call(event)) == 200
    assert address.store.run_now(lambda unit: unit.inbox.count()) == 0


# -- a database that does not take it


@dataclass
class Slow:
    """In place of the inbox: takes when it is told to, or never."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    taken: list[Update] = field(default_factory=list)
    broken: bool = False

    async def take(self, updates: Sequence[Update]) -> None:
        if self.broken:
            raise OSError("no space left")
        await self.go_on.wait()
        self.taken += updates


async def test_what_cannot_be_kept_is_to_come_again(aiohttp_server: Serves, zalo: Zalo, address: Address) -> None:
    slow = Slow()
    address.webhook.keeper = keeper = Keeper(slow, promptly=0.05)  # type: ignore[arg-type]
    event = zalo.says("phí khai sinh")
    assert await address.gets(**call(event)) == 503
    slow.go_on.set()
    await keeper.close()
    assert [update.key for update in slow.taken] == [event["message"]["msg_id"]]  # kept, behind Zalo's back
    assert await address.gets(**call(event)) == 200
    slow.broken = True
    with capture_logs() as logs:
        assert await address.gets(**call(event)) == 503
    assert [(entry["event"], entry["error"]) for entry in logs] == [("webhook: not kept", "OSError")]


async def test_while_the_database_hangs_no_more_is_held_than_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.hooks.MOST", 3)
    slow = Slow()
    keeper = Keeper(slow, promptly=0)  # type: ignore[arg-type]
    updates = [Update("zalo", "1", str(number), number, b"") for number in range(5)]
    assert [await keeper.keep(update) for update in updates] == [False] * 5
    slow.go_on.set()
    await keeper.close()
    assert slow.taken == updates[:3]


async def test_a_database_that_hangs_for_good_does_not_keep_us_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.hooks.LAST_WORDS", 0.01)
    slow = Slow()
    keeper = Keeper(slow, promptly=0)  # type: ignore[arg-type]
    assert not await keeper.keep(Update("zalo", "1", "1", 1, b""))
    async with asyncio.timeout(PATIENCE):
        await keeper.close()
    assert not keeper.under_way


async def test_within_its_patience_a_slow_database_is_waited_for() -> None:
    slow = Slow()
    asyncio.get_running_loop().call_later(0.05, slow.go_on.set)
    assert await Keeper(slow, promptly=60).keep(Update("zalo", "1", "1", 1, b""))  # type: ignore[arg-type]


# -- who is told


def test_a_flood_of_refusals_is_no_flood_of_lines() -> None:
    now = 0.0
    refusals = Refusals("zalo", lambda: now)
    with capture_logs() as logs:
        for _ in range(1000):
            refusals.note("wrong signature")
        refusals.note("not signed")
        now = 61.0
        refusals.note("wrong signature")
    assert [(entry["why"], entry["times"]) for entry in logs] == [
        ("wrong signature", 1),
        ("not signed", 1),
        ("wrong signature", 1000),
    ]


async def test_an_operator_is_told_of_wrong_keys_once(address: Address, zalo: Zalo, clock: Clock) -> None:
    for _ in range(MANY - 1):
        await address.gets(**call(zalo.says("x"), "wrong"))
    await address.webhook.close()
    assert address.alarms() == set()
    for _ in range(MANY):
        await address.gets(**call(zalo.says("x"), "wrong"))
    await address.webhook.close()
    assert address.alarms() == {"zalo:signature"}
    await address.gets(**call(zalo.says("x")))
    await address.webhook.close()
    assert address.alarms() == set()


async def test_forgers_do_not_ring_while_all_works(address: Address, zalo: Zalo, clock: Clock) -> None:
    """And not again and again in a quiet night."""
    await address.gets(**call(zalo.says("x")))
    for _ in range(3 * MANY):
        await address.gets(**call(zalo.says("x"), "wrong"))
    await address.webhook.close()
    assert address.alarms() == set()
    clock.passes(LATELY + timedelta(seconds=1))
    rung = 0
    for _ in range(6):
        zalo = Zalo(clock.now())
        for _ in range(2 * MANY):
            await address.gets(**call(zalo.says("x"), "wrong"))
        await address.webhook.close()
        rung += len(address.alarms())
        await address.gets(**call(zalo.says("x")))
        await address.webhook.close()
        clock.passes(LATELY + timedelta(seconds=1))
    assert rung == 1


async def test_an_operator_is_told_of_a_wrong_clock(address: Address, zalo: Zalo, clock: Clock) -> None:
    clock.passes(timedelta(days=1))
    for _ in range(MANY):
        await address.gets(**call(zalo.says("x")))
    await address.webhook.close()
    assert address.alarms() == {"zalo:clock"}
    await address.gets(**call(Zalo(clock.now()).says("x")))
    await address.webhook.close()
    assert address.alarms() == set()


async def test_an_alarm_of_the_process_before_ends_with_the_first_good_call(
    address: Address, zalo: Zalo, clock: Clock, local_store: Store
) -> None:
    local_store.run_now(lambda unit: unit.alarms.begin("zalo:signature"))
    alarms = Alarms(local_store, clock.now)
    await alarms.remember()
    webhook = ZaloWebhook(address.inbox, BOTH, alarms, clock.now)
    address.webhook._forged = webhook._forged
    await address.gets(**call(zalo.says("x")))
    await address.webhook.close()
    assert address.alarms() == set()
