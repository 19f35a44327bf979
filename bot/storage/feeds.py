"""How far each feed of the post was read, and the tracking numbers it gave beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.tables import cursor, item


class NoItemLeftError(LookupError):
    """The pool of tracking numbers is empty; more are to be had from the post."""


class FeedMovedError(Exception):
    """Another process read the feed on meanwhile."""


@dataclass(frozen=True)
class Feeds:
    connection: Connection

    def cursor(self, name: str) -> str:
        """Empty: never read."""
        return self.connection.scalar(select(cursor.c.value).where(cursor.c.name == name)) or ""

    def advance(self, name: str, old: str, new: str) -> None:
        """Raises FeedMovedError, so that what was read twice is not kept twice."""
        if old:
            moved = update(cursor).where(cursor.c.name == name, cursor.c.value == old).values(value=new)
            if self.connection.execute(moved).rowcount != 1:
                raise FeedMovedError(name)
            return
        try:
            self.connection.execute(insert(cursor), {"name": name, "value": new})
        except IntegrityError as error:
            raise FeedMovedError(name) from error

    def take_item(self, number: str) -> str:
        """The order's tracking number: the same one however often it is asked for. Raises NoItemLeftError."""
        mine = select(item.c.item).where(item.c.number == number)
        if held := self.connection.scalar(mine):
            return cast(str, held)
        free = select(item.c.item).where(item.c.number.is_(None)).order_by(item.c.item).limit(1)
        free = free.with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer anyway
        found = self.connection.scalar(free)
        if found is None:
            raise NoItemLeftError
        self.connection.execute(update(item).where(item.c.item == found).values(number=number))
        return cast(str, found)

    def add_items(self, items: Iterable[str]) -> int:
        """New ones only; how many there were."""
        known = set(self.connection.scalars(select(item.c.item)))
        fresh = [{"item": one, "number": None} for one in dict.fromkeys(items) if one not in known]
        if fresh:
            self.connection.execute(insert(item), fresh)
        return len(fresh)

    def items_left(self) -> int:
        free = select(func.count()).select_from(item).where(item.c.number.is_(None))
        return self.connection.scalar(free) or 0
