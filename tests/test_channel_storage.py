"""What channels keep: who can be written to, tokens that change hands, answers that wait; on either engine."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import bot.storage
from bot.storage.contacts import NOBODY, Contact
from bot.storage.grants import Grant, Pair
from bot.storage.store import Store, connect
from bot.storage.turns import HOLDS_UP, LEASE, Turn
from bot.texts.message import Message, ShownLine

OpenStore = Callable[[], Store]

CHAT = "zalo:1"
HANOI = timezone(timedelta(hours=7))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MIGRATIONS = Path(bot.storage.__file__).parent / "migrations"
REPLIES = (Message((ShownLine("Vâng"),)),)
PAIRS = [Pair(access=f"access-{n}", refresh=f"refresh-{n}") for n in range(5)]


def do(store: Store, work: Any) -> Any:
    return store.run_now(work)


# contacts


def contact(store: Store, chat: str = CHAT) -> Contact:
    found: Contact = do(store, lambda unit: unit.contacts.get(chat))
    return found


def test_of_a_stranger_nothing_is_known(store: Store) -> None:
    assert contact(store) == NOBODY
    assert do(store, lambda unit: (unit.contacts.is_gone(CHAT), unit.contacts.is_paused(CHAT))) == (False, False)
    do(store, lambda unit: (unit.contacts.is_there(CHAT), unit.contacts.resume("zalo:2")))
    assert contact(store) == NOBODY


def test_moments_are_the_same_whatever_zone_they_are_told_in(store: Store, clock: Any) -> None:
    here = clock.now().astimezone(HANOI)
    do(store, lambda unit: unit.contacts.left(CHAT, here))
    do(store, lambda unit: unit.contacts.pause(CHAT, here + MINUTE))
    assert (contact(store).gone_at, contact(store).paused_until) == (here, here + MINUTE)
    assert do(store, lambda unit: unit.contacts.is_paused(CHAT))
    do(store, lambda unit: unit.contacts.returned(CHAT, here + MINUTE))
    assert (contact(store).gone_at, contact(store).returned_at) == (None, here + MINUTE)


TELLING = st.tuples(st.sampled_from(["left", "returned"]), st.integers(0, 9))
TOLD = st.lists(TELLING, max_size=8, unique_by=lambda one: one[1])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happened=TOLD, order=st.randoms(use_true_random=False))
def test_news_that_comes_late_or_again_changes_nothing(
    local_store: Store, happened: list[tuple[str, int]], order: Any
) -> None:
    """Told in any order, and some of it twice: the latest is what holds."""
    began = local_store.now()
    heap = [*happened, *happened[:2]]
    order.shuffle(heap)

    def tell(unit: Any) -> bool:
        unit.contacts.connection.execute(text("DELETE FROM contact"))
        for what, at in heap:
            getattr(unit.contacts, what)(CHAT, began + at * MINUTE)
        gone: bool = unit.contacts.is_gone(CHAT)
        return gone

    latest = max(happened, key=lambda one: one[1], default=("returned", 0))
    assert do(local_store, tell) == (latest[0] == "left")


def test_who_was_heard_since_is_there(store: Store, clock: Any) -> None:
    left = clock.now()
    clock.passes(MINUTE)
    do(store, lambda unit: unit.contacts.heard(CHAT))
    do(store, lambda unit: unit.contacts.left(CHAT, left))
    assert not do(store, lambda unit: unit.contacts.is_gone(CHAT))
    clock.passes(MINUTE)
    do(store, lambda unit: unit.contacts.left(CHAT, clock.now()))
    assert do(store, lambda unit: unit.contacts.is_gone(CHAT))
    do(store, lambda unit: unit.contacts.is_there(CHAT))
    assert not do(store, lambda unit: unit.contacts.is_gone(CHAT))


def test_a_contact_is_forgotten_when_nothing_of_it_is_recent(store: Store, clock: Any) -> None:
    ways = {
        "zalo:heard": lambda unit: unit.contacts.heard("zalo:heard"),
        "zalo:left": lambda unit: unit.contacts.left("zalo:left", clock.now()),
        "zalo:back": lambda unit: unit.contacts.returned("zalo:back", clock.now()),
        "zalo:paused": lambda unit: unit.contacts.pause("zalo:paused", clock.now()),
    }
    for way in ways.values():
        do(store, way)
    clock.passes(DAY)
    before = clock.now()
    assert do(store, lambda unit: unit.contacts.purge(before - DAY)) == 0
    for way in list(ways.values())[:2]:
        do(store, way)
    assert do(store, lambda unit: unit.contacts.purge(before)) == 2
    assert [contact(store, chat) == NOBODY for chat in ways] == [False, False, True, True]


def test_those_of_a_channel_are_counted(store: Store, clock: Any) -> None:
    for chat in ("zalo:1", "zalo:2", "zalobot:1"):
        do(store, lambda unit, chat=chat: unit.contacts.heard(chat))
    clock.passes(DAY)
    do(store, lambda unit: unit.contacts.heard("zalo:3"))
    do(store, lambda unit: unit.contacts.left("zalo:2", clock.now()))
    counts = do(store, lambda unit: [unit.contacts.heard_since("zalo", since) for since in (None, clock.now())])
    assert counts == [2, 1]


# tokens


def test_a_pair_is_kept_sealed_and_read_again(store: Store, clock: Any) -> None:
    do(store, lambda unit: unit.grants.put("zalo", PAIRS[0], clock.now() + DAY))
    assert do(store, lambda unit: unit.grants.get("zalo")) == Grant(PAIRS[0], 1, clock.now() + DAY)
    assert do(store, lambda unit: unit.grants.get("other")) is None
    with store.engine.connect() as connection:
        row = connection.execute(text("SELECT data FROM access_grant")).one()
    assert b"access-0" not in bytes(row.data)
    assert "access-0" not in repr(PAIRS[0])
    assert "access-0" not in repr(do(store, lambda unit: unit.grants.get("zalo")))


def test_a_pair_is_renewed_by_one_at_a_time(store: Store, open_store: OpenStore, clock: Any) -> None:
    other, until = open_store(), clock.now() + DAY
    do(store, lambda unit: unit.grants.put("zalo", PAIRS[0], until))
    begin = lambda unit: unit.grants.begin_renewing("zalo", 1, MINUTE)  # noqa: E731
    assert [do(store, begin), do(other, begin)] == [True, False]
    clock.passes(MINUTE)  # whoever had it is dead
    assert [do(other, begin), do(store, begin)] == [True, False]
    assert do(other, lambda unit: unit.grants.renewed("zalo", 1, PAIRS[1], until))
    assert not do(store, lambda unit: unit.grants.renewed("zalo", 1, PAIRS[2], until))  # it comes late
    assert not do(store, begin)  # of a pair that is no more
    assert do(store, lambda unit: unit.grants.get("zalo")) == Grant(PAIRS[1], 2, until)
    assert do(store, lambda unit: unit.grants.begin_renewing("zalo", 2, MINUTE))


def test_who_did_not_succeed_lets_others_try(store: Store, clock: Any) -> None:
    do(store, lambda unit: unit.grants.put("zalo", PAIRS[0], clock.now()))
    begin = lambda unit: unit.grants.begin_renewing("zalo", 1, MINUTE)  # noqa: E731
    assert do(store, begin)
    do(store, lambda unit: unit.grants.stop_renewing("zalo", 1))
    assert do(store, begin)


def test_a_pair_from_outside_outdoes_one_that_is_being_renewed(store: Store, clock: Any) -> None:
    until = clock.now() + DAY
    do(store, lambda unit: unit.grants.put("zalo", PAIRS[0], until))
    assert do(store, lambda unit: unit.grants.begin_renewing("zalo", 1, MINUTE))
    do(store, lambda unit: unit.grants.put("zalo", PAIRS[1], until))
    assert not do(store, lambda unit: unit.grants.renewed("zalo", 1, PAIRS[2], until))
    assert do(store, lambda unit: unit.grants.get("zalo")).pair == PAIRS[1]
    assert do(store, lambda unit: unit.grants.begin_renewing("zalo", 2, MINUTE))


def test_the_pair_of_the_settings_counts_where_there_is_none(store: Store, clock: Any) -> None:
    add = lambda pair: do(store, lambda unit: unit.grants.add("zalo", pair, clock.now()))  # noqa: E731
    assert [add(PAIRS[0]), add(PAIRS[1])] == [True, False]
    assert do(store, lambda unit: unit.grants.get("zalo")).pair == PAIRS[0]


def test_many_who_want_to_renew_at_once_are_told_so_once(store: Store, open_store: OpenStore, clock: Any) -> None:
    do(store, lambda unit: unit.grants.put("zalo", PAIRS[0], clock.now()))
    stores = [open_store() for _ in range(4)]
    if store.threads is None:  # SQLite's connection is one thread's
        told = [do(one, lambda unit: unit.grants.begin_renewing("zalo", 1, MINUTE)) for one in stores]
    else:
        with ThreadPoolExecutor(4) as threads:
            renew = lambda one: do(one, lambda unit: unit.grants.begin_renewing("zalo", 1, MINUTE))  # noqa: E731
            told = list(threads.map(renew, stores))
    assert sorted(told) == [False, False, False, True]


# answers that wait


def add(store: Store, update: str, chat: str = CHAT) -> Turn:
    turn: Turn = do(store, lambda unit: unit.turns.add(chat, update, update, REPLIES))
    return turn


def put_off(store: Store, turn: Turn, wait: timedelta = MINUTE, attempts: int = 0) -> None:
    do(store, lambda unit: unit.turns.put_off(turn.id, wait, attempts))


def owed(store: Store, *channels: str, limit: int = 9) -> list[int]:
    return [turn.id for turn in do(store, lambda unit: unit.turns.owed(channels, limit))]


def claim(store: Store, turn: Turn) -> bool:
    claimed: Turn | None = do(store, lambda unit: unit.turns.claim(turn.id))
    return claimed is not None


def test_an_answer_that_comes_behind_others_knows_it(store: Store, clock: Any) -> None:
    first = add(store, "1")
    assert not first.is_behind
    assert not add(store, "2").is_behind  # the first is just being sent
    put_off(store, first)
    assert add(store, "3").is_behind
    assert not add(store, "3", chat="zalo:2").is_behind
    do(store, lambda unit: unit.turns.settle(first.id))
    assert not add(store, "4").is_behind
    do(store, lambda unit: unit.turns.hold(first.id))
    assert add(store, "5").is_behind
    do(store, lambda unit: unit.turns.settle(first.id))
    do(store, lambda unit: unit.turns.notify("zalo:3", "a", REPLIES, clock.now() + DAY))
    assert not add(store, "6", chat="zalo:3").is_behind  # a notice for tomorrow


def test_none_is_claimed_before_an_earlier_one_that_failed(store: Store, clock: Any) -> None:
    first, second, elsewhere = add(store, "1"), add(store, "2"), add(store, "3", chat="zalo:2")
    put_off(store, first, 10 * MINUTE)
    put_off(store, second, MINUTE)
    put_off(store, elsewhere, MINUTE)
    clock.passes(MINUTE)
    assert [claim(store, second), claim(store, elsewhere)] == [False, True]
    put_off(store, first, 10 * MINUTE, attempts=HOLDS_UP)
    assert claim(store, second)  # the first fails for a reason of its own


def test_what_waits_is_taken_up_in_order_and_by_one_alone(store: Store, open_store: OpenStore, clock: Any) -> None:
    other = open_store()
    first, second, third = (add(store, update) for update in "123")
    put_off(store, first)
    do(store, lambda unit: unit.turns.hold(second.id, 2))
    take_up = lambda unit: unit.turns.take_up(CHAT, third.id)  # noqa: E731
    ours, others = do(store, take_up)
    assert ([turn.id for turn in ours], others) == ([first.id, second.id, third.id], [])
    assert [turn.sent for turn in ours] == [0, 2, 0]
    ours, others = do(other, take_up)  # the first is being sent by another process
    assert ours == []
    assert third.id in [turn.id for turn in others]
    clock.passes(LEASE)  # which died
    ours, _ = do(other, take_up)
    assert ours[0].id == first.id


def test_who_holds_on_keeps_others_off_and_what_is_given_back_is_due(store: Store, clock: Any) -> None:
    turn = add(store, "1")
    for _ in range(3):
        clock.passes(LEASE - timedelta(seconds=1))
        do(store, lambda unit: unit.turns.hold_on([turn.id]))
        assert owed(store) == []
    do(store, lambda unit: unit.turns.give_back([turn.id]))
    assert (owed(store), claim(store, turn)) == ([turn.id], True)
    do(store, lambda unit: unit.turns.settle(turn.id))
    do(store, lambda unit: (unit.turns.hold_on([turn.id]), unit.turns.give_back([turn.id])))  # too late: it was sent
    clock.passes(DAY)
    assert owed(store) == []


def test_of_each_channel_so_many_are_owed(store: Store, clock: Any) -> None:
    mine = [add(store, f"{n}", chat=f"zalo:{n}") for n in range(5)]
    bots = [add(store, f"{n}", chat=f"zalobot:{n}") for n in range(3)]
    gone = add(store, "1", chat="removed_1:1")
    clock.passes(DAY)
    assert owed(store, "zalo", "zalobot", limit=2) == [turn.id for turn in (*mine[:2], *bots[:2], gone)]
    assert owed(store, limit=2) == [turn.id for turn in mine[:2]]
    assert owed(store, "removed_1", "removedx1", limit=1) == [mine[0].id, gone.id]


def test_how_long_one_fails_counts_from_its_first_failure(store: Store, clock: Any) -> None:
    turn, since = add(store, "1"), clock.now()
    for _ in range(3):
        put_off(store, turn)
        clock.passes(MINUTE)
        [found] = do(store, lambda unit: unit.turns.owed())
        assert found.failing_since == since
    do(store, lambda unit: unit.turns.hold(turn.id))
    clock.passes(DAY)
    ours, _ = do(store, lambda unit: unit.turns.take_up(CHAT))
    assert [one.failing_since for one in ours] == [None]


def test_what_is_on_screen_is_what_was_shown(store: Store, clock: Any) -> None:
    settled, fresh, failed, held = (add(store, update) for update in ("settled", "fresh", "failed", "held"))
    do(store, lambda unit: unit.turns.settle(settled.id, clock.now()))
    put_off(store, failed)
    do(store, lambda unit: unit.turns.hold(held.id))
    do(store, lambda unit: unit.turns.notify(CHAT, "due", REPLIES))
    do(store, lambda unit: unit.turns.notify(CHAT, "tomorrow", REPLIES, clock.now() + DAY))
    assert [turn.id for turn in do(store, lambda unit: unit.turns.on_screen(CHAT, 9))] == [settled.id, fresh.id]
    [notice] = [turn for turn in do(store, lambda unit: unit.turns.latest(CHAT, 2)) if turn.id == held.id + 1]
    do(store, lambda unit: unit.turns.settle(notice.id, clock.now()))
    assert [turn.id for turn in do(store, lambda unit: unit.turns.on_screen(CHAT, 2))] == [fresh.id, notice.id]


def test_before_0008_a_key_was_of_the_channel(bare_database: str, clock: Any) -> None:
    """What waits is taken along, there and back."""
    engine = connect(bare_database)
    names = "channel, chat, key, ordinal, body, came_at, due_at, attempts"
    put = text(f"INSERT INTO inbox ({names}) VALUES ('viber', :chat, '1', 1, :x, :at, :at, 0)")
    row = {"x": b"", "at": datetime(2026, 11, 21, 9)}
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.execute(put, {**row, "chat": "An"})
        command.upgrade(config, "head")
        for chat, is_new in (("Bình", True), ("An", False)):
            with nullcontext() if is_new else pytest.raises(IntegrityError), connection.begin_nested():
                connection.execute(put, {**row, "chat": chat})
        assert list(connection.execute(text("SELECT chat FROM inbox ORDER BY id")).scalars()) == ["An", "Bình"]
        connection.execute(text("DELETE FROM inbox WHERE chat = 'Bình'"))
        command.downgrade(config, "0007")
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(put, {**row, "chat": "Bình"})
    engine.dispose()


def test_an_older_database_takes_its_turns_along(bare_database: str, clock: Any) -> None:
    """Before 0007 a turn that failed was told by its attempts."""
    engine = connect(bare_database)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        names = "chat, update_id, heard, replies, kept_at, due_at, attempts"
        row = f"({names}) VALUES ('zalo:1', :key, :x, :x, :at, :due, :n)"
        at = {"at": datetime(2026, 11, 21, 9), "x": b""}
        for key, due, attempts in (("sent", None, 1), ("failed", at["at"], 2), ("fresh", at["at"], 0)):
            connection.execute(text(f"INSERT INTO turn {row}"), {**at, "key": key, "due": due, "n": attempts})
        command.upgrade(config, "head")
        failed = connection.execute(text("SELECT update_id FROM turn WHERE failing_since IS NOT NULL")).scalars()
        assert list(failed) == ["failed"]
        command.downgrade(config, "0006")
        command.upgrade(config, "head")
    engine.dispose()
