"""Whether an agency keeps the day it promised, in working days (DOMAIN §5: early, on time, late)."""

from datetime import date, datetime
from typing import Literal, NamedTuple

from bot.dossiers.dossier import WAITING, Dossier, Status
from knowledge.calendar import WorkingCalendar
from knowledge.zone import VIETNAM

UNSOLVED: frozenset[Status] = frozenset({"registered", "received", "processing"})
NEVER_SOLVED: frozenset[Status] = frozenset({"rejected", "withdrawn", "stopped"})

# early, on_time, late: the result is there · running, overdue: it is not yet
# waiting: on the citizen, so that the agency's clock stands still · unknown: no day was promised, or not known when
Kind = Literal["early", "on_time", "late", "running", "overdue", "waiting", "unknown"]


class Lateness(NamedTuple):
    """`working_days`: how many early, late, overdue or, when running, left. Never negative.

    0: today is the day, or only days off lie between. None: there is nothing to count, or the calendar does not know
    the days between.
    """

    kind: Kind
    working_days: int | None = None


UNKNOWN = Lateness("unknown")


def lateness(dossier: Dossier, now: datetime, calendar: WorkingCalendar) -> Lateness:
    """`now` is in Viet Nam, without its zone. The promise is `due`: a day an apology names later does not undo it."""
    if dossier.status in WAITING:
        return Lateness("waiting")
    if dossier.due is None or dossier.status in NEVER_SOLVED:
        return UNKNOWN
    due = day_of(dossier.due)
    if dossier.status in UNSOLVED:
        return unsolved(due, now.date(), calendar)
    if dossier.finished:
        return solved(due, day_of(dossier.finished), calendar)
    if dossier.status == "unknown":
        return UNKNOWN
    return fetched(due, dossier.returned, calendar)


def unsolved(due: date, today: date, calendar: WorkingCalendar) -> Lateness:
    if today > due:
        return Lateness("overdue", working_days(due, today, calendar))
    return Lateness("running", working_days(today, due, calendar))


def solved(due: date, finished: date, calendar: WorkingCalendar) -> Lateness:
    if finished > due:
        return Lateness("late", working_days(due, finished, calendar))
    return Lateness("early", working_days(finished, due, calendar)) if finished < due else Lateness("on_time", 0)


def fetched(due: date, returned: datetime | None, calendar: WorkingCalendar) -> Lateness:
    """With the citizen in time, it was there in time. Fetched later, nobody knows how long it lay there."""
    return solved(due, day_of(returned), calendar) if returned and day_of(returned) <= due else UNKNOWN


def working_days(start: date, end: date, calendar: WorkingCalendar) -> int | None:
    """None for days outside the years the calendar knows."""
    try:
        return calendar.working_days_between(start, end)
    except LookupError:
        return None


def day_of(moment: datetime) -> date:
    """The day in Viet Nam.

    >>> day_of(datetime.fromisoformat("2026-11-23T18:00:00+00:00"))
    datetime.date(2026, 11, 24)
    """
    return moment.astimezone(VIETNAM).date()
