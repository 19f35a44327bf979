"""Dossiers at rest: what their systems told last, who follows them, and when each is to be asked for again.

A row is the durable state of a following (docs/decisions/0010-following.md). Its version makes an answer count once:
what is kept is kept on top of what it was compared with, or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.dialogue import step, world
from bot.dossiers.dossier import WAITING, Dossier
from bot.storage.dossier_rows import CODE, Follower, Known, follower, known, told_of
from bot.storage.pickups import utc
from bot.storage.tables import dossier as table
from bot.storage.tables import dossier_news, follow, pickup
from bot.storage.vault import Vault
from knowledge.tongue import Language

SHOWN_AFTER_END = timedelta(days=30)
LOOKED_AT_KEPT = timedelta(days=1)  # what was asked for and is not followed
AHEAD = timedelta(days=11)  # no due day is warned of earlier: the longest run of days off is shorter

INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
ACTIVE = follow.c.ended_at.is_(None)
FOLLOWS = select(follow.c.key).where(follow.c.chat == bindparam("of_chat"), ACTIVE).limit(1)
TO_BE_ASKED = table.c.next_look.is_not(None)
LATER = (
    update(table)
    .where(table.c.key == bindparam("of_key"), TO_BE_ASKED)
    .values(next_look=bindparam("later"), failures=table.c.failures + bindparam("failed"))
)


@dataclass(frozen=True)
class Dossiers:
    connection: Connection
    vault: Vault
    now: datetime

    # following

    def follow(self, chat: str, wish: step.Follow, language: Language = "vi") -> None:
        """Twice is once. What was proved before stays proved; who follows for good goes on when asking `once`."""
        key = self.key(wish.code)
        self._wake(key, wish.code, now=wish.once)
        said = {
            "language": language,
            "proved": wish.proved,
            "lasting": not wish.once,
            "asked": wish.once,
            "number": wish.order,
        }
        added = INSERT[self.connection.dialect.name](follow).values(key=key, chat=chat, since=self.now, **said)
        renewed = added.on_conflict_do_update(
            index_elements=[follow.c.key, follow.c.chat],
            set_={
                "language": added.excluded.language,
                "since": case((ACTIVE, follow.c.since), else_=added.excluded.since),
                "proved": or_(follow.c.proved, added.excluded.proved),
                "lasting": or_(and_(ACTIVE, follow.c.lasting), added.excluded.lasting),
                "asked": or_(and_(ACTIVE, follow.c.asked), added.excluded.asked),
                "number": func.coalesce(added.excluded.number, follow.c.number),
                "ended_at": None,
            },
        )
        self.connection.execute(renewed)
        if wish.order:
            self._link(key, wish.order)

    def unfollow(self, chat: str, code: str) -> None:
        key = self.key(code)
        self._hold(key)
        left = update(follow).where(follow.c.key == key, follow.c.chat == chat, ACTIVE)
        self.connection.execute(left.values(ended_at=self.now, asked=False))
        self._rest_unless_followed(key)

    def followed(self, chat: str, limit: int = 20) -> tuple[world.Followed, ...]:
        """The latest first; of ended dossiers those of the last month."""
        shown = or_(table.c.ended_at.is_(None), table.c.ended_at > self.now - SHOWN_AFTER_END)
        mine = select(table, follow.c.proved, follow.c.number, follow.c.lasting).join(
            follow, follow.c.key == table.c.key
        )
        mine = mine.where(follow.c.chat == chat, ACTIVE, table.c.code.is_not(None), shown)
        rows = self.connection.execute(mine.order_by(follow.c.since.desc(), table.c.key).limit(limit))
        return tuple(
            world.Followed(
                one.code, one.dossier, one.known_at, row.proved, row.number, not row.lasting, one.ended_at is not None
            )
            for row in rows
            for one in [known(row, self.vault)]
        )

    def follows(self, chat: str) -> bool:
        return self.connection.scalar(FOLLOWS, {"of_chat": chat}) is not None

    def followers(self, key: str) -> list[Follower]:
        rows = self.connection.execute(select(follow).where(follow.c.key == key, ACTIVE).order_by(follow.c.chat))
        return [follower(row) for row in rows]

    def of_chat(self, chat: str, key: str) -> Follower | None:
        """None: the chat does not follow it. What was proved before it stopped following counts again when it does."""
        row = self.connection.execute(
            select(follow).where(follow.c.key == key, follow.c.chat == chat, ACTIVE)
        ).one_or_none()
        return follower(row) if row else None

    def prove(self, chat: str, key: str) -> None:
        """For as long as the chat follows it."""
        self.connection.execute(update(follow).where(follow.c.key == key, follow.c.chat == chat).values(proved=True))

    # what a system told

    def key(self, code: str) -> str:
        """What stands for a code where it may not be read: in rows, keys and logs."""
        return self.vault.index(CODE, code)

    def get(self, code: str) -> Known:
        """With version 0 when nothing is known."""
        key = self.key(code)
        row = self.connection.execute(select(table).where(table.c.key == key, table.c.code.is_not(None))).one_or_none()
        return known(row, self.vault) if row else Known(key, code)

    def keep(self, before: Known, dossier: Dossier, at: datetime, next_look: datetime | None, *, trial: bool) -> bool:
        """False: another answer was kept since `before` was read. `next_look` counts while somebody follows."""
        told = {**told_of(dossier, before, self.now, self.vault), "trial": trial, "known_at": utc(at)}
        if before.version == 0 and self._add(before, system=dossier.system, **told):
            return True
        still = update(table).where(table.c.key == before.key, table.c.version == before.version)
        later = literal(next_look and utc(next_look), table.c.next_look.type)
        next_ = case((TO_BE_ASKED, later), else_=None)
        return self.connection.execute(still.values(**told, version=before.version + 1, next_look=next_)).rowcount == 1

    def is_missing(self, before: Known, next_look: datetime) -> bool:
        """The system answered, and does not know it. False: another answer was kept since."""
        still = update(table).where(table.c.key == before.key, table.c.version == before.version, TO_BE_ASKED)
        since = func.coalesce(table.c.missing_since, literal(self.now, table.c.missing_since.type))
        missing = still.values(missing_since=since, failures=0, next_look=utc(next_look), version=before.version + 1)
        return self.connection.execute(missing).rowcount == 1

    def is_news(self, key: str, change: str) -> bool:
        """Whether it is told for the first time; from now on it is not."""
        told = INSERT[self.connection.dialect.name](dossier_news).values(key=key, change=change, at=self.now)
        return self._is_new(told.returning(dossier_news.c.key))

    def told_at(self, key: str, change: str) -> datetime | None:
        at = self.connection.scalar(
            select(dossier_news.c.at).where(dossier_news.c.key == key, dossier_news.c.change == change)
        )
        return utc(at) if at else None

    def answered(self, key: str) -> None:
        """Who asked while the system was down has its answer."""
        waited = update(follow).where(follow.c.key == key, follow.c.asked)
        once = case((follow.c.lasting, follow.c.ended_at), else_=literal(self.now, follow.c.ended_at.type))
        if self.connection.execute(waited.values(asked=False, ended_at=once)).rowcount:
            self._rest_unless_followed(key)

    def give_up(self, key: str) -> None:
        """Nobody waits for it any more."""
        self.connection.execute(
            update(follow).where(follow.c.key == key, ACTIVE).values(ended_at=self.now, asked=False)
        )
        self._rest_unless_followed(key)

    # asking again (bot.work.following)

    def due_systems(self) -> list[str]:
        """Keys of the systems of which something is to be asked now; "" stands for those nobody knows yet."""
        due = select(table.c.system).where(table.c.next_look <= self.now)
        return sorted(self.connection.scalars(due.group_by(table.c.system)))

    def first_due(self, system: str) -> Known | None:
        due = select(table).where(table.c.system == system, table.c.next_look <= self.now).order_by(table.c.next_look)
        row = self.connection.execute(due.limit(1)).one_or_none()
        return known(row, self.vault) if row else None

    def claim(self, system: str, limit: int, until: datetime) -> list[Known]:
        """Those that have waited longest; until then nobody else gets them."""
        due = select(table.c.key).where(table.c.system == system, table.c.next_look <= self.now)
        due = due.order_by(table.c.next_look).limit(limit).with_for_update(skip_locked=True)
        return self._taken(due, table.c.next_look <= self.now, next_look=until)

    def look_again(self, times: Mapping[str, datetime], *, failed: bool) -> None:
        """When, by key. In one order always, so that two transactions never wait for each other's rows."""
        rows = [{"of_key": key, "later": utc(times[key]), "failed": int(failed)} for key in sorted(times)]
        if rows:
            self.connection.execute(LATER, rows)

    def belongs_to(self, key: str, system: str, next_look: datetime) -> None:
        """Which system is to be asked, as the routes now say."""
        mine = update(table).where(table.c.key == key, TO_BE_ASKED)
        self.connection.execute(mine.values(system=system, next_look=utc(next_look)))

    def to_warn(self, today: date, limit: int) -> list[Known]:
        """Followed ones with a day that is near or past, or that wait for the citizen: each once a day."""
        horizon = self.now + AHEAD
        pressing = or_(table.c.due <= horizon, table.c.status.in_(WAITING))
        unseen = or_(table.c.warned.is_(None), table.c.warned < today)
        told = and_(TO_BE_ASKED, table.c.ended_at.is_(None), table.c.data.is_not(None))
        seen = select(table.c.key).where(told, pressing, unseen)
        seen = seen.order_by(table.c.key).limit(limit).with_for_update(skip_locked=True)
        return self._taken(seen, unseen, warned=today)

    def _taken(self, keys: Select[Any], still: ColumnElement[bool], **values: object) -> list[Known]:
        """Read and marked in one statement, so that nobody else does.

        As a CTE: a plain subquery with a limit and SKIP LOCKED PostgreSQL may run again for each row it looks at.
        """
        chosen = keys.cte("chosen")
        mine = update(table).where(table.c.key.in_(select(chosen.c.key)), still)
        rows = self.connection.execute(mine.values(**values).returning(*table.c)).all()
        return [known(row, self.vault) for row in rows]

    # erasing

    def forget(self, chat: str) -> None:
        """At the citizen's wish. What nobody else follows is erased; the figures stay."""
        keys = sorted(self.connection.scalars(select(follow.c.key).where(follow.c.chat == chat)))
        for key in keys:
            self._hold(key)
            self.connection.execute(delete(follow).where(follow.c.key == key, follow.c.chat == chat))
            self._rest_unless_followed(key)
            if not self.connection.scalar(select(follow.c.chat).where(follow.c.key == key).limit(1)):
                self._erase([key])

    def purge(self, before: datetime, limit: int = 500) -> int:
        """Of dossiers nobody is told of any more and not known anew since; how many were erased."""
        looked_at = and_(table.c.followed_at.is_(None), table.c.known_at < self.now - LOOKED_AT_KEPT)
        gone = self.connection.execute(delete(table).where(looked_at, ~TO_BE_ASKED)).rowcount
        since = func.coalesce(table.c.known_at, table.c.followed_at)
        old = select(table.c.key).where(table.c.code.is_not(None), ~TO_BE_ASKED, since < before)
        keys = sorted(self.connection.scalars(old.order_by(table.c.key).limit(limit)))
        if keys:
            self._erase(keys)
        return gone + len(keys)

    def _erase(self, keys: list[str]) -> None:
        """The chats go too: a row that is left is a figure."""
        for gone in (follow, dossier_news):
            self.connection.execute(delete(gone).where(gone.c.key.in_(keys)))
        erased = update(table).where(table.c.key.in_(keys))
        self.connection.execute(
            erased.values(code=None, data=None, next_look=None, warned=None, version=table.c.version + 1)
        )

    def _wake(self, key: str, code: str, *, now: bool) -> None:
        """The row is there, and ours until the transaction ends; what rested is asked for at once. `now`: any is."""
        sealed = self.vault.seal(CODE, code.encode())
        row = {"key": key, "code": sealed, "system": "", "trial": False, "version": 1, "failures": 0}
        added = INSERT[self.connection.dialect.name](table).values(**row, followed_at=self.now, next_look=self.now)
        woken = added.on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "code": func.coalesce(table.c.code, added.excluded.code),
                "followed_at": func.coalesce(table.c.followed_at, added.excluded.followed_at),
                "next_look": added.excluded.next_look if now else func.coalesce(table.c.next_look, self.now),
            },
        )
        self.connection.execute(woken)

    def _link(self, key: str, number: str) -> None:
        """What the order says of the dossier, for the figures."""
        order = self.connection.execute(
            select(pickup.c.commune, pickup.c.procedure).where(pickup.c.number == number)
        ).one_or_none()
        if order:
            linked = update(table).where(table.c.key == key)
            procedure = func.coalesce(table.c.procedure, order.procedure)
            channel = func.coalesce(table.c.channel, "post")
            self.connection.execute(linked.values(commune=order.commune, procedure=procedure, channel=channel))

    def _hold(self, key: str) -> None:
        """Nobody else changes who follows it before our transaction ends."""
        self.connection.execute(update(table).where(table.c.key == key).values(version=table.c.version))

    def _rest_unless_followed(self, key: str) -> None:
        followed = exists().where(follow.c.key == key, ACTIVE)
        self.connection.execute(update(table).where(table.c.key == key, ~followed).values(next_look=None))

    def _add(self, before: Known, **told: object) -> bool:
        row = {"key": before.key, "code": self.vault.seal(CODE, before.code.encode()), "version": 1, **told}
        added = INSERT[self.connection.dialect.name](table).values(row)
        return self._is_new(added.returning(table.c.key))

    def _is_new(self, added: Any) -> bool:
        """Of an insert; how many rows it made, not every driver tells."""
        return self.connection.execute(added.on_conflict_do_nothing()).first() is not None
