"""Whether somebody can be written to: their last word, whether they are gone, whether a human talks with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select

from bot.storage.dossiers import INSERT
from bot.storage.pickups import utc
from bot.storage.tables import contact as table


@dataclass(frozen=True)
class Contact:
    heard_at: datetime | None = None
    gone_at: datetime | None = None
    paused_until: datetime | None = None


NOBODY = Contact()


@dataclass(frozen=True)
class Contacts:
    connection: Connection
    now: datetime

    def get(self, chat: str) -> Contact:
        row = self.connection.execute(select(table).where(table.c.chat == chat)).one_or_none()
        return read(row) if row else NOBODY

    def heard(self, chat: str) -> None:
        """They did what opens the channel's window. So they are there."""
        self._write(chat, heard_at=self.now, gone_at=None)

    def left(self, chat: str, at: datetime) -> None:
        """Unless they were heard since: news of it may come late, or twice."""
        heard = self.get(chat).heard_at
        if heard is None or heard <= at:
            self._write(chat, gone_at=at)

    def returned(self, chat: str, at: datetime) -> None:
        """Unless they left since."""
        gone = self.get(chat).gone_at
        if gone is not None and gone <= at:
            self._write(chat, gone_at=None)

    def pause(self, chat: str, until: datetime) -> None:
        before = self.get(chat).paused_until
        self._write(chat, paused_until=max(until, before) if before else until)

    def resume(self, chat: str) -> None:
        self._write(chat, paused_until=None)

    def is_paused(self, chat: str) -> bool:
        until = self.get(chat).paused_until
        return until is not None and until > self.now

    def is_gone(self, chat: str) -> bool:
        return self.get(chat).gone_at is not None

    def was_heard_within(self, chat: str, time: timedelta) -> bool:
        heard = self.get(chat).heard_at
        return heard is not None and heard > self.now - time

    def purge(self, before: datetime) -> int:
        """Who was not heard of since, and did nothing since either."""
        silent = or_(table.c.heard_at.is_(None), table.c.heard_at < before)
        old = silent & or_(table.c.gone_at.is_(None), table.c.gone_at < before)
        return self.connection.execute(
            delete(table).where(old & or_(table.c.paused_until.is_(None), table.c.paused_until < before))
        ).rowcount

    def _write(self, chat: str, **values: datetime | None) -> None:
        added = INSERT[self.connection.dialect.name](table).values(chat=chat, **values)
        self.connection.execute(added.on_conflict_do_update(index_elements=[table.c.chat], set_=values))


def read(row: Row[Any]) -> Contact:
    return Contact(*(at and utc(at) for at in (row.heard_at, row.gone_at, row.paused_until)))
