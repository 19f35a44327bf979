"""Somebody asks where a dossier is: who may know what, how often one may ask, and what guessing comes to."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.dialogue.step import Look
from bot.dialogue.world import Looked
from bot.dossiers.dossier import Answer, Happening, Owner
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.storage.store import Store
from bot.storage.tables import attempt
from bot.work.lookups import JUST_NOW, Lookups
from bot.work.pace import Pace
from bot.work.telling import Telling
from tests.conftest import Clock
from tests.followed import (
    CHAT,
    OTHER,
    PERIOD,
    PRIVATE,
    REASON,
    THIRD,
    Road,
    Says,
    Town,
    answer,
    code,
    dossier,
    town,
)
from tests.pretend_post import order

DOWN = SystemDownError("langson: HTTP 503")
MINUTE = timedelta(minutes=1)
SECRETIVE = {
    "reason": REASON,
    "papers": ("Giấy chứng sinh",),
    "fee": "50000",
    "steps": (Happening(at=None, words="Đã gọi cho bà Bưởi"),),
    "apology": {"due": None, "reason": REASON},
}


class Desk:
    """Where chats ask."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.town = town(store, clock)
        self.lookups = lookups(self.town)

    async def asks(self, number: int = 1, digits: str | None = None, chat: str = CHAT) -> Looked:
        return await self.lookups.find(Look(code(number), digits), chat)

    async def later(self, number: int = 1, digits: str | None = None, chat: str = CHAT) -> Looked:
        """When what was told just now is old."""
        self.town.clock.passes(JUST_NOW)
        return await self.asks(number, digits, chat)


def lookups(here: Town) -> Lookups:
    telling = Telling(Says(), lambda chat, now: now)
    return Lookups(here.store, here.roads, Pace(here.store, sleep=here.sleep), telling, PERIOD)


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return Desk(store, clock)


@pytest.fixture
def local(local_store: Store, clock: Clock) -> Desk:
    """Where the engine does not matter."""
    return Desk(local_store, clock)


# -- what is answered


async def test_the_code_alone_tells_status_and_days_and_nothing_of_the_person(desk: Desk) -> None:
    desk.town.agency.has(answer(status="supplement", **SECRETIVE))
    looked = await desk.asks()
    assert (looked.outcome, looked.proved, looked.owner, looked.trial) == ("found", False, None, True)
    assert looked.dossier
    assert (looked.dossier.status, looked.dossier.agency) == ("supplement", "UBND phường Đông Kinh")
    assert looked.as_of == desk.town.clock.now()
    assert looked.system == ("Một cửa tỉnh Lạng Sơn", "One-stop system of Lạng Sơn")
    assert looked.page == "https://dichvucong.gov.vn"
    assert_nothing_private(looked)


@pytest.mark.parametrize("digits", ["5678", "345678", "0912345678", "84912345678", "0123", "020301000123"])
async def test_the_owners_digits_open_the_rest_with_the_name_masked(local: Desk, digits: str) -> None:
    local.town.agency.has(answer(status="supplement", **SECRETIVE))
    looked = await local.asks(digits=digits)
    assert (looked.outcome, looked.proved, looked.owner) == ("found", True, "N*** V** An")
    assert looked.dossier
    assert (looked.dossier.reason, looked.dossier.papers) == (REASON, ("Giấy chứng sinh",))


@pytest.mark.parametrize("digits", ["5679", "1234", "678", "", "9912345678"])
async def test_other_digits_open_nothing(local: Desk, digits: str) -> None:
    local.town.agency.has(answer(status="supplement", **SECRETIVE))
    looked = await local.asks(digits=digits)
    assert (looked.outcome, looked.proved, looked.owner) == ("wrong_digits", False, None)
    assert_nothing_private(looked.dossier)


@pytest.mark.parametrize("owner", [Owner(), Owner(name="An"), Owner(phone="0912***678", identity="***")])
async def test_where_the_system_tells_nothing_to_compare_nothing_is_proved(local: Desk, owner: Owner) -> None:
    local.town.agency.has(Answer(dossier=dossier(), owner=owner))
    looked = await local.asks(digits="5678")
    assert (looked.outcome, looked.proved, looked.owner) == ("cannot_prove", False, None)


async def test_a_whole_identity_number_is_handed_on_and_nothing_less(local: Desk) -> None:
    local.town.agency.has(answer())
    for digits in ("020301000123", "0123", "0912345678", None):
        await local.later(digits=digits)
    assert local.town.agency.identities == ["020301000123", None, None, None]


async def test_what_is_not_there_elsewhere_and_nowhere(local: Desk) -> None:
    assert (await local.asks()).outcome == "not_there"
    local.town.roads.by_prefix["H37"] = Road(None, page="https://dichvucong.langson.gov.vn")
    looked = await local.asks()
    assert (looked.outcome, looked.page) == ("elsewhere", "https://dichvucong.langson.gov.vn")
    local.town.roads.by_prefix.clear()
    looked = await local.asks()
    assert (looked.outcome, looked.page, looked.system) == ("elsewhere", None, None)


@pytest.mark.parametrize("failure", [DOWN, RefusedError("langson: HTTP 403"), KeyError("Nguyễn Văn An 5678")])
async def test_what_was_known_last_is_told_when_the_system_is_down(desk: Desk, failure: Exception) -> None:
    desk.town.agency.has(answer(status="supplement", **SECRETIVE))
    first = await desk.asks()
    desk.town.agency.fault = lambda codes: failure
    with capture_logs() as logs:
        looked = await desk.later(chat=OTHER)
        unknown = await desk.later(2)
    assert (looked.outcome, looked.dossier, looked.as_of) == ("down", first.dossier, first.as_of)
    assert (unknown.outcome, unknown.dossier, unknown.as_of) == ("down", None, None)
    assert_nothing_private(looked, unknown, logs)
    assert not any(code(number) in repr(logs) for number in (1, 2))


async def test_a_call_that_fails_once_is_made_again_while_somebody_waits(local: Desk) -> None:
    local.town.agency.has(answer())
    local.town.agency.fault = lambda codes: DOWN if len(local.town.agency.calls) % 2 else None
    assert (await local.asks()).outcome == "found"
    assert len(local.town.agency.calls) == 2


async def test_who_waits_does_not_wait_long(local_store: Store) -> None:
    slow = Desk(local_store, Clock())
    slow.town.agency.takes = 30
    slow.lookups = replace(slow.lookups, patience=timedelta(seconds=0.2), pace=Pace(local_store))
    async with asyncio.timeout(10):
        assert (await slow.asks()).outcome == "down"


async def test_what_was_told_a_moment_ago_is_not_asked_for_again(local: Desk) -> None:
    local.town.agency.has(answer())
    for chat in (CHAT, OTHER, THIRD):
        assert (await local.asks(chat=chat)).outcome == "found"
    assert len(local.town.agency.calls) == 1
    await local.later()
    assert len(local.town.agency.calls) == 2
    await local.asks(digits="5678")  # whose it is, is not kept
    assert len(local.town.agency.calls) == 3


# -- following and asking


async def test_what_was_proved_is_remembered_while_it_is_followed(desk: Desk) -> None:
    desk.town.agency.has(answer(status="supplement", **SECRETIVE))
    assert (await desk.asks(digits="5678")).proved
    assert not (await desk.later()).proved
    desk.town.follow()
    assert not (await desk.later()).proved
    assert (await desk.later(digits="5678")).proved
    looked = await desk.later()
    assert (looked.proved, looked.owner, looked.dossier and looked.dossier.reason) == (True, "N*** V** An", REASON)
    assert (await desk.later(digits="9999")).outcome == "found"  # proved is proved
    assert not (await desk.later(chat=OTHER)).proved


async def test_who_ordered_the_pickup_with_the_owners_phone_need_prove_nothing(local: Desk) -> None:
    booked = order(1, chat=CHAT)
    local.town.store.run_now(lambda unit: unit.pickups.add(booked))
    local.town.agency.has(answer(1), Answer(dossier=dossier(2), owner=Owner(name="Lò Thị Sáng", phone="0355555555")))
    for number in (1, 2):
        local.town.follow(CHAT, number, order=booked.number)
    local.town.follow(OTHER, 1, order=booked.number)
    assert [(await local.asks(number)).proved for number in (1, 2)] == [True, False]
    assert not (await local.later(1, chat=OTHER)).proved


async def test_a_change_found_by_asking_is_told_to_the_others_and_shown_to_who_asked(desk: Desk) -> None:
    here = desk.town
    here.agency.has(answer(status="received"))
    here.follow(CHAT)
    here.follow(OTHER)
    await here.follower.look()
    here.agency.has(answer(status="done"))
    looked = await desk.later()
    assert looked.dossier
    assert looked.dossier.status == "done"
    await here.passes(looks=5)
    assert here.told(CHAT) == [f"received:0 of {code()}"]
    assert here.told(OTHER) == [f"received:0 of {code()}", f"done:0 of {code()}"]


async def test_following_begins_with_what_was_shown(local: Desk) -> None:
    local.town.agency.has(answer(status="received"))
    await local.asks()
    local.town.follow()
    assert await local.town.follower.look() == 0
    local.town.agency.has(answer(status="done"))
    assert await local.town.passes() == 1


# -- limits


async def test_a_chat_that_asks_for_many_is_told_to_wait_longer_and_longer(desk: Desk) -> None:
    desk.town.agency.has(*(answer(number) for number in range(0, 60, 2)))
    waits = []
    for number in range(60):
        looked = await desk.asks(number)
        while looked.wait:
            assert looked == Looked(Look(code(number)), "too_many", wait=looked.wait)
            waits.append(looked.wait)
            desk.town.clock.passes(looked.wait)
            looked = await desk.asks(number)
    assert [round(wait / MINUTE) for wait in waits[:2]] == [10, 50]
    assert timedelta(hours=20) < max(waits) <= timedelta(days=1)
    assert (await desk.asks(99, chat=OTHER)).outcome == "not_there"


async def test_what_one_follows_or_saw_today_costs_nothing(local: Desk) -> None:
    local.town.agency.has(answer(1), answer(2))
    local.town.follow(CHAT, 1)
    for _ in range(30):
        assert [(await local.later(number)).outcome for number in (1, 2)] == ["found", "found"]
    for number in range(10, 19):
        assert (await local.asks(number)).outcome == "not_there"
    assert (await local.asks(19)).outcome == "too_many" or (await local.asks(20)).outcome == "too_many"
    assert (await local.later(1)).outcome == "found"


async def test_wrong_digits_close_a_dossier_for_the_day_whoever_gives_them(desk: Desk) -> None:
    desk.town.agency.has(answer())
    chats = [f"web:{number}" for number in range(10, 15)]
    assert {(await desk.asks(digits="0000", chat=chat)).outcome for chat in chats} == {"wrong_digits"}
    closed = await desk.asks(digits="5678", chat=THIRD)
    assert (closed.outcome, closed.dossier) == ("too_many", None)
    assert closed.wait
    assert timedelta(hours=23) < closed.wait <= timedelta(days=1)
    assert (await desk.asks(chat=THIRD)).outcome == "found"  # the code alone still tells what it tells
    desk.town.clock.passes(timedelta(days=1))
    assert (await desk.asks(digits="5678", chat=THIRD)).proved


async def test_digits_are_not_guessed_in_a_month_either(local: Desk) -> None:
    local.town.agency.has(answer())
    compared = 0
    for hour in range(30 * 24):
        compared += (await local.asks(digits="0000", chat=f"web:{hour}")).outcome == "wrong_digits"
        local.town.clock.passes(timedelta(hours=1))
    assert compared == 20


async def test_many_at_the_same_time_have_no_more_guesses(desk: Desk) -> None:
    desk.town.agency.has(answer())
    desk.town.agency.takes = 0.01
    desk.lookups = replace(desk.lookups, pace=Pace(desk.town.store), store=desk.town.store)
    desk.town.roads.by_prefix["H37"] = Road(desk.town.agency, per_minute=1_000_000, at_once=40)
    guesses = [desk.asks(digits=f"{number:04d}", chat=f"web:{number}") for number in range(25)]
    outcomes = [looked.outcome for looked in await asyncio.gather(*guesses)]
    assert outcomes.count("wrong_digits") == 5
    assert outcomes.count("too_many") == 20


async def test_an_attempt_whose_process_died_counts_as_a_wrong_one(local: Desk) -> None:
    local.town.agency.fault = lambda codes: asyncio.CancelledError()  # type: ignore[assignment,return-value]
    for number in range(5):
        with pytest.raises(asyncio.CancelledError):
            await local.asks(digits="5678", chat=f"web:{number}")
    local.town.agency.fault = lambda codes: None
    local.town.agency.has(answer())
    assert (await local.asks(digits="5678")).outcome == "too_many"


async def test_ten_thousand_codes_from_one_chat(local: Desk) -> None:
    """One a second, half of them there; then as patiently as one is told to be."""
    chance = random.Random(3)
    local.town.agency.has(*(answer(number, status="supplement", **SECRETIVE) for number in range(0, 10_000, 2)))
    told: list[Looked] = []
    for number in range(10_000):
        digits = f"{chance.randrange(10_000):04d}" if chance.random() < 0.5 else None
        looked = await local.asks(number, digits)
        local.town.clock.passes(timedelta(seconds=1))
        if looked.outcome != "too_many":
            told.append(looked)
    assert len(local.town.agency.calls) == 40  # twenty an hour, and then no more for the day
    assert_nothing_private(*(one for one in told if not one.proved))
    assert not any(one.proved for one in told)
    rows = local.town.store.run_now(lambda unit: unit.attempts.connection.execute(attempt.select()).all())
    assert len(rows) < 60  # nor does it fill the database
    begun, asked = local.town.clock.now(), len(local.town.agency.calls)
    while local.town.clock.now() - begun < timedelta(days=90):
        looked = await local.asks(chance.randrange(10_000))
        local.town.clock.passes(looked.wait or timedelta(seconds=1))
    assert len(local.town.agency.calls) - asked <= 200 * 4  # ten thousand would take four years


async def test_an_attempt_is_kept_for_the_audit_with_nothing_that_names(desk: Desk) -> None:
    desk.town.agency.has(answer())
    await desk.asks()
    await desk.asks(digits="5678")
    await desk.asks(digits="0000")
    await desk.asks(2)
    rows = desk.town.store.run_now(lambda unit: unit.attempts.connection.execute(attempt.select()).all())
    assert [(row.chat, row.outcome, row.counts) for row in rows] == [
        (CHAT, "found", True),
        (CHAT, "found", True),
        (CHAT, "wrong_digits", True),
        (CHAT, "not_there", True),
    ]
    assert not any(code(number) in repr(rows) for number in (1, 2))


def assert_nothing_private(*said: object) -> None:
    shown = repr(said)
    assert [private for private in (*PRIVATE, "chứng sinh", "50000") if private in shown] == []
