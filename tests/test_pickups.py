"""What is kept of pickups, consents and the post's feeds: on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from random import Random
from shutil import copy
from typing import Any

import pytest
from sqlalchemy import text

from bot.pickup.order import Person
from bot.pickup.progress import ENDED, News, Status
from bot.storage.feeds import FeedMovedError, NoItemLeftError
from bot.storage.pickups import SHOWN_AFTER_END, Kept, NumberTakenError, Pickups
from bot.storage.store import Store, Unit, opened
from bot.storage.turns import LEASE
from bot.storage.vault import Vault
from bot.texts.message import Message, ShownLine
from tests.conftest import KEY, Clock
from tests.pretend_post import LATER, NAME, PHONE, VISIT, number
from tests.pretend_post import order as an_order

CHAT, OTHER = "web:1", "web:2"
HOUR = timedelta(hours=1)
COMMUNE = "05977"
SAYS = (Message((ShownLine("Bưu tá đang đến", "title"),)),)


def on(store: Store, work: Callable[[Pickups], Any]) -> Any:
    return store.run_now(lambda unit: work(unit.pickups))


def add(store: Store, count: int = 1, **changes: Any) -> None:
    on(store, lambda pickups: pickups.add(an_order(count, **changes)))


def get(store: Store, count: int = 1) -> Kept:
    kept: Kept | None = on(store, lambda pickups: pickups.get(number(count)))
    assert kept
    return kept


def placed(store: Store, count: int = 1, item: str | None = None) -> None:
    """At the post, as it is kept now."""
    kept = get(store, count)
    on(store, lambda pickups: pickups.placed(kept, item))


def told(status: Status, count: int = 1, at: datetime | None = None, **more: Any) -> News:
    at = at or datetime(2026, 11, 25, 2, tzinfo=UTC)
    return News(order=number(count), key=f"{status}:{at.isoformat()}", status=status, at=at, **more)


def hear(store: Store, status: Status, count: int = 1, **more: Any) -> Kept | None:
    heard: Kept | None = on(store, lambda pickups: pickups.hear(told(status, count, **more)))
    return heard


# -- ordering and changing


def test_an_order_comes_back_as_it_was_kept_and_is_handed_over(store: Store, handed: list[str], clock: Clock) -> None:
    add(store)
    kept = get(store)
    assert kept.order == an_order()
    assert (kept.status, kept.at_post, kept.moves, kept.corrections) == ("kept", "no", 0, 0)
    assert kept.since == kept.ordered_at == clock.now()
    assert not kept.is_settled
    assert handed == [number(1)]


def test_a_number_is_given_once(store: Store) -> None:
    add(store)
    with pytest.raises(NumberTakenError):
        add(store, chat=OTHER)
    assert get(store).order.chat == CHAT


def test_what_fails_keeps_nothing_of_the_turn(store: Store) -> None:
    def turn(unit: Unit) -> None:
        unit.pickups.add(an_order())
        unit.turns.notify(CHAT, "x", SAYS)
        unit.pickups.add(an_order())

    with pytest.raises(NumberTakenError):
        store.run_now(turn)
    assert on(store, lambda pickups: pickups.get(number(1))) is None
    assert store.run_now(lambda unit: unit.turns.latest(CHAT, 9)) == []


def test_a_moved_visit_is_to_be_told_and_is_handed_over(store: Store, handed: list[str]) -> None:
    add(store)
    placed(store)
    assert get(store).is_settled
    on(store, lambda pickups: pickups.move(number(1), LATER))
    kept = get(store)
    assert (kept.order.visit, kept.moves, kept.moves_at_post) == (LATER, 1, 0)
    assert not kept.is_settled
    assert handed == [number(1)] * 2
    on(store, lambda pickups: pickups.moved(kept))
    assert get(store).is_settled


def test_a_corrected_person_is_a_change_of_its_own(store: Store, handed: list[str]) -> None:
    add(store)
    placed(store)
    right = Person(name="Lò Thị Sáng", phone="+84355555555")
    on(store, lambda pickups: pickups.correct(number(1), right))
    kept = get(store)
    assert (kept.order.sender, kept.moves, kept.corrections) == (right, 1, 1)
    assert kept.order.visit == VISIT
    assert not kept.is_settled
    assert handed == [number(1)] * 2
    counted = [on(store, lambda pickups, phone=phone: pickups.open_with_phone(phone)) for phone in (PHONE, right.phone)]
    assert counted == [0, 1]


def test_a_change_the_post_refuses_is_taken_back(store: Store) -> None:
    add(store)
    placed(store)
    on(store, lambda pickups: pickups.move(number(1), LATER))
    on(store, lambda pickups: pickups.correct(number(1), Person(name="Ai đó", phone="+84355555555")))
    kept = get(store)
    on(store, lambda pickups: pickups.not_moved(kept))
    back = get(store)
    assert back.order == an_order()
    assert back.is_settled
    assert on(store, lambda pickups: pickups.open_with_phone(PHONE)) == 1
    assert on(store, lambda pickups: pickups.full(COMMUNE, VISIT.day, 1)) == {VISIT}


def test_what_is_changed_while_a_change_is_refused_is_still_to_be_told(store: Store) -> None:
    """The post refuses the first change; the second, made meanwhile, is refused too: it stands as at the beginning."""
    add(store)
    placed(store)
    on(store, lambda pickups: pickups.move(number(1), LATER))
    first = get(store)
    latest = LATER.model_copy(update={"shift": "morning"})
    on(store, lambda pickups: pickups.move(number(1), latest))
    on(store, lambda pickups: pickups.not_moved(first))
    second = get(store)
    assert (second.order.visit, second.is_settled) == (latest, False)
    on(store, lambda pickups: pickups.not_moved(second))
    assert (get(store).order.visit, get(store).is_settled) == (VISIT, True)


def test_what_is_changed_while_a_change_is_taken_goes_back_to_that(store: Store) -> None:
    add(store)
    placed(store)
    on(store, lambda pickups: pickups.move(number(1), LATER))
    first = get(store)
    on(store, lambda pickups: pickups.move(number(1), VISIT))
    on(store, lambda pickups: pickups.moved(first))
    second = get(store)
    assert (second.order.visit, second.is_settled) == (VISIT, False)
    on(store, lambda pickups: pickups.not_moved(second))
    assert get(store).order.visit == LATER


def test_what_is_changed_while_it_is_placed_is_still_to_be_told(store: Store) -> None:
    add(store)
    sent = get(store)
    on(store, lambda pickups: pickups.move(number(1), LATER))
    on(store, lambda pickups: pickups.placed(sent, "EB473124829VN"))
    kept = get(store)
    assert (kept.at_post, kept.item, kept.moves_at_post, kept.is_settled) == ("yes", "EB473124829VN", 0, False)
    on(store, lambda pickups: pickups.not_moved(kept))
    assert get(store).order.visit == VISIT


def test_a_wish_to_cancel_is_told_until_it_ends_or_is_refused(store: Store, handed: list[str]) -> None:
    add(store)
    placed(store)
    on(store, lambda pickups: pickups.cancel(number(1)))
    assert (get(store).to_cancel, get(store).is_settled) == (True, False)
    on(store, lambda pickups: pickups.keep_after_all(number(1)))
    assert get(store).is_settled
    assert handed == [number(1)] * 2


def test_what_has_ended_is_neither_moved_nor_corrected_nor_cancelled(store: Store, handed: list[str]) -> None:
    add(store)
    ended = on(store, lambda pickups: pickups.end(number(1), "refused", "Ngoài vùng"))
    assert (ended.status, ended.reason, ended.is_settled) == ("refused", "Ngoài vùng", True)
    handed.clear()
    on(store, lambda pickups: pickups.move(number(1), LATER))
    on(store, lambda pickups: pickups.correct(number(1), Person(name="Ai", phone="+84355555555")))
    on(store, lambda pickups: pickups.cancel(number(1)))
    assert (get(store), handed) == (ended, [])
    assert on(store, lambda pickups: pickups.end(number(1), "cancelled")) is None


def test_an_order_nobody_has_is_no_order(store: Store, handed: list[str]) -> None:
    for work in (
        lambda pickups: pickups.move(number(1), LATER),
        lambda pickups: pickups.correct(number(1), Person(name="Ai", phone="+84355555555")),
        lambda pickups: pickups.cancel(number(1)),
        lambda pickups: pickups.get(number(1)),
        lambda pickups: pickups.hear(told("accepted")),
        lambda pickups: pickups.end(number(1), "cancelled"),
    ):
        assert on(store, work) is None
    assert handed == []


# -- looking up


def test_a_chat_sees_its_own_the_latest_first_and_the_ended_for_a_month(store: Store, clock: Clock) -> None:
    for count in (1, 2, 3):
        add(store, count, chat=CHAT if count < 3 else OTHER)
        clock.passes(HOUR)
    on(store, lambda pickups: pickups.end(number(1), "cancelled"))
    assert numbers(store, CHAT) == [number(2), number(1)]
    assert numbers(store, OTHER) == [number(3)]
    clock.passes(SHOWN_AFTER_END)
    assert numbers(store, CHAT) == [number(2)]


def numbers(store: Store, chat: str) -> list[str]:
    return [kept.order.number for kept in on(store, lambda pickups: pickups.of_chat(chat))]


def test_open_orders_with_a_phone_are_counted_over_all_chats(store: Store) -> None:
    for count in (1, 2, 3):
        add(store, count, chat=f"web:{count}")
    add(store, 4, sender=Person(name=NAME, phone="+84355555555"))
    on(store, lambda pickups: pickups.end(number(1), "cancelled"))
    assert on(store, lambda pickups: pickups.open_with_phone(PHONE)) == 2
    assert on(store, lambda pickups: pickups.open_with_phone("0912345678")) == 0  # asked in E.164 only


def test_a_visit_is_full_with_as_many_orders_as_the_post_can_take(store: Store) -> None:
    for count in (1, 2, 3):
        add(store, count)
    add(store, 4, visit=LATER)
    add(store, 5, address=an_order().address.model_copy(update={"commune": "00001"}))
    full = [on(store, lambda pickups, room=room: pickups.full(COMMUNE, VISIT.day, room)) for room in (1, 3, 4)]
    assert full == [{VISIT, LATER}, {VISIT}, set()]
    assert on(store, lambda pickups: pickups.full(COMMUNE, VISIT.day + timedelta(days=1), 1)) == {LATER}


def test_who_does_not_come_after_all_leaves_room(store: Store) -> None:
    for count in (1, 2, 3):
        add(store, count)
    on(store, lambda pickups: pickups.end(number(1), "cancelled"))
    on(store, lambda pickups: pickups.end(number(2), "refused"))
    on(store, lambda pickups: pickups.move(number(3), LATER))
    assert on(store, lambda pickups: pickups.full(COMMUNE, VISIT.day, 1)) == {LATER}


def test_what_the_post_does_not_know_all_about_is_unsettled(store: Store, clock: Clock) -> None:
    for count in range(1, 8):
        add(store, count)
        clock.passes(HOUR)
    on(store, lambda pickups: pickups.begin(number(2)))
    for count in (3, 4, 5, 6):
        placed(store, count)
    on(store, lambda pickups: pickups.cancel(number(4)))
    on(store, lambda pickups: pickups.move(number(5), LATER))
    on(store, lambda pickups: pickups.end(number(7), "refused"))
    assert on(store, lambda pickups: pickups.unsettled()) == [number(count) for count in (1, 2, 4, 5)]
    assert on(store, lambda pickups: pickups.unsettled(limit=1)) == [number(1)]
    for count in range(1, 8):
        kept = get(store, count)
        assert kept.is_settled is (kept.order.number not in on(store, lambda pickups: pickups.unsettled()))


def test_followed_are_the_open_ones_the_post_has(store: Store, clock: Clock) -> None:
    for count in (1, 2, 3):
        add(store, count)
        clock.passes(HOUR)
    placed(store, 2, "EB473124829VN")
    placed(store, 3)
    hear(store, "delivered", 3)
    assert on(store, lambda pickups: pickups.followed()) == [(number(2), "EB473124829VN")]


# -- news


def test_news_move_the_order_on_once(store: Store) -> None:
    add(store)
    moved = hear(store, "collected", item="EB473124829VN")
    assert moved
    assert (moved.status, moved.item, moved.at_post) == ("collected", "EB473124829VN", "yes")
    assert moved.since == datetime(2026, 11, 25, 2, tzinfo=UTC)
    assert hear(store, "collected") is None
    assert hear(store, "on_the_way", at=moved.since + HOUR) is None
    assert get(store) == moved


def test_a_reason_stays_as_long_as_the_status_it_explains(store: Store) -> None:
    add(store)
    failed = hear(store, "collection_failed", reason="Không có người ở nhà")
    assert failed
    assert failed.reason == "Không có người ở nhà"
    assert hear(store, "on_the_way", at=failed.since + HOUR)
    assert get(store).reason is None


def test_a_tracking_number_is_kept_also_of_news_that_come_late(store: Store) -> None:
    add(store)
    hear(store, "collected")
    assert hear(store, "accepted", item="EB473124829VN") is None
    assert get(store).item == "EB473124829VN"
    hear(store, "handed_over", item="XX000000000VN")
    assert get(store).item == "EB473124829VN"  # the first is the one the citizen was told


def test_the_last_news_end_the_order(store: Store, clock: Clock) -> None:
    for count, status in enumerate(sorted(ENDED), start=1):
        add(store, count)
        ended = hear(store, status, count)
        assert ended
        assert (ended.ended_at, ended.is_settled) == (clock.now(), True)
        assert hear(store, "collected", count, at=ended.since + HOUR) is None


def test_in_whatever_order_they_are_kept_the_order_stands_the_same(store: Store) -> None:
    way: list[Status] = ["accepted", "on_the_way", "collection_failed", "on_the_way"]
    since = datetime(2026, 11, 25, 2, tzinfo=UTC)
    journey = [(status, since + hour * HOUR) for hour, status in enumerate(way)]
    for count, mixed in enumerate(permutations(journey), start=1):
        add(store, count)
        for status, at in (*mixed, *Random(count).choices(mixed, k=2)):
            hear(store, status, count, at=at)
        assert (get(store, count).status, get(store, count).since) == ("on_the_way", since + 3 * HOUR), mixed


def test_two_who_hear_at_once_hear_it_once(store: Store, database: str, clock: Clock) -> None:
    """Two processes with news of the same orders: on PostgreSQL truly at once, SQLite has one writer."""
    others = [opened(database, Vault(KEY), clock.now) for _ in range(4)]
    for count in range(8):
        add(store, count)
    news = [told("collected", count) for count in range(8)]

    def hears(other: Store) -> int:
        def all_of_it(unit: Unit) -> int:
            return sum(unit.pickups.hear(one) is not None for one in news)

        return other.run_now(all_of_it)

    if store.threads:
        with ThreadPoolExecutor(4) as threads:
            heard = list(threads.map(hears, others))
    else:
        heard = list(map(hears, others))
    for other in others:
        other.close()
    assert sorted(heard) == [0, 0, 0, 8]


# -- reminders


def test_a_visit_is_reminded_of_once(store: Store) -> None:
    add(store)
    add(store, 2, visit=LATER)
    assert to_remind(store, VISIT.day) == [number(1)]
    assert [on(store, lambda pickups: pickups.reminded(number(1), VISIT.day)) for _ in range(2)] == [True, False]
    assert to_remind(store, VISIT.day) == []


def to_remind(store: Store, day: date) -> list[str]:
    return [kept.order.number for kept in on(store, lambda pickups: pickups.to_remind(day))]


def test_a_visit_that_was_moved_is_reminded_of_on_its_new_day(store: Store) -> None:
    add(store)
    on(store, lambda pickups: pickups.reminded(number(1), VISIT.day))
    on(store, lambda pickups: pickups.move(number(1), LATER))
    assert (to_remind(store, VISIT.day), to_remind(store, LATER.day)) == ([], [number(1)])


def test_a_new_time_after_a_failed_collection_is_reminded_of(store: Store) -> None:
    add(store)
    hear(store, "collection_failed")
    on(store, lambda pickups: pickups.move(number(1), LATER))
    assert to_remind(store, LATER.day) == [number(1)]


def test_nobody_is_reminded_of_a_visit_that_will_not_be(store: Store) -> None:
    for count in range(1, 6):
        add(store, count)
    on(store, lambda pickups: pickups.cancel(number(1)))
    on(store, lambda pickups: pickups.end(number(2), "cancelled"))
    hear(store, "on_the_way", 3)
    hear(store, "collected", 4)
    on(store, lambda pickups: pickups.tell_delay(number(5)))  # who was told not to wait for the postman
    assert to_remind(store, VISIT.day) == []
    placed(store, 5)
    assert to_remind(store, VISIT.day) == [number(5)]


# -- keeping and erasing


def test_what_a_citizen_wants_forgotten_is_forgotten_save_what_is_under_way(store: Store) -> None:
    add(store, 1)
    add(store, 2)
    add(store, 3, chat=OTHER)
    for count in (1, 3):
        on(store, lambda pickups, count=count: pickups.end(number(count), "cancelled"))
    on(store, lambda pickups: pickups.forget(CHAT))
    assert on(store, lambda pickups: pickups.get(number(1))) is None
    assert (get(store, 2).order.number, get(store, 3).order.number) == (number(2), number(3))


def test_what_names_a_person_is_erased_when_its_time_is_over(store: Store, clock: Clock) -> None:
    for count in (1, 2, 3):
        add(store, count)
        placed(store, count, "EB473124829VN")
        on(store, lambda pickups, count=count: pickups.move(number(count), LATER))
    hear(store, "delivered", 1, reason="ký nhận")
    clock.passes(180 * 24 * HOUR)
    hear(store, "delivered", 2)
    before = clock.now()
    erased = [on(store, lambda pickups: pickups.purge(before)) for _ in range(2)]
    assert erased == [1, 0]
    assert on(store, lambda pickups: pickups.get(number(1))) is None
    row = store.run_now(
        lambda unit: unit.pickups.connection.execute(
            text("SELECT chat, data, before, phone, reason, item, status FROM pickup WHERE number = :number"),
            {"number": number(1)},
        ).one()
    )
    assert tuple(row) == ("", None, None, None, None, None, "delivered")
    assert (get(store, 2).status, get(store, 3).status) == ("delivered", "kept")


def test_an_erased_order_is_heard_of_no_more(store: Store) -> None:
    add(store)
    hear(store, "delivered")
    on(store, lambda pickups: pickups.forget(CHAT))
    assert hear(store, "returned", at=datetime(2026, 12, 1, tzinfo=UTC)) is None
    assert on(store, lambda pickups: pickups.of_chat(CHAT)) == []


# -- notices


def test_the_same_notice_is_kept_once_and_owed_at_once(store: Store, clock: Clock) -> None:
    for _ in range(2):
        store.run_now(lambda unit: unit.turns.notify(CHAT, "ND1:accepted", SAYS))
    store.run_now(lambda unit: unit.turns.notify(OTHER, "ND1:accepted", SAYS))
    owed = store.run_now(lambda unit: unit.turns.owed())
    assert [(turn.chat, turn.heard, turn.replies) for turn in owed] == [(CHAT, "", SAYS), (OTHER, "", SAYS)]
    assert store.run_now(lambda unit: unit.turns.claim(owed[0].id))
    assert [turn.chat for turn in store.run_now(lambda unit: unit.turns.owed())] == [OTHER]
    clock.passes(LEASE)
    assert len(store.run_now(lambda unit: unit.turns.owed())) == 2


# -- consents


def test_consents_are_kept_in_order_with_their_version_time_and_chat(store: Store, clock: Clock) -> None:
    for chat, version, given in ((CHAT, "1", True), (OTHER, "1", True), (CHAT, "1", False), (CHAT, "2", True)):
        store.run_now(lambda unit, c=chat, v=version, g=given: unit.consents.add(c, v, given=g))
        clock.passes(HOUR)
    kept = store.run_now(lambda unit: unit.consents.of_chat(CHAT))
    assert [(one.version, one.given) for one in kept] == [("1", True), ("1", False), ("2", True)]
    assert [clock.now() - one.at for one in kept] == [4 * HOUR, 2 * HOUR, HOUR]
    assert store.run_now(lambda unit: unit.consents.purge(clock.now() - 2 * HOUR)) == 2
    assert [one.given for one in store.run_now(lambda unit: unit.consents.of_chat(CHAT))] == [False, True]


# -- feeds and tracking numbers


def test_a_feed_is_read_on_from_where_it_was(store: Store) -> None:
    def cursors() -> tuple[str, str]:
        return store.run_now(lambda unit: (unit.feeds.cursor("post:a"), unit.feeds.cursor("post:b")))

    assert cursors() == ("", "")
    store.run_now(lambda unit: unit.feeds.advance("post:a", "", "5"))
    store.run_now(lambda unit: unit.feeds.advance("post:a", "5", "7"))
    assert cursors() == ("7", "")


@pytest.mark.parametrize("old", ["", "5"], ids=["the first time", "later"])
def test_a_feed_that_another_read_on_is_not_read_twice(store: Store, old: str) -> None:
    store.run_now(lambda unit: unit.feeds.advance("post:a", "", "5"))
    store.run_now(lambda unit: unit.feeds.advance("post:a", "5", "7"))

    def reads(unit: Unit) -> None:
        unit.turns.notify(CHAT, "twice", SAYS)
        unit.feeds.advance("post:a", old, "6")

    with pytest.raises(FeedMovedError):
        store.run_now(reads)
    assert store.run_now(lambda unit: (unit.feeds.cursor("post:a"), unit.turns.owed())) == ("7", [])


def test_an_order_keeps_the_tracking_number_it_took(store: Store) -> None:
    assert store.run_now(lambda unit: unit.feeds.add_items(["B", "A", "B"])) == 2
    assert store.run_now(lambda unit: unit.feeds.add_items(["A", "C"])) == 1
    took = [store.run_now(lambda unit, n=n: unit.feeds.take_item(number(n))) for n in (1, 2, 1, 2)]
    assert took == ["A", "B", "A", "B"]
    assert store.run_now(lambda unit: unit.feeds.items_left()) == 1
    store.run_now(lambda unit: unit.feeds.take_item(number(3)))
    with pytest.raises(NoItemLeftError):
        store.run_now(lambda unit: unit.feeds.take_item(number(4)))
    assert store.run_now(lambda unit: unit.feeds.take_item(number(3))) == "C"


def test_many_who_take_at_once_take_each_their_own(store: Store, database: str, clock: Clock) -> None:
    store.run_now(lambda unit: unit.feeds.add_items([f"{n:03}" for n in range(12)]))
    with ThreadPoolExecutor(6 if store.threads else 1) as threads:  # one writer on SQLite: bot/storage/store.py
        works = [lambda unit, n=n: unit.feeds.take_item(number(n)) for n in range(12)]
        took = list(threads.map(store.run_now, works)) if store.threads else [store.run_now(work) for work in works]
    assert len(set(took)) == 12


def test_sealed_with_another_key_an_order_does_not_open(migrated_sqlite: Path, tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{copy(migrated_sqlite, tmp_path / 'key.db')}"
    for key in (KEY, bytes(32)):
        store = opened(url, Vault(key), clock.now)
        if key == KEY:
            add(store)
        assert on(store, lambda pickups: pickups.open_with_phone(PHONE)) == (key == KEY)
        store.close()
