"""Whether the promised day is kept: every status, every side of the day, days off, and what nobody knows."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dossiers.dossier import WAITING, Dossier, Status
from bot.dossiers.lateness import UNKNOWN, VIETNAM, Lateness, lateness
from knowledge.calendar import load_calendar

CALENDAR = load_calendar()
STATUSES: tuple[Status, ...] = get_args(Status)
DUE = datetime(2026, 11, 25, 17, tzinfo=VIETNAM)  # a Wednesday; the day before is a holiday


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=VIETNAM)


def now(day: int) -> datetime:
    return datetime(2026, 11, day, 9)  # as Given.now


def a_dossier(status: Status, **more: object) -> Dossier:
    return Dossier.model_validate({"code": "H37.12-261110-0007", "system": "s", "status": status, "due": DUE} | more)


@pytest.mark.parametrize(
    ("dossier", "today", "expected"),
    [
        (a_dossier("processing"), 18, Lateness("running", 4)),  # 19, 20, 23, 25
        (a_dossier("received"), 23, Lateness("running", 1)),  # the 24th is a holiday
        (a_dossier("registered"), 25, Lateness("running", 0)),
        (a_dossier("processing"), 26, Lateness("overdue", 1)),
        (a_dossier("processing"), 30, Lateness("overdue", 3)),  # Monday: the weekend does not count
        (a_dossier("processing", due=at(20)), 21, Lateness("overdue", 0)),  # Saturday
        (a_dossier("done", finished=at(20)), 30, Lateness("early", 2)),
        (a_dossier("done", finished=at(25, 23)), 30, Lateness("on_time", 0)),  # the day counts, not the hour
        (a_dossier("returned", finished=at(27), returned=at(30)), 30, Lateness("late", 2)),
        (a_dossier("returned", returned=at(23)), 30, Lateness("early", 1)),  # it was there then at the latest
        (a_dossier("returned", returned=at(30)), 30, UNKNOWN),  # who knows how long it lay there
        (a_dossier("done"), 18, UNKNOWN),
        (a_dossier("processing", finished=at(20)), 18, Lateness("running", 4)),  # the status is trusted
        (a_dossier("unknown", finished=at(20)), 30, Lateness("early", 2)),
        (a_dossier("unknown"), 18, UNKNOWN),
        *((a_dossier(status), 30, Lateness("waiting")) for status in sorted(WAITING)),
        *((a_dossier(status, due=None), 30, Lateness("waiting")) for status in sorted(WAITING)),
        *((a_dossier(status, due=None, finished=at(20)), 30, UNKNOWN) for status in STATUSES if status not in WAITING),
        *((a_dossier(status, finished=at(30)), 30, UNKNOWN) for status in ("rejected", "withdrawn", "stopped")),
    ],
)
def test_the_promise_is_judged_in_working_days(dossier: Dossier, today: int, expected: Lateness) -> None:
    assert lateness(dossier, now(today), CALENDAR) == expected


def test_days_are_those_of_viet_nam() -> None:
    evening = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)  # half past midnight of the 26th
    assert lateness(a_dossier("done", finished=evening), now(30), CALENDAR) == Lateness("late", 1)
    assert lateness(a_dossier("done", due=evening, finished=at(26)), now(30), CALENDAR) == Lateness("on_time", 0)


def test_beyond_the_calendar_the_side_is_known_and_the_number_is_not() -> None:
    far, long_ago = datetime(2040, 1, 2, tzinfo=VIETNAM), datetime(2009, 1, 5, tzinfo=VIETNAM)
    assert lateness(a_dossier("processing", due=far), now(21), CALENDAR) == Lateness("running", None)
    assert lateness(a_dossier("processing", due=long_ago), now(21), CALENDAR) == Lateness("overdue", None)
    assert lateness(a_dossier("done", due=long_ago, finished=at(20)), now(21), CALENDAR) == Lateness("late", None)


@given(
    st.sampled_from(STATUSES),
    st.datetimes(datetime(2025, 11, 1), datetime(2028, 1, 1)),
    st.none() | st.integers(-200, 200),
    st.none() | st.integers(-200, 200),
)
def test_it_always_has_an_answer_and_never_counts_below_nothing(
    status: Status, today: datetime, due: int | None, finished: int | None
) -> None:
    moments = {
        name: today.replace(tzinfo=VIETNAM) + timedelta(days=days)
        for name, days in (("due", due), ("finished", finished))
        if days is not None
    }
    said = lateness(a_dossier(status, **{"due": None} | moments), today, CALENDAR)
    assert said.working_days is None or said.working_days >= 0
    assert (said.kind == "waiting") == (status in WAITING)
    if said.kind in ("late", "overdue", "early", "on_time", "running"):
        assert "due" in moments
