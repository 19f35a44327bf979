"""What is kept of dossiers, who follows them, and who asked: on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from bot.dialogue.step import Follow
from bot.dialogue.world import Followed
from bot.storage.dossier_rows import Known
from bot.storage.dossiers import LOOKED_AT_KEPT, SHOWN_AFTER_END
from bot.storage.migrate import migrate
from bot.storage.rates import Health
from bot.storage.store import Store, Unit, connect
from bot.storage.tables import attempt, dossier, dossier_news, follow
from tests.conftest import Clock
from tests.followed import CHAT, OTHER, THIRD, code
from tests.followed import dossier as a_dossier
from tests.pretend_post import order

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MIGRATIONS = Path(__file__).parents[1] / "bot" / "storage" / "migrations"


def on(store: Store, work: Callable[[Any], Any]) -> Any:
    return store.run_now(lambda unit: work(unit.dossiers))


def follows(store: Store, chat: str = CHAT, number: int = 1, **more: Any) -> None:
    on(store, lambda dossiers: dossiers.follow(chat, Follow(code(number), **more)))


def known(store: Store, number: int = 1) -> Known:
    kept: Known = on(store, lambda dossiers: dossiers.get(code(number)))
    return kept


def keep(store: Store, number: int = 1, status: str = "processing", wait: timedelta | None = DAY, **more: Any) -> bool:
    before, at = known(store, number), store.now()
    one, next_look = a_dossier(number, status, **more), at + wait if wait else None
    kept: bool = on(store, lambda dossiers: dossiers.keep(before, one, at, next_look, trial=False))
    return kept


def claim(store: Store, system: str = "", limit: int = 200, lease: timedelta = MINUTE) -> list[str]:
    claimed = on(store, lambda dossiers: dossiers.claim(system, limit, dossiers.now + lease))
    return sorted(one.code for one in claimed)


def row(store: Store, number: int = 1) -> Any:
    def read(unit: Unit) -> Any:
        mine = dossier.select().where(dossier.c.key == unit.dossiers.key(code(number)))
        return unit.dossiers.connection.execute(mine).one_or_none()

    return store.run_now(read)


def count(store: Store, table: Any) -> int:
    return len(store.run_now(lambda unit: unit.dossiers.connection.execute(table.select()).all()))


# -- following


def test_what_is_kept_of_a_dossier_comes_back_and_its_figures_stand_in_plain(store: Store, clock: Clock) -> None:
    due = datetime.fromisoformat("2026-11-30T17:00:00+07:00")
    one = a_dossier(due=due, channel="online", title="Đăng ký khai sinh", reason="thiếu giấy")
    assert on(store, lambda dossiers: dossiers.keep(dossiers.get(code()), one, clock.now(), None, trial=True))
    kept = known(store)
    assert (kept.dossier, kept.known_at, kept.version, kept.trial) == (one, clock.now(), 1, True)
    plain = row(store)
    assert (plain.status, plain.agency, plain.procedure, plain.channel) == (
        "processing",
        "UBND phường Đông Kinh",
        "1.001193",
        "online",
    )
    assert plain.due.replace(tzinfo=UTC) == due
    assert known(store, 2) == Known(on(store, lambda dossiers: dossiers.key(code(2))), code(2))


def test_neither_code_nor_words_stand_in_the_database(store: Store) -> None:
    follows(store)
    keep(store, reason="thiếu giấy chứng sinh", title="Đăng ký khai sinh")
    stored = repr(row(store)).encode() + repr(bytes(row(store).data)).encode()
    for words in (code(), "261120", "chứng sinh", "khai sinh"):
        assert words.encode() not in stored


def test_followed_twice_is_once_and_begun_again_is_new(store: Store, clock: Clock) -> None:
    follows(store, proved=True)
    clock.passes(DAY)
    follows(store)
    assert on(store, lambda dossiers: dossiers.followed(CHAT)) == (Followed(code(), None, None, proved=True),)
    assert count(store, follow) == 1
    on(store, lambda dossiers: [dossiers.unfollow(CHAT, code()), dossiers.unfollow(CHAT, code())])
    assert on(store, lambda dossiers: (dossiers.followed(CHAT), dossiers.follows(CHAT))) == ((), False)
    follows(store)
    assert on(store, lambda dossiers: (len(dossiers.followed(CHAT)), dossiers.follows(CHAT))) == (1, True)


def test_unfollowing_what_nobody_knows_is_nothing(store: Store) -> None:
    on(store, lambda dossiers: dossiers.unfollow(CHAT, code()))
    assert count(store, dossier) == 0


def test_a_chat_sees_its_own_the_latest_first(store: Store, clock: Clock) -> None:
    for number in (1, 2, 3):
        follows(store, CHAT, number)
        clock.passes(MINUTE)
    follows(store, OTHER, 4)
    assert [one.code for one in on(store, lambda dossiers: dossiers.followed(CHAT))] == [code(3), code(2), code(1)]
    keep(store, 2, "returned")
    assert [one.ended for one in on(store, lambda dossiers: dossiers.followed(CHAT))] == [False, True, False]
    clock.passes(SHOWN_AFTER_END)
    assert [one.code for one in on(store, lambda dossiers: dossiers.followed(CHAT))] == [code(3), code(1)]


def test_what_the_order_says_goes_to_the_figures_until_the_system_says_it(store: Store) -> None:
    booked = order(1, chat=CHAT)
    store.run_now(lambda unit: unit.pickups.add(booked))
    follows(store, order=booked.number)
    assert (row(store).commune, row(store).procedure, row(store).channel) == ("05977", "1.001193", "post")
    keep(store, channel=None, procedure=None)
    assert (row(store).commune, row(store).procedure, row(store).channel) == ("05977", "1.001193", "post")
    keep(store, channel="direct", procedure="2.000635")
    assert (row(store).commune, row(store).procedure, row(store).channel) == ("05977", "2.000635", "direct")
    assert on(store, lambda dossiers: dossiers.followed(CHAT))[0].order == booked.number


def test_once_and_for_good_go_together(store: Store) -> None:
    def state(chat: str) -> tuple[bool, bool]:
        one = on(store, lambda dossiers: dossiers.of_chat(chat, dossiers.key(code())))
        return (one.lasting, one.asked) if one else (False, False)

    follows(store, CHAT)
    follows(store, CHAT, once=True)
    follows(store, OTHER, once=True)
    follows(store, THIRD, once=True)
    follows(store, THIRD)
    assert [state(chat) for chat in (CHAT, OTHER, THIRD)] == [(True, True), (False, True), (True, True)]
    on(store, lambda dossiers: dossiers.answered(dossiers.key(code())))
    assert [state(chat) for chat in (CHAT, OTHER, THIRD)] == [(True, False), (False, False), (True, False)]
    assert not on(store, lambda dossiers: dossiers.follows(OTHER))
    on(store, lambda dossiers: dossiers.unfollow(CHAT, code()))
    follows(store, CHAT, once=True)  # what it was before it left does not count
    assert state(CHAT) == (False, True)


def test_two_who_leave_at_the_same_time_leave_nothing_behind(open_store: Callable[[], Store]) -> None:
    one, two, left = open_store(), open_store(), Event()
    follows(one, CHAT)
    follows(one, OTHER)

    def leave(unit: Unit) -> None:
        unit.dossiers.unfollow(CHAT, code())
        left.set()
        sleep(0.3)  # before the commit

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(one.run_now, leave)
        left.wait()
        pool.submit(two.run_now, lambda unit: unit.dossiers.unfollow(OTHER, code())).result()
        first.result()
    assert row(one).next_look is None


# -- answers


def test_an_answer_is_kept_on_top_of_what_it_was_compared_with_or_not_at_all(store: Store) -> None:
    follows(store)
    before = known(store)
    assert keep(store, status="received")
    late, at = a_dossier(status="done"), store.now()
    assert not on(store, lambda dossiers: dossiers.keep(before, late, at, None, trial=False))
    kept = known(store).dossier
    assert kept
    assert kept.status == "received"


def test_of_two_first_answers_one_is_kept(store: Store) -> None:
    before = known(store)
    one, at = a_dossier(), store.now()
    assert on(store, lambda dossiers: dossiers.keep(before, one, at, None, trial=False))
    assert not on(store, lambda dossiers: dossiers.keep(before, one, at, None, trial=False))
    assert count(store, dossier) == 1


def test_an_answer_wakes_nothing_that_nobody_follows(store: Store, clock: Clock) -> None:
    follows(store)
    claim(store)
    on(store, lambda dossiers: dossiers.unfollow(CHAT, code()))
    assert keep(store)
    clock.passes(DAY * 9)
    assert on(store, lambda dossiers: dossiers.due_systems()) == []


def test_the_end_is_when_we_learnt_of_it_and_can_be_taken_back(store: Store, clock: Clock) -> None:
    keep(store, status="rejected")
    ended = known(store).ended_at
    assert ended == clock.now()
    clock.passes(DAY)
    keep(store, status="rejected")
    assert known(store).ended_at == ended
    keep(store, status="processing")
    assert known(store).ended_at is None


def test_a_thing_is_news_once(store: Store, clock: Clock) -> None:
    assert on(store, lambda dossiers: [dossiers.is_news("k", "done:0") for _ in range(3)]) == [True, False, False]
    assert on(store, lambda dossiers: [dossiers.is_news("k", "done:1"), dossiers.is_news("l", "done:0")]) == [True] * 2
    assert on(store, lambda dossiers: dossiers.told_at("k", "done:0")) == clock.now()
    assert on(store, lambda dossiers: dossiers.told_at("k", "done:9")) is None


# -- asking again


def test_what_is_claimed_is_ones_until_the_claim_runs_out(store: Store, clock: Clock) -> None:
    for number in (1, 2, 3):
        follows(store, CHAT, number)
    assert (claim(store, limit=2), claim(store)) == ([code(1), code(2)], [code(3)]) or len(claim(store)) == 0
    assert claim(store) == []
    clock.passes(MINUTE)
    assert claim(store) == [code(1), code(2), code(3)]


def test_those_that_waited_longest_come_first(store: Store, clock: Clock) -> None:
    for number in (3, 1, 2):
        follows(store, CHAT, number)
        clock.passes(MINUTE)
    assert [claim(store, limit=1) for _ in range(3)] == [[code(3)], [code(1)], [code(2)]]


def test_two_processes_claim_different_ones(open_store: Callable[[], Store]) -> None:
    stores = [open_store() for _ in range(4)]
    for number in range(60):
        follows(stores[0], CHAT, number)
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda store: [one for _ in range(5) for one in claim(store, limit=7)], stores))
    claimed = [one for some in claims for one in some]
    assert len(claimed) == len(set(claimed))
    claimed += claim(stores[0])
    assert len(claimed) == len(set(claimed)) == 60


def test_each_system_has_its_own_line(store: Store) -> None:
    for number in (1, 2, 3):
        follows(store, CHAT, number)
    key = on(store, lambda dossiers: dossiers.key(code(2)))
    on(store, lambda dossiers: dossiers.belongs_to(key, "langson", dossiers.now))
    assert on(store, lambda dossiers: dossiers.due_systems()) == ["", "langson"]
    assert claim(store, "langson") == [code(2)]
    first = on(store, lambda dossiers: dossiers.first_due(""))
    assert first.code in (code(1), code(3))
    assert on(store, lambda dossiers: dossiers.first_due("caobang")) is None


def test_failures_are_counted_until_an_answer_comes(store: Store, clock: Clock) -> None:
    follows(store)
    key = known(store).key
    for _ in range(2):
        on(store, lambda dossiers: dossiers.look_again({key: dossiers.now + MINUTE}, failed=True))
    on(store, lambda dossiers: dossiers.look_again({key: dossiers.now + MINUTE}, failed=False))
    assert (known(store).failures, claim(store)) == (2, [])
    clock.passes(MINUTE)
    assert claim(store) == [code()]
    assert on(store, lambda dossiers: dossiers.is_missing(dossiers.get(code()), dossiers.now + DAY))
    since = known(store).missing_since
    assert (known(store).failures, since) == (0, clock.now())
    clock.passes(DAY)
    assert on(store, lambda dossiers: dossiers.is_missing(dossiers.get(code()), dossiers.now + DAY))
    assert known(store).missing_since == since
    keep(store)
    assert (known(store).failures, known(store).missing_since) == (0, None)


def test_what_is_looked_at_for_warnings_is_looked_at_once_a_day(store: Store, clock: Clock) -> None:
    soon, far = clock.now() + DAY, clock.now() + DAY * 40
    for number, (status, due) in enumerate(
        [("processing", soon), ("processing", far), ("supplement", None), ("returned", soon), ("processing", soon)]
    ):
        follows(store, CHAT, number)
        keep(store, number, status, due=due)
    on(store, lambda dossiers: dossiers.unfollow(CHAT, code(4)))
    follows(store, CHAT, 9)  # never answered

    def warned() -> list[str]:
        today = clock.here().date()
        seen = on(store, lambda dossiers: [*dossiers.to_warn(today, 1), *dossiers.to_warn(today, 9)])
        return sorted(one.code for one in seen)

    assert warned() == [code(0), code(2)]
    assert warned() == []
    clock.passes(DAY)
    assert warned() == [code(0), code(2)]


# -- erasing


def test_a_chat_is_forgotten_and_what_nobody_else_follows_with_it(store: Store) -> None:
    for chat, number in ((CHAT, 1), (CHAT, 2), (OTHER, 2)):
        follows(store, chat, number)
        keep(store, number)
    on(store, lambda dossiers: dossiers.is_news(known(store).key, "done:0"))
    on(store, lambda dossiers: dossiers.forget(CHAT))
    assert on(store, lambda dossiers: (dossiers.followed(CHAT), len(dossiers.followed(OTHER)))) == ((), 1)
    assert (row(store, 1).code, row(store, 1).data, row(store, 1).status) == (None, None, "processing")
    assert row(store, 1).next_look is None
    assert row(store, 2).data is not None
    assert count(store, dossier_news) == 0
    assert known(store, 1).version == 0
    follows(store, CHAT, 1)  # and begun anew
    assert on(store, lambda dossiers: dossiers.followed(CHAT))[0].dossier is None


def test_after_the_time_for_keeping_only_figures_are_left(store: Store, clock: Clock) -> None:
    for number in (1, 2, 3):
        follows(store, CHAT, number)
    keep(store, 1, "returned", wait=None)
    keep(store, 2)
    on(store, lambda dossiers: dossiers.unfollow(CHAT, code(3)))
    clock.passes(DAY * 10)
    assert on(store, lambda dossiers: dossiers.purge(dossiers.now - DAY * 11)) == 0
    assert on(store, lambda dossiers: dossiers.purge(dossiers.now - DAY * 9)) == 2
    assert on(store, lambda dossiers: dossiers.purge(dossiers.now - DAY * 9)) == 0
    assert [row(store, number).code is None for number in (1, 2, 3)] == [True, False, True]
    assert (row(store, 1).status, row(store, 1).received is None, count(store, follow)) == ("returned", False, 1)


def test_what_was_only_looked_at_is_gone_the_next_day(store: Store, clock: Clock) -> None:
    keep(store, 1)
    keep(store, 2)
    follows(store, CHAT, 2)
    clock.passes(LOOKED_AT_KEPT + MINUTE)
    assert on(store, lambda dossiers: dossiers.purge(dossiers.now - DAY * 180)) == 1
    assert (row(store, 1), row(store, 2) is None) == (None, False)


def test_an_answer_that_comes_after_the_erasing_brings_nothing_back(store: Store) -> None:
    follows(store)
    before = known(store)
    on(store, lambda dossiers: dossiers.forget(CHAT))
    one, at = a_dossier(), store.now()
    assert not on(store, lambda dossiers: dossiers.keep(before, one, at, at, trial=False))
    assert row(store).data is None


# -- attempts


def test_attempts_are_counted_and_purged(store: Store, clock: Clock) -> None:
    def attempts(unit: Unit, chat: str, outcome: Any) -> int:
        number = unit.attempts.begin(chat, "k", digits=outcome == "wrong_digits")
        unit.attempts.end(number, outcome, counts=outcome != "found")
        return number

    begun = clock.now()
    for outcome in ("found", "not_there", "wrong_digits"):
        clock.passes(MINUTE)
        store.run_now(lambda unit, outcome=outcome: attempts(unit, CHAT, outcome))
    store.run_now(lambda unit: attempts(unit, OTHER, "wrong_digits"))
    mine = store.run_now(lambda unit: unit.attempts.counted(CHAT, begun, 9, but=0))
    assert mine == [begun + MINUTE * 3, begun + MINUTE * 2]
    assert store.run_now(lambda unit: unit.attempts.counted(CHAT, begun + MINUTE * 2, 9, but=0)) == mine[:1]
    assert store.run_now(lambda unit: unit.attempts.wrong("k", begun, 9, but=0)) == [begun + MINUTE * 3] * 2
    assert store.run_now(lambda unit: (unit.attempts.has_seen(CHAT, "k"), unit.attempts.has_seen(CHAT, "l"))) == (
        True,
        False,
    )
    assert store.run_now(lambda unit: unit.attempts.purge(begun + MINUTE * 2)) == 1
    assert count(store, attempt) == 3


def test_forgetting_a_chat_forgets_no_attempt(store: Store) -> None:
    store.run_now(lambda unit: unit.attempts.begin(CHAT, "k", digits=True))
    on(store, lambda dossiers: dossiers.forget(CHAT))
    assert count(store, attempt) == 1


# -- rates


def test_moments_are_given_one_after_the_other_over_all_processes(open_store: Callable[[], Store]) -> None:
    stores, between = [open_store() for _ in range(4)], timedelta(seconds=6)

    def reserve(store: Store) -> list[datetime]:
        slots = [store.run_now(lambda unit: unit.rates.reserve("s", between, 99, MINUTE)) for _ in range(10)]
        return [slot.at for slot in slots if slot]

    with ThreadPoolExecutor(4) as pool:
        at = sorted(moment for moments in pool.map(reserve, stores) for moment in moments)
    assert at == [stores[0].now() + between * number for number in range(40)]


def test_time_that_nobody_used_is_not_saved_up(store: Store, clock: Clock) -> None:
    def reserve() -> datetime:
        at: datetime = store.run_now(lambda unit: unit.rates.reserve("s", MINUTE, 99, MINUTE)).at
        return at - clock.moment

    assert [reserve(), reserve()] == [timedelta(), MINUTE]
    clock.passes(MINUTE * 10)
    assert [reserve(), reserve()] == [timedelta(), MINUTE]


def test_so_many_at_once_and_what_died_makes_room(store: Store, clock: Clock) -> None:
    def reserve() -> Any:
        return store.run_now(lambda unit: unit.rates.reserve("s", timedelta(), 2, MINUTE))

    first, second, third = reserve(), reserve(), reserve()
    assert (first is not None, second is not None, third) == (True, True, None)
    assert store.run_now(lambda unit: unit.rates.reserve("t", timedelta(), 1, MINUTE)) is not None
    store.run_now(lambda unit: unit.rates.release(first))
    assert (reserve() is not None, reserve()) == (True, None)
    clock.passes(MINUTE + timedelta(seconds=1))
    assert reserve() is not None


def test_how_a_system_bears_it(store: Store, clock: Clock) -> None:
    def judge(verdict: Any) -> Health:
        before: Health = store.run_now(lambda unit: unit.rates.judge("s", verdict))
        return before

    assert store.run_now(lambda unit: unit.rates.health("s")) == Health()
    assert [judge("bad").failures, judge("bad").failures] == [0, 1]
    assert store.run_now(lambda unit: unit.rates.health("s")) == Health(2, clock.now())
    judge("refused")
    assert store.run_now(lambda unit: unit.rates.health("s")) == Health(3, clock.now())  # not each was a refusal
    judge("good")
    assert store.run_now(lambda unit: unit.rates.health("s")) == Health()
    assert [judge("refused"), judge("refused")] == [Health(), Health(1, clock.now(), refused=True)]
    assert store.run_now(lambda unit: unit.rates.health("s")) == Health(2, clock.now(), refused=True)
    judge("bad")
    assert not store.run_now(lambda unit: unit.rates.health("s")).refused


def test_a_newer_schema_can_be_taken_back(bare_database: str) -> None:
    engine = connect(bare_database)
    migrate(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    with engine.connect() as connection:
        left = inspect(connection).get_table_names()
    engine.dispose()
    assert "pickup" in left
    assert not {"dossier", "follow", "dossier_news", "attempt", "rate", "call"} & set(left)
