"""What is read without the library is what the library would have read."""

import json
from typing import Any

import pytest

from bot.channel import Update
from bot.handlers.telegram.building import build
from bot.handlers.telegram.channel import TelegramChannel
from bot.handlers.telegram.limits import Limits
from bot.handlers.telegram.pictures import Viewer
from bot.handlers.telegram.plain import plainly
from bot.handlers.telegram.reading import Reader, parsed
from tests.fake_telegram import ANYTHING, BOT, FILE, GROUP, MAI, PRIVATE, TOKEN

NOBODY = {"id": 7, "is_bot": False, "first_name": "M"}  # whose language Telegram does not know
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Phí, lệ phí", "callback_data": "fee:1.004222"}, {"text": "Trang", "url": "https://a.vn"}],
        [{"text": "Gặp cán bộ", "callback_data": "person"}],
    ]
}
SCREEN = {"message_id": 5, "date": 1_790_000_000, "from": BOT, "chat": PRIVATE, "text": "…", "reply_markup": KEYBOARD}
TAP = {"id": "q1", "from": MAI, "chat_instance": "1", "data": "person", "message": SCREEN}


def update(**content: Any) -> Update:
    body = json.dumps({"update_id": 3, **content}).encode()
    return Update("telegram", "7", "3", 3, body)


def says(**message: Any) -> Update:
    return update(message={**ANYTHING, "chat": PRIVATE, **message})


def taps(**query: Any) -> Update:
    return update(callback_query={**TAP, **query})


PLAIN = {
    "words": says(text="làm giấy khai sinh ở đâu"),
    "English": says(text="birth certificate", **{"from": {**MAI, "language_code": "en-GB"}}),
    "no language": says(text="xin chào", **{"from": NOBODY}),
    "a command": says(text="/start th_1-004222", entities=[{"type": "bot_command", "offset": 0, "length": 6}]),
    "no command of ours": says(text="/etc/passwd"),
    "a link": says(text="https://a.vn", entities=[{"type": "url", "offset": 0, "length": 12}]),
    "an emoji": says(text="ok 👍"),
    "half of a character": says(text="a\ud83d"),
    "a sign nothing can keep": taps(data="a\0"),
    "a tap": taps(),
    "a tap on another": taps(data="fee:1.004222"),
    "a tap on what is gone": taps(data="law:1.004222"),
    "a tap without a keyboard": taps(message={k: v for k, v in SCREEN.items() if k != "reply_markup"}),
}
LEFT = {
    "an answer": says(text="đúng rồi", reply_to_message={**SCREEN, "chat": PRIVATE}),
    "a name": says(text="@noidai_bot chào", entities=[{"type": "mention", "offset": 0, "length": 11}]),
    "a group": update(message={**ANYTHING, "chat": GROUP, "text": "xin chào"}),
    "a tap in a group": taps(message={**SCREEN, "chat": GROUP}),
    "an edit": update(edited_message={**ANYTHING, "chat": PRIVATE, "text": "xin chào"}),
    "a photo": says(photo=[{**FILE, "width": 1, "height": 1}], caption="giấy hẹn"),
    "a place": says(location={"latitude": 21.8, "longitude": 106.7}),
    "by a bot": says(text="Khai sinh", via_bot=BOT),
    "too old to be shown": taps(message={"message_id": 5, "date": 0, "chat": PRIVATE}),
    "a tap elsewhere": update(
        callback_query={k: v for k, v in TAP.items() if k != "message"} | {"inline_message_id": "i"}
    ),
    "a game": update(callback_query={k: v for k, v in TAP.items() if k != "data"} | {"game_short_name": "g"}),
    "a topic": taps(message={**SCREEN, "is_topic_message": True, "message_thread_id": 9}),
    "nobody": update(message={"message_id": 1, "date": 1, "chat": PRIVATE, "text": "a"}),
    "no time": update(message={"message_id": 1, "from": MAI, "chat": PRIVATE, "text": "a"}),
    "numbers for words": says(text=5),
    "two things": update(message={**ANYTHING, "chat": PRIVATE, "text": "a"}, callback_query=TAP),
    "a list": Update("telegram", "7", "3", 3, b"[]"),
}


@pytest.mark.parametrize("name", PLAIN)
async def test_it_is_the_same(name: str) -> None:
    bot, came = build(TOKEN), PLAIN[name]
    plain, library = plainly(came), parsed(came.body, bot)
    assert plain is not None
    assert plain.heard == await Reader(bot, Viewer(None)).happened(came, library)
    query = library.callback_query
    assert plain.query == (query.id if query else None)
    if query:
        assert query.message is not None
        assert (plain.message, plain.shown_at) == (query.message.message_id, query.message.date)


@pytest.mark.parametrize("name", LEFT)
def test_it_is_left_to_the_library(name: str) -> None:
    assert plainly(LEFT[name]) is None


@pytest.mark.parametrize("name", PLAIN)
async def test_the_channel_remembers_the_same_of_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the answer is begun: which screen may be drawn anew, which button was tapped."""

    async def occasion() -> object:
        channel = TelegramChannel(build(TOKEN), None, None, Limits())
        heard = await channel.read(PLAIN[name])
        await channel.close()
        return heard, channel._lately.occasion("7", "3"), channel._repeats.words.keys()

    plain = await occasion()
    monkeypatch.setattr("bot.handlers.telegram.channel.plainly", lambda _: None)
    assert await occasion() == plain
