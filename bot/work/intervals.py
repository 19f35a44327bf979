"""How long until a dossier is asked for again."""

from datetime import datetime, timedelta
from random import Random

from bot.dossiers.dossier import ENDED, Dossier

JITTER = 0.1  # so that what was followed in one minute is not asked for in one minute for ever
NEAR = timedelta(days=1)  # before the promised day: asked for twice as often until it is done
PASSED = timedelta(days=3)  # and after it
FETCHED_BY_THEN = timedelta(days=7)  # a result nobody fetched is asked for eight times as seldom
LAST_LOOK = timedelta(days=1)  # after the end: an official may have pressed the wrong button
FIRST_RETRY = 1 / 30  # of the period: a minute when the period is half an hour
GROWTH = 1.5  # of it each time: where one call in five fails, seven in a row still end within another period
LONGEST_RETRY = 12  # periods
MISSING_FOR = 10  # one that is not there is asked for ten times in the time it has been missing
A_DAY = timedelta(days=1)


def wait_after(dossier: Dossier, ended_before: bool, now: datetime, period: timedelta) -> timedelta | None:
    """After an answer. None: nothing more is to come."""
    if dossier.status in ENDED:
        return None if ended_before else LAST_LOOK
    if dossier.status == "done":
        is_left = dossier.finished is not None and now - dossier.finished > FETCHED_BY_THEN
        return period * 8 if is_left else period
    if dossier.due and -NEAR <= now - dossier.due <= PASSED:
        return period / 2
    return period


def wait_after_failure(failures: int, period: timedelta) -> timedelta:
    """`failures`: one after the other, this one among them.

    >>> [str(wait_after_failure(failures, timedelta(minutes=30))) for failures in (1, 2, 5, 99)]
    ['0:01:00', '0:01:30', '0:05:03.750000', '6:00:00']
    """
    return min(period * FIRST_RETRY * GROWTH ** min(failures - 1, 40), period * LONGEST_RETRY)


def wait_while_missing(since: datetime | None, now: datetime, period: timedelta) -> timedelta:
    """More and more seldom, but once a day."""
    return min(max((now - since) / MISSING_FOR, period), A_DAY) if since else period


def about(wait: timedelta, random: Random) -> timedelta:
    return wait * random.uniform(1 - JITTER, 1 + JITTER)
