"""The way of a dossier: every stage and when, to the end, whether it has come or not. Pure, and cheap to ask again.

Nothing is walked through by a clock: what a dossier looks like now follows from its folder and the time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random

from bot.dossiers.dossier import WAITING
from bot.sandbox.agency.courses import COURSES
from bot.sandbox.agency.folder import Course, Folder, Stage
from bot.sandbox.agency.hours import CLOSES, Hours, at
from bot.sandbox.postman import vietnamese
from knowledge.calendar import load_calendar

REMEMBERED = 12_000  # ways
HOURS = Hours(load_calendar())


@dataclass(frozen=True, slots=True)
class Told:
    """One stage. `received`, `due`: as they are told from then on."""

    course: Course
    index: int
    at: datetime
    received: datetime | None
    due: datetime | None
    again: datetime | None  # the new day that an apology promises
    supply_by: datetime | None

    @property
    def stage(self) -> Stage:
        return COURSES[self.course][self.index]


@lru_cache(maxsize=REMEMBERED)
def way(folder: Folder) -> tuple[Told, ...]:
    """Oldest first."""
    return tuple(stages(folder))


def stages(folder: Folder) -> Iterator[Told]:
    before: Told | None = None
    for past in folder.past:
        yield (before := told(folder, past.course, past.index, past.at, before))
    since = folder.resumed
    for index in range(folder.left, len(COURSES[folder.course])):
        if folder.until is not None and index >= folder.until:
            return
        since = when(folder, index, since, before)
        yield (before := told(folder, folder.course, index, since, before))


def when(folder: Folder, index: int, since: datetime, before: Told | None) -> datetime:
    """Of a stage to come, after `since`."""
    stage = COURSES[folder.course][index]
    if before is None:
        return since
    chance = Random(f"{folder.code}{folder.course}{index}")  # noqa: S311  # to be repeated, not to be secret
    moment = HOURS.soon(since, chance)
    if stage.of_due is not None and before.due:
        moment = max(moment, HOURS.on(HOURS.day(vietnamese(before.due), stage.of_due), chance))
    elif stage.days:
        moment = HOURS.on(HOURS.day(vietnamese(since), stage.days), chance)
    return moment if moment - since >= folder.apart else HOURS.opened(since + folder.apart, chance)


def told(folder: Folder, course: Course, index: int, moment: datetime, before: Told | None) -> Told:
    stage = COURSES[course][index]
    received, due = (before.received, before.due) if before else (None, None)
    if received is None and stage.status not in ("registered", "rejected"):
        received, due = moment, in_days(moment, folder.allowed)
    elif before and due and before.stage.status in WAITING and stage.status not in WAITING:
        due = in_days(due, HOURS.days_between(vietnamese(before.at), vietnamese(moment)))  # the clock stood still
    again = in_days(due, stage.apology) if due and stage.apology else before.again if before else None
    supply_by = in_days(moment, stage.supply_days) if stage.supply_days else None
    return Told(course, index, moment, received, due, again, supply_by)


def in_days(moment: datetime, count: int) -> datetime:
    return at(HOURS.day(vietnamese(moment), count), CLOSES)
