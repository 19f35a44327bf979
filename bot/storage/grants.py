"""Tokens somebody else's service granted us. A pair is kept before it is used, and renewed by one process at a time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, or_, select, update

from bot.storage.dossiers import INSERT
from bot.storage.pickups import utc
from bot.storage.tables import grant as table
from bot.storage.vault import Vault

DATA = "access_grant.data"


class Pair(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    access: str = Field(repr=False)
    refresh: str = Field(repr=False)


@dataclass(frozen=True)
class Grant:
    pair: Pair = field(repr=False)
    version: int  # counts the pairs
    until: datetime  # the access token is good


@dataclass(frozen=True)
class Grants:
    connection: Connection
    vault: Vault
    now: datetime

    def get(self, name: str) -> Grant | None:
        row = self.connection.execute(select(table).where(table.c.name == name)).one_or_none()
        if row is None:
            return None
        return Grant(Pair.model_validate_json(self.vault.open(DATA, row.data)), row.version, utc(row.until))

    def put(self, name: str, pair: Pair, until: datetime) -> None:
        """A pair from outside: what was there before is worth nothing now, nor is what anybody makes of it."""
        data = self.vault.seal(DATA, pair.model_dump_json().encode())
        first = {"name": name, "data": data, "version": 1, "until": utc(until), "renewing_until": None}
        again = {"data": data, "version": table.c.version + 1, "until": utc(until), "renewing_until": None}
        added = INSERT[self.connection.dialect.name](table).values(first)
        self.connection.execute(added.on_conflict_do_update(index_elements=[table.c.name], set_=again))

    def add(self, name: str, pair: Pair, until: datetime) -> bool:
        """Unless there is one: False, and it stays as it is."""
        data = self.vault.seal(DATA, pair.model_dump_json().encode())
        first = {"name": name, "data": data, "version": 1, "until": utc(until), "renewing_until": None}
        added = INSERT[self.connection.dialect.name](table).values(first).on_conflict_do_nothing()
        return self.connection.execute(added.returning(table.c.name)).first() is not None

    def begin_renewing(self, name: str, version: int, lease: timedelta) -> bool:
        """Whether it is on us to renew this very pair; for the time of the lease nobody else is told so."""
        free = or_(table.c.renewing_until.is_(None), table.c.renewing_until <= self.now)
        mine = update(table).where(table.c.name == name, table.c.version == version, free)
        return self.connection.execute(mine.values(renewing_until=self.now + lease)).rowcount == 1

    def renewed(self, name: str, version: int, pair: Pair, until: datetime) -> bool:
        """The new pair in place of `version`. False: somebody brought another one meanwhile."""
        data = self.vault.seal(DATA, pair.model_dump_json().encode())
        values: dict[str, Any] = {"data": data, "version": version + 1, "until": utc(until), "renewing_until": None}
        mine = update(table).where(table.c.name == name, table.c.version == version)
        return self.connection.execute(mine.values(values)).rowcount == 1

    def stop_renewing(self, name: str, version: int) -> None:
        """It was not renewed; somebody may try again."""
        mine = update(table).where(table.c.name == name, table.c.version == version)
        self.connection.execute(mine.values(renewing_until=None))
