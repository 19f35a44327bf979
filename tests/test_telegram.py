"""The bot on Telegram: python-telegram-bot against a server that speaks the Bot API, over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from aiohttp import web
from aiohttp.web import FileField
from multidict import MultiDictProxy
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs
from telegram import Bot

from bot.channel import SendError
from bot.dialogue.events import Content, Heard, Introduced, Located, Scanned, Showed, Wrote
from bot.dialogue.step import Text
from bot.dialogue.world import World
from bot.handlers import telegram, telegram_pictures
from bot.handlers.files import FileBody
from bot.handlers.pictures import LARGEST
from bot.services.receipts.reader import Receipts
from bot.settings import SettingsError
from bot.storage.store import Store
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from bot.texts.render import words
from bot.turn import Turns
from tests.receipts.camera import taken
from tests.receipts.paper import page
from tests.receipts.photos import SHORT, both

TOKEN = "7:secret"
MAI = {"id": 7, "is_bot": False, "first_name": "Mai", "language_code": "vi"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Mai"}
GROUP = {"id": -7, "type": "group", "title": "Xóm"}
BOT = {"id": 1, "is_bot": True, "first_name": "Nối Dài", "username": "noidai_bot"}
EARLY_WARNING = "ignore:.*attribute `retry_after` will be:telegram.warnings.PTBDeprecationWarning"
ANYTHING: dict[str, Any] = {"message_id": 1, "date": 1, "from": MAI}
TAGS = {"b", "i", "u", "s", "a", "code", "pre"}

Until = Callable[[Callable[[], object]], Awaitable[None]]


class Read(HTMLParser):
    """What Telegram makes of HTML: bare words. Raises ValueError where Telegram answers 400."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()
        if self.open:
            raise ValueError(f"can't find end tag of {self.open[-1]}")

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in TAGS:
            raise ValueError(f"unsupported start tag {tag}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"unexpected end tag {tag}")

    def handle_data(self, data: str) -> None:
        self.words += data


@dataclass
class FakeTelegram:
    """The part of the Bot API the bot uses; refuses what Telegram would refuse."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    tapped: list[str] = field(default_factory=list)  # callback queries answered
    refused: list[str] = field(default_factory=list)
    failures: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # the next answers to sendMessage
    handed_over: list[tuple[str, bytes, str]] = field(default_factory=list)  # name, bytes, caption of documents
    lost: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # the next answers to sendDocument
    files: dict[str, bytes] = field(default_factory=dict)  # by file_id, to be fetched
    slow: float = 0.0  # seconds until a file is given
    called: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    number: int = 0

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self.answer)
        app.router.add_get("/file/bot{token}/{id}", self.give)
        return app

    def says(self, **message: Any) -> None:
        """A person writes to the bot, or shows it something."""
        self.comes(message={**ANYTHING, "chat": PRIVATE, **message})

    def taps(self, label: str) -> None:
        """A button of any message so far."""
        message = next(m for m in reversed(self.sent) if label in labels(m))
        data = next(b["callback_data"] for b in buttons(message) if b["text"] == label)
        shown = {**ANYTHING, "from": BOT, "chat": PRIVATE, "reply_markup": message["reply_markup"]}
        query = {"id": f"q{self.number}", "from": MAI, "chat_instance": "1", "message": shown, "data": data}
        self.comes(callback_query=query)

    def comes(self, **content: Any) -> None:
        self.number += 1
        self.updates.append({"update_id": self.number, **content})
        self.came.set()

    @property
    def confirmed(self) -> bool:
        return not self.updates

    async def answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return refusal(401, "Unauthorized")
        form = await request.post()
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        method = request.match_info["method"]
        self.called.append(method)
        match method:
            case "getMe":
                return result(BOT)
            case "deleteWebhook":
                return result(True)
            case "getUpdates":
                return result(await self.waiting(int(given.get("offset", 0))))
            case "sendMessage":
                return self.show(given)
            case "sendDocument":
                return self.take(given, form)
            case "getFile":
                return self.find(given["file_id"])
            case "answerCallbackQuery":
                self.tapped.append(given["callback_query_id"])
                return result(True)
        return refusal(404, "Not Found")

    async def waiting(self, offset: int) -> list[dict[str, Any]]:
        """All from `offset` on; what is before it was received and is dropped."""
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if not self.updates:
            self.came.clear()
            with_patience = asyncio.wait_for(self.came.wait(), 0.05)
            await asyncio.gather(with_patience, return_exceptions=True)
        return self.updates

    def show(self, given: dict[str, str]) -> web.Response:
        if self.failures:
            status, answer = self.failures.pop(0)
            return web.json_response({"ok": False, "error_code": status, **answer}, status=status)
        message = {**given, "reply_markup": json.loads(given.get("reply_markup", "{}"))}
        if fault := self.fault(message):
            self.refused.append(fault)
            return refusal(400, f"Bad Request: {fault}")
        self.sent.append({**message, "words": Read(message["text"]).words})
        return result({"message_id": len(self.sent), "date": 1, "chat": PRIVATE, "text": given["text"]})

    def take(self, given: dict[str, str], form: MultiDictProxy[str | bytearray | FileField]) -> web.Response:
        if self.lost:
            status, answer = self.lost.pop(0)
            return web.json_response({"ok": False, "error_code": status, **answer}, status=status)
        attached = form["document"]
        assert isinstance(attached, FileField)
        self.handed_over.append((attached.filename, attached.file.read(), given["caption"]))
        return result({"message_id": 1, "date": 1, "chat": PRIVATE, "document": FILE})

    def find(self, file: str) -> web.Response:
        if file not in self.files:
            return refusal(400, "Bad Request: file is too big")
        return result({"file_id": file, "file_unique_id": file, "file_path": file})

    async def give(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.slow)
        if request.match_info["token"] != TOKEN or not self.files[request.match_info["id"]]:
            return web.Response(status=404)
        self.called.append("file")
        return web.Response(body=self.files[request.match_info["id"]])

    def fault(self, message: dict[str, Any]) -> str | None:
        try:
            words = Read(message["text"]).words
        except ValueError as error:
            return f"can't parse entities: {error}"
        if not words.strip():
            return "message text is empty"
        if len(words) > 4096:
            return "message is too long"
        if any(not 1 <= len(button["callback_data"].encode()) <= 64 for button in buttons(message)):
            return "BUTTON_DATA_INVALID"
        if not all(labels(message)):
            return "text buttons are unallowed to be empty"
        return None


def buttons(message: dict[str, Any]) -> list[dict[str, str]]:
    return [button for row in message["reply_markup"].get("inline_keyboard", ()) for button in row]


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for button in buttons(message)]


def result(value: object) -> web.Response:
    return web.json_response({"ok": True, "result": value})


def refusal(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)


@pytest.fixture
def api() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def address(api: FakeTelegram, aiohttp_server: AiohttpServer) -> str:
    return f"{(await aiohttp_server(api.application())).make_url('/bot')}"


@pytest.fixture
def ptb(address: str) -> Bot:
    return telegram.build(TOKEN, address)


@pytest.fixture
def turns(local_store: Store, world: World, ptb: Bot) -> Turns:
    return Turns(local_store, world, {telegram.CHANNEL: telegram.TelegramSender(ptb)})


@pytest.fixture
async def polled(api: FakeTelegram, ptb: Bot, turns: Turns) -> AsyncIterator[FakeTelegram]:
    """Telegram with the bot at its other end. It never refuses what the bot sends."""
    async with telegram.polling(ptb, turns):
        yield api
    assert api.refused == []


@pytest.fixture
async def sender(ptb: Bot) -> AsyncIterator[telegram.TelegramSender]:
    async with ptb:
        yield telegram.TelegramSender(ptb)


async def test_a_wish_is_answered_with_the_procedure(polled: FakeTelegram, until: Until) -> None:
    polled.says(text="toi muon lam lai so do bi mat")
    await until(lambda: polled.sent)
    assert polled.sent[0]["text"].startswith("<b>Cấp lại sổ đỏ bị mất</b>")
    assert polled.sent[0]["chat_id"] == "7"
    assert "Phí, lệ phí" in labels(polled.sent[0])


async def test_what_was_answered_is_not_fetched_again(polled: FakeTelegram, until: Until) -> None:
    polled.says(text="làm giấy khai sinh")
    await until(lambda: polled.sent and polled.confirmed)
    polled.says(text="cảm ơn")
    await until(lambda: polled.confirmed and len(polled.sent) == 2)


async def test_an_update_delivered_twice_is_answered_once(polled: FakeTelegram, until: Until) -> None:
    polled.says(text="làm giấy khai sinh")
    polled.updates.append(polled.updates[0])
    polled.says(text="cảm ơn")
    await until(lambda: len(polled.sent) == 2 and polled.confirmed)
    assert "Khai sinh" not in polled.sent[1]["words"].splitlines()[0]


async def test_a_link_opens_its_procedure(polled: FakeTelegram, until: Until) -> None:
    polled.says(text="/start th_1-001193")
    await until(lambda: len(polled.sent) == 2)  # the first greeting, then the procedure
    assert "khai sinh" in polled.sent[1]["words"].splitlines()[0].lower()


@pytest.mark.parametrize("payload", ["", " th_9-999999", " '; DROP TABLE turn", " th_", " \U0001f600"])
async def test_a_start_without_a_procedure_greets(polled: FakeTelegram, until: Until, payload: str) -> None:
    polled.says(text=f"/start{payload}")
    await until(lambda: polled.sent)
    assert "English" in labels(polled.sent[0])


async def test_a_tap_is_answered_and_its_clock_stopped(polled: FakeTelegram, turns: Turns, until: Until) -> None:
    polled.says(text="toi muon lam lai so do bi mat")
    await until(lambda: polled.sent)
    polled.taps("Phí, lệ phí")
    await until(lambda: polled.tapped)
    assert polled.sent[1]["words"].startswith("Phí, lệ phí: Cấp lại sổ đỏ bị mất")
    kept = turns.store.run_now(lambda unit: unit.turns.latest("telegram:7", 1))
    assert kept[0].heard == "Phí, lệ phí"  # what the citizen saw, not what the button carries


async def test_a_button_of_yesterday_still_works(polled: FakeTelegram, until: Until) -> None:
    polled.says(text="toi muon lam lai so do bi mat")
    polled.says(text="hủy")
    await until(lambda: len(polled.sent) == 2)
    polled.taps("Phí, lệ phí")
    await until(lambda: polled.tapped)
    assert polled.sent[2]["words"].startswith("Phí, lệ phí: Cấp lại sổ đỏ bị mất")


async def test_a_button_nobody_offers_any_more_is_answered(polled: FakeTelegram, until: Until) -> None:
    shown = {**ANYTHING, "chat": PRIVATE}
    polled.comes(callback_query={"id": "q", "from": MAI, "chat_instance": "1", "message": shown, "data": "book:🙂"})
    await until(lambda: polled.tapped)
    assert buttons(polled.sent[0])


FILE = {"file_id": "a", "file_unique_id": "a"}
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


PLACE = {"latitude": 21.8, "longitude": 106.7}


@pytest.mark.parametrize(
    ("message", "heard"),
    [
        ({"location": PLACE}, Located(21.8, 106.7)),
        ({"venue": {"location": PLACE, "title": "Chợ", "address": "x"}}, Located(21.8, 106.7)),
        ({"contact": {"phone_number": "84912345678", "first_name": "Mai"}}, Introduced("84912345678", "Mai")),
        (
            {"contact": {"phone_number": "0912 345 678", "first_name": "Mai", "last_name": "Hoàng", "user_id": 9}},
            Introduced("0912 345 678", "Mai Hoàng"),
        ),
    ],
)
async def test_a_place_and_a_contact_are_heard_as_such(
    polled: FakeTelegram, until: Until, monkeypatch: Any, message: dict[str, Any], heard: Content
) -> None:
    came: list[Content] = []

    async def take(_: Turns, update: Heard) -> None:
        came.append(update.content)

    monkeypatch.setattr(Turns, "take", take)
    polled.says(**message)
    await until(lambda: came)
    assert came == [heard]


@pytest.mark.parametrize("kind", SHOWN)
async def test_what_is_not_words_is_answered_in_words(
    polled: FakeTelegram, turns: Turns, until: Until, kind: str
) -> None:
    polled.says(**SHOWN[kind])
    await until(lambda: polled.sent)
    kept = turns.store.run_now(lambda unit: unit.turns.latest("telegram:7", 9))
    assert [turn.heard for turn in kept] == [words(Text(f"heard.{kind}"), "vi")]


async def test_groups_channels_and_edits_are_not_listened_to(polled: FakeTelegram, until: Until) -> None:
    polled.says(text="khai sinh", chat=GROUP)
    polled.comes(channel_post={**ANYTHING, "chat": {"id": -8, "type": "channel"}, "text": "khai sinh"})
    polled.comes(edited_message={**ANYTHING, "chat": PRIVATE, "text": "khai sinh"})
    polled.comes(
        callback_query={"id": "q", "from": MAI, "chat_instance": "1", "inline_message_id": "1", "data": "help"}
    )
    polled.says(text="cảm ơn")
    await until(lambda: polled.confirmed and polled.sent)
    assert len(polled.sent) == 1


async def test_a_newcomer_is_answered_in_the_language_of_the_phone(polled: FakeTelegram, until: Until) -> None:
    polled.says(text="/help", **{"from": {**MAI, "language_code": "en-GB"}})
    await until(lambda: polled.sent)
    assert polled.sent[0]["words"].splitlines()[0].isascii()


async def test_one_chat_is_answered_in_the_order_it_wrote(polled: FakeTelegram, turns: Turns, until: Until) -> None:
    words = ["làm giấy khai sinh", "hủy", "cảm ơn", "báo tử cho người mất", "hủy"]
    for text in words:
        polled.says(text=text)
    await until(lambda: len(polled.sent) >= len(words))
    kept = turns.store.run_now(lambda unit: unit.turns.latest("telegram:7", 9))
    assert [turn.heard for turn in kept] == words
    answers = [message.lines[0].words for turn in kept for message in turn.replies]
    assert [message["words"].splitlines()[0].removeprefix("⚠️ ") for message in polled.sent] == answers


async def test_markup_of_a_citizen_is_only_words(polled: FakeTelegram, until: Until) -> None:
    for text in ("<b>làm giấy khai sinh</b>", "</b><a href=x>*_`[", "&lt; &amp;"):
        polled.says(text=text)
    await until(lambda: len(polled.sent) == 3)


async def test_markup_inside_a_reply_is_shown_as_it_was_written(
    api: FakeTelegram, sender: telegram.TelegramSender
) -> None:
    words = "Ông <b>A</b> & bà </i> B <script>"
    lines = tuple(ShownLine(words, kind, 'https://a.vn/?a=1&b="') for kind in ("title", "text", "item", "warning"))
    await sender.send("7", (Message((*lines, ShownLine(words, "note"))),))
    assert [line.lstrip("•⚠️ ") for line in api.sent[0]["words"].splitlines()] == [words] * 5


async def test_a_long_message_is_cut_between_lines_and_its_buttons_come_last(
    api: FakeTelegram, sender: telegram.TelegramSender
) -> None:
    words = [f"{n} <{'ă' * 999}>" for n in range(20)]
    await sender.send("7", (Message(tuple(map(ShownLine, words)), (ShownButton("home", "Về đầu"),)),))
    assert "\n".join(message["words"] for message in api.sent).splitlines() == words
    assert [labels(message) for message in api.sent] == [[]] * (len(api.sent) - 1) + [["Về đầu"]]


async def test_short_labels_share_a_row_and_long_ones_are_shortened(
    api: FakeTelegram, sender: telegram.TelegramSender
) -> None:
    shown = tuple(ShownButton(f"show:{n}", label) for n, label in enumerate(["Có", "Không", "Cấp lại " * 20, "Thôi"]))
    await sender.send("7", (Message((ShownLine("?"),), shown),))
    rows = api.sent[0]["reply_markup"]["inline_keyboard"]
    assert [[len(button["text"]) for button in row] for row in rows] == [[2, 5], [60], [4]]


@pytest.mark.filterwarnings(EARLY_WARNING)
@pytest.mark.parametrize(
    ("status", "answer", "retryable"),
    [
        (403, {"description": "Forbidden: bot was blocked by the user"}, False),
        (400, {"description": "Bad Request: chat not found"}, False),
        (429, {"description": "Too Many Requests", "parameters": {"retry_after": 1}}, True),
        (500, {"description": "Internal Server Error"}, True),
        (502, {"description": "Bad Gateway"}, True),
        (401, {"description": "Unauthorized"}, True),
    ],
)
async def test_a_failure_says_whether_another_try_may_help(
    api: FakeTelegram, sender: telegram.TelegramSender, status: int, answer: dict[str, Any], retryable: bool
) -> None:
    api.failures = [(status, answer)]
    with pytest.raises(SendError) as raised:
        await sender.send("7", (Message((ShownLine("?"),)),))
    assert raised.value.retryable is retryable


SLIP = Message(
    (ShownLine("Đã đặt lịch"),), (ShownButton("home", "Về đầu"),), (ShownFile("slip/ND1", "Phiếu gửi hồ sơ"),)
)


class Drawer:
    """Slips of chat 7, while there are any."""

    def __init__(self, *slips: FileBody | Exception) -> None:
        self.slips = list(slips)

    async def read(self, ref: str, chat: str) -> FileBody | None:
        assert (ref, chat) == ("slip/ND1", "telegram:7")
        slip = self.slips.pop(0) if self.slips else None
        if isinstance(slip, Exception):
            raise slip
        return slip


async def test_a_file_comes_after_its_message(api: FakeTelegram, ptb: Bot) -> None:
    async with ptb:
        slip = FileBody("phieu-ND1.pdf", "application/pdf", b"%PDF-1.7 \xff")
        await telegram.TelegramSender(ptb, Drawer(slip)).send("7", (SLIP,))
    assert api.called[-2:] == ["sendMessage", "sendDocument"]
    assert api.handed_over == [("phieu-ND1.pdf", b"%PDF-1.7 \xff", "Phiếu gửi hồ sơ")]
    assert labels(api.sent[0]) == ["Về đầu"]


async def test_a_message_of_files_alone_needs_no_words(api: FakeTelegram, ptb: Bot) -> None:
    async with ptb:
        drawer = Drawer(FileBody("a.pdf", "application/pdf", b"x"))
        await telegram.TelegramSender(ptb, drawer).send("7", (Message((), files=SLIP.files),))
    assert (len(api.sent), len(api.handed_over), api.refused) == (0, 1, [])


@pytest.mark.parametrize("made", [(), (RuntimeError("Bưởi, 0912345678"),)])
async def test_a_file_that_cannot_be_made_is_left_out_and_logged_without_its_contents(
    api: FakeTelegram, ptb: Bot, made: tuple[Exception, ...]
) -> None:
    async with ptb:
        with capture_logs() as logs:
            await telegram.TelegramSender(ptb, Drawer(*made)).send("7", (SLIP, SLIP))
    assert [message["words"] for message in api.sent] == ["Đã đặt lịch"] * 2
    assert api.handed_over == []
    assert len(logs) == 2
    assert not any(secret in repr(logs) for secret in ("Bưởi", "0912", "ND1"))


@pytest.mark.filterwarnings(EARLY_WARNING)
@pytest.mark.parametrize(("status", "retryable"), [(403, False), (400, False), (429, True), (500, True)])
async def test_a_file_that_is_not_taken_says_whether_another_try_may_help(
    api: FakeTelegram, ptb: Bot, status: int, retryable: bool
) -> None:
    api.lost = [(status, {"description": "no", "parameters": {"retry_after": 1} if status == 429 else {}})]
    async with ptb:
        with pytest.raises(SendError) as raised:
            await telegram.TelegramSender(ptb, Drawer(FileBody("a.pdf", "application/pdf", b"x"))).send("7", (SLIP,))
    assert raised.value.retryable is retryable


async def test_a_telegram_out_of_reach_may_be_tried_again(unused_tcp_port: int) -> None:
    sender = telegram.TelegramSender(telegram.build(TOKEN, f"http://127.0.0.1:{unused_tcp_port}/bot"))
    with pytest.raises(SendError) as raised:
        await sender.send("7", (Message((ShownLine("?"),)),))
    assert raised.value.retryable
    assert TOKEN not in str(raised.value)


@pytest.mark.filterwarnings(EARLY_WARNING)
@pytest.mark.parametrize(("status", "shown"), [(403, 0), (429, 1), (500, 1)])
async def test_what_failed_is_sent_later_if_that_may_help(
    polled: FakeTelegram, turns: Turns, clock: Any, until: Until, status: int, shown: int
) -> None:
    polled.failures = [(status, {"description": "no", "parameters": {"retry_after": 1} if status == 429 else {}})]
    with capture_logs() as logs:
        polled.says(text="cảm ơn")
        await until(lambda: logs)
    clock.passes(timedelta(minutes=1))
    await turns.deliver_owed()
    await turns.deliver_owed()
    assert len(polled.sent) == shown


async def test_a_token_telegram_does_not_know_is_told_and_not_shown(
    address: str, local_store: Store, world: World
) -> None:
    with pytest.raises(SettingsError, match="NOIDAI_TELEGRAM_TOKEN") as raised:
        async with telegram.polling(telegram.build("8:wrong", address), Turns(local_store, world, {})):
            pass
    assert "8:wrong" not in str(raised.value)
    assert raised.value.__suppress_context__  # nor in the trace


async def test_while_telegram_is_out_of_reach_it_is_asked_again(
    api: FakeTelegram, aiohttp_server: AiohttpServer, turns: Turns, unused_tcp_port: int, until: Until, monkeypatch: Any
) -> None:
    monkeypatch.setattr(telegram, "ASK_AGAIN", 0.01)
    ptb = telegram.build(TOKEN, f"http://127.0.0.1:{unused_tcp_port}/bot")
    with capture_logs() as logs:
        async with telegram.polling(ptb, turns):
            await until(lambda: len(logs) > 1)
            await aiohttp_server(api.application(), port=unused_tcp_port)
            await until(lambda: "getUpdates" in api.called)
    assert TOKEN not in repr(logs)


async def test_a_wrong_token_told_late_does_not_stop_the_bot(
    api: FakeTelegram, aiohttp_server: AiohttpServer, turns: Turns, unused_tcp_port: int, until: Until, monkeypatch: Any
) -> None:
    monkeypatch.setattr(telegram, "ASK_AGAIN", 0.01)
    with capture_logs() as logs:
        async with telegram.polling(telegram.build("8:wrong", f"http://127.0.0.1:{unused_tcp_port}/bot"), turns):
            await aiohttp_server(api.application(), port=unused_tcp_port)
            await until(lambda: any("NOIDAI_TELEGRAM_TOKEN" in log["event"] for log in logs))
    assert "8:wrong" not in repr(logs)


async def test_an_answer_that_breaks_is_logged_without_what_was_written(
    polled: FakeTelegram, turns: Turns, world: World, until: Until, monkeypatch: Any
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("con em tên Bưởi")

    with capture_logs() as logs, monkeypatch.context() as patch:
        patch.setattr("bot.turn.advance", broken)
        polled.says(text="con em tên Bưởi")
        await until(lambda: logs)
    assert logs[0]["error"] == "RuntimeError"
    assert "Bưởi" not in repr(logs)
    polled.says(text="khai sinh")
    await until(lambda: polled.sent)


async def test_it_stops_when_told_even_before_it_began(ptb: Bot, turns: Turns) -> None:
    polling: AbstractAsyncContextManager[None] = telegram.polling(ptb, turns)
    async with polling:
        pass


async def test_a_fault_of_ours_is_apologised_for(
    polled: FakeTelegram, turns: Turns, until: Until, monkeypatch: Any
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    with capture_logs(), monkeypatch.context() as patch:
        patch.setattr("bot.turn.advance", broken)
        polled.says(text="khai sinh")
        await until(lambda: polled.sent)
    assert polled.sent[0]["words"].startswith("Bot đang trục trặc")


async def test_an_update_is_confirmed_only_when_its_turn_is_kept(
    polled: FakeTelegram, turns: Turns, until: Until, monkeypatch: Any
) -> None:
    """Killed before that, Telegram gives it again: nothing is lost."""
    held, take = asyncio.Event(), turns.take

    async def slowly(_: Turns, heard: Any) -> Any:
        await held.wait()
        return await take(heard)

    monkeypatch.setattr(Turns, "take", slowly)
    polled.says(text="khai sinh")
    await until(lambda: polled.called.count("getUpdates"))
    await asyncio.sleep(0.1)  # time enough to ask for more, were it to
    assert not polled.confirmed
    held.set()
    await until(lambda: polled.confirmed)


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
def came(monkeypatch: pytest.MonkeyPatch) -> list[Heard]:
    """What reaches the turn, which is not gone through."""
    heard: list[Heard] = []

    async def take(_: Turns, update: Heard) -> None:
        heard.append(update)

    monkeypatch.setattr(Turns, "take", take)
    return heard


@pytest.fixture
async def looking(api: FakeTelegram, ptb: Bot, turns: Turns, eyes: Eyes) -> AsyncIterator[FakeTelegram]:
    """Telegram with a bot that opens pictures."""
    async with telegram.polling(ptb, turns, eyes):
        yield api
    assert api.refused == []


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
    looking: FakeTelegram, turns: Turns, until: Until, message: dict[str, Any]
) -> None:
    looking.files = {"empty1": b"", "large1": bytes(LARGEST + 1), "broken1": b"broken 012345678901"}
    with capture_logs() as logs:
        looking.says(**message)
        await until(lambda: looking.sent and looking.confirmed)
    kept = turns.store.run_now(lambda unit: unit.turns.latest("telegram:7", 9))
    assert [turn.heard for turn in kept] == ["(ảnh)"]
    assert len(looking.sent) == 1
    assert not any(secret in repr(logs) for secret in (TOKEN, "012345678901", "/file/"))


async def test_a_picture_that_does_not_come_is_waited_for_only_so_long(
    looking: FakeTelegram, came: list[Heard], until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_pictures, "PATIENCE", 0.05)
    looking.files, looking.slow = {"a1": RECEIPT}, 3.0
    with capture_logs() as logs:
        looking.says(photo=photo(9))
        await until(lambda: came)
    assert came[0].content == Showed("picture")
    assert [entry["error"] for entry in logs] == ["TimeoutError"]


async def test_what_follows_a_picture_is_answered_after_it_and_other_chats_at_once(
    looking: FakeTelegram, came: list[Heard], until: Until
) -> None:
    looking.files, looking.slow = {"a1": RECEIPT}, 0.2
    other = {"id": 8, "type": "private", "first_name": "Bé"}
    for message in ({"text": "một"}, {"photo": photo(9)}, {"text": "hai"}, {"text": "ba", "chat": other}):
        looking.updates.append(
            {"update_id": len(looking.updates) + 1, "message": {**ANYTHING, "chat": PRIVATE, **message}}
        )
    looking.came.set()
    await until(lambda: len(came) == 4)
    assert [heard.content for heard in came if heard.chat == "7"] == [Wrote("một"), Scanned((SHORT,)), Wrote("hai")]
    assert {came[0].content, came[1].content} == {Wrote("một"), Wrote("ba")}


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
    assert eyes.most == telegram_pictures.AT_ONCE


async def test_who_sends_pictures_without_end_is_read_only_so_often(
    looking: FakeTelegram, came: list[Heard], until: Until
) -> None:
    looking.files = {"a1": RECEIPT}
    for _ in range(telegram_pictures.A_MINUTE + 2):
        looking.says(photo=photo(9))
    await until(lambda: len(came) == telegram_pictures.A_MINUTE + 2)
    assert [heard.content for heard in came[-2:]] == [Showed("picture")] * 2
    assert looking.called.count("getFile") == telegram_pictures.A_MINUTE


async def test_a_picture_in_a_group_is_not_fetched(looking: FakeTelegram, came: list[Heard], until: Until) -> None:
    looking.says(photo=photo(9), chat=GROUP)
    looking.says(text="cảm ơn")
    await until(lambda: came)
    assert "getFile" not in looking.called


async def test_a_photo_of_a_receipt_goes_all_the_way(
    api: FakeTelegram, ptb: Bot, turns: Turns, came: list[Heard], until: Until
) -> None:
    receipts = Receipts()
    api.files = {"a1": taken(both(SHORT)), "b1": taken(page())}
    async with telegram.polling(ptb, turns, receipts):
        api.says(photo=photo(9))
        api.says(photo=photo(9, of="b"))
        await until(lambda: len(came) == 2)
    receipts.close()
    assert [heard.content for heard in came] == [Scanned((SHORT,)), Scanned(())]
