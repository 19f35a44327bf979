"""An operator is told once that something is wrong, and once that it is over, however many processes see it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.alarms import PATIENCE, Alarms
from bot.dialogue.step import text
from bot.storage.store import Store

STAFF = "zalobot:7"
KEY = "channel:telegram"
WORDS = text("alarm.channel", channel="telegram")
TOLD = "Cảnh báo: không liên lạc được với kênh telegram"
OVER = "Đã hết: không liên lạc được với kênh telegram."
MOMENT = timedelta(seconds=1)

OpenStore = Callable[[], Store]


@pytest.fixture
def alarms(store: Store, clock: Any) -> Alarms:
    return Alarms(store, clock.now, STAFF)


def told(store: Store) -> list[str]:
    """What waits for the staff's chat, oldest first."""
    owed = store.run_now(lambda unit: unit.turns.owed())
    assert {turn.chat for turn in owed} <= {STAFF}
    assert all(turn.unasked for turn in owed)
    return [line.words for turn in owed for message in turn.replies for line in message.lines]


async def test_a_hiccup_wakes_nobody(alarms: Alarms, store: Store, clock: Any) -> None:
    for _ in range(59):
        await alarms.trouble(KEY, WORDS)
        clock.passes(MOMENT)
    await alarms.well(KEY)
    await alarms.trouble(KEY, WORDS)  # another one, much later
    clock.passes(timedelta(hours=1))
    await alarms.well(KEY)
    assert told(store) == []


async def test_what_lasts_is_told_once_and_its_end_once(alarms: Alarms, store: Store, clock: Any) -> None:
    with capture_logs() as logs:
        for _ in range(3600):
            await alarms.trouble(KEY, WORDS)
            clock.passes(MOMENT)
        await alarms.well(KEY)
        await alarms.well(KEY)
    assert [line[: len(TOLD)] for line in told(store)] == [TOLD, OVER]
    assert [(entry["log_level"], entry["key"]) for entry in logs] == [("error", KEY), ("info", KEY)]


async def test_it_is_told_when_it_has_lasted_and_not_before(alarms: Alarms, store: Store, clock: Any) -> None:
    await alarms.trouble(KEY, WORDS)
    clock.passes(PATIENCE - MOMENT)
    await alarms.trouble(KEY, WORDS)
    assert told(store) == []
    clock.passes(MOMENT)
    await alarms.trouble(KEY, WORDS)
    assert len(told(store)) == 1


async def test_what_cannot_wait_is_told_at_once(alarms: Alarms, store: Store) -> None:
    await alarms.ring("zalo:token", WORDS)
    await alarms.ring("zalo:token", WORDS)
    await alarms.trouble("zalo:token", WORDS)
    assert len(told(store)) == 1


async def test_it_may_be_over_in_the_moment_it_began_and_begin_again(alarms: Alarms, store: Store, clock: Any) -> None:
    await alarms.ring(KEY, WORDS)
    await alarms.well(KEY)
    assert len(told(store)) == 2
    clock.passes(timedelta(microseconds=1))
    await alarms.ring(KEY, WORDS)
    await alarms.well(KEY)
    assert [line[: len(TOLD)] for line in told(store)] == [TOLD, OVER, TOLD, OVER]


async def test_each_thing_has_an_alarm_of_its_own(alarms: Alarms, store: Store) -> None:
    await alarms.ring("channel:telegram", WORDS)
    await alarms.ring("channel:zalo", text("alarm.channel", channel="zalo"))
    await alarms.well("channel:zalo")
    assert len(told(store)) == 3
    assert list(store.run_now(lambda unit: unit.alarms.all())) == ["channel:telegram"]


async def test_several_processes_tell_once(alarms: Alarms, open_store: OpenStore, clock: Any) -> None:
    others = [Alarms(open_store(), clock.now, STAFF) for _ in range(2)]
    await asyncio.gather(*(one.ring(KEY, WORDS) for one in (alarms, *others) for _ in range(2)))
    assert len(told(alarms.store)) == 1
    await asyncio.gather(*(one.well(KEY) for one in (alarms, *others)))
    assert len(told(alarms.store)) == 2


async def test_the_next_process_knows_what_the_last_one_told(alarms: Alarms, open_store: OpenStore, clock: Any) -> None:
    await alarms.ring(KEY, WORDS)
    clock.passes(timedelta(hours=1))
    successor = Alarms(open_store(), clock.now, STAFF)
    await successor.remember()
    await successor.trouble(KEY, WORDS)
    assert len(told(alarms.store)) == 1
    await successor.well(KEY)
    assert told(alarms.store)[1:] == [OVER]


async def test_without_a_staffs_chat_the_log_is_all_there_is(store: Store, clock: Any) -> None:
    alarms = Alarms(store, clock.now)
    with capture_logs() as logs:
        await alarms.ring(KEY, WORDS)
        await alarms.well(KEY)
    assert told(store) == []
    assert [entry["event"] for entry in logs] == ["alarm", "alarm over"]


async def test_an_alarm_that_could_not_be_kept_is_told_the_next_time(
    alarms: Alarms, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    with monkeypatch.context() as patch:
        patch.setattr(Store, "run", away)
        with capture_logs() as logs:
            await alarms.ring(KEY, WORDS)  # which is told in the middle of a send
    assert [(entry["event"], entry["error"]) for entry in logs] == [("alarm not kept", "OperationalError")]
    await alarms.ring(KEY, WORDS)
    assert len(told(store)) == 1
    with monkeypatch.context() as patch:
        patch.setattr(Store, "run", away)
        with capture_logs() as logs:
            await alarms.well(KEY)
    assert [(entry["event"], entry["error"]) for entry in logs] == [("alarm not ended", "OperationalError")]
    await alarms.well(KEY)
    assert told(store)[1:] == [OVER]


async def test_a_long_name_is_no_trouble(alarms: Alarms, store: Store) -> None:
    await alarms.ring("k" * 80, WORDS)
    await alarms.well("k" * 80)
    assert len(told(store)) == 2


async def test_who_works_well_costs_nothing(alarms: Alarms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "run", None)
    for _ in range(3):
        await alarms.well(KEY)
