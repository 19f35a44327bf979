"""What news brings an order farther: case by case, and whatever order and however often the news come in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pickup.progress import CHANGEABLE, ENDED, PLACE, TRIED_AGAIN, News, Status, moves_on, renews

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
STATUSES: tuple[Status, ...] = get_args(Status)
BEFORE, SAME, AFTER = NINE - timedelta(hours=1), NINE, NINE + timedelta(hours=1)


def told(status: Status, at: datetime) -> News:
    return News(order="ND261121-4F7KQ2", key=f"{status}:{at}", status=status, at=at)


def test_every_status_has_its_place() -> None:
    assert set(PLACE) == set(STATUSES)
    assert set(STATUSES) >= ENDED | CHANGEABLE
    assert not ENDED & CHANGEABLE


@pytest.mark.parametrize(
    ("now", "told_of", "at", "moves"),
    [
        ("kept", "accepted", BEFORE, True),  # the post's clock may be behind ours
        ("kept", "collected", BEFORE, True),  # what came in between was lost
        ("kept", "refused", AFTER, True),
        ("accepted", "on_the_way", AFTER, True),
        ("accepted", "on_the_way", SAME, True),  # a post that tells minutes only
        ("on_the_way", "accepted", AFTER, True),  # the postman was sent back
        ("on_the_way", "accepted", SAME, False),
        ("on_the_way", "accepted", BEFORE, False),
        ("on_the_way", "collection_failed", AFTER, True),
        ("on_the_way", "collection_failed", SAME, True),
        ("on_the_way", "collection_failed", BEFORE, False),  # of the attempt before this one
        ("collection_failed", "on_the_way", AFTER, True),
        ("collection_failed", "on_the_way", SAME, False),
        ("collection_failed", "on_the_way", BEFORE, False),
        ("collection_failed", "accepted", AFTER, True),
        ("collection_failed", "collection_failed", AFTER, True),  # in vain again: a new time is to be chosen again
        ("delivery_failed", "delivery_failed", AFTER, True),
        ("collection_failed", "collected", BEFORE, True),  # from one leg to the next the clock is not asked
        ("collected", "collection_failed", AFTER, False),
        ("collected", "on_the_way", AFTER, False),
        ("collected", "handed_over", AFTER, True),
        ("handed_over", "collected", AFTER, False),
        ("result_on_the_way", "delivery_failed", AFTER, True),
        ("delivery_failed", "result_on_the_way", AFTER, True),
        ("delivery_failed", "result_on_the_way", BEFORE, False),
        ("delivery_failed", "on_the_way", AFTER, False),
        ("delivery_failed", "delivered", AFTER, True),
        ("delivery_failed", "returned", AFTER, True),
        ("accepted", "cancelled", AFTER, True),
        ("on_the_way", "cancelled", AFTER, True),
        ("collection_failed", "cancelled", BEFORE, True),
        ("collected", "cancelled", AFTER, False),  # it is with the post: nothing to cancel any more
        ("handed_over", "cancelled", AFTER, False),
        *((ended, status, AFTER, False) for ended in sorted(ENDED) for status in STATUSES),
        *((status, status, at, False) for status in STATUSES for at in (BEFORE, SAME)),
        *((status, status, AFTER, False) for status in STATUSES if status not in TRIED_AGAIN),
    ],
)
def test_what_moves_an_order_on(now: Status, told_of: Status, at: datetime, moves: bool) -> None:
    assert moves_on(now, SAME, told(told_of, at)) is moves


@st.composite
def journeys(draw: st.DrawFn) -> list[News]:
    """The way of one order, as it happened, up to any point of it."""
    way: list[Status] = ["accepted", "on_the_way"]
    for _ in range(draw(st.integers(0, 3))):
        way += [*draw(st.sampled_from([["collection_failed"], ["collection_failed", "accepted"]])), "on_the_way"]
    if draw(st.booleans()):
        way += draw(st.sampled_from([["cancelled"], ["collection_failed", "cancelled"], ["refused"]]))
    else:
        way += ["collected", "handed_over"]
        way += ["result_on_the_way", "delivery_failed"] * draw(st.integers(0, 3))
        way += draw(st.sampled_from([["result_on_the_way", "delivered"], ["returned"], []]))
    minutes = draw(st.lists(st.integers(1, 3000), min_size=len(way), max_size=len(way)))
    happened = [NINE + timedelta(minutes=sum(minutes[: place + 1])) for place in range(len(way))]
    length = draw(st.integers(1, len(way)))
    return [told(status, at) for status, at in zip(way[:length], happened[:length], strict=True)]


def heard(deliveries: Sequence[News]) -> list[tuple[Status, datetime]]:
    """Where the order stood, after each delivery that moved it, as Pickups.hear keeps it."""
    status: Status = "kept"
    since, known, stood = BEFORE, set[str](), list[tuple[Status, datetime]]()
    for news in deliveries:
        if news.key in known:
            continue
        known.add(news.key)
        if moves_on(status, since, news):
            status, since = news.status, news.at
            stood.append((status, since))
        elif renews(status, since, news):
            since = news.at
    return stood


@given(journeys(), st.data())
def test_whatever_order_and_however_often_they_are_told_the_order_ends_the_same(
    journey: list[News], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(journey), max_size=len(journey)))
    mixed = data.draw(st.permutations(journey + again))
    assert heard(mixed)[-1][0] == journey[-1].status


@given(journeys(), st.data())
def test_late_news_never_moves_back(journey: list[News], data: st.DataObject) -> None:
    """Each status an order takes happened after the one it leaves."""
    stood = heard(data.draw(st.permutations(journey)))
    assert [at for _, at in stood] == sorted({at for _, at in stood})


@given(journeys())
def test_told_as_it_happened_each_step_is_taken(journey: list[News]) -> None:
    assert heard(journey) == [(news.status, news.at) for news in journey]


def test_one_failed_visit_in_every_order() -> None:
    """The smallest case there is: two attempts, the news of the failed one late."""
    way: list[Status] = ["accepted", "on_the_way", "collection_failed", "on_the_way"]
    journey = [told(status, NINE + timedelta(hours=hour)) for hour, status in enumerate(way)]
    assert {heard(mixed)[-1][0] for mixed in permutations(journey)} == {"on_the_way"}


def test_the_same_status_told_later_is_of_another_attempt_and_told_nobody() -> None:
    assert renews("on_the_way", NINE, told("on_the_way", AFTER))
    assert not renews("on_the_way", NINE, told("on_the_way", BEFORE))
    assert not renews("collected", NINE, told("collected", AFTER))  # collected once: since the first time
    assert not moves_on("on_the_way", NINE, told("on_the_way", AFTER))
