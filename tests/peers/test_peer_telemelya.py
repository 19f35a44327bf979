"""The real service by webhook with telemelya, a Telegram that is not ours, behind a front (fronts.py)."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, FormData

from tests.peers.fronts import TelemelyaFront
from tests.peers.running import TOKEN, eventually, served, service, telemelya
from tests.receipts.camera import taken
from tests.receipts.photos import SHORT, both

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = "https://bot.example.vn"
BIRTH = "lam giay khai sinh cho con moi de"
NUMBERS = count(1001)


@dataclass
class Person:
    """Somebody with telemelya in their hand. What is on their screen is what telemelya says is there."""

    session: ClientSession
    telemelya: str
    chat: int

    async def says(self, text: str) -> Any:
        return await self._updates(text=text)

    async def taps(self, label: str) -> Any:
        """A button of any message so far."""
        shown = next(one for one in reversed(await self.screen()) if label in options(one))
        option = options(shown)[label]
        return await self._updates(callback_data=option, callback_message_id=shown["message_id"])

    async def shows(self, picture: bytes, caption: str | None = None) -> Any:
        form = FormData({"session_id": self._own})
        form.add_field("file", picture, filename="giay-hen.jpg", content_type="image/jpeg")
        kept = await self._asks("POST", "upload_media", data=form)
        return await self._updates(photo_file_id=kept["file_id"], photo_caption=caption)

    async def looks_for(self, query: str) -> Any:
        """In any chat, behind the bot's name."""
        return await self._asks("POST", "send_inline_query", json={"query": query}, bot_token=TOKEN)

    async def screen(self) -> list[dict[str, Any]]:
        """What the bot did, as the peer took it."""
        responses: list[dict[str, Any]] = (await self._asks("GET", "responses"))["responses"]
        return responses

    async def until(self, true: Callable[[list[dict[str, Any]]], Any]) -> list[dict[str, Any]]:
        """The screen, as soon as something is true of it."""

        async def look() -> list[dict[str, Any]]:
            return screen if true(screen := await self.screen()) else []

        return await eventually(look)

    async def reads(self, words: str, method: str = "sendMessage") -> dict[str, Any]:
        def found(screen: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [one for one in screen if one["method"] == method and words in (one.get("text") or "")]

        return found(await self.until(found))[-1]

    @property
    def _own(self) -> str:
        return f"person{self.chat}"

    async def _updates(self, **content: Any) -> Any:
        return await self._asks("POST", "send_update", json={"chat_id": self.chat, **content}, bot_token=TOKEN)

    async def _asks(self, method: str, path: str, *, json: Any = None, data: Any = None, **query: str) -> Any:
        url, query = f"{self.telemelya}/api/v1/test/{path}", {"session_id": self._own, **query}
        header = {"Authorization": "Bearer any"}
        async with self.session.request(method, url, json=json, data=data, params=query, headers=header) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


def options(shown: dict[str, Any]) -> dict[str, str]:
    rows = (shown.get("reply_markup") or {}).get("inline_keyboard", ())
    return {button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def front(session: ClientSession, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TelemelyaFront]:
    """With the real service on one side and telemelya on the other."""
    folder: Path = tmp_path_factory.mktemp("telemelya")
    async with telemelya(folder) as peer:
        front = TelemelyaFront(session, peer)
        settings = {"telegram_token": TOKEN, "telegram_mode": "webhook", "public_url": PUBLIC}
        async with (
            served(front.application()) as front.own,
            service(folder, telegram_api=front.own, **settings) as front.bot,
        ):
            await eventually(partial(registered, front))
            yield front


async def registered(front: TelemelyaFront) -> str:
    """The service serves before Telegram has answered it."""
    return str(front.hook["url"])


@pytest.fixture
def person(session: ClientSession, front: TelemelyaFront) -> Person:
    return Person(session, front.peer, next(NUMBERS))


async def test_the_webhook_is_registered_with_a_secret_and_the_public_address(front: TelemelyaFront) -> None:
    assert front.hook["url"].startswith(f"{PUBLIC}/")
    assert len(front.secret or "") >= 16
    async with front.session.post(f"{front.peer}/bot{TOKEN}/getWebhookInfo") as answer:
        assert (await answer.json())["result"]["url"].startswith(f"{front.own}/called/")


async def test_a_wish_is_answered(person: Person) -> None:
    took = await person.says(BIRTH)
    assert took["delivery"]["status_code"] == 200
    shown = await person.reads("Đăng ký khai sinh")
    assert shown["raw"]["parse_mode"] == "HTML"
    assert "Phí, lệ phí" in options(shown)


async def test_a_tap_is_answered_and_its_clock_stopped(person: Person) -> None:
    await person.says(BIRTH)
    await person.reads("Đăng ký khai sinh")
    took = await person.taps("Phí, lệ phí")
    await person.reads("Phí, lệ phí: Đăng ký khai sinh")
    query = took["update"]["callback_query"]["id"]
    await person.until(lambda screen: [one for one in screen if one.get("callback_query_id") == query])


async def test_a_ticked_paper_changes_the_message_it_stands_in(person: Person) -> None:
    """telemelya refuses an edit of a message it does not know (its STRICT_EDIT)."""
    await person.says("đăng ký khai sinh")
    await person.reads("Đăng ký khai sinh")
    await person.taps("Giấy tờ đầy đủ")
    before = await person.reads("chọn giấy tờ đã có")
    await person.taps("☐ Giấy chứng sinh")
    after = await person.reads("Đã có 1 giấy tờ", "editMessageText")
    assert after["message_id"] == before["message_id"]
    assert "☑ Giấy chứng sinh" in options(after)


async def test_a_link_opens_its_procedure(person: Person) -> None:
    await person.says("/start th_1-001193")
    await person.reads("Đăng ký khai sinh")


async def test_a_photo_of_a_receipt_is_fetched_and_read(person: Person, front: TelemelyaFront) -> None:
    await person.shows(taken(both(SHORT)))
    await person.reads(SHORT)
    assert [call.method for call in front.calls].count("getFile") == 1


async def test_a_caption_counts_where_the_photo_says_nothing(person: Person) -> None:
    await person.shows(b"no picture", BIRTH)
    await person.reads("Đăng ký khai sinh")


async def test_a_procedure_is_found_from_any_chat_and_its_checklist_posted(person: Person) -> None:
    asked = await person.looks_for("khai sinh")
    answered = await person.until(lambda screen: [one for one in screen if one["method"] == "answerInlineQuery"])
    results = answered[-1]["results"]
    assert answered[-1]["inline_query_id"] == asked["inline_query_id"]
    assert "khai sinh" in results[0]["title"].lower()
    choice = {"chat_id": person.chat, "inline_query_id": asked["inline_query_id"], "result_index": 0}
    await person._asks("POST", "choose_inline_result", json=choice, bot_token=TOKEN)
    await person.reads("Giấy tờ cần có")


@pytest.mark.parametrize("secret", [None, "", "wrong", "the right one, and more"])
async def test_without_the_secret_nobody_is_let_in(person: Person, front: TelemelyaFront, secret: str | None) -> None:
    """telemelya sends none; the front adds what the bot registered. Here it is left out, or is another."""
    known = front.secret
    front.secret = f"{known}x" if secret == "the right one, and more" else secret
    try:
        took = await person.says(BIRTH)
    finally:
        front.secret = known
    assert took["delivery"]["status_code"] in (401, 403, 404)
    await person.says("/help")
    screen = await person.until(lambda screen: screen)
    assert not any("Đăng ký khai sinh" in (one.get("text") or "") for one in screen[:1])


async def test_an_update_that_comes_twice_is_answered_once(person: Person, front: TelemelyaFront) -> None:
    took = await person.says(BIRTH)
    await person.reads("Đăng ký khai sinh")
    path = front.hook["url"].removeprefix(PUBLIC)
    async with front.session.post(f"{front.own}/called{path}", json=took["update"]) as answer:
        assert answer.status == 200
    await person.says("/help")
    screen = await person.until(lambda screen: len(screen) > 1)
    assert sum("Đăng ký khai sinh" in (one.get("text") or "")[:40] for one in screen) == 1


async def test_every_update_was_taken_or_refused_at_once(front: TelemelyaFront) -> None:
    assert {*front.statuses} <= {200, 401, 403, 404}
