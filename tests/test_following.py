"""Dossiers are followed: what changes is told once, whatever fails or dies, and no system is asked too often."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from bot.dialogue.states import Conversation, Memory
from bot.dialogue.step import Follow, Reply
from bot.dossiers.dossier import Happening
from bot.pickup.order import Person
from bot.services.dossiers.config import load_systems
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.storage.dossier_rows import Known
from bot.storage.store import Store
from bot.storage.turns import LEASE
from bot.work.following import Follower, batches
from bot.work.pace import GRACE, Pace
from bot.work.telling import Telling
from tests.conftest import PATIENCE, Clock
from tests.followed import (
    CALENDAR,
    CHAT,
    NAME,
    OTHER,
    PERIOD,
    PHONE,
    PRIVATE,
    THIRD,
    Agency,
    Road,
    Roads,
    Says,
    Town,
    answer,
    code,
    town,
)
from tests.pretend_post import Serves, order

ROOT = Path(__file__).parents[1]
DOWN = SystemDownError("langson: HTTP 503")
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)


@pytest.fixture
def here(store: Store, clock: Clock) -> Town:
    return town(store, clock)


@pytest.fixture
def local(local_store: Store, clock: Clock) -> Town:
    """Where the engine does not matter."""
    return town(local_store, clock)


# -- telling


async def test_a_change_is_told_once_to_everybody_who_follows(here: Town) -> None:
    here.agency.has(answer(status="received"))
    here.follow(CHAT)
    here.follow(OTHER, proved=True)
    assert await here.follower.look() == 2
    assert await here.passes(looks=3) == 0
    here.agency.has(answer(status="done"))
    assert await here.passes() == 2
    assert await here.passes(looks=3) == 0
    assert here.told(CHAT) == [f"received:0 of {code()}", f"done:0 of {code()}"]
    assert here.told(OTHER) == [f"received:0 of {code()} proved", f"done:0 of {code()} proved"]
    assert here.told(THIRD) == []


async def test_a_dossier_is_asked_for_once_a_period_whoever_follows_it(here: Town) -> None:
    here.agency.has(answer())
    here.follow(CHAT)
    here.follow(OTHER)
    for _ in range(24 * 60):
        await here.passes(timedelta(minutes=1))
    assert 44 <= len(here.agency.calls) <= 53  # a day of half hours, each a tenth shorter or longer


async def test_nobody_asks_for_what_nobody_follows(here: Town) -> None:
    here.agency.has(answer())
    here.follow(CHAT)
    here.follow(OTHER)
    await here.follower.look()
    here.unfollow(CHAT)
    assert (await here.passes(), len(here.agency.calls)) == (0, 2)
    here.unfollow(OTHER)
    here.unfollow(OTHER)
    here.agency.has(answer(status="done"))
    assert (await here.passes(DAY, looks=10), len(here.agency.calls)) == (0, 2)
    here.follow(CHAT)
    assert await here.follower.look() == 1
    assert here.told(OTHER) == [f"processing:0 of {code()}"]


async def test_who_stops_following_while_the_system_is_asked_is_told_nothing(here: Town) -> None:
    here.agency.has(answer())
    here.follow()
    here.agency.fault = lambda codes: here.unfollow()  # type: ignore[func-returns-value]
    assert await here.follower.look() == 0
    here.agency.fault = lambda codes: None
    assert (await here.passes(DAY, looks=5), len(here.agency.calls)) == (0, 1)


async def test_after_its_end_a_dossier_is_looked_at_once_more(local: Town) -> None:
    first, second = (Happening(at=NOW + DAY * days, words="Trả kết quả") for days in (0, 8))
    local.agency.has(answer(status="returned", steps=(first,)))
    local.follow()
    assert await local.passes(DAY * 7, looks=100) == 1
    assert len(local.agency.calls) == 2
    local.unfollow()
    local.follow()
    local.agency.has(answer(status="processing", steps=(first, second)))
    assert await local.passes(looks=2) == 1  # an official had pressed the wrong button
    assert local.told()[-1] == f"reopened:1 of {code()}"


async def test_notices_are_in_the_language_spoken_now(local: Town) -> None:
    class Words(Says):
        def change(self, dossier: Any, change: Any, listener: Any) -> Reply | None:
            return Reply((super().change(dossier, change, listener).lines[0]._replace(words=listener.language),))

    local.tell = Words()
    local.follower = local.again()
    local.agency.has(answer())
    local.follow(CHAT)
    local.follow(OTHER)
    english = Conversation(memory=Memory(language="en"))
    local.store.run_now(lambda unit: unit.conversations.save(CHAT, unit.conversations.get(CHAT), english))
    await local.follower.look()
    assert (local.told(CHAT), local.told(OTHER)) == (["en"], ["vi"])


async def test_who_booked_here_may_hear_more_when_the_phone_is_the_owners(local: Town) -> None:
    """Anybody can say that a dossier is of their pickup, or name somebody else's."""
    mine, another = order(1, chat=CHAT), order(2, chat=THIRD, sender=Person(name="Ai đó", phone="+84355555555"))
    local.store.run_now(lambda unit: [unit.pickups.add(one) for one in (mine, another)])
    local.agency.has(answer())
    local.follow(CHAT, order=mine.number)
    local.follow(OTHER, order=mine.number)
    local.follow(THIRD, order=another.number)
    await local.follower.look()
    assert local.told(CHAT) == [f"processing:0 of {code()} proved"]
    assert local.told(OTHER) == local.told(THIRD) == [f"processing:0 of {code()}"]


async def test_a_notice_waits_for_its_hour_even_through_a_restart(here: Town, clock: Clock) -> None:
    morning = clock.now() + timedelta(hours=10)
    here.when = lambda chat, now: max(now, morning) if chat == CHAT else now
    here.follower = here.again()
    here.agency.has(answer())
    here.follow(CHAT)
    here.follow(OTHER)
    await here.follower.look()

    def owed() -> set[str]:
        return {turn.chat for turn in here.store.run_now(lambda unit: unit.turns.owed())}

    here.store.run_now(lambda unit: unit.turns.release())
    assert owed() == {OTHER}
    clock.passes(timedelta(hours=10) - LEASE)
    assert owed() == {OTHER}
    clock.passes(LEASE)
    assert owed() == {CHAT, OTHER}


async def test_an_older_answer_that_comes_late_changes_nothing(here: Town) -> None:
    """Two look at the same time; the one who asked first keeps last."""
    here.agency.has(answer(status="received"))
    here.follow()
    await here.follower.look()
    before = here.store.run_now(lambda unit: unit.dossiers.get(code()))
    here.agency.has(answer(status="done"))
    assert await here.passes() == 1
    late = here.follower.telling
    old = answer(status="supplement")
    at = here.clock.now()
    assert here.store.run_now(lambda unit: late.keep(unit, before, old, at, at, trial=True)) == 0
    assert await here.passes(looks=3) == 0


# -- asked while the system was down


async def test_who_asked_while_the_system_was_down_is_told_the_next_answer_and_no_more(here: Town) -> None:
    here.agency.has(answer(status="processing"))
    here.follow(OTHER)
    await here.follower.look()
    here.agency.fault = lambda codes: DOWN
    here.follow(CHAT, once=True)
    here.follow(OTHER, once=True)  # follows for good, and wants to know now too
    assert await here.passes(looks=20) == 0
    here.agency.fault = lambda codes: None
    assert await here.passes(looks=3) == 2
    here.agency.has(answer(status="done"))
    assert await here.passes(looks=3) == 1
    assert here.told(CHAT) == [f"back processing of {code()}"]
    assert here.told(OTHER) == [f"processing:0 of {code()}", f"back processing of {code()}", f"done:0 of {code()}"]


async def test_who_asked_only_once_leaves_nothing_to_be_asked(local: Town) -> None:
    local.agency.has(answer())
    local.follow(once=True)
    assert await local.follower.look() == 1
    assert (await local.passes(DAY, looks=10), len(local.agency.calls)) == (0, 1)


async def test_what_turns_out_not_to_be_there_is_told_to_who_waited(local: Town) -> None:
    local.follow(CHAT, once=True)
    local.follow(OTHER)
    assert await local.follower.look() == 1
    assert (local.told(CHAT), local.told(OTHER)) == ([f"not there {code()}"], [])


async def test_what_is_not_there_is_asked_for_more_and_more_seldom_and_given_up(local: Town) -> None:
    local.follow()
    calls = []
    for _ in range(40):
        await local.passes(DAY, looks=24)
        calls.append(len(local.agency.calls))
    assert local.told() == [f"not there {code()}"]
    assert calls[0] > 10
    assert calls[-1] - calls[9] <= 30
    assert calls[-1] == calls[-8]  # given up


# -- a system that fails


async def test_a_system_that_is_down_is_left_alone_and_what_it_missed_is_told_after(here: Town) -> None:
    here.follow(CHAT, 0)
    for count in range(1, 40):
        here.follow(CHAT, count)
        here.agency.has(answer(count))
    here.agency.fault = lambda codes: DOWN
    with capture_logs() as logs:
        await here.passes(timedelta(hours=3), looks=180)
    assert [log["log_level"] for log in logs] == ["warning"]  # once
    assert len(here.agency.calls) < 30  # of 39 dossiers, in three hours
    here.agency.fault = lambda codes: None
    with capture_logs() as logs:
        assert await here.passes(timedelta(minutes=16), looks=16) == 39
    assert [log["event"] for log in logs] == ["an agency's system is back"]


async def test_one_system_down_holds_up_no_other(local: Town) -> None:
    other = Agency("caobang", now=local.clock.now)
    local.roads.by_prefix["H37"] = replace(local.roads.by_prefix["H37"], per_minute=2)
    local.roads.by_prefix["H14"] = Road(other)
    elsewhere = "H14-261120-0001"
    local.agency.fault = lambda codes: DOWN
    other.has(replace_code(elsewhere))
    for count in range(30):
        local.follow(CHAT, count)
    local.store.run_now(lambda unit: unit.dossiers.follow(CHAT, follow_of(elsewhere)))
    assert await local.follower.look() == 1


async def test_a_system_that_refuses_us_is_told_of_once_and_hardly_asked(local: Town) -> None:
    for count in range(20):
        local.follow(CHAT, count)
    local.agency.fault = lambda codes: RefusedError("langson: HTTP 403")
    with capture_logs() as logs:
        await local.passes(timedelta(hours=2), looks=120)
    assert [log["event"] for log in logs] == ["an agency's system refuses us: look at our key and rights"]
    assert len(local.agency.calls) <= 2 + 4 + 8  # until it is sure, those under way then, one each quarter of an hour
    local.agency.fault = lambda codes: None
    local.agency.has(*(answer(count) for count in range(20)))
    assert await local.passes(timedelta(minutes=20), looks=20) == 20


async def test_one_dossier_that_spoils_the_answer_does_not_keep_the_others_waiting(local: Town) -> None:
    local.agency.at_most = 8
    for count in range(8):
        local.follow(CHAT, count)
        local.agency.has(answer(count))
    local.agency.fault = lambda codes: DOWN if code(3) in codes else None
    await local.passes(PERIOD * 2, looks=60)
    assert len(local.told()) == 7
    assert max(len(codes) for codes in local.agency.calls[-3:]) <= 8


def test_what_failed_is_asked_for_with_fewer_others_each_time() -> None:
    rows = [Known(f"{number:02d}", code(number), failures=failures) for failures in (0, 1, 9) for number in range(5)]
    assert [[row.failures for row in batch] for batch in batches(rows, 4)] == [
        [0] * 4,
        [0],
        [1] * 2,
        [1] * 2,
        [1],
        *[[9]] * 5,
    ]


async def test_a_fault_of_ours_holds_up_no_other_and_shows_nobody(local: Town) -> None:
    local.follow(CHAT, 1)
    local.follow(CHAT, 2)
    local.agency.has(answer(1), answer(2))
    local.agency.fault = lambda codes: KeyError("Nguyễn Văn An") if code(1) in codes else None
    with capture_logs() as logs:
        assert await local.follower.look() == 1
    assert [log["what"] for log in logs] == ["KeyError"]
    shown = repr(logs)
    assert not any(private in shown for private in (*PRIVATE, code(1)))


async def test_a_dossier_goes_to_the_system_the_routes_name_now(local: Town) -> None:
    road = local.roads.by_prefix.pop("H37")
    local.agency.has(answer())
    local.follow()
    assert (await local.passes(DAY * 2, looks=20), local.agency.calls) == (0, [])
    local.roads.by_prefix["H37"] = road
    assert await local.passes(DAY * 1.2, looks=2) == 1
    asked = len(local.agency.calls)
    renamed = Agency("langson2", now=local.clock.now)
    renamed.has(answer(status="done"))
    local.roads.by_prefix["H37"] = Road(renamed)
    assert await local.passes(PERIOD * 2, looks=8) == 1
    assert len(local.agency.calls) == asked


async def test_of_two_dossiers_of_one_system_one_goes_to_another(local: Town) -> None:
    """The routes were changed for one of them; the other is not asked for there."""
    stays, goes = "H14-261120-0001", code()
    local.roads.by_prefix["H14"] = local.roads.by_prefix["H37"]
    local.agency.has(answer(), replace_code(stays))
    for one in (goes, stays):
        local.store.run_now(lambda unit, one=one: unit.dossiers.follow(CHAT, follow_of(one)))
    assert await local.follower.look() == 2
    other = Agency("caobang", now=local.clock.now)
    other.has(answer())
    local.roads.by_prefix["H37"] = Road(other)
    soon = {goes: local.clock.now() + timedelta(minutes=1), stays: local.clock.now() + timedelta(minutes=2)}
    local.store.run_now(
        lambda unit: unit.dossiers.look_again({unit.dossiers.key(one): at for one, at in soon.items()}, failed=False)
    )
    await local.passes(timedelta(minutes=5))  # both are claimed together, the one that goes first
    await local.passes(timedelta(minutes=5))
    assert other.calls == [(goes,)]
    assert local.agency.calls[2:] == [(stays,)]


# -- warnings


async def test_the_day_before_is_told_once_without_asking_the_system(here: Town) -> None:
    due = datetime(2026, 12, 1, 10, tzinfo=UTC)  # Tuesday
    here.agency.has(answer(due=due))
    here.follow(CHAT)
    here.follow(OTHER)
    here.unfollow(OTHER)
    await here.follower.look()
    here.agency.fault = lambda codes: DOWN
    asked = len(here.agency.calls)
    told = []
    for _ in range(20 * 24):
        here.clock.passes(timedelta(hours=1))
        if await here.follower.warn():
            told.append((here.clock.here().isoformat(" ", "hours"), here.told()[-1]))
    assert len(here.agency.calls) == asked
    assert told == [
        ("2026-11-30 08", f"due_tomorrow:2026-12-01 of {code()}"),
        ("2026-12-02 08", f"overdue:2026-12-01 of {code()}"),
    ]


async def test_a_supplement_that_waits_is_told_some_days_after_it_was_asked_for(local: Town) -> None:
    local.agency.has(answer(status="supplement"))
    local.follow()
    await local.follower.look()
    told = []
    for _ in range(20 * 4):
        local.clock.passes(timedelta(hours=6))
        await local.follower.look()
        if await local.follower.warn():
            told.append((local.clock.here().date().isoformat(), local.told()[-1]))
    assert told == [("2026-11-26", f"supplement_waiting:0 of {code()}")]  # the 24th is a holiday


async def test_more_warnings_than_fit_into_one_transaction(local: Town) -> None:
    due = datetime(2026, 11, 23, 10, tzinfo=UTC)
    local.agency.at_most = 50
    for count in range(250):
        local.follow(CHAT, count)
        local.agency.has(answer(count, due=due))
    while await local.follower.look():
        pass
    local.clock.moment = datetime(2026, 11, 25, 2, tzinfo=UTC)
    assert await local.follower.warn() == 250
    assert await local.follower.warn() == 0


# -- crashes


async def test_what_fails_while_it_is_told_is_told_whole_the_next_time(here: Town) -> None:
    class Stumbles(Says):
        words = 0

        def change(self, dossier: Any, change: Any, listener: Any) -> Reply | None:
            self.words += 1
            if self.words == 2:
                raise MemoryError
            return super().change(dossier, change, listener)

    here.tell = Stumbles()
    here.follower = here.again()
    here.agency.has(answer())
    here.follow(CHAT)
    here.follow(OTHER)
    with pytest.raises(MemoryError):
        await here.follower.look()
    assert here.told(CHAT) == here.told(OTHER) == []
    here.follower = here.again()
    assert await here.passes(here.lease) == 2
    assert len(here.told(CHAT)) == len(here.told(OTHER)) == 1


# A process of its own, killed where it is told: before the answer, or in the transaction that keeps it.
FOLLOWS = """
import asyncio, os, signal, sys
from datetime import UTC, datetime, timedelta
from bot.dialogue.step import Follow
from bot.storage.store import opened
from bot.storage.vault import Vault
from tests.followed import CHAT, OTHER, Agency, Says, answer, code, town

url, minutes, status, dies = sys.argv[1:]

class Clock:
    moment = datetime(2026, 11, 21, 9, tzinfo=UTC) + timedelta(minutes=int(minutes))
    def now(self):
        return self.moment
    def here(self):
        return self.moment.replace(tzinfo=None) + timedelta(hours=7)

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Deadly(Says):
    words = 0
    def change(self, *what):
        self.words += 1
        if dies == "telling" and self.words == 2:
            die()
        return super().change(*what)

async def main():
    clock = Clock()
    store = opened(url, Vault(bytes(range(32))), clock.now)
    here = town(store, clock)
    here.tell = Deadly()
    here.follower = here.again()
    here.agency.has(answer(status=status))
    here.agency.fault = lambda codes: die() if dies == "asking" else None
    if minutes == "0":
        here.follow(CHAT)
        here.follow(OTHER)
    await here.follower.look()
    print(here.told(CHAT), here.told(OTHER))
    store.close()

asyncio.run(main())
"""


def follows(url: str, minutes: int, status: str, dies: str = "not") -> tuple[int, str]:
    command = [sys.executable, "-c", FOLLOWS, url, str(minutes), status, dies]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize("where", ["asking", "telling"])
def test_killed_anywhere_it_is_told_once(database: str, where: str) -> None:
    first, both = [f"received:0 of {code()}"], [f"received:0 of {code()}", f"done:0 of {code()}"]
    assert follows(database, 0, "received") == (0, f"{first} {first}")
    assert follows(database, 40, "done", dies=where) == (-signal.SIGKILL, "")
    assert follows(database, 41, "done") == (0, f"{first} {first}")  # the dead one's claim holds
    assert follows(database, 44, "done") == (0, f"{both} {both}")
    assert follows(database, 80, "done") == (0, f"{both} {both}")


async def test_many_dossiers_through_faults_and_restarts(local: Town) -> None:
    """A fifth of the calls fail, and the follower dies all the time: each change is told once, within two periods."""
    chance, many = Random(7), 60
    local.agency.fault = lambda codes: DOWN if chance.random() < 0.2 else None
    for count in range(many):
        local.follow(CHAT, count)
        local.agency.has(answer(count, status="registered"))
    await local.passes(PERIOD, looks=30)
    expected = 0
    for status in ("received", "processing", "supplement", "processing", "done", "returned"):
        for count in range(many):
            local.agency.has(answer(count, status=status))
        expected += many if (status, expected) != ("processing", many) else 0  # that is no news once it was received
        for minute in range(60):
            if minute in (7, 23, 41):
                await killed_midway(local, chance)
            await local.passes(timedelta(minutes=1))
        told = local.told()
        assert len(told) == len(set(told)) == expected, status
    assert {words.split(":")[0] for words in told} == {"received", "supplement", "resumed", "done", "returned"}


async def killed_midway(town: Town, chance: Random) -> None:
    """As far as one can without a process: the look ends at some await, and its claims stay."""
    task = asyncio.create_task(town.follower.look())
    for _ in range(chance.randrange(12)):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    town.follower = town.again()


# -- rates


async def test_two_processes_and_a_restart_stay_within_a_systems_limits(open_store: Callable[[], Store]) -> None:
    """In real time: 20 calls a second between all of them, two at once, whoever makes them."""
    one, two = live(open_store()), live(open_store())
    agency = Agency(takes=0.12)
    road = Roads({"H37": Road(agency, per_minute=1200, at_once=2)})
    agency.has(*(answer(count) for count in range(24)))
    one.run_now(lambda unit: [unit.dossiers.follow(CHAT, follow_of(code(count))) for count in range(24)])
    begun = datetime.now(UTC)
    early = asyncio.create_task(looking(one, road, agency))
    other = asyncio.create_task(looking(two, road, agency))
    await asyncio.sleep(0.4)
    early.cancel()
    await asyncio.gather(early, return_exceptions=True)
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(other, looking(one, road, agency))
    span = max(agency.begun) - begun
    assert agency.most_at_once <= 2
    assert len(agency.calls) >= 24
    assert span >= (len(agency.calls) - 1) * timedelta(seconds=61 / 1200) - GRACE / 2
    assert span >= (len(agency.calls) - 2) / 2 * timedelta(seconds=0.12)


async def test_in_no_minute_more_calls_begin_than_allowed(local: Town) -> None:
    local.roads.by_prefix["H37"] = Road(local.agency, per_minute=7, at_once=3)
    for count in range(60):
        local.follow(CHAT, count)
        local.agency.has(answer(count))
    for look in range(40):
        await local.passes(timedelta(seconds=20))
        if look % 9 == 4:
            local.follower = local.again()
    begun = local.agency.begun
    assert len(begun) >= 60
    busiest = max(sum(start <= at < start + timedelta(minutes=1) for at in begun) for start in begun)
    assert 6 <= busiest <= 7


# -- over a real socket

SYSTEMS = """
systems:
  lang-son:
    kind: portal
    name: {vi: Một cửa tỉnh Lạng Sơn, en: One-stop system of Lạng Sơn}
    prefixes: [H37]
    url: %s
    limits: {per_minute: 6000, at_once: 4}
"""


async def test_from_a_real_answer_to_the_notice(
    local_store: Store, clock: Clock, aiohttp_server: Serves, tmp_path: Path
) -> None:
    """The portal's format; it breaks down once, in the middle of an answer."""
    answers = ["2", "broken", "5", "9"]
    asked: list[str] = []

    async def portal(request: web.Request) -> web.Response:
        wish = await request.json()
        asked.append(wish["mahoso"])
        status = answers.pop(0)
        found = {"MaHoSo": wish["mahoso"], "TrangThaiHoSo": status, "ChuHoSo": NAME, "SoDienThoai": PHONE}
        text = json.dumps({"error_code": "00", "result": [found]})
        return web.Response(text=text[:40] if status == "broken" else text, content_type="application/json")

    application = web.Application()
    application.router.add_post("/chiase", portal)
    server = await aiohttp_server(application)
    systems = tmp_path / "systems.yaml"
    systems.write_text(SYSTEMS % server.make_url("/chiase"), "utf-8")
    async with ClientSession() as session:
        routes = load_systems(systems, session, environment={})
        here = town(local_store, clock, roads=routes)
        here.follow()
        with capture_logs() as logs:
            assert [await here.passes(PERIOD * 1.2) for _ in range(2)] == [1, 0]
            assert [await here.passes(PERIOD / 10), await here.passes(PERIOD * 1.2)] == [1, 1]
    assert [words.split(":")[0] for words in here.told()] == ["received", "supplement", "done"]
    assert asked == [code()] * 4
    assert not any(private in repr(logs) for private in (*PRIVATE, code()))


async def test_who_was_held_up_takes_another_moment(local: Town) -> None:
    """A call that begins late would come too near to the next."""

    late = iter([0.4, 5, 0.4, 0.0, 7, 0.3, 0.0])

    async def oversleeping(seconds: float) -> None:
        local.clock.passes(timedelta(seconds=seconds + next(late, 0)))

    road = Road(local.agency, per_minute=6)
    local.agency.has(answer())
    pace = Pace(local.store, sleep=oversleeping)
    for _ in range(8):
        await pace.look(road, [code()])
    begun = local.agency.begun
    between = [after - before for before, after in pairwise(begun)]
    assert min(between) >= timedelta(seconds=61 / 6) - GRACE / 2


def live(store: Store) -> Store:
    return replace(store, now=lambda: datetime.now(UTC))


async def looking(store: Store, roads: Roads, agency: Agency) -> None:
    """A process of its own, until all were asked for."""
    telling = Telling(Says(), lambda chat, now: now)
    here, lease = (lambda: datetime(2026, 11, 21, 16)), timedelta(seconds=1)
    follower = Follower(store, roads, Pace(store), telling, CALENDAR, here, PERIOD, lease)
    while len({codes[0] for codes in agency.calls}) < 24:
        await follower.look()
        await asyncio.sleep(0.01)


def follow_of(which: str) -> Follow:
    return Follow(which)


def replace_code(which: str) -> Any:
    one = answer()
    return one.model_copy(update={"dossier": one.dossier.model_copy(update={"code": which, "system": "caobang"})})
