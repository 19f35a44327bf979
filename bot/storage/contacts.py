"""Whether somebody can be written to: their last word, whether they are gone, whether a human talks with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, update

from bot.storage.dossiers import INSERT
from bot.storage.pickups import utc
from bot.storage.prepared import Prepared
from bot.storage.tables import contact as table

IS_THERE = Prepared(
    update(table)
    .where(table.c.chat == bindparam("of_chat"), table.c.gone_at.is_not(None))
    .values(gone_at=None, returned_at=bindparam("now"))
)


@dataclass(frozen=True)
class Contact:
    heard_at: datetime | None = None
    gone_at: datetime | None = None
    paused_until: datetime | None = None
    returned_at: datetime | None = None


NOBODY = Contact()


@dataclass(frozen=True)
class Contacts:
    connection: Connection
    now: datetime

    def get(self, chat: str) -> Contact:
        row = self.connection.execute(select(table).where(table.c.chat == chat)).one_or_none()
        return read(row) if row else NOBODY

    def heard(self, chat: str, at: datetime | None = None) -> None:
        """They did what opens the channel's window. So they are there, unless they left since: it may come late.

        `at`: by the channel's clock, as the news of their leaving; None: just now. Never later than by ours.
        """
        at, known = min(at or self.now, self.now), self.get(chat)
        gone_at = known.gone_at if known.gone_at and known.gone_at > at else None
        self._write(chat, heard_at=utc(max(known.heard_at or at, at)), gone_at=gone_at)

    def left(self, chat: str, at: datetime) -> None:
        """Unless they were heard, or returned, since: news of it may come late, or twice."""
        known = self.get(chat)
        if all(since is None or since <= at for since in (known.heard_at, known.returned_at)):
            self._write(chat, gone_at=utc(max(known.gone_at or at, at)))

    def returned(self, chat: str, at: datetime) -> None:
        """Unless they left since."""
        known = self.get(chat)
        if known.gone_at is None or known.gone_at <= at:
            self._write(chat, gone_at=None, returned_at=utc(max(known.returned_at or at, at)))

    def is_there(self, chat: str) -> None:
        """They spoke, where that opens no window."""
        IS_THERE.run(self.connection, {"of_chat": chat, "now": self.now})

    def pause(self, chat: str, until: datetime) -> None:
        before = self.get(chat).paused_until
        self._write(chat, paused_until=utc(max(until, before) if before else until))

    def resume(self, chat: str) -> None:
        self._write(chat, paused_until=None)

    def is_paused(self, chat: str) -> bool:
        until = self.get(chat).paused_until
        return until is not None and until > self.now

    def is_gone(self, chat: str) -> bool:
        return self.get(chat).gone_at is not None

    def heard_since(self, channel: str, since: datetime | None = None) -> int:
        """How many of a channel's contacts are there, and were heard since then; None: how many there are at all."""
        mine = select(func.count()).where(table.c.chat.startswith(f"{channel}:", autoescape=True))
        there = mine.where(table.c.gone_at.is_(None))
        return self.connection.scalar(there.where(table.c.heard_at >= since) if since else there) or 0

    def purge(self, before: datetime) -> int:
        """Who was not heard of since, and did nothing since either."""
        silent = or_(table.c.heard_at.is_(None), table.c.heard_at < before)
        others = (table.c.gone_at, table.c.paused_until, table.c.returned_at)
        old = (or_(moment.is_(None), moment < before) for moment in others)
        return self.connection.execute(delete(table).where(silent, *old)).rowcount

    def _write(self, chat: str, **values: datetime | None) -> None:
        added = INSERT[self.connection.dialect.name](table).values(chat=chat, **values)
        self.connection.execute(added.on_conflict_do_update(index_elements=[table.c.chat], set_=values))


def read(row: Row[Any]) -> Contact:
    moments = row.heard_at, row.gone_at, row.paused_until, row.returned_at
    return Contact(*(at and utc(at) for at in moments))
