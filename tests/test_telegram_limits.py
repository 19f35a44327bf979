"""How fast we write to Telegram, on a clock that jumps: exact, and the same on every machine."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.constants import FloodLimit
from telegram.error import RetryAfter

from bot.handlers.telegram.limits import FLOOD, LOOK, PATIENCE, RECOVERY, SLOWEST, Limits
from bot.handlers.telegram.request import wait_of
from tests.virtual_time import in_virtual_time

HOUR = timedelta(hours=1)


@dataclass
class Sends:
    """What went out, and when, counted from the beginning."""

    limits: Limits = field(default_factory=Limits)
    log: list[tuple[float, int]] = field(default_factory=list)
    begun: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    async def send(self, chat: int, refusal: timedelta | None = None) -> float:
        async with self.limits.turn(chat):
            if refusal is not None:
                raise RetryAfter(refusal)
            self.log.append((self.now, chat))
        return self.now

    async def many(self, chats: Sequence[int]) -> list[float]:
        await asyncio.gather(*map(self.send, chats))
        return [when for when, _ in self.log]

    async def refused(self, chat: int, wait: timedelta) -> None:
        with pytest.raises(RetryAfter):
            await self.send(chat, wait)

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time() - self.begun


def most_within(times: Sequence[float], seconds: float) -> int:
    """The fullest stretch of so many seconds."""
    return max(sum(start <= when < start + seconds - 1e-6 for when in times) for start in times)


def test_no_second_holds_more_than_thirty_and_they_are_used() -> None:
    async def main() -> list[float]:
        return await Sends().many(range(1, 301))

    times = in_virtual_time(main())
    assert len(times) == 300
    assert most_within(times, 1.0) <= 30
    assert times[-1] == pytest.approx(300 / 27, abs=0.5)


def test_the_speed_is_a_setting() -> None:
    async def main() -> list[float]:
        return await Sends(Limits(0.5)).many(range(1, 11))

    times = in_virtual_time(main())
    assert times[-1] == pytest.approx(9 / 0.45)


def test_a_chat_gets_three_at_once_and_then_one_a_second() -> None:
    async def main() -> list[float]:
        sends = Sends()
        return [await sends.send(7) for _ in range(8)]

    times = in_virtual_time(main())
    assert times[2] < 0.1
    assert [round(b - a, 1) for a, b in pairwise(times[2:])] == [1.0] * 5


def test_a_minute_of_a_group_holds_no_more_than_twenty() -> None:
    async def main() -> list[float]:
        sends = Sends()
        return [await sends.send(-100) for _ in range(60)]

    times = in_virtual_time(main())
    assert 19 <= most_within(times, 60.0) <= 20


def test_a_slow_chat_takes_no_place_of_others() -> None:
    async def main() -> tuple[float, float]:
        sends = Sends()
        slow = asyncio.gather(*(sends.send(7) for _ in range(9)))
        await asyncio.sleep(0)
        quick = max(await asyncio.gather(*map(sends.send, range(100, 120))))
        await slow
        return quick, sends.now

    quick, slow = in_virtual_time(main())
    assert quick < 1.0 < slow


def test_one_chat_refused_holds_only_that_chat_back() -> None:
    async def main() -> None:
        sends = Sends()
        await sends.refused(7, timedelta(seconds=5))
        others = await asyncio.gather(*map(sends.send, range(100, 110)))
        assert max(others) < 1.0
        assert await sends.send(7) == pytest.approx(5.0)

    in_virtual_time(main())


def test_a_long_wait_is_not_waited_here() -> None:
    async def main() -> None:
        sends = Sends()
        await sends.refused(7, HOUR)
        with pytest.raises(RetryAfter) as left:
            await sends.send(7)
        assert wait_of(left.value) == HOUR
        assert sends.now < 1.0
        await asyncio.sleep(3595)
        assert await sends.send(7) == pytest.approx(3600.0)

    in_virtual_time(main())


def test_who_waits_while_their_chat_is_refused_for_long_is_let_go() -> None:
    async def main() -> None:
        sends = Sends()
        for _ in range(3):
            await sends.send(7)
        waiting = asyncio.create_task(sends.send(7))
        await asyncio.sleep(0)
        sends.limits.chats[7].held_until = asyncio.get_running_loop().time() + 3600
        with pytest.raises(RetryAfter):
            await waiting
        assert sends.limits.chats[7].waiting == 0

    in_virtual_time(main())


def test_a_crowd_in_one_group_does_not_fill_the_waiting_room() -> None:
    async def main() -> list[float]:
        sends = Sends()
        fates = await asyncio.gather(*(sends.send(-100) for _ in range(50)), return_exceptions=True)
        assert sends.now <= PATIENCE + 4.0
        return [wait_of(fate).total_seconds() for fate in fates if isinstance(fate, RetryAfter)]

    sent_away = in_virtual_time(main())
    assert 40 <= len(sent_away) <= 45
    assert all(b - a == pytest.approx(4.0) for a, b in pairwise(sent_away))


def test_a_crowd_that_comes_again_as_told_is_served_within_few_tries() -> None:
    async def main() -> int:
        sends = Sends()

        async def until_sent() -> int:
            for tries in range(1, 100):
                try:
                    await sends.send(-100)
                except RetryAfter as later:
                    await asyncio.sleep(wait_of(later).total_seconds())
                else:
                    return tries
            return 100

        return max(await asyncio.gather(*(until_sent() for _ in range(100))))

    assert in_virtual_time(main()) <= 3


def test_several_chats_refused_slow_all_down_until_it_is_over() -> None:
    async def main() -> list[float]:
        sends = Sends()
        for chat in range(1, FLOOD + 1):
            await sends.refused(chat, timedelta(seconds=1))
        took = []
        for _ in range(4):
            before = sends.now
            await asyncio.gather(*map(sends.send, range(1000, 1270)))
            took.append(sends.now - before)
            await asyncio.sleep(RECOVERY)
        return took

    slowed, *later = in_virtual_time(main())
    assert slowed == pytest.approx(20.0, abs=1.0)  # 270 at 13.5 a second
    assert later == pytest.approx([10.0] * 3, abs=0.5)


def test_it_slows_down_only_so_far() -> None:
    async def main() -> int:
        sends = Sends()
        for chat in range(1, 100):
            await sends.refused(chat, timedelta(seconds=1))
        return sends.limits.slowness

    assert in_virtual_time(main()) == SLOWEST


def test_one_chat_refused_again_and_again_is_no_flood() -> None:
    async def main() -> int:
        sends = Sends()
        for _ in range(10):
            await sends.refused(7, timedelta(seconds=0.1))
        return sends.limits.slowness

    assert in_virtual_time(main()) == 1


def test_chats_refused_now_and_then_are_no_flood() -> None:
    async def main() -> int:
        sends = Sends()
        for chat in range(1, 30):
            await sends.refused(chat, timedelta(seconds=1))
            await asyncio.sleep(3)
        return sends.limits.slowness

    assert in_virtual_time(main()) == 1


def test_idle_chats_are_forgotten_and_held_ones_are_not() -> None:
    async def main() -> None:
        sends = Sends(Limits(10_000.0))
        await sends.refused(1, HOUR)
        for chat in range(2, 3 * LOOK):
            await sends.send(chat)
            await asyncio.sleep(0.1)
        assert len(sends.limits.chats) <= LOOK
        with pytest.raises(RetryAfter):
            await sends.send(1)

    in_virtual_time(main())


def test_who_is_cancelled_while_waiting_takes_no_place() -> None:
    async def main() -> None:
        sends = Sends()
        waiting = [asyncio.create_task(sends.send(7)) for _ in range(9)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(10)
        assert sends.limits.chats[7].waiting == 0
        before = sends.now
        assert await sends.send(7) == pytest.approx(before)

    in_virtual_time(main())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 30).filter(bool), st.floats(0, 2)), max_size=120))
def test_whatever_comes_no_limit_is_broken(arrivals: list[tuple[int, float]]) -> None:
    async def main() -> list[tuple[float, int]]:
        sends = Sends()

        async def arrive(chat: int, at: float) -> None:
            await asyncio.sleep(at)
            try:
                await sends.send(chat)
            except RetryAfter:
                assert chat < 0 or sum(c == chat for c, _ in arrivals) > PATIENCE

        await asyncio.gather(*(arrive(*one) for one in arrivals))
        return sends.log

    log = in_virtual_time(main())
    by_chat: defaultdict[int, list[float]] = defaultdict(list)
    for when, chat in log:
        by_chat[chat].append(when)
    assert not log or most_within([when for when, _ in log], 1.0) <= 30
    for chat, times in by_chat.items():
        assert most_within(times, 60.0) <= 20 if chat < 0 else most_within(times, 10.0) <= 13


def test_the_constants_are_those_of_the_bot_api() -> None:
    assert Limits().a_second == FloodLimit.MESSAGES_PER_SECOND
    assert Limits().chat_a_second == FloodLimit.MESSAGES_PER_SECOND_PER_CHAT
    assert Limits().group_a_minute == FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP
