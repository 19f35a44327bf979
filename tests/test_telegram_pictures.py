"""Pictures sent on Telegram: which are fetched, what is read in them, and that one which fails costs no answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs

from bot.dialogue.events import Content, Heard, Scanned, Showed, Wrote
from bot.dialogue.world import World
from bot.handlers.pictures import LARGEST
from bot.handlers.telegram import pictures
from bot.services.receipts.threads import Receipts
from bot.storage.store import Store
from bot.turn import Turns
from tests.fake_telegram import ANYTHING, FILE, GROUP, PRIVATE, TOKEN, FakeTelegram
from tests.on_telegram import OnTelegram, on_telegram, polled, served
from tests.receipts.camera import taken
from tests.receipts.paper import page
from tests.receipts.photos import SHORT, both

Until = Callable[[Callable[[], object]], Awaitable[None]]

RECEIPT = f"[picture of {SHORT}]".encode()


class Eyes:
    """Reads what stands between "of" and the bracket; notes how many pictures it was given at once."""

    def __init__(self, takes: float = 0.0) -> None:
        self.takes = takes
        self.seen: list[bytes] = []
        self.at_once = self.most = 0

    async def codes_in(self, image: bytes) -> tuple[str, ...]:
        self.seen.append(image)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(self.takes)
        self.at_once -= 1
        if b"broken" in image:
            raise RuntimeError(f"cannot read {image!r}")
        return tuple(word.decode().strip("]") for word in image.split(b" of ")[1:])


@pytest.fixture
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture
def api() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def address(api: FakeTelegram, aiohttp_server: AiohttpServer) -> str:
    return await served(api, aiohttp_server)


@pytest.fixture
async def chat(
    api: FakeTelegram, address: str, local_store: Store, world: World, eyes: Eyes
) -> AsyncIterator[OnTelegram]:
    """A bot that opens pictures."""
    async with on_telegram(api, address, local_store, world, pictures=eyes) as chat:
        yield chat


@pytest.fixture
def came(monkeypatch: pytest.MonkeyPatch) -> list[Heard]:
    """What reaches the turn, which is not gone through."""
    heard: list[Heard] = []

    async def take(_: Turns, update: Heard) -> None:
        heard.append(update)

    monkeypatch.setattr(Turns, "take", take)
    return heard


@pytest.fixture
async def looking(chat: OnTelegram, world: World) -> AsyncIterator[FakeTelegram]:
    async with polled(chat, world):
        yield chat.api
    assert chat.api.refused == []


def photo(*sizes: int, of: str = "a") -> list[dict[str, Any]]:
    """As Telegram offers one: small, larger, largest."""
    return [
        {"file_id": f"{of}{n}", "file_unique_id": f"{of}{n}", "width": n * 100, "height": n * 100, "file_size": size}
        for n, size in enumerate(sizes, 1)
    ]


def document(kind: str | None, size: int = 9) -> dict[str, Any]:
    return {"document": {**FILE, "mime_type": kind, "file_size": size} if kind else {**FILE, "file_size": size}}


async def test_of_a_photo_the_largest_that_is_not_too_large_is_read(
    looking: FakeTelegram, came: list[Heard], eyes: Eyes, until: Until
) -> None:
    looking.files = {"a1": b"small", "a2": RECEIPT, "a3": b"huge"}
    looking.says(photo=photo(1000, LARGEST, LARGEST + 1))
    await until(lambda: came)
    assert came[0].content == Scanned((SHORT,))
    assert (came[0].address, came[0].update) == ("telegram:7", "1")
    assert eyes.seen == [RECEIPT]


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "image/heic", "image/svg+xml"])
async def test_an_image_sent_as_a_file_is_read(
    looking: FakeTelegram, came: list[Heard], until: Until, kind: str
) -> None:
    looking.files = {"a": RECEIPT}
    looking.says(**document(kind))
    await until(lambda: came)
    assert came[0].content == Scanned((SHORT,))


@pytest.mark.parametrize("kind", ["application/pdf", "video/mp4", None])
async def test_another_file_is_not_opened(
    looking: FakeTelegram, came: list[Heard], until: Until, kind: str | None
) -> None:
    looking.files = {"a": RECEIPT}
    looking.says(**document(kind))
    await until(lambda: came)
    assert came[0].content == Showed("file")
    assert "getFile" not in looking.called


async def test_a_picture_without_a_code_says_so(looking: FakeTelegram, came: list[Heard], until: Until) -> None:
    looking.files = {"a1": b"a cat"}
    looking.says(photo=photo(9))
    await until(lambda: came)
    assert came[0].content == Scanned(())


@pytest.mark.parametrize(
    ("picture", "heard"),
    [(RECEIPT, Scanned((SHORT,))), (b"a cat", Wrote("hồ sơ này sao rồi")), (b"broken", Wrote("hồ sơ này sao rồi"))],
)
async def test_the_words_under_a_picture_count_where_it_says_nothing(
    looking: FakeTelegram, came: list[Heard], until: Until, picture: bytes, heard: Content
) -> None:
    looking.files = {"a1": picture}
    with capture_logs():
        looking.says(photo=photo(9), caption="hồ sơ này sao rồi")
        await until(lambda: came)
    assert came[0].content == heard


@pytest.mark.parametrize(
    "message",
    [
        {"photo": photo(9, of="gone")},
        {"photo": photo(9, of="empty")},
        {"photo": photo(9, of="large")},
        {"photo": photo(9, of="broken")},
        {"photo": photo(LARGEST + 1)},
        document("image/png", LARGEST + 1),
    ],
    ids=["not found", "not given", "larger than told", "no picture", "too large", "a file too large"],
)
async def test_a_picture_that_cannot_be_read_is_answered_once_all_the_same(
    looking: FakeTelegram, chat: OnTelegram, until: Until, message: dict[str, Any]
) -> None:
    looking.files = {"empty1": b"", "large1": bytes(LARGEST + 1), "broken1": b"broken 012345678901"}
    with capture_logs() as logs:
        looking.says(**message)
        await until(lambda: looking.sent and looking.confirmed)
        await chat.inbox.settled()
    assert chat.kept() == ["(ảnh)"]
    assert len(looking.sent) == 1
    assert not any(secret in repr(logs) for secret in (TOKEN, "012345678901", "/file/"))


async def test_a_picture_that_does_not_come_is_waited_for_only_so_long(
    looking: FakeTelegram, came: list[Heard], until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "PATIENCE", 0.05)
    looking.files, looking.given_when = {"a1": RECEIPT}, asyncio.Event()
    with capture_logs() as logs:
        looking.says(photo=photo(9))
        await until(lambda: came)
    looking.given_when.set()
    assert came[0].content == Showed("unfetched")
    assert [entry["error"] for entry in logs] == ["TimeoutError"]


async def test_what_follows_a_picture_is_answered_after_it_and_other_chats_at_once(
    looking: FakeTelegram, came: list[Heard], until: Until
) -> None:
    looking.files, looking.given_when = {"a1": RECEIPT}, asyncio.Event()
    other = {"id": 8, "type": "private", "first_name": "Bé"}
    for message in ({"text": "một"}, {"photo": photo(9)}, {"text": "hai"}, {"text": "ba", "chat": other}):
        looking.updates.append(
            {"update_id": len(looking.updates) + 1, "message": {**ANYTHING, "chat": PRIVATE, **message}}
        )
    looking.came.set()
    await until(lambda: {heard.content for heard in came} == {Wrote("một"), Wrote("ba")})
    looking.given_when.set()
    await until(lambda: len(came) == 4)
    assert [heard.content for heard in came if heard.chat == "7"] == [Wrote("một"), Scanned((SHORT,)), Wrote("hai")]


async def test_few_pictures_are_held_at_once(
    looking: FakeTelegram, came: list[Heard], eyes: Eyes, until: Until
) -> None:
    looking.files, eyes.takes = {"a1": RECEIPT}, 0.02
    for number in range(12):
        chat = {**PRIVATE, "id": 100 + number}
        looking.updates.append({"update_id": number + 1, "message": {**ANYTHING, "chat": chat, "photo": photo(9)}})
    looking.came.set()
    await until(lambda: len(came) == 12)
    assert {heard.content for heard in came} == {Scanned((SHORT,))}
    assert eyes.most == pictures.AT_ONCE


async def test_who_sends_pictures_without_end_is_read_only_so_often(
    looking: FakeTelegram, came: list[Heard], until: Until
) -> None:
    looking.files = {"a1": RECEIPT}
    for _ in range(pictures.A_MINUTE + 2):
        looking.says(photo=photo(9))
    await until(lambda: len(came) == pictures.A_MINUTE + 2)
    assert [heard.content for heard in came[-2:]] == [Showed("pictures")] * 2
    assert looking.called.count("getFile") == pictures.A_MINUTE


async def test_a_picture_in_a_group_is_not_fetched(looking: FakeTelegram, came: list[Heard], until: Until) -> None:
    looking.says(photo=photo(9), chat=GROUP)
    looking.says(text="cảm ơn")
    await until(lambda: came)
    assert "getFile" not in looking.called


async def test_a_photo_of_a_receipt_goes_all_the_way(
    api: FakeTelegram, address: str, local_store: Store, world: World, came: list[Heard], until: Until
) -> None:
    receipts = Receipts()
    api.files = {"a1": taken(both(SHORT)), "b1": taken(page())}
    async with on_telegram(api, address, local_store, world, pictures=receipts) as chat, polled(chat, world):
        api.says(photo=photo(9))
        api.says(photo=photo(9, of="b"))
        await until(lambda: len(came) == 2)
    receipts.close()
    assert [heard.content for heard in came] == [Scanned((SHORT,)), Scanned(())]
