"""What a part of the service says to the doctor, and what the doctor asks of several."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

Finding = tuple[bool, str]  # whether it is well, and what is to be said of it

CLOCKS_APART = timedelta(seconds=30)


def clock(part: str, whose: str, date: str | None, at: datetime) -> Finding | None:
    """Our clock, which says `at`, against the `Date` of an answer. None: it names no time.

    >>> clock("zalo", "Zalo", "Sat, 21 Nov 2026 09:00:00 GMT", datetime(2026, 11, 21, 9, tzinfo=UTC))
    (True, "zalo: the clock is the same as Zalo's")
    """
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    apart = at - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))
    if abs(apart) <= CLOCKS_APART:
        return (True, f"{part}: the clock is the same as {whose}'s")
    seconds = f"{abs(apart).total_seconds():.0f} s {'ahead of' if apart > timedelta(0) else 'behind'}"
    mend = "Let it be set over the network (timedatectl set-ntp true)"
    return (False, f"{part}: the clock is {seconds} {whose}'s. {mend}")
