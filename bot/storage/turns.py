"""Turns at rest: what was heard, and what was answered, until the time for keeping them is over."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.pickups import utc
from bot.storage.prepared import Prepared
from bot.storage.tables import turn as table
from bot.storage.vault import Vault
from bot.texts.message import MESSAGES, Message, saying_its_day

HEARD, REPLIES = "turn.heard", "turn.replies"

# Something of this chat waits to be sent, and is no notice for a later hour.
WAITING = or_(table.c.held_at.is_not(None), and_(table.c.due_at.is_not(None), table.c.failing_since.is_not(None)))
IS_BEHIND = Prepared(select(table.c.id).where(table.c.chat == bindparam("chat"), WAITING).limit(1))
NOTICE = "notice:"  # of the update id of a turn nobody asked for
HOLDS_UP = 3  # refusals of an answer; if it is refused more often, others need not wait for it
earlier = table.alias("earlier")
EARLIER = select(earlier.c.id).where(
    earlier.c.chat == table.c.chat,
    earlier.c.id < table.c.id,
    earlier.c.due_at.is_not(None),
    earlier.c.failing_since.is_not(None),
    earlier.c.attempts < HOLDS_UP,
    ~earlier.c.update_id.startswith(NOTICE),
)
FIND = select(table).where(table.c.chat == bindparam("chat"), table.c.update_id == bindparam("update_id"))
KEPT = ("chat", "update_id", "heard", "replies", "kept_at", "due_at", "attempts", "written_at")
ADD = Prepared(insert(table).returning(table.c.id), KEPT)
SETTLE = Prepared(
    update(table).where(table.c.id == bindparam("turn_id")).values(due_at=None, shown_at=bindparam("shown"))
)

NEWEST = select(func.max(table.c.id))
NOTICES_AFTER = select(table.c.id, table.c.chat).where(
    table.c.id > bindparam("turn_id"), table.c.update_id.startswith(NOTICE)
)

LEASE = timedelta(seconds=30)  # a fresh turn is being sent by whoever kept it; after this it counts as forgotten


LATE = timedelta(hours=6)  # a notice that comes so much later says of which day it is
APART = frozenset({"alarm"})  # notices of which none is about the same as another

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
    failing_since: datetime | None = None
    is_behind: bool = False  # others of its chat wait to be sent before it
    update: str = ""  # which it answers, by the channel's own id; a notice: by what it tells
    kept_at: datetime | None = None
    shown_at: datetime | None = None  # None: it was not, or nobody knows yet
    written_at: datetime | None = None  # what it answers, by the channel's clock


class Kept(NamedTuple):
    """Of a turn, what tells whether it is out of date."""

    id: int
    update_id: str
    kept_at: datetime
    held_at: datetime | None = None


def outdated(rows: Sequence[Kept | Row[Any]]) -> set[int]:
    """Of these, held notices about something of which there is later news. What was kept at once, belongs together."""
    newest: dict[str, datetime] = {}
    for row in rows:
        if about := subject(row.update_id):
            newest[about] = max(newest.get(about, utc(row.kept_at)), utc(row.kept_at))
    return {
        row.id for row in rows if row.held_at and (about := subject(row.update_id)) and utc(row.kept_at) < newest[about]
    }


def subject(update_id: str) -> str | None:
    """
    >>> subject("notice:ND261122-4F7KQ2:delivered"), subject("notice:alarm:channel:zalo:1"), subject("a:b:c")
    ('ND261122-4F7KQ2', None, None)
    """
    about, colon, _ = update_id.removeprefix(NOTICE).partition(":")
    return about if update_id.startswith(NOTICE) and colon and about not in APART else None


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

    def add(
        self, chat: str, update_id: str, heard: str, replies: tuple[Message, ...], written_at: datetime | None = None
    ) -> Turn:
        """Raises TakenError when the update was taken before."""
        values = {
            "chat": chat,
            "update_id": update_id,
            "heard": self.vault.seal(HEARD, heard.encode("utf-8", "replace")),
            "replies": self.vault.seal(REPLIES, MESSAGES.dump_json(replies, exclude_defaults=True)),
            "kept_at": self.now,
            "due_at": self.now + LEASE,
            "attempts": 0,
            "written_at": written_at and utc(written_at),
        }
        try:
            row = ADD.scalar(self.connection, values)
        except IntegrityError as error:
            raise TakenError(update_id) from error
        is_behind = IS_BEHIND.first(self.connection, {"chat": chat}) is not None
        return Turn(row, chat, heard, replies, is_behind=is_behind, update=update_id, kept_at=self.now)

    def notify(self, chat: str, key: str, messages: tuple[Message, ...], at: datetime | None = None) -> None:
        """Messages nobody asked for, to be sent with the next that is owed. The same key is one notice.

        `key`: what it is about, a colon, and what it says of that. Older ones about the same, if held, are dropped.
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
            "written_at": None,
        }
        told = select(table.c.id).where(table.c.chat == chat, table.c.update_id == values["update_id"])
        if self.connection.scalar(told) is None:
            held = select(table.c.id, table.c.update_id, table.c.kept_at, table.c.held_at).where(
                table.c.chat == chat, table.c.held_at.is_not(None)
            )
            row = ADD.scalar(self.connection, values)
            self._drop(outdated([*self.connection.execute(held), Kept(row, str(values["update_id"]), self.now)]))

    def settle(self, turn_id: int, shown: datetime | None = None) -> None:
        """Nothing more is owed. `shown`: when it was on their screen; None: it was given up."""
        SETTLE.run(self.connection, {"turn_id": turn_id, "shown": shown and utc(shown)})

    def put_off(self, turn_id: int, wait: timedelta, attempts: int, sent: int = 0) -> None:
        """`attempts`, `sent`: how often it was refused, and how many parts of it arrived, in all tries so far."""
        later = update(table).where(table.c.id == turn_id)
        since = func.coalesce(table.c.failing_since, self.now)
        values = {"due_at": self.now + wait, "attempts": attempts, "sent": sent, "sending": False}
        self.connection.execute(later.values(failing_since=since, **values))

    def let_wait(self, turn_ids: Iterable[int], wait: timedelta) -> None:
        """Not tried, because of what stands before them: what is known of earlier tries stays."""
        waiting = update(table).where(table.c.id.in_(list(turn_ids)), table.c.due_at.is_not(None))
        since = func.coalesce(table.c.failing_since, self.now)
        self.connection.execute(waiting.values(failing_since=since, due_at=self.now + wait, sending=False))

    def hold(self, turn_id: int, sent: int = 0) -> None:
        """Until the citizen is heard again."""
        values = {"due_at": None, "held_at": self.now, "failing_since": None, "sending": False, "sent": sent}
        self.connection.execute(update(table).where(table.c.id == turn_id).values(values))

    def take_up(self, chat: str, turn_id: int | None = None) -> tuple[list[Turn], list[Turn]]:
        """What waits in a chat, and this turn, oldest first; it counts as being sent by whoever asked.

        Secondly what must wait on, because another process is sending what stands before it.
        """
        mine = table.c.chat == chat, or_(WAITING, table.c.id == turn_id)
        rows = self.connection.execute(select(table).where(*mine).order_by(table.c.id).with_for_update()).all()
        elsewhere = (n for n, row in enumerate(rows) if row.sending and row.due_at and utc(row.due_at) > self.now)
        count = next(elsewhere, len(rows))
        dropped = outdated(rows)
        self._drop(dropped)
        ours = [row for row in rows[:count] if row.id not in dropped]
        if ours:
            taken = update(table).where(table.c.id.in_([row.id for row in ours]))
            self.connection.execute(taken.values(held_at=None, due_at=self.now + LEASE, sending=True))
        return [self._to_send(row) for row in ours], [self._read(row) for row in rows[count + 1 :]]

    def hold_on(self, turn_ids: Iterable[int]) -> None:
        """We are still sending them, one after the other."""
        ours = update(table).where(table.c.id.in_(list(turn_ids)), table.c.due_at.is_not(None))
        self.connection.execute(ours.values(due_at=self.now + LEASE))

    def give_back(self, turn_ids: Iterable[int]) -> None:
        """We broke off: they are owed at once."""
        ours = update(table).where(table.c.id.in_(list(turn_ids)), table.c.due_at.is_not(None))
        self.connection.execute(ours.values(due_at=self.now, sending=False))

    def owed(self, channels: Iterable[str] = (), limit: int = 500) -> list[Turn]:
        """What was kept and should have been sent by now, oldest first.

        So many of each of these channels, and so many of all others: one that is down holds up no other.
        """
        prefixes = [f"{channel}:" for channel in channels]
        of_each = [table.c.chat.startswith(prefix, autoescape=True) for prefix in prefixes]
        of_others = and_(True, *(~one for one in of_each))
        due = select(table).where(table.c.due_at <= self.now).order_by(table.c.id).limit(limit)
        rows = [row for whose in (*of_each, of_others) for row in self.connection.execute(due.where(whose))]
        return [self._read(row) for row in sorted(rows, key=lambda row: row.id)]

    def claim(self, turn_id: int) -> Turn | None:
        """The turn as it is now, if it is on us to send it: it is due, and no answer that failed stands before it.

        For the time of a lease nobody else is given it. What was read of it before may be out of date by then: others
        may have tried meanwhile, and shown some of its parts.
        """
        due = update(table).where(table.c.id == turn_id, table.c.due_at <= self.now, ~EARLIER.exists())
        claimed = due.values(due_at=self.now + LEASE, sending=True).returning(table)
        row = self.connection.execute(claimed).one_or_none()
        return self._to_send(row) if row else None

    def _to_send(self, row: Row[Any]) -> Turn:
        """A notice that comes late says its day, from the first part that is shown."""
        turn = self._read(row)
        if not turn.unasked or turn.sent or self.now - utc(row.kept_at) < LATE:
            return turn
        replies = tuple(map(saying_its_day, turn.replies))
        if replies == turn.replies:
            return turn
        sealed = self.vault.seal(REPLIES, MESSAGES.dump_json(replies, exclude_defaults=True))
        self.connection.execute(update(table).where(table.c.id == turn.id).values(replies=sealed))
        return replace(turn, replies=replies)

    def _drop(self, turn_ids: Collection[int]) -> None:
        """They are not sent any more, and never were."""
        if turn_ids:
            dropped = update(table).where(table.c.id.in_(turn_ids))
            self.connection.execute(dropped.values(due_at=None, held_at=None, sending=False))

    def release(self) -> int:
        """At the start of the only process: nobody is sending anything, so all that is owed is due now.

        Save what waits for its hour, and was never tried.
        """
        tried = and_(table.c.due_at.is_not(None), table.c.failing_since.is_not(None))
        owed = or_(table.c.due_at <= self.now + LEASE, tried)
        return self.connection.execute(update(table).where(owed).values(due_at=self.now, sending=False)).rowcount

    def latest(self, chat: str, limit: int, since: datetime | None = None) -> list[Turn]:
        """The last turns of a chat, oldest first. `since`: those that were kept then or later."""
        mine = (table.c.chat == chat, *((table.c.kept_at >= utc(since),) if since else ()))
        rows = self.connection.execute(select(table).where(*mine).order_by(table.c.id.desc()).limit(limit)).all()
        return [self._read(row) for row in reversed(rows)]

    def on_screen(self, chat: str, limit: int) -> list[Turn]:
        """The last turns of a chat that were shown, or are just being shown, oldest first."""
        fresh = and_(table.c.failing_since.is_(None), ~table.c.update_id.startswith(NOTICE))
        mine = table.c.chat == chat, or_(table.c.shown_at.is_not(None), and_(table.c.due_at.is_not(None), fresh))
        rows = self.connection.execute(select(table).where(*mine).order_by(table.c.id.desc()).limit(limit)).all()
        return [self._read(row) for row in reversed(rows)]

    def count(self) -> int:
        return self.connection.scalar(select(func.count()).select_from(table)) or 0

    def backlog(self) -> tuple[int, datetime | None]:
        """How many answers should have been sent by now, or are tried again, and since when the oldest."""
        since = func.coalesce(table.c.failing_since, table.c.due_at)
        late = and_(table.c.due_at.is_not(None), since <= self.now)
        count, oldest = self.connection.execute(select(func.count(), func.min(since)).where(late)).one()
        return count, oldest and utc(oldest)

    def count_held(self) -> int:
        """Until their citizens are heard again."""
        held = select(func.count()).select_from(table).where(table.c.held_at.is_not(None))
        return self.connection.scalar(held) or 0

    def newest(self) -> int:
        """The highest number of a turn; 0: there is none."""
        return self.connection.scalar(NEWEST) or 0

    def notices_after(self, turn_id: int) -> list[tuple[int, str]]:
        """Number and chat of each notice with a higher number, as far as they are committed."""
        return [(row.id, row.chat) for row in self.connection.execute(NOTICES_AFTER, {"turn_id": turn_id})]

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
            row.failing_since and utc(row.failing_since),
            update=row.update_id,
            kept_at=utc(row.kept_at),
            shown_at=row.shown_at and utc(row.shown_at),
            written_at=row.written_at and utc(row.written_at),
        )
