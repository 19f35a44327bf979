"""Consents at rest: which text was agreed to, when, in which chat. A consent must be provable (Luật 91/2025)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.storage.pickups import utc
from bot.storage.tables import consent as table


@dataclass(frozen=True)
class Given:
    version: str
    given: bool  # False: taken back
    at: datetime


@dataclass(frozen=True)
class Consents:
    connection: Connection
    now: datetime

    def add(self, chat: str, version: str, *, given: bool) -> None:
        self.connection.execute(insert(table), {"chat": chat, "version": version, "given": given, "at": self.now})

    def of_chat(self, chat: str) -> list[Given]:
        """Oldest first."""
        rows = self.connection.execute(select(table).where(table.c.chat == chat).order_by(table.c.id))
        return [Given(row.version, row.given, utc(row.at)) for row in rows]

    def forget(self, chat: str) -> None:
        self.connection.execute(delete(table).where(table.c.chat == chat))

    def purge(self, before: datetime) -> int:
        return self.connection.execute(delete(table).where(table.c.at < before)).rowcount
