"""Updates brought by Telegram, over real sockets and into a real inbox: what is kept, what is refused, what is lost."""

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web
from pytest_aiohttp import AiohttpServer
from sqlalchemy import text as sql
from structlog.testing import capture_logs
from yarl import URL

from bot.dialogue.world import World
from bot.handlers.telegram import webhook as module
from bot.handlers.telegram.building import TelegramBot, build
from bot.handlers.telegram.channel import TelegramChannel
from bot.handlers.telegram.intake import LONGEST as LONGEST_UPDATE
from bot.handlers.telegram.intake import Intake, update_of
from bot.handlers.telegram.limits import Limits
from bot.handlers.telegram.webhook import LONGEST, PATH, SECRET, TelegramWebhook
from bot.inbox import Inbox
from bot.storage.store import Store
from bot.turn import Turns
from tests.fake_telegram import ANYTHING, BOT, GROUP, MAI, PRIVATE, TOKEN, FakeTelegram

KEY = "a-secret_of_ours"
Until = Callable[[Callable[[], object]], Awaitable[None]]


def update(number: int = 1, words: str = "toi muon lam lai so do bi mat", **content: Any) -> dict[str, Any]:
    return {"update_id": number, "message": {**ANYTHING, "chat": PRIVATE, "text": words}, **content}


@dataclass
class Telegram:
    """The side of Telegram: it brings an update, and brings it again until it is taken."""

    session: ClientSession
    url: str
    answers: list[int] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)  # of the Bot API, made in an answer

    async def brings(self, body: bytes | dict[str, Any], secret: str | None = KEY, **headers: str) -> int:
        data = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        shown = {"Content-Type": "application/json", **headers, **({SECRET: secret} if secret is not None else {})}
        async with self.session.post(self.url, data=data, headers=shown) as response:
            if said := await response.read():
                self.calls.append(json.loads(said))
            self.answers.append(response.status)
            return response.status


@pytest.fixture
def api() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def bot(api: FakeTelegram, aiohttp_server: AiohttpServer) -> AsyncIterator[TelegramBot]:
    async with build(TOKEN, str((await aiohttp_server(api.application())).make_url("/"))) as bot:
        yield bot


@pytest.fixture
async def inbox(bot: TelegramBot, local_store: Store, world: World) -> AsyncIterator[Inbox]:
    channel = TelegramChannel(bot, None, None, Limits(1000.0))
    inbox = Inbox(Turns(local_store, world, {"telegram": channel}), {"telegram": channel})
    yield inbox
    await inbox.close()
    await channel.close()


@asynccontextmanager
async def served(*intakes: Intake) -> AsyncIterator[list[Telegram]]:
    """Each by a server of its own, as bot/app.py starts it; that of the tests' library breaks handlers off."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession())
        ends = []
        for intake in intakes:
            app = web.Application()
            app.router.add_post(PATH, TelegramWebhook(KEY, intake).take)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            ends.append(Telegram(session, f"http://{host}:{port}{PATH}"))
        yield ends


@pytest.fixture
async def telegram(inbox: Inbox) -> AsyncIterator[Telegram]:
    async with served(Intake(inbox.take)) as (end,):
        yield end


def kept(inbox: Inbox) -> int:
    return inbox.turns.store.run_now(lambda unit: unit.inbox.count())


async def test_an_update_is_taken_and_answered(telegram: Telegram, api: FakeTelegram, until: Until) -> None:
    assert await telegram.brings(update()) == 200
    await until(lambda: api.sent)
    assert api.sent[0]["words"].startswith("Cấp lại sổ đỏ bị mất")
    assert telegram.calls == []


async def test_the_clock_on_a_button_is_stopped_by_the_answer_itself(
    bot: TelegramBot, local_store: Store, world: World, api: FakeTelegram, until: Until
) -> None:
    """A call that need not be made. What cannot be kept comes again, and its clock goes on."""
    channel = TelegramChannel(bot, None, None, Limits(1000.0), stops_clocks=False)
    inbox = Inbox(Turns(local_store, world, {"telegram": channel}), {"telegram": channel})
    screen = {"message_id": 5, "date": 1, "from": BOT, "chat": PRIVATE, "text": "…"}
    query = {"id": "q7", "from": MAI, "chat_instance": "1", "data": "fee:1.001193", "message": screen}
    async with served(Intake(inbox.take), Intake(broken)) as (end, away):
        assert await away.brings({"update_id": 1, "callback_query": query}) == 503
        assert await end.brings({"update_id": 1, "callback_query": query}) == 200
        await until(lambda: api.sent)
        assert await end.brings({"update_id": 2, "callback_query": {**query, "id": 7}}) == 200  # not Telegram's
        await inbox.settled()
    await inbox.close()
    await channel.close()
    assert (end.calls, away.calls) == ([{"method": "answerCallbackQuery", "callback_query_id": "q7"}], [])
    assert "answerCallbackQuery" not in api.called


async def broken(_: object) -> None:
    raise ConnectionError


@pytest.mark.parametrize(
    "secret", [None, "", "a-secret_of_our", "A-SECRET_OF_OURS", f"{KEY}, {KEY}", "k" * 3000, "chìa khóa", "\udcff"]
)
async def test_what_is_not_from_telegram_is_refused_and_not_kept(
    telegram: Telegram, inbox: Inbox, secret: str | None
) -> None:
    with capture_logs() as logs:
        assert await telegram.brings(update(), secret) == 403
    assert kept(inbox) == 0
    assert KEY not in repr(logs)


async def test_an_update_brought_again_is_answered_once(
    telegram: Telegram, api: FakeTelegram, inbox: Inbox, until: Until
) -> None:
    """Together, after one another, and when it was answered long ago."""
    await asyncio.gather(*(telegram.brings(update()) for _ in range(5)))
    await until(lambda: api.sent)
    await inbox.settled()
    await telegram.brings(update())
    await inbox.settled()
    assert telegram.answers == [200] * 6
    assert len(api.sent) == 1


async def test_what_came_out_of_order_is_answered_in_order(api: FakeTelegram, inbox: Inbox, until: Until) -> None:
    said = ["mất sổ đỏ", "cảm ơn", "hủy"]
    raws = [update(number, words) for number, words in enumerate(said, 1)]
    await Intake(inbox.take).take([raws[2], raws[0], raws[1]])
    await until(lambda: len(api.sent) == 3)
    turns = inbox.turns.store.run_now(lambda unit: unit.turns.latest("telegram:7", 9))
    assert sorted(turn.heard for turn in turns) == sorted(said)
    assert [turn.heard for turn in sorted(turns, key=lambda turn: turn.id)] == said


async def test_one_that_is_too_large_is_refused_and_not_read(telegram: Telegram, inbox: Inbox) -> None:
    assert await telegram.brings(b" " * (LONGEST + 1)) == 413
    assert kept(inbox) == 0


async def test_one_that_grows_when_it_is_unpacked_is_refused(telegram: Telegram, inbox: Inbox) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert await telegram.brings(bomb, **{"Content-Encoding": "gzip"}) == 413
    assert kept(inbox) == 0


async def test_the_largest_that_telegram_sends_is_kept(telegram: Telegram, api: FakeTelegram, until: Until) -> None:
    entity = {"type": "text_link", "offset": 0, "length": 1, "url": "https://" + "a" * 1000}
    large = update(words="giấy khai sinh " * 273)
    large["message"] |= {"entities": [entity] * 100}
    assert await telegram.brings(large) == 200
    await until(lambda: api.sent)


USELESS: dict[str, bytes | dict[str, Any]] = {
    "nothing": b"",
    "no JSON": b"secret=1",
    "half of it": json.dumps(update()).encode()[:-10],
    "a list": b"[]",
    "a number": b"1",
    "no UTF-8": b'{"update_id": 1, "message": "\xff"}',
    "too deep": b'{"update_id":1,"message":' + b"[" * 100_000,
    "deep": b'{"update_id":1,"message":' + b'{"chat":' * 900 + b"1" + b"}" * 901,
    "no number": {"message": update()["message"]},
    "a number that is none": update() | {"update_id": "1"},
    "a number that is true": update() | {"update_id": True},
    "a number below none": update(-1),
    "a number beyond all": update(2**63),
    "a number without end": b'{"update_id": ' + b"9" * 5000 + b"}",
    "a fraction": update() | {"update_id": 1.5},
    "not a number": b'{"update_id": NaN, "message": {}}',
    "no chat": {"update_id": 1, "message": {"text": "a"}},
    "a chat that is none": {"update_id": 1, "message": {"chat": 7, "from": MAI}},
    "a chat without number": {"update_id": 1, "message": {"chat": {"type": "private"}, "from": MAI}},
    "a chat of words": {"update_id": 1, "message": {"chat": {"id": "7/8", "type": "private"}, "from": MAI}},
    "a message that is none": {"update_id": 1, "message": "hello"},
    "a channel": {"update_id": 1, "channel_post": {"chat": {"id": -1, "type": "channel"}, "text": "a"}},
    "a message in a channel": {"update_id": 1, "message": {"chat": {"id": -1, "type": "channel"}, "from": MAI}},
    "nobody in a group": {"update_id": 1, "message": {"chat": GROUP, "text": "a"}},
    "another bot in a group": {"update_id": 1, "message": {"chat": GROUP, "from": {"id": 9, "is_bot": True}}},
    "a button of an inline message": {"update_id": 1, "callback_query": {"id": "1", "from": MAI, "data": "a"}},
    "a poll": {"update_id": 1, "poll": {"id": "1"}},
    "a reaction": {"update_id": 1, "message_reaction": {"chat": PRIVATE, "user": MAI}},
    "a kind of the future": {"update_id": 1, "hologram": {"chat": PRIVATE, "from": MAI}},
}


@pytest.mark.parametrize("body", USELESS.values(), ids=USELESS)
async def test_what_cannot_be_used_is_taken_and_dropped(
    telegram: Telegram, inbox: Inbox, api: FakeTelegram, until: Until, body: bytes | dict[str, Any]
) -> None:
    """Or Telegram would bring it for hours, and nothing behind it."""
    with capture_logs() as logs:
        assert await telegram.brings(body) == 200
    assert kept(inbox) == 0
    assert not [entry for entry in logs if entry["log_level"] in ("error", "critical")]
    assert await telegram.brings(update(9)) == 200
    await until(lambda: api.sent)


async def test_one_larger_than_any_of_telegrams_is_dropped(telegram: Telegram, inbox: Inbox) -> None:
    assert await telegram.brings(update(words="a" * (LONGEST_UPDATE + 1))) == 200
    assert kept(inbox) == 0


async def test_half_a_surrogate_does_no_harm(telegram: Telegram, api: FakeTelegram, until: Until) -> None:
    assert await telegram.brings(json.dumps(update(words="làm \ud83d giấy khai sinh \x00")).encode()) == 200
    await until(lambda: api.sent)


async def test_a_body_that_breaks_off_is_not_kept(
    telegram: Telegram, api: FakeTelegram, inbox: Inbox, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Its end never came: Telegram knows that it was not answered, and comes again."""
    body = json.dumps(update()).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET}: {KEY}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with capture_logs() as logs:
        _, writer = await asyncio.open_connection("127.0.0.1", URL(telegram.url).port)
        writer.write(head + body[:-5])
        await writer.drain()
        await asyncio.sleep(0.05)  # either way it breaks off: before it is looked at, or while it is read
        writer.transport.abort()
        await until(lambda: [entry.get("why") for entry in logs] == ["broken off"])
    assert kept(inbox) == 0
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert await telegram.brings(body) == 200
    await until(lambda: api.sent)


async def test_while_the_database_is_away_nothing_is_lost(
    telegram: Telegram, api: FakeTelegram, inbox: Inbox, until: Until
) -> None:
    store = inbox.turns.store

    def rename(before: str, after: str) -> None:
        with store.engine.begin() as connection:
            connection.execute(sql(f"ALTER TABLE {before} RENAME TO {after}"))

    rename("inbox", "away")
    with capture_logs() as logs:
        assert await telegram.brings(update(words="làm giấy khai sinh cho bé Nguyễn Thị Hoa")) == 503
    assert "Hoa" not in repr(logs)
    rename("away", "inbox")
    assert await telegram.brings(update(words="làm giấy khai sinh cho bé Nguyễn Thị Hoa")) == 200
    await until(lambda: api.sent)
    await inbox.settled()
    assert len(api.sent) == 1


async def test_people_of_one_group_have_conversations_of_their_own(
    telegram: Telegram, inbox: Inbox, api: FakeTelegram, until: Until
) -> None:
    raw = update(words="/help@noidai_bot")
    command = {"type": "bot_command", "offset": 0, "length": 16}
    for number, person in enumerate((MAI, {**MAI, "id": 8}), 1):
        said = {**raw["message"], "chat": GROUP, "from": person, "message_id": number, "entities": [command]}
        assert await telegram.brings({"update_id": number, "message": said}) == 200
    await until(lambda: len(api.sent) == 2)
    addresses = [f"telegram:{GROUP['id']}/{person}" for person in (7, 8)]
    store = inbox.turns.store
    heard = [[turn.heard for turn in store.run_now(lambda unit, of=a: unit.turns.latest(of, 9))] for a in addresses]
    assert heard == [["/help"], ["/help"]]


async def test_inline_queries_are_answered_beside_and_never_kept(until: Until) -> None:
    asked: list[Any] = []

    async def answer(query: Any) -> None:
        asked.append(query["query"])
        if query["query"] == "broken":
            raise ValueError("what somebody typed")

    async def keep(updates: Any) -> None:
        raise AssertionError("kept")

    intake = Intake(keep, answer)
    async with served(intake) as (telegram,):
        with capture_logs() as logs:
            for number, words in enumerate(("khai sinh", "broken"), 1):
                query = {"id": "1", "from": MAI, "query": words, "offset": ""}
                assert await telegram.brings({"update_id": number, "inline_query": query}) == 200
            await until(lambda: len(asked) == 2)
            await intake.close()
    assert asked == ["khai sinh", "broken"]
    assert "typed" not in repr(logs)


async def test_inline_queries_that_nobody_can_answer_do_not_pile_up(until: Until) -> None:
    begun: list[Any] = []
    never = asyncio.Event()

    async def answer(query: Any) -> None:
        begun.append(query)
        await never.wait()

    async def keep(updates: Any) -> None:
        raise AssertionError("kept")

    intake = Intake(keep, answer)
    await intake.take([{"update_id": n, "inline_query": {"query": "a"}} for n in range(1000)])
    await asyncio.sleep(0)
    assert len(begun) == 200
    await intake.close()
    assert not intake._at_work


async def test_any_process_on_the_port_can_take_any_update(
    api: FakeTelegram,
    bot: TelegramBot,
    open_store: Callable[[], Store],
    world: World,
    until: Until,
) -> None:
    """Two of them, that know nothing of each other but the database; and each update comes to both."""
    inboxes = []
    for _ in range(2):
        channel = TelegramChannel(bot, None, None, Limits(1000.0))
        inboxes.append(Inbox(Turns(open_store(), world, {"telegram": channel}), {"telegram": channel}))
    async with served(*(Intake(inbox.take) for inbox in inboxes)) as ends:
        for number in range(1, 7):
            person = {**PRIVATE, "id": 100 + number % 3}
            one = update(number)
            one["message"] |= {"chat": person}
            assert await asyncio.gather(*(end.brings(one) for end in ends)) == [200, 200]
    everybody = Counter({str(100 + n): 2 for n in range(3)})

    def seen() -> Counter[str]:
        return Counter(message["chat_id"] for message in api.sent)

    await until(lambda: seen() == everybody)
    for inbox in inboxes:
        await inbox.sweep()
        await inbox.settled()
        await inbox.close()
    assert seen() == everybody


def test_what_is_kept_is_all_that_came() -> None:
    raw = update(words="làm \ud83d giấy 😀") | {"of_the_future": {"a": [1, None]}}
    taken = update_of(raw)
    assert taken is not None
    assert (taken.channel, taken.chat, taken.key, taken.ordinal) == ("telegram", "7", "1", 1)
    assert json.loads(taken.body) == raw


@pytest.mark.parametrize(
    ("content", "chat"),
    [
        ({"message": {"chat": PRIVATE, "from": MAI}}, "7"),
        ({"edited_message": {"chat": PRIVATE, "from": MAI}}, "7"),
        ({"message": {"chat": {"id": -100123, "type": "supergroup"}, "from": MAI}}, "-100123/7"),
        ({"message": {"chat": GROUP, "from": {"id": 1087968824, "is_bot": True}}}, "-7/1087968824"),
        ({"callback_query": {"id": "1", "from": MAI, "message": {"chat": PRIVATE, "from": BOT}}}, "7"),
        ({"callback_query": {"id": "1", "from": MAI, "message": {"chat": GROUP, "date": 0}}}, "-7/7"),
        ({"my_chat_member": {"chat": PRIVATE, "from": MAI}}, "7"),
        ({"my_chat_member": {"chat": GROUP, "from": MAI}}, "-7/7"),
    ],
)
def test_whose_an_update_is(content: dict[str, Any], chat: str) -> None:
    taken = update_of({"update_id": 5, **content})
    assert taken is not None
    assert taken.chat == chat


def test_the_limit_of_a_body_leaves_room_for_any_update() -> None:
    assert module.LONGEST >= LONGEST_UPDATE
