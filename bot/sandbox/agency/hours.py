"""The hours of a pretend agency, by the calendar of the civil service (DOMAIN §6). Pure."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from knowledge.calendar import WorkingCalendar
from knowledge.zone import VIETNAM

OPENS: Final = time(7, 30)
CLOSES: Final = time(17)  # and the hour of a day that is promised
MINUTES: Final = 9 * 60  # of a working day, lunch and all, less a little
A_DAY = timedelta(days=1)


class Hours:
    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar

    def soon(self, since: datetime, chance: Random) -> datetime:
        """Within two hours, or on the next morning."""
        return self.opened(since + timedelta(minutes=chance.randint(20, 100)), chance)

    def on(self, day: date, chance: Random) -> datetime:
        return at(day, OPENS) + timedelta(minutes=chance.randrange(MINUTES))

    def opened(self, moment: datetime, chance: Random) -> datetime:
        """The moment, or, when desks are shut then, some minutes after they open again."""
        here = moment.astimezone(VIETNAM)
        if self.is_working(here.date()) and OPENS <= here.time() <= CLOSES:
            return moment
        same = self.is_working(here.date()) and here.time() < OPENS
        return at(here.date() if same else self.day(here.date(), 1), OPENS) + timedelta(minutes=chance.randint(1, 90))

    def day(self, since: date, count: int) -> date:
        """So many working days on, or back; 0: the day itself."""
        step = A_DAY if count > 0 else -A_DAY
        for _ in range(abs(count)):
            since += step
            while not self.is_working(since):
                since += step
        return since

    def days_between(self, start: date, end: date) -> int:
        return sum(self.is_working(start + n * A_DAY) for n in range(1, (end - start).days + 1))

    def is_working(self, day: date) -> bool:
        try:
            return self.calendar.is_working(day)
        except LookupError:  # a clock that was advanced past the years we have holidays of
            return day.weekday() < 5


def at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, VIETNAM)
