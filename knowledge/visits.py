"""When a postman can come: shifts, working days, cut-off, how far ahead (data/visits.yaml)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Annotated, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.calendar import A_DAY, WorkingCalendar, load_calendar
from knowledge.datafile import read
from knowledge.moments.reader import Moment, Shift
from procedures_catalog.models import Source, Words
from procedures_catalog.tariff import Confidence

Slot = tuple[date, Shift]
SHIFTS: tuple[Shift, ...] = get_args(Shift)  # in the order of the day


class Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(Plain):
    begins: time
    ends: time

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError("ends before it begins")
        return self


class OrderBy(Plain):
    days_before: Annotated[int, Field(ge=0)]
    at: time


class VisitRules(Plain):
    """data/visits.yaml."""

    shifts: Mapping[Shift, Hours]
    shifts_source: Source
    shifts_confidence: Confidence
    order_by: Mapping[Shift, OrderBy]
    order_by_confidence: Confidence
    order_by_note: Words
    farthest: Annotated[int, Field(gt=0)]  # days ahead
    farthest_confidence: Confidence
    farthest_note: Words

    @model_validator(mode="after")
    def both_shifts(self) -> Self:
        if {*self.shifts} != {*SHIFTS} or {*self.order_by} != {*SHIFTS}:
            raise ValueError(f"needs the shifts {' and '.join(SHIFTS)}")
        return self

    @model_validator(mode="after")
    def ordered_before_it_begins(self) -> Self:
        for shift, last in self.order_by.items():
            if last.days_before == 0 and last.at > self.shifts[shift].begins:
                raise ValueError(f"the {shift} could be ordered after it has begun")
        return self


@dataclass(frozen=True)
class Past:
    """The day is over."""


@dataclass(frozen=True)
class Over:
    """The shift of today is over."""

    instead: Slot


@dataclass(frozen=True)
class Closed:
    """No working day."""

    why: str  # "weekend" or the name of the holiday
    instead: date  # the next day on which a visit is possible; the last one, if none follows


@dataclass(frozen=True)
class TooLate:
    """The post can no longer be asked for it."""

    instead: Slot


@dataclass(frozen=True)
class TooFar:
    last: date  # the last day a visit can be asked for


Fault = Past | Over | Closed | TooLate | TooFar


def load_visits() -> "Visits":
    return Visits(read("visits.yaml", VisitRules), load_calendar())


@dataclass(frozen=True)
class Visits:
    """`now` is a moment in Viet Nam; its zone, if it has one, is not looked at."""

    rules: VisitRules
    calendar: WorkingCalendar

    def hours(self, shift: Shift) -> tuple[time, time]:
        return self.rules.shifts[shift].begins, self.rules.shifts[shift].ends

    def check(self, day: date, shift: Shift | None, now: datetime) -> Fault | None:
        """What is wrong with this visit. No shift: whether none of the day will do.

        >>> from datetime import datetime
        >>> visits, now = load_visits(), datetime(2026, 11, 23, 9)
        >>> visits.check(date(2026, 11, 23), "morning", now), visits.check(date(2026, 11, 24), None, now)
        ... # doctest: +NORMALIZE_WHITESPACE
        (TooLate(instead=(datetime.date(2026, 11, 23), 'afternoon')),
         Closed(why='Ngày Văn hóa Việt Nam', instead=datetime.date(2026, 11, 25)))
        """
        if day < now.date():
            return Past()
        possible = tuple(self.possible(now))
        if not possible or day > self._farthest(now):
            return TooFar(possible[-1][0] if possible else now.date())
        last, _ = possible[-1]
        try:
            why = self.calendar.why_off(day)
        except LookupError:
            return TooFar(last)
        if why:
            return Closed(why, next((later for later, _ in possible if later > day), last))
        if any((day, one) in possible for one in wanted(shift)):
            return None
        instead = next((slot for slot in possible if slot[0] >= day), possible[-1])
        return Over(instead) if self._is_over(day, shift, now) else TooLate(instead)

    def against(self, moment: Moment, now: datetime) -> Fault | None:
        """What is wrong with a wished moment; None when nothing is, or when no day is named.

        A span is judged by its days together: fine when one of them will do, and otherwise by the first to come.
        """
        if moment.day is None:
            return None
        faults: list[Fault] = []
        for day in days_up_to(max(moment.day, now.date() - A_DAY), moment.last or moment.day):
            fault = self.check(day, moment.shift, now)
            if fault is None:
                return None
            faults.append(fault)
            if isinstance(fault, TooFar):
                break
        return next((fault for fault in faults if not isinstance(fault, Past)), Past())

    def offered(self, now: datetime, full: frozenset[Slot] = frozenset(), count: int = 4) -> list[Slot]:
        """The next visits that can be asked for and have room; fewer when no more are within reach."""
        return list(islice((slot for slot in self.possible(now) if slot not in full), count))

    def possible(self, now: datetime) -> Iterator[Slot]:
        for day in days_up_to(now.date(), self._farthest(now)):
            if self._is_working(day):
                yield from ((day, shift) for shift in SHIFTS if now.replace(tzinfo=None) < self._deadline(day, shift))

    def _farthest(self, now: datetime) -> date:
        return now.date() + A_DAY * self.rules.farthest

    def _deadline(self, day: date, shift: Shift) -> datetime:
        last = self.rules.order_by[shift]
        return datetime.combine(day - A_DAY * last.days_before, last.at)

    def _is_over(self, day: date, shift: Shift | None, now: datetime) -> bool:
        return day == now.date() and all(self.rules.shifts[one].ends <= now.time() for one in wanted(shift))

    def _is_working(self, day: date) -> bool:
        """No visit is offered for a day the calendar does not know."""
        try:
            return self.calendar.is_working(day)
        except LookupError:
            return False


def wanted(shift: Shift | None) -> tuple[Shift, ...]:
    return (shift,) if shift else SHIFTS


def days_up_to(first: date, last: date) -> Iterator[date]:
    """Both included."""
    return (first + A_DAY * n for n in range((last - first).days + 1))
