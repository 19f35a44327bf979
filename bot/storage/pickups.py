"""Pickups at rest: what was ordered, how far it has come, and what the post is still to be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.pickup.order import Order, Person, Visit
from bot.pickup.progress import CHANGEABLE, ENDED, News, Status, moves_on, renews
from bot.storage.prepared import Prepared
from bot.storage.tables import pickup as table
from bot.storage.tables import pickup_news
from bot.storage.vault import Vault

DATA, BEFORE, REASON, PHONE = "pickup.data", "pickup.before", "pickup.reason", "pickup.phone"
SHOWN_AFTER_END = timedelta(days=30)
OPEN = table.c.ended_at.is_(None)

# Asked in most turns, so built once.
OF_CHAT = (
    select(table)
    .where(
        table.c.chat == bindparam("of_chat"),
        table.c.data.is_not(None),
        or_(OPEN, table.c.ended_at > bindparam("ended_after")),
    )
    .order_by(table.c.ordered_at.desc(), table.c.number)
    .limit(bindparam("most"))
)
WITH_PHONE = Prepared(
    select(func.count().label("count")).select_from(table).where(table.c.phone == bindparam("of_phone"), OPEN)
)
FULL = Prepared(
    select(table.c.day, table.c.shift)
    .where(table.c.commune == bindparam("of_commune"), table.c.day >= bindparam("since"))
    .where(table.c.status != "cancelled", table.c.status != "refused")
    .group_by(table.c.day, table.c.shift)
    .having(func.count() >= bindparam("capacity"))
)

AtPost = Literal["no", "maybe", "yes"]  # maybe: a call was begun, and its outcome is not known
Enqueue = Callable[[Connection, str], None]


class NumberTakenError(Exception):
    """The number is another order's; a fresh one is needed."""


@dataclass(frozen=True)
class Kept:
    """A row: the order and where it stands."""

    order: Order
    status: Status
    since: datetime
    item: str | None
    reason: str | None
    at_post: AtPost
    to_cancel: bool
    moves: int
    moves_at_post: int
    corrections: int
    delayed: bool
    ordered_at: datetime
    ended_at: datetime | None

    @property
    def is_settled(self) -> bool:
        """Whether the post knows all there is to know."""
        if self.status in ENDED:
            return True
        return self.at_post == "yes" and not self.to_cancel and self.moves == self.moves_at_post


@dataclass(frozen=True)
class Pickups:
    connection: Connection
    vault: Vault
    now: datetime
    enqueue: Enqueue

    def add(self, order: Order) -> None:
        """Raises NumberTakenError."""
        row = {
            "number": order.number,
            "chat": order.chat,
            **self._of_data(order),
            "procedure": order.procedure,
            "commune": order.address.commune,
            "moves": 0,
            "status": "kept",
            "since": self.now,
            "at_post": "no",
            "moves_at_post": 0,
            "corrections": 0,
            "to_cancel": False,
            "delayed": False,
            "ordered_at": self.now,
        }
        try:
            self.connection.execute(insert(table), row)
        except IntegrityError as error:
            raise NumberTakenError(order.number) from error
        self.enqueue(self.connection, order.number)

    def move(self, number: str, visit: Visit) -> None:
        kept = self.get(number)
        if kept and not kept.ended_at:
            self._change(kept, kept.order.model_copy(update={"visit": visit}), reminded=None)

    def correct(self, number: str, sender: Person) -> None:
        kept = self.get(number)
        if kept and not kept.ended_at:
            corrected = kept.order.model_copy(update={"sender": sender})
            self._change(kept, corrected, corrections=kept.corrections + 1)

    def cancel(self, number: str) -> None:
        wished = update(table).where(table.c.number == number, OPEN).values(to_cancel=True)
        if self.connection.execute(wished).rowcount:
            self.enqueue(self.connection, number)

    def get(self, number: str, *, alone: bool = False) -> Kept | None:
        """None: no such order, or erased. `alone`: no other process changes it before our transaction ends."""
        held = select(table).where(table.c.number == number)
        row = self.connection.execute(held.with_for_update() if alone else held).one_or_none()
        return self._read(row) if row and row.data is not None else None

    def of_chat(self, chat: str, limit: int = 20) -> list[Kept]:
        """Open ones, and those that ended in the last month; the latest first."""
        asked = {"of_chat": chat, "ended_after": self.now - SHOWN_AFTER_END, "most": limit}
        return [self._read(row) for row in self.connection.execute(OF_CHAT, asked)]

    def history(self, number: str) -> tuple[tuple[Status, datetime], ...]:
        """What moved it on, oldest first."""
        moved = select(pickup_news.c.status, pickup_news.c.at).where(
            pickup_news.c.number == number, pickup_news.c.changed
        )
        rows = self.connection.execute(moved.order_by(pickup_news.c.at))
        return tuple((row.status, utc(row.at)) for row in rows)

    def open_with_phone(self, phone: str) -> int:
        return cast(int, WITH_PHONE.scalar(self.connection, {"of_phone": self.vault.index(PHONE, phone)}))

    def full(self, commune: str, since: date, capacity: int) -> frozenset[Visit]:
        """The visits in a commune from a day on that as many orders hold as the post can take."""
        rows = FULL.all(self.connection, {"of_commune": commune, "since": since, "capacity": capacity})
        return frozenset(Visit(day=row.day, shift=row.shift) for row in rows)

    # what the post is told (bot/work)

    def begin(self, number: str) -> None:
        """A call that makes the order is about to leave."""
        self._write(number, at_post="maybe")

    def placed(self, kept: Kept, item: str | None) -> None:
        """The post has it, as it was read."""
        self._write(kept.order.number, at_post="yes", **({"item": item} if item else {}))
        self.moved(kept)

    def moved(self, kept: Kept) -> None:
        """The post knows the change that was read."""
        now = self.get(kept.order.number, alone=True)
        further = now is not None and now.moves != kept.moves
        before = self._sealed(BEFORE, kept.order) if further else None
        self._write(kept.order.number, moves_at_post=kept.moves, before=before)

    def not_moved(self, kept: Kept) -> Order | None:
        """The post does not take the change that was read: it stands as before, unless changed again meanwhile.

        The order as before.
        """
        number = kept.order.number
        row = self.connection.execute(select(table).where(table.c.number == number).with_for_update()).one()
        order, back = None, dict[str, object]()
        if row.before is not None and row.moves == kept.moves:
            order = Order.model_validate_json(self.vault.open(BEFORE, row.before))
            back = {**self._of_data(order), "before": None}
        self._write(number, moves_at_post=kept.moves, **back)
        return order

    def cancel_at_post(self, number: str) -> None:
        """Given up by us, and the post may have it all the same."""
        self._write(number, to_cancel=True)

    def keep_after_all(self, number: str) -> None:
        """The post would not cancel it any more."""
        self._write(number, to_cancel=False)

    def tell_delay(self, number: str) -> None:
        self._write(number, delayed=True)

    def unsettled(self, limit: int = 500) -> list[str]:
        """Numbers of the orders the post does not know all about."""
        open_ones = select(table.c.number).where(
            OPEN,
            or_(table.c.at_post.in_(("no", "maybe")), table.c.to_cancel, table.c.moves != table.c.moves_at_post),
        )
        return list(self.connection.scalars(open_ones.order_by(table.c.ordered_at).limit(limit)))

    def followed(self, limit: int = 10_000) -> list[tuple[str, str | None]]:
        """Number and item of the open orders the post has."""
        at_post = select(table.c.number, table.c.item).where(OPEN, table.c.at_post == "yes")
        rows = self.connection.execute(at_post.order_by(table.c.ordered_at).limit(limit))
        return [(row.number, row.item) for row in rows]

    # what the post tells

    def hear(self, news: News) -> Kept | None:
        """Keeps the news. The order as it stands now, when that moved it on; None when it did not.

        The same news twice is kept once; of an order we do not have nothing is kept.
        """
        kept = self.get(news.order, alone=True)
        if kept is None or self.has_heard(news):
            return None
        moved = moves_on(kept.status, kept.since, news)
        heard = {"number": news.order, "key": news.key, "status": news.status, "code": news.code, "at": utc(news.at)}
        self.connection.execute(insert(pickup_news), {**heard, "changed": moved})
        item = {"item": news.item} if news.item and not kept.item else {}
        if not moved:
            anew = {"since": utc(news.at)} if renews(kept.status, kept.since, news) else {}
            if item or anew:
                self._write(news.order, **item, **anew)
            return None
        reason = self.vault.seal(REASON, news.reason.encode()) if news.reason else None
        ended = {"ended_at": self.now} if is_the_last(news.status, kept.order) else {}
        self._write(news.order, status=news.status, since=utc(news.at), reason=reason, at_post="yes", **item, **ended)
        return self.get(news.order)

    def end(self, number: str, status: Status, reason: str | None = None) -> Kept | None:
        """Ended by us: cancelled before the post had it, or refused by it. None: it had ended before."""
        sealed = self.vault.seal(REASON, reason.encode()) if reason else None
        ended = update(table).where(table.c.number == number, OPEN)
        values = {"status": status, "since": self.now, "ended_at": self.now, "reason": sealed}
        return self.get(number) if self.connection.execute(ended.values(**values)).rowcount else None

    # reminders

    def to_remind(self, day: date, limit: int = 500) -> list[Kept]:
        """Visits of a day nobody was reminded of."""
        coming = select(table).where(
            table.c.day == day,
            table.c.status.in_(CHANGEABLE),
            table.c.to_cancel.is_(False),
            or_(table.c.at_post == "yes", table.c.delayed.is_(False)),  # to the others we said: do not wait
            or_(table.c.reminded.is_(None), table.c.reminded != day),
        )
        return [self._read(row) for row in self.connection.execute(coming.order_by(table.c.number).limit(limit))]

    def reminded(self, number: str, day: date) -> bool:
        """False: another process was quicker."""
        first = update(table).where(table.c.number == number, or_(table.c.reminded.is_(None), table.c.reminded != day))
        return self.connection.execute(first.values(reminded=day)).rowcount == 1

    # keeping and erasing

    def forget(self, chat: str) -> None:
        """The ended orders of a chat: at the citizen's wish."""
        self._erase(table.c.chat == chat, table.c.ended_at.is_not(None))

    def purge(self, before: datetime) -> int:
        """What names a person, of orders that ended before; what is left tells no one's name."""
        return self._erase(table.c.ended_at < before)

    def close_silent(self, before: datetime) -> int:
        """Orders of which nothing was heard since: not every gateway tells how a result came home."""
        silent = update(table).where(OPEN, table.c.since < before, table.c.day < before.date())
        return self.connection.execute(silent.values(ended_at=self.now)).rowcount

    def _erase(self, *where: Any) -> int:
        """The chat goes too: a row that is left is a figure."""
        gone = update(table).where(table.c.data.is_not(None), *where)
        return self.connection.execute(
            gone.values(data=None, before=None, phone=None, reason=None, item=None, chat="")
        ).rowcount

    def has_heard(self, news: News) -> bool:
        same = select(pickup_news.c.key).where(pickup_news.c.number == news.order, pickup_news.c.key == news.key)
        return self.connection.scalar(same) is not None

    def _change(self, kept: Kept, changed: Order, **more: object) -> None:
        """What the post knows is kept until it knows better: it may refuse the change."""
        known = {"before": self._sealed(BEFORE, kept.order)} if kept.moves == kept.moves_at_post else {}
        self._write(changed.number, **self._of_data(changed), **known, moves=kept.moves + 1, **more)
        self.enqueue(self.connection, changed.number)

    def _sealed(self, place: str, order: Order) -> bytes:
        return self.vault.seal(place, order.model_dump_json().encode())

    def _of_data(self, order: Order) -> dict[str, object]:
        return {
            "data": self._sealed(DATA, order),
            "phone": self.vault.index(PHONE, order.sender.phone),
            "day": order.visit.day,
            "shift": order.visit.shift,
        }

    def _write(self, number: str, **values: object) -> None:
        self.connection.execute(update(table).where(table.c.number == number).values(**values))

    def _read(self, row: Row[Sequence[Any]]) -> Kept:
        return Kept(
            Order.model_validate_json(self.vault.open(DATA, row.data)),
            row.status,
            utc(row.since),
            row.item,
            self.vault.open(REASON, row.reason).decode() if row.reason else None,
            row.at_post,
            row.to_cancel,
            row.moves,
            row.moves_at_post,
            row.corrections,
            row.delayed,
            utc(row.ordered_at),
            row.ended_at and utc(row.ended_at),
        )


def is_the_last(status: Status, order: Order) -> bool:
    """Whether nothing more is to come: of a result that is not brought home the post tells nothing."""
    return status in ENDED or (status == "handed_over" and order.back is None)


def utc(moment: datetime) -> datetime:
    """SQLite keeps no zone, so what is written there is UTC, and what comes back is too."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
