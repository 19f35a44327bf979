"""Misses at rest: wordings and how often they came, with no way back to a chat."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.dialogue.step import Miss
from bot.storage.tables import miss as table


def once_more(added: Any) -> Any:
    return added.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={"times": table.c.times + 1, "last_day": added.excluded.last_day},
    )


COUNT: Mapping[str, Any] = {
    "sqlite": once_more(sqlite.insert(table)),
    "postgresql": once_more(postgresql.insert(table)),
}


@dataclass(frozen=True)
class Counted:
    """A miss and how often it happened; no time is finer than the day."""

    miss: Miss
    times: int
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Misses:
    connection: Connection

    def count(self, misses: Iterable[Miss], day: date) -> None:
        """In one order always, so that two turns never wait for each other's rows."""
        statement = COUNT[self.connection.dialect.name]
        for wording, kind, shown, settled in sorted(
            (miss.wording, miss.kind, miss.shown or "", miss.settled or "") for miss in misses
        ):
            row = {"wording": wording, "kind": kind, "shown": shown, "settled": settled}
            self.connection.execute(statement, {**row, "times": 1, "first_day": day, "last_day": day})

    def commonest(self, limit: int, since: date) -> list[Counted]:
        latest = select(table).where(table.c.last_day >= since)
        order = (table.c.times.desc(), table.c.last_day.desc(), *table.primary_key.columns)
        return [counted(row) for row in self.connection.execute(latest.order_by(*order).limit(limit))]

    def purge(self, before: date) -> int:
        """Those not seen since."""
        return self.connection.execute(delete(table).where(table.c.last_day < before)).rowcount


def counted(row: Row[Any]) -> Counted:
    miss = Miss(row.wording, row.kind, row.shown or None, row.settled or None)
    return Counted(miss, row.times, row.first_day, row.last_day)
