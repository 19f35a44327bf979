"""What comes twice is answered once: edits that change no word, a button tapped twice, the pictures of an album.

And an answer that comes late stands with its own question.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pytest_aiohttp import AiohttpServer

from bot.channel import Happening, Update
from bot.dialogue.events import Chose, Content, Heard, Scanned, Showed, Wrote
from bot.dialogue.world import World
from bot.handlers.telegram.memory import MOST
from bot.handlers.telegram.repeats import TWICE, Repeats
from bot.storage.store import Store
from tests.conftest import Clock
from tests.fake_telegram import ANYTHING, FILE, GROUP, MAI, PRIVATE, FakeTelegram, labels
from tests.on_telegram import OnTelegram, on_telegram, served, update

PHOTO = [{**FILE, "width": 1, "height": 1}]
SHOWN = {**ANYTHING, "chat": PRIVATE, "text": "Khai sinh"}


@dataclass
class Seconds:
    passed: float = 0.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def api() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def chat(
    api: FakeTelegram, aiohttp_server: AiohttpServer, local_store: Store, world: World
) -> AsyncIterator[OnTelegram]:
    async with on_telegram(api, await served(api, aiohttp_server), local_store, world) as chat:
        yield chat
    assert api.refused == []


def said(**more: Any) -> dict[str, Any]:
    return {**ANYTHING, "chat": PRIVATE, **more}


def content(happened: Happening | None) -> Content | None:
    return happened.content if isinstance(happened, Heard) else None


class TestEdits:
    @pytest.mark.parametrize("more", [{}, {"entities": [{"type": "mention", "offset": 0, "length": 2}]}])
    async def test_one_that_changes_no_word_is_not_answered(self, chat: OnTelegram, more: dict[str, Any]) -> None:
        """Telegram tells so that it made up the preview of a link."""
        message = said(text="a https://a.vn", **more)
        await chat.takes({"update_id": 1, "message": message})
        await chat.takes({"update_id": 2, "edited_message": {**message, "edit_date": 2}})
        await chat.takes({"update_id": 3, "edited_message": {**message, "edit_date": 3}})
        assert len(chat.kept()) == 1

    async def test_nor_is_one_of_a_caption(self, chat: OnTelegram) -> None:
        message = said(photo=PHOTO, caption="khai sinh")
        await chat.takes({"update_id": 1, "message": message}, {"update_id": 2, "edited_message": message})
        await chat.takes({"update_id": 3, "edited_message": {**message, "caption": "mất sổ đỏ"}})
        assert chat.kept() == ["khai sinh", "mất sổ đỏ"]

    async def test_words_that_come_back_are_an_edit(self, chat: OnTelegram) -> None:
        for number, words in enumerate(("khai sinh", "mất sổ đỏ", "khai sinh")):
            kind = "edited_message" if number else "message"
            await chat.takes({"update_id": number + 1, kind: said(text=words)})
        assert chat.kept() == ["khai sinh", "mất sổ đỏ", "khai sinh"]

    async def test_another_message_with_the_same_words_is_another(self, chat: OnTelegram) -> None:
        await chat.takes({"update_id": 1, "message": said(text="khai sinh")})
        await chat.takes({"update_id": 2, "edited_message": said(text="khai sinh", message_id=2)})
        assert len(chat.kept()) == 2

    async def test_the_same_update_tried_again_is_heard_again(self, chat: OnTelegram) -> None:
        """What broke in us is tried again."""
        await chat.channel.read(update(1, message=said(text="khai sin")))
        for _ in range(2):
            edit = await chat.channel.read(update(2, edited_message=said(text="khai sinh")))
            assert content(edit) == Wrote("khai sinh")


class TestTaps:
    @staticmethod
    async def taps(on: OnTelegram, *taps: tuple[int, str], **shown: Any) -> list[Content | None]:
        """Each a message and an option, one after the other."""
        heard = []
        for number, (message, option) in enumerate(taps):
            under = {**SHOWN, "message_id": message, **shown}
            query = {"id": f"q{number}", "from": MAI, "chat_instance": "1", "data": option, "message": under}
            heard.append(content(await on.channel.read(update(number + 1, callback_query=query))))
        return heard

    @pytest.mark.parametrize("shown", [{}, {"chat": GROUP}])
    async def test_a_double_tap_is_one_and_every_clock_is_stopped(
        self, chat: OnTelegram, until: Any, shown: dict[str, Any]
    ) -> None:
        assert await self.taps(chat, (5, "help"), (5, "help"), **shown) == [Chose("help"), None]
        await until(lambda: sorted(chat.api.tapped) == ["q0", "q1"])

    @pytest.mark.parametrize("second", [(6, "help"), (5, "person")])
    async def test_another_message_or_choice_is_another(self, chat: OnTelegram, second: tuple[int, str]) -> None:
        assert None not in await self.taps(chat, (5, "help"), second)

    @pytest.mark.parametrize("option", ["tick:1.004222/-/a", "have:to-khai", "confirm:1a2b"])
    async def test_a_box_is_ticked_and_unticked(self, chat: OnTelegram, option: str) -> None:
        assert await self.taps(chat, (5, option), (5, option)) == [Chose(option)] * 2

    async def test_a_box_on_screen_is_ticked_and_unticked(self, chat: OnTelegram) -> None:
        chat.api.says(text="mất sổ đỏ")
        await chat.hears()
        chat.api.taps("Giấy tờ đầy đủ")
        await chat.hears()
        boxes = labels(chat.api.sent[-1])[0]
        for _ in range(2):
            chat.api.taps(labels(chat.api.sent[-1])[0])
            await chat.hears()
        assert (len(chat.api.sent[-1]["edits"]), labels(chat.api.sent[-1])[0]) == (2, boxes)

    def test_after_a_word_in_between_it_is_another(self) -> None:
        repeats = Repeats(Seconds())
        assert not repeats.is_second_tap(tapped(1), 5, "help")
        repeats.wrote(tapped(2), 6, "khai sinh")
        assert not repeats.is_second_tap(tapped(3), 5, "help")

    def test_the_second_may_have_waited_for_the_answer_to_the_first(self) -> None:
        seconds = Seconds()
        repeats = Repeats(seconds)
        assert not repeats.is_second_tap(tapped(1), 5, "help")
        seconds.passed = 60.0  # an agency's system was slow
        repeats.answered("7")
        assert repeats.is_second_tap(tapped(2), 5, "help")
        seconds.passed += TWICE
        assert not repeats.is_second_tap(tapped(3), 5, "help")

    def test_the_same_update_tried_again_is_heard_again(self) -> None:
        repeats = Repeats(Seconds())
        assert [repeats.is_second_tap(tapped(number), 5, "help") for number in (1, 1, 2)] == [False, False, True]


def tapped(number: int) -> Update:
    return Update("telegram", "7", str(number), number, b"")


class TestAlbums:
    @staticmethod
    def told(repeats: Repeats, *contents: Content, album: str | None = "a") -> list[bool]:
        return [not repeats.is_told(tapped(number), album, one) for number, one in enumerate(contents)]

    async def test_five_pictures_are_one_thing_shown(self, chat: OnTelegram) -> None:
        for number in range(5):
            message = said(photo=PHOTO, message_id=number, media_group_id="a")
            await chat.takes({"update_id": number + 1, "message": message})
        await chat.takes({"update_id": 9, "message": said(photo=PHOTO, message_id=9, media_group_id="b")})
        assert len(chat.api.sent) == 2

    @pytest.mark.parametrize("nothing", [Showed("picture"), Scanned(), Showed("pictures")])
    def test_what_says_more_is_told_once(self, nothing: Content) -> None:
        code, other = Scanned(("H26.15-260812-0042",)), Scanned(("H26.15-260812-0043",))
        assert self.told(Repeats(), nothing, code, nothing, code, other) == [True, True, False, False, True]
        assert self.told(Repeats(), Wrote("khai sinh"), nothing, nothing) == [True, False, False]

    def test_pictures_alone_are_each_something(self) -> None:
        assert self.told(Repeats(), Showed("picture"), Showed("picture"), album=None) == [True, True]

    def test_the_same_update_tried_again_is_heard_again(self) -> None:
        repeats = Repeats()
        assert not repeats.is_told(tapped(1), "a", Showed("picture"))
        assert not repeats.is_told(tapped(1), "a", Showed("picture"))
        assert repeats.is_told(tapped(2), "a", Showed("picture"))


def test_what_is_remembered_has_an_end() -> None:
    repeats = Repeats()
    for number in range(MOST + 5):
        chat = Update("telegram", str(number), "1", 1, b"")
        repeats.wrote(chat, 1, "khai sinh")
        repeats.is_second_tap(chat, 5, "help")
        repeats.is_told(chat, "a", Scanned())
    assert len(repeats.words) == len(repeats.taps) == len(repeats.albums) == MOST


class TestAnAnswerThatComesLate:
    async def screens(self, chat: OnTelegram) -> list[dict[str, Any]]:
        """Two checklists with boxes to tick."""
        for words in ("mất sổ đỏ", "đăng ký khai sinh"):
            chat.api.says(text=words)
            await chat.hears()
            chat.api.taps("Giấy tờ đầy đủ")
            await chat.hears()
        first, second = (m for m in chat.api.sent if any("☐" in label or "⬜" in label for label in labels(m)))
        return [first, second]

    async def test_it_takes_the_place_of_its_own_screen(self, chat: OnTelegram, clock: Clock) -> None:
        """Not of the one that was tapped since."""
        screens = await self.screens(chat)
        titles = [screen["words"].splitlines()[0] for screen in screens]
        sent = len(chat.api.sent)
        chat.api.unchanged = [(429, {"parameters": {"retry_after": 1}})]
        for screen in screens:
            chat.api.comes(callback_query=chat.api.query(screen, chat_option(screen)))
            await chat.hears()
        clock.passes(timedelta(minutes=1))
        await chat.turns.deliver_owed()
        assert [screen["words"].splitlines()[0] for screen in screens] == titles
        assert [len(screen["edits"]) for screen in screens] == [1, 1]
        assert len(chat.api.sent) == sent


def chat_option(screen: dict[str, Any]) -> str:
    """Of its first box."""
    return str(screen["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
