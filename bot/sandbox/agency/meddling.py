"""What a tester does to a dossier, in place of the clock. Pure."""

from datetime import datetime

from bot.dossiers.dossier import ENDED, WAITING, Status
from bot.sandbox.agency.courses import COURSES
from bot.sandbox.agency.folder import Course, Folder, Past
from bot.sandbox.agency.view import View

FORWARD: tuple[Status, ...] = ("registered", "received", "processing")


def stepped(view: View, now: datetime) -> Folder:
    """Its next stage is now, whenever it was due; also of one that stands still. The rest follows by the clock."""
    folder = paused(view, now)
    if folder.left >= len(COURSES[folder.course]):
        return view.folder
    step = Past(course=folder.course, index=folder.left, at=now)
    held = folder.until if folder.until is None else max(folder.until, folder.left + 1)
    return folder.model_copy(update={"past": (*folder.past, step), "left": folder.left + 1, "until": held})


def chosen(view: View, course: Course, now: datetime) -> Folder:
    """It goes on by this course from where it is, and by itself. What has ended stays ended."""
    if view.status in ENDED:
        return view.folder
    left = next_of(course, view.status)
    return paused(view, now).model_copy(update={"course": course, "left": left, "until": None})


def paused(view: View, now: datetime) -> Folder:
    """What has come is written down; what is left is counted from now."""
    folder = view.folder
    past = tuple(Past(course=told.course, index=told.index, at=told.at) for told in view.past)
    left = folder.left + len(past) - len(folder.past)
    return folder.model_copy(update={"past": past, "left": left, "resumed": now})


def next_of(course: Course, status: Status) -> int:
    """Of its stages the first that comes after one of this status."""
    stages = COURSES[course]
    if status == "done":
        return next((i for i, stage in enumerate(stages) if stage.status == "returned"), len(stages))
    if status in WAITING:
        return next((i + 1 for i, stage in enumerate(stages) if stage.status == status), next_of(course, "processing"))
    reached = FORWARD[: FORWARD.index(status) + 1]
    return next(i for i, stage in enumerate(stages) if stage.status not in reached)
