"""What the bot sends on Telegram: how messages become calls, and what each failure of a call means."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs
from telegram.error import NetworkError, TimedOut

from bot.channel import SendError
from bot.dialogue.step import Want
from bot.dialogue.world import World
from bot.handlers.files import FileBody
from bot.handlers.splitting import utf16
from bot.handlers.telegram.building import TelegramBot, build
from bot.handlers.telegram.calls import Calls
from bot.handlers.telegram.channel import TelegramChannel
from bot.handlers.telegram.limits import Limits
from bot.handlers.telegram.memory import MOST, Lately, Occasion
from bot.handlers.telegram.showing import CAPTION, Part, caption, planned
from bot.storage.store import Store
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from bot.texts.render import texts
from tests.fake_telegram import TOKEN, FakeTelegram, Read, labels, words_of
from tests.on_telegram import OnTelegram, Unhurried, on_telegram, served, update

HELLO = Message((ShownLine("Chào anh/chị"),))
HOME = ShownButton("home", "Về đầu")
SLIP = Message((ShownLine("Đã đặt lịch"),), (HOME,), (ShownFile("slip/ND1", "Phiếu gửi hồ sơ"),))


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


@pytest.fixture
def channel(chat: OnTelegram) -> TelegramChannel:
    return chat.channel


async def failed(channel: TelegramChannel, *messages: Message, skip: int = 0, chat: str = "7") -> SendError:
    with pytest.raises(SendError) as raised:
        await channel.send(chat, messages, skip)
    return raised.value


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


PDF = FileBody("phieu-ND1.pdf", "application/pdf", b"%PDF-1.7 \xff")


async def test_markup_inside_a_reply_is_shown_as_it_was_written(api: FakeTelegram, channel: TelegramChannel) -> None:
    words = "Ông <b>A</b> & bà </i> B <script> &lt;"
    link = "https://a.vn/?a=1&b=\"<>'&amp;"
    lines = tuple(ShownLine(words, kind, link) for kind in ("title", "heading", "text", "item", "warning"))
    await channel.send("7", (Message((*lines, ShownLine(words, "note")), (ShownButton("x", words),)),))
    assert [line.lstrip("•⚠️ ") for line in api.sent[0]["words"].splitlines()] == [words] * 6
    assert Read(api.sent[0]["text"]).links == [link] * 5
    assert labels(api.sent[0]) == [words]  # a button is no HTML


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://a.vn", "tg://user?id=7", "//a.vn", "/dossier"])
async def test_only_safe_addresses_become_links(api: FakeTelegram, channel: TelegramChannel, link: str) -> None:
    lines = (ShownLine("một", link=link), ShownLine("hai", link="https://a.vn"))
    await channel.send("7", (Message(lines),))
    assert api.sent[0]["text"] == 'một\n<a href="https://a.vn">hai</a>'


async def test_a_number_to_call_is_written_out_and_no_link(api: FakeTelegram, channel: TelegramChannel) -> None:
    """Telegram makes no link of `tel:`; phones make one of the digits."""
    lines = (ShownLine("Gọi 113 ngay", "warning", link="tel:113"), ShownLine("Bưu điện:", link="tel:1900545481"))
    await channel.send("7", (Message(lines),))
    assert api.sent[0]["text"] == "⚠️ <b>Gọi 113 ngay</b>\nBưu điện: 1900545481"


async def test_a_long_message_is_cut_between_lines_and_its_buttons_come_last(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    words = [f"{n} <{'ă' * 999}>" for n in range(20)]
    await channel.send("7", (Message(tuple(map(ShownLine, words)), (HOME,)),))
    assert "\n".join(message["words"] for message in api.sent).splitlines() == words
    assert [labels(message) for message in api.sent] == [[]] * (len(api.sent) - 1) + [["Về đầu"]]


@pytest.mark.parametrize("letter", ["a", "&", "ư", "😀"], ids=["ascii", "escaped", "marked", "two units"])
async def test_an_answer_of_5000_letters_arrives_whole(
    api: FakeTelegram, channel: TelegramChannel, letter: str
) -> None:
    """In one line, which nothing offers to tear at."""
    await channel.send("7", (Message((ShownLine(letter * 5000, "warning"),), (HOME,)),))
    assert sum(message["words"].count(letter) for message in api.sent) == 5000
    assert len(api.sent) in (2, 3)
    assert (labels(api.sent[-1]), api.refused) == (["Về đầu"], [])


async def test_a_long_text_is_torn_between_its_sentences(api: FakeTelegram, channel: TelegramChannel) -> None:
    text = " ".join(f"Câu thứ {n} nói về giấy tờ cần nộp." for n in range(150))
    await channel.send("7", (Message((ShownLine(text),)),))
    assert " ".join(message["words"] for message in api.sent) == text
    assert all(message["words"].endswith(".") for message in api.sent)


async def test_short_labels_share_a_row_and_long_ones_are_shortened(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    shown = tuple(ShownButton(f"show:{n}", label) for n, label in enumerate(["Có", "Không", "Cấp lại " * 20, "Thôi"]))
    await channel.send("7", (Message((ShownLine("?"),), shown),))
    rows = api.sent[0]["reply_markup"]["inline_keyboard"]
    assert [[len(button["text"]) for button in row] for row in rows] == [[2, 5], [60], [4]]


async def test_a_choice_telegram_would_refuse_costs_no_answer(api: FakeTelegram, channel: TelegramChannel) -> None:
    choices = (ShownButton("x" * 65, "dài"), ShownButton("ư" * 33, "dài"), ShownButton("", "không"), HOME)
    with capture_logs() as logs:
        await channel.send("7", (Message((ShownLine("?"),), (*choices, ShownButton("blank", " "))),))
    assert labels(api.sent[0]) == ["Về đầu"]
    assert len(logs) == 1


async def test_more_choices_than_telegram_takes_cost_no_answer(api: FakeTelegram, channel: TelegramChannel) -> None:
    with capture_logs():
        choices = tuple(ShownButton(f"n:{n}", f"{n}") for n in range(120))
        await channel.send("7", (Message((ShownLine("?"),), choices),))
    assert len(labels(api.sent[0])) == 100


@pytest.mark.parametrize("lines", [(), (ShownLine(""), ShownLine(" \n"))], ids=["no line", "blank lines"])
async def test_choices_without_words_are_shown_all_the_same(
    api: FakeTelegram, channel: TelegramChannel, lines: tuple[ShownLine, ...]
) -> None:
    await channel.send("7", (Message(lines, (HOME,)), Message(lines)))
    assert [labels(message) for message in api.sent] == [["Về đầu"]]
    assert api.refused == []


async def test_html_that_telegram_refuses_is_sent_as_bare_words(
    api: FakeTelegram, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Part, "html", property(lambda self: f"<oops>{self.plain}"))
    lines = (ShownLine("Phí & lệ phí", "title"), ShownLine("<5.000 đ>", "item"))
    with capture_logs() as logs:
        await channel.send("7", (Message(lines, (HOME,)),))
    assert [words_of(message) for message in api.sent] == ["Phí & lệ phí\n• <5.000 đ>"]
    assert labels(api.sent[0]) == ["Về đầu"]
    assert [log["log_level"] for log in logs] == ["error"]
    assert len(api.refused) == 1
    api.refused.clear()


@pytest.mark.parametrize(
    ("status", "description", "said"),
    [
        (403, "Forbidden: bot was blocked by the user", "gone"),
        (403, "Forbidden: user is deactivated", "gone"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "gone"),
        (403, "Forbidden: bot can't initiate conversation with a user", "gone"),
        (400, "Bad Request: chat not found", "gone"),
        (400, "Bad Request: PEER_ID_INVALID", "gone"),
        (400, "Bad Request: user is deactivated", "gone"),
        (400, "Bad Request: message is too long", "never"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "never"),
        (413, "Request Entity Too Large", "never"),
        (429, "Too Many Requests: retry after 7", "later"),
        (500, "Internal Server Error", "later"),
        (500, "Internal Server Error: restart", "outage"),
        (502, "Bad Gateway", "outage"),
        (503, "Service Unavailable", "outage"),
        (504, "Gateway Timeout", "outage"),
        (401, "Unauthorized", "outage"),
        (404, "Not Found", "outage"),  # what a token that is none is answered
    ],
)
async def test_a_failure_says_whether_another_try_may_help(
    api: FakeTelegram, channel: TelegramChannel, status: int, description: str, said: str
) -> None:
    parameters = {"parameters": {"retry_after": 7}} if status == 429 else {}
    api.failures = [(status, {"description": description, **parameters})]
    failure = await failed(channel, HELLO)
    assert failure.retryable is (said in ("later", "outage"))
    assert failure.gone is (said == "gone")
    assert failure.outage is (said == "outage")
    assert failure.wait == (timedelta(seconds=7) if status == 429 else None)
    assert (failure.at_next_contact, failure.sent) == (False, 0)


async def test_a_telegram_out_of_reach_may_be_tried_again(unused_tcp_port: int) -> None:
    bot = build(TOKEN, f"http://127.0.0.1:{unused_tcp_port}")
    async with bot._request[1]:  # not `async with bot`: that asks who it is
        failure = await failed(TelegramChannel(bot, None, None, Unhurried()), HELLO)
    assert (failure.retryable, failure.outage) == (True, True)
    assert TOKEN not in str(failure)


async def test_a_page_of_a_proxy_is_no_answer_of_telegram(api: FakeTelegram, channel: TelegramChannel) -> None:
    api.pages = [(200, "<html>Log in to the network"), (502, "<html>Bad Gateway"), (403, "<html>Blocked")]
    for _ in range(3):
        failure = await failed(channel, HELLO)
        assert (failure.retryable, failure.outage, failure.gone) == (True, True, False)


async def test_a_429_of_one_chat_holds_up_no_other(
    api: FakeTelegram, address: str, local_store: Store, world: World
) -> None:
    """The limits were told: the next message to that chat is not even tried."""
    limits = Limits()
    async with on_telegram(api, address, local_store, world, limits=limits) as chat:
        api.failures = [(429, {"description": "Too Many Requests", "parameters": {"retry_after": 100}})]
        await failed(chat.channel, HELLO)
        failure = await failed(chat.channel, HELLO)
        await chat.channel.send("8", (HELLO,))
    assert failure.wait
    assert timedelta(seconds=50) < failure.wait <= timedelta(seconds=100)
    assert [message["chat_id"] for message in api.sent] == ["8"]
    assert api.called.count("sendMessage") == 2


@pytest.mark.parametrize("chat_name", ["", "abc", "7x", "@noidai"])
async def test_an_address_that_is_no_chat_is_given_up(channel: TelegramChannel, chat_name: str) -> None:
    failure = await failed(channel, HELLO, chat=chat_name)
    assert (failure.retryable, failure.gone) == (False, False)


async def test_of_an_answer_that_fails_in_its_midst_only_the_rest_is_sent_again(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    long = Message(tuple(ShownLine(f"{n}: {'dài ' * 400}") for n in range(6)), (HOME,))
    answer = (HELLO, long, HELLO)
    parts = planned(answer)
    assert len(parts) > 4
    for done in range(len(parts) - 1):
        api.fail_after = 1
        failure = await failed(channel, *answer, skip=done)
        assert failure.sent == 1
    api.fail_after = None
    await channel.send("7", answer, len(parts) - 1)
    assert [message["words"] for message in api.sent] == [part.plain for part in parts]
    assert [labels(message) for message in api.sent] == [[HOME.label] * bool(part.buttons) for part in parts]


async def test_a_file_comes_after_its_message(
    api: FakeTelegram, address: str, local_store: Store, world: World
) -> None:
    async with on_telegram(api, address, local_store, world, files=Drawer(PDF)) as chat:
        await chat.channel.send("7", (SLIP,))
    assert api.called[-2:] == ["sendMessage", "sendDocument"]
    assert api.handed_over == [("phieu-ND1.pdf", b"%PDF-1.7 \xff", "Phiếu gửi hồ sơ")]
    assert labels(api.sent[0]) == ["Về đầu"]


async def test_a_message_of_files_alone_needs_no_words(
    api: FakeTelegram, address: str, local_store: Store, world: World
) -> None:
    async with on_telegram(api, address, local_store, world, files=Drawer(PDF)) as chat:
        await chat.channel.send("7", (Message((), files=SLIP.files),))
    assert (len(api.sent), len(api.handed_over), api.refused) == (0, 1, [])


@pytest.mark.parametrize(("label", "shown"), [("ư" * 3000, 1024), ("😀" * 700, 512), ("ư" * 1024, 1024)])
def test_a_caption_fits(label: str, shown: int) -> None:
    assert caption(ShownFile("a", label)) == label[:shown]
    assert utf16(label[:shown]) <= CAPTION


@pytest.mark.parametrize("made", [(), (RuntimeError("Bưởi, 0912345678"),)])
async def test_a_file_that_cannot_be_made_is_left_out_and_logged_without_its_contents(
    api: FakeTelegram, address: str, local_store: Store, world: World, made: tuple[Exception, ...]
) -> None:
    async with on_telegram(api, address, local_store, world, files=Drawer(*made)) as chat:
        with capture_logs() as logs:
            await chat.channel.send("7", (SLIP, SLIP))
    assert [message["words"] for message in api.sent] == ["Đã đặt lịch"] * 2
    assert api.handed_over == []
    assert len(logs) == 2
    assert not any(secret in repr(logs) for secret in ("Bưởi", "0912", "ND1"))


@pytest.mark.parametrize(("status", "retryable"), [(403, False), (400, False), (429, True), (500, True)])
async def test_a_file_that_is_not_taken_says_whether_another_try_may_help(
    api: FakeTelegram, address: str, local_store: Store, world: World, status: int, retryable: bool
) -> None:
    """And is sent again without its message."""
    api.lost = [(status, {"description": "no", "parameters": {"retry_after": 1} if status == 429 else {}})]
    async with on_telegram(api, address, local_store, world, files=Drawer(PDF, PDF)) as chat:
        failure = await failed(chat.channel, SLIP)
        assert (failure.retryable, failure.sent) == (retryable, 1)
        await chat.channel.send("7", (SLIP,), failure.sent)
    assert (len(api.sent), len(api.handed_over)) == (1, 1)


async def test_a_file_that_takes_too_long_is_no_outage(
    api: FakeTelegram, address: str, local_store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_: object) -> None:
        raise TimedOut

    monkeypatch.setattr(Calls, "hand_over", slow)
    async with on_telegram(api, address, local_store, world, files=Drawer(PDF)) as chat:
        failure = await failed(chat.channel, SLIP)
    assert (failure.retryable, failure.outage) == (True, False)


async def test_a_group_that_became_a_supergroup_is_written_to_where_it_is(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    api.moved = {"-7": -1007}
    await channel.send("-7/9", (HELLO,))
    await channel.send("-7/9", (HELLO,))
    assert [message["chat_id"] for message in api.sent] == ["-1007"] * 2
    assert api.called.count("sendMessage") == 3


class TestSharing:
    """A keyboard to share a phone number or a place by."""

    @staticmethod
    def asking(wants: Want, *buttons: ShownButton, language: str = "vi") -> Message:
        keys = {"contact": "book.ask_phone", "place": "book.ask_commune"}
        question = texts(language)[keys[wants]]
        assert isinstance(question, str)
        return Message((ShownLine(question),), buttons, wants=wants)

    @pytest.mark.parametrize("wants", ["contact", "place"])
    async def test_it_stands_under_the_question(self, api: FakeTelegram, channel: TelegramChannel, wants: Want) -> None:
        await channel.send("7", (self.asking(wants),))
        keyboard = api.sent[0]["reply_markup"]
        ((button,),) = keyboard["keyboard"]
        assert {"contact": "request_contact", "place": "request_location"}[wants] in button
        assert (keyboard["resize_keyboard"], keyboard["one_time_keyboard"]) == (True, True)
        assert len(api.sent) == 1

    @pytest.mark.parametrize(("language", "words"), [("vi", "Gửi"), ("en", "Share")])
    async def test_beside_choices_it_comes_with_words_of_its_own_in_the_language_of_the_question(
        self, api: FakeTelegram, channel: TelegramChannel, language: str, words: str
    ) -> None:
        await channel.send("7", (self.asking("contact", ShownButton("a", "A"), language=language),))
        question, invitation = api.sent
        assert labels(question) == ["A"]
        assert words in invitation["reply_markup"]["keyboard"][0][0]["text"]

    async def test_it_is_taken_away_when_the_answer_came(self, api: FakeTelegram, chat: OnTelegram) -> None:
        await chat.channel.send("7", (self.asking("contact"),))
        await chat.channel.send("7", (HELLO,))  # a notice: nobody answered yet
        assert "remove_keyboard" not in api.sent[-1]["reply_markup"]
        await self.answers(chat)
        await chat.channel.send("7", (HELLO, HELLO))
        await chat.channel.send("7", (HELLO,))
        assert [m["reply_markup"].get("remove_keyboard", False) for m in api.sent] == [False, False, True, False, False]

    async def test_where_no_message_is_free_to_take_it_away_one_more_is_sent(
        self, api: FakeTelegram, chat: OnTelegram
    ) -> None:
        await chat.channel.send("7", (self.asking("contact"),))
        await self.answers(chat)
        for _ in range(2):
            await chat.channel.send("7", (Message((ShownLine("Tiếp"),), (HOME,)),))
        assert [message["words"] for message in api.sent[1:]] == ["Vâng.", "Tiếp", "Tiếp"]
        assert api.sent[1]["reply_markup"] == {"remove_keyboard": True}
        assert labels(api.sent[2]) == ["Về đầu"]

    async def test_it_stays_while_the_same_is_asked_again(self, api: FakeTelegram, chat: OnTelegram) -> None:
        for _ in range(2):
            await chat.channel.send("7", (self.asking("place"),))
            await self.answers(chat)
        assert ["keyboard" in message["reply_markup"] for message in api.sent] == [True, True]

    async def test_what_takes_it_away_is_not_counted_among_the_parts(self, api: FakeTelegram, chat: OnTelegram) -> None:
        await chat.channel.send("7", (self.asking("contact"),))
        await self.answers(chat)
        screen = Message((ShownLine("Tiếp"),), (HOME,))
        api.fail_after = 2
        failure = await failed(chat.channel, screen, screen)
        assert failure.sent == 1
        await chat.channel.send("7", (screen, screen), failure.sent)
        assert [message["words"] for message in api.sent[1:]] == ["Vâng.", "Tiếp", "Tiếp"]

    async def test_what_arrived_in_an_earlier_try_does_not_take_it_away_any_more(
        self, api: FakeTelegram, chat: OnTelegram
    ) -> None:
        await chat.channel.send("7", (self.asking("contact"),))
        await self.answers(chat)
        await chat.channel.send("7", (HELLO, Message((ShownLine("Tiếp"),), (HOME,))), 1)
        assert [message["words"] for message in api.sent[1:]] == ["Vâng.", "Tiếp"]

    async def test_a_group_is_asked_for_nothing(self, api: FakeTelegram, channel: TelegramChannel) -> None:
        await channel.send("-7/7", (self.asking("contact", HOME),))
        assert [labels(message) for message in api.sent] == [["Về đầu"]]

    @staticmethod
    async def answers(chat: OnTelegram) -> None:
        contact = {"phone_number": "84912345678", "first_name": "Mai"}
        message = {"message_id": 5, "date": 1, "from": {"id": 7, "is_bot": False, "first_name": "Mai"}}
        private = {"id": 7, "type": "private"}
        assert await chat.channel.read(update(1, message={**message, "chat": private, "contact": contact}))


async def test_nothing_goes_on_after_it_is_closed(chat: OnTelegram, api: FakeTelegram) -> None:
    api.given_when = asyncio.Event()
    query = {"id": "q", "from": {"id": 7, "is_bot": False, "first_name": "M"}, "chat_instance": "1", "data": "home"}
    shown = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}}
    await chat.channel.read(update(1, callback_query={**query, "message": shown}))
    async with asyncio.timeout(10):  # less than Telegram is given to answer
        await chat.channel.close()
    assert chat.channel._at_work == set()
    api.given_when.set()


async def test_the_token_is_in_no_reason(channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise NetworkError(f"cannot reach https://api.telegram.org/bot{TOKEN}/sendMessage")

    monkeypatch.setattr(TelegramBot, "_post", broken)
    assert str(await failed(channel, HELLO)) == "cannot reach https://api.telegram.org/bot…/sendMessage"


def test_what_is_remembered_of_chats_has_an_end() -> None:
    lately = Lately()
    for number in range(MOST + 10):
        lately.heard(f"{number}", "1", Occasion(1))
        lately.asked(f"{number}")
        lately.shown((-7, number), f"{number}")
    assert len(lately.occasions) == len(lately.keyboards) == len(lately.owners) == MOST
    assert lately.occasion(f"{MOST}", "1") == Occasion(1)
    assert lately.occasion("0", "1") == Occasion()
