"""Notices that come late say their day, and of those that were held only the latest is told; at night some wait."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channel import SendError
from bot.dialogue.events import Heard, Wrote
from bot.dialogue.world import World
from bot.pickup.progress import News, Status
from bot.storage.store import Store
from bot.storage.turns import LATE
from bot.texts.message import Message, ShownLine
from bot.turn import Turns
from bot.work.desk import Desk
from bot.work.words import CAN_WAIT, Notices
from tests.conftest import Clock, NobodyThere
from tests.pretend_post import number, order

TOO_LATE = SendError("-230", retryable=False, at_next_contact=True)
DAY = timedelta(days=1)
THE_WHOLE_WAY: tuple[Status, ...] = ("on_the_way", "collected", "handed_over", "result_on_the_way", "delivered")
NIGHT = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)  # half past ten in the evening, in Viet Nam


class Phone:
    def __init__(self) -> None:
        self.shown: list[list[str]] = []
        self.shut, self.failures = False, list[SendError]()

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        if self.shut:
            raise TOO_LATE
        if self.failures:
            raise self.failures.pop()
        self.shown += [[line.words for line in message.lines] for message in messages]


class Citizen:
    """With an order, who was last heard long ago; `chat`: on Zalo, where notices are held then."""

    def __init__(self, store: Store, world: World, clock: Clock, chat: str = "zalo:1") -> None:
        self.store, self.clock, self.chat, self.phone = store, clock, chat, Phone()
        self.turns = Turns(store, world, {chat.partition(":")[0]: self.phone})
        self.desk = Desk(store, NobodyThere(), Notices(world.post, clock.here), clock.now)
        for count in (1, 2):
            store.run_now(lambda unit, count=count: unit.pickups.add(order(count, chat=chat)))  # type: ignore[misc]

    async def hears_of_the_post(self, status: Status, count: int = 1) -> None:
        at = self.clock.moment
        await self.desk.told([News(order=number(count), key=f"{status}:{at}", status=status, at=at)])
        await self.turns.deliver_owed()

    async def writes(self, words: str = "chào bot") -> list[list[str]]:
        """What is shown before the answer to it."""
        self.phone.shut, before = False, len(self.phone.shown)
        channel, _, chat = self.chat.partition(":")
        turn = await self.turns.take(Heard(channel, chat, f"{self.clock.moment}", Wrote(words)))
        return self.phone.shown[before : -len(turn.replies)]

    def notify(self, key: str, words: str) -> None:
        message = Message((ShownLine(words),), dated="Tin ngày nọ")
        self.store.run_now(lambda unit: unit.turns.notify(self.chat, key, (message,)))


@pytest.fixture
def citizen(local_store: Store, world: World, clock: Clock) -> Citizen:
    return Citizen(local_store, world, clock)


async def test_of_the_held_notices_of_an_order_the_latest_is_told_with_its_day(citizen: Citizen) -> None:
    citizen.phone.shut = True
    for status in THE_WHOLE_WAY:
        await citizen.hears_of_the_post(status)
        citizen.clock.passes(DAY)
    citizen.clock.passes(8 * DAY)
    [notice] = await citizen.writes()
    assert notice[0].startswith("Đã giao kết quả")
    assert notice[1] == "Tin ngày 25/11/2026"
    citizen.clock.passes(DAY)
    assert await citizen.writes() == []  # nothing more is held


async def test_each_order_has_its_own(citizen: Citizen) -> None:
    citizen.phone.shut = True
    for status, count in (("on_the_way", 1), ("on_the_way", 2), ("collected", 1)):
        await citizen.hears_of_the_post(status, count)  # type: ignore[arg-type]
        citizen.clock.passes(timedelta(hours=1))
    shown = await citizen.writes()
    assert [number(2) in shown[0][0], number(1) in shown[1][0], len(shown)] == [True, True, 2]
    assert not any("Tin ngày" in line for lines in shown for line in lines)  # it is of today


async def test_one_that_failed_when_a_later_one_was_there_already_is_dropped_too(citizen: Citizen) -> None:
    """Both are kept before either is tried."""
    citizen.phone.shut = True
    citizen.notify("ND1:a", "Cũ")
    citizen.clock.passes(timedelta(minutes=1))
    citizen.notify("ND1:b", "Mới")
    citizen.notify("ND1:c", "Mới nữa")  # of the same moment: both count
    await citizen.turns.deliver_owed()
    assert [lines[0] for lines in await citizen.writes()] == ["Mới", "Mới nữa"]
    citizen.clock.passes(DAY)
    assert await citizen.writes() == []


async def test_one_that_is_tried_again_is_told_though_there_is_a_later_one(citizen: Citizen) -> None:
    """Nobody waits for it long: it is of this hour."""
    citizen.phone.failures = [SendError("busy", retryable=True) for _ in range(2)]
    for word in ("Cũ", "Mới"):
        citizen.notify(f"ND1:{word}", word)
        await citizen.turns.deliver_owed()
        citizen.clock.passes(timedelta(seconds=1))
    assert [lines[0] for lines in await citizen.writes()] == ["Cũ", "Mới"]


async def test_alarms_are_each_about_something_else(citizen: Citizen) -> None:
    citizen.phone.shut = True
    for word in ("Một", "Hai"):
        citizen.notify(f"alarm:{word}", word)
        await citizen.turns.deliver_owed()
        citizen.clock.passes(timedelta(minutes=1))
    assert [lines[0] for lines in await citizen.writes()] == ["Một", "Hai"]


async def test_what_is_dropped_was_never_on_screen(citizen: Citizen) -> None:
    citizen.phone.shut = True
    for word in ("Cũ", "Mới"):
        citizen.notify(f"ND1:{word}", word)
        await citizen.turns.deliver_owed()
        citizen.clock.passes(DAY)
    await citizen.writes()
    shown = citizen.store.run_now(lambda unit: unit.turns.on_screen(citizen.chat, 9))
    assert [turn.replies[0].lines[0].words for turn in shown][:1] == ["Mới"]


@pytest.mark.parametrize(("late", "says_it"), [(LATE, True), (LATE - timedelta(seconds=1), False)])
async def test_a_notice_that_waited_for_its_hour_says_its_day_once(citizen: Citizen, late: Any, says_it: bool) -> None:
    """On every try the same, so that what arrived of it can be told by its count."""
    at = citizen.clock.now() + late
    message = Message((ShownLine("Đã lấy"), ShownLine("Giữ phiếu")), dated="Tin ngày 21/11/2026")
    citizen.store.run_now(lambda unit: unit.turns.notify(citizen.chat, "ND1:a", (message,), at))
    citizen.clock.passes(late)
    citizen.phone.shut = True
    await citizen.turns.deliver_owed()
    citizen.clock.passes(timedelta(seconds=1) if not says_it else DAY)
    notice = (await citizen.writes())[0]
    assert notice.count("Tin ngày 21/11/2026") == 1
    assert notice[0] == "Đã lấy"


async def test_at_night_what_can_wait_does(local_store: Store, world: World, clock: Clock) -> None:
    clock.moment = NIGHT
    citizen = Citizen(local_store, world, clock)
    await citizen.hears_of_the_post("on_the_way")
    assert len(citizen.phone.shown) == 1  # somebody comes now
    for status in THE_WHOLE_WAY[1:]:
        assert status in CAN_WAIT
        await citizen.hears_of_the_post(status)
    assert len(citizen.phone.shown) == 1
    clock.passes(timedelta(hours=8, minutes=30))
    await citizen.turns.deliver_owed()
    told = citizen.phone.shown[1:]
    assert len(told) == len(THE_WHOLE_WAY) - 1
    assert all(lines[1] == "Tin ngày 25/11/2026" for lines in told)


async def test_on_an_open_page_nothing_waits(local_store: Store, world: World, clock: Clock) -> None:
    clock.moment = NIGHT
    citizen = Citizen(local_store, world, clock, "web:1")
    await citizen.hears_of_the_post("collected")
    assert len(citizen.phone.shown) == 1


@pytest.mark.parametrize("what", ["cancelled", "moved", "refused"])
async def test_what_answers_the_citizen_or_is_about_the_next_morning_is_told_at_night(
    local_store: Store, world: World, clock: Clock, what: str
) -> None:
    clock.moment = NIGHT
    citizen = Citizen(local_store, world, clock)
    words = citizen.desk.words

    def told(unit: Any) -> None:
        kept = unit.pickups.get(number(1))
        say = {"cancelled": words.ended(kept), "moved": words.moved(kept.order), "refused": words.given_up(kept.order)}
        citizen.desk._say(unit, kept, what, say[what])

    local_store.run_now(told)
    await citizen.turns.deliver_owed()
    assert len(citizen.phone.shown) == 1
