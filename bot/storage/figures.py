"""What figures are counted from: one row a dossier or pickup, with days, codes and statuses, naming nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, not_, select

from bot.dossiers.counted import Filed
from bot.dossiers.lateness import day_of
from bot.pickup.counted import Booked
from bot.storage.pickups import utc
from bot.storage.tables import dossier, pickup, pickup_news

AT_ONCE = 5_000  # rows fetched together
FAILED = ("collection_failed", "delivery_failed")


@dataclass(frozen=True)
class Figures:
    """Rows are read on while they are used: only inside the transaction."""

    connection: Connection

    def dossiers(self, *, trial: bool) -> Iterator[Filed]:
        """Every dossier anyone has followed, once; those of pretend systems never together with the others.

        Not what only looked like one: the system of its code answered, and never knew it.
        """
        never_was = and_(dossier.c.status.is_(None), dossier.c.missing_since.is_not(None))
        held = select(
            dossier.c.agency,
            dossier.c.commune,
            dossier.c.channel,
            dossier.c.procedure,
            dossier.c.status,
            dossier.c.received,
            dossier.c.due,
            dossier.c.finished,
            dossier.c.returned,
            dossier.c.known_at,
            dossier.c.followed_at,
        ).where(dossier.c.followed_at.is_not(None), dossier.c.trial.is_(trial), not_(never_was))
        for row in self.connection.execute(held.execution_options(yield_per=AT_ONCE)):
            yield Filed(
                row.agency,
                row.commune,
                row.channel,
                row.procedure,
                row.status or "unknown",  # no system has answered yet
                day(row.received),
                day(row.due),
                day(row.finished),
                day(row.returned),
                day_of(utc(row.known_at or row.followed_at)),
            )

    def pickups(self) -> Iterator[Booked]:
        """Every pickup ever ordered."""
        tried = select(pickup_news.c.number).where(pickup_news.c.status.in_(FAILED))
        held = select(
            pickup.c.procedure,
            pickup.c.commune,
            pickup.c.status,
            pickup.c.ordered_at,
            pickup.c.ended_at.is_not(None).label("ended"),
            pickup.c.number.in_(tried).label("failed"),
        )
        for row in self.connection.execute(held.execution_options(yield_per=AT_ONCE)):
            ordered = day_of(utc(row.ordered_at))
            yield Booked(row.procedure, row.commune, row.status, ordered, bool(row.ended), bool(row.failed))


def day(moment: datetime | None) -> date | None:
    """In Viet Nam."""
    return day_of(utc(moment)) if moment else None
