"""What an event of a Zalo Official Account means, in every shape it is said to have; and who was it that spoke."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from yarl import URL

from bot.channel import Happening, Left, StaffSpoke, Update
from bot.dialogue.events import Chose, Heard, Introduced, Located, Scanned, Showed, Started, Wrote
from bot.dialogue.step import text
from bot.dialogue.world import World
from bot.handlers.pictures import LARGEST
from bot.handlers.viewer import A_MINUTE, MOST, Viewer, is_zalos, secured
from bot.handlers.zalo.echoes import Echoes
from bot.handlers.zalo.intake import OF_CITIZENS, OF_FOLLOWERS, OF_STAFF, update_of
from bot.handlers.zalo.reading import Reader
from bot.handlers.zalo.showing import Showing
from bot.inbox import Inbox
from bot.services.receipts.threads import Receipts
from bot.storage.store import Store
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from bot.texts.render import LANGUAGES, words
from bot.turn import Turns
from tests.conftest import Clock
from tests.receipts.camera import taken
from tests.receipts.photos import SHORT, both
from tests.zalo_calls import HOA, MAI, STAFF, Event, Zalo, written

Serves = Callable[[web.Application], Awaitable[TestServer]]

PLACE = {"latitude": "21.8529", "longitude": "106.7610"}


@dataclass
class Codes:
    """In place of what reads pictures."""

    found: dict[bytes, tuple[str, ...]] = field(default_factory=dict)
    seen: list[bytes] = field(default_factory=list)

    async def codes_in(self, image: bytes) -> tuple[str, ...]:
        self.seen.append(image)
        return self.found.get(image, ())


@dataclass
class Bucket:
    """Where pictures lie, as far as the tests are concerned."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def give(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(name)
        if name.startswith("to-"):
            raise web.HTTPFound(name.removeprefix("to-").replace("~", "/"))
        if name == "endless":
            answer = web.StreamResponse()
            await answer.prepare(request)
            with_no_end = b"0" * 65536
            while True:
                await answer.write(with_no_end)
        if name not in self.files:
            raise web.HTTPNotFound
        return web.Response(body=self.files[name])


@dataclass
class Hand:
    """Puts events in front of the reader."""

    reader: Reader
    codes: Codes
    bucket: Bucket
    url: URL
    store: Store

    async def sees(self, event: Event) -> Happening | None:
        update = update_of(event, written(event))
        return await self.reader.read(update) if update else None

    async def hears(self, event: Event) -> object:
        """The content of it."""
        found = await self.sees(event)
        assert isinstance(found, Heard)
        assert (found.channel, found.chat, found.language, found.public) == ("zalo", MAI, "vi", False)
        return found.content

    def picture(self, name: str) -> str:
        return str(self.url / name)


@pytest.fixture
async def hand(aiohttp_server: Serves, local_store: Store, clock: Clock) -> AsyncIterator[Hand]:
    bucket, codes = Bucket(), Codes()
    app = web.Application()
    app.router.add_get("/p/{name}", bucket.give)
    server = await aiohttp_server(app)
    url = server.make_url("/p")
    async with ClientSession() as session:
        viewer = Viewer("zalo", session, codes, admits=lambda asked: asked.authority == url.authority)
        reader = Reader(viewer, Echoes(local_store, Showing().written), local_store, clock.now)
        yield Hand(reader, codes, bucket, url, local_store)


@pytest.fixture
def zalo(clock: Clock) -> Zalo:
    return Zalo(clock.now())


# -- words


async def test_words(hand: Hand, zalo: Zalo) -> None:
    assert await hand.hears(zalo.says("  làm giấy khai sinh ")) == Wrote("làm giấy khai sinh")
    assert await hand.hears(zalo.says("")) == Showed("other")
    assert await hand.hears({**zalo.says("x"), "message": "x"}) == Showed("other")


async def test_a_tap_is_a_text_that_carries_the_option(hand: Hand, zalo: Zalo) -> None:
    shown = (Message((ShownLine("?"),), (ShownButton("show:1.001193", "Đăng ký khai sinh"),)),)
    hand.store.run_now(lambda unit: unit.turns.add(f"zalo:{MAI}", "u1", "", shown))
    assert await hand.hears(zalo.says("p:show:1.001193")) == Chose("show:1.001193", "Đăng ký khai sinh")
    assert await hand.hears(zalo.says("p:of-last-year")) == Chose("of-last-year")
    assert await hand.hears(zalo.says("p: là gì")) == Wrote("p: là gì")
    other = await hand.sees(zalo.says("p:show:1.001193", HOA))
    assert isinstance(other, Heard)
    assert other.content == Chose("show:1.001193")  # what she was shown is nobody else's


async def test_a_link_is_read(hand: Hand, zalo: Zalo) -> None:
    url = "https://dichvucong.example.vn/tra-cuu?ma=H56.14-240823-0001"
    card = {"url": url, "title": "Tra cứu", "thumbnail": "https://a.zdn.vn/x", "description": "Cổng dịch vụ công"}
    assert await hand.hears(zalo.attaches("link", card, text=url)) == Wrote(f"{url} Tra cứu")
    assert await hand.hears(zalo.attaches("link", {})) == Showed("other")


@pytest.mark.parametrize(
    ("kind", "shown"), [("sticker", "sticker"), ("gif", "video"), ("video", "video"), ("audio", "voice")]
)
async def test_what_is_not_opened(hand: Hand, zalo: Zalo, kind: str, shown: Any) -> None:
    assert await hand.hears(zalo.attaches(kind, {"url": hand.picture("a.jpg")})) == Showed(shown)
    assert hand.bucket.asked == []


# -- places and people


@pytest.mark.parametrize(
    "message",
    [
        {"attachments": [{"type": "location", "payload": {"coordinates": PLACE}}]},
        {
            "attachments": [
                {"type": "location", "payload": {"coordinates": {"latitude": 21.8529, "longitude": 106.761}}}
            ]
        },
        {"attachments": [{"type": "location", "payload": {"coordinates": {"lat": "21.8529", "long": "106.7610"}}}]},
        {"attachments": [{"type": "location", "payload": {"latitude": "21.8529", "longitude": "106.7610"}}]},
        {"attachments": [{"payload": {"location": {"lat": 21.8529, "lng": 106.761}}}]},
        {"location": {"latitude": "21.8529", "lon": "106.7610"}},
    ],
)
async def test_a_place_in_every_spelling(hand: Hand, zalo: Zalo, message: dict[str, Any]) -> None:
    assert await hand.hears(zalo.message("location", message)) == Located(21.8529, 106.761)


@pytest.mark.parametrize(
    "place", [{}, {"latitude": "21.8"}, {"latitude": "xa", "longitude": "1"}, {"latitude": 91, "longitude": 1}, None, 7]
)
async def test_a_place_that_is_none_is_answered_all_the_same(hand: Hand, zalo: Zalo, place: object) -> None:
    assert await hand.hears(zalo.attaches("location", {"coordinates": place})) == Showed("other")


async def test_shared_information_in_either_shape(hand: Hand, zalo: Zalo) -> None:
    address = {"user_city": "Lạng Sơn", "user_ward": "Phường Đông Kinh", "user_address": "12 Bà Triệu"}
    of_2026 = {"name": "Nguyễn Thị Mai", "phone": "84912345678", "full_address": address}
    older = {"name": "Nguyễn Thị Mai", "phone": 84912345678, "city": "Lạng Sơn", "district": "x", "ward": "y"}
    for info in (of_2026, older):
        assert await hand.hears(zalo.submits(info)) == Introduced("84912345678", "Nguyễn Thị Mai")
    assert await hand.hears(zalo.submits({"phone": "84912345678"})) == Introduced("84912345678")
    assert await hand.hears(zalo.submits({"name": "Mai"})) == Showed("other")


async def test_a_card_with_a_phone(hand: Hand, zalo: Zalo) -> None:
    described = {"title": "Chị Lan", "description": json.dumps({"phone": "84912345678", "caption": ""})}
    assert await hand.hears(zalo.attaches("business_card", described)) == Introduced("84912345678", "Chị Lan")
    plain = {"phone": "0912345678", "description": "bưu cục"}
    assert await hand.hears(zalo.attaches("business_card", plain)) == Introduced("0912345678")
    as_link = zalo.attaches("link", described)
    assert await hand.hears(as_link) == Introduced("84912345678", "Chị Lan")
    without = {"title": "Chị Lan", "url": "https://zalo.me/x", "description": "1022"}
    assert await hand.hears(zalo.attaches("business_card", without)) == Showed("other")


# -- pictures


async def test_the_codes_of_a_receipt(hand: Hand, zalo: Zalo, local_store: Store) -> None:
    """The real reader, and a real picture."""
    receipts = Receipts()
    hand.bucket.files["a.jpg"] = taken(both(SHORT))
    reader = Reader(
        Viewer("zalo", hand.reader.viewer.session, receipts, hand.reader.viewer.admits), hand.reader.echoes, local_store
    )
    event = zalo.attaches("image", {"url": hand.picture("a.jpg"), "thumbnail": hand.picture("small.jpg")})
    update = update_of(event, written(event))
    assert update is not None
    found = await reader.read(update)
    receipts.close()
    assert isinstance(found, Heard)
    assert found.content == Scanned((SHORT,))
    assert hand.bucket.asked == ["a.jpg"]


async def test_several_pictures_of_one_message(hand: Hand, zalo: Zalo) -> None:
    names = [f"{number}.jpg" for number in range(MOST + 2)]
    for name in names:
        hand.bucket.files[name] = name.encode()
        hand.codes.found[name.encode()] = (f"code of {name}", "of all")
    attachments = [{"type": "photo", "payload": {"url": hand.picture(name)}} for name in names]
    found = await hand.hears(zalo.message("image", {"attachments": attachments}))
    assert found == Scanned(("code of 0.jpg", "of all", *(f"code of {name}" for name in names[1:MOST])))


async def test_the_words_with_a_picture_count_when_it_holds_no_code(hand: Hand, zalo: Zalo) -> None:
    hand.bucket.files |= {"cat.jpg": b"cat", "slip.jpg": b"slip"}
    hand.codes.found[b"slip"] = (SHORT,)
    cat, slip, lost = (hand.picture(name) for name in ("cat.jpg", "slip.jpg", "lost.jpg"))
    assert await hand.hears(zalo.attaches("image", {"url": cat}, text="khai sinh")) == Wrote("khai sinh")
    assert await hand.hears(zalo.attaches("image", {"url": cat})) == Scanned()
    assert await hand.hears(zalo.attaches("image", {"url": slip}, text="khai sinh")) == Scanned((SHORT,))
    assert await hand.hears(zalo.attaches("image", {"url": lost}, text="khai sinh")) == Wrote("khai sinh")
    assert await hand.hears(zalo.attaches("image", {"url": lost})) == Showed("picture")
    assert await hand.hears(zalo.message("image", {})) == Showed("picture")


async def test_a_file_that_is_a_picture_is_read_like_one(hand: Hand, zalo: Zalo) -> None:
    hand.bucket.files["x"] = b"slip"
    hand.codes.found[b"slip"] = (SHORT,)
    payload = {"url": hand.picture("x"), "size": "6300", "checksum": "5d"}
    for of in ({"name": "Biên nhận.JPG"}, {"name": "a", "type": "image/png"}):
        assert await hand.hears(zalo.attaches("file", {**payload, **of})) == Scanned((SHORT,))
    asked = len(hand.bucket.asked)
    assert await hand.hears(zalo.attaches("file", {**payload, "name": "đơn.pdf"})) == Showed("file")
    assert len(hand.bucket.asked) == asked


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:5432/",
        "https://zdn.vn.attacker.example/a.jpg",
        "https://attackerzdn.vn/a.jpg",
        "https://f9-zpc.zdn.vn:8443/a.jpg",
        "https://zdn.vn@attacker.example/a.jpg",
        "https://user@f9-zpc.zdn.vn/a.jpg",
        "ftp://f9-zpc.zdn.vn/a.jpg",
        "file:///etc/passwd",
        "https://[::1]/a.jpg",
        "//f9-zpc.zdn.vn/a.jpg",
        "không phải địa chỉ",
        "https://",
    ],
)
async def test_nothing_but_zalos_own_hosts_is_asked(zalo: Zalo, local_store: Store, address: str) -> None:
    assert not is_zalos(secured(URL(address)))
    codes = Codes()
    async with ClientSession() as session:
        viewer = Viewer("zalo", session, codes)
        assert await viewer.seen(MAI, [address]) == Showed("picture")
    assert codes.seen == []


def test_zalos_own_hosts() -> None:
    for address in (
        "https://f9-zpc.zdn.vn/2854/a23f.jpg",
        "https://zdn.vn/a",
        "https://b.zadn.vn:443/x?y=1",
        "https://F9-ZPC.ZDN.VN/a.jpg",
    ):
        assert is_zalos(URL(address))
    assert secured(URL("http://f9-zpc.zdn.vn/a.jpg")) == URL("https://f9-zpc.zdn.vn/a.jpg")
    assert not is_zalos(secured(URL("http://f9-zpc.zdn.vn:80/a.jpg")))


async def test_a_picture_that_is_elsewhere_now(hand: Hand, zalo: Zalo) -> None:
    """A redirect is followed where Zalo's hosts are, and nowhere else."""
    hand.bucket.files["slip.jpg"] = b"slip"
    hand.codes.found[b"slip"] = (SHORT,)
    moved = zalo.attaches("image", {"url": hand.picture("to-slip.jpg")})
    assert await hand.hears(moved) == Scanned((SHORT,))
    away = f"to-http:~~localhost:{hand.url.port}~p~slip.jpg"  # the same picture, under a name that is not admitted
    hand.bucket.asked.clear()
    assert await hand.hears(zalo.attaches("image", {"url": hand.picture(away)})) == Showed("picture")
    assert hand.bucket.asked == [away]
    hand.bucket.asked.clear()
    round_and_round = zalo.attaches("image", {"url": hand.picture("to-to-to-to-to-slip.jpg")})
    assert await hand.hears(round_and_round) == Showed("picture")
    assert len(hand.bucket.asked) == 3


async def test_pictures_without_end_are_not_read(hand: Hand, zalo: Zalo) -> None:
    hand.bucket.files |= {"large.jpg": b"0" * (LARGEST + 1), "largest.jpg": b"0" * LARGEST}
    with capture_logs() as logs:
        for name in ("large.jpg", "endless"):
            assert await hand.hears(zalo.attaches("image", {"url": hand.picture(name)})) == Showed("picture")
    assert await hand.hears(zalo.attaches("image", {"url": hand.picture("largest.jpg")})) == Scanned()
    assert [entry["error"] for entry in logs] == ["NoPictureError"] * 2
    assert "http" not in str(logs)  # who has the address has the picture


async def test_of_one_chat_so_many_pictures_a_minute(hand: Hand, zalo: Zalo) -> None:
    hand.bucket.files["a.jpg"] = b"a"
    events = [zalo.attaches("image", {"url": hand.picture("a.jpg")}) for _ in range(A_MINUTE + 3)]
    seen = [await hand.hears(event) for event in events]
    assert seen == [Scanned()] * A_MINUTE + [Showed("picture")] * 3


# -- coming and going


async def test_who_follows_is_greeted(hand: Hand, zalo: Zalo) -> None:
    assert await hand.hears(zalo.follows()) == Started()


async def test_who_leaves_has_left_then(hand: Hand, zalo: Zalo, clock: Clock) -> None:
    assert await hand.sees(zalo.unfollows()) == Left(f"zalo:{MAI}", clock.now())
    undated = {**zalo.unfollows(), "timestamp": "?"}
    clock.passes(timedelta(hours=1))
    assert await hand.sees(undated) == Left(f"zalo:{MAI}", clock.now())


async def test_news_of_following_that_comes_after_that_of_leaving(hand: Hand, zalo: Zalo) -> None:
    followed, left, again = zalo.follows(), zalo.unfollows(), zalo.follows()
    gone = await hand.sees(left)
    assert isinstance(gone, Left)
    hand.store.run_now(lambda unit: unit.contacts.left(gone.address, gone.at))
    assert await hand.sees(followed) is None
    assert await hand.hears(again) == Started()


# -- who speaks for the office


async def test_a_human_of_the_office(hand: Hand, zalo: Zalo, clock: Clock) -> None:
    spoke = StaffSpoke(f"zalo:{MAI}", clock.now())
    assert await hand.sees(zalo.shows("Chào chị, em là cán bộ một cửa", STAFF)) == spoke
    for kind in ("image", "file", "sticker", "gif"):
        found = await hand.sees(zalo.shows("", STAFF, kind=kind))
        assert isinstance(found, StaffSpoke)


async def test_an_echo_of_our_own_is_no_human_even_if_it_names_one(hand: Hand, zalo: Zalo) -> None:
    """Every part of what the bot showed, as Zalo's phones and servers may have it back."""
    shown = (
        Message((ShownLine("Đăng ký khai sinh", "title"), ShownLine("Tờ khai", "item")), (ShownButton("a", "Lệ phí"),)),
        Message(tuple(ShownLine(f"Dòng {number}: " + "chữ " * 100) for number in range(20))),
    )
    hand.store.run_now(lambda unit: unit.turns.add(f"zalo:{MAI}", "u1", "", shown))
    parts = list(Showing().written(shown))
    assert len(parts) > 3
    for part in parts:
        for back in (part, part.replace("\n", " \r\n"), part + "\u200b"):
            assert await hand.sees(zalo.shows(back, STAFF)) is None
    assert isinstance(await hand.sees(zalo.shows(parts[0] + " nhé", STAFF)), StaffSpoke)
    assert isinstance(await hand.sees(zalo.shows(parts[0], STAFF, HOA)), StaffSpoke)  # nobody showed that to her


async def test_an_echo_of_a_file_of_ours(hand: Hand, zalo: Zalo) -> None:
    shown = (Message((ShownLine("Phiếu gửi"),), files=(ShownFile("slip/1", "Phiếu gửi hồ sơ"),)),)
    event = zalo.shows("", STAFF, kind="file")
    event["message"]["attachments"] = [{"type": "file", "payload": {"name": "phieu.pdf"}}]
    assert isinstance(await hand.sees(event), StaffSpoke)
    hand.store.run_now(lambda unit: unit.turns.notify(f"zalo:{MAI}", "n1", shown))
    assert await hand.sees(event) is None
    named = words(text("zalo.file_elsewhere", label="Phiếu gửi hồ sơ"), "vi")
    for back in ("Phiếu gửi hồ sơ: https://a.gov.vn/f/abc-D_1", named):
        assert await hand.sees(zalo.shows(back, STAFF)) is None


async def test_what_staff_hand_over_beside_a_file_of_ours(hand: Hand, zalo: Zalo, clock: Clock) -> None:
    """Their photo, their sticker, their words that begin as a file of ours is called; their file, some time later."""
    shown = (Message((ShownLine("Lịch hẹn"),), files=(ShownFile("ics/1", "Thêm vào lịch"),), wants="contact"),)
    hand.store.run_now(lambda unit: unit.turns.notify(f"zalo:{MAI}", "n1", shown))
    for kind in ("image", "sticker", "gif"):
        event = zalo.shows("", STAFF, kind=kind)
        event["message"]["attachments"] = [{"type": kind, "payload": {"url": "https://zdn.vn/a.jpg"}}]
        assert isinstance(await hand.sees(event), StaffSpoke)
    for said in (
        "Thêm vào lịch: sáng thứ 5 chị ghé nhé",
        "Thêm vào lịch: https://moj.gov.vn/lich",
        "Thêm vào lịch: https://a.gov.vn/f/abc nhé chị",
    ):
        assert isinstance(await hand.sees(zalo.shows(said, STAFF)), StaffSpoke)
    file = zalo.shows("", STAFF, kind="file")
    file["message"]["attachments"] = [{"type": "file", "payload": {"name": "mau-don.pdf"}}]
    assert await hand.sees(file) is None  # just then it may be ours
    later = str(int((clock.now() + timedelta(minutes=15)).timestamp() * 1000))
    assert isinstance(await hand.sees({**file, "timestamp": later}), StaffSpoke)


async def test_an_echo_of_an_apology(hand: Hand, zalo: Zalo) -> None:
    """The one thing the bot says that is kept nowhere."""
    for language in LANGUAGES:
        assert await hand.sees(zalo.shows(words(text("broken"), language), STAFF)) is None


# -- anything


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PAYLOADS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("coordinates", "url", "thumbnail", "description", "phone", "title", "name", "type", "latitude", "lat"), JSON
    ),
)
ATTACHED = st.lists(st.fixed_dictionaries({}, optional={"payload": PAYLOADS | JSON, "type": JSON}) | JSON, max_size=3)
MESSAGES = st.fixed_dictionaries({}, optional={"text": JSON, "attachments": ATTACHED | JSON, "location": JSON}) | JSON


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.sampled_from(sorted(OF_CITIZENS | OF_STAFF | OF_FOLLOWERS)), MESSAGES, JSON | PAYLOADS, JSON)
async def test_no_event_upsets_the_reader(hand: Hand, name: str, message: Any, info: Any, time: Any) -> None:
    event = {"event_name": name, "message": message, "info": info, "timestamp": time}
    body = json.dumps(event).encode()
    found = await hand.reader.read(Update("zalo", MAI, "k", 0, body))
    assert found is None or isinstance(found, Heard | Left | StaffSpoke)
    assert await hand.reader.read(Update("zalo", MAI, "k", 0, body[:-1])) is None


# -- with the whole bot


@dataclass
class Phone:
    """The channel's other half: shows what it is sent."""

    reader: Reader
    lines: list[str] = field(default_factory=list)
    name: str = "zalo"

    async def read(self, update: Update) -> Happening | None:
        return await self.reader.read(update)

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        self.lines += Showing().written(messages)

    async def apologise(self, heard: Heard) -> None:
        self.lines.append("sorry")


@dataclass
class Office:
    """The bot behind an account, told of things as Zalo tells them."""

    inbox: Inbox
    phone: Phone
    store: Store

    async def hears(self, *events: Event) -> list[str]:
        """What is shown then."""
        self.phone.lines.clear()
        updates = [update for event in events if (update := update_of(event, written(event)))]
        await self.inbox.take(updates)
        await self.inbox.settled()
        return list(self.phone.lines)

    def is_silent(self) -> bool:
        return self.store.run_now(lambda unit: unit.contacts.is_paused(f"zalo:{MAI}"))


@pytest.fixture
async def office(hand: Hand, local_store: Store, world: World) -> AsyncIterator[Office]:
    phone = Phone(hand.reader)
    inbox = Inbox(Turns(local_store, world, {"zalo": phone}), {"zalo": phone})
    yield Office(inbox, phone, local_store)
    await inbox.close()


async def test_a_human_takes_over_and_the_bot_comes_back_when_called(office: Office, zalo: Zalo) -> None:
    assert await office.hears(zalo.says("khai sinh"))
    assert await office.hears(zalo.shows("Chào chị, em là cán bộ một cửa", STAFF)) == []
    assert await office.hears(zalo.says("lệ phí bao nhiêu?")) == []  # for the human
    assert await office.hears(zalo.says("Gọi bot"))
    assert await office.hears(zalo.says("lệ phí bao nhiêu?"))


@pytest.mark.parametrize("words", ["bot", "gọi bot", "trợ lý", "hello bot oi", "Bot ơi!", "cho tôi gặp bot ạ"])
async def test_called_back_it_goes_on_where_it_was(office: Office, zalo: Zalo, words: str) -> None:
    await office.hears(zalo.says("làm khai sinh cho con"))
    [*_, screen] = await office.hears(zalo.says("giấy tờ gồm những gì"))
    await office.hears(zalo.shows("Chào chị", STAFF))
    here, *shown = await office.hears(zalo.says(words))
    assert here == "Bot đây ạ."
    assert "khai sinh" in shown[0]
    assert "khai sinh" in screen


async def test_called_back_with_nothing_on_screen_it_greets(office: Office, zalo: Zalo) -> None:
    await office.hears(zalo.shows("Chào chị", STAFF))
    here, *shown = await office.hears(zalo.says("bot ơi"))
    assert here == "Bot đây ạ."
    assert shown


async def test_how_to_call_it_is_said_once_in_a_pause(office: Office, zalo: Zalo) -> None:
    await office.hears(zalo.says("khai sinh"))

    async def told(*events: Event) -> list[str]:
        shown = await office.hears(*events)
        await office.inbox.turns.deliver_owed()
        return [*shown, *office.phone.lines]

    assert await told(zalo.shows("Chào chị", STAFF)) == []
    [offer] = await told(zalo.says("chị hỏi chút"))
    assert "“bot”" in offer
    assert await told(zalo.shows(offer, STAFF), zalo.says("chị hỏi thêm"), zalo.shows("Dạ", STAFF)) == []
    assert await told(zalo.says("dạ vâng")) == []
    await told(zalo.says("bot"))
    assert await told(zalo.shows("Chị ơi", STAFF), zalo.says("sao em")) == [offer]  # another pause


async def test_danger_does_not_wait_for_the_human(office: Office, zalo: Zalo) -> None:
    await office.hears(zalo.shows("Chào chị", STAFF))
    assert "114" in (await office.hears(zalo.says("cháy nhà rồi")))[0]
    assert office.is_silent()


async def test_the_bot_does_not_silence_itself(office: Office, zalo: Zalo) -> None:
    shown = await office.hears(zalo.says("khai sinh"))
    assert shown
    for admin in (None, STAFF):  # whichever way Zalo tells of what came through its API
        await office.hears(*(zalo.shows(part, admin) for part in shown))
        assert not office.is_silent()
    assert await office.hears(zalo.says("lệ phí bao nhiêu?"))


async def test_after_the_humans_last_word_the_bot_waits_half_an_hour(office: Office, zalo: Zalo, clock: Clock) -> None:
    await office.hears(zalo.says("khai sinh"))
    await office.hears(zalo.shows("Chào chị", STAFF))
    clock.passes(timedelta(minutes=29))
    assert await office.hears(zalo.says("chị hỏi chút")) == []
    clock.passes(timedelta(minutes=2))
    assert await office.hears(zalo.says("lệ phí bao nhiêu?"))


async def test_following_twice_is_greeted_once(office: Office, zalo: Zalo) -> None:
    """The same event twice; who follows anew is greeted anew."""
    followed = zalo.follows()
    assert await office.hears(followed)
    assert await office.hears(followed, followed) == []
    assert await office.hears(zalo.unfollows(), zalo.follows())


async def test_what_waited_is_sent_when_they_follow_again(office: Office, zalo: Zalo) -> None:
    address = f"zalo:{MAI}"
    await office.hears(zalo.follows())
    await office.hears(zalo.unfollows())
    notice = (Message((ShownLine("Bưu tá đã nhận hồ sơ."),)),)
    office.store.run_now(lambda unit: unit.turns.notify(address, "n1", notice))
    await office.inbox.turns.deliver_owed()
    assert office.phone.lines == []
    shown = await office.hears(zalo.follows())
    assert shown[0] == "Bưu tá đã nhận hồ sơ."
    assert len(shown) > 1  # and they are greeted


async def test_news_of_leaving_that_comes_late_or_twice(office: Office, zalo: Zalo, clock: Clock) -> None:
    left = zalo.unfollows()
    clock.passes(timedelta(seconds=2))
    assert await office.hears(zalo.says("khai sinh"))  # they are here
    await office.hears(left)
    await office.hears(left)
    assert not office.store.run_now(lambda unit: unit.contacts.is_gone(f"zalo:{MAI}"))


async def test_who_leaves_before_we_have_read_their_last_word_is_gone(office: Office, zalo: Zalo, clock: Clock) -> None:
    """Events come late: what counts is when they happened."""
    said, left, back, contact = zalo.says("khai sinh"), zalo.unfollows(), zalo.follows(), f"zalo:{MAI}"
    clock.passes(timedelta(hours=1))
    await office.hears(said, left)
    assert office.store.run_now(lambda unit: unit.contacts.is_gone(contact))
    heard_at = office.store.run_now(lambda unit: unit.contacts.get(contact)).heard_at
    assert heard_at is not None
    assert clock.now() - heard_at > timedelta(minutes=59)  # so the window of 48 hours is not an hour too long
    await office.hears(zalo.says("xin chào", at=str(int(said["timestamp"]) + 500)))  # from before they left
    assert office.store.run_now(lambda unit: unit.contacts.is_gone(contact))
    await office.hears(back)
    assert not office.store.run_now(lambda unit: unit.contacts.is_gone(contact))


async def test_choices_are_answered_by_their_number(office: Office, zalo: Zalo, clock: Clock) -> None:
    shown = await office.hears(zalo.follows())
    numbered = [line for part in shown for line in part.splitlines() if line[:2] == "2."]
    assert numbered
    chosen = numbered[0].removeprefix("2. ")
    clock.passes(timedelta(seconds=10))  # they read it
    read = str(int(clock.now().timestamp() * 1000))
    assert any(chosen in part for part in await office.hears(zalo.says("2", at=read)))
