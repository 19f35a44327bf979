"""When the dossier arrives, when the result is due: in working days, from the day the agency signs."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import WorkingCalendar, load_calendar
from knowledge.clocks import Clocks, clocks, months_later
from procedures_catalog.catalog import load
from procedures_catalog.models import Duration, Level
from procedures_catalog.postage import load_tariffs

TARIFFS = load_tariffs()
CALENDAR = load_calendar()
DECISIONS = tuple(decision.model_copy(update={"decided": True}) for decision in CALENDAR.holidays.decisions)
SWAPPED = WorkingCalendar(CALENDAR.holidays.model_copy(update={"decisions": DECISIONS}))  # 23/11 off, 28/11 worked
MONDAY = date(2026, 11, 23)
DECEMBER = date(2026, 12, 7)  # a Monday with no holiday near it

LEVELS = st.sampled_from(get_args(Level))
UNITS = st.sampled_from(["working_day", "day", "hour", "month"])
DURATIONS = st.lists(
    st.builds(
        Duration,
        amount=st.none() | st.integers(0, 400),
        unit=UNITS,
        channels=st.sampled_from([(), ("post",), ("direct",), ("online",)]),
    ),
    max_size=3,
).map(tuple)
KNOWN = st.lists(st.builds(Duration, amount=st.integers(0, 60), unit=UNITS), min_size=1, max_size=3).map(tuple)
PICKUPS = st.dates(date(2026, 1, 1), date(2031, 12, 31))


def day(said: str) -> date:
    number, month = said.split("/")
    return date(2027 if month == "1" else 2026, int(month), int(number))


def span(said: str) -> tuple[date, date]:
    first, last = said.split("-")
    return day(first), day(last)


def told(level: Level, pickup: date, *durations: Duration, back: bool = False, **more: object) -> Clocks:
    return clocks(TARIFFS, more.pop("calendar", CALENDAR), level, pickup, durations, back, **more)


def test_the_worked_example():
    """DOMAIN §6: pickup on Monday 23/11/2026, between districts J+2, and 24/11 is a holiday."""
    found = told("province", MONDAY)
    assert found.at_agency == (date(2026, 11, 25), date(2026, 11, 26))  # J+1 if it still counts as one district
    assert found.source.document == "17/2017/TT-BTTTT"
    assert found.source.article == "Điều 7"


def test_the_worked_example_with_the_swap_decided():
    """Then 23/11 is off and Saturday 28/11 is worked."""
    assert SWAPPED.why_off(MONDAY) == "nghỉ hoán đổi Ngày Văn hóa Việt Nam"
    assert told("province", date(2026, 11, 26), calendar=SWAPPED).at_agency == span("27/11-28/11")
    assert told("province", date(2026, 11, 20), calendar=SWAPPED).at_agency == span("25/11-26/11")
    assert told("province", date(2026, 11, 20)).at_agency == span("23/11-25/11")


@pytest.mark.parametrize(
    ("level", "same_province", "at_agency"),
    [
        ("commune", None, "8/12-8/12"),
        ("commune", False, "10/12-11/12"),
        ("province", None, "8/12-9/12"),
        ("ministry", None, "10/12-11/12"),
        ("ministry", True, "8/12-9/12"),
        ("other", None, "10/12-11/12"),
    ],
)
def test_the_posts_clock(level, same_province, at_agency):
    found = told(level, DECEMBER, same_province=same_province)
    assert found.at_agency == span(at_agency)
    assert ("scope_unclear" in found.doubts) == (found.at_agency[0] != found.at_agency[1])


@pytest.mark.parametrize(
    ("duration", "result"),
    [
        # handed in at the commune's on Tuesday 8/12/2026
        ({"amount": 0}, "8/12-8/12"),
        ({"amount": 3}, "11/12-11/12"),
        ({"amount": 5}, "15/12-15/12"),
        ({"amount": 3, "unit": "day"}, "11/12-11/12"),
        ({"amount": 4, "unit": "day"}, "14/12-14/12"),  # Saturday: due on Monday
        ({"amount": 24, "unit": "day"}, "4/1-4/1"),  # New Year's Day is a Friday
        ({"amount": 1, "unit": "month"}, "8/1-8/1"),
        ({"amount": 8, "unit": "hour"}, "9/12-9/12"),
        ({"amount": 24, "unit": "hour"}, "11/12-11/12"),
        ({"amount": 2, "unit": "hour"}, "8/12-9/12"),  # hangs on the hour of signing
        ({"amount": 12, "unit": "hour"}, "9/12-10/12"),
    ],
)
def test_the_agencys_clock_begins_when_it_signs(duration, result):
    found = told("commune", DECEMBER, Duration(**duration))
    assert found.at_agency == span("8/12-8/12")
    assert found.result == span(result)
    assert found.home is None


def test_the_result_comes_home_by_the_same_scope():
    found = told("province", DECEMBER, Duration(amount=5), back=True)
    assert (found.at_agency, found.result, found.home) == (span("8/12-9/12"), span("15/12-16/12"), span("16/12-18/12"))
    assert found.doubts == ("scope_unclear",)


def test_several_times_make_a_range():
    found = told("commune", DECEMBER, Duration(amount=3), Duration(amount=10, only_if="phải xác minh"), back=True)
    assert (found.result, found.home) == (span("11/12-22/12"), span("14/12-23/12"))
    assert found.doubts == ("duration_varies",)


def test_the_same_time_twice_is_one():
    assert told("commune", DECEMBER, Duration(amount=3), Duration(amount=3, only_if="phải xác minh")).doubts == ()


@pytest.mark.parametrize(
    "durations",
    [
        (),
        (Duration(amount=None),),
        (Duration(amount=3), Duration(amount=None, only_if="phải xác minh")),
        (Duration(amount=3, channels=("direct",)),),
    ],
)
def test_an_unknown_time_gives_no_day(durations):
    found = told("commune", DECEMBER, *durations, back=True)
    assert (found.result, found.home, found.doubts) == (None, None, ("duration_unknown",))


def test_only_the_times_of_the_postal_way_count():
    durations = (Duration(amount=20, channels=("post",)), Duration(amount=5, channels=("direct", "online")))
    assert told("commune", DECEMBER, *durations).result == (CALENDAR.add_working_days(day("8/12"), 20),) * 2


@pytest.mark.parametrize(
    ("pickup", "durations", "undecided"),
    [
        (date(2026, 11, 18), (), False),
        (date(2026, 11, 23), (), True),  # the swap of this very day is only proposed
        (date(2026, 11, 20), (), True),
        (date(2026, 11, 27), (), True),  # Saturday 28/11 may be worked
        (date(2026, 11, 30), (), False),
        (date(2026, 11, 30), (Duration(amount=2, unit="month"),), False),  # until 1/2/2027
        (date(2026, 11, 30), (Duration(amount=50),), True),  # into Tết 2027
    ],
)
def test_days_that_wait_for_a_notice_are_told(pickup, durations, undecided):
    assert ("day_undecided" in told("commune", pickup, *durations).doubts) is undecided


@pytest.mark.parametrize(
    ("pickup", "duration", "at_agency", "result"),
    [
        (date(2031, 12, 30), Duration(amount=10), (date(2031, 12, 31),) * 2, None),
        (date(2031, 12, 31), Duration(amount=1), None, None),
        (date(2040, 1, 4), Duration(amount=1), None, None),
        (DECEMBER, Duration(amount=10**9, unit="day"), span("8/12-8/12"), None),
        (DECEMBER, Duration(amount=10**9, unit="month"), span("8/12-8/12"), None),
        (DECEMBER, Duration(amount=10**9, unit="hour"), span("8/12-8/12"), None),
        (DECEMBER, Duration(amount=10**9), span("8/12-8/12"), None),
    ],
)
def test_beyond_the_calendar_nothing_is_guessed(pickup, duration, at_agency, result):
    found = told("commune", pickup, duration, back=True)
    assert (found.at_agency, found.result, found.home) == (at_agency, result, None)
    assert found.doubts == ("day_undecided",)


def test_home_alone_can_lie_beyond_the_calendar():
    found = told("commune", date(2031, 12, 29), Duration(amount=1), back=True)
    assert (found.result, found.home, found.doubts) == ((date(2031, 12, 31),) * 2, None, ("day_undecided",))


@pytest.mark.parametrize(
    ("since", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
        (date(2026, 11, 15), 25, date(2028, 12, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(since, months, then):
    assert months_later(since, months) == then


def test_every_procedure_has_clocks():
    for procedure in load().values():
        for level in procedure.levels:
            found = told(level, MONDAY, *procedure.durations, back=True)
            assert (found.result is None) == ("duration_unknown" in found.doubts), procedure.code


# What holds for any dossier


@given(PICKUPS, LEVELS, DURATIONS, st.booleans(), st.sampled_from([None, True, False]), st.booleans())
def test_no_day_is_a_day_off_and_all_are_in_order(pickup, level, durations, back, same_province, swapped):
    calendar = SWAPPED if swapped else CALENDAR
    found = clocks(TARIFFS, calendar, level, pickup, durations, back, same_province)
    spans = [known for known in (found.at_agency, found.result, found.home) if known]
    assert all(first <= last for first, last in spans)
    assert all(calendar.is_working(first) and calendar.is_working(last) for first, last in spans)
    assert [first for first, _ in spans] == sorted(first for first, _ in spans)
    assert [last for _, last in spans] == sorted(last for _, last in spans)
    assert not spans or spans[0][0] > pickup
    assert found.home is None or (back and found.result)


@given(PICKUPS, LEVELS, KNOWN)
def test_a_later_pickup_brings_nothing_earlier(pickup, level, durations):
    one, other = (told(level, p, *durations, back=True) for p in (pickup, pickup + timedelta(days=1)))
    for before, after in ((one.at_agency, other.at_agency), (one.result, other.result), (one.home, other.home)):
        if before and after:
            assert before[0] <= after[0]
            assert before[1] <= after[1]


@given(PICKUPS, LEVELS, DURATIONS, st.booleans())
def test_clocks_come_back_from_json_as_they_were(pickup, level, durations, back):
    found = told(level, pickup, *durations, back=back)
    assert Clocks.model_validate_json(found.model_dump_json()) == found
