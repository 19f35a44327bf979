"""When the postman shall come: a wish held against working days, shifts, the cut-off and the room that is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import get_args

from bot.dialogue.booking.wordings import SHIFTS as SHIFT_WORDS
from bot.dialogue.booking.wordings import day_words, hours_words
from bot.dialogue.states import Draft
from bot.dialogue.step import Line, Text, text
from bot.dialogue.world import Given
from knowledge.answers import any_day, any_hour
from knowledge.calendar import WEEKEND
from knowledge.moments.reader import Moment, Shift
from knowledge.visits import Closed, Fault, Over, Past, TooFar, TooLate

Choice = tuple[date, Shift]

OFFERED = 4  # visits to choose among
SHIFTS: tuple[Shift, ...] = get_args(Shift)
FAR = 60  # offered visits looked through for one that fits


@dataclass(frozen=True)
class Wished:
    """A visit that is possible, or why none is yet and which may be chosen instead."""

    visit: Choice | None = None
    why: tuple[Line, ...] = ()
    offered: tuple[Choice, ...] = ()
    shift: Shift | None = None  # the part that is known already
    day: date | None = None


def is_possible(day: date, shift: Shift, given: Given) -> bool:
    return (day, shift) not in full(given) and fault_of(day, shift, given) is None


def fault_of(day: date, shift: Shift, given: Given) -> Fault | None:
    return given.post.visits.check(day, shift, given.now)


def full(given: Given) -> frozenset[Choice]:
    return frozenset((visit.day, visit.shift) for visit in given.own.full)


def offered(given: Given, count: int = OFFERED) -> tuple[Choice, ...]:
    return tuple(given.post.visits.offered(given.now, full(given), count))


def wished(text: str, moment: Moment | None, draft: Draft, given: Given) -> Wished | None:
    """None: nothing is said of when."""
    if moment is None:
        return at_any_time(text, draft, given)
    day = moment.day or draft.day
    shift, outside = shift_of(moment, given)
    if moment.day and moment.last:
        return within(moment.day, moment.last, shift, given)
    if day is None:
        return on_any_day(text, shift, outside, given)
    if outside:
        return Wished(why=(outside_hours(given),), offered=around(day, None, given), day=day)
    if shift is None and moment.day and draft.shift and not moment.at:
        shift = draft.shift  # "đổi sang thứ Năm": the half of the day stays
    if shift is None and any_hour(text):
        shift = next((one for one in SHIFTS if is_possible(day, one, given)), SHIFTS[0])
    return on(day, shift, given)


def shift_of(moment: Moment, given: Given) -> tuple[Shift | None, bool]:
    """The shift that is said, and whether an hour is said that is in none."""
    if moment.at is None:
        return moment.shift, False
    inside = next((shift for shift in SHIFTS if holds(shift, moment.at, given)), None)
    return inside, inside is None


def holds(shift: Shift, at: time, given: Given) -> bool:
    start, end = given.post.visits.hours(shift)
    return start <= at <= end


def at_any_time(text: str, draft: Draft, given: Given) -> Wished | None:
    if any_hour(text) and draft.day and not any_day(text):
        return on(draft.day, next((s for s in SHIFTS if is_possible(draft.day, s, given)), SHIFTS[0]), given)
    if any_day(text):
        return first_of(offered(given), given)
    return Wished(offered=offered(given)) if any_hour(text) else None


def on_any_day(text: str, shift: Shift | None, outside: bool, given: Given) -> Wished:
    """Only an hour or half of a day is said."""
    fitting = tuple(choice for choice in offered(given, FAR) if shift in (None, choice[1]))[:OFFERED]
    if any_day(text) and not outside:
        return first_of(fitting, given)
    return Wished(why=(outside_hours(given),) if outside else (), offered=fitting, shift=shift)


def first_of(choices: Sequence[Choice], given: Given) -> Wished:
    return Wished(visit=choices[0]) if choices else nothing_left(given)


def nothing_left(given: Given) -> Wished:
    return Wished(why=(Line(text("book.no_visits")),))


def within(first: date, last: date, shift: Shift | None, given: Given) -> Wished:
    """ "Tuần sau", "cuối tuần": any of these days."""
    inside = [c for c in offered(given, FAR) if first <= c[0] <= last and shift in (None, c[1])]
    if inside:
        return Wished(why=(), offered=tuple(inside[:OFFERED]), shift=shift)
    return on(max(first, given.today), shift or SHIFTS[0], given)


def on(day: date, shift: Shift | None, given: Given) -> Wished:
    if shift is None:
        left = tuple((day, one) for one in SHIFTS if is_possible(day, one, given))
        if left:
            return Wished(offered=left, day=day)
    if fault := given.post.visits.check(day, shift, given.now):
        return Wished(why=(Line(reason(fault, day), "warning"),), offered=around(day, shift, given))
    if shift is None or (day, shift) in full(given):
        why = text("book.full", day=day_words(day))
        return Wished(why=(Line(why, "warning"),), offered=around(day, shift, given))
    return Wished(visit=(day, shift))


def around(day: date, shift: Shift | None, given: Given) -> tuple[Choice, ...]:
    """The possible visits nearest to the one wished for; of equal ones those of the same half of the day."""

    def distance(choice: Choice) -> tuple[int, bool]:
        return abs((choice[0] - day).days), choice[1] != shift

    nearest = sorted(offered(given, FAR), key=distance)[:OFFERED]
    return tuple(sorted(nearest, key=lambda choice: (choice[0], SHIFTS.index(choice[1]))))


def outside_hours(given: Given) -> Line:
    return Line(
        text("book.outside_hours", morning=hours_words("morning", given), afternoon=hours_words("afternoon", given))
    )


def reason(fault: Fault, day: date) -> Text:
    """Why the post cannot come then."""
    match fault:
        case Past():
            return text("book.past", day=day_words(day))
        case Over():
            return text("book.over", day=day_words(day))
        case Closed(why) if why == WEEKEND:
            return text("book.weekend", day=day_words(day))
        case Closed(why):
            return text("book.holiday", day=day_words(day), holiday=why)
        case TooLate((instead_day, instead_shift)):
            instead = text("book.visit_label", day=day_words(instead_day), shift=SHIFT_WORDS[instead_shift])
            return text("book.too_late", day=day_words(day), instead=instead)
        case TooFar(last):
            return text("book.too_far", day=day_words(day), last=day_words(last))
