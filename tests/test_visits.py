"""When a postman can come: days and shifts that are refused, with why, and what is offered in their place."""

from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.calendar import WorkingCalendar, load_calendar
from knowledge.moments import Moment, read_moment
from knowledge.moments.reader import Shift
from knowledge.visits import Closed, OrderBy, Over, Past, TooFar, TooLate, VisitRules, Visits, load_visits

VISITS = load_visits()
SATURDAY = datetime(2026, 11, 21, 10)  # as in the bot: in Viet Nam, without its zone
CALENDAR = load_calendar()
DECISIONS = tuple(decision.model_copy(update={"decided": True}) for decision in CALENDAR.holidays.decisions)
SWAPPED = Visits(VISITS.rules, WorkingCalendar(CALENDAR.holidays.model_copy(update={"decisions": DECISIONS})))

NOWS = st.datetimes(datetime(2026, 1, 1), datetime(2031, 12, 31, 23, 59))
SHIFTS = st.sampled_from(get_args(Shift))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute)


def november(day: int) -> date:
    return date(2026, 11, day)


def test_the_hours_the_post_offers():
    assert VISITS.hours("morning") == (time(8), time(11))
    assert VISITS.hours("afternoon") == (time(13), time(17))


@pytest.mark.parametrize(
    ("day", "shift", "now", "fault"),
    [
        (november(25), "morning", SATURDAY, None),
        (november(25), None, SATURDAY, None),
        (november(23), "morning", SATURDAY, None),
        (november(20), "morning", SATURDAY, Past()),
        (date(2020, 1, 1), None, SATURDAY, Past()),
        (november(21), None, SATURDAY, Closed("weekend", november(23))),
        (november(22), "afternoon", SATURDAY, Closed("weekend", november(23))),
        (november(24), "morning", SATURDAY, Closed("Ngày Văn hóa Việt Nam", november(25))),
        (november(28), "morning", SATURDAY, Closed("weekend", november(30))),
        (date(2026, 12, 21), "morning", SATURDAY, None),  # 30 days ahead, a Monday
        (date(2026, 12, 22), "morning", SATURDAY, TooFar(date(2026, 12, 21))),
        (date(2027, 2, 21), None, SATURDAY, TooFar(date(2026, 12, 21))),
        (date(2400, 1, 1), None, SATURDAY, TooFar(date(2026, 12, 21))),
        (date(2026, 12, 20), None, at(20, 10), Closed("weekend", date(2026, 12, 18))),  # none follows within reach
        # today, a Wednesday
        (november(25), "morning", at(25, 5, 59), None),
        (november(25), "morning", at(25, 6), TooLate((november(25), "afternoon"))),
        (november(25), "morning", at(25, 10, 59), TooLate((november(25), "afternoon"))),
        (november(25), "morning", at(25, 11), Over((november(26), "morning"))),
        (november(25), "afternoon", at(25, 10, 59), None),
        (november(25), None, at(25, 10, 59), None),
        (november(25), "afternoon", at(25, 11), TooLate((november(26), "morning"))),
        (november(25), None, at(25, 16, 59), TooLate((november(26), "morning"))),
        (november(25), "afternoon", at(25, 17), Over((november(26), "morning"))),
        (november(25), None, at(25, 17), Over((november(26), "morning"))),
        (november(27), "afternoon", at(27, 18), Over((november(30), "morning"))),  # a Friday
    ],
)
def test_what_is_wrong_with_a_visit(day, shift, now, fault):
    assert VISITS.check(day, shift, now) == fault


def test_with_the_swap_decided_saturday_is_worked():
    assert SWAPPED.check(november(23), "morning", SATURDAY) == Closed(
        "nghỉ hoán đổi Ngày Văn hóa Việt Nam", november(25)
    )
    assert SWAPPED.check(november(28), "morning", SATURDAY) is None
    assert SWAPPED.offered(SATURDAY, count=1) == [(november(25), "morning")]


def test_the_next_visits():
    assert VISITS.offered(SATURDAY) == [
        (november(23), "morning"),
        (november(23), "afternoon"),
        (november(25), "morning"),
        (november(25), "afternoon"),
    ]
    full = frozenset({(november(23), "morning"), (november(25), "afternoon")})
    assert VISITS.offered(SATURDAY, full, 3) == [
        (november(23), "afternoon"),
        (november(25), "morning"),
        (november(26), "morning"),
    ]
    assert VISITS.offered(at(25, 6), count=1) == [(november(25), "afternoon")]
    assert VISITS.offered(SATURDAY, frozenset(VISITS.possible(SATURDAY))) == []


def test_a_cut_off_on_the_day_before():
    order_by = {**VISITS.rules.order_by, "morning": OrderBy(days_before=1, at=time(17))}
    early = Visits(VISITS.rules.model_copy(update={"order_by": order_by}), CALENDAR)
    assert early.check(november(26), "morning", at(25, 16, 59)) is None
    assert early.check(november(26), "morning", at(25, 17)) == TooLate((november(26), "afternoon"))
    assert early.check(november(30), "morning", at(29, 17)) == TooLate((november(30), "afternoon"))


def test_the_zone_of_now_is_not_looked_at():
    now = SATURDAY.replace(tzinfo=UTC)
    assert VISITS.offered(now) == VISITS.offered(SATURDAY)
    assert VISITS.check(november(24), None, now) == VISITS.check(november(24), None, SATURDAY)


def test_nothing_is_promised_beyond_the_calendar():
    now = datetime(2031, 12, 30, 12)
    assert VISITS.offered(now) == [(date(2031, 12, 31), "morning"), (date(2031, 12, 31), "afternoon")]
    assert VISITS.check(date(2032, 1, 5), None, now) == TooFar(date(2031, 12, 31))
    late = datetime(2032, 1, 5, 9)
    assert VISITS.offered(late) == []
    assert VISITS.check(date(2032, 1, 6), None, late) == TooFar(date(2032, 1, 5))


# What is wrong with a wish in words


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("thứ 2", None),
        ("mai", Closed("weekend", november(23))),
        ("thứ 7 tuần sau", Closed("weekend", november(30))),
        ("thứ 3", Closed("Ngày Văn hóa Việt Nam", november(25))),
        ("hôm nay", Closed("weekend", november(23))),
        ("cuối tuần này", Closed("weekend", november(23))),
        ("tuần sau", None),
        ("từ thứ 3 đến thứ 5", None),
        ("15/11", Past()),
        ("5/6", Past()),
        ("9h sáng nay", Closed("weekend", november(23))),
        ("24/11/2025", Past()),
        ("21/12", None),  # 30 days ahead
        ("22/12", TooFar(date(2026, 12, 21))),
        ("1/1", TooFar(date(2026, 12, 21))),
        ("1/3/2027", TooFar(date(2026, 12, 21))),
        ("24/11/2028", TooFar(date(2026, 12, 21))),
        ("buổi sáng", None),
    ],
)
def test_what_is_wrong_with_a_wished_day(text, wrong):
    moment = read_moment(text, SATURDAY)
    assert moment is not None
    assert VISITS.against(moment, SATURDAY) == wrong


@pytest.mark.parametrize(
    ("text", "hour", "wrong"),
    [
        ("hôm nay", 9, None),
        ("hôm nay", 16, TooLate((november(26), "morning"))),
        ("hôm nay", 17, Over((november(26), "morning"))),
        ("sáng nay", 5, None),
        ("sáng nay", 9, TooLate((november(25), "afternoon"))),
        ("sáng nay", 12, Over((november(26), "morning"))),
        ("chiều nay", 10, None),
        ("chiều nay", 12, TooLate((november(26), "morning"))),
        ("14h hôm nay", 10, None),
        ("14h hôm nay", 13, TooLate((november(26), "morning"))),
    ],
)
def test_today_closes_shift_by_shift(text, hour, wrong):
    moment = read_moment(text, at(25, hour))  # a Wednesday
    assert moment is not None
    assert VISITS.against(moment, at(25, hour)) == wrong


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (november(16), november(20), Past()),
        (november(16), november(21), Closed("weekend", november(23))),
        (november(16), november(23), None),
        (date(2026, 12, 19), date(2027, 3, 1), None),
        (date(2026, 12, 22), date(2027, 3, 1), TooFar(date(2026, 12, 21))),
        (date(2026, 12, 19), date(2026, 12, 20), Closed("weekend", date(2026, 12, 21))),
        (date(2000, 1, 1), date(2400, 1, 1), None),
    ],
)
def test_a_span_is_judged_by_its_days_together(first, last, wrong):
    assert VISITS.against(Moment(first, last, None, None, True, ""), SATURDAY) == wrong


def test_a_span_that_ends_too_far_ahead_is_told_by_its_first_fault():
    friday = at(20, 10)
    weekend_and_later = Moment(date(2026, 12, 19), date(2027, 1, 5), None, None, True, "")
    assert VISITS.against(weekend_and_later, friday) == Closed("weekend", date(2026, 12, 18))


# What holds at any moment


@given(NOWS, st.integers(0, 80), st.frozensets(st.tuples(st.dates(date(2026, 1, 1)), SHIFTS)))
def test_what_is_offered_is_accepted(now, count, full):
    offered = VISITS.offered(now, full, count)
    assert all(VISITS.check(day, shift, now) is None for day, shift in offered)
    assert all(CALENDAR.is_working(day) for day, _ in offered)
    assert not set(offered) & full
    assert len(offered) == len(set(offered)) <= count
    assert [day for day, _ in offered] == sorted(day for day, _ in offered)


@given(NOWS, st.integers(-5, 40), st.none() | SHIFTS)
def test_what_is_proposed_instead_is_accepted(now, ahead, shift):
    match VISITS.check(now.date() + timedelta(days=ahead), shift, now):
        case Over((day, other)) | TooLate((day, other)):
            assert VISITS.check(day, other, now) is None
        case Closed(_, day) | TooFar(day) if VISITS.offered(now):
            assert VISITS.check(day, None, now) is None


@given(NOWS, st.integers(-5, 40), SHIFTS)
def test_what_is_accepted_could_be_offered(now, ahead, shift):
    slot = (now.date() + timedelta(days=ahead), shift)
    assert (VISITS.check(*slot, now) is None) == (slot in VISITS.offered(now, count=100))


@given(NOWS, st.dates(), st.integers(0, 10_000), st.none() | SHIFTS)
def test_no_wish_breaks_it(now, first, days, shift):
    last = first + timedelta(days=min(days, (date.max - first).days))
    VISITS.against(Moment(first, last if last > first else None, shift, None, True, ""), now)


# The file


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("farthest", 0, "greater than 0"),
        ("shifts", {"morning": {"begins": "08:00", "ends": "11:00"}}, "needs the shifts morning and afternoon"),
        (
            "shifts",
            {"morning": {"begins": "11:00", "ends": "08:00"}, "afternoon": {"begins": "13:00", "ends": "17:00"}},
            "ends before it begins",
        ),
        (
            "order_by",
            {"morning": {"days_before": 0, "at": "09:00"}, "afternoon": {"days_before": 1, "at": "17:00"}},
            "the morning could be ordered after it has begun",
        ),
        ("order_by", {"noon": {"days_before": 0, "at": "09:00"}}, "'morning' or 'afternoon'"),
        ("colour", "red", "Extra inputs are not permitted"),
    ],
)
def test_bad_rules_are_refused(key, value, fault):
    with pytest.raises(ValidationError, match=fault):
        VisitRules.model_validate({**VISITS.rules.model_dump(), key: value})
