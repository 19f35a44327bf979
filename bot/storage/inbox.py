"""Updates at rest between their arrival and their answer: a process that dies takes none of them with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update
from sqlalchemy import text as sql

from bot.channel import Update
from bot.storage.dossiers import INSERT
from bot.storage.pickups import utc
from bot.storage.prepared import Prepared
from bot.storage.tables import inbox as table
from bot.storage.vault import Vault

BODY = "inbox.body"
LEASE = timedelta(seconds=60)  # whoever works on an update longer than this counts as dead
MOST = 1000  # updates of one chat that wait

OF_CHAT = table.c.channel == bindparam("channel"), table.c.chat == bindparam("chat")
FIRST = select(table).where(*OF_CHAT).order_by(table.c.ordinal, table.c.id).limit(1)
other = table.alias("other")
# Of the whole chat: an update that comes late stands before the one that somebody is at work on.
AT_WORK = select(other.c.id).where(
    other.c.channel == table.c.channel, other.c.chat == table.c.chat, other.c.due_at > bindparam("moment")
)
CLAIM = (
    update(table)
    .where(table.c.id == bindparam("row"), ~AT_WORK.exists())
    .values(due_at=bindparam("lease"), attempts=table.c.attempts + 1)
)
# PostgreSQL alone lets two transactions look at a chat side by side, neither seeing the other's claim.
ONE_AT_A_TIME = sql("SELECT pg_advisory_xact_lock(hashtextextended(:channel || ':' || :chat, 6))")
DONE = Prepared(delete(table).where(table.c.id == bindparam("row")))
PUT = {
    name: Prepared(
        make(table).on_conflict_do_nothing().returning(table.c.id),
        ("channel", "chat", "key", "ordinal", "body", "came_at", "due_at", "attempts"),
    )
    for name, make in INSERT.items()
}
WAITING = Prepared(select(func.count().label("count")).select_from(table).where(*OF_CHAT))


@dataclass(frozen=True)
class Received:
    row: int
    update: Update
    attempts: int  # this one included; 0: it waits, behind others of its chat or for whoever takes it
    came_at: datetime


@dataclass(frozen=True)
class Inbox:
    connection: Connection
    vault: Vault
    now: datetime

    def put(self, one: Update, *, at_once: bool = False) -> Received | None:
        """None: it is kept already, by its key in its chat. Of a flood as many are kept as anybody could answer.

        `at_once`: it is ours to work on, as if by `next`, when nothing of its chat stands before it. Only for whoever
        is alone with the database.
        """
        waiting = WAITING.scalar(self.connection, {"channel": one.channel, "chat": one.chat})
        if waiting >= MOST:
            return None
        attempts = int(at_once and not waiting)
        values = {
            "channel": one.channel,
            "chat": one.chat,
            "key": one.key,
            "ordinal": one.ordinal,
            "body": self.vault.seal(BODY, one.body),
            "came_at": self.now,
            "due_at": self.now + attempts * LEASE,
            "attempts": attempts,
        }
        row = PUT[self.connection.dialect.name].scalar(self.connection, values)
        return None if row is None else Received(row, one, attempts, self.now)

    def next(self, channel: str, chat: str, done: int | None = None) -> Received | None:
        """The first update of a chat, ours to work on until the lease ends; `done`: the one before it, to be dropped.

        None: there is none, or another process is at work on it.
        """
        whose = {"channel": channel, "chat": chat}
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(ONE_AT_A_TIME, whose)
        if done is not None:
            self.drop(done)
        first = self.connection.execute(FIRST, whose).first()
        if first is None or utc(first.due_at) > self.now:
            return None
        claim = {"row": first.id, "moment": self.now, "lease": self.now + LEASE}
        if self.connection.execute(CLAIM, claim).rowcount != 1:
            return None
        return self._read(first)

    def drop(self, row: int) -> None:
        DONE.run(self.connection, {"row": row})

    def hold_on(self, row: int) -> None:
        """We are still at work on it."""
        self.connection.execute(update(table).where(table.c.id == row).values(due_at=self.now + LEASE))

    def put_off(self, row: int, wait: timedelta) -> None:
        """Tried again after a while, before anything else of its chat."""
        self.connection.execute(update(table).where(table.c.id == row).values(due_at=self.now + wait))

    def give_back(self, row: int, wait: timedelta = timedelta(0)) -> None:
        """It was broken off, or could not be read just now: no fault of its own, so the attempt does not count."""
        again = update(table).where(table.c.id == row)
        self.connection.execute(again.values(due_at=self.now + wait, attempts=table.c.attempts - 1))

    def waiting(self, channels: Iterable[str], limit: int = 1000) -> list[tuple[str, str]]:
        """Chats of these channels nobody is at work on, the longest waiting first."""
        chats = select(table.c.channel, table.c.chat).where(table.c.channel.in_(list(channels)))
        idle = chats.group_by(table.c.channel, table.c.chat).having(func.max(table.c.due_at) <= self.now)
        rows = self.connection.execute(idle.order_by(func.min(table.c.id)).limit(limit))
        return [(row.channel, row.chat) for row in rows]

    def release(self) -> int:
        """At the start of the only process: nobody is at work on anything."""
        return self.connection.execute(update(table).values(due_at=self.now)).rowcount

    def count(self) -> int:
        return self.connection.scalar(select(func.count()).select_from(table)) or 0

    def purge(self, before: datetime) -> int:
        """What came before, and nobody will ever work on: its channel is not connected any more."""
        return self.connection.execute(delete(table).where(table.c.came_at < before)).rowcount

    def backlog(self) -> tuple[int, datetime | None]:
        """How many updates nobody is at work on, and since when the oldest waits."""
        due = select(func.count(), func.min(table.c.came_at)).where(table.c.due_at <= self.now)
        count, oldest = self.connection.execute(due).one()
        return count, oldest and utc(oldest)

    def _read(self, row: Row[Any]) -> Received:
        body = self.vault.open(BODY, row.body)
        one = Update(row.channel, row.chat, row.key, row.ordinal, body)
        return Received(row.id, one, row.attempts + 1, utc(row.came_at))
