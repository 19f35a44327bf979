"""What an operator was told of and is not over yet: one row, so one alarm, whatever the number of processes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.storage.dossiers import INSERT
from bot.storage.pickups import utc
from bot.storage.tables import alarm as table


@dataclass(frozen=True)
class Alarms:
    connection: Connection
    now: datetime

    def begin(self, key: str) -> bool:
        """Whether it is new: then it is on us to tell."""
        added = INSERT[self.connection.dialect.name](table).values(key=key, since=self.now).on_conflict_do_nothing()
        return self.connection.execute(added.returning(table.c.key)).first() is not None

    def end(self, key: str) -> bool:
        """Whether it was on: then it is on us to tell that it is over."""
        return self.connection.execute(delete(table).where(table.c.key == key)).rowcount == 1

    def all(self) -> dict[str, datetime]:
        """By key, since when."""
        return {row.key: utc(row.since) for row in self.connection.execute(select(table).order_by(table.c.since))}
