"""What a system told of a dossier, read by the same rules whichever system it was.

What cannot be is not taken: it becomes a doubt, and None. An unknown status stays unknown. Nothing of the owner and no
code is logged, only how the thing was written that could not be read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import structlog

from bot.dossiers.dossier import Answer, Apology, Channel, Dossier, Doubt, Happening, Owner, Status
from bot.services.dossiers.dates import Dates, NoDateError
from bot.services.dossiers.plain import (
    CHANNELS,
    amount_of,
    channel_of,
    key_of,
    procedure_of,
    shape,
    short,
    text_of,
    words_of,
)
from bot.services.dossiers.statuses import Statuses

log = structlog.get_logger()

AHEAD = timedelta(days=1)  # a clock may be wrong by so much
MOST_STEPS, MOST_PAPERS = 100, 50
MOST_TOLD = 200  # kinds of fault that are logged, once each, until the next start
EXPLAINED: frozenset[Status] = frozenset({"rejected", "stopped", "supplement"})


class Did(NamedTuple):
    """A step of the agency's record, as it came."""

    at: object
    words: object
    unit: object = None


@dataclass(frozen=True)
class Told:
    """A dossier as a system tells it: anything may be anything."""

    code: str  # as we asked for it
    status: object = None
    status_words: object = None
    procedure: object = None
    title: object = None
    agency: object = None
    channel: object = None
    received: object = None
    due: object = None
    finished: object = None
    returned: object = None
    steps: Sequence[Did] = ()
    papers: Sequence[object] = ()
    supply_by: object = None
    fee: object = None
    reason: object = None
    apology_due: object = None
    apology_reason: object = None
    name: object = field(default=None, repr=False)
    phone: object = field(default=None, repr=False)
    identity: object = field(default=None, repr=False)


def here_and_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Reader:
    """`now` None: times to come are no wonder (a sandbox whose clock is ahead)."""

    system: str
    statuses: Statuses
    dates: Dates = field(default_factory=Dates)
    channels: Mapping[str, Channel] = field(default_factory=lambda: CHANNELS)
    now: Callable[[], datetime] | None = here_and_now
    _told: set[tuple[str, str]] = field(default_factory=set, repr=False)

    def read(self, told: Told) -> Answer:
        page = Page(self)
        status = self.statuses.meaning(told.status)
        if status is None:
            page.doubt("status", short(text_of(told.status)))
        received = page.past("received", told.received)
        dossier = Dossier(
            code=told.code,
            system=self.system,
            status=status or "unknown",
            official=words_of(told.status_words) or self.statuses.says(told.status),
            procedure=procedure_of(told.procedure),
            title=words_of(told.title),
            agency=words_of(told.agency),
            channel=channel_of(told.channel, self.channels),
            received=received,
            due=page.due(told.due, received),
            finished=page.finished(told.finished, received),
            returned=page.aside("returned", told.returned),
            steps=page.steps(told.steps),
            papers=papers_of(told.papers) if status == "supplement" else (),
            supply_by=page.aside("supply_by", told.supply_by) if status == "supplement" else None,
            fee=(amount_of(told.fee) or None) if status == "payment" else None,  # nought: nothing to be paid
            reason=words_of(told.reason) if status in EXPLAINED else None,
            apology=page.apology(told),
            doubts=tuple(page.doubts),
        )
        return Answer(dossier=dossier, owner=owner_of(told))

    def warn(self, what: str, how: str) -> None:
        """Once for each fault: ten thousand dossiers with the same one are one line."""
        if (what, how) not in self._told and len(self._told) < MOST_TOLD:
            self._told.add((what, how))
            log.warning("dossiers: not taken as it stood", system=self.system, what=what, written=how)


@dataclass
class Page:
    """One dossier being read."""

    reader: Reader
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, what: Doubt, how: str) -> None:
        self.doubts.append(what)
        self.reader.warn(what, how)

    def past(self, what: Doubt, value: object) -> datetime | None:
        """What has happened."""
        try:
            moment = self.reader.dates.read(value)
        except NoDateError:
            self.doubt(what, shape(value))
            return None
        if moment and self.reader.now and moment > self.reader.now() + AHEAD:
            self.doubt(what, "in time to come")
            return None
        return moment

    def due(self, value: object, received: datetime | None) -> datetime | None:
        try:
            moment = self.reader.dates.read(value)
        except NoDateError:
            self.doubt("due", shape(value))
            return None
        if moment and received and is_before(moment, received):
            self.doubt("due_before_received", "due before it was received")
            return None
        return moment

    def finished(self, value: object, received: datetime | None) -> datetime | None:
        moment = self.past("finished", value)
        if moment and received and is_before(moment, received):
            self.doubt("finished", "finished before it was received")
            return None
        return moment

    def aside(self, what: str, value: object) -> datetime | None:
        """A date without which the rest still stands: no doubt of the whole."""
        try:
            return self.reader.dates.read(value)
        except NoDateError:
            self.reader.warn(what, shape(value))
            return None

    def steps(self, steps: Iterable[Did]) -> tuple[Happening, ...]:
        """Oldest first; what has no time stays behind what it stood behind."""
        read = [
            Happening(at=self.aside("step", step.at), words=words, unit=words_of(step.unit))
            for step in list(steps)[:MOST_STEPS]
            if (words := words_of(step.words))
        ]
        timed = [step.at for step in read if step.at]
        if timed and timed[0] > timed[-1]:  # written newest first
            read.reverse()
        return tuple(sorted(read, key=by_time(read)))

    def apology(self, told: Told) -> Apology | None:
        due, reason = self.aside("apology", told.apology_due), words_of(told.apology_reason)
        return Apology(due=due, reason=reason) if due or reason else None


def by_time(steps: Sequence[Happening]) -> Callable[[Happening], datetime]:
    at: dict[int, datetime] = {}
    latest = datetime.min.replace(tzinfo=UTC)
    for step in steps:
        latest = step.at or latest
        at[id(step)] = latest
    return lambda step: at[id(step)]


def is_before(moment: datetime, received: datetime) -> bool:
    """A day without an hour is that whole day."""
    is_a_day = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return moment.date() < received.date() if is_a_day else moment < received


def papers_of(papers: Iterable[object]) -> tuple[str, ...]:
    """Each once."""
    return tuple(dict.fromkeys(words for paper in papers if (words := words_of(paper))))[:MOST_PAPERS]


def owner_of(told: Told) -> Owner:
    return Owner(name=words_of(told.name), phone=words_of(told.phone), identity=words_of(told.identity))


def answers_to(
    codes: Sequence[str], items: Iterable[tuple[str, Any]], read: Callable[[str, Any], Answer], reader: Reader
) -> dict[str, Answer]:
    """By the codes as they were asked for. An item of a code nobody asked for is dropped."""
    asked = {key_of(code): code for code in codes}
    answers: dict[str, Answer] = {}
    for written, item in items:
        code = asked.get(key_of(written))
        if code is None:
            reader.warn("code", "of another dossier, or none")
        elif code not in answers:
            answers[code] = read(code, item)
    return answers
