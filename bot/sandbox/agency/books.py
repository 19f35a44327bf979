"""The books of the pretend agencies: folders and the run of the clock in SQLite, in memory or in a file."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.pickup.order import Plain
from bot.sandbox.agency.folder import Folder, Holder
from bot.sandbox.agency.segments import Segment
from bot.sandbox.books import read_time, written
from bot.sandbox.shelf import Shelf

TABLES = """
CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY AUTOINCREMENT, wall TEXT, here TEXT, speed REAL);
CREATE TABLE IF NOT EXISTS horizon (one INTEGER PRIMARY KEY CHECK (one = 1), here TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE, number TEXT UNIQUE, folder TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS expected (number TEXT PRIMARY KEY, what TEXT NOT NULL);
"""


class Expected(Plain):
    """What the post will bring."""

    procedure: str
    title: str
    agency: str
    holder: Holder


class Books(Shelf):
    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, TABLES)

    # -- the clock

    def segments(self) -> list[Segment]:
        rows = self.connection.execute("SELECT wall, here, speed FROM clock ORDER BY id")
        return [Segment(read_time(wall), read_time(here), speed) for wall, here, speed in rows]

    def add_segment(self, segment: Segment) -> None:
        values = (written(segment.wall), written(segment.here), segment.speed)
        self.connection.execute("INSERT INTO clock (wall, here, speed) VALUES (?, ?, ?)", values)

    def horizon(self) -> datetime | None:
        row = self._one("SELECT here FROM horizon")
        return read_time(row[0]) if row else None

    def keep_horizon(self, here: datetime) -> None:
        self.connection.execute("REPLACE INTO horizon VALUES (1, ?)", (written(here),))

    # -- folders

    def folder(self, code: str) -> Folder | None:
        return self._folder("SELECT folder FROM folders WHERE code = ?", code)

    def of_order(self, number: str) -> Folder | None:
        return self._folder("SELECT folder FROM folders WHERE number = ?", number)

    def newest(self, most: int) -> list[Folder]:
        rows = self.connection.execute("SELECT folder FROM folders ORDER BY id DESC LIMIT ?", (most,))
        return [Folder.model_validate_json(row[0]) for row in rows]

    def count(self) -> int:
        row = self._one("SELECT count(*) FROM folders")
        return int(row[0]) if row else 0

    def next_id(self) -> int:
        row = self._one("SELECT coalesce(max(id), 0) + 1 FROM folders")
        return int(row[0]) if row else 1

    def keep(self, folders: Iterable[Folder]) -> None:
        """New, or in place of the one of the same code."""
        self.connection.executemany(
            "INSERT INTO folders (code, number, folder) VALUES (?, ?, ?)"
            " ON CONFLICT (code) DO UPDATE SET folder = excluded.folder",
            ((folder.code, folder.order, folder.model_dump_json()) for folder in folders),
        )

    # -- what the post will bring

    def expect(self, number: str, what: Expected) -> None:
        self.connection.execute("REPLACE INTO expected VALUES (?, ?)", (number, what.model_dump_json()))

    def expected(self, number: str) -> Expected | None:
        row = self._one("SELECT what FROM expected WHERE number = ?", number)
        return Expected.model_validate_json(row[0]) if row else None

    def _folder(self, query: str, value: str) -> Folder | None:
        row = self._one(query, value)
        return Folder.model_validate_json(row[0]) if row else None

    def _one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.connection.execute(query, values).fetchone()
        return row
