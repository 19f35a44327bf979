"""How others' systems bear our calls, over all processes: the next free moment, the calls under way, the failures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.storage.dossiers import INSERT
from bot.storage.pickups import utc
from bot.storage.tables import call
from bot.storage.tables import rate as table

# good: it answered · bad: it did not · refused: it will not · none: the call was given up by us
Verdict = Literal["good", "bad", "refused", "none"]


@dataclass(frozen=True)
class Health:
    failures: int = 0  # calls that failed, one after the other
    failed_at: datetime | None = None
    refused: bool = False  # each of them was a refusal


@dataclass(frozen=True)
class Slot:
    """Leave to make one call, not before `at`."""

    call: int
    at: datetime


@dataclass(frozen=True)
class Rates:
    connection: Connection
    now: datetime

    def health(self, system: str) -> Health:
        row = self.connection.execute(select(table).where(table.c.system == system)).one_or_none()
        return health(row) if row else Health()

    def reserve(self, system: str, between: timedelta, at_once: int, lease: timedelta) -> Slot | None:
        """The next moment a call may begin, `between` after the one before. None: as many as allowed are under way.

        `lease`: after this time the call counts as over, whatever became of who made it.
        """
        self._hold(system)
        self.connection.execute(delete(call).where(call.c.system == system, call.c.until < self.now))
        under_way = select(func.count()).select_from(call).where(call.c.system == system)
        if cast(int, self.connection.scalar(under_way)) >= at_once:
            return None
        free = self.connection.scalar(select(table.c.free_at).where(table.c.system == system))
        at = max(utc(cast(datetime, free)), self.now)
        self._write(system, free_at=at + between)
        row = {"system": system, "until": at + lease}
        added = self.connection.execute(insert(call), row).inserted_primary_key
        return Slot(cast("Sequence[int]", added)[0], at)

    def next(self, system: str, between: timedelta, ahead: timedelta, patience: timedelta) -> datetime | None:
        """The moment of the next call, on average `between` after the one before; nobody is told when it is over.

        `ahead`: what was left unused in so long a time may be used at once. None: it would be later than in
        `patience`; then no moment is taken.
        """
        self._hold(system)
        free = utc(cast(datetime, self.connection.scalar(select(table.c.free_at).where(table.c.system == system))))
        at = max(free, self.now - ahead)
        if at > self.now + patience:
            return None
        self._write(system, free_at=at + between)
        return max(at, self.now)

    def pause(self, system: str, until: datetime) -> None:
        """No call begins before, but those that have their moment."""
        self._hold(system)
        later = update(table).where(table.c.system == system, table.c.free_at < until)
        self.connection.execute(later.values(free_at=until))

    def release(self, slot: Slot) -> None:
        """The call is over, or was never made. Its moment is not given to another."""
        self.connection.execute(delete(call).where(call.c.id == slot.call))

    def judge(self, system: str, verdict: Verdict, slot: Slot | None = None) -> Health:
        """How the call went. As it was before: who finds what this call made of it tells the operator."""
        self._hold(system)
        before = self.health(system)
        if verdict == "good" and before != Health():
            self._write(system, failures=0, failed_at=None, refused=False)
        elif verdict in ("bad", "refused"):
            if slot and before.failed_at and slot.at < before.failed_at:
                return Health()  # under way when another failed: what befell them together is one failure
            refused = verdict == "refused" and (before.refused or not before.failures)
            self._write(system, failures=before.failures + 1, failed_at=self.now, refused=refused)
        return before

    def _hold(self, system: str) -> None:
        """The row is there, and nobody else's until the transaction ends."""
        row = {"system": system, "free_at": self.now, "failures": 0, "refused": False}
        added = INSERT[self.connection.dialect.name](table).values(row)
        same = {"failures": table.c.failures}
        self.connection.execute(added.on_conflict_do_update(index_elements=[table.c.system], set_=same))

    def _write(self, system: str, **values: object) -> None:
        self.connection.execute(update(table).where(table.c.system == system).values(**values))


def health(row: Row[Any]) -> Health:
    return Health(row.failures, row.failed_at and utc(row.failed_at), row.refused)
