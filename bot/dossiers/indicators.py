"""Indicators counted from dossiers and pickups, whole or split (DOMAIN §5). Sums and plain values, no words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Generic, Literal, NamedTuple, TypeVar

from bot.dossiers import counted
from bot.dossiers.counted import Filed, result_day
from bot.dossiers.lateness import working_days
from bot.dossiers.sums import DossierSums, PickupSums, Sums
from bot.pickup.counted import Booked
from knowledge.calendar import WorkingCalendar

Dimension = Literal["agency", "commune", "channel", "month", "procedure", "domain"]
Key = tuple[str | None, ...]  # one value a dimension; None: not known
DomainOf = Callable[[str], str | None]  # field of law (lĩnh vực) of a procedure

PLACES: frozenset[Dimension] = frozenset({"agency", "commune"})
MATTERS: frozenset[Dimension] = frozenset({"procedure", "domain"})
OF_PICKUPS: frozenset[Dimension] = frozenset({"commune", "month", "procedure", "domain"})  # what is known of them

UNDER_WAY: frozenset[counted.Part] = frozenset({"open", "open_late", "open_unknown", "waiting"})


S = TypeVar("S", bound=Sums)


@dataclass(frozen=True)
class Split(Generic[S]):
    """What was counted by some dimensions: lines by their key, the unknown last."""

    by: tuple[Dimension, ...]
    lines: tuple[tuple[Key, S], ...]
    small: S | None  # lines below the smallest size, put together
    total: S


@dataclass(frozen=True)
class Groups(Generic[S]):
    """Sums being counted, by key."""

    by: tuple[Dimension, ...]
    new: Callable[[], S]
    at: dict[Key, S] = field(default_factory=dict)

    def of(self, key: Key) -> S:
        if key not in self.at:
            self.at[key] = self.new()
        return self.at[key]

    def split(self, smallest: int = 1) -> Split[S]:
        """With lines of fewer than `smallest` put together where a line may single out a person."""
        large = smallest if singles_out(self.by) else 1
        known_first = sorted(self.at.items(), key=lambda line: [(value is None, value or "") for value in line[0]])
        little = [sums for _, sums in known_first if sums.whole < large]
        return Split(
            self.by,
            tuple(line for line in known_first if line[1].whole >= large),
            self._together(little) if little else None,
            self._together(self.at.values()),
        )

    def _together(self, several: Iterable[S]) -> S:
        together = self.new()
        for sums in several:
            together.add(sums)
        return together


def singles_out(by: Iterable[Dimension]) -> bool:
    """Whether lines tell of a place and of a matter: one of one dossier would tell neighbours whose it is."""
    return bool(PLACES & set(by)) and bool(MATTERS & set(by))


class Period(NamedTuple):
    """Whole months, "2026-11"; None: open. What has no month is in no period but the open one."""

    since: str | None = None
    until: str | None = None

    def has(self, month: str | None) -> bool:
        if month is None:
            return self.since is None and self.until is None
        return (self.since or "") <= month <= (self.until or "9999-99")


@dataclass(frozen=True)
class Counted:
    """Everything a report tells."""

    period: Period
    today: date
    dossiers: Split[DossierSums]
    months: Split[DossierSums]  # the same by month of reception, for the chart
    pickups: Split[PickupSums]
    undated: int  # dossiers in no period, as their day of reception is not known
    asked: date | None  # the longest time an open dossier was not asked about: since this day

    @property
    def is_empty(self) -> bool:
        return not (self.dossiers.total.whole or self.pickups.total.whole)


@dataclass(frozen=True)
class Counting:
    """How it is to be counted."""

    by: Sequence[Dimension]
    period: Period
    smallest: int  # dossiers or pickups of a line that could single out a person
    domain_of: DomainOf

    def count(
        self, dossiers: Iterable[Filed], booked: Iterable[Booked], today: date, calendar: WorkingCalendar
    ) -> Counted:
        """Reads each row once and keeps none."""
        by = tuple(dict.fromkeys(self.by))
        split, months = Groups(by, DossierSums), Groups[DossierSums](("month",), DossierSums)
        between = cache(lambda start, end: working_days(start, end, calendar))
        undated, asked = 0, None
        for filed in dossiers:
            if not self.period.has(filed.month):
                undated += filed.month is None
                continue
            part, days = counted.part(filed, today), days_taken(filed, between)
            split.of(self._key(by, of_dossier(filed))).take(filed, part, days)
            months.of((filed.month,)).take(filed, part, days)
            if part in UNDER_WAY:
                asked = min(asked or filed.known, filed.known)
        visits = self._count_pickups(booked)
        return Counted(self.period, today, split.split(self.smallest), months.split(), visits, undated, asked)

    def _count_pickups(self, booked: Iterable[Booked]) -> Split[PickupSums]:
        by = tuple(dimension for dimension in dict.fromkeys(self.by) if dimension in OF_PICKUPS)
        groups = Groups(by, PickupSums)
        for pickup in booked:
            if self.period.has(pickup.month):
                groups.of(self._key(by, of_pickup(pickup))).take(pickup)
        return groups.split(self.smallest)

    def _key(self, by: tuple[Dimension, ...], values: Mapping[Dimension, str | None]) -> Key:
        return tuple(self._domain(values["procedure"]) if d == "domain" else values[d] for d in by)

    def _domain(self, procedure: str | None) -> str | None:
        return self.domain_of(procedure) if procedure else None


def days_taken(filed: Filed, between: Callable[[date, date], int | None]) -> int | None:
    """Working days from reception to result. The day it was fetched on tells no time."""
    there = result_day(filed) if filed.finished else None
    return between(filed.received, there) if filed.received and there else None


def of_dossier(filed: Filed) -> Mapping[Dimension, str | None]:
    return {
        "agency": filed.agency,
        "commune": filed.commune,
        "channel": filed.channel,
        "month": filed.month,
        "procedure": filed.procedure,
    }


def of_pickup(booked: Booked) -> Mapping[Dimension, str | None]:
    return {"commune": booked.commune, "month": booked.month, "procedure": booked.procedure}
