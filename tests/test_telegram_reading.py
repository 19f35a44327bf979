"""What an update of Telegram says to the bot, and that no update whatever breaks it."""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs

from bot.channel import ANSWERED, Left, Returned, Update
from bot.dialogue.events import Chose, Content, Heard, Introduced, Located, Showed, Started, Wrote
from bot.dialogue.step import Text
from bot.dialogue.world import World
from bot.handlers.telegram.intake import KEPT, update_of
from bot.handlers.telegram.reading import is_sound
from bot.storage.store import Store
from bot.texts.message import Message, ShownLine
from bot.texts.render import words
from tests.fake_telegram import ANYTHING, BOT, FILE, MAI, PRIVATE, FakeTelegram, labels
from tests.on_telegram import OnTelegram, on_telegram, served, update

PLACE = {"latitude": 21.8, "longitude": 106.7}
CONTACT = {"phone_number": "84912345678", "first_name": "Mai"}
A_WHILE = timedelta(minutes=2)  # longer than anything waits to be tried again
NOTICE = (Message((ShownLine("Hồ sơ đã có kết quả"),)),)


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


async def read(chat: OnTelegram, **content: Any) -> Content | None:
    heard = await chat.channel.read(update(1, **content))
    assert heard is None or isinstance(heard, Heard)
    assert heard is None or (heard.address, heard.update, heard.public) == ("telegram:7", "1", False)
    return heard.content if heard else None


def message(**content: Any) -> dict[str, Any]:
    return {**ANYTHING, "chat": PRIVATE, **content}


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"text": "làm giấy khai sinh"}, Wrote("làm giấy khai sinh")),
        ({"text": "/start th_1-004222"}, Started("th_1-004222")),
        ({"text": "/start"}, Started()),
        ({"text": "/START@noidai_bot  th_1-004222 "}, Started("th_1-004222")),
        ({"text": "/orders"}, Chose("orders", "/orders")),
        ({"text": "/huy"}, Wrote("cancel")),
        ({"text": "/id"}, Showed("command")),
        ({"text": "/khai sinh"}, Wrote("khai sinh")),
        ({"text": "/theodoi H26.15-260812-0042"}, Chose("follow:H26.15-260812-0042", "/theodoi H26.15-260812-0042")),
        ({"text": "/hoso abc"}, Chose("askcode:other", "/hoso abc")),
        ({"text": "/etc/passwd"}, Wrote("/etc/passwd")),
        ({"text": "/"}, Wrote("/")),
        ({"text": "chuyển tiếp", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Bé"}},
         Wrote("chuyển tiếp")),
        ({"text": "@noidai_bot chào", "entities": [{"type": "mention", "offset": 0, "length": 11}]},
         Wrote("chào")),
        ({"text": "@noidai_bot", "entities": [{"type": "mention", "offset": 0, "length": 11}]}, Started()),
        ({"text": "@be_bi chào", "entities": [{"type": "mention", "offset": 0, "length": 6}]}, Wrote("@be_bi chào")),
        ({"document": FILE, "caption": "hồ sơ này đủ chưa"}, Wrote("hồ sơ này đủ chưa")),
        ({"voice": {**FILE, "duration": 1}, "caption": "làm khai sinh"}, Wrote("làm khai sinh")),
        ({"location": PLACE}, Located(21.8, 106.7)),
        ({"location": {**PLACE, "live_period": 60}}, Located(21.8, 106.7)),
        ({"venue": {"location": PLACE, "title": "Chợ", "address": "x"}}, Located(21.8, 106.7)),
        ({"contact": CONTACT}, Introduced("84912345678", "Mai")),
        ({"contact": {**CONTACT, "phone_number": "0912 345 678", "last_name": "Hoàng", "user_id": 9}},
         Introduced("0912 345 678", "Mai Hoàng")),
        ({"text": "một nửa \ud83d ký tự\0"}, Wrote("một nửa \ufffd ký tự")),
        ({"text": "nguyên vẹn 😀"}, Wrote("nguyên vẹn 😀")),
        ({"contact": {"phone_number": "\udc00", "first_name": "\ud800"}}, Introduced("\ufffd", "\ufffd")),
        ({"text": "/start \ud800"}, Started("\ufffd")),
    ],
)  # fmt: skip
async def test_what_is_said_is_heard(chat: OnTelegram, said: dict[str, Any], heard: Content) -> None:
    assert await read(chat, message=message(**said)) == heard


SHOWN = {
    "picture": {"photo": [{**FILE, "width": 1, "height": 1}]},
    "voice": {"voice": {**FILE, "duration": 1}},
    "sticker": {
        "sticker": {**FILE, "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}
    },
    "file": {"document": FILE},
    "video": {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
    "other": {"dice": {"emoji": "🎲", "value": 1}},
}


@pytest.mark.parametrize("kind", SHOWN)
async def test_what_is_not_words_is_answered_in_words(chat: OnTelegram, kind: str) -> None:
    chat.api.says(**SHOWN[kind])
    await chat.hears()
    assert chat.kept() == [words(Text(f"heard.{kind}"), "vi")]
    assert len(chat.api.sent) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"pinned_message": {**ANYTHING, "chat": PRIVATE, "text": "khai sinh"}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"write_access_allowed": {}},
        {"new_chat_title": "Nhà"},
        {"text": "khai sinh", "via_bot": BOT},  # sent by our inline mode: our own words
    ],
)
async def test_what_nobody_said_to_the_bot_is_not_answered(chat: OnTelegram, said: dict[str, Any]) -> None:
    assert await read(chat, message=message(**said)) is None


async def test_what_was_sent_by_the_inline_mode_of_another_is_said_to_us(chat: OnTelegram) -> None:
    other = {"id": 99, "is_bot": True, "first_name": "GIF", "username": "gif"}
    assert await read(chat, message=message(text="khai sinh", via_bot=other)) == Wrote("khai sinh")


async def test_an_edited_text_is_a_new_thing_said(chat: OnTelegram) -> None:
    chat.api.says(text="làm giấy khai sin")
    chat.api.comes(edited_message=message(text="làm giấy khai sinh", edit_date=2))
    await chat.hears()
    assert chat.kept() == ["làm giấy khai sin", "làm giấy khai sinh"]


async def test_a_caption_that_is_changed_is_a_new_thing_said(chat: OnTelegram) -> None:
    said = {"photo": SHOWN["picture"]["photo"], "caption": "khai sinh"}
    assert await read(chat, edited_message=message(**said, edit_date=2)) == Wrote("khai sinh")


@pytest.mark.parametrize("said", [{"location": PLACE}, SHOWN["picture"], SHOWN["file"]])
async def test_an_edit_without_words_is_not_answered(chat: OnTelegram, said: dict[str, Any]) -> None:
    assert await read(chat, edited_message=message(**said, edit_date=2)) is None


@pytest.mark.parametrize(
    ("code", "language"), [("vi", "vi"), ("vi-VN", "vi"), (None, "vi"), ("en-GB", "en"), ("fr", "en"), ("zh", "en")]
)
@pytest.mark.parametrize("said", [{"text": "ok"}, {"contact": CONTACT}])
async def test_whose_phone_speaks_neither_language_is_spoken_to_in_english(
    chat: OnTelegram, code: str | None, language: str, said: dict[str, Any]
) -> None:
    person = {**MAI, "language_code": code} if code else {k: v for k, v in MAI.items() if k != "language_code"}
    heard = await chat.channel.read(update(1, message=message(**said, **{"from": person})))
    assert isinstance(heard, Heard)
    assert heard.language == language


class TestReplies:
    """A reply to what the bot said is about that."""

    @staticmethod
    async def replies(chat: OnTelegram, number: int, text: str) -> str:
        quoted = chat.api.query(chat.api.sent[number], "x")["message"]
        chat.api.says(text=text, reply_to_message=quoted)
        await chat.hears()
        return str(chat.api.sent[-1]["words"])

    async def test_a_question_is_about_the_screen_that_is_replied_to(self, chat: OnTelegram) -> None:
        for words_ in ("mất sổ đỏ", "đăng ký khai sinh"):
            chat.api.says(text=words_)
            await chat.hears()
        assert "sổ đỏ" in await self.replies(chat, 0, "phí bao nhiêu")
        assert "khai sinh" in (await self.replies(chat, 1, "phí bao nhiêu")).lower()

    async def test_one_that_names_something_else_is_about_that(self, chat: OnTelegram) -> None:
        chat.api.says(text="mất sổ đỏ")
        await chat.hears()
        assert "khai sinh" in (await self.replies(chat, 0, "đăng ký khai sinh")).lower()

    async def test_to_what_a_person_said_it_is_about_nothing(self, chat: OnTelegram) -> None:
        reply = message(text="phí bao nhiêu", reply_to_message=message(text="Khai sinh"))
        assert await read(chat, message=reply) == Wrote("phí bao nhiêu")


async def test_a_channel_is_not_listened_to(chat: OnTelegram) -> None:
    await chat.takes(
        {"update_id": 1, "channel_post": {**ANYTHING, "chat": {"id": -8, "type": "channel"}, "text": "khai sinh"}},
        {"update_id": 2, "message": {**ANYTHING, "chat": {"id": -8, "type": "channel"}, "text": "khai sinh"}},
        {"update_id": 3, "callback_query": {"id": "q", "from": MAI, "chat_instance": "1", "inline_message_id": "1"}},
    )
    assert chat.api.sent == []


class TestTaps:
    async def test_the_label_stands_for_what_the_button_carries(self, chat: OnTelegram) -> None:
        rows = [[{"text": "Trang", "url": "https://a.vn"}, {"text": "Về đầu", "callback_data": "home"}]]
        shown = {**message(), "reply_markup": {"inline_keyboard": rows}}
        query = {"id": "q", "from": MAI, "chat_instance": "1", "message": shown}
        assert await read(chat, callback_query={**query, "data": "home"}) == Chose("home", "Về đầu")
        assert await read(chat, callback_query={**query, "data": "help"}) == Chose("help")
        assert await read(chat, callback_query={**query, "game_short_name": "x"}) == Chose("")

    async def test_under_a_message_too_old_to_be_shown_it_still_counts(self, chat: OnTelegram) -> None:
        gone = {"message_id": 5, "date": 0, "chat": PRIVATE}
        query = {"id": "q", "from": MAI, "chat_instance": "1", "message": gone, "data": "home"}
        assert await read(chat, callback_query=query) == Chose("home")

    async def test_its_clock_is_stopped_before_it_is_answered(self, chat: OnTelegram, until: Any) -> None:
        query = {"id": "q7", "from": MAI, "chat_instance": "1", "message": message(), "data": "home"}
        await chat.channel.read(update(1, callback_query=query))
        await until(lambda: chat.api.tapped == ["q7"])

    async def test_a_clock_that_cannot_be_stopped_costs_no_answer(self, chat: OnTelegram, until: Any) -> None:
        chat.api.late = True
        complaints: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        query = {"id": "q", "from": MAI, "chat_instance": "1", "message": message(), "data": "home"}
        await chat.takes({"update_id": 1, "callback_query": query})
        await until(lambda: "answerCallbackQuery" in chat.api.called and not chat.channel._at_work)
        gc.collect()
        assert (len(chat.api.sent), complaints) == (1, [])


class TestScreens:
    """A box ticked: the list is drawn anew in its place."""

    @staticmethod
    async def open(chat: OnTelegram) -> str:
        """The papers of a procedure on screen; the label of its first box."""
        chat.api.says(text="toi muon lam lai so do bi mat")
        await chat.hears()
        chat.api.taps("Giấy tờ đầy đủ")
        await chat.hears()
        assert not any(message["reply_parameters"] for message in chat.api.sent)  # two people need no quotes
        return labels(chat.api.sent[-1])[0]

    async def test_the_message_that_was_tapped_changes(self, chat: OnTelegram) -> None:
        box = await self.open(chat)
        before = len(chat.api.sent)
        chat.api.taps(box)
        await chat.hears()
        assert len(chat.api.sent) == before
        assert len(chat.api.sent[-1]["edits"]) == 1
        assert labels(chat.api.sent[-1])[0] != box

    async def test_one_of_two_taps_in_a_hurry_each_changes_it(self, chat: OnTelegram) -> None:
        box = await self.open(chat)
        other = labels(chat.api.sent[-1])[1]
        chat.api.taps(box)
        chat.api.taps(other)
        await chat.hears()
        assert len(chat.api.sent[-1]["edits"]) == 2
        assert {box, other}.isdisjoint(labels(chat.api.sent[-1]))

    @pytest.mark.parametrize(
        "description",
        ["message can't be edited", "message to edit not found", "MESSAGE_ID_INVALID", "there is no text to edit"],
    )
    async def test_where_it_cannot_change_a_new_one_is_sent(self, chat: OnTelegram, description: str) -> None:
        box = await self.open(chat)
        before = len(chat.api.sent)
        chat.api.unchanged = [(400, {"description": f"Bad Request: {description}"})]
        chat.api.taps(box)
        await chat.hears()
        assert len(chat.api.sent) == before + 1
        assert labels(chat.api.sent[-1])[0] != box

    async def test_one_that_shows_it_already_is_enough(self, chat: OnTelegram) -> None:
        """After an answer of Telegram's that was lost on its way."""
        box = await self.open(chat)
        before = len(chat.api.sent)
        chat.api.unchanged = [(400, {"description": "Bad Request: message is not modified: it is the same"})]
        chat.api.taps(box)
        await chat.hears()
        assert len(chat.api.sent) == before
        assert chat.turns.store.run_now(lambda unit: unit.turns.owed()) == []

    @pytest.mark.parametrize("old", [{"date": int(time.time()) - 3 * 86400}, {"date": 0}], ids=["old", "not shown"])
    async def test_an_old_one_is_left_alone(self, chat: OnTelegram, old: dict[str, Any]) -> None:
        box = await self.open(chat)
        before = len(chat.api.sent)
        chat.api.taps(box, **old)
        await chat.hears()
        assert len(chat.api.sent) == before + 1
        assert "editMessageText" not in chat.api.called

    async def test_when_telegram_is_down_it_changes_later(self, chat: OnTelegram, clock: Any) -> None:
        box = await self.open(chat)
        before = len(chat.api.sent)
        chat.api.unchanged = [(502, {"description": "Bad Gateway"})]
        chat.api.taps(box)
        with capture_logs():
            await chat.hears()
        clock.passes(A_WHILE)
        await chat.turns.deliver_owed()
        assert len(chat.api.sent) == before
        assert len(chat.api.sent[-1]["edits"]) == 1

    async def test_one_that_grew_longer_than_a_message_is_sent_anew(self, chat: OnTelegram) -> None:
        """Of a screen in two messages only the lower would change."""
        box = await self.open(chat)
        chat.api.taps(box)
        (raw,) = chat.api.updates
        tap = update_of(raw)
        assert tap
        await chat.channel.read(tap)
        long = Message(tuple(ShownLine("dài " * 800) for _ in range(2)), redraws=True)
        ANSWERED.set(tap.key)
        await chat.channel.send("7", (long,))
        assert "editMessageText" not in chat.api.called

    async def test_of_two_screens_only_the_first_takes_its_place(self, chat: OnTelegram) -> None:
        box = await self.open(chat)
        chat.api.taps(box)
        tap = update_of(chat.api.updates.pop())
        assert tap
        await chat.channel.read(tap)
        before = [message["words"] for message in chat.api.sent]
        ANSWERED.set(tap.key)
        await chat.channel.send("7", tuple(Message((ShownLine(words),), redraws=True) for words in ("một", "hai")))
        assert [message["words"] for message in chat.api.sent] == [*before[:-1], "một", "hai"]

    async def test_words_never_change_a_screen(self, chat: OnTelegram) -> None:
        box = await self.open(chat)
        chat.api.taps(box)
        chat.api.says(text="cảm ơn")
        chat.api.says(text="giấy tờ")
        await chat.hears()
        assert [len(message["edits"]) for message in chat.api.sent] == [0, 1, 0, 0]


class TestBlocked:
    @staticmethod
    def membership(before: str, after: str, date: int, **chat: Any) -> dict[str, Any]:
        def member(status: str) -> dict[str, Any]:
            return {"status": status, "user": BOT, **({"until_date": 0} if status == "kicked" else {})}

        return {
            "chat": {**PRIVATE, **chat}, "from": MAI, "date": date,
            "old_chat_member": member(before), "new_chat_member": member(after),
        }  # fmt: skip

    async def test_who_shuts_the_bot_out_has_left_and_may_return(self, chat: OnTelegram) -> None:
        at = datetime(2026, 11, 21, tzinfo=UTC)
        left = self.membership("member", "kicked", int(at.timestamp()))
        back = self.membership("kicked", "member", int(at.timestamp()))
        assert await chat.channel.read(update(1, my_chat_member=left)) == Left("telegram:7", at)
        assert await chat.channel.read(update(2, my_chat_member=back)) == Returned("telegram:7", at)

    async def test_nothing_more_is_sent_until_they_are_back_and_then_what_waited(
        self, chat: OnTelegram, clock: Any
    ) -> None:
        chat.api.says(text="chào")
        await chat.hears()
        before = len(chat.api.sent)
        chat.api.blocked.add("7")
        chat.api.comes(my_chat_member=self.membership("member", "kicked", int(clock.moment.timestamp())))
        await chat.hears()
        called = len(chat.api.called)
        await self.tell(chat, "one")
        assert len(chat.api.called) == called  # it is not even tried
        clock.passes(A_WHILE)
        chat.api.blocked.clear()
        chat.api.comes(my_chat_member=self.membership("kicked", "member", int(clock.moment.timestamp())))
        await chat.hears()
        await self.tell(chat, "two")
        assert [m["words"] for m in chat.api.sent[before:]] == ["Hồ sơ đã có kết quả"] * 2

    async def test_one_of_whom_only_the_refusal_tells_is_gone_too(self, chat: OnTelegram, clock: Any) -> None:
        """The update that says so was lost, or comes later."""
        chat.api.blocked.add("7")
        with capture_logs() as logs:
            await self.tell(chat, "one")
        assert [log["fate"] for log in logs] == ["held"]
        called = len(chat.api.called)
        await self.tell(chat, "two")
        assert len(chat.api.called) == called
        chat.api.blocked.clear()
        clock.passes(A_WHILE)
        chat.api.comes(my_chat_member=self.membership("kicked", "member", int(clock.moment.timestamp())))
        await chat.hears()
        assert [m["words"] for m in chat.api.sent] == ["Hồ sơ đã có kết quả"] * 2

    async def test_of_a_deleted_account_nothing_is_left_to_do(self, chat: OnTelegram) -> None:
        chat.api.failures = [(403, {"description": "Forbidden: user is deactivated"})]
        chat.api.says(text="chào")
        with capture_logs():
            await chat.hears()
        await chat.turns.deliver_owed()
        assert chat.api.called.count("sendMessage") == 1

    @staticmethod
    async def tell(chat: OnTelegram, key: str) -> None:
        await chat.turns.store.run(lambda unit: unit.turns.notify("telegram:7", key, NOTICE))
        await chat.turns.deliver_owed()


class TestRevoked:
    async def test_a_token_revoked_in_the_midst_of_an_answer_loses_nothing(
        self, chat: OnTelegram, clock: Any, local_store: Store, world: World
    ) -> None:
        """The settings name another, and what is owed arrives, each part once."""
        chat.api.says(text="/start th_1-001193")  # a greeting, and the procedure
        chat.api.revoke_after = 1
        with capture_logs():
            await chat.hears()
        assert len(chat.api.sent) == 1
        for _ in range(20):
            clock.passes(A_WHILE)
            with capture_logs():
                await chat.turns.deliver_owed()
        chat.api.revoked, chat.api.revoke_after = False, None
        clock.passes(A_WHILE)
        await chat.turns.deliver_owed()
        assert len(chat.api.sent) == 2
        assert "khai sinh" in chat.api.sent[1]["words"].lower()


NONSENSE: list[Any] = [
    {"message": {}}, {"message": None}, {"text": 5}, {"text": ["a"]}, {"text": None}, {"date": "x"}, {"date": 10**18},
    {"date": -1}, {"from": None}, {"from": {"id": 7}}, {"from": []}, {"entities": 5}, {"entities": [{"type": 1}]},
    {"entities": [{"type": "bot_command", "offset": -5, "length": 10**9}]}, {"photo": 5}, {"photo": [{}]},
    {"photo": [{**FILE, "width": "a", "height": None}]}, {"contact": {}}, {"contact": 1}, {"location": {}},
    {"location": {"latitude": "x", "longitude": None}}, {"chat": {"id": 7, "type": "private", "title": {}}},
    {"chat": {"id": 7, "type": ["private"]}}, {"reply_to_message": 1}, {"reply_to_message": {"message_id": 1}},
    {"via_bot": {}}, {"from": {**MAI, "language_code": ["vi"]}}, {"location": {"latitude": 999, "longitude": 1}},
    {"text": None, "location": {"latitude": "x", "longitude": None}}, {"text": None, "contact": {"phone_number": 5}},
    {"text": None, "contact": {"phone_number": 5, "first_name": []}},
    {"message_id": "x"}, {"text": "x" * 200_000}, {"text": "\ud800" * 9}, {"document": {"a": 1}},
    {"caption": 5, "photo": [{**FILE, "width": 1, "height": 1}]}, {"venue": {"location": 1}},
]  # fmt: skip


@pytest.mark.parametrize("kind", KEPT)
async def test_nothing_that_comes_breaks_the_reading(chat: OnTelegram, kind: str) -> None:
    """Nobody but Telegram knows the secret of the webhook; but what it may send tomorrow nobody knows."""
    with capture_logs() as logs:
        for number, odd in enumerate(NONSENSE):
            for where in (PRIVATE, {"id": -7, "type": "group", "title": "Xóm"}):
                raw = {"update_id": number, kind: {**ANYTHING, "chat": where, "text": "khai sinh", **odd}}
                if kind == "callback_query":
                    raw[kind] |= {"id": "q", "chat_instance": "1", "data": odd, "message": {"chat": where, **odd}}
                kept = update_of(raw)
                heard = await chat.channel.read(kept) if kept else None
                if isinstance(heard, Heard):
                    assert is_sound(heard.content)
                    assert isinstance(heard.language, str)
    assert not any("khai sinh" in repr(log) for log in logs)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"5", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"update_id":"x"}']
)
async def test_nor_does_a_body_that_is_no_update(chat: OnTelegram, body: bytes) -> None:
    with capture_logs():
        assert await chat.channel.read(Update("telegram", "7", "1", 1, body)) is None


async def test_what_an_update_holds_besides_is_no_matter(chat: OnTelegram) -> None:
    """Telegram adds fields all the time."""
    raw = {"update_id": 1, "message": message(text="khai sinh", brand_new={"a": [1]}), "newer": 1}
    kept = update_of(json.loads(json.dumps(raw)))
    assert kept
    heard = await chat.channel.read(kept)
    assert isinstance(heard, Heard)
    assert heard.content == Wrote("khai sinh")
