"""A turn is answered once, in order, and whole; what could not be sent is sent later."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channel import SendError
from bot.delivery import GIVE_UP_AFTER
from bot.dialogue.events import Heard, Wrote
from bot.dialogue.step import Look
from bot.dialogue.world import Looked, Outcome, World
from bot.storage.store import Store, Unit
from bot.storage.turns import LEASE
from bot.storage.vault import Vault
from bot.texts.message import Message
from bot.turn import Turns

DOWN = SendError("503", retryable=True)
BLOCKED = SendError("403", retryable=False)
LONG = timedelta(days=1)

OpenStore = Callable[[], Store]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@dataclass
class Phone:
    """A channel: keeps what it showed, fails when told to, and waits when told to."""

    shown: list[tuple[str, str]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    slow: set[str] = field(default_factory=set)  # chats it waits for
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        if self.failures:
            raise self.failures.pop(0)
        if chat in self.slow:
            await self.go_on.wait()
        await asyncio.sleep(0.01 if not self.shown else 0)  # the first is the slowest
        self.shown += [(chat, message.lines[0].words) for message in messages]


def heard(words: str, update: str = "u1", chat: str = "1") -> Heard:
    return Heard("phone", chat, update, Wrote(words))


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def turns(store: Store, world: World, phone: Phone) -> Turns:
    return Turns(store, world, {"phone": phone})


async def test_the_same_update_is_answered_once(turns: Turns, phone: Phone) -> None:
    first = await turns.take(heard("khai sinh"))
    second = await turns.take(heard("khai sinh"))
    assert (second.id, second.replies) == (first.id, first.replies)
    assert len(phone.shown) == len(first.replies)


async def test_the_same_update_many_times_at_once_is_answered_once(turns: Turns, phone: Phone) -> None:
    taken = await asyncio.gather(*(turns.take(heard("khai sinh")) for _ in range(10)))
    assert len({turn.id for turn in taken}) == 1
    assert len(phone.shown) == len(taken[0].replies)


async def test_the_same_update_is_answered_once_though_the_bot_was_restarted(
    turns: Turns, phone: Phone, open_store: OpenStore, clock: Any
) -> None:
    await turns.take(heard("khai sinh"))
    seen = list(phone.shown)
    turns.store.close()  # what waits is settled
    clock.passes(LONG)
    again = Turns(open_store(), turns.world, turns.senders)
    await again.take(heard("khai sinh"))
    await again.deliver_owed()
    assert phone.shown == seen


async def test_what_was_sent_is_settled_soon_though_nobody_writes_again(
    turns: Turns, open_store: OpenStore, clock: Any, until: Any
) -> None:
    await turns.take(heard("khai sinh"))
    clock.passes(LONG)
    seen_from_outside = open_store()
    await until(lambda: not seen_from_outside.run_now(lambda unit: unit.turns.owed()))


async def test_what_waits_is_not_lost_with_a_transaction_that_fails(turns: Turns, store: Store, clock: Any) -> None:
    await turns.take(heard("khai sinh"))

    def fails(_: Unit) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.run(fails)
    clock.passes(LONG)
    assert await store.run(lambda unit: unit.turns.owed()) == []


async def test_two_messages_of_one_chat_are_answered_in_order(turns: Turns, phone: Phone) -> None:
    both = await asyncio.gather(turns.take(heard("khai sinh", "u1")), turns.take(heard("phí bao nhiêu", "u2")))
    assert phone.shown == [("1", message.lines[0].words) for turn in both for message in turn.replies]
    assert "Phí" in phone.shown[-1][1]  # the second was understood on the screen of the first


async def test_a_slow_chat_does_not_keep_another_waiting(turns: Turns, phone: Phone, until: Until) -> None:
    phone.slow.add("slow")
    waiting = asyncio.create_task(turns.take(heard("khai sinh", chat="slow")))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await turns.take(heard("khai sinh", chat="quick"))
    assert {chat for chat, _ in phone.shown} == {"quick"}
    phone.go_on.set()
    await waiting
    assert {chat for chat, _ in phone.shown} == {"quick", "slow"}


async def test_what_could_not_be_sent_is_sent_later_in_the_same_words(turns: Turns, phone: Phone, clock: Any) -> None:
    phone.failures = [DOWN, DOWN]
    turn = await turns.take(heard("khai sinh"))
    await turns.deliver_owed()
    assert (phone.shown, len(phone.failures)) == ([], 1)  # not due yet: nothing was tried
    for _ in range(3):
        clock.passes(timedelta(minutes=1))
        await turns.deliver_owed()
    assert phone.shown == [("1", message.lines[0].words) for message in turn.replies]


async def test_each_wait_is_twice_the_one_before(turns: Turns, phone: Phone, clock: Any) -> None:
    phone.failures = [DOWN] * 4
    await turns.take(heard("khai sinh"))
    for seconds, left in ((5, 3), (10, 2), (20, 1)):
        clock.passes(timedelta(seconds=seconds - 1))
        await turns.deliver_owed()
        assert len(phone.failures) == left
        clock.passes(timedelta(seconds=1))
        await turns.deliver_owed()
        assert len(phone.failures) == left - 1


async def test_after_enough_attempts_it_is_given_up(turns: Turns, phone: Phone, clock: Any) -> None:
    phone.failures = [DOWN] * GIVE_UP_AFTER
    await turns.take(heard("khai sinh"))
    for _ in range(GIVE_UP_AFTER + 1):
        clock.passes(LONG)
        await turns.deliver_owed()
    assert (phone.failures, phone.shown) == ([], [])


async def test_nothing_more_is_tried_with_one_who_blocked_the_bot(turns: Turns, phone: Phone, clock: Any) -> None:
    phone.failures = [BLOCKED]
    with capture_logs() as logs:
        await turns.take(heard("con em tên Bưởi cần khai sinh"))
    clock.passes(LONG)
    await turns.deliver_owed()
    assert phone.shown == []
    assert [(log["reason"], log["fate"]) for log in logs] == [("403", "given up")]
    assert not any(word in repr(logs) for word in ("Bưởi", "khai sinh", "Khai sinh"))


async def test_a_fault_in_sending_one_does_not_keep_the_others_waiting(turns: Turns, phone: Phone, clock: Any) -> None:
    phone.failures = [DOWN, DOWN, RuntimeError("a fault of ours")]
    for chat in ("1", "2"):
        await turns.take(heard("khai sinh", chat=chat))
    clock.passes(LONG)
    with capture_logs() as logs:
        await turns.deliver_owed()
    assert len({chat for chat, _ in phone.shown}) == 1  # they are tried side by side
    assert sorted(log["log_level"] for log in logs) == ["error", "warning"]
    clock.passes(LONG)
    await turns.deliver_owed()
    assert {chat for chat, _ in phone.shown} == {"1", "2"}


async def test_a_channel_that_is_gone_does_not_keep_the_others_waiting(turns: Turns, phone: Phone, clock: Any) -> None:
    phone.failures = [DOWN, DOWN]
    with_terminal = replace(turns, senders={**turns.senders, "terminal": phone})
    await with_terminal.take(Heard("terminal", "1", "u1", Wrote("khai sinh")))
    await turns.take(heard("khai sinh", chat="2"))
    clock.passes(LONG)
    await turns.deliver_owed()
    assert {chat for chat, _ in phone.shown} == {"2"}


async def test_an_answer_under_way_is_not_sent_a_second_time(
    turns: Turns, phone: Phone, clock: Any, until: Until
) -> None:
    phone.slow.add("1")
    under_way = asyncio.create_task(turns.take(heard("khai sinh")))
    await until(lambda: turns.store.run_now(lambda unit: unit.turns.latest("phone:1", 1)))
    clock.passes(LEASE)  # so slow that its lease is over
    again = asyncio.create_task(turns.deliver_owed())
    await asyncio.sleep(0.01)
    phone.go_on.set()
    turn, _ = await asyncio.gather(under_way, again)
    assert len(phone.shown) == len(turn.replies)


async def test_two_processes_do_not_both_send_what_is_owed(
    turns: Turns, phone: Phone, open_store: OpenStore, clock: Any
) -> None:
    phone.failures = [DOWN]
    turn = await turns.take(heard("khai sinh"))
    clock.passes(LONG)
    other = Turns(open_store(), turns.world, turns.senders)
    await asyncio.gather(turns.deliver_owed(), other.deliver_owed())
    assert len(phone.shown) == len(turn.replies)


@pytest.fixture
async def two_processes(open_store: OpenStore, world: World, phone: Phone) -> AsyncIterator[tuple[Turns, Turns]]:
    """Over one database, and so much at once that both read before either writes."""
    meeting, calls = threading.Barrier(2, timeout=10), iter(range(2))

    def now() -> datetime:
        if next(calls, None) is not None:
            meeting.wait()
        return world.now()

    slow = replace(world, now=now)
    with ThreadPoolExecutor(4) as threads:
        first, second = (Turns(replace(open_store(), threads=threads), slow, {"phone": phone}) for _ in range(2))
        yield first, second


@pytest.mark.parametrize("met", [False, True], ids=["a newcomer", "a known chat"])
async def test_two_processes_lose_no_update_of_a_chat(
    two_processes: tuple[Turns, Turns], store: Store, world: World, phone: Phone, met: bool
) -> None:
    if met:
        await Turns(store, world, {"phone": phone}).take(heard("khai sinh", "u0"))
    one, other = two_processes
    both = await asyncio.gather(one.take(heard("xin chào", "u1")), other.take(heard("tạm trú", "u2")))
    kept = store.run_now(lambda unit: (unit.turns.latest("phone:1", 9), unit.conversations.get("phone:1")))
    assert {turn.heard for turn in kept[0]} >= {"xin chào", "tạm trú"}
    assert kept[1].version == len(kept[0]) == 2 + met
    assert {("1", message.lines[0].words) for turn in both for message in turn.replies} <= set(phone.shown)


async def test_two_processes_answer_the_same_update_once(two_processes: tuple[Turns, Turns], phone: Phone) -> None:
    one, other = await asyncio.gather(*(process.take(heard("khai sinh")) for process in two_processes))
    assert one.id == other.id
    assert len(phone.shown) == len(one.replies)


@dataclass(frozen=True)
class BreakingVault(Vault):
    """Breaks when the conversation is kept: by then the turn has been written."""

    def seal(self, place: str, content: bytes) -> bytes:
        if place == "conversation.data":
            raise RuntimeError("a fault of ours")
        return super().seal(place, content)


async def test_a_fault_keeps_nothing_half(turns: Turns, phone: Phone) -> None:
    store = turns.store
    breaking = replace(turns, store=replace(store, vault=BreakingVault(store.vault.key)))
    with pytest.raises(RuntimeError):
        await breaking.take(heard("khai sinh"))
    assert await store.run(lambda unit: unit.turns.latest("phone:1", 9)) == []
    assert (await store.run(lambda unit: unit.conversations.get("phone:1"))).conversation is None
    assert phone.shown == []
    await turns.take(heard("khai sinh"))
    assert phone.shown


async def test_a_fault_in_one_message_leaves_the_chat_open_for_the_next(turns: Turns, phone: Phone) -> None:
    faults = iter([RuntimeError("a fault of ours")])

    def now() -> datetime:
        for fault in faults:
            raise fault
        return turns.world.now()

    faulty = replace(turns, world=replace(turns.world, now=now))
    with pytest.raises(RuntimeError):
        await faulty.take(heard("khai sinh", "u1"))
    assert phone.shown == []
    await faulty.take(heard("khai sinh", "u2"))
    assert phone.shown


async def test_forgetting_deletes_all_that_was_said(turns: Turns, phone: Phone) -> None:
    await turns.take(heard("khai sinh", "u1"))
    await turns.take(heard("khai sinh", "u1", chat="2"))
    await turns.take(heard("xóa dữ liệu của tôi", "u2"))
    left = await turns.store.run(lambda unit: (unit.turns.latest("phone:1", 9), unit.conversations.get("phone:1")))
    assert [turn.heard for turn in left[0]] == ["xóa dữ liệu của tôi"]  # what the answer belongs to
    assert left[1].conversation is None
    assert (await turns.store.run(lambda unit: unit.conversations.get("phone:2"))).conversation


async def test_the_wish_to_be_forgotten_is_answered_once_too(turns: Turns, phone: Phone) -> None:
    await turns.take(heard("khai sinh", "u1"))
    first = await turns.take(heard("xóa dữ liệu của tôi", "u2"))
    seen = list(phone.shown)
    assert (await turns.take(heard("xóa dữ liệu của tôi", "u2"))).id == first.id
    assert phone.shown == seen


BAD = {
    "nothing": "",
    "spaces": " \t ",
    "a NUL": "khai\x00sinh",
    "control characters": "\x01\x1b[31m\u202e\u200b",
    "half a sign": "\ud800",
    "emoji": "😀🎉",
    "markup": "<b>*_`[x](y)</script>",
    "gaps of a format": "%s {0} {name}",
    "mixed scripts": "кто здесь 你好 khai sinh",
    "very long": "x" * 10_000,
}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
async def test_whatever_is_written_is_answered_and_kept_once(turns: Turns, phone: Phone, words: str) -> None:
    await turns.take(heard(words))
    await turns.take(heard(words))
    assert phone.shown
    assert len(await turns.store.run(lambda unit: unit.turns.latest("phone:1", 9))) == 1


async def test_somebody_who_reads_english_is_answered_in_english(turns: Turns, phone: Phone) -> None:
    await turns.take(Heard("phone", "1", "u1", Wrote("help"), "en-GB"))
    assert phone.shown[-1][1].isascii()


# what another system is asked


@dataclass
class Bureau:
    """Answers every query, and may be slow or not there."""

    asked: list[Look] = field(default_factory=list)
    outcome: Outcome = "not_there"

    async def find(self, look: Look, chat: str) -> Looked:
        self.asked.append(look)
        return Looked(look, self.outcome)


CODE = "H26.15-261112-0042"


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


@pytest.fixture
def asking(store: Store, world: World, phone: Phone, bureau: Bureau) -> Turns:
    return Turns(store, world, {"phone": phone}, bureau.find)


async def test_a_system_is_asked_once_and_its_answer_is_kept(asking: Turns, phone: Phone, bureau: Bureau) -> None:
    await asking.take(heard(CODE))
    assert bureau.asked == [Look(CODE)]
    shown = list(phone.shown)
    assert shown
    await asking.take(heard(CODE))
    assert (phone.shown, bureau.asked) == (shown, [Look(CODE)])


async def test_while_a_system_is_asked_nothing_is_kept(asking: Turns, bureau: Bureau, store: Store) -> None:
    async def find(look: Look, chat: str) -> Looked:
        kept = store.run_now(lambda unit: (unit.turns.latest("phone:1", 9), unit.conversations.get("phone:1").version))
        assert kept == ([], 0)
        return Looked(look, "down")

    await replace(asking, find=find).take(heard(CODE))
    assert len(store.run_now(lambda unit: unit.turns.latest("phone:1", 9))) == 1


async def test_what_is_no_code_asks_nobody(asking: Turns, bureau: Bureau) -> None:
    await asking.take(heard("khai sinh"))
    assert bureau.asked == []
