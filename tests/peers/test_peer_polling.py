"""The real service polls telegram-test-api (npm), a Telegram that is not ours, through a front (fronts.py)."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from tests.peers.calls import Call
from tests.peers.fronts import PolledFront
from tests.peers.running import TOKEN, eventually, served, service, telegram_test_api
from tests.receipts.camera import taken
from tests.receipts.photos import SHORT, both

pytestmark = pytest.mark.asyncio(loop_scope="module")

BIRTH = "lam giay khai sinh cho con moi de"
NUMBERS = count(2001)


@dataclass
class Person:
    """Somebody with telegram-test-api in their hand. What is on their screen is what that server keeps."""

    front: PolledFront
    chat: int

    async def says(self, text: str, **more: Any) -> None:
        await self._asks("sendMessage", {**self._whose, "text": text, **more})

    async def commands(self, text: str) -> None:
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        await self._asks("sendCommand", {**self._whose, "text": text, "entities": entities})

    async def shows(self, **content: Any) -> None:
        await self._asks("sendMessage", {**self._whose, **content})

    async def taps(self, label: str) -> None:
        shown = next(one for one in reversed(await self.screen()) if label in options(one))
        seen = {name: shown["message"][name] for name in ("text", "reply_markup")}
        message = {**seen, "message_id": shown["messageId"], "date": int(time.time()), "chat": self._whose["chat"]}
        await self._asks("sendCallback", {**self._whose, "message": message, "data": options(shown)[label]})

    async def screen(self) -> list[dict[str, Any]]:
        """The bot's messages in this chat, as the peer keeps them: edits are in them."""
        history = (await self._asks("getUpdatesHistory", {"token": TOKEN}))["result"]
        return [one for one in history if str(one.get("message", {}).get("chat_id")) == str(self.chat)]

    async def until(self, true: Callable[[list[dict[str, Any]]], Any]) -> list[dict[str, Any]]:
        async def look() -> list[dict[str, Any]]:
            return screen if true(screen := await self.screen()) else []

        return await eventually(look)

    async def reads(self, words: str) -> dict[str, Any]:
        def found(screen: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [one for one in screen if words in one["message"].get("text", "")]

        return found(await self.until(found))[-1]

    @property
    def _whose(self) -> dict[str, Any]:
        user = {"id": self.chat, "is_bot": False, "first_name": "Mai", "language_code": "vi"}
        chat = {"id": self.chat, "type": "private", "first_name": "Mai"}
        return {"botToken": TOKEN, "from": user, "chat": chat, "date": int(time.time())}

    async def _asks(self, path: str, body: Any) -> Any:
        async with self.front.session.post(f"{self.front.peer}/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


def options(shown: dict[str, Any]) -> dict[str, str]:
    rows = (shown["message"].get("reply_markup") or {}).get("inline_keyboard", ())
    return {button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def front(session: ClientSession, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PolledFront]:
    folder: Path = tmp_path_factory.mktemp("test-api")
    async with telegram_test_api(folder) as peer:
        front = PolledFront(session, peer)
        async with (
            served(front.application()) as own,
            service(folder, telegram_token=TOKEN, telegram_api=own),
        ):
            yield front


@pytest.fixture
def person(front: PolledFront) -> Person:
    return Person(front, next(NUMBERS))


def called(front: PolledFront, method: str) -> list[Call]:
    return [call for call in front.calls if call.method == method]


async def soon(true: Callable[[], Any]) -> None:
    async def look() -> bool:
        return bool(true())

    await eventually(look)


async def test_the_menu_of_commands_is_set_in_both_languages(front: PolledFront) -> None:
    await soon(lambda: len(called(front, "setMyCommands")) >= 2)
    assert {call.given.get("language_code", "") for call in called(front, "setMyCommands")} >= {"", "en"}
    assert all(call.read("commands") for call in called(front, "setMyCommands"))


async def test_a_wish_a_tap_and_a_link(person: Person, front: PolledFront) -> None:
    await person.says(BIRTH)
    first = await person.reads("Đăng ký khai sinh")
    assert "Phí, lệ phí" in options(first)
    await person.taps("Phí, lệ phí")
    await person.reads("Phí, lệ phí: Đăng ký khai sinh")
    await soon(lambda: called(front, "answerCallbackQuery"))
    await person.commands("/start th_1-001193")
    await person.until(lambda screen: sum("Giấy tờ cần có" in one["message"]["text"] for one in screen) >= 2)


async def test_a_ticked_paper_changes_the_message_it_stands_in(person: Person) -> None:
    await person.says("đăng ký khai sinh")
    await person.reads("Đăng ký khai sinh")
    await person.taps("Giấy tờ đầy đủ")
    before = await person.reads("chọn giấy tờ đã có")
    await person.taps("☐ Giấy chứng sinh")
    after = await person.reads("Đã có 1 giấy tờ")
    assert after["messageId"] == before["messageId"]  # edited, not sent anew
    assert "☑ Giấy chứng sinh" in options(after)


FILE = {"file_id": "giay-hen", "file_unique_id": "giay-hen"}


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{**FILE, "width": 90, "height": 90}, {**FILE, "width": 900, "height": 900}]},
        {"document": {**FILE, "mime_type": "image/jpeg", "file_name": "giay-hen.jpg"}},
    ],
    ids=["photo", "document"],
)
async def test_a_receipt_is_fetched_and_read(person: Person, front: PolledFront, content: dict[str, Any]) -> None:
    front.files = {"giay-hen": taken(both(SHORT))}
    await person.shows(**content)
    await person.reads(SHORT)


async def test_a_file_that_is_no_picture_is_answered_in_words(person: Person) -> None:
    await person.shows(document={**FILE, "mime_type": "application/pdf", "file_name": "don.pdf"})
    await person.until(lambda screen: screen)


async def test_a_pickup_is_booked_by_sharing_a_place_and_a_contact_and_its_slip_handed_over(
    person: Person, front: PolledFront
) -> None:
    """Ten messages, of which Telegram takes three at once and then one a second: the bot keeps to that."""
    await person.says("đặt bưu tá lấy hồ sơ khai sinh")
    await person.reads("đồng ý để bot giữ thông tin")
    await person.taps("Đồng ý")
    await person.reads("Bưu tá đến xã, phường nào?")
    await soon(lambda: any("request_location" in call.asked for call in front.sent("sendMessage", person.chat)))
    await person.shows(location={"latitude": 21.853, "longitude": 106.761})
    await person.reads("Có phải anh/chị ở phường")
    for words, answer in (
        ("có", "Số nhà và đường"),
        ("số 5 ngõ 7 Bà Triệu", "Bưu tá đến lúc nào"),
        ("sớm nhất", "Ai giao hồ sơ cho bưu tá?"),
    ):
        await person.says(words)
        await person.reads(answer)
    await person.shows(contact={"phone_number": "0912345678", "first_name": "Tám", "last_name": "Lê Văn"})
    await person.reads("Giấy tờ nào đã có?")
    await person.says("đủ cả")
    await person.reads("bưu tá mang về tận nhà")
    await person.taps("Có, mang về nhà")
    await person.reads("Tổng cước")
    await person.taps("Xác nhận đặt")
    await person.reads("Đã đặt lịch ND")
    await soon(lambda: front.sent("sendDocument", person.chat))
    slip = next(call.files["document"] for call in front.sent("sendDocument", person.chat))
    assert slip.name.endswith(".pdf")
    assert slip.body.startswith(b"%PDF-")


async def test_what_was_answered_is_confirmed(person: Person, front: PolledFront) -> None:
    await person.says("cảm ơn")
    await person.until(lambda screen: screen)
    await soon(lambda: not front.waiting)


async def test_markup_of_a_citizen_is_only_words(person: Person) -> None:
    await person.says("<b>làm giấy khai sinh</b> & </i>")
    await person.until(lambda screen: screen)
