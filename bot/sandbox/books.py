"""The books of the pretend post: its parcels and events in SQLite, in memory or in a file that survives a kill."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args

from bot.pickup.order import Visit
from bot.pickup.progress import Status
from bot.sandbox.parcel import Ending, Event, Parcel, Step
from bot.sandbox.shelf import Shelf
from bot.sandbox.tracking import tracking_number

TABLES = """
CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY CHECK (one = 1), here TEXT, speed REAL);
CREATE TABLE IF NOT EXISTS received (number TEXT PRIMARY KEY, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS scripts (number TEXT PRIMARY KEY, ending TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parcels (
    id INTEGER PRIMARY KEY AUTOINCREMENT, wire TEXT, number TEXT, item TEXT, name TEXT, commune TEXT, day TEXT,
    shift TEXT, moved INTEGER, back INTEGER, ending TEXT, status TEXT,
    collections_failed INTEGER, deliveries_failed INTEGER, placed_at TEXT,
    next_status TEXT, next_at TEXT, next_reason TEXT);
CREATE INDEX IF NOT EXISTS parcels_number ON parcels (number);
CREATE INDEX IF NOT EXISTS parcels_item ON parcels (item);
CREATE INDEX IF NOT EXISTS parcels_due ON parcels (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, parcel INTEGER, wire TEXT, number TEXT, item TEXT, status TEXT, at TEXT,
    reason TEXT);
CREATE INDEX IF NOT EXISTS events_parcel ON events (parcel);
CREATE TABLE IF NOT EXISTS held (
    id INTEGER PRIMARY KEY AUTOINCREMENT, parcel INTEGER, status TEXT, at TEXT, reason TEXT,
    waits INTEGER NOT NULL);
"""
COLUMNS = (
    "wire, number, item, name, commune, day, shift, moved, back, ending, status, collections_failed, "
    "deliveries_failed, placed_at, next_status, next_at, next_reason"
)


class Books(Shelf):
    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, TABLES)

    def clock(self) -> tuple[datetime, float] | None:
        """The latest time that is in the books, and the speed."""
        row = self._one(
            "SELECT max(here, (SELECT coalesce(max(at), '') FROM events),"
            " (SELECT coalesce(max(placed_at), '') FROM parcels)), speed FROM clock"
        )
        return (read_time(row[0]), row[1]) if row else None

    def keep_clock(self, here: datetime, speed: float) -> None:
        self._do("REPLACE INTO clock VALUES (1, ?, ?)", written(here), speed)

    def receive(self, number: str) -> None:
        self._do("INSERT INTO received VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1", number)

    def tally(self) -> list[tuple[str, int, int]]:
        return self.connection.execute(
            "SELECT number, times, (SELECT count(*) FROM parcels WHERE parcels.number = received.number) FROM received"
        ).fetchall()

    def script(self, number: str) -> Ending:
        row = self._one("SELECT ending FROM scripts WHERE number = ?", number)
        return next((ending for ending in get_args(Ending) if row and ending == row[0]), "smooth")

    def keep_script(self, number: str, ending: Ending) -> None:
        self._do("REPLACE INTO scripts VALUES (?, ?)", number, ending)

    def new_item(self) -> str:
        """The next tracking number of the office."""
        (last,) = self._one("SELECT coalesce(max(id), 0) FROM parcels") or (0,)
        return tracking_number("ND", int(last) + 1)

    def add(self, parcel: Parcel) -> Parcel:
        marks = ", ".join("?" * len(row := columns(parcel)))
        cursor = self._do(f"INSERT INTO parcels ({COLUMNS}) VALUES ({marks})", *row)  # noqa: S608  # names are ours
        return replace(parcel, id=cursor.lastrowid or 0)

    def change(self, parcel: Parcel) -> None:
        marks = ", ".join("?" * len(row := columns(parcel)))
        self._do(f"UPDATE parcels SET ({COLUMNS}) = ({marks}) WHERE id = ?", *row, parcel.id)  # noqa: S608

    def parcel(self, id_: int) -> Parcel:
        """Raises LookupError."""
        if found := self._parcels("id = ?", id_):
            return found[0]
        raise LookupError("no such parcel")

    def parcels(self, where: str, *values: Any) -> list[Parcel]:
        """Newest first. `where` comes from our code, values from anywhere."""
        condition, _, limit = where.partition(" LIMIT ")
        return self._parcels(f"{condition} ORDER BY id DESC" + (f" LIMIT {limit}" if limit else ""), *values)

    def due(self, now: datetime) -> Parcel | None:
        """The one with the earliest step that is due."""
        found = self._parcels("next_at <= ? ORDER BY next_at LIMIT 1", written(now))
        return found[0] if found else None

    def _parcels(self, where: str, *values: Any) -> list[Parcel]:
        rows = self.connection.execute(f"SELECT id, {COLUMNS} FROM parcels WHERE {where}", values)  # noqa: S608
        return [parcel_of(row) for row in rows]

    def tell(self, parcel: Parcel, step: Step) -> None:
        told = (parcel.id, parcel.wire, parcel.number, parcel.item, step.status, written(step.at), step.reason)
        self._do(
            "INSERT INTO events (parcel, wire, number, item, status, at, reason) VALUES (?, ?, ?, ?, ?, ?, ?)", *told
        )

    def hold(self, parcel: Parcel, step: Step) -> None:
        """Back until two more events of the parcel are told: one that is told in between comes too early."""
        held = (parcel.id, step.status, written(step.at), step.reason)
        self._do("INSERT INTO held (parcel, status, at, reason, waits) VALUES (?, ?, ?, ?, 2)", *held)

    def tell_held(self, parcel: Parcel) -> None:
        """One more is told: what has waited long enough is told too, and all of it once the parcel is at its end."""
        self._do(
            "UPDATE held SET waits = CASE WHEN ? THEN waits - 1 ELSE 0 END WHERE parcel = ?",
            bool(parcel.next),
            parcel.id,
        )
        self._do(
            "INSERT INTO events (parcel, wire, number, item, status, at, reason)"
            " SELECT parcel, ?, ?, ?, status, at, reason FROM held WHERE parcel = ? AND waits <= 0 ORDER BY id DESC",
            *(parcel.wire, parcel.number, parcel.item, parcel.id),
        )
        self._do("DELETE FROM held WHERE parcel = ? AND waits <= 0", parcel.id)

    def events(self, where: str, *values: Any) -> list[Event]:
        rows = self.connection.execute(
            f"SELECT id, parcel, wire, number, item, status, at, reason FROM events WHERE {where}",  # noqa: S608
            values,
        )
        return [event_of(*row) for row in rows]

    def _one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.connection.execute(query, values).fetchone()
        return row

    def _do(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self.connection.execute(statement, values)


def columns(parcel: Parcel) -> tuple[Any, ...]:
    return (
        *(parcel.wire, parcel.number, parcel.item, parcel.name, parcel.commune),
        *(parcel.visit.day.isoformat(), parcel.visit.shift, parcel.moved, parcel.back, parcel.ending, parcel.status),
        *(parcel.collections_failed, parcel.deliveries_failed, written(parcel.placed_at)),
        *((parcel.next.status, written(parcel.next.at), parcel.next.reason) if parcel.next else (None, None, None)),
    )


def parcel_of(row: tuple[Any, ...]) -> Parcel:
    id_, wire, number, item, name, commune, day, shift, moved, back, ending, status, *counts, placed, next_, at, why = (
        row
    )
    visit = Visit(day=date.fromisoformat(day), shift=shift)
    step = Step(next_, read_time(at), why) if next_ else None
    told = (id_, wire, number, item, name, commune)
    return Parcel(*told, visit, bool(moved), bool(back), ending, status, counts[0], counts[1], read_time(placed), step)


def event_of(
    id_: int, parcel: int, wire: str, number: str, item: str, status: Status, at: str, reason: str | None
) -> Event:
    return Event(id_, parcel, wire, number, item, status, read_time(at), reason)


def written(moment: datetime) -> str:
    """In UTC and of one length, so that the order of the texts is the order of the times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read_time(text: str) -> datetime:
    return datetime.fromisoformat(text)
