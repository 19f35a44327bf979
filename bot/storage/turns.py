"""Turns at rest: what was heard, and what was answered, until the time for keeping them is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Row, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.pickups import utc
from bot.storage.tables import turn as table
from bot.storage.vault import Vault
from bot.texts.message import MESSAGES, Message

HEARD, REPLIES = "turn.heard", "turn.replies"

FIND = select(table).where(table.c.chat == bindparam("chat"), table.c.update_id == bindparam("update_id"))
ADD = insert(table)
SETTLE = update(table).where(table.c.id == bindparam("turn_id")).values(due_at=None)
NOTICE = "notice:"  # of the update id of a turn nobody asked for

LEASE = timedelta(seconds=30)  # a fresh turn is being sent by whoever kept it; after this it counts as forgotten


AT_ONCE = 5000  # rows deleted in one transaction, so that nobody waits long for it


class TakenError(Exception):
    """The update has its turn already; `get` gives it."""


@dataclass(frozen=True)
class Turn:
    """One update and its answer."""

    id: int
    chat: str
    heard: str  # the words of the citizen, or the label of the button tapped
    replies: tuple[Message, ...]
    attempts: int = 0
    unasked: bool = False  # a notice
    sent: int = 0  # parts of it on the citizen's screen, as their channel counts them
    kept_at: datetime | None = None


@dataclass(frozen=True)
class Turns:
    connection: Connection
    vault: Vault
    now: datetime

    def get(self, chat: str, update_id: str) -> Turn:
        """Raises sqlalchemy's NoResultFound for an update never taken."""
        return self._read(self.connection.execute(FIND, {"chat": chat, "update_id": update_id}).one())

    def refuse_taken(self, chat: str, update_id: str) -> None:
        """Raises TakenError when the update was taken before."""
        if self.connection.execute(FIND, {"chat": chat, "update_id": update_id}).first() is not None:
            raise TakenError(update_id)

    def add(self, chat: str, update_id: str, heard: str, replies: tuple[Message, ...]) -> Turn:
        """Raises TakenError when the update was taken before."""
        values = {
            "chat": chat,
            "update_id": update_id,
            "heard": self.vault.seal(HEARD, heard.encode("utf-8", "replace")),
            "replies": self.vault.seal(REPLIES, MESSAGES.dump_json(replies, exclude_defaults=True)),
            "kept_at": self.now,
            "due_at": self.now + LEASE,
            "attempts": 0,
        }
        try:
            added = self.connection.execute(ADD, values).inserted_primary_key
        except IntegrityError as error:
            raise TakenError(update_id) from error
        return Turn(cast("Row[int]", added)[0], chat, heard, replies)

    def notify(self, chat: str, key: str, messages: tuple[Message, ...], at: datetime | None = None) -> None:
        """Messages nobody asked for, to be sent with the next that is owed. The same key is one notice.

        `at`: not before.
        """
        values = {
            "chat": chat,
            "update_id": f"{NOTICE}{key}",
            "heard": self.vault.seal(HEARD, b""),
            "replies": self.vault.seal(REPLIES, MESSAGES.dump_json(messages, exclude_defaults=True)),
            "kept_at": self.now,
            "due_at": utc(at) if at else self.now,
            "attempts": 0,
        }
        told = select(table.c.id).where(table.c.chat == chat, table.c.update_id == values["update_id"])
        if self.connection.scalar(told) is None:
            self.connection.execute(ADD, values)

    def settle(self, turn_id: int) -> None:
        """Sent, or given up: nothing more is owed."""
        self.connection.execute(SETTLE, {"turn_id": turn_id})

    def put_off(self, turn_id: int, wait: timedelta, sent: int = 0) -> None:
        """`sent`: parts that arrived in all tries so far."""
        later = update(table).where(table.c.id == turn_id)
        self.connection.execute(later.values(due_at=self.now + wait, attempts=table.c.attempts + 1, sent=sent))

    def hold(self, turn_id: int) -> None:
        """Until the citizen is heard again."""
        self.connection.execute(update(table).where(table.c.id == turn_id).values(due_at=None, held_at=self.now))

    def release_held(self, chat: str) -> list[Turn]:
        """What is held for a chat, oldest first; it counts as being sent by whoever asked."""
        mine = table.c.chat == chat, table.c.held_at.is_not(None)
        held = [self._read(row) for row in self.connection.execute(select(table).where(*mine).order_by(table.c.id))]
        if held:
            self.connection.execute(update(table).where(*mine).values(held_at=None, due_at=self.now + LEASE))
        return held

    def owed(self, limit: int = 500) -> list[Turn]:
        """What was kept and should have been sent by now, oldest first."""
        rows = self.connection.execute(
            select(table).where(table.c.due_at <= self.now).order_by(table.c.id).limit(limit)
        )
        return [self._read(row) for row in rows]

    def claim(self, turn_id: int) -> bool:
        """Whether it is on us to send it: it is due, and for the time of a lease nobody else is told so."""
        due = update(table).where(table.c.id == turn_id, table.c.due_at <= self.now)
        return self.connection.execute(due.values(due_at=self.now + LEASE)).rowcount == 1

    def release(self) -> int:
        """At the start of the only process: nobody is sending anything, so all that is owed is due now.

        Save what waits for its hour, and was never tried.
        """
        owed = or_(table.c.due_at <= self.now + LEASE, and_(table.c.due_at.is_not(None), table.c.attempts > 0))
        return self.connection.execute(update(table).where(owed).values(due_at=self.now)).rowcount

    def latest(self, chat: str, limit: int) -> list[Turn]:
        """The last turns of a chat, oldest first."""
        rows = self.connection.execute(
            select(table).where(table.c.chat == chat).order_by(table.c.id.desc()).limit(limit)
        ).all()
        return [self._read(row) for row in reversed(rows)]

    def try_key(self) -> None:
        """Raises WrongKeyError when the last turn kept was sealed with another key than ours."""
        for row in self.connection.execute(select(table).order_by(table.c.id.desc()).limit(1)):
            self._read(row)

    def forget(self, chat: str, but: int | None = None) -> None:
        """`but`: the turn that asked for it, so that the same update again is known."""
        gone = delete(table).where(table.c.chat == chat)
        self.connection.execute(gone if but is None else gone.where(table.c.id != but))

    def purge(self, before: datetime) -> int:
        """What was kept before, oldest first and at most so many: rows are numbered as they come, so no index helps."""
        oldest = select(table.c.id).order_by(table.c.id).limit(AT_ONCE)
        return self.connection.execute(delete(table).where(table.c.id.in_(oldest), table.c.kept_at < before)).rowcount

    def _read(self, row: Row[Sequence[object]]) -> Turn:
        return Turn(
            row.id,
            row.chat,
            self.vault.open(HEARD, row.heard).decode(),
            MESSAGES.validate_json(self.vault.open(REPLIES, row.replies)),
            row.attempts,
            row.update_id.startswith(NOTICE),
            row.sent,
            utc(row.kept_at),
        )
