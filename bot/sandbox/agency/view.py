"""A dossier as it lies there at one moment: what the wires tell of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.dossiers.dossier import WAITING, Status
from bot.sandbox.agency.courses import COURSES
from bot.sandbox.agency.folder import Folder, Stage
from bot.sandbox.agency.way import Told, way


@dataclass(frozen=True)
class View:
    """`past`: at least one stage, oldest first. `coming`: what the clock brings next; None: nothing."""

    folder: Folder
    past: tuple[Told, ...]
    coming: Told | None

    @property
    def last(self) -> Told:
        return self.past[-1]

    @property
    def stage(self) -> Stage:
        return self.last.stage

    @property
    def status(self) -> Status:
        return self.stage.status

    @property
    def filed(self) -> datetime:
        return self.past[0].at

    @property
    def received(self) -> datetime | None:
        return self.last.received

    @property
    def due(self) -> datetime | None:
        return self.last.due

    @property
    def finished(self) -> datetime | None:
        return self._since("done")

    @property
    def returned(self) -> datetime | None:
        return self._since("returned")

    @property
    def asks(self) -> Stage | None:
        """What is waited for from the citizen."""
        return self.stage if self.status in WAITING else None

    @property
    def reason(self) -> str | None:
        """Of what it is now; that of an apology stands with the apology."""
        return None if self.stage.apology else self.stage.reason

    @property
    def follows(self) -> Stage | None:
        """What a button brings next, also where the clock brings nothing."""
        course = COURSES[self.folder.course]
        index = self.folder.left + len(self.past) - len(self.folder.past)
        return course[index] if index < len(course) else None

    @property
    def apology(self) -> tuple[datetime, str | None] | None:
        """The new day, and why."""
        stage = next((told.stage for told in reversed(self.past) if told.stage.apology), None)
        return (self.last.again, stage.reason) if stage and self.last.again else None

    def _since(self, status: Status) -> datetime | None:
        return next((told.at for told in self.past if told.stage.status == status), None)


def view(folder: Folder, now: datetime) -> View | None:
    """None: it has not come in yet."""
    whole = way(folder)
    count = sum(told.at <= now for told in whole)
    return View(folder, whole[:count], whole[count] if count < len(whole) else None) if count else None
