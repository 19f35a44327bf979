"""Notices respect the channel: nobody is woken at night, nothing is sent where the channel no longer takes it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channel import SendError
from bot.dialogue.events import Heard, Wrote
from bot.dialogue.world import World
from bot.reach import VIETNAM, not_before
from bot.storage.store import Store
from bot.texts.message import Message, ShownLine
from bot.turn import Turns

NOTICE = (Message((ShownLine("Hồ sơ đã có kết quả"),)),)
TOO_LATE = SendError("-230", retryable=False, at_next_contact=True)


class Phone:
    def __init__(self) -> None:
        self.shown: list[str] = []
        self.failures: list[Exception] = []

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.shown += [message.lines[0].words for message in messages]


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def turns(store: Store, world: World, phone: Phone) -> Turns:
    return Turns(store, world, {"zalo": phone, "telegram": phone})


async def says(turns: Turns, words: str, chat: str = "zalo") -> None:
    await turns.take(Heard(chat, "1", words, Wrote(words)))


async def tell(turns: Turns, chat: str = "zalo", key: str = "k") -> None:
    await turns.store.run(lambda unit: unit.turns.notify(f"{chat}:1", key, NOTICE))
    await turns.deliver_owed()


async def test_what_the_citizen_does_opens_the_window_and_a_notice_does_not(turns: Turns, clock: Any) -> None:
    def opened_at() -> datetime | None:
        return turns.store.run_now(lambda unit: unit.contacts.get("zalo:1").heard_at)

    await tell(turns, key="one")
    assert opened_at() is None
    await says(turns, "chào")
    spoke = clock.now()
    clock.passes(timedelta(days=6))
    await tell(turns, key="two")
    assert opened_at() == spoke


async def test_what_the_channel_itself_says_is_too_late_is_kept_too(turns: Turns, phone: Phone) -> None:
    await says(turns, "chào")
    phone.failures = [TOO_LATE]
    await tell(turns)
    assert phone.shown.count("Hồ sơ đã có kết quả") == 0
    await says(turns, "khai sinh")
    assert phone.shown.count("Hồ sơ đã có kết quả") == 1


async def test_a_channel_without_a_window_takes_it_at_any_time(turns: Turns, phone: Phone, clock: Any) -> None:
    await says(turns, "chào", "telegram")
    clock.passes(timedelta(days=20))
    await tell(turns, "telegram")
    assert phone.shown[-1] == "Hồ sơ đã có kết quả"


@pytest.mark.parametrize(
    ("hour", "then"),
    [
        ("20:59", "21 20:59"), ("21:00", "22 07:00"), ("23:59", "22 07:00"),
        ("00:00", "21 07:00"), ("06:59", "21 07:00"), ("07:00", "21 07:00"),
    ],
)  # fmt: skip
def test_nobody_is_woken(hour: str, then: str) -> None:
    now = datetime.fromisoformat(f"2026-11-21T{hour}:00+07:00")
    assert f"{not_before('zalo:1', now).astimezone(VIETNAM):%d %H:%M}" == then


def test_an_open_page_wakes_nobody() -> None:
    night = datetime(2026, 11, 21, 18, tzinfo=UTC)  # one in the morning
    assert not_before("web:1", night) == night
