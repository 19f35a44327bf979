"""A number sent twice, or sent before its menu came, counts for what the citizen can have seen, or for nothing."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from bot.channel import Happening, SendError, Update
from bot.choices import choices_of
from bot.dialogue.events import Heard, Wrote
from bot.dialogue.world import World
from bot.inbox import Inbox
from bot.storage.store import Store
from bot.texts.message import Message, ShownButton, ShownLine
from bot.turn import Turns
from tests.conftest import Clock

A_MOMENT = timedelta(milliseconds=250)
A_WHILE = timedelta(seconds=10)
FORM = (  # up to the question before the summary
    "thu hai 9h qua nha lay ho so khai sinh o 12 Tran Phu phuong Dong Kinh lang son sdt 0912345678",
    "dong y",
    "Trần Văn Nam",
    "đủ cả",
)


class Phone:
    """A citizen of a channel with numbered choices; what they write comes when the clock says."""

    def __init__(self, store: Store, world: World, channel: str, clock: Clock) -> None:
        self.clock, self.channel, self.numbers = clock, channel, count()
        self.shown: list[tuple[Message, ...]] = []
        self.slow, self.failures = timedelta(0), list[SendError]()
        self.turns = Turns(store, world, {channel: self})

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.clock.passes(self.slow)
        if messages:
            self.shown.append(messages)

    async def says(self, words: str, after: timedelta = A_WHILE, *, late: timedelta = timedelta(0)) -> list[str]:
        """`after` the last one; it comes so `late`. What is shown then."""
        self.clock.passes(after)
        return await self.comes(words, self.clock.now(), late=late)

    async def comes(self, words: str, at: Any, *, late: timedelta = timedelta(0)) -> list[str]:
        before = len(self.shown)
        await self.turns.take(
            Heard(self.channel, "1", f"{next(self.numbers)}", Wrote(words), came_at=at, written_at=at - late)
        )
        return [message.lines[0].words for messages in self.shown[before:] for message in messages]

    @property
    def kept(self) -> Any:
        return self.turns.store.run_now(lambda unit: unit.conversations.get(f"{self.channel}:1")).conversation

    @property
    def menu(self) -> list[str]:
        return [button.label for button in choices_of(self.shown[-1])]

    def orders(self) -> int:
        return len(self.turns.store.run_now(lambda unit: unit.pickups.of_chat(f"{self.channel}:1")))

    async def twice(self, words: str, again: str | None = None) -> list[str]:
        """One after the other, both on their way before the first is answered: what the second brings."""
        self.clock.passes(A_WHILE)
        first = self.clock.now()
        await self.comes(words, first)
        return await self.comes(again or words, first + A_MOMENT)


@pytest.fixture(params=["zalo", "zalobot"])
def phone(request: pytest.FixtureRequest, local_store: Store, world: World, clock: Clock) -> Phone:
    return Phone(local_store, world, request.param, clock)


@pytest.mark.parametrize("again", ["{n}", "số {n}", "Đặt bưu tá đến nhà", "ok", "đồng ý", "vâng"])
async def test_nobody_agrees_to_a_text_they_have_not_seen(phone: Phone, again: str) -> None:
    await phone.says("trich luc khai sinh")
    number = phone.menu.index("Đặt bưu tá đến nhà") + 1
    assert await phone.twice(f"{number}", again.format(n=number)) == []
    assert phone.kept.state.asked == "consent"
    assert phone.kept.memory.consent is None
    await phone.says("1")  # having read it
    assert phone.kept.memory.consent is not None


@pytest.mark.parametrize("again", ["{n}", "so {n}", "ok", "xác nhận", "đúng rồi"])
async def test_nobody_orders_what_they_have_not_seen(phone: Phone, again: str) -> None:
    """The summary answers a number; the same number, or a yes, sent with it would place the order."""
    for words in FORM:
        await phone.says(words)
    assert phone.kept.state.asked == "back", phone.shown[-1]
    assert await phone.twice("1", again.format(n=1)) == []
    assert phone.kept.state.asked == "summary"
    assert phone.menu[0].startswith("Xác nhận")
    assert phone.orders() == 0
    await phone.says("1")  # having read it
    assert phone.orders() == 1


async def test_any_words_sent_twice_are_answered_once(phone: Phone) -> None:
    assert await phone.twice("trich luc khai sinh") == []
    assert await phone.says("trich luc khai sinh") != []  # later, it is said again


async def test_another_number_sent_at_once_counts_for_the_menu_they_saw(phone: Phone) -> None:
    await phone.says("trich luc khai sinh")
    fees, papers = phone.menu.index("Phí, lệ phí") + 1, phone.menu.index("Giấy tờ đầy đủ") + 1
    assert (await phone.twice(f"{fees}", f"{papers}"))[0].startswith("Giấy tờ")
    await phone.says("trich luc khai sinh")
    assert (await phone.twice(f"{fees}", "77"))[0].startswith("Chỉ có các số từ 1 đến 3,")  # as it is on screen by now


async def test_a_form_is_filled_by_several_messages_at_once(phone: Phone) -> None:
    """They are no choices, so they need no menu to be seen."""
    for words in ("dat buu ta lay ho so khai sinh", "dong y"):
        await phone.says(words)
    assert await phone.twice("phường Đông Kinh, Lạng Sơn", "12 Trần Phú") != []
    assert phone.kept.memory.draft.street == "12 Trần Phú"


async def test_it_counts_from_when_the_menu_came_not_from_when_it_was_made(phone: Phone) -> None:
    await phone.says("trich luc khai sinh")
    number = phone.menu.index("Đặt bưu tá đến nhà") + 1
    phone.slow = timedelta(seconds=30)
    began = phone.clock.now()
    await phone.comes(f"{number}", began)
    assert await phone.comes(f"{number}", began + timedelta(seconds=20)) == []
    assert phone.kept.memory.consent is None


async def test_in_an_outage_a_number_is_held_against_what_got_through(phone: Phone) -> None:
    """The consent text comes after it; the number that was sent before does not agree to it."""
    await phone.says("trich luc khai sinh")
    number = phone.menu.index("Đặt bưu tá đến nhà") + 1
    phone.failures = [SendError("down", retryable=True, outage=True)]
    await phone.says(f"{number}")
    phone.clock.passes(timedelta(minutes=10))
    sent = phone.clock.now()
    await phone.turns.deliver_owed()
    assert phone.kept.state.asked == "consent"
    assert await phone.comes(f"{number}", sent + timedelta(seconds=1)) == []
    assert phone.kept.memory.consent is None


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=-3), timedelta(minutes=7)])
async def test_what_the_channel_brings_late_counts_for_when_it_was_written(phone: Phone, ahead: timedelta) -> None:
    """Whichever clock is wrong: only what lies between two messages of theirs counts."""
    await phone.says("trich luc khai sinh", late=ahead)
    number = phone.menu.index("Đặt bưu tá đến nhà") + 1
    await phone.says(f"{number}", late=ahead)
    half_a_minute = timedelta(seconds=30)
    assert await phone.says(f"{number}", half_a_minute, late=ahead + half_a_minute - A_MOMENT) == []
    assert phone.kept.memory.consent is None
    await phone.says("1", late=ahead)
    assert phone.kept.memory.consent is not None


async def test_a_notice_between_does_not_take_the_number(phone: Phone) -> None:
    await phone.says("toi muon lam lai so do bi mat")
    fees = phone.menu.index("Phí, lệ phí") + 1
    notice = (Message((ShownLine("Mời chọn"),), (ShownButton("show:1.001193", "Khai sinh"),) * 9),)
    phone.clock.passes(A_WHILE)
    phone.turns.store.run_now(lambda unit: unit.turns.notify(f"{phone.channel}:1", "now", notice))
    await phone.turns.deliver_owed()
    assert (await phone.comes(f"{fees}", phone.clock.now() + A_MOMENT))[0].startswith("Phí, lệ phí")


async def test_a_clock_put_back_does_not_take_the_numbers_away(phone: Phone) -> None:
    await phone.says("trich luc khai sinh")
    number = phone.menu.index("Đặt bưu tá đến nhà") + 1
    phone.clock.passes(timedelta(hours=-1))
    await phone.says(f"{number}")
    assert phone.kept.state.asked == "consent"


async def test_where_there_are_buttons_nothing_is_held_back(local_store: Store, world: World, clock: Clock) -> None:
    phone = Phone(local_store, world, "telegram", clock)
    assert await phone.twice("trich luc khai sinh") != []


async def test_the_inbox_says_when_it_came(local_store: Store, world: World, clock: Clock) -> None:
    phone = Phone(local_store, world, "zalo", clock)

    class Reading(Phone):
        name = "zalo"

        async def read(self, update: Update) -> Happening | None:
            return Heard("zalo", "1", update.key, Wrote(update.body.decode()))

        async def apologise(self, heard: Heard) -> None:
            raise AssertionError(heard)

    phone = Reading(local_store, world, "zalo", clock)
    inbox = Inbox(phone.turns, {"zalo": phone})  # type: ignore[dict-item]
    await inbox.take([Update("zalo", "1", "a", 1, b"trich luc khai sinh")])
    await inbox.settled()
    number = phone.menu.index("Đặt bưu tá đến nhà") + 1
    clock.passes(A_WHILE)
    await inbox.take([Update("zalo", "1", key, ordinal, b"%d" % number) for key, ordinal in (("b", 2), ("c", 3))])
    await inbox.settled()
    assert phone.kept.state.asked == "consent"
    assert phone.kept.memory.consent is None
    await inbox.close()
