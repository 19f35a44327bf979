"""The working calendar: 2026 as decreed, later years as computed, counting as the post counts."""

from datetime import date, timedelta

import pytest
from holidays.countries.vietnam import Vietnam
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.calendar import WEEKEND, Decision, WorkingCalendar, load_calendar

CALENDAR = load_calendar()
KNOWN = st.dates(date(2026, 1, 1), date(2031, 6, 30))

# DOMAIN §6, written out: every weekday off and every Saturday worked in 2026.
OFF_2026 = """1/1 2/1 16/2 17/2 18/2 19/2 20/2 27/4 30/4 1/5 31/8 1/9 2/9 24/11"""
WORKED_SATURDAYS_2026 = "10/1 22/8"


def in_2026(days: str) -> set[date]:
    return {date(2026, int(month), int(day)) for day, month in (said.split("/") for said in days.split())}


def swapped() -> WorkingCalendar:
    """As if the swap of 23/11 and 28/11/2026 had been approved."""
    decisions = tuple(decision.model_copy(update={"decided": True}) for decision in CALENDAR.holidays.decisions)
    return WorkingCalendar(CALENDAR.holidays.model_copy(update={"decisions": decisions}))


def test_every_day_of_2026_is_as_decreed():
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    off = {day for day in year if day.weekday() < 5 and not CALENDAR.is_working(day)}
    worked = {day for day in year if day.weekday() >= 5 and CALENDAR.is_working(day)}
    assert (off, worked) == (in_2026(OFF_2026), in_2026(WORKED_SATURDAYS_2026))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 1, 2), "nghỉ hoán đổi Tết Dương lịch"),
        (date(2026, 1, 9), None),
        (date(2026, 1, 10), None),
        (date(2026, 1, 11), WEEKEND),
        (date(2026, 4, 26), "Ngày Giỗ Tổ Hùng Vương"),  # a Sunday: the holiday has a name, so it is told
        (date(2026, 4, 27), "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        (date(2026, 8, 22), None),
        (date(2026, 8, 31), "nghỉ hoán đổi Quốc khánh"),
        (date(2026, 11, 21), WEEKEND),
        (date(2026, 11, 23), None),  # the swap was only proposed
        (date(2026, 11, 24), "Ngày Văn hóa Việt Nam"),
        (date(2026, 11, 28), WEEKEND),
        (date(2027, 2, 4), "29 Tết"),
        (date(2029, 11, 26), None),  # the Culture Day on a Saturday is not made up
        (date(2030, 11, 25), None),
    ],
)
def test_why_a_day_is_off(day, why):
    assert CALENDAR.why_off(day) == why
    assert CALENDAR.is_working(day) == (why is None)


def test_the_worked_example():
    """Pickup on Monday 23/11/2026, between districts, J+2 (DOMAIN §6)."""
    assert CALENDAR.add_working_days(date(2026, 11, 23), 2) == date(2026, 11, 26)
    assert not swapped().is_working(date(2026, 11, 23))
    assert swapped().is_working(date(2026, 11, 28))
    assert swapped().add_working_days(date(2026, 11, 26), 2) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 2, date(2026, 11, 25)),
        (date(2025, 12, 31), 1, date(2026, 1, 5)),  # 1/1, 2/1 and the weekend; day J itself is not looked up
        (date(2026, 1, 5), 5, date(2026, 1, 10)),  # the worked Saturday
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 8, 20), 3, date(2026, 8, 24)),  # Saturday 22/8 is worked
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2026, 4, 24), 2, date(2026, 4, 29)),
        (date(2026, 4, 29), 1, date(2026, 5, 4)),
    ],
)
def test_counting_leaves_out_day_j_weekends_and_holidays(day, count, then):
    assert CALENDAR.add_working_days(day, count) == then


@pytest.mark.parametrize(
    ("day", "then"),
    [
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 25)),
        (date(2026, 2, 14), date(2026, 2, 23)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_the_next_working_day(day, then):
    assert CALENDAR.next_working(day) == then


@pytest.mark.parametrize(
    ("day", "estimate"),
    [
        (date(2026, 2, 16), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), False),
        (date(2026, 11, 28), True),
        (date(2027, 1, 1), False),
        (date(2027, 2, 3), False),
        (date(2027, 2, 4), True),
        (date(2027, 2, 12), True),  # a working day now, off in one of the two proposals
        (date(2027, 2, 15), False),
        (date(2027, 9, 2), True),
    ],
)
def test_what_is_not_decreed_is_said_to_be_an_estimate(day, estimate):
    assert CALENDAR.is_estimate(day) == estimate


def test_the_library_says_the_same_but_for_what_it_does_not_know():
    library = set(Vietnam(years=range(2026, 2032)))
    ours = {*CALENDAR.holidays.days, *(day for d in CALENDAR.holidays.decisions if d.decided for day in d.off)}
    assert ours - library == {date(2026, 1, 2)}  # the swap with 10/1
    assert library - ours == {date(2029, 11, 26), date(2030, 11, 25)}  # no make-up for the Culture Day


@given(KNOWN, st.integers(0, 60))
def test_counting_there_and_back(day, count):
    then = CALENDAR.add_working_days(day, count)
    assert CALENDAR.working_days_between(day, then) == count
    assert CALENDAR.working_days_between(then, day) == -count
    assert count == 0 or CALENDAR.is_working(then)


@given(KNOWN)
def test_between_a_day_and_its_next_working_day_nothing_works(day):
    following = CALENDAR.next_working(day)
    assert not any(CALENDAR.is_working(day + timedelta(days=n)) for n in range(1, (following - day).days))


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2032, 1, 1)])
def test_a_year_it_does_not_know_is_an_error_and_not_a_guess(day):
    with pytest.raises(LookupError):
        CALENDAR.is_working(day)


def test_counting_backwards_is_refused():
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_working_days(date(2026, 11, 23), -1)


@pytest.mark.parametrize("worked", [[date(2026, 3, 4)], [date(2026, 3, 7), date(2026, 3, 14)]])
def test_a_swap_that_cannot_be_is_refused(worked):
    swap = Decision(off={date(2026, 3, 3): "x"}, worked=tuple(worked), source="x", confidence="high")
    fields = CALENDAR.holidays.model_dump() | {"decisions": [swap.model_dump()]}
    with pytest.raises(ValidationError):
        type(CALENDAR.holidays).model_validate(fields)
