"""The desk before the pretend post: each order is there once and each citizen told once, whatever goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.dialogue.step import Reply
from bot.pickup.order import Order, Person, Visit
from bot.pickup.progress import News
from bot.sandbox.faults import CALLS, Call, Told
from bot.sandbox.hook_myvnpost import Hook
from bot.sandbox.office import Office
from bot.sandbox.parcel import Asked, Ending
from bot.sandbox.wire import application
from bot.services.post import hcc_bus
from bot.services.post.gateway import Batch, PostError, PostGateway, Receipt
from bot.services.post.webhook import orders_named
from bot.storage.pickups import Kept, Pickups
from bot.storage.store import Store, opened
from bot.storage.vault import Vault
from bot.work.desk import TELL_DELAY_AFTER
from bot.work.words import EVENING, Notices
from tests.conftest import KEY, Clock
from tests.desks import Counter, desk_of, gateway_to, spread, through_all_faults
from tests.desks import news as the_news
from tests.pretend_post import HASTE, LATER, PATIENT, PHONE, PRIVATE, SLOW, VISIT, Serves, insisting, number

A_MONTH = timedelta(days=30)
THERE = ["accepted", "on_the_way", "collected", "handed_over"]
HOME = [*THERE, "result_on_the_way", "delivered"]
FAILS_WITHOUT_DOING = ("server_error", "too_many", "cut_before", "token_expired")


@pytest.fixture
async def session() -> Any:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def counter(aiohttp_server: Serves, session: ClientSession, store: Store, clock: Clock) -> Counter:
    office = Office.opened(wall=clock.now)
    server = await aiohttp_server(application(office, slow=SLOW))
    patient, hasty = (gateway_to(server.make_url("/"), session, patience) for patience in (PATIENT, HASTE))
    for gateway in (patient, hasty):  # so that there is a token, and a fault strikes the call it is meant for
        await insisting(lambda gateway=gateway: gateway.news("", ()))
    return Counter(office, store, clock, desk_of(store, patient, clock), desk_of(store, hasty, clock))


# -- what the post is told


async def test_an_order_is_placed_and_the_citizen_told(counter: Counter) -> None:
    await counter.placed()
    kept = counter.kept()
    assert (kept.status, kept.at_post, kept.is_settled) == ("accepted", "yes", True)
    assert counter.parcel().visit == VISIT
    assert counter.became == {number(1): 1}
    assert counter.told() == ["accepted"]
    assert await counter.settle() == ["settled"]
    assert counter.office.tally()[number(1)].received == 1


async def test_an_unknown_number_is_settled(counter: Counter) -> None:
    assert await counter.settle(99) == ["settled"]


@pytest.mark.parametrize("fault", CALLS)
async def test_through_every_fault_it_is_done_once_and_told_once_and_logged_without_the_citizen(
    counter: Counter, fault: Call
) -> None:
    """Placed, moved, heard of, cancelled: each fails first."""
    with capture_logs() as logs:
        counter.order()
        with counter.faulty(fault):
            assert await counter.settle() == ["later"]
        assert (counter.kept().at_post, counter.told()) == ("maybe", [])
        assert counter.became == ({} if fault in FAILS_WITHOUT_DOING else {number(1): 1})
        assert await counter.settle() == ["more", "settled"]
        assert counter.told() == ["accepted"]

        counter.store.run_now(lambda unit: unit.pickups.move(number(1), LATER))
        with counter.faulty(fault):
            assert await counter.settle() == ["later"]
        assert await counter.settle() == ["more", "settled"]
        assert (counter.parcel().visit, counter.kept().order.visit) == (LATER, LATER)
        assert counter.told() == ["accepted", "moved"]

        counter.happens()
        with counter.faulty(fault):
            assert await counter.desk.follow() == 0
        assert counter.store.run_now(lambda unit: unit.feeds.cursor("post:ngsp")) == ""
        await counter.desk.follow()
        assert int(counter.store.run_now(lambda unit: unit.feeds.cursor("post:ngsp"))[8:], 16) == 1

        counter.store.run_now(lambda unit: unit.pickups.cancel(number(1)))
        with counter.faulty(fault):
            assert await counter.settle() == ["later"]
        assert await counter.settle() == ["more", "settled"]
        await counter.desk.follow()  # the post tells it, too
    assert (counter.parcel().status, counter.kept().status) == ("cancelled", "cancelled")
    assert counter.told() == ["accepted", "moved", "cancelled"]
    assert counter.became == {number(1): 1}
    assert {log["event"] for log in logs} >= {"post not reached", "no news of the post"}
    assert [words for words in PRIVATE if words in repr(logs)] == []


async def test_many_at_once_through_all_faults_are_each_one_order_told_once(counter: Counter) -> None:
    counts = range(40)
    for count in counts:
        counter.order(count, chat=f"web:{count}")
    counter.desk = counter.hasty
    spread(counter.office, 0.3)
    await through_all_faults(counter, counts)
    assert counter.became == {number(count): 1 for count in counts}
    assert sum(one.received for one in counter.office.tally().values()) > len(counts)  # so some came again
    assert [counter.told(count, f"web:{count}") for count in counts] == [["accepted"]] * len(counts)


async def test_an_order_the_post_will_not_take_ends_with_its_reason(counter: Counter) -> None:
    counter.order(sender=Person(name=" ", phone=PHONE))
    with capture_logs() as logs:
        assert await counter.settle() == ["more", "settled"]
    assert "post refused" in {log["event"] for log in logs}
    assert [words for words in PRIVATE if words in repr(logs)] == []
    assert (counter.kept().status, counter.kept().reason) == ("refused", "Dữ liệu không hợp lệ")
    assert counter.told() == ["refused"]
    assert counter.became == {}


async def test_cancelled_before_the_post_heard_of_it_it_never_does(counter: Counter) -> None:
    counter.order()
    counter.store.run_now(lambda unit: unit.pickups.cancel(number(1)))
    assert await counter.settle() == ["more", "settled"]
    assert counter.told() == ["cancelled"]
    assert counter.became == {}


async def test_cancelled_when_nobody_knows_whether_the_post_has_it_it_is_cancelled_there(counter: Counter) -> None:
    counter.order()
    with counter.faulty("cut_after"):
        await counter.settle()
    counter.store.run_now(lambda unit: unit.pickups.cancel(number(1)))
    assert await counter.settle() == ["more", "settled"]
    assert counter.parcel().status == "cancelled"
    assert counter.told() == ["cancelled"]


async def test_with_the_postman_on_the_way_nothing_is_cancelled_and_that_is_said_each_time(counter: Counter) -> None:
    await counter.placed()
    counter.happens(times=2)
    for _ in range(2):
        counter.store.run_now(lambda unit: unit.pickups.cancel(number(1)))
        assert await counter.settle() == ["more", "settled"]
        counter.clock.passes(timedelta(minutes=1))
    assert (counter.kept().status, counter.parcel().status) == ("accepted", "on_the_way")
    assert counter.told() == ["accepted", "stays", "stays"]


async def test_with_the_postman_on_the_way_the_visit_stays_as_it_was(counter: Counter) -> None:
    await counter.placed()
    counter.happens(times=2)
    counter.store.run_now(lambda unit: unit.pickups.move(number(1), LATER))
    assert await counter.settle() == ["more", "settled"]
    assert counter.kept().order.visit == counter.parcel().visit == VISIT
    assert counter.told() == ["accepted", "not_moved"]


async def test_moved_twice_before_the_post_heard_it_has_the_last(counter: Counter) -> None:
    await counter.placed()
    for visit in (LATER, Visit(day=LATER.day, shift="morning")):
        counter.store.run_now(lambda unit, visit=visit: unit.pickups.move(number(1), visit))
    assert await counter.settle() == ["more", "settled"]
    assert counter.parcel().visit == Visit(day=LATER.day, shift="morning")
    assert counter.told() == ["accepted", "moved"]


async def test_moved_before_it_was_placed_it_is_placed_for_the_new_visit(counter: Counter) -> None:
    counter.order()
    counter.store.run_now(lambda unit: unit.pickups.move(number(1), LATER))
    assert await counter.settle() == ["more", "settled"]
    assert counter.parcel().visit == LATER
    assert counter.told() == ["accepted"]


async def test_moved_while_it_is_being_placed_it_is_moved_at_the_post(counter: Counter) -> None:
    counter.order()
    store, gateway = counter.store, counter.desk.gateway

    def move() -> None:
        store.run_now(lambda unit: unit.pickups.move(number(1), LATER))

    desk = replace(counter.desk, gateway=Meanwhile(gateway, move))
    assert await desk.settle(number(1)) == "more"
    assert counter.parcel().visit == VISIT
    assert await counter.settle() == ["more", "settled"]
    assert counter.parcel().visit == counter.kept().order.visit == LATER
    assert counter.told() == ["accepted", "moved"]


async def test_what_the_feed_tells_first_is_not_told_again_by_the_receipt(counter: Counter) -> None:
    """The answer to the order was lost; before it is asked again, the postman is on the way, and then comes back."""
    counter.order()
    with counter.faulty("cut_after"):
        await counter.settle()
    counter.happens(times=2)
    assert await counter.desk.follow() == 2
    assert await counter.settle() == ["settled"]  # the post has spoken of it, so it has it
    assert counter.kept().status == "on_the_way"
    assert counter.told() == ["accepted", "on_the_way"]


async def test_a_receipt_that_comes_after_the_news_does_not_take_the_order_back(counter: Counter) -> None:
    counter.order()

    async def postman_leaves() -> None:
        counter.happens(times=2)
        assert await counter.desk.follow() == 2
        counter.clock.passes(timedelta(minutes=1))

    late = Meanwhile(counter.desk.gateway, then=postman_leaves)
    assert await replace(counter.desk, gateway=late).settle(number(1)) == "more"
    assert counter.kept().status == "on_the_way"
    assert counter.told() == ["accepted", "on_the_way"]


# -- when nobody is there


async def test_after_an_hour_the_citizen_is_told_once_that_it_takes_longer(counter: Counter) -> None:
    counter.order()
    with counter.nobody_there():
        for minutes in (0, 60, 1, 1, 600):
            counter.clock.passes(timedelta(minutes=minutes))
            assert await counter.settle() == ["later"]
            assert counter.told() == (["delayed"] if counter.clock.now() - counter.kept().ordered_at > AN_HOUR else [])
    assert await counter.settle() == ["more", "settled"]
    assert counter.told() == ["delayed", "accepted"]


AN_HOUR = TELL_DELAY_AFTER


async def test_past_the_visit_an_order_nobody_took_is_given_up(counter: Counter) -> None:
    counter.order()
    ends = datetime(2026, 11, 25, 11, tzinfo=UTC) - timedelta(hours=7)  # of the morning's shift, in Viet Nam
    with counter.nobody_there():
        counter.clock.moment = ends - timedelta(seconds=1)
        assert await counter.settle() == ["later"]
        counter.clock.moment = ends
        assert await counter.settle() == ["later"]
        assert await counter.settle() == ["later"]
    assert counter.told() == ["delayed", "given_up"]
    assert counter.kept().to_cancel  # a call may have arrived all the same
    assert await counter.settle() == ["more", "settled"]
    assert counter.kept().status == "cancelled"
    assert counter.told() == ["delayed", "given_up", "cancelled"]
    assert counter.became == {}


async def test_given_up_it_goes_as_the_post_says_that_had_it_all_the_same(counter: Counter) -> None:
    counter.order()
    with counter.faulty("cut_after"):
        assert await counter.settle() == ["later"]
    counter.clock.passes(A_MONTH)
    with counter.nobody_there():
        assert await counter.settle() == ["later"]
    await counter.settle()
    await counter.desk.follow()
    parcel = counter.office.parcel(number(1))
    assert parcel
    assert counter.kept().status == parcel.status
    assert counter.became == {number(1): 1}


async def test_a_name_the_post_does_not_take_is_told_as_a_name(counter: Counter) -> None:
    """The national bus knows no other change than of the visit: it answers that it has the order already."""
    await counter.placed()
    person = Person(name="Hoàng Thị Mai", phone="+84987654321")
    counter.store.run_now(lambda unit: unit.pickups.correct(number(1), person))
    await counter.settle()
    assert counter.kept().order.sender != person
    (*_, last) = counter.store.run_now(lambda unit: unit.turns.latest("web:1", 1))
    assert any("vẫn cầm tên" in line.words for line in last.replies[0].lines)


async def test_an_order_the_post_has_is_not_given_up_for_a_change_it_does_not_hear(counter: Counter) -> None:
    await counter.placed()
    counter.store.run_now(lambda unit: unit.pickups.move(number(1), LATER))
    counter.clock.passes(A_MONTH)
    with counter.nobody_there():
        assert await counter.settle() == ["later"]
    assert counter.told() == ["accepted"]  # not "delayed": the postman knows of it, and may come


async def test_a_wish_to_cancel_waits_for_the_post_without_a_promise(counter: Counter) -> None:
    counter.order()
    with counter.faulty("cut_after"):
        await counter.settle()
    counter.store.run_now(lambda unit: unit.pickups.cancel(number(1)))
    counter.clock.passes(A_MONTH)
    with counter.nobody_there():
        assert await counter.settle() == ["later"]
    assert counter.told() == []
    assert (await counter.settle())[-1] == "settled"


# -- what the post tells


WAYS: dict[Ending, list[str]] = {
    "smooth": HOME,
    "collection_fails": ["accepted", "on_the_way", "collection_failed", *HOME[1:]],
    "delivery_fails": [*HOME[:5], "delivery_failed", *HOME[4:]],
    "returned": [*HOME[:5], "delivery_failed", "result_on_the_way", "delivery_failed", "returned"],
    "refused": ["accepted", "refused"],
}


def is_within(told: list[str], way: list[str]) -> bool:
    """In the order of the way, none twice."""
    left = iter(way)
    return all(status in left for status in told)


@pytest.mark.parametrize(("ending", "way"), WAYS.items())
async def test_each_step_of_every_way_is_told_once(counter: Counter, ending: Ending, way: list[str]) -> None:
    counter.office.script(number(1), ending)
    await counter.placed()
    for _ in range(len(way) + 2):
        counter.happens()
        await counter.desk.follow()
    assert counter.told() == way
    assert (counter.kept().status, counter.kept().is_settled) == (way[-1], True)


async def test_all_that_happened_during_an_outage_is_told_in_its_order(counter: Counter) -> None:
    await counter.placed()
    with counter.nobody_there():
        counter.happens(times=6)
        assert await counter.desk.follow() == 0
    assert await counter.desk.follow() == 5
    assert counter.told() == HOME


@pytest.mark.parametrize("fault", ["duplicate", "out_of_order"])
async def test_what_is_told_twice_or_late_is_told_once_and_ends_the_same(counter: Counter, fault: Told) -> None:
    endings: list[Ending] = ["smooth", "collection_fails", "delivery_fails", "returned"] * 3
    for count, ending in enumerate(endings):
        counter.office.script(number(count), ending)
        await counter.placed(count, chat=f"web:{count}")
    with counter.faulty(fault, 0.5):
        for _ in range(60):
            counter.clock.passes(timedelta(hours=12))
            await counter.desk.follow()
    for count, ending in enumerate(endings):
        told = counter.told(count, f"web:{count}")
        assert counter.kept(count).status == told[-1] == ("returned" if ending == "returned" else "delivered")
        assert is_within(told, WAYS[ending])
        assert told == WAYS[ending] or fault == "out_of_order"  # what the order has left behind is told nobody
    if fault == "duplicate":
        assert len(counter.office.events()) > len({(one.number, one.at) for one in counter.office.events()})


async def test_the_cursor_outlives_the_process(counter: Counter, database: str, clock: Clock) -> None:
    await counter.placed()
    counter.happens(times=2)
    assert await counter.desk.follow() == 1
    cursor = counter.store.run_now(lambda unit: unit.feeds.cursor("post:ngsp"))
    assert int(cursor[8:], 16) == len(counter.office.events())
    watching = Meanwhile(counter.desk.gateway)
    again = opened(database, Vault(KEY), clock.now)
    assert await replace(counter.desk, store=again, gateway=watching).follow() == 0
    again.close()
    assert watching.cursors == [cursor]


async def test_a_long_feed_is_read_page_by_page(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcc_bus, "A_PAGE", 4)
    await counter.placed(1, 2, 3)
    for count in (1, 2, 3):
        counter.happens(count, times=6)
    assert await counter.desk.follow() == 15
    assert [counter.told(count) for count in (1, 2, 3)] == [HOME] * 3


async def test_orders_of_others_in_the_feed_tell_nobody(counter: Counter) -> None:
    counter.office.take(Asked(number=number(7), name="Ai đó", commune="x", visit=VISIT), "ngsp")
    counter.happens(7, times=4)
    assert await counter.desk.follow() == 0
    assert counter.store.run_now(lambda unit: unit.turns.owed()) == []


async def test_a_failed_visit_is_told_with_its_reason_and_new_times(counter: Counter) -> None:
    counter.office.script(number(1), "collection_fails")
    await counter.placed()
    counter.clock.moment = datetime(2026, 11, 25, 1, tzinfo=UTC)  # eight in the morning of the visit
    counter.happens(times=2)
    await counter.desk.follow()
    (message,) = counter.store.run_now(lambda unit: unit.turns.latest("web:1", 1))[0].replies
    assert any("Không liên lạc được với người gửi" in line.words for line in message.lines)
    visits = [button.option for button in message.buttons if "2026" in button.option]
    assert visits
    assert not any("2026-11-24" in option for option in visits)  # a holiday
    counter.store.run_now(lambda unit: unit.pickups.move(number(1), LATER))
    assert await counter.settle() == ["more", "settled"]
    assert counter.parcel().visit == LATER


# -- kept together


async def test_a_step_that_cannot_be_put_into_words_is_not_kept_and_told_later(counter: Counter) -> None:
    await counter.placed()
    counter.happens(times=3)
    words = Speechless(counter.desk.words.post, counter.clock.here)
    with pytest.raises(RuntimeError, match="speechless"):
        await replace(counter.desk, words=words).follow()
    assert counter.kept().status == "accepted"
    assert counter.store.run_now(lambda unit: unit.feeds.cursor("post:ngsp")) == ""
    assert counter.told() == ["accepted"]
    assert await counter.desk.follow() == 2
    assert counter.told() == ["accepted", "on_the_way", "collected"]


async def test_a_crash_before_the_receipt_is_kept_leaves_one_order(counter: Counter) -> None:
    counter.order()
    words = Speechless(counter.desk.words.post, counter.clock.here)
    with pytest.raises(RuntimeError, match="speechless"):
        await replace(counter.desk, words=words).settle(number(1))
    assert (counter.kept().status, counter.kept().at_post, counter.told()) == ("kept", "maybe", [])
    assert await counter.settle() == ["more", "settled"]
    assert counter.office.tally()[number(1)].received == 2
    assert counter.became == {number(1): 1}
    assert counter.told() == ["accepted"]


# -- two processes


async def test_two_desks_that_read_the_same_news_tell_them_once(counter: Counter, database: str, clock: Clock) -> None:
    """Both have read the page before either keeps it."""
    await counter.placed(1, 2, 3)
    for count in (1, 2, 3):
        counter.happens(count, times=4)
    both = asyncio.Barrier(2)
    other = opened(database, Vault(KEY), clock.now)
    desks = [
        replace(counter.desk, store=store, gateway=Meanwhile(counter.desk.gateway, then=both.wait))
        for store in (counter.store, other)
    ]
    async with asyncio.timeout(20):
        heard = await asyncio.gather(*(desk.follow() for desk in desks))
    other.close()
    told = [counter.told(count) for count in (1, 2, 3)]
    assert sorted(heard) == [0, sum(len(way) - 1 for way in told)]
    assert [way[:4] for way in told] == [THERE] * 3


async def test_two_desks_remind_once(counter: Counter, database: str, clock: Clock) -> None:
    await counter.placed(*range(6))
    clock.moment = evening_before(VISIT)
    other = opened(database, Vault(KEY), clock.now)
    desks = [counter.desk, replace(counter.desk, store=other)]
    reminded = await asyncio.gather(*(desk.remind() for desk in desks))
    other.close()
    assert sum(reminded) == 6
    assert [counter.told(count) for count in range(6)] == [["accepted", "reminder"]] * 6


# -- pushed news


async def test_pushed_news_are_told_once_however_often_they_come(counter: Counter) -> None:
    await counter.placed()
    at = counter.clock.now()
    pushed = [the_news(1, "on_the_way", at), the_news(1, "collected", at + AN_HOUR)]
    for _ in range(2):
        await counter.desk.told(pushed)
    assert counter.told() == ["accepted", "on_the_way", "collected"]


async def test_a_call_of_the_post_makes_us_ask_and_is_itself_not_believed(counter: Counter) -> None:
    """Signed, it says "collected" of an order whose postman is only on the way; sent again, it tells nothing twice."""
    await counter.placed()
    counter.happens(times=2)
    hook = Hook(counter.office, "")
    event = counter.office.events()[-1]
    call = hook.body([replace(event, status="collected")])
    for _ in range(2):
        await counter.desk.look(orders_named(call, hook.key.public_key()))
    assert event.status == "on_the_way"
    assert counter.told() == ["accepted", "on_the_way"]


async def test_of_orders_that_are_not_ours_or_are_over_nobody_is_asked(counter: Counter) -> None:
    await counter.placed()
    counter.store.run_now(lambda unit: unit.pickups.cancel(number(1)))
    await counter.insist()
    with counter.nobody_there():
        await counter.desk.look([number(1), number(99)])
    counter.order(2)
    with counter.nobody_there(), pytest.raises(PostError):
        await counter.desk.look([number(2), number(99)])


# -- reminders


def evening_before(visit: Visit) -> datetime:
    """As it begins, in UTC."""
    evening = datetime.combine(visit.day - timedelta(days=1), EVENING[0], UTC)
    return evening - timedelta(hours=7)


async def test_the_evening_before_the_visit_is_reminded_of_once(counter: Counter) -> None:
    await counter.placed(1)
    await counter.placed(2, visit=LATER)
    reminded = []
    counter.clock.moment = evening_before(VISIT) - timedelta(seconds=1)
    for _ in range(12):
        reminded.append(await counter.desk.remind())
        counter.clock.passes(timedelta(minutes=15))
    assert reminded == [0, 1, *[0] * 10]
    assert [counter.told(count) for count in (1, 2)] == [["accepted", "reminder"], ["accepted"]]
    (message,) = counter.store.run_now(lambda unit: unit.turns.latest("web:1", 1))[0].replies
    assert any("Giấy chứng sinh" in line.words for line in message.lines)


async def test_at_night_nobody_is_reminded(counter: Counter) -> None:
    await counter.placed()
    counter.clock.moment = evening_before(VISIT) + timedelta(hours=2, minutes=30)
    assert await counter.desk.remind() == 0


async def test_a_moved_visit_is_reminded_of_on_the_evening_before_its_new_day(counter: Counter) -> None:
    await counter.placed()
    counter.store.run_now(lambda unit: unit.pickups.move(number(1), LATER))
    await counter.settle()
    reminded = []
    for visit in (VISIT, LATER):
        counter.clock.moment = evening_before(visit)
        reminded.append(await counter.desk.remind())
    assert reminded == [0, 1]


async def test_a_visit_the_post_would_not_move_is_reminded_of_on_its_own_day(counter: Counter) -> None:
    await counter.placed()
    refusing = Meanwhile(counter.desk.gateway, refuses=True)
    counter.store.run_now(lambda unit: unit.pickups.move(number(1), LATER))
    assert await replace(counter.desk, gateway=refusing).settle(number(1)) == "more"
    reminded = []
    for visit in (VISIT, LATER):
        counter.clock.moment = evening_before(visit)
        reminded.append(await counter.desk.remind())
    assert reminded == [1, 0]
    assert counter.told() == ["accepted", "not_moved", "reminder"]


# -- what was missed


async def test_a_sweep_hands_over_what_is_not_settled(counter: Counter, handed: list[str]) -> None:
    await counter.placed(1, 2)
    counter.order(3)
    counter.store.run_now(lambda unit: unit.pickups.move(number(2), LATER))
    handed.clear()
    await counter.desk.sweep()
    assert sorted(handed) == [number(2), number(3)]


# -- doubles


@dataclass
class Meanwhile:
    """A gateway during whose calls something else happens: after the post has acted, before we know of it."""

    gateway: PostGateway
    happens: Callable[[], None] = lambda: None
    then: Callable[[], Awaitable[object]] | None = None
    refuses: bool = False
    cursors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.gateway.name

    async def place(self, order: Order, *, again: bool) -> Receipt:
        receipt = await self.gateway.place(order, again=again)
        await self._meanwhile()
        return receipt

    async def cancel(self, order: Order, item: str | None) -> None:
        await self.gateway.cancel(order, item)

    async def move(self, order: Order, item: str | None, visit: Visit) -> None:
        if self.refuses:
            raise PostError("not now", retryable=False)
        await self.gateway.move(order, item, visit)

    async def news(self, cursor: str, open_orders: Sequence[tuple[str, str | None]]) -> Batch:
        self.cursors.append(cursor)
        batch = await self.gateway.news(cursor, open_orders)
        await self._meanwhile()
        return batch

    async def _meanwhile(self) -> None:
        self.happens()
        if self.then:
            await self.then()


class Speechless(Notices):
    """Fails at the last moment: when what happened is put into words."""

    def of_news(self, kept: Kept, news: News, pickups: Pickups) -> Reply | None:
        if news.status in ("collected", "accepted"):
            raise RuntimeError("speechless")
        return super().of_news(kept, news, pickups)
