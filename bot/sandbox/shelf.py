"""Where pretend things keep their books: SQLite, in memory or in a file that survives a kill."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class Shelf:
    def __init__(self, connection: sqlite3.Connection, tables: str) -> None:
        self.connection = connection
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing; a power cut may
        connection.executescript(tables)

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one within another is part of it."""
        if self.connection.in_transaction:
            yield
            return
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
