"""Updates asked of Telegram, over a real socket and into a real inbox: kept first, confirmed then, whatever fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs

from bot.alarms import Alarms
from bot.channel import Update
from bot.dialogue.step import Text
from bot.dialogue.world import World
from bot.handlers.telegram.building import TelegramBot, build
from bot.handlers.telegram.channel import TelegramChannel
from bot.handlers.telegram.connecting import serve
from bot.handlers.telegram.intake import Intake
from bot.handlers.telegram.limits import Limits
from bot.handlers.telegram.polling import LONGEST_WAIT, PAUSE, Poller
from bot.handlers.telegram.troubles import Troubles
from bot.inbox import Inbox
from bot.settings import SettingsError
from bot.storage.store import Store
from bot.texts.message import Message, ShownLine
from bot.texts.render import words
from bot.turn import Turns
from tests.conftest import PATIENCE, Clock
from tests.fake_telegram import ANYTHING, MAI, PRIVATE, TOKEN
from tests.on_telegram import Unhurried, connected
from tests.telegram_told import ToldTelegram

Until = Callable[[Callable[[], object]], Awaitable[None]]
AWAY = "Không gì tới được"


@dataclass
class Kept:
    """An inbox of nothing but memory, which may be away."""

    updates: list[Update] = field(default_factory=list)
    away: int = 0  # times

    async def keep(self, updates: Sequence[Update]) -> None:
        if self.away:
            self.away -= 1
            raise OSError(AWAY)
        self.updates += updates

    @property
    def keys(self) -> list[str]:
        return [update.key for update in self.updates]


@pytest.fixture
def api() -> ToldTelegram:
    return ToldTelegram()


@pytest.fixture
async def address(api: ToldTelegram, aiohttp_server: AiohttpServer) -> str:
    return str((await aiohttp_server(api.application())).make_url("/"))


@pytest.fixture
async def bot(address: str) -> AsyncIterator[TelegramBot]:
    async with build(TOKEN, address) as bot:
        yield bot


@pytest.fixture
def alarms(local_store: Store, clock: Clock) -> Alarms:
    return Alarms(local_store, clock.now, "zalobot:staff")


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def poller(bot: TelegramBot, kept: Kept, alarms: Alarms) -> Poller:
    return Poller(bot, Intake(kept.keep), Troubles(alarms))


def told(alarms: Alarms) -> list[str]:
    """In the staff's chat."""
    owed = alarms.store.run_now(lambda unit: unit.turns.owed())
    return [line.words for turn in owed for message in turn.replies for line in message.lines]


async def rounds(poller: Poller, number: int) -> list[float]:
    """The waits after each."""
    return [await poller.round() for _ in range(number)]


async def test_what_came_is_kept_and_then_confirmed(poller: Poller, api: ToldTelegram, kept: Kept) -> None:
    api.says(text="một")
    api.says(text="hai")
    assert await rounds(poller, 1) == [0.0]
    assert (kept.keys, api.confirmed) == (["1", "2"], False)
    await rounds(poller, 1)
    assert (kept.keys, api.confirmed) == (["1", "2"], True)


async def test_what_could_not_be_kept_is_not_confirmed(poller: Poller, api: ToldTelegram, kept: Kept) -> None:
    api.says(text="một")
    kept.away = 3
    with capture_logs() as logs:
        assert await rounds(poller, 5) == [1.0, 2.0, 4.0, 0.0, PAUSE]
    assert (kept.keys, api.confirmed) == (["1"], True)
    assert AWAY not in repr(logs)


async def test_the_whole_round_is_kept_in_one_go(poller: Poller, api: ToldTelegram, kept: Kept) -> None:
    goes: list[int] = []

    async def keep(updates: Sequence[Update]) -> None:
        goes.append(len(updates))

    for number in range(90):
        api.says(text=str(number))
    await Poller(poller.bot, Intake(keep)).round()
    assert goes == [90]


async def test_only_one_way_is_open_and_what_waits_is_not_dropped(
    poller: Poller, api: ToldTelegram, kept: Kept
) -> None:
    api.told.webhook["url"] = "https://elsewhere.example/hook"
    api.says(text="một")
    await rounds(poller, 2)
    assert kept.keys == ["1"]
    assert (api.told.webhook["url"], api.called.count("deleteWebhook")) == ("", 1)


@pytest.mark.parametrize(
    "strange",
    [7, None, "update", {}, {"update_id": "1"}, {"poll": {}}, {"update_id": 3, "hologram": {}}, [[]]],
)
async def test_what_is_no_update_stands_in_nobodys_way(
    poller: Poller, api: ToldTelegram, kept: Kept, strange: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is confirmed, or it would be all that ever comes."""
    raws = [strange, {"update_id": 4, "message": {**ANYTHING, "chat": PRIVATE, "text": "một"}}, strange]
    asked: list[int] = []

    async def news(after: int, patience: float) -> list[Any]:
        asked.append(after)
        return raws if after < 5 else []

    monkeypatch.setattr(TelegramBot, "news", lambda _, after, patience: news(after, patience))
    await rounds(poller, 2)
    assert (kept.keys, asked) == (["4"], [0, 5])


async def test_an_answer_that_is_no_list_of_updates_confirms_nothing(
    poller: Poller, api: ToldTelegram, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.says(text="một")
    await rounds(poller, 1)
    with monkeypatch.context() as patched:
        patched.setattr(TelegramBot, "_post", lambda *_, **__: asyncio.sleep(0, result=True))
        assert await rounds(poller, 2) == [1.0, 2.0]
    assert not api.confirmed
    await rounds(poller, 1)
    assert (kept.keys, api.confirmed) == (["1"], True)


async def test_after_a_quiet_week_numbers_may_begin_below_those_we_had(
    poller: Poller, api: ToldTelegram, kept: Kept
) -> None:
    api.number = 1000
    api.says(text="một")
    await rounds(poller, 2)
    api.number = 5
    api.says(text="hai")
    await rounds(poller, 1)
    assert kept.keys == ["1001", "6"]


async def test_who_starts_again_is_given_again_what_was_not_confirmed_and_answers_once(
    api: ToldTelegram, bot: TelegramBot, local_store: Store, world: World, until: Until
) -> None:
    """A process that died after keeping, and before confirming."""
    channel = TelegramChannel(bot, None, None, Limits(1000.0))
    api.says(text="toi muon lam lai so do bi mat")
    api.says(text="cảm ơn")
    for _ in range(3):
        inbox = Inbox(Turns(local_store, world, {"telegram": channel}), {"telegram": channel})
        await Poller(bot, Intake(inbox.take)).round()
        await until(lambda: len(api.sent) >= 2)
        await inbox.settled()
    assert len(api.updates) == 2
    assert len(api.sent) == 2


async def test_the_waits_grow_while_nobody_answers_and_one_alarm_is_rung(
    api: ToldTelegram, poller: Poller, alarms: Alarms, clock: Clock
) -> None:
    api.told.faults["getUpdates"] = [(502, {"description": "Bad Gateway"})] * 10
    for wait in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT):
        assert await poller.round() == wait
        clock.passes(timedelta(seconds=wait))
    assert len(told(alarms)) == 1
    assert "Telegram" in told(alarms)[0]
    assert await poller.round() == PAUSE
    assert len(told(alarms)) == 2  # and once that it is over
    api.told.faults["getUpdates"] = [(502, {})]
    assert await poller.round() == 1.0


async def test_while_nothing_can_be_sent_good_news_of_the_poller_do_not_hide_it(
    api: ToldTelegram, bot: TelegramBot, world: World, local_store: Store, alarms: Alarms, clock: Clock, poller: Poller
) -> None:
    channel = TelegramChannel(bot, None, None, Unhurried(), Troubles(alarms))
    turns = Turns(local_store, world, {"telegram": channel}, alarms=alarms)
    local_store.run_now(lambda unit: unit.turns.notify("telegram:7", "news", (Message((ShownLine("x"),)),)))
    for _ in range(20):
        api.failures = [(502, {"description": "Bad Gateway"})]
        await turns.deliver_owed()
        assert await poller.round() == PAUSE
        clock.passes(timedelta(seconds=30))
    assert set(local_store.run_now(lambda unit: unit.alarms.all())) == {"channel:telegram"}


async def test_a_token_that_is_revoked_is_one_alarm_whoever_finds_out_first(
    api: ToldTelegram, bot: TelegramBot, world: World, local_store: Store, alarms: Alarms, clock: Clock, poller: Poller
) -> None:
    """With a webhook nobody polls."""
    channel = TelegramChannel(bot, None, None, Unhurried(), Troubles(alarms))
    turns = Turns(local_store, world, {"telegram": channel}, alarms=alarms)
    local_store.run_now(lambda unit: unit.turns.notify("telegram:7", "news", (Message((ShownLine("x"),)),)))
    api.revoked = True
    for _ in range(5):
        await turns.deliver_owed()
        clock.passes(timedelta(minutes=2))
    assert set(local_store.run_now(lambda unit: unit.alarms.all())) == {"telegram:token"}


async def test_a_hiccup_wakes_nobody(api: ToldTelegram, poller: Poller, alarms: Alarms, clock: Clock) -> None:
    api.told.faults["getUpdates"] = [(502, {})] * 3
    await rounds(poller, 4)
    clock.passes(timedelta(hours=1))
    await rounds(poller, 1)
    assert told(alarms) == []


async def test_told_to_wait_it_waits(api: ToldTelegram, poller: Poller, alarms: Alarms, clock: Clock) -> None:
    api.told.faults["getUpdates"] = [(429, {"parameters": {"retry_after": 17}})]
    assert await rounds(poller, 2) == [17.0, PAUSE]


async def test_an_overlap_at_a_restart_wakes_nobody(api: ToldTelegram, poller: Poller, alarms: Alarms) -> None:
    api.told.faults["getUpdates"] = [(409, {"description": "Conflict: terminated by other getUpdates request"})] * 2
    assert await rounds(poller, 3) == [1.0, 2.0, PAUSE]
    assert told(alarms) == []


async def test_another_poller_is_an_alarm_that_says_what_to_do(
    api: ToldTelegram, poller: Poller, alarms: Alarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though each of the two gets something now and then."""
    conflict = (409, {"description": "Conflict: terminated by other getUpdates request; make sure that only one runs"})
    for _ in range(4):
        api.told.faults["getUpdates"] = [conflict]
        await rounds(poller, 2)
    assert told(alarms) == [words(Text("telegram.alarm_conflict"), "vi")]
    assert "NOIDAI_TELEGRAM_MODE=webhook" in told(alarms)[0]
    monkeypatch.setattr("bot.handlers.telegram.polling.QUIET", 0.0)
    await rounds(poller, 1)
    assert len(told(alarms)) == 2
    assert "cùng một token" in told(alarms)[1]


async def test_who_sets_a_webhook_again_and_again_is_another_alarm(
    api: ToldTelegram, poller: Poller, alarms: Alarms
) -> None:
    await rounds(poller, 1)
    for _ in range(3):
        api.told.webhook["url"] = "https://elsewhere.example/hook"
        await rounds(poller, 2)
    assert api.called.count("deleteWebhook") == 4
    assert told(alarms) == [words(Text("telegram.alarm_hooked"), "vi")]


async def test_a_token_that_is_revoked_is_told_at_once(api: ToldTelegram, poller: Poller, alarms: Alarms) -> None:
    await rounds(poller, 1)
    api.told.faults["getUpdates"] = [(401, {"description": "Unauthorized"})]
    assert await rounds(poller, 1) == [LONGEST_WAIT]
    assert "NOIDAI_TELEGRAM_TOKEN" in told(alarms)[0]
    assert TOKEN not in repr(told(alarms))


async def test_an_alarm_that_cannot_be_told_stops_nothing(
    api: ToldTelegram, poller: Poller, alarms: Alarms, clock: Clock
) -> None:
    api.told.faults["getUpdates"] = [(502, {})] * 3
    with alarms.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alarm")
    for _ in range(3):
        await poller.round()
        clock.passes(timedelta(minutes=2))
    assert await poller.round() == PAUSE


async def test_a_wrong_token_stops_the_start_and_is_not_shown(address: str, kept: Kept) -> None:
    wrong = "9:wrong-token"
    with capture_logs() as logs, pytest.raises(SettingsError) as raised:
        async with connected(build(wrong, address), Intake(kept.keep)):
            raise AssertionError("started")
    assert "NOIDAI_TELEGRAM_TOKEN" in str(raised.value)
    assert raised.value.__suppress_context__
    assert wrong not in str(raised.value) + repr(logs)


async def test_who_is_out_of_reach_at_the_start_is_reached_later(
    api: ToldTelegram, bot: TelegramBot, address: str, kept: Kept, alarms: Alarms, until: Until
) -> None:
    api.told.faults["getMe"] = [(502, {})] * 2
    api.says(text="một")
    async with connected(build(TOKEN, address), Intake(kept.keep), alarms):
        await until(lambda: kept.keys == ["1"] and api.confirmed)
    assert not kept.away


async def test_a_token_that_turns_out_wrong_later_stops_only_telegram(
    api: ToldTelegram, address: str, kept: Kept, alarms: Alarms, until: Until
) -> None:
    api.told.faults["getMe"] = [(502, {}), (401, {})]
    with capture_logs() as logs:
        async with connected(build(TOKEN, address), Intake(kept.keep), alarms):
            await until(lambda: any(entry["log_level"] == "error" for entry in logs))
            await until(lambda: told(alarms))
    assert "NOIDAI_TELEGRAM_TOKEN" in told(alarms)[0]
    assert kept.updates == []


async def test_a_token_that_turns_out_wrong_is_not_tried_again(
    api: ToldTelegram, address: str, kept: Kept, alarms: Alarms
) -> None:
    """Telegram takes it amiss."""
    api.told.faults["getMe"] = [(401, {})]
    bot = build(TOKEN, address)
    async with asyncio.timeout(PATIENCE):
        await serve(bot, Intake(kept.keep), Troubles(alarms), None, reached=False)
    await bot.shutdown()
    assert api.called == ["getMe"]


async def test_leaving_in_the_middle_of_a_long_question_loses_nothing(
    api: ToldTelegram, address: str, kept: Kept, until: Until
) -> None:
    for _ in range(3):
        async with connected(build(TOKEN, address), Intake(kept.keep)):
            await until(lambda: "getUpdates" in api.called)
        api.called.clear()
        api.says(text="a")
    async with connected(build(TOKEN, address), Intake(kept.keep)):
        await until(lambda: kept.keys == ["1", "2", "3"] and api.confirmed)


async def test_the_network_gone_and_back_nothing_is_lost_and_nothing_answered_twice(
    api: ToldTelegram, local_store: Store, world: World, alarms: Alarms, clock: Clock, until: Until
) -> None:
    """The server is really not there: connections are refused."""
    runner, port = await opened(api)
    bot = build(TOKEN, f"http://127.0.0.1:{port}")
    channel = TelegramChannel(bot, None, None, Limits(1000.0))
    inbox = Inbox(Turns(local_store, world, {"telegram": channel}, alarms=alarms), {"telegram": channel})
    poller = Poller(bot, Intake(inbox.take), Troubles(alarms))
    async with bot:
        api.says(text="mất sổ đỏ")
        await poller.round()
        await until(lambda: len(api.sent) == 1)
        await runner.cleanup()
        for _ in range(30):
            await poller.round()
            clock.passes(timedelta(minutes=2))
        for number in range(5):
            api.says(text=f"xin chào {number}")
        runner, _ = await opened(api, port)
        await poller.round()
        await until(lambda: len(api.sent) == 6)
        await inbox.settled()
        await poller.round()
    await inbox.close()
    await runner.cleanup()
    assert len(api.sent) == 6
    assert len(told(alarms)) == 2  # gone, and back


async def opened(api: ToldTelegram, port: int = 0) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(api.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, runner.addresses[0][1]


async def test_inline_queries_are_asked_for_and_answered_beside(
    api: ToldTelegram, bot: TelegramBot, kept: Kept
) -> None:
    asked: list[Any] = []

    async def answer(query: Any) -> None:
        asked.append(query["query"])

    intake = Intake(kept.keep, answer)
    api.comes(inline_query={"id": "1", "from": MAI, "query": "khai sinh", "offset": ""})
    api.says(text="một")
    await Poller(bot, intake).round()
    await asyncio.sleep(0)
    assert (asked, kept.keys) == (["khai sinh"], ["2"])
    await intake.close()


async def test_what_is_asked_for(bot: TelegramBot, monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[Any] = []

    async def post(endpoint: str, data: dict[str, Any], **more: Any) -> Any:
        came.append((endpoint, dict(data), more["read_timeout"]))
        return []

    monkeypatch.setattr(TelegramBot, "_post", lambda _, endpoint, data, **more: post(endpoint, data, **more))
    assert await bot.news(5, 25.0) == []
    ((endpoint, data, timeout),) = came
    assert endpoint == "getUpdates"
    assert data == {"offset": 5, "timeout": 25, "allowed_updates": json.loads(json.dumps(data["allowed_updates"]))}
    assert set(data["allowed_updates"]) == {
        "message", "edited_message", "callback_query", "my_chat_member", "inline_query",
    }  # fmt: skip
    assert timeout > 25


async def test_it_goes_on_for_good(poller: Poller, api: ToldTelegram, kept: Kept, until: Until) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    kept.away = 2
    going = asyncio.create_task(replace(poller, sleep=sleep).run())
    for number in range(5):
        api.says(text=str(number))
    await until(lambda: len(kept.updates) == 5 and api.confirmed)
    going.cancel()
    with suppress(asyncio.CancelledError):
        await going
    assert [wait for wait in waits if wait != PAUSE] == [1.0, 2.0]
