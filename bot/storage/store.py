"""One unit of work: everything done in it is committed together, or not at all."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event

from bot.storage.conversations import Conversations
from bot.storage.turns import Turns
from bot.storage.vault import Vault

Result = TypeVar("Result")

POSTGRES_THREADS = 8


@dataclass(frozen=True)
class Unit:
    """What may be done inside one transaction."""

    conversations: Conversations
    turns: Turns


@dataclass(frozen=True)
class Store:
    """The database.

    PostgreSQL is waited for in threads. SQLite is worked where we stand: a commit to the write-ahead log is
    shorter than the way to a thread and back (docs/decisions/0003-one-synchronous-engine.md).
    """

    engine: Engine
    vault: Vault
    now: Callable[[], datetime]
    threads: ThreadPoolExecutor | None

    async def run(self, work: Callable[[Unit], Result]) -> Result:
        """`work` in one transaction; an exception rolls it back and is raised here."""
        if self.threads is None:
            return self.run_now(work)
        return await asyncio.get_running_loop().run_in_executor(self.threads, self.run_now, work)

    def run_now(self, work: Callable[[Unit], Result]) -> Result:
        with self.engine.begin() as connection:
            now = self.now()
            return work(Unit(Conversations(connection, self.vault, now), Turns(connection, self.vault, now)))

    def close(self) -> None:
        if self.threads:
            self.threads.shutdown()
        self.engine.dispose()


def opened(url: str, vault: Vault, now: Callable[[], datetime]) -> Store:
    engine = connect(url)
    local = engine.dialect.name == "sqlite"
    threads = None if local else ThreadPoolExecutor(POSTGRES_THREADS, thread_name_prefix="database")
    return Store(engine, vault, now, threads)


def connect(url: str) -> Engine:
    """An engine for the URL. SQLite: write-ahead log, waits for a lock, the first write takes it at once."""
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", prepare_sqlite)
    return engine


def prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # Reads before the first write stand outside the transaction: the version check is what guards them.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 10000", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
