"""The pretend agencies: one state behind all wires. What a dossier looks like follows from its folder and the clock.

What other modules use: `Bureau.opened`, `look`, `dossiers`, `step`, `choose`, `finish`, `expect`, `open`, `seed`,
`truth`, `advance`, `run_at`, `calls` and `faults`. Nothing here knows a wire format.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Self

from bot.dossiers.dossier import ENDED, Status
from bot.sandbox.agency.books import Books, Expected
from bot.sandbox.agency.calls import Calls
from bot.sandbox.agency.codes import ROOTS, code_of
from bot.sandbox.agency.courses import COURSES
from bot.sandbox.agency.faults import AgencyFaults
from bot.sandbox.agency.folder import Course, Folder, Wire
from bot.sandbox.agency.holders import of_order
from bot.sandbox.agency.many import FIRST, many
from bot.sandbox.agency.meddling import chosen, stepped
from bot.sandbox.agency.samples import AGENCY, ALLOWED, samples
from bot.sandbox.agency.segments import A_BIT, segment_of, wall_of
from bot.sandbox.agency.view import View, view
from bot.sandbox.agency.way import way
from bot.sandbox.office import Office
from bot.sandbox.office_clock import OfficeClock
from bot.sandbox.postman import vietnamese

BY_POST = "H90"  # what the post brings lies with the agency of this root
NEVER = datetime.min.replace(tzinfo=UTC)
READY: frozenset[Status] = ENDED | {"done"}
MOST_STEPS = 20  # more than any course has


class Bureau:
    """`office`: the pretend post whose clock is ours, too. None: the clock is our own."""

    def __init__(
        self, books: Books, clock: OfficeClock, faults: AgencyFaults | None = None, office: Office | None = None
    ) -> None:
        self.books, self.clock, self.office = books, clock, office
        self.faults = faults or AgencyFaults()
        self.calls = Calls(clock.wall_now)
        self.segments = books.segments()
        self.horizon = books.horizon() or NEVER

    @classmethod
    def opened(
        cls,
        file: Path | None = None,
        *,
        speed: float | None = None,
        faults: AgencyFaults | None = None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        office: Office | None = None,
    ) -> Self:
        """`file` None: in memory. `speed` None: as it ran last. With an `office`, its clock, wall and speed are used.

        The first opening makes the samples. While it is shut the clock goes as fast as any other; where it was ahead,
        it goes on from what it told last.
        """
        books = Books(sqlite3.connect(file or ":memory:", isolation_level=None))
        bureau = cls(books, office.clock if office else own_clock(books, speed, wall), faults, office)
        if office:
            office.agency = bureau
            bureau.advance(max(bureau.horizon - office.now(), timedelta(0)))
        bureau.now()
        if not books.count():
            bureau.make_samples()
        return bureau

    def close(self) -> None:
        self.books.close()

    # -- time

    def now(self) -> datetime:
        """What is told of this moment is never taken back, not even by a kill: a bit ahead of it is written down."""
        segment, here = segment_of(self.clock), self.clock.now()
        if not self.segments or self.segments[-1] != segment:
            self.segments.append(segment)
            self.books.add_segment(segment)
        if here > self.horizon:
            self.horizon = here + A_BIT * self.clock.speed
            self.books.keep_horizon(self.horizon)
        return here

    def advance(self, time: timedelta) -> None:
        """Raises ValueError for a step back."""
        (self.office or self.clock).advance(time)
        self.now()

    def run_at(self, speed: float) -> None:
        (self.office or self.clock).run_at(speed)
        self.now()

    # -- what is known

    def look(self, code: str, wire: Wire | None = None) -> View | None:
        """`wire`: only if it is in that system. In any letters."""
        folder = self.books.folder(code.strip().upper())
        return view(folder, self.now()) if folder and wire in (None, folder.wire) else None

    def dossiers(self, most: int = 1000) -> list[View]:
        """Newest first."""
        now = self.now()
        return [seen for folder in self.books.newest(most) if (seen := view(folder, now))]

    def truth(self, code: str) -> list[tuple[Status, datetime]]:
        """Each change of its status so far, and since when it could be seen, by the wall clock."""
        now, folder = self.now(), self.books.folder(code)
        changes: list[tuple[Status, datetime]] = []
        for told in way(folder) if folder else ():
            since = wall_of(told.at, self.segments)
            if folder and since and told.at <= now and (not changes or changes[-1][0] != told.stage.status):
                changes.append((told.stage.status, max(since, folder.kept_at)))
        return changes

    # -- what a tester does

    def step(self, code: str) -> None:
        """The next thing happens now, whenever it was due. Unknown or ended: nothing."""
        self._meddle(code, stepped)

    def choose(self, code: str, course: Course) -> None:
        """It goes on by this course, and by itself. What has ended stays ended."""
        self._meddle(code, lambda seen, now: chosen(seen, course, now))

    def finish(self, code: str) -> None:
        """Everything still to come happens now."""
        with self.books.transaction():
            for _ in range(MOST_STEPS):
                self.step(code)

    def _meddle(self, code: str, change: Callable[[View, datetime], Folder]) -> None:
        with self.books.transaction():
            if seen := self.look(code):
                self.books.keep([change(seen, self.now())])

    def make_samples(self) -> list[str]:
        """Anew, as of today. Their codes."""
        made = list(samples(self.now(), self.clock.wall_now()))
        with self.books.transaction():
            self.books.keep(made)
        return [folder.code for folder in made]

    def seed(
        self,
        count: int,
        *,
        seed: int = 0,
        courses: Sequence[Course] = tuple(COURSES),
        apart: timedelta = timedelta(0),
        over: timedelta = timedelta(0),
    ) -> list[str]:
        """So many more, filed within the time `over` before now. `apart`: at least, between two stages. Their codes."""
        first = FIRST + self.books.next_id()
        now, wall = self.now(), self.clock.wall_now()
        made = list(many(count, Random(seed), courses, apart, over, now, wall, first))  # noqa: S311  # to be repeated
        with self.books.transaction():
            self.books.keep(made)
        return [folder.code for folder in made]

    # -- what the post brings

    def expect(self, number: str, *, procedure: str, title: str, agency: str, name: str, phone: str) -> None:
        """Of an order that is on its way. Of its owner are kept initials and the last digits of the phone."""
        what = Expected(procedure=procedure, title=title, agency=agency, holder=of_order(name, phone))
        with self.books.transaction():
            self.books.expect(number, what)

    def open(self, number: str, at: datetime | None = None) -> str:
        """The post has handed it over. Its code, the same however often it is asked for."""
        with self.books.transaction():
            if known := self.books.of_order(number):
                return known.code
            folder = self._brought(number, at or self.now())
            self.books.keep([folder])
            return folder.code

    def _brought(self, number: str, begun: datetime) -> Folder:
        what = self.books.expected(number) or Expected(procedure="", title="", agency=AGENCY, holder=of_order("", ""))
        return Folder(
            code=code_of("B", BY_POST, vietnamese(begun), 1000 + self.books.next_id()),
            wire=ROOTS[BY_POST],
            procedure=what.procedure,
            title=what.title,
            agency=what.agency or AGENCY,
            channel="post",
            holder=what.holder,
            allowed=ALLOWED,
            course="smooth",
            resumed=begun,
            order=number,
            kept_at=self.clock.wall_now(),
        )

    def code_of(self, number: str) -> str | None:
        """Of what the post brought by this order."""
        folder = self.books.of_order(number)
        return folder.code if folder else None

    def ready(self, number: str) -> datetime | None:
        """Since when there is something to bring back: a result, or the papers. Of what never came: always."""
        folder = self.books.of_order(number)
        seen = view(folder, self.now()) if folder else None
        return next((told.at for told in seen.past if told.stage.status in READY), None) if seen else NEVER


def beside(post: Path | None) -> Path | None:
    """The file of the agencies of a post that has this one.

    >>> str(beside(Path("var/sandbox-post.db")))
    'var/sandbox-post-agency.db'
    """
    return post.with_stem(f"{post.stem}-agency") if post else None


def own_clock(books: Books, speed: float | None, wall: Callable[[], datetime]) -> OfficeClock:
    """Going on where it stopped, and not behind the wall clock."""
    now, segments, horizon = wall(), books.segments(), books.horizon()
    if not segments or horizon is None:
        return OfficeClock(wall, now, now, 1.0 if speed is None else speed)
    last = segments[-1]
    here = max(now, min(last.at(now), horizon))
    return OfficeClock(wall, now, here, last.speed if speed is None else speed)
