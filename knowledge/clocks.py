"""The two clocks of a postal dossier, the post's and the agency's: the agency's begins when it signs for the dossier
(QĐ 45/2016/QĐ-TTg Điều 7.4), not when the postman fetches it. Estimates, never promises: only the giấy hẹn promises.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import MAXYEAR, date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.calendar import A_DAY, WorkingCalendar
from procedures_catalog.models import Duration, Level, Source
from procedures_catalog.postage import Tariffs

# day_undecided: a notice may still change a day on the way, or the calendar does not reach that far
Doubt = Literal["scope_unclear", "day_undecided", "duration_unknown", "duration_varies"]
Span = tuple[date, date]  # first and last day

HOURS_A_DAY = 8  # 8 h = 1 working day (DOMAIN §6)
MONTHS = 12


class Clocks(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    pickup: date
    at_agency: Span | None  # when the desk is likely to sign for it: the legal submission; None: beyond the calendar
    result: Span | None  # when the agency should be done; None: its time is not known
    home: Span | None  # when the result should be at the door; None: not known, or not brought home
    doubts: tuple[Doubt, ...] = ()
    source: Source  # of the post's times


def clocks(
    tariffs: Tariffs,
    calendar: WorkingCalendar,
    level: Level,
    pickup: date,
    durations: Iterable[Duration],
    back: bool,
    same_province: bool | None = None,
) -> Clocks:
    """`level` is the agency's; `same_province` whether it is of the citizen's (None: not known).

    Raises LookupError for a pickup before the first time limits known.
    """
    limits = tariffs.limits_on(pickup)
    scopes = tariffs.reach(level, pickup, same_province).limits
    one_way = [limits.days[scope].one_way for scope in scopes]
    due = [one for one in durations if not one.channels or "post" in one.channels]
    at_agency = reached(lambda: carried((pickup, pickup), one_way, calendar))
    result = reached(lambda: decided(at_agency, due, calendar))
    home = reached(lambda: carried(result, one_way, calendar)) if back else None
    way = (pickup, at_agency, result, home)
    return Clocks(
        pickup=pickup,
        at_agency=at_agency,
        result=result,
        home=home,
        doubts=tuple(doubts(way, len(scopes) > 1, due, back, calendar)),
        source=limits.source,
    )


def reached(count: Callable[[], Span | None]) -> Span | None:
    """None for days the calendar does not know."""
    try:
        return count()
    except LookupError:
        return None


def carried(since: Span | None, working_days: Sequence[int], calendar: WorkingCalendar) -> Span | None:
    if since is None:
        return None
    first, last = since
    return calendar.add_working_days(first, min(working_days)), calendar.add_working_days(last, max(working_days))


def decided(signed: Span | None, durations: Sequence[Duration], calendar: WorkingCalendar) -> Span | None:
    """From the first to the last day on which the agency's time can end; None when any of its times is not known."""
    if signed is None or not is_known(durations):
        return None
    ends = [end for one in durations for day in signed for end in due_days(one, day, calendar)]
    return min(ends), max(ends)


def is_known(durations: Sequence[Duration]) -> bool:
    return bool(durations) and all(one.amount is not None for one in durations)


def due_days(duration: Duration, signed: date, calendar: WorkingCalendar) -> Iterator[date]:
    """The due day, never a day off. Of hours, two: it hangs on the hour at which the desk signs."""
    amount = duration.amount or 0
    match duration.unit:
        case "working_day":
            yield calendar.add_working_days(signed, amount)
        case "hour":
            yield calendar.add_working_days(signed, amount // HOURS_A_DAY)
            yield calendar.add_working_days(signed, -(-amount // HOURS_A_DAY))
        case "day":
            yield not_off(days_later(signed, amount), calendar)
        case "month":
            yield not_off(months_later(signed, amount), calendar)


def not_off(day: date, calendar: WorkingCalendar) -> date:
    return day if calendar.is_working(day) else calendar.next_working(day)


def days_later(day: date, days: int) -> date:
    """Raises LookupError after the last day there is."""
    if days > (date.max - day).days:
        raise LookupError(f"{days} days after {day}")
    return day + timedelta(days)


def months_later(day: date, months: int) -> date:
    """The same day of the month, or its last. Raises LookupError after the last year there is.

    >>> months_later(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    if year > MAXYEAR:
        raise LookupError(f"{months} months after {day}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def doubts(
    way: tuple[date, Span | None, Span | None, Span | None],
    scope_is_unclear: bool,
    durations: Sequence[Duration],
    back: bool,
    calendar: WorkingCalendar,
) -> Iterator[Doubt]:
    pickup, at_agency, result, home = way
    if scope_is_unclear:
        yield "scope_unclear"
    unreached = at_agency is None or (is_known(durations) and (result is None or (back and home is None)))
    last = max(span[1] for span in (at_agency, result, home, (pickup, pickup)) if span)
    if unreached or any(is_undecided(day, calendar) for day in days_between(pickup, last)):
        yield "day_undecided"
    if not is_known(durations):
        yield "duration_unknown"
    elif len({(one.amount, one.unit) for one in durations}) > 1:
        yield "duration_varies"


def is_undecided(day: date, calendar: WorkingCalendar) -> bool:
    try:
        return calendar.is_estimate(day)
    except LookupError:
        return True


def days_between(first: date, last: date) -> Iterator[date]:
    """Both included."""
    return (first + A_DAY * n for n in range((last - first).days + 1))
