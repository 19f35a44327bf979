"""Updates at rest between their arrival and their answer: a process that dies takes none of them with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from bot.channel import Update
from bot.storage.dossiers import INSERT
from bot.storage.pickups import utc
from bot.storage.tables import inbox as table
from bot.storage.vault import Vault

BODY = "inbox.body"
LEASE = timedelta(seconds=60)  # whoever works on an update longer than this counts as dead
MOST = 1000  # updates of one chat that wait

OF_CHAT = table.c.channel == bindparam("channel"), table.c.chat == bindparam("chat")
FIRST = select(table).where(*OF_CHAT).order_by(table.c.ordinal, table.c.id).limit(1)
CLAIM = (
    update(table)
    .where(table.c.id == bindparam("row"), table.c.due_at == bindparam("as_read"))
    .values(due_at=bindparam("lease"), attempts=table.c.attempts + 1)
)
DONE = delete(table).where(table.c.id == bindparam("row"))
WAITING = select(func.count()).select_from(table).where(*OF_CHAT)


@dataclass(frozen=True)
class Received:
    row: int
    update: Update
    attempts: int  # this one included
    came_at: datetime


@dataclass(frozen=True)
class Inbox:
    connection: Connection
    vault: Vault
    now: datetime

    def put(self, one: Update) -> bool:
        """Whether it is new, and kept. Of a chat that floods us no more are kept than anybody could answer."""
        if (self.connection.scalar(WAITING, {"channel": one.channel, "chat": one.chat}) or 0) >= MOST:
            return False
        values = {
            "channel": one.channel,
            "chat": one.chat,
            "key": one.key,
            "ordinal": one.ordinal,
            "body": self.vault.seal(BODY, one.body),
            "came_at": self.now,
            "due_at": self.now,
            "attempts": 0,
        }
        added = INSERT[self.connection.dialect.name](table).values(values)
        return self.connection.execute(added.on_conflict_do_nothing()).rowcount == 1

    def next(self, channel: str, chat: str, done: int | None = None) -> Received | None:
        """The first update of a chat, ours to work on until the lease ends; `done`: the one before it, to be dropped.

        None: there is none, or another process is at work on it.
        """
        if done is not None:
            self.connection.execute(DONE, {"row": done})
        first = self.connection.execute(FIRST, {"channel": channel, "chat": chat}).first()
        if first is None or utc(first.due_at) > self.now:
            return None
        claim = {"row": first.id, "as_read": first.due_at, "lease": self.now + LEASE}
        if self.connection.execute(CLAIM, claim).rowcount != 1:
            return None
        return self._read(first)

    def put_off(self, row: int, wait: timedelta) -> None:
        """Tried again after a while, before anything else of its chat."""
        self.connection.execute(update(table).where(table.c.id == row).values(due_at=self.now + wait))

    def waiting(self, limit: int = 1000) -> list[tuple[str, str]]:
        """Chats whose first update nobody is at work on."""
        due = select(table.c.channel, table.c.chat).where(table.c.due_at <= self.now).distinct().limit(limit)
        return [(row.channel, row.chat) for row in self.connection.execute(due)]

    def release(self) -> int:
        """At the start of the only process: nobody is at work on anything."""
        return self.connection.execute(update(table).values(due_at=self.now)).rowcount

    def count(self) -> int:
        return self.connection.scalar(select(func.count()).select_from(table)) or 0

    def forget(self, channel: str, chat: str, but: Iterable[int] = ()) -> None:
        mine = table.c.channel == channel, table.c.chat == chat
        self.connection.execute(delete(table).where(*mine, table.c.id.not_in(list(but))))

    def _read(self, row: Row[Any]) -> Received:
        body = self.vault.open(BODY, row.body)
        one = Update(row.channel, row.chat, row.key, row.ordinal, body)
        return Received(row.id, one, row.attempts + 1, utc(row.came_at))
