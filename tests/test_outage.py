"""The network is gone, for a moment or for days: nothing is lost, nothing comes twice, answers come in their order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from pytest_aiohttp import AiohttpServer
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

import bot.delivery
from bot.alarms import Alarms
from bot.channel import SendError
from bot.delivery import FAULTY, GIVE_UP_AFTER, LONGEST_WAIT, OUTAGE
from bot.dialogue.world import World
from bot.handlers.telegram.building import build
from bot.handlers.telegram.channel import TelegramChannel
from bot.handlers.telegram.connecting import reach
from bot.inbox import Inbox
from bot.storage.store import Store
from bot.storage.turns import HOLDS_UP
from bot.storage.turns import Turns as TurnRows
from bot.texts.message import Message, ShownLine
from bot.turn import Turns
from tests.fake_telegram import ANYTHING, GROUP, TOKEN, FakeTelegram
from tests.lines import ANSWER, Line, says
from tests.on_telegram import Unhurried, update

Until = Callable[[Callable[[], object]], Awaitable[None]]
LOOK = timedelta(seconds=5)  # how often the service looks for what is owed
CHATS = ("An", "Bình", "Chi")
STAFF = "staff:1"

BUSY = SendError("500", retryable=True)
WAIT = SendError("429", retryable=True, wait=timedelta(seconds=30))
GONE = SendError("403", retryable=False, gone=True)
WRONG = SendError("400", retryable=False)
SILENT = SendError("-230", retryable=False, at_next_contact=True)


@dataclass
class Service:
    """Two channels and the work that comes again and again, driven by hand."""

    store: Store
    world: World
    clock: Any
    line: Line = field(default_factory=Line)
    other: Line = field(default_factory=lambda: Line("other"))
    staff: Line = field(default_factory=lambda: Line("staff"))

    def __post_init__(self) -> None:
        channels = {one.name: one for one in (self.line, self.other, self.staff)}
        alarms = Alarms(self.store, self.clock.now, STAFF)
        self.turns = Turns(self.store, self.world, channels, alarms=alarms)
        self.inbox = Inbox(self.turns, channels)

    async def hears(self, chat: str, number: int, channel: str = "line") -> None:
        await self.inbox.take([says(chat, number, channel=channel)])
        await self.inbox.settled()

    async def goes_on(self, time: timedelta) -> None:
        """Looks as often as the service does, less often when it is for long."""
        end, look = self.clock.now() + time, max(LOOK, time / 60)
        while self.clock.now() < end:
            self.clock.passes(look)
            await self.inbox.sweep()
            await self.inbox.settled()
            await self.turns.deliver_owed()

    def notice(self, key: str, number: int) -> None:
        message = Message((ShownLine(ANSWER[number]),))
        self.store.run_now(lambda unit: unit.turns.notify("line:An", key, (message,)))

    @property
    def tries(self) -> int:
        return len(self.line.sending)


@pytest.fixture
def service(store: Store, world: World, clock: Any) -> Service:
    return Service(store, world, clock)


async def test_an_hour_without_a_network_costs_nothing_but_the_hour(service: Service) -> None:
    await service.hears("An", 0)
    service.line.down = True
    with capture_logs():
        for number in range(1, 5):
            for chat in CHATS:
                await service.hears(chat, number)
                await service.hears(chat, number, "other")
                assert service.other.of(chat)[-1] == number  # answered at once, whatever befell the other channel
            await service.goes_on(timedelta(minutes=15))
    assert service.line.of("An") == [0]
    service.line.down = False
    await service.goes_on(LONGEST_WAIT + LOOK)
    assert {chat: service.line.of(chat) for chat in CHATS} == {chat: list(range(chat != "An", 5)) for chat in CHATS}
    assert {chat: service.other.of(chat) for chat in CHATS} == {chat: list(range(1, 5)) for chat in CHATS}
    assert service.store.run_now(lambda unit: unit.inbox.count()) == 0
    await service.goes_on(timedelta(hours=1))
    assert [words.split(":")[0] for words in service.staff.words] == ["Cảnh báo", "Đã hết"]
    assert len(service.line.shown) == 4 * len(CHATS) + 1


async def test_where_an_alarm_says_why_none_says_that_nobody_is_reached(service: Service) -> None:
    """Somebody must consent anew, and reads so; the channel is not "out of reach" besides. The answer waits as long."""
    unheard: list[Exception] = [SendError("consent", retryable=True, outage=True, told=True)] * 500
    service.line.failures = list(unheard)
    with capture_logs():
        await service.hears("An", 1)
        await service.goes_on(timedelta(hours=1))
        assert len(unheard) > len(service.line.failures) > 0
        service.line.failures = []
        await service.goes_on(LONGEST_WAIT + LOOK)
    assert service.line.of("An") == [1]
    assert service.staff.words == []


async def test_an_hour_in_which_nobody_can_be_asked_what_an_update_means(service: Service) -> None:
    service.line.deaf = True
    with capture_logs():
        await service.hears("An", 1)
        await service.goes_on(timedelta(hours=1))
        await service.hears("An", 2)
    assert (service.line.shown, service.line.sorry) == ([], [])
    service.line.deaf = False
    await service.goes_on(LONGEST_WAIT + LOOK)
    assert service.line.of("An") == [1, 2]
    await service.goes_on(timedelta(hours=1))
    assert [words.split(":")[0] for words in service.staff.words] == ["Cảnh báo", "Đã hết"]
    assert service.line.of("An") == [1, 2]


async def test_what_nobody_can_be_asked_about_is_given_up_after_two_days_and_not_before(service: Service) -> None:
    service.line.deaf = True
    with capture_logs() as logs:
        await service.hears("An", 1)
        await service.goes_on(OUTAGE - timedelta(hours=2))
        assert "no answer" not in {entry["event"] for entry in logs}
        await service.goes_on(timedelta(hours=5))
    service.line.deaf = False
    await service.hears("An", 2)
    await service.goes_on(timedelta(minutes=5))
    assert service.line.of("An") == [2]


async def test_a_group_on_telegram_is_answered_once_after_an_hour_without_it(
    local_store: Store, world: World, clock: Any, aiohttp_server: AiohttpServer, unused_tcp_port: int
) -> None:
    """Who the bot is must be asked, to know whether it was meant, and there is nobody to ask from the start on."""
    bot = build(TOKEN, f"http://127.0.0.1:{unused_tcp_port}")
    channel, api = TelegramChannel(bot, None, None, Unhurried()), FakeTelegram()
    turns = Turns(local_store, world, {"telegram": channel})
    inbox = Inbox(turns, {"telegram": channel})

    async def goes_on(time: timedelta) -> None:
        end = clock.now() + time
        while clock.now() < end:
            clock.passes(2 * LOOK)
            await inbox.sweep()
            await inbox.settled()
            await turns.deliver_owed()

    mention = [{"type": "mention", "offset": 0, "length": 11}]
    question = {**ANYTHING, "chat": GROUP, "text": "@noidai_bot khai sinh", "entities": mention}
    try:
        with capture_logs() as logs:
            assert not await reach(bot)
            await inbox.take([update(1, message=question)])
            await inbox.settled()
            await goes_on(timedelta(hours=1))
        assert local_store.run_now(lambda unit: unit.inbox.count()) == 1
        assert TOKEN not in repr(logs)
        await aiohttp_server(api.application(), port=unused_tcp_port)
        await goes_on(LONGEST_WAIT + 2 * LOOK)
        shown = [message["chat_id"] for message in api.sent]
        assert set(shown) == {str(GROUP["id"])}
        await inbox.take([update(1, message=question)])
        await goes_on(timedelta(hours=1))
        assert [message["chat_id"] for message in api.sent] == shown
    finally:
        await bot.shutdown()


async def test_a_line_that_is_down_is_not_asked_without_end(service: Service) -> None:
    """One at a time is tried for all; each of them once a minute at the most."""
    service.line.down = True
    with capture_logs():
        for number in range(10):
            for chat in CHATS:
                await service.hears(chat, number)
        before = service.tries
        await service.goes_on(timedelta(hours=1))
    assert service.tries - before <= 60 * len(CHATS)


async def test_who_writes_when_it_is_over_gets_what_waited_first(service: Service) -> None:
    service.line.down = True
    with capture_logs():
        await service.hears("An", 1)
        await service.goes_on(timedelta(minutes=30))
        await service.hears("An", 2)
    service.line.down = False
    await service.hears("An", 3)
    assert service.line.of("An") == [1, 2, 3]
    await service.goes_on(timedelta(minutes=5))
    assert service.line.of("An") == [1, 2, 3]


async def test_it_breaks_again_in_the_middle_of_what_waited(service: Service) -> None:
    service.line.down = True
    with capture_logs():
        for number in (1, 2, 3):
            await service.hears("An", number)
        service.line.down = False
        await service.hears("Bình", 1)
        service.line.failures = []
        send, sent = service.line.send, []

        async def one_only(chat: str, messages: Any, skip: int = 0) -> None:
            if sent:
                raise SendError("nobody there", retryable=True, outage=True)
            sent.append(chat)
            await send(chat, messages, skip)

        service.line.send = one_only  # type: ignore[method-assign]
        await service.hears("An", 4)
        assert service.line.of("An") == [1]
        service.line.send = send  # type: ignore[method-assign]
        await service.goes_on(timedelta(minutes=2))
    assert service.line.of("An") == [1, 2, 3, 4]


async def test_a_dead_network_is_given_up_after_two_days_and_not_before(service: Service) -> None:
    service.line.down = True
    with capture_logs():
        await service.hears("An", 1)
        service.clock.passes(OUTAGE - timedelta(minutes=2))
        await service.turns.deliver_owed()
        service.line.down = False
        await service.goes_on(timedelta(seconds=65))
        assert service.line.of("An") == [1]
        service.line.down = True
        await service.hears("An", 2)
        service.clock.passes(OUTAGE)
        await service.turns.deliver_owed()
        service.line.down = False
        await service.goes_on(timedelta(minutes=5))
        await service.hears("An", 3)
    assert service.line.of("An") == [1, 3]


async def test_what_was_held_for_weeks_has_its_two_days_when_it_is_let_go(service: Service) -> None:
    service.line.failures = [SILENT]
    with capture_logs():
        service.notice("a", 10)
        await service.turns.deliver_owed()
        service.clock.passes(timedelta(days=20))
        service.line.down = True
        await service.hears("An", 1)
        await service.goes_on(timedelta(hours=1))
    service.line.down = False
    await service.goes_on(timedelta(minutes=2))
    assert sorted(service.line.of("An")) == [1, 10]


async def test_refusals_after_an_outage_are_counted_from_then_on(service: Service) -> None:
    service.line.down = True
    with capture_logs():
        await service.hears("An", 1)
        await service.goes_on(timedelta(hours=2))
        service.line.down = False
        service.line.failures = [BUSY, BUSY]
        await service.goes_on(timedelta(minutes=3))
    assert service.line.of("An") == [1]


@pytest.mark.parametrize("passing", [WAIT, SendError("down", retryable=True, outage=True)])
async def test_who_writes_on_while_it_is_not_the_time_loses_nothing(service: Service, passing: SendError) -> None:
    service.line.failures = [passing] * 3 * GIVE_UP_AFTER
    with capture_logs():
        for number in range(2 * GIVE_UP_AFTER):
            await service.hears("An", number)
        service.line.failures.clear()
        await service.goes_on(timedelta(minutes=2))
    assert service.line.of("An") == list(range(2 * GIVE_UP_AFTER))


async def test_who_is_told_when_to_come_again_comes_then(service: Service) -> None:
    service.line.failures = [WAIT]
    with capture_logs():
        await service.hears("An", 1)
        await service.goes_on(timedelta(seconds=25))
        assert service.line.of("An") == []
        await service.goes_on(timedelta(seconds=10))
    assert service.line.of("An") == [1]


async def test_the_order_is_kept_while_one_answer_is_refused_a_few_times(service: Service) -> None:
    service.line.failures = [BUSY] * (HOLDS_UP - 1)
    with capture_logs():
        await service.hears("An", 1)
        await service.hears("An", 2)
        assert service.line.of("An") == []
        await service.goes_on(timedelta(minutes=1))
    assert service.line.of("An") == [1, 2]


async def test_an_answer_that_is_refused_again_and_again_holds_up_the_others_no_longer(service: Service) -> None:
    send, given = service.line.send, []

    async def all_but_one(chat: str, messages: Sequence[Message], skip: int = 0) -> None:
        if messages[0].lines[0].words == ANSWER[1]:
            given.append(chat)
            raise BUSY
        await send(chat, tuple(messages), skip)

    service.line.send = all_but_one  # type: ignore[method-assign]
    with capture_logs() as logs:
        await service.hears("An", 1)
        await service.hears("An", 2)
        await service.goes_on(timedelta(seconds=40))
        assert service.line.of("An") == [2]
        await service.hears("An", 3)
        assert service.line.of("An") == [2, 3]
        await service.goes_on(timedelta(hours=1))
    assert len(given) == GIVE_UP_AFTER
    assert [entry["fate"] for entry in logs if entry["event"] == "not sent"][-1] == "given up"


async def test_what_breaks_in_us_is_tried_a_few_times_and_the_chat_goes_on(service: Service) -> None:
    service.line.failures = [RuntimeError("con em tên Bưởi")] * FAULTY
    with capture_logs() as logs:
        await service.hears("An", 1)
        await service.goes_on(timedelta(minutes=5))
        await service.hears("An", 2)
        await service.goes_on(timedelta(hours=1))
    assert (service.line.of("An"), service.tries) == ([2], FAULTY + 1)
    assert "Bưởi" not in repr(logs)


async def test_what_will_never_be_taken_holds_up_nothing(service: Service) -> None:
    service.line.failures = [WRONG]
    with capture_logs():
        await service.hears("An", 1)
        await service.hears("An", 2)
        await service.goes_on(timedelta(hours=1))
    assert service.line.of("An") == [2]


async def test_a_notice_that_waits_for_the_morning_holds_up_no_answer(service: Service) -> None:
    night = SendError("night", retryable=True, wait=timedelta(hours=8))
    service.line.failures = [night]
    with capture_logs():
        service.notice("a", 10)
        await service.turns.deliver_owed()
        service.line.failures = [night]
        await service.hears("An", 1)  # the notice is tried before, and it is still night
        assert service.line.of("An") == [1]
        service.line.failures = [night, SendError("?", retryable=True, outage=True)]
        await service.hears("An", 2)
        await service.goes_on(timedelta(minutes=2))
        assert service.line.of("An") == [1, 2]
        await service.goes_on(timedelta(hours=9))
    assert service.line.of("An") == [1, 2, 10]


async def test_a_notice_for_a_later_hour_is_not_told_before(service: Service, clock: Any) -> None:
    at = clock.now() + timedelta(hours=8)
    message = (Message((ShownLine(ANSWER[10]),)),)
    service.store.run_now(lambda unit: unit.turns.notify("line:An", "a", message, at))
    service.line.down = True
    with capture_logs():
        await service.hears("An", 1)
    service.line.down = False
    await service.hears("An", 2)
    assert service.line.of("An") == [1, 2]
    await service.goes_on(timedelta(hours=9))
    assert service.line.of("An") == [1, 2, 10]


async def test_a_heap_that_waits_for_one_channel_does_not_hide_what_is_owed_on_another(service: Service) -> None:
    service.line.down = True
    message = (Message((ShownLine(ANSWER[10]),)),)

    def heap(unit: Any) -> None:
        for number in range(1200):
            unit.turns.notify(f"line:{number}", "a", message)
        unit.turns.notify("other:An", "a", message)
        unit.turns.notify("removed:An", "a", message)  # its token was taken out of the settings

    service.store.run_now(heap)
    with capture_logs():
        await service.turns.deliver_owed()
    assert service.other.of("An") == [10]
    assert service.tries <= 16


async def test_who_is_gone_gets_what_waited_when_they_are_back(service: Service) -> None:
    service.line.failures = [GONE]
    with capture_logs():
        await service.hears("An", 1)
        service.notice("a", 10)
        await service.goes_on(timedelta(hours=1))
    assert service.tries == 1
    await service.hears("An", 2)
    assert service.line.of("An") == [1, 10, 2]


class Broken(Alarms):
    """Not even quiet about it."""

    async def well(self, key: str) -> None:
        raise OperationalError("", {}, Exception("away"))


async def test_what_was_shown_is_not_shown_again_whatever_fails_after_it(
    store: Store, world: World, clock: Any, until: Until
) -> None:
    line = Line()
    turns = Turns(store, world, {"line": line}, alarms=Broken(store, clock.now))
    inbox = Inbox(turns, {"line": line})
    with capture_logs():
        await inbox.take([says("An", 1)])
        for _ in range(5):
            await inbox.settled()
            clock.passes(timedelta(minutes=1))
            await inbox.sweep()
            await turns.deliver_owed()
    assert line.of("An") == [1]


async def test_told_to_stop_it_ends_what_it_sends_and_begins_no_more(service: Service, until: Until) -> None:
    service.notice("a", 10)
    service.notice("b", 11)
    service.line.slow.add("An")
    look = asyncio.create_task(service.turns.deliver_owed())
    await until(lambda: service.line.sending)
    closing = asyncio.create_task(service.turns.close())
    look.cancel()  # as whoever looks again and again is stopped before
    await asyncio.sleep(0)
    service.line.go_on.set()
    await closing
    assert service.line.of("An") == [10]


async def test_what_lasts_too_long_is_broken_off_and_owed_at_once(service: Service, until: Until) -> None:
    service.notice("a", 10)
    service.line.slow.add("An")
    look = asyncio.create_task(service.turns.deliver_owed())
    await until(lambda: service.line.sending)
    await service.turns.delivery.close(patience=0.01)
    await asyncio.gather(look, return_exceptions=True)
    assert len(service.store.run_now(lambda unit: unit.turns.owed())) == 1
    assert service.line.of("An") == []


# answers of several parts


@dataclass
class Parts:
    """A channel that shows message by message, and fails where it is told to: before which part, and how."""

    shown: list[str] = field(default_factory=list)
    breaks: list[tuple[int, SendError]] = field(default_factory=list)
    name: str = "line"

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        at, failure = self.breaks.pop(0) if self.breaks else (None, BUSY)
        for number, message in enumerate(messages):
            if number < skip:
                continue
            if number == at:
                failure.sent = number - skip
                raise failure
            self.shown.append(message.lines[0].words)


def failure(**how: Any) -> SendError:
    return SendError("?", **{"retryable": True, **how})


LETTERS = tuple(Message((ShownLine(letter),)) for letter in "abcdef")
PARTLY = {
    "once": [(2, failure())],
    "before the first": [(0, failure(outage=True))],
    "again and again": [(2, failure()), (2, failure(outage=True)), (3, failure()), (5, failure(outage=True))],
    "each part": [(number, failure(outage=True)) for number in range(1, 6)],
    "when it is too fast": [(3, failure(wait=timedelta(seconds=3)))],
}


@pytest.mark.parametrize("breaks", PARTLY.values(), ids=PARTLY)
async def test_what_arrived_in_part_is_gone_on_with(
    store: Store, world: World, clock: Any, breaks: list[tuple[int, SendError]]
) -> None:
    line = Parts(breaks=list(breaks))
    turns = Turns(store, world, {"line": line})
    store.run_now(lambda unit: unit.turns.notify("line:An", "a", LETTERS))
    with capture_logs():
        for _ in range(100):
            await turns.deliver_owed()
            clock.passes(LOOK)
    assert "".join(line.shown) == "abcdef"


@pytest.mark.parametrize("held", [failure(gone=True, retryable=False), failure(at_next_contact=True, retryable=False)])
async def test_what_is_held_half_way_is_gone_on_with_when_they_are_back(
    store: Store, world: World, held: SendError
) -> None:
    line = Parts(breaks=[(2, failure()), (4, held)])
    turns = Turns(store, world, {"line": line})
    store.run_now(lambda unit: unit.turns.notify("line:An", "a", LETTERS))
    with capture_logs():
        await turns.deliver_owed()
        await turns.deliver_held("line:An")
        await turns.deliver_held("line:An")
    assert "".join(line.shown) == "abcdef"


async def test_what_was_tried_by_others_since_it_was_read_is_gone_on_with_from_there(
    open_store: Callable[[], Store], world: World, clock: Any, until: Until
) -> None:
    """The one process has read what is owed, and waits for its chat; meanwhile the other shows two parts of it."""
    line = Parts(breaks=[(2, failure(wait=timedelta(seconds=1)))])
    one, other = (Turns(open_store(), world, {"line": line}) for _ in range(2))
    one.store.run_now(lambda unit: unit.turns.notify("line:An", "a", LETTERS))
    with capture_logs():
        async with (lock := one.order.of("line:An")):
            look = asyncio.create_task(one.deliver_owed())
            await until(lambda: lock._waiters)
            await other.deliver_owed()
            assert "".join(line.shown) == "ab"
            clock.passes(LOOK)
        await look
    assert "".join(line.shown) == "abcdef"


async def test_how_often_it_was_refused_is_counted_over_the_processes(
    open_store: Callable[[], Store], world: World, clock: Any, until: Until
) -> None:
    line = Parts(breaks=[(0, failure()) for _ in range(GIVE_UP_AFTER)])
    one, other = (Turns(open_store(), world, {"line": line}) for _ in range(2))
    one.store.run_now(lambda unit: unit.turns.notify("line:An", "a", LETTERS))
    with capture_logs() as logs:
        async with (lock := one.order.of("line:An")):
            look = asyncio.create_task(one.deliver_owed())
            await until(lambda: lock._waiters)
            for _ in range(GIVE_UP_AFTER - 1):
                await other.deliver_owed()
                clock.passes(timedelta(hours=1))
        await look
    assert [entry["fate"] for entry in logs] == ["put off"] * (GIVE_UP_AFTER - 1) + ["given up"]


async def test_a_database_that_is_away_when_a_send_fails_learns_later_how_far_it_came(
    store: Store, world: World, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Parts(breaks=[(2, failure())])
    turns = Turns(store, world, {"line": line})
    store.run_now(lambda unit: unit.turns.notify("line:An", "a", LETTERS))
    put_off, away = TurnRows.put_off, [True]

    def fails_once(*given: Any) -> None:
        if away:
            away.pop()
            raise OperationalError("", {}, Exception("away"))
        put_off(*given)

    monkeypatch.setattr(TurnRows, "put_off", fails_once)
    with capture_logs():
        for _ in range(30):
            await turns.deliver_owed()
            clock.passes(LOOK)
    assert "".join(line.shown) == "abcdef"


async def test_what_waits_behind_a_slow_send_is_held_on_to_as_well(
    open_store: Callable[[], Store], world: World, clock: Any, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.delivery, "LEASE", timedelta(milliseconds=30))  # how often it says so: each third of it
    line = Line(down=True)
    turns, other = (Turns(open_store(), world, {"line": line}) for _ in range(2))
    inbox, seen_from_outside = Inbox(turns, {"line": line}), open_store()
    with capture_logs():
        await inbox.take([says("An", 1)])
        await inbox.settled()
        await inbox.take([says("An", 2)])
        await inbox.settled()
        clock.passes(timedelta(minutes=1))
        line.down, tried = False, len(line.sending)
        line.slow.add("An")
        await inbox.take([says("An", 3)])
        await until(lambda: len(line.sending) > tried)

    def held() -> list[Any]:
        with seen_from_outside.engine.connect() as connection:
            query = "SELECT due_at FROM turn WHERE due_at IS NOT NULL ORDER BY id"
            return [row.due_at for row in connection.exec_driver_sql(query)]

    for _ in range(3):
        before = held()
        assert len(before) == 3
        clock.passes(timedelta(seconds=25))  # less than any lease; two of them are more
        await until(lambda before=before: all(new > old for new, old in zip(held(), before, strict=True)))
        await other.deliver_owed()
    line.go_on.set()
    await inbox.settled()
    assert line.of("An") == [1, 2, 3]


async def test_what_came_while_another_process_sent_is_not_overtaken_by_what_comes_next(
    open_store: Callable[[], Store], world: World, clock: Any, until: Until
) -> None:
    line = Line(down=True)
    turns, others = (Turns(open_store(), world, {"line": line}) for _ in range(2))
    inbox, other = Inbox(turns, {"line": line}), Inbox(others, {"line": line})
    with capture_logs():
        await inbox.take([says("An", 1)])
        await inbox.settled()
    clock.passes(timedelta(minutes=1))
    line.down = False
    line.slow.add("An")
    look = asyncio.create_task(turns.deliver_owed())
    await until(lambda: len(line.sending) == 2)
    await other.take([says("An", 2)])
    await other.settled()
    assert line.shown == []
    line.go_on.set()
    await look
    await turns.store.run(lambda unit: unit.turns.count())  # and with it, that the first was shown
    assert line.of("An") == [1]
    await other.take([says("An", 3)])
    await other.settled()
    assert line.of("An") == [1, 2, 3]


async def test_a_killed_process_remembers_what_had_arrived(
    open_store: Callable[[], Store], world: World, clock: Any
) -> None:
    line = Parts(breaks=[(4, failure())])
    first = open_store()
    first.run_now(lambda unit: unit.turns.notify("line:An", "a", LETTERS))
    with capture_logs():
        await Turns(first, world, {"line": line}).deliver_owed()
    clock.passes(LOOK)
    await Turns(open_store(), world, {"line": line}).deliver_owed()
    assert "".join(line.shown) == "abcdef"
