"""Who asked for which dossier: what limits are counted by, and what an audit reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from bot.dialogue.world import Outcome
from bot.storage.pickups import utc
from bot.storage.tables import attempt as table

# An attempt whose end is not known counts as the worst it may have been: the process may have died over it.
OPEN, OPEN_WITH_DIGITS = "open", "open_digits"
WRONG = ("wrong_digits", OPEN_WITH_DIGITS)
SEEN = ("found", "wrong_digits", "cannot_prove", "down")  # asking for these again tells nothing new of anybody
SEEN_FOR = timedelta(days=1)
ONE_REFUSAL = timedelta(minutes=10)  # of a chat that is told to wait, at most one row in this time
LOCKS = 2**63


@dataclass(frozen=True)
class Attempts:
    connection: Connection
    now: datetime

    def begin(self, chat: str, key: str, *, digits: bool) -> int:
        """Its number. From here to the end of the transaction nobody else begins one of this chat, or for this key."""
        if self.connection.dialect.name == "postgresql":  # SQLite has one writer, and the row below makes it us
            for lock in sorted((number_of(f"chat {chat}"), number_of(f"key {key}"))):
                self.connection.execute(select(func.pg_advisory_xact_lock(lock)))
        outcome = OPEN_WITH_DIGITS if digits else OPEN
        row = {"chat": chat, "key": key, "at": self.now, "outcome": outcome, "counts": True}
        added = self.connection.execute(insert(table), row).inserted_primary_key
        return cast("Sequence[int]", added)[0]

    def counted(self, chat: str, since: datetime, limit: int, but: int) -> list[datetime]:
        """When this chat made the attempts that count, the latest first. `but`: the one that is being made."""
        return self._times(and_(table.c.chat == chat, table.c.counts), since, limit, but)

    def wrong(self, key: str, since: datetime, limit: int, but: int) -> list[datetime]:
        """When wrong digits were given for a dossier, by anybody."""
        return self._times(and_(table.c.key == key, table.c.outcome.in_(WRONG)), since, limit, but)

    def has_seen(self, chat: str, key: str) -> bool:
        """Whether this chat was told of this dossier in the last day."""
        seen = select(table.c.id).where(table.c.chat == chat, table.c.key == key, table.c.at > self.now - SEEN_FOR)
        return self.connection.scalar(seen.where(table.c.outcome.in_(SEEN)).limit(1)) is not None

    def end(self, number: int, outcome: Outcome, *, counts: bool) -> None:
        ended = update(table).where(table.c.id == number)
        self.connection.execute(ended.values(outcome=outcome, counts=counts))

    def refuse(self, number: int, chat: str) -> None:
        """It was one too many: kept for the audit, unless that was done just now."""
        lately = and_(table.c.chat == chat, table.c.outcome == "too_many", table.c.at > self.now - ONE_REFUSAL)
        if self.connection.scalar(select(table.c.id).where(lately).limit(1)) is not None:
            self.connection.execute(delete(table).where(table.c.id == number))
        else:
            self.end(number, "too_many", counts=False)

    def purge(self, before: datetime, limit: int = 5000) -> int:
        """At most so many in one transaction, so that nobody waits long for it."""
        old = select(table.c.id).where(table.c.at < before).order_by(table.c.at).limit(limit)
        return self.connection.execute(delete(table).where(table.c.id.in_(old))).rowcount

    def _times(self, which: ColumnElement[bool], since: datetime, limit: int, but: int) -> list[datetime]:
        times = select(table.c.at).where(which, table.c.at > since, table.c.id != but)
        return [utc(at) for at in self.connection.scalars(times.order_by(table.c.at.desc()).limit(limit))]


def number_of(name: str) -> int:
    """For PostgreSQL's locks: eight bytes, signed."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big") - LOCKS
