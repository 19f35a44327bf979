"""The pretend post: one state behind all wires. Orders come in, a postman walks, events are told.

What other modules use: `Office.opened`, `take`, `cancel`, `parcels`, `parcel`, `events`, `history`, `work`, `step`,
`finish`, `script`, `advance`, `tally`, and `faults`. Nothing here knows a wire format: a wire turns its request into
`Asked`, calls, and writes its own answer and its own status codes.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol, Self

from bot.pickup.order import Visit
from bot.pickup.progress import CHANGEABLE
from bot.sandbox.books import Books
from bot.sandbox.faults import Faults
from bot.sandbox.office_clock import OfficeClock
from bot.sandbox.parcel import Asked, Ending, Event, Parcel, Step, initials
from bot.sandbox.postman import Postman
from knowledge.calendar import load_calendar

Outcome = Literal["new", "known", "moved", "too_late"]
MOST_STEPS = 30  # of one parcel: two attempts each way are fewer
ASK_AGAIN = timedelta(hours=1)  # whether the agency is done


@dataclass(frozen=True)
class Taken:
    """new: became an order · known: was one, as asked · moved: was one, and its visit is as asked now and was another
    · too_late: was one, and its visit cannot change any more."""

    outcome: Outcome
    parcel: Parcel


@dataclass(frozen=True)
class Tally:
    """Of one order number: how often it was asked for, and how many orders it became. One is right."""

    received: int
    became: int


class Agency(Protocol):
    """Where the post hands over what it fetched: bot/sandbox/agency."""

    def expect(self, number: str, *, procedure: str, title: str, agency: str, name: str, phone: str) -> None: ...

    def open(self, number: str, at: datetime | None = None) -> str:
        """The code that the agency gives it."""
        ...

    def ready(self, number: str) -> datetime | None:
        """Since when there is something to bring back. None: not yet."""
        ...


class Office:
    """`agency` None: what is handed over is never heard of again."""

    def __init__(self, books: Books, clock: OfficeClock, faults: Faults) -> None:
        self.books, self.clock, self.faults = books, clock, faults
        self.postman = Postman(load_calendar())
        self.agency: Agency | None = None

    @classmethod
    def opened(
        cls,
        file: Path | None = None,
        *,
        speed: float | None = None,
        faults: Faults | None = None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """`file` None: in memory. `speed` None: as it ran last.

        While it is shut its clock goes as fast as any other; where it was ahead, it goes on from what it told last.
        """
        books = Books(sqlite3.connect(file or ":memory:", isolation_level=None))
        here, last_speed = books.clock() or (wall(), 1.0)
        clock = OfficeClock(wall, wall(), max(here, wall()), last_speed)
        office = cls(books, clock, faults or Faults())
        office.run_at(last_speed if speed is None else speed)
        return office

    def close(self) -> None:
        self.books.close()

    # -- time

    def now(self) -> datetime:
        return self.clock.now()

    def advance(self, time: timedelta) -> None:
        """Raises ValueError for a step back."""
        with self.books.transaction():
            self.clock.advance(time)
            self.books.keep_clock(self.clock.here, self.clock.speed)
            self._walk()

    def run_at(self, speed: float) -> None:
        with self.books.transaction():
            self.clock.run_at(speed)
            self.books.keep_clock(self.clock.here, self.clock.speed)

    # -- orders

    def take(self, asked: Asked, wire: str, *, once: bool = True) -> Taken:
        """`once`: the wire knows an order again by its number. Without, every call makes another order of it."""
        with self.books.transaction():
            self._walk()
            self.books.receive(asked.number)
            if once and (known := self.parcel(asked.number)):
                return self._again(known, asked.visit)
            if self.agency:
                whose = {"name": asked.name, "phone": asked.phone}
                what = {"procedure": asked.procedure, "title": asked.title, "agency": asked.agency}
                self.agency.expect(asked.number, **what, **whose)
            return Taken("new", self._new(asked, wire))

    def _new(self, asked: Asked, wire: str) -> Parcel:
        now = self.now()
        parcel = Parcel(
            id=0,
            wire=wire,
            number=asked.number,
            item=asked.item or self.books.new_item(),
            name=initials(asked.name),
            commune=asked.commune,
            visit=asked.visit or self.postman.earliest(now),
            moved=False,
            back=asked.back,
            ending=self.books.script(asked.number),
            status="kept",
            collections_failed=0,
            deliveries_failed=0,
            placed_at=now,
            next=None,
        )
        return self.books.add(replace(parcel, next=self.postman.next(parcel, now)))

    def _again(self, parcel: Parcel, visit: Visit | None) -> Taken:
        if visit is None or visit == parcel.visit:
            return Taken("moved" if parcel.moved else "known", parcel)  # the same asked again, the same answered
        if parcel.status not in CHANGEABLE:
            return Taken("too_late", parcel)
        return Taken("moved", self._moved(parcel, visit))

    def _moved(self, parcel: Parcel, visit: Visit) -> Parcel:
        moved = replace(parcel, visit=visit, moved=True)
        if parcel.status != "kept":  # a step that does not wait for the visit stays as it is
            moved = replace(moved, next=self.postman.next(moved, self.now()))
        self.books.change(moved)
        return moved

    def move(self, parcel: Parcel, visit: Visit) -> Taken:
        """For a wire that has a call of its own for it."""
        with self.books.transaction():
            self._walk()
            return self._again(self.books.parcel(parcel.id), visit)

    def cancel(self, parcel: Parcel) -> bool:
        """Whether it is cancelled now, or was before. False: the postman is on the way, or it is over."""
        with self.books.transaction():
            self._walk()
            fresh = self.books.parcel(parcel.id)
            if fresh.status in CHANGEABLE:
                self._do(fresh, Step("cancelled", self.now()))
            return fresh.status in CHANGEABLE or fresh.status == "cancelled"

    # -- what happens

    def work(self) -> None:
        """Everything that is due by now is done; the reads below do it first."""
        with self.books.transaction():
            self._walk()

    def step(self, number: str) -> None:
        """The next thing happens now, whenever it was due. Unknown or ended: nothing."""
        with self.books.transaction():
            self._walk()
            if (parcel := self.parcel(number)) and parcel.next:
                self._do(parcel, replace(parcel.next, at=self.now()))

    def finish(self, number: str) -> None:
        """Everything still to come happens now."""
        with self.books.transaction():
            for _ in range(MOST_STEPS):
                self.step(number)

    def script(self, number: str, ending: Ending) -> None:
        """How the way of this order goes on: also before it is ordered."""
        with self.books.transaction():
            self._walk()
            self.books.keep_script(number, ending)
            if parcel := self.parcel(number):
                scripted = replace(parcel, ending=ending)
                begun = parcel.next.at if parcel.next else None
                step = self.postman.next(scripted, self.now()) if begun else None
                self.books.change(replace(scripted, next=replace(step, at=begun) if step and begun else None))

    def _walk(self) -> None:
        while parcel := self.books.due(self.now()):
            if parcel.next and (at := self._possible(parcel, parcel.next)) > parcel.next.at:
                self.books.change(replace(parcel, next=replace(parcel.next, at=at)))
            elif parcel.next:
                self._do(parcel, parcel.next)

    def _possible(self, parcel: Parcel, step: Step) -> datetime:
        """When the step can be at the earliest: what the agency has not done nobody can bring home."""
        if self.agency is None or parcel.status != "handed_over":
            return step.at
        ready = self.agency.ready(parcel.number)
        return max(step.at, ready) if ready else self.now() + ASK_AGAIN

    def _do(self, parcel: Parcel, step: Step) -> None:
        if self.agency and step.status == "handed_over":
            code = self.agency.open(parcel.number, step.at)
            step = replace(step, reason=f"Đã giao cơ quan, mã hồ sơ {code}")
        after = replace(
            parcel,
            status=step.status,
            collections_failed=parcel.collections_failed + (step.status == "collection_failed"),
            deliveries_failed=parcel.deliveries_failed + (step.status == "delivery_failed"),
        )
        after = replace(after, next=self.postman.next(after, step.at))
        self.books.change(after)
        self._tell(after, step)

    def _tell(self, parcel: Parcel, step: Step) -> None:
        """An event that is told late waits for the next two of its parcel; the last is never late."""
        if parcel.next and self.faults.strikes("out_of_order"):
            self.books.hold(parcel, step)
            return
        for _ in range(2 if self.faults.strikes("duplicate") else 1):
            self.books.tell(parcel, step)
        self.books.tell_held(parcel)

    # -- what is known

    def parcel(self, number: str) -> Parcel | None:
        """The newest of this number."""
        return next(iter(self.books.parcels("number = ?", number)), None)

    def parcels(self, *, item: str | None = None, number: str | None = None, most: int = 1000) -> list[Parcel]:
        """Newest first."""
        self.work()
        if item:
            return self.books.parcels("item = ?", item)
        return self.books.parcels("number = ?", number) if number else self.books.parcels("1 LIMIT ?", most)

    def events(self, after: int = 0, most: int = 1000, wire: str | None = None) -> list[Event]:
        """The feed of all orders, or of those of one wire, in the order in which it was told."""
        self.work()
        return self.books.events("id > ? AND coalesce(?, wire) = wire ORDER BY id LIMIT ?", after, wire, most)

    def history(self, parcel: Parcel) -> list[Event]:
        self.work()
        return self.books.events("parcel = ? ORDER BY id", parcel.id)

    def tally(self) -> dict[str, Tally]:
        return {number: Tally(received, became) for number, received, became in self.books.tally()}
