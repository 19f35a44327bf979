"""One unit of work: everything done in it is committed together, or not at all."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import StaticPool

from bot.storage.alarms import Alarms
from bot.storage.attempts import Attempts
from bot.storage.consents import Consents
from bot.storage.contacts import Contacts
from bot.storage.conversations import Conversations
from bot.storage.dossiers import Dossiers
from bot.storage.feeds import Feeds
from bot.storage.figures import Figures
from bot.storage.grants import Grants
from bot.storage.inbox import Inbox
from bot.storage.misses import Misses
from bot.storage.pickups import Enqueue, Pickups
from bot.storage.rates import Rates
from bot.storage.together import Together
from bot.storage.turns import Turns
from bot.storage.vault import Vault

Result = TypeVar("Result")

POSTGRES_THREADS = 8
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "wal_autocheckpoint = 8000",  # pages, 32 MB: the wait for the disk comes an eighth as often as by default
    "busy_timeout = 10000",  # ms
    "foreign_keys = ON",
)
SOON = 0.05  # seconds what waits for the next transaction waits at most


@dataclass(frozen=True)
class Unit:
    """What may be done inside one transaction."""

    conversations: Conversations
    turns: Turns
    misses: Misses
    pickups: Pickups
    consents: Consents
    feeds: Feeds
    figures: Figures
    dossiers: Dossiers
    attempts: Attempts
    rates: Rates
    inbox: Inbox
    contacts: Contacts
    alarms: Alarms
    grants: Grants


Work = Callable[[Unit], object]


@dataclass(frozen=True)
class Store:
    """The database.

    PostgreSQL is waited for in threads. SQLite is worked where we stand: a commit to the write-ahead log is
    shorter than the way to a thread and back (docs/decisions/0003-one-synchronous-engine.md), and what is asked for at
    the same moment is committed together.
    """

    engine: Engine
    vault: Vault
    now: Callable[[], datetime]
    threads: ThreadPoolExecutor | None
    enqueue: Enqueue  # has an order carried out once the transaction is committed
    waiting: deque[Work] = field(default_factory=deque)
    flushes: set[asyncio.Future[None]] = field(default_factory=set)  # held, or they would be lost half way

    @cached_property
    def together(self) -> Together[Unit]:
        return Together(self.begin)

    @property
    def is_alone(self) -> bool:
        """Whether no other process works on this database: what is done here is all that is done."""
        return self.threads is None

    async def run(self, work: Callable[[Unit], Result]) -> Result:
        """`work` in one transaction; an exception rolls it back and is raised here.

        `work` changes nothing but the database: it may be done twice, to count once.
        """
        if self.threads is None:
            return await self.together.run(work)
        return await asyncio.get_running_loop().run_in_executor(self.threads, self.run_now, work)

    def run_now(self, work: Callable[[Unit], Result]) -> Result:
        with self.begin() as unit:
            return work(unit)

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        """A transaction, and with it what waits for one."""
        carried = list(emptied(self.waiting))
        try:
            with self.engine.begin() as connection:
                now = self.now()
                unit = Unit(
                    Conversations(connection, self.vault, now),
                    Turns(connection, self.vault, now),
                    Misses(connection),
                    Pickups(connection, self.vault, now, self.enqueue),
                    Consents(connection, now),
                    Feeds(connection),
                    Figures(connection),
                    Dossiers(connection, self.vault, now),
                    Attempts(connection, now),
                    Rates(connection, now),
                    Inbox(connection, self.vault, now),
                    Contacts(connection, now),
                    Alarms(connection, now),
                    Grants(connection, self.vault, now),
                )
                for small in carried:
                    small(unit)
                yield unit
        except BaseException:
            self.waiting.extendleft(reversed(carried))
            raise

    def soon(self, work: Work) -> None:
        """`work` that may be done twice and may wait: with the next transaction, or alone after a moment."""
        if not self.waiting:
            asyncio.get_running_loop().call_later(SOON, self._begin_flush)
        self.waiting.append(work)

    @contextmanager
    def meanwhile(self, time: timedelta, work: Work) -> Iterator[None]:
        """While the block lasts, `work` is done again each time so much has passed; not at all if it is over before."""
        loop = asyncio.get_running_loop()
        coming: asyncio.TimerHandle

        def again() -> None:
            nonlocal coming
            self.soon(work)
            coming = loop.call_later(time.total_seconds(), again)

        coming = loop.call_later(time.total_seconds(), again)
        try:
            yield
        finally:
            coming.cancel()

    def _begin_flush(self) -> None:
        if self.waiting:
            self.flushes.add(task := asyncio.ensure_future(self.run(nothing)))
            task.add_done_callback(self.flushes.discard)

    def close(self) -> None:
        if self.waiting:
            self.run_now(nothing)
        if self.threads:
            self.threads.shutdown()
        self.engine.dispose()


def emptied(waiting: deque[Work]) -> Iterator[Work]:
    """All that waits. Threads may take at the same time; each thing goes to one of them."""
    while waiting:
        try:
            yield waiting.popleft()
        except IndexError:
            return


def nothing(_: Unit) -> None:
    """What a transaction does that only carries what waited."""


def left_for_later(_: Connection, number: str) -> None:
    """Where no work is done: the order is found by whoever looks for unsettled ones."""


def opened(url: str, vault: Vault, now: Callable[[], datetime], enqueue: Enqueue = left_for_later) -> Store:
    engine = connect(url)
    local = engine.dialect.name == "sqlite"
    threads = None if local else ThreadPoolExecutor(POSTGRES_THREADS, thread_name_prefix="database")
    return Store(engine, vault, now, threads, enqueue)


def connect(url: str) -> Engine:
    """An engine for the URL. SQLite: write-ahead log, waits for a lock, the first write takes it at once."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    # One connection for good: handing it out and taking it back each time cost as much as a statement.
    engine = create_engine(url, hide_parameters=True, poolclass=StaticPool, pool_reset_on_return=None)
    event.listen(engine, "connect", prepare_sqlite)
    return engine


def prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # Reads before the first write stand outside the transaction: the version check is what guards them.
    connection.isolation_level = "IMMEDIATE"
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
