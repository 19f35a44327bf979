"""On which days offices work: weekends, public holidays, and what the yearly notices swap (data/holidays.yaml)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from knowledge.datafile import read

SATURDAY = 5
WEEKEND = "weekend"
A_DAY = timedelta(days=1)


class Decision(BaseModel):
    """A swap: days off, and Saturdays worked for them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    off: Mapping[date, str]
    worked: tuple[date, ...] = ()
    decided: bool = True
    source: str
    confidence: Literal["high", "medium"]


class Undecided(BaseModel):
    """Days whose status waits for a notice."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    first: date
    last: date
    why: str


class Holidays(BaseModel):
    """data/holidays.yaml: whole years, from the first day listed to the last."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days: Mapping[date, str]
    decisions: tuple[Decision, ...]
    undecided: tuple[Undecided, ...]

    @model_validator(mode="after")
    def _a_swap_gives_as_many_days_as_it_takes(self) -> Self:
        for decision in self.decisions:
            if any(day.weekday() < SATURDAY for day in decision.worked):
                raise ValueError(f"worked without a swap anyway: {decision.source}")
            if len(decision.worked) > len(decision.off):
                raise ValueError(f"more days worked than given off: {decision.source}")
        return self


def load_calendar() -> "WorkingCalendar":
    return WorkingCalendar(read("holidays.yaml", Holidays))


@dataclass(frozen=True)
class WorkingCalendar:
    """Every method raises LookupError for a day outside the years the file lists, rather than guess."""

    holidays: Holidays

    def is_working(self, day: date) -> bool:
        return self.why_off(day) is None

    def why_off(self, day: date) -> str | None:
        """The name of the holiday, "weekend", or None on a working day.

        >>> calendar = load_calendar()
        >>> [calendar.why_off(date(2026, 11, day)) for day in (22, 23, 24)]
        ['weekend', None, 'Ngày Văn hóa Việt Nam']
        """
        self._must_know(day)
        if name := self._off.get(day):
            return name
        return WEEKEND if day.weekday() >= SATURDAY and day not in self._worked else None

    def is_estimate(self, day: date) -> bool:
        """Whether a notice may still change what is said of this day: Tết of next year, a swap only proposed."""
        self._must_know(day)
        return day in self._proposed or any(span.first <= day <= span.last for span in self.holidays.undecided)

    def next_working(self, day: date) -> date:
        """The first working day after this one."""
        return next(later for later in days_after(day) if self.is_working(later))

    def add_working_days(self, day: date, count: int) -> date:
        """Day J is not counted, so that J+0 is the day itself (DOMAIN §6). Raises ValueError for a count below 0.

        >>> load_calendar().add_working_days(date(2026, 11, 23), 2)  # 24/11 is a holiday
        datetime.date(2026, 11, 26)
        """
        if count < 0:
            raise ValueError(f"{count} working days")
        for _ in range(count):
            day = self.next_working(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after the start up to and with the end; negative when the end comes first.

        So it takes back `add_working_days`: `working_days_between(day, add_working_days(day, n)) == n`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + A_DAY * n) for n in range(1, (end - start).days + 1))

    def _must_know(self, day: date) -> None:
        first, last = self._years
        if not first <= day.year <= last:
            raise LookupError(f"the calendar knows {first} to {last}, not {day}")

    @cached_property
    def _years(self) -> tuple[int, int]:
        return min(self.holidays.days).year, max(self.holidays.days).year

    @cached_property
    def _off(self) -> Mapping[date, str]:
        swapped = {day: name for decision in self._decided for day, name in decision.off.items()}
        return {**self.holidays.days, **swapped}

    @cached_property
    def _worked(self) -> frozenset[date]:
        return frozenset(day for decision in self._decided for day in decision.worked)

    @cached_property
    def _decided(self) -> tuple[Decision, ...]:
        return tuple(decision for decision in self.holidays.decisions if decision.decided)

    @cached_property
    def _proposed(self) -> frozenset[date]:
        open_ones = (decision for decision in self.holidays.decisions if not decision.decided)
        return frozenset(day for decision in open_ones for day in (*decision.off, *decision.worked))


def days_after(day: date) -> Iterator[date]:
    while True:
        day += A_DAY
        yield day
