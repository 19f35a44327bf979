"""Groups on Telegram: who is answered and who is left alone, and that nothing personal is said there."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs

from bot.channel import ANSWERED, SendError, Update
from bot.dialogue.events import Chose, Content, Heard, Located, Scanned, Showed, Started, Wrote
from bot.dialogue.world import World
from bot.handlers.telegram.building import build
from bot.handlers.telegram.channel import TelegramChannel
from bot.storage.store import Store
from bot.texts.message import Message, ShownLine
from tests.fake_telegram import ANYTHING, BOT, FILE, GROUP, MAI, TOKEN, FakeTelegram, buttons, labels
from tests.on_telegram import OnTelegram, Unhurried, on_telegram, served, update

BE = {"id": 8, "is_bot": False, "first_name": "Bé", "language_code": "vi"}
OTHER_BOT = {"id": 99, "is_bot": True, "first_name": "Khác", "username": "other_bot"}
TOPIC = {"is_topic_message": True, "message_thread_id": 44}


@pytest.fixture
def api() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def address(api: FakeTelegram, aiohttp_server: AiohttpServer) -> str:
    return await served(api, aiohttp_server)


@pytest.fixture
async def chat(api: FakeTelegram, address: str, local_store: Store, world: World) -> AsyncIterator[OnTelegram]:
    async with on_telegram(api, address, local_store, world) as chat:
        yield chat
    assert api.refused == []


def said(text: str, **more: Any) -> dict[str, Any]:
    """With the entities Telegram would find."""
    entities = []
    for word in (word.rstrip(",") for word in text.split()):
        place = len(text[: text.index(word)].encode("utf-16-le")) // 2
        if word.startswith("@"):
            entities.append({"type": "mention", "offset": place, "length": len(word)})
        if word.startswith("/"):
            entities.append({"type": "bot_command", "offset": place, "length": len(word)})
    return {**ANYTHING, "chat": GROUP, "text": text, "entities": entities, **more}


def by(person: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**ANYTHING, "chat": GROUP, "from": person, **more}


async def read(chat: OnTelegram, message: dict[str, Any], kind: str = "message") -> Content | None:
    heard = await chat.channel.read(update(1, **{kind: message}))
    assert heard is None or (isinstance(heard, Heard) and heard.public and heard.address == "telegram:-7/7")
    return heard.content if isinstance(heard, Heard) else None


@pytest.mark.parametrize(
    ("message", "heard"),
    [
        (said("/help"), Chose("help", "/help")),
        (said("/help@noidai_bot"), Chose("help", "/help")),
        (said("/help@Noidai_Bot"), Chose("help", "/help")),
        (said("/start@noidai_bot th_1-004222"), Started("th_1-004222")),
        (said("@noidai_bot làm giấy khai sinh ở đâu?"), Wrote("làm giấy khai sinh ở đâu?")),
        (said("@NOIDAI_BOT, làm giấy khai sinh"), Wrote("làm giấy khai sinh")),
        (said("làm giấy khai sinh ở đâu @noidai_bot"), Wrote("làm giấy khai sinh ở đâu")),
        (said("cho hỏi 😀😀 @noidai_bot khai sinh"), Wrote("cho hỏi 😀😀 khai sinh")),
        (said("@noidai_bot"), Started()),
        (said("@noidai_bot /help"), Chose("help", "/help")),
        (said("@noidai_bot /weather"), Showed("command")),
        (said("/weather@noidai_bot"), Showed("command")),
        (said("/weather", reply_to_message=by(BOT, text="Khai sinh")), Showed("command")),
        (by(MAI, voice={**FILE, "duration": 1}, reply_to_message=by(BOT, text="?")), Showed("voice")),
        (by(MAI, dice={"emoji": "🎲", "value": 1}, reply_to_message=by(BOT, text="?")), Showed("other")),
        (by(MAI, photo=[{**FILE, "width": 1, "height": 1}], reply_to_message=by(BOT, text="?")), Scanned()),
        (said("@noidai_bot", reply_to_message=by(BE, photo=[{**FILE, "width": 1, "height": 1}], caption="mất sổ đỏ")),
         Wrote("mất sổ đỏ")),
        (said("@noidai_bot", reply_to_message=by(BE, text="đổi bằng lái ở đâu")), Wrote("đổi bằng lái ở đâu")),
        (said("@noidai_bot", reply_to_message=by(BE, photo=[{**FILE, "width": 1, "height": 1}])), Started()),
        (said("phí bao nhiêu", reply_to_message=by(BOT, text="Khai sinh")), Wrote("phí bao nhiêu")),
        (by(MAI, location={"latitude": 21.8, "longitude": 106.7}, reply_to_message=by(BOT, text="Xã nào?")),
         Located(21.8, 106.7)),
        ({**ANYTHING, "chat": GROUP, "text": "Nối Dài ơi khai sinh",
          "entities": [{"type": "text_mention", "offset": 0, "length": 7, "user": BOT}]}, Wrote("ơi khai sinh")),
        ({**ANYTHING, "chat": GROUP, "photo": [{**FILE, "width": 1, "height": 1}], "caption": "@noidai_bot mất sổ đỏ",
          "caption_entities": [{"type": "mention", "offset": 0, "length": 11}]}, Wrote("mất sổ đỏ")),
        ({**said("@noidai_bot khai sinh"), "chat": {**GROUP, "type": "supergroup"}}, Wrote("khai sinh")),
    ],
)  # fmt: skip
async def test_who_addresses_the_bot_is_heard(chat: OnTelegram, message: dict[str, Any], heard: Content) -> None:
    assert await read(chat, message) == heard
    assert "getFile" not in chat.api.called


@pytest.mark.parametrize(
    "message",
    [
        said("làm giấy khai sinh ở đâu"),
        said("noidai_bot khai sinh"),
        said("@noidai_bot_khac khai sinh"),
        said("noidai_bot khai sinh") | {"entities": [{"type": "bold", "offset": 0, "length": 10}]},
        said("@other_bot khai sinh"),
        said("/help@other_bot"),
        said("/weather"),
        said("xem /help"),
        said("khai sinh", reply_to_message=by(BE, text="chào")),
        said("khai sinh", reply_to_message=by(OTHER_BOT, text="chào")),
        said("mail@noidai_bot.vn khai sinh"),
        by(MAI, photo=[{**FILE, "width": 1, "height": 1}]),
        by(MAI, photo=[{**FILE, "width": 1, "height": 1}], reply_to_message=by(BE, text="?")),
        by(MAI, voice={**FILE, "duration": 1}, reply_to_message=by(BE, text="?")),
        said("/weather 20"),
        by(MAI, location={"latitude": 21.8, "longitude": 106.7}),
        by(MAI, new_chat_members=[BE]),
        by(MAI, left_chat_member=BE),
        by(MAI, new_chat_title="Thôn"),
        by(MAI, pinned_message=by(BOT, text="Khai sinh")),
        by(MAI, contact={"phone_number": "84912345678", "first_name": "Mai"}),
    ],
)
async def test_what_is_said_to_others_is_not(chat: OnTelegram, message: dict[str, Any]) -> None:
    assert await read(chat, message) is None
    assert chat.api.called == ["getMe"]


async def test_another_bot_is_never_answered(chat: OnTelegram) -> None:
    """Two bots that answer each other would never end."""
    await chat.takes({"update_id": 1, "message": said("@noidai_bot khai sinh", **{"from": OTHER_BOT})})
    assert chat.api.sent == []


async def test_an_edit_that_addresses_the_bot_is_heard(chat: OnTelegram) -> None:
    assert await read(chat, said("@noidai_bot khai sinh"), "edited_message") == Wrote("khai sinh")
    assert await read(chat, said("khai sinh"), "edited_message") is None


async def test_the_answer_stands_beneath_the_question(chat: OnTelegram) -> None:
    await chat.takes({"update_id": 1, "message": said("@noidai_bot mất sổ đỏ", message_id=31, **TOPIC)})
    answer = chat.api.sent[0]
    assert answer["chat_id"] == "-7"
    assert answer["reply_parameters"] == {"message_id": 31, "allow_sending_without_reply": True}
    assert answer["message_thread_id"] == "44"
    assert "Cấp lại sổ đỏ bị mất" in answer["words"]


async def test_only_the_first_of_several_messages_quotes_it(chat: OnTelegram) -> None:
    await chat.channel.read(update(1, message=said("@noidai_bot khai sinh", message_id=31, **TOPIC)))
    ANSWERED.set("1")
    await chat.channel.send("-7/7", (Message((ShownLine("một"),)), Message((ShownLine("hai"),))))
    assert [bool(message["reply_parameters"]) for message in chat.api.sent] == [True, False]
    assert {message["message_thread_id"] for message in chat.api.sent} == {"44"}


@pytest.mark.parametrize("words", ["@noidai_bot", "/help@noidai_bot", "/khongco@noidai_bot", "@noidai_bot xin chào"])
async def test_who_is_told_to_write_on_reads_how_the_bot_is_addressed(chat: OnTelegram, words: str) -> None:
    await chat.takes({"update_id": 1, "message": said(words)})
    assert chat.api.sent[-1]["words"].splitlines()[-1].startswith("Trong nhóm, anh/chị nhắc tên bot")
    await chat.takes({"update_id": 2, "message": said("@noidai_bot mất sổ đỏ")})
    assert "Trong nhóm" not in chat.api.sent[-1]["words"]


async def test_in_private_nobody_is_told_how_to_address_it(chat: OnTelegram) -> None:
    chat.api.says(text="/start")
    chat.api.says(text="/help")
    await chat.hears()
    assert not any("Trong nhóm" in message["words"] for message in chat.api.sent)


async def test_each_person_has_a_conversation_of_their_own(chat: OnTelegram) -> None:
    await chat.takes(
        {"update_id": 1, "message": said("@noidai_bot mất sổ đỏ")},
        {"update_id": 2, "message": said("@noidai_bot phí bao nhiêu", **{"from": BE})},
        {"update_id": 3, "message": said("@noidai_bot phí bao nhiêu")},
    )
    assert (chat.kept("-7/7"), chat.kept("-7/8")) == (["mất sổ đỏ", "phí bao nhiêu"], ["phí bao nhiêu"])
    about = ["sổ đỏ" in message["words"].lower() for message in chat.api.sent]
    assert about[-2:] == [False, True]


async def test_a_tap_of_whomever_is_answered_to_them(chat: OnTelegram) -> None:
    await chat.takes({"update_id": 1, "message": said("@noidai_bot mất sổ đỏ")})
    chat.api.number = 1
    chat.api.taps("Phí, lệ phí", by=BE)
    await chat.hears()
    assert chat.kept("-7/8") == ["Phí, lệ phí"]
    assert chat.api.sent[-1]["words"].startswith("Phí, lệ phí: Cấp lại sổ đỏ")
    assert chat.api.sent[-1]["reply_parameters"]["message_id"] == chat.api.sent[0]["message_id"]


async def test_a_screen_changes_only_under_the_hand_of_whom_it_was_shown_to(chat: OnTelegram) -> None:
    await chat.takes({"update_id": 1, "message": said("@noidai_bot mất sổ đỏ")})
    chat.api.number = 1
    chat.api.taps("Giấy tờ đầy đủ")
    await chat.hears()
    screen = chat.api.sent[-1]
    box = labels(screen)[0]
    chat.api.taps(box)
    await chat.hears()
    assert (chat.api.sent[-1], len(screen["edits"])) == (screen, 1)
    chat.api.taps(labels(screen)[1], by=BE)
    await chat.hears()
    assert len(screen["edits"]) == 1
    assert chat.api.sent[-1] is not screen


class TestPersonal:
    async def test_what_is_personal_is_sent_to_a_private_chat(self, chat: OnTelegram) -> None:
        await chat.takes({"update_id": 1, "message": said("@noidai_bot đặt bưu tá lấy hồ sơ làm lại sổ đỏ bị mất")})
        (message,) = chat.api.sent
        assert "riêng" in message["words"]
        assert buttons(message) == [{"text": "Nhắn riêng", "url": "https://t.me/noidai_bot?start=th_1-012786"}]

    @pytest.mark.parametrize(
        ("words", "payload"),
        [
            ("đặt bưu tá lấy hồ sơ khai sinh", "th_1-001193"),
            ("hồ sơ H26.15-260812-0042", "nhom"),
            ("đặt bưu tá đến nhà", "nhom"),
        ],
    )
    async def test_the_way_there_says_what_the_words_were_about(
        self, chat: OnTelegram, words: str, payload: str
    ) -> None:
        await chat.takes({"update_id": 1, "message": said(f"@noidai_bot {words}")})
        assert buttons(chat.api.sent[-1]) == [{"text": "Nhắn riêng", "url": f"https://t.me/noidai_bot?start={payload}"}]

    async def test_a_photo_shown_to_the_bot_is_for_a_private_chat(self, chat: OnTelegram) -> None:
        """Of a receipt, most likely; it is not looked at."""
        photo = by(MAI, photo=[{**FILE, "width": 1, "height": 1}], reply_to_message=by(BOT, text="?"))
        await chat.takes({"update_id": 1, "message": photo})
        assert "riêng" in chat.api.sent[-1]["words"]
        assert "getFile" not in chat.api.called

    async def test_the_way_there_says_which_procedure_it_is_about(self, chat: OnTelegram) -> None:
        """Also from a button of a time when it was no link."""
        query = {"id": "q", "from": MAI, "chat_instance": "1", "data": "book:1.001193"}
        await chat.takes({"update_id": 1, "callback_query": {**query, "message": by(BOT, text="?")}})
        assert [button["url"] for button in buttons(chat.api.sent[-1])] == ["https://t.me/noidai_bot?start=th_1-001193"]

    async def test_a_choice_that_begins_something_personal_leads_there_at_once(self, chat: OnTelegram) -> None:
        await chat.takes({"update_id": 1, "message": said("@noidai_bot mất sổ đỏ")})
        booking = next(button for button in buttons(chat.api.sent[-1]) if button["text"] == "Đặt bưu tá đến nhà")
        assert booking == {"text": "Đặt bưu tá đến nhà", "url": "https://t.me/noidai_bot?start=th_1-012786"}

    async def test_in_private_it_is_a_choice_as_ever(self, chat: OnTelegram) -> None:
        chat.api.says(text="mất sổ đỏ")
        await chat.hears()
        booking = next(button for button in buttons(chat.api.sent[-1]) if button["text"] == "Đặt bưu tá đến nhà")
        assert booking["callback_data"] == "book:1.012786"

    async def test_nobody_is_asked_for_a_phone_number_or_a_place(self, chat: OnTelegram) -> None:
        await chat.takes({"update_id": 1, "message": said("@noidai_bot bưu cục ở đâu")})
        assert len(chat.api.sent) == 1
        assert "keyboard" not in chat.api.sent[0]["reply_markup"]


class TestAdded:
    @staticmethod
    def change(before: dict[str, Any], after: dict[str, Any], **more: Any) -> dict[str, Any]:
        old, new = ({"user": BOT, **member} for member in (before, after))
        return {"chat": GROUP, "from": MAI, "date": 1, "old_chat_member": old, "new_chat_member": new, **more}

    LEFT = {"status": "left"}  # noqa: RUF012
    MEMBER = {"status": "member"}  # noqa: RUF012

    @pytest.mark.parametrize(("language", "word"), [("vi", "Trong nhóm"), ("en-GB", "In the group")])
    async def test_who_adds_the_bot_reads_how_to_address_it(
        self, chat: OnTelegram, until: Any, language: str, word: str
    ) -> None:
        adder = {**MAI, "language_code": language}
        await chat.takes({"update_id": 1, "my_chat_member": self.change(self.LEFT, self.MEMBER, **{"from": adder})})
        await until(lambda: chat.api.sent)
        (hello,) = chat.api.sent
        assert hello["chat_id"] == "-7"
        assert "@noidai_bot" in hello["words"]
        assert word in hello["words"]
        assert buttons(hello)[0]["url"] == "https://t.me/noidai_bot?start=nhom"
        assert chat.kept("-7/7") == []

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (MEMBER, LEFT),
            (MEMBER, {"status": "kicked", "until_date": 0}),
            (MEMBER, MEMBER),
            (LEFT, {"status": "kicked", "until_date": 0}),
        ],
    )
    async def test_other_changes_are_passed_over(
        self, chat: OnTelegram, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        await chat.takes({"update_id": 1, "my_chat_member": self.change(before, after)})
        await asyncio.gather(*chat.channel._at_work)
        assert chat.api.called == ["getMe"]
        assert not chat.turns.store.run_now(lambda unit: unit.contacts.is_gone("telegram:-7/7"))

    async def test_a_channel_it_is_added_to_hears_nothing(self, chat: OnTelegram) -> None:
        """Nor is anything of a channel read that was kept all the same."""
        channel = {"id": -8, "type": "channel", "title": "Tin"}
        added = self.change(self.LEFT, self.MEMBER, chat=channel)
        for content in ({"my_chat_member": added}, {"message": {**said("@noidai_bot khai sinh"), "chat": channel}}):
            raw = {"update_id": 1, **content}
            await chat.takes(raw)
            assert await chat.channel.read(Update("telegram", "-8", "1", 1, json.dumps(raw).encode())) is None
        await asyncio.gather(*chat.channel._at_work)
        assert chat.api.called == ["getMe"]

    async def test_a_group_that_shut_it_out_is_gone(self, chat: OnTelegram) -> None:
        chat.api.blocked.add("-7")
        with capture_logs() as logs:
            await chat.takes({"update_id": 1, "message": said("@noidai_bot khai sinh")})
        assert [log["fate"] for log in logs] == ["held"]


async def test_who_it_is_is_asked_when_the_start_did_not_tell(api: FakeTelegram, address: str) -> None:
    """Telegram was out of reach then, and brings updates now."""
    bot = build(TOKEN, address)
    async with bot._request[1]:
        channel = TelegramChannel(bot, None, None, Unhurried())
        api.revoked = True
        with pytest.raises(SendError) as later:  # so that the update is read again
            await channel.read(update(1, message=said("@noidai_bot khai sinh")))
        assert later.value.outage
        api.revoked = False
        heard = await channel.read(update(1, message=said("@noidai_bot khai sinh")))
        assert isinstance(heard, Heard)
        await channel.read(update(2, message=said("@noidai_bot khai sinh")))
    assert api.called == ["getMe"]
