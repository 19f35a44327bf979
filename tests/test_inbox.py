"""What came is kept before anything else, and answered once, in order, whatever happens in between."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

import bot.delivery
import bot.inbox
import bot.storage.inbox
import bot.turn
from bot.channel import SendError, Update
from bot.dialogue.world import World
from bot.inbox import FATAL, TRIES, Inbox
from bot.storage.inbox import LEASE
from bot.storage.store import Store, Unit
from bot.texts.message import Message, ShownLine
from bot.turn import Turns
from tests.lines import ANSWER, Line, happens, says

OpenStore = Callable[[], Store]
Until = Callable[[Callable[[], object]], Awaitable[None]]
LONG = timedelta(hours=1)
CHATS = ("An", "Bình", "Chi", "Dung", "Em")


@pytest.fixture
def line() -> Line:
    return Line()


@dataclass
class Process:
    """A process of its own over the database of the test, as far as one event loop can hold several."""

    store: Store
    world: World
    line: Line
    turns: Turns = field(init=False)
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        self.turns = Turns(self.store, self.world, {self.line.name: self.line})
        self.inbox = Inbox(self.turns, {self.line.name: self.line})

    @property
    def waiting(self) -> int:
        return self.store.run_now(lambda unit: unit.inbox.count())

    async def works_through(self, clock: Any = None) -> None:
        """All that waits, however often it has to come back to it."""
        for _ in range(50):
            await self.inbox.sweep()
            await self.inbox.settled()
            if not self.waiting:
                return
            if clock:
                clock.passes(timedelta(seconds=5))
        raise AssertionError(f"{self.waiting} updates wait for ever")


@pytest.fixture
def process(store: Store, world: World, line: Line) -> Process:
    return Process(store, world, line)


@pytest.fixture
def another(open_store: OpenStore, world: World, line: Line) -> Callable[[], Process]:
    return lambda: Process(open_store(), world, line)


def keep(store: Store, *updates: Update) -> list[bool]:
    """As `take` does, and nothing after it: whoever kept them died."""
    return store.run_now(lambda unit: [unit.inbox.put(one) for one in updates])


def next_of(store: Store, chat: str = "An", done: int | None = None) -> Any:
    return store.run_now(lambda unit: unit.inbox.next("line", chat, done))


async def test_it_is_kept_before_it_is_answered(process: Process, line: Line, open_store: OpenStore) -> None:
    line.slow.add("An")
    await process.inbox.take([says("An", 1)])
    assert (line.shown, open_store().run_now(lambda unit: unit.inbox.count())) == ([], 1)
    line.go_on.set()
    await process.inbox.settled()
    assert (line.of("An"), process.waiting) == ([1], 0)


async def test_what_it_says_is_sealed(process: Process, line: Line) -> None:
    keep(process.store, says("An", 1, words="con em tên Bưởi"))
    with process.store.engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT body FROM inbox").all()
    assert "Bưởi".encode() not in bytes(row.body)


async def test_an_update_that_comes_again_is_answered_once(process: Process, line: Line) -> None:
    await process.inbox.take([says("An", 1), says("An", 1)])
    await process.inbox.take([says("An", 1)])
    await process.inbox.settled()
    await process.inbox.take([says("An", 1), says("An", 2)])  # long after it was answered
    await process.inbox.settled()
    assert (line.of("An"), process.waiting) == ([1, 2], 0)


async def test_two_chats_may_count_alike(process: Process, line: Line) -> None:
    same = [replace(says(chat, 1), key="1") for chat in ("An", "Bình")]
    await process.inbox.take(same)
    await process.inbox.take(same)
    await process.inbox.settled()
    assert (line.of("An"), line.of("Bình"), process.waiting) == ([1], [1], 0)


async def test_what_waits_is_answered_by_its_place_not_as_it_came(process: Process, line: Line) -> None:
    line.slow.add("An")
    await process.inbox.take([says("An", 1)])
    await process.inbox.take([says("An", 4), says("An", 3)])
    await process.inbox.take([says("An", 2)])
    line.go_on.set()
    await process.inbox.settled()
    assert line.of("An") == [1, 2, 3, 4]


async def test_two_of_the_same_moment_are_answered_as_they_came(process: Process, line: Line) -> None:
    keep(process.store, *(replace(says("An", number), ordinal=1000) for number in (5, 4, 6)))
    await process.works_through()
    assert line.of("An") == [5, 4, 6]


async def test_a_slow_chat_keeps_no_other_waiting(process: Process, line: Line, until: Until) -> None:
    line.slow.add("An")
    await process.inbox.take([says("An", 1), *(says(chat, 1) for chat in CHATS[1:])])
    await until(lambda: len(line.shown) == len(CHATS) - 1)
    line.go_on.set()
    await process.inbox.settled()
    assert line.of("An") == [1]


async def test_what_comes_while_its_chat_is_worked_on_is_not_overlooked(process: Process, line: Line) -> None:
    for number in range(30):
        await process.inbox.take([says("An", number)])
        for _ in range(number % 7):
            await asyncio.sleep(0)
    await process.inbox.settled()
    assert line.of("An") == list(range(30))


async def test_a_channel_that_is_no_more_is_left_alone_and_holds_up_nobody(
    process: Process, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(process.store, *(says(f"{number}", 0, channel="gone") for number in range(3)), says("An", 1))
    waiting = process.store.run_now(lambda unit: unit.inbox.waiting(["line"], limit=1))
    assert waiting == [("line", "An")]
    await process.inbox.sweep()
    await process.inbox.settled()
    assert (line.of("An"), process.waiting) == ([1], 3)


# several processes


async def test_what_a_dead_process_kept_is_answered_by_the_next(process: Process, line: Line) -> None:
    keep(process.store, says("An", 1), says("An", 2), says("Bình", 1))
    await process.works_through()
    assert (line.of("An"), line.of("Bình")) == ([1, 2], [1])


def test_nobody_takes_what_another_is_at_work_on(store: Store, open_store: OpenStore, clock: Any) -> None:
    other = open_store()
    keep(store, says("An", 1), says("An", 2), says("Bình", 1))
    first = next_of(store)
    assert (first.update, next_of(other), next_of(store)) == (says("An", 1), None, None)
    assert other.run_now(lambda unit: unit.inbox.waiting(["line"])) == [("line", "Bình")]
    assert next_of(other, "Bình").update == says("Bình", 1)
    clock.passes(LEASE)  # whoever it was is dead
    again = next_of(other)
    assert (again.update, again.attempts) == (says("An", 1), 2)
    assert next_of(other, done=again.row).update == says("An", 2)


def test_an_earlier_one_that_comes_late_is_not_worked_on_beside_a_later_one(
    store: Store, open_store: OpenStore
) -> None:
    keep(store, says("An", 2))
    later, other = next_of(store), open_store()
    keep(other, says("An", 1))
    assert next_of(other) is None
    assert other.run_now(lambda unit: unit.inbox.waiting(["line"])) == []
    assert next_of(store, done=later.row).update == says("An", 1)


def test_two_that_look_at_the_same_moment_do_not_both_take_of_one_chat(store: Store, open_store: OpenStore) -> None:
    """The one has taken and not committed when the other keeps an earlier update, and takes."""
    other = open_store()
    keep(store, says("An", 2))
    with ThreadPoolExecutor(1) as threads:

        def half_way(unit: Unit) -> Any:
            first = unit.inbox.next("line", "An")
            second = threads.submit(lambda: (keep(other, says("An", 1)), next_of(other)))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)  # it waits for us; did it not, it would have had the time
            return first, second

        if store.threads is None:  # SQLite lets one write at a time: neither even keeps before we are done
            keep(other, says("An", 1))
            assert next_of(store).update == says("An", 1)
            assert next_of(other) is None
            return
        first, second = store.run_now(half_way)
        assert first.update == says("An", 2)
        assert second.result(timeout=60)[1] is None


async def test_two_processes_keep_the_order_of_every_chat(
    process: Process, another: Callable[[], Process], line: Line, until: Until
) -> None:
    """Each is told of some of the updates; both look for what waits all the time."""
    line.pauses = 0.001
    both, coming = (process, another()), [says(chat, number) for number in range(8) for chat in CHATS]
    done = asyncio.Event()

    async def looks(one: Process) -> None:
        while not done.is_set():
            await one.inbox.sweep()
            await asyncio.sleep(0.002)

    looking = [asyncio.create_task(looks(one)) for one in both]
    for position, update in enumerate(coming):
        await both[position * 7 // 3 % 2].inbox.take([update])
    await until(lambda: not process.waiting)
    done.set()
    await asyncio.gather(*looking)
    for one in both:
        await one.inbox.settled()
    assert {chat: line.of(chat) for chat in CHATS} == {chat: list(range(8)) for chat in CHATS}
    assert line.most_at_once == 1


async def test_two_processes_that_find_a_heap_share_it_and_keep_the_order(
    process: Process, another: Callable[[], Process], line: Line
) -> None:
    heap = [says(chat, number) for number in range(8) for chat in CHATS]
    random.Random(6).shuffle(heap)
    keep(process.store, *heap)
    both = process, another()
    async with asyncio.timeout(60):
        while process.waiting:
            await asyncio.gather(*(one.inbox.sweep() for one in both))
            await asyncio.gather(*(one.inbox.settled() for one in both))
    assert {chat: line.of(chat) for chat in CHATS} == {chat: list(range(8)) for chat in CHATS}
    assert line.most_at_once == 1


async def test_who_is_slow_holds_on_to_what_it_is_at_work_on(
    process: Process,
    another: Callable[[], Process],
    line: Line,
    clock: Any,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bot.inbox, "LEASE", timedelta(milliseconds=30))  # how often it says so: each third of it
    monkeypatch.setattr(bot.delivery, "LEASE", timedelta(milliseconds=30))
    line.slow.add("An")
    await process.inbox.take([says("An", 1)])
    await until(lambda: line.sending)
    other = another()

    def held() -> Any:
        with other.store.engine.connect() as connection:
            query = "SELECT (SELECT min(due_at) FROM inbox), (SELECT min(due_at) FROM turn)"
            return tuple(connection.exec_driver_sql(query).one())

    for _ in range(3):
        before = held()
        clock.passes(timedelta(seconds=25))  # less than any lease; three of them are more
        await until(lambda before=before: all(new > old for new, old in zip(held(), before, strict=True)))
        await other.inbox.sweep()
        await other.turns.deliver_owed()
        await other.inbox.settled()
    line.go_on.set()
    await process.inbox.settled()
    assert (line.of("An"), line.sending) == ([1], ["An"])


# crashes


class Killed(BaseException):
    """No `except Exception` of ours sees it, and whatever runs on afterwards gets nowhere."""


@dataclass
class Life:
    """So many steps; then every further one ends there."""

    left: int

    def step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed


@dataclass(frozen=True)
class MortalStore(Store):
    life: Life = field(default_factory=lambda: Life(0))

    async def run(self, work: Any) -> Any:
        self.life.step()
        done = await super().run(work)
        self.life.step()
        return done


@dataclass
class MortalLine(Line):
    life: Life = field(default_factory=lambda: Life(0))

    async def send(self, chat: str, messages: Any, skip: int = 0) -> None:
        self.life.step()
        await super().send(chat, messages, skip)
        self.life.step()


async def live_until(life: Life, store: Store, world: World, shown: list[tuple[str, int]]) -> bool:
    """Takes three updates and answers them, if it lives so long. Whether it did."""
    mortal = MortalStore(store.engine, store.vault, store.now, store.threads, store.enqueue, life=life)
    line = MortalLine(life=life, shown=shown)
    turns = Turns(mortal, world, {"line": line})
    inbox = Inbox(turns, {"line": line})
    try:
        await inbox.take([says("An", 1), says("An", 2)])
        await inbox.take([says("An", 3)])
    except Killed:
        pass
    ends = await asyncio.gather(*inbox._at_work.values(), return_exceptions=True)
    lived = life.left >= 0 and not any(isinstance(end, BaseException) for end in ends)
    life.left = -1  # nothing of it stirs any more
    mortal.waiting.clear()
    return lived


async def test_killed_at_any_step_it_loses_nothing_and_keeps_the_order(
    open_store: OpenStore, world: World, clock: Any
) -> None:
    """Given again what was not taken for sure. Only what was sent and not yet marked may come a second time."""
    lived, steps = False, 0
    while not lived:
        store, shown = open_store(), list[tuple[str, int]]()
        store.run_now(lambda unit: (unit.inbox.purge(clock.now() + LONG), unit.turns.forget("line:An")))
        lived = await live_until(Life(steps), store, world, shown)
        before = [number for _, number in shown]
        clock.passes(LONG)
        after = Line(shown=shown)
        successor = Process(open_store(), world, after)
        await successor.inbox.take([says("An", 1), says("An", 2), says("An", 3)])  # whoever sends was told nothing
        await successor.works_through(clock)
        clock.passes(LONG)
        await successor.turns.deliver_owed()
        numbers = [number for _, number in shown]
        assert list(dict.fromkeys(numbers)) == [1, 2, 3], f"killed after {steps} steps: {numbers}"
        assert numbers[len(before) :] in (list(range(len(before) + 1, 4)), list(range(len(before), 4))), numbers
        steps += 1
        store.close()  # or PostgreSQL has no room for so many processes
        successor.store.close()
    assert steps > 20
    assert numbers == [1, 2, 3]


async def test_what_was_sent_and_marked_does_not_come_again_after_a_kill(
    process: Process, another: Callable[[], Process], line: Line, clock: Any
) -> None:
    await process.inbox.take([says("An", 1)])
    await process.inbox.settled()
    clock.passes(LONG)
    successor = another()
    await successor.inbox.take([says("An", 1)])
    await successor.works_through()
    await successor.turns.deliver_owed()
    assert line.of("An") == [1]


async def test_the_only_process_takes_up_at_once_what_it_left(
    process: Process, another: Callable[[], Process], line: Line
) -> None:
    keep(process.store, says("An", 1))
    assert next_of(process.store)
    successor = another()
    await successor.inbox.sweep()
    await successor.inbox.settled()
    assert line.shown == []  # somebody may be at work on it
    assert successor.store.run_now(lambda unit: unit.inbox.release()) == 1
    await successor.works_through()
    assert line.of("An") == [1]


async def test_closing_lets_the_answer_under_way_end_and_begins_no_other(
    process: Process, another: Callable[[], Process], line: Line, until: Until
) -> None:
    line.slow.add("An")
    await process.inbox.take([says("An", 1), says("An", 2)])
    await until(lambda: line.sending)
    closing = asyncio.create_task(process.inbox.close())
    await asyncio.sleep(0)
    await process.inbox.take([says("Bình", 1)])  # kept, not begun
    line.go_on.set()
    await closing
    assert (line.shown, process.waiting) == ([("An", 1)], 2)
    await another().works_through()
    assert (line.of("An"), line.of("Bình")) == ([1, 2], [1])


async def test_closing_waits_only_so_long_and_what_is_broken_off_is_taken_up_at_once(
    process: Process, another: Callable[[], Process], line: Line, until: Until
) -> None:
    line.slow.add("An")
    await process.inbox.take([says("An", 1)])
    await until(lambda: line.sending)
    await process.inbox.close(patience=0.01)
    successor = another()
    received = next_of(successor.store)
    assert (received.update, received.attempts) == (says("An", 1), 1)  # it was no fault of its own
    successor.store.run_now(lambda unit: unit.inbox.give_back(received.row))
    line.go_on.set()
    await successor.inbox.take([says("An", 2)])
    await successor.works_through()
    assert line.of("An") == [1, 2]


async def test_closed_before_anything_came(process: Process) -> None:
    await process.inbox.close()


# faults


async def test_what_breaks_is_tried_again_apologised_for_once_and_dropped(
    process: Process, line: Line, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance, tried = bot.turn.advance, []

    def breaks(state: Any, event: Any, given: Any) -> Any:
        if "poison" in getattr(event, "text", ""):
            tried.append(event)
            raise RuntimeError("con em tên Bưởi")
        return advance(state, event, given)

    monkeypatch.setattr(bot.turn, "advance", breaks)
    with capture_logs() as logs:
        await process.inbox.take([says("An", 1), says("An", 2, words="poison"), says("An", 3), says("Bình", 1)])
        await process.works_through(clock)
    assert len(tried) == TRIES
    assert (line.of("An"), line.of("Bình"), line.sorry) == ([1, 3], [1], ["An"])
    assert [entry["attempt"] for entry in logs if entry["event"] == "no answer"] == [1, 2, 3]
    assert "Bưởi" not in repr(logs)


async def test_nothing_of_a_chat_overtakes_what_is_tried_again(
    process: Process, line: Line, clock: Any, until: Until
) -> None:
    line.broken.add("An:1")
    with capture_logs():
        await process.inbox.take([says("An", 1), says("An", 2)])
        await process.inbox.settled()
        assert (line.shown, process.waiting) == ([], 2)
        line.broken.clear()
        await process.inbox.take([says("An", 3)])
        await process.inbox.settled()
        assert line.shown == []
        await process.works_through(clock)
    assert (line.of("An"), line.sorry) == ([1, 2, 3], [])


async def test_what_cannot_even_be_read_is_dropped_and_the_chat_goes_on(
    process: Process, line: Line, clock: Any
) -> None:
    line.broken.add("An:1")
    with capture_logs():
        await process.inbox.take([says("An", 1), says("An", 2)])
        await process.works_through(clock)
    assert (line.of("An"), line.sorry) == ([2], [])  # nobody knows whom to say sorry, and for what


async def test_what_cannot_be_read_just_now_waits_uncounted_and_its_chat_with_it(
    process: Process, line: Line, clock: Any
) -> None:
    line.unread = [SendError("429", retryable=True, wait=timedelta(seconds=1))] * (FATAL + TRIES)
    with capture_logs() as logs:
        await process.inbox.take([says("An", 1), says("An", 2)])
        await process.works_through(clock)
    assert (line.of("An"), line.sorry, line.unread) == ([1, 2], [], [])
    assert {entry["event"] for entry in logs} == {"not read yet"}


async def test_it_waits_as_long_as_it_is_told_to(process: Process, line: Line, clock: Any) -> None:
    line.unread = [SendError("429", retryable=True, wait=timedelta(seconds=30))]
    with capture_logs():
        await process.inbox.take([says("An", 1)])
        await process.inbox.settled()
        clock.passes(timedelta(seconds=29))
        await process.inbox.sweep()
        await process.inbox.settled()
        assert line.of("An") == []
        clock.passes(timedelta(seconds=1))
        await process.works_through()
    assert line.of("An") == [1]


async def test_a_refusal_to_be_asked_is_no_reason_to_wait(process: Process, line: Line, clock: Any) -> None:
    line.unread = [SendError("400", retryable=False)] * TRIES
    with capture_logs():
        await process.inbox.take([says("An", 1), says("An", 2)])
        await process.works_through(clock)
    assert (line.of("An"), line.unread) == ([2], [])


async def test_an_apology_that_breaks_too_does_not_stop_the_chat(
    process: Process, line: Line, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def breaks(_: Any, heard: Any) -> None:
        asked.append(heard)
        raise RuntimeError

    monkeypatch.setattr(Line, "apologise", breaks)
    monkeypatch.setattr(Turns, "take", breaks)
    with capture_logs():
        await process.inbox.take([says("An", 1)])
        await process.works_through(clock)
    assert len(asked) == TRIES + 1


async def test_what_takes_the_process_with_it_each_time_is_dropped_at_last(
    process: Process, line: Line, clock: Any
) -> None:
    keep(process.store, says("An", 1), says("An", 2))
    for _ in range(FATAL):
        assert next_of(process.store).update == says("An", 1)
        clock.passes(LEASE)  # it died of it
    with capture_logs() as logs:
        await process.works_through()
    assert (line.of("An"), [entry["event"] for entry in logs]) == ([2], ["dropped unread"])


async def test_a_database_that_is_away_for_a_while_costs_nothing(
    process: Process, line: Line, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, left = Store.run, [3]

    async def away(store: Store, work: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OperationalError("", {}, Exception("away"))
        return await run(store, work)

    with capture_logs(), monkeypatch.context() as patch:
        patch.setattr(Store, "run", away)
        await process.inbox.take([says("An", 1), says("An", 2)])
        await process.inbox.settled()
        with pytest.raises(OperationalError):
            await process.inbox.take([says("An", 3)])  # whoever brought it is not told that it is kept
    clock.passes(LONG)
    await process.works_through()
    await process.turns.deliver_owed()
    assert (line.of("An"), line.sorry) == ([1, 2], [])


async def test_of_a_flood_no_more_is_kept_than_can_be_answered(
    process: Process, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.storage.inbox, "MOST", 20)
    line.slow.add("An")
    await process.inbox.take([says("An", number) for number in range(50)])
    await process.inbox.take([says("Bình", 1)])
    assert process.waiting <= 21
    line.go_on.set()
    await process.inbox.settled()
    assert (line.of("An"), line.of("Bình")) == (list(range(20)), [1])
    await process.inbox.take([says("An", 60)])
    await process.inbox.settled()
    assert line.of("An")[-1] == 60


async def test_what_nobody_listens_to_is_dropped(process: Process, line: Line) -> None:
    await process.inbox.take([happens("An", 1, "sticker", process.store.now()), says("An", 2)])
    await process.inbox.settled()
    assert (line.of("An"), process.waiting) == ([2], 0)


# a human of the office, in the channels where one answers


@pytest.fixture
def office(store: Store, world: World) -> Process:
    return Process(store, world, Line("zalo"))


async def hears(office: Process, *updates: Update) -> list[int]:
    """The questions answered then."""
    before = len(office.line.shown)
    await office.inbox.take(updates)
    await office.inbox.settled()
    return [number for _, number in office.line.shown[before:]]


def ask(number: int, words: str | None = None, chat: str = "An") -> Update:
    return says(chat, number, channel="zalo", words=words)


def staff(number: int, at: Any, chat: str = "An") -> Update:
    return happens(chat, number, "staff", at, channel="zalo")


async def test_while_a_human_of_the_office_answers_the_bot_is_silent(office: Process, clock: Any) -> None:
    assert await hears(office, ask(1)) == [1]
    assert await hears(office, staff(2, clock.now()), ask(3)) == []
    assert await hears(office, ask(1, chat="Bình")) == [1]  # nobody else's chat
    clock.passes(timedelta(minutes=29))
    assert await hears(office, ask(4)) == []
    assert await hears(office, staff(5, clock.now())) == []  # who speaks on is left alone on
    clock.passes(timedelta(minutes=29))
    assert await hears(office, ask(6)) == []
    clock.passes(timedelta(minutes=1))
    assert await hears(office, ask(7)) == [7]


async def test_silence_counts_from_when_they_spoke_not_from_when_we_heard_of_it(office: Process, clock: Any) -> None:
    spoke = clock.now()
    clock.passes(timedelta(minutes=20))
    assert await hears(office, staff(1, spoke), ask(2)) == []
    clock.passes(timedelta(minutes=10))
    assert await hears(office, ask(3)) == [3]
    assert await hears(office, staff(4, spoke), ask(5)) == [5]  # news an hour old


async def test_older_news_does_not_shorten_the_silence(office: Process, clock: Any) -> None:
    spoke = clock.now()
    clock.passes(timedelta(minutes=20))
    await hears(office, staff(1, clock.now()), staff(2, spoke))
    clock.passes(timedelta(minutes=15))
    assert await hears(office, ask(3)) == []


@pytest.mark.parametrize("words", ["bot", "BOT ơi".removesuffix(" ơi"), "Gọi bot", "goi bot", "trợ lý", "Nối Dài!"])
async def test_the_bot_is_called_back_by_its_name(office: Process, clock: Any, words: str) -> None:
    assert await hears(office, staff(1, clock.now()), ask(2)) == []
    await hears(office, ask(3, words))
    assert len(office.line.words) == 1  # it says that it is there
    assert await hears(office, ask(4)) == [4]


async def test_a_word_of_the_office_opens_no_window_and_the_citizens_does(office: Process, clock: Any) -> None:
    contacts = lambda: office.store.run_now(lambda unit: unit.contacts.get("zalo:An"))  # noqa: E731
    await hears(office, staff(1, clock.now()))
    assert contacts().heard_at is None
    clock.passes(timedelta(minutes=1))
    await hears(office, ask(2))  # unanswered, and heard
    assert contacts().heard_at == clock.now()


@pytest.mark.parametrize(("channel", "answered"), [("line", []), ("zalo", []), ("telegram", [2])])
async def test_a_channel_no_capabilities_are_told_of_is_silent_too(
    store: Store, world: World, clock: Any, channel: str, answered: list[int]
) -> None:
    """Only one of which it is told that no human answers there is spared the look."""
    process = Process(store, world, Line(channel))
    await process.inbox.take([happens("An", 1, "staff", clock.now(), channel), says("An", 2, channel=channel)])
    await process.inbox.settled()
    assert process.line.of("An") == answered


# people who leave, and come back


def notice(process: Process, key: str, number: int) -> None:
    message = Message((ShownLine(ANSWER[number]),))
    address = f"{process.line.name}:An"
    process.store.run_now(lambda unit: unit.turns.notify(address, key, (message,)))


async def test_who_left_is_written_nothing_until_they_are_back(process: Process, line: Line, clock: Any) -> None:
    await process.inbox.take([says("An", 1), happens("An", 2, "left", clock.now())])
    await process.inbox.settled()
    notice(process, "a", 10)
    notice(process, "b", 11)
    await process.turns.deliver_owed()
    assert line.of("An") == [1]
    clock.passes(timedelta(days=3))
    await process.inbox.take([happens("An", 3, "returned", clock.now())])
    await process.inbox.settled()
    assert line.of("An") == [1, 10, 11]


async def test_who_speaks_is_there_whatever_we_heard_of_their_leaving(process: Process, line: Line, clock: Any) -> None:
    await process.inbox.take([happens("An", 1, "left", clock.now())])
    await process.inbox.settled()
    notice(process, "a", 10)
    await process.turns.deliver_owed()
    assert line.shown == []
    await process.inbox.take([says("An", 2)])
    await process.inbox.settled()
    assert line.of("An") == [10, 2]  # what waited, before the answer
    notice(process, "b", 11)
    await process.turns.deliver_owed()
    assert line.of("An") == [10, 2, 11]


@pytest.mark.parametrize("channel", ["line", "zalo"])
async def test_late_news_of_a_leaving_does_not_undo_a_return(
    store: Store, world: World, clock: Any, channel: str
) -> None:
    process = Process(store, world, Line(channel))
    left = clock.now()
    clock.passes(timedelta(hours=1))
    returned = clock.now()
    clock.passes(timedelta(hours=1))
    await process.inbox.take([happens("An", 2, "returned", returned, channel)])
    await process.inbox.settled()
    await process.inbox.take([happens("An", 1, "left", left, channel)])  # told again after the other side failed
    await process.inbox.settled()
    notice(process, "a", 10)
    await process.turns.deliver_owed()
    assert process.line.of("An") == [10]
    await process.inbox.take([happens("An", 3, "left", clock.now(), channel)])  # and now they do leave
    await process.inbox.settled()
    await process.inbox.take([happens("An", 2, "returned", returned, channel)])  # the old return, once more
    await process.inbox.settled()
    notice(process, "b", 11)
    await process.turns.deliver_owed()
    assert process.line.of("An") == [10]


def test_every_code_is_told_apart() -> None:
    """Or none of the above means anything."""
    assert len(set(ANSWER)) == len(ANSWER) > 100
