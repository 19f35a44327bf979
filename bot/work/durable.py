"""What must be done after a turn is committed, however often the process dies: dbos, in our own database.

A workflow carries an order's number and nothing else; what it is about is read when it runs. One order has one
workflow at a time. A wish that comes while it ends, or where none is listened for, is found by `sweep`.
"""

import asyncio
import json
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, Serializer, error
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from bot.storage.store import prepare_sqlite
from bot.tracebacks import where
from bot.work.outcome import Outcome, wait_before

log = structlog.get_logger()

QUEUE, SETTLE = "pickups", "settle"
VERSION = "1"  # of the workflow's steps: raise it when their order changes, and let the old ones end first
AT_ONCE = 50  # orders spoken of with the post at the same time
LOOK = 0.2  # seconds between two looks into the queue
KEEP_DONE = timedelta(days=7)  # finished workflows, for whoever looks into what happened
A_SWEEP = 500  # of them deleted at a time

Settle = Callable[[str], Awaitable[Outcome]]


class AsJson(Serializer):
    """Readable by whoever looks into the tables, and unable to run anything when it is read."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=str)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805 - named so by the library
        return json.loads(serialized_data)

    def name(self) -> str:
        return "noidai_json"


@dataclass
class Jobs:
    """Hands an order over within the transaction that keeps it; before the start nothing is handed over."""

    client: DBOSClient | None = field(default=None)

    def enqueue(self, connection: Connection, number: str) -> None:
        if self.client:
            options = EnqueueOptions(
                workflow_name=SETTLE,
                queue_name=QUEUE,
                deduplication_id=number,
                app_version=VERSION,
            )
            with suppress(error.DBOSQueueDeduplicatedError), connection.begin_nested():
                self.client.enqueue_in_transaction(connection, options, number)


@asynccontextmanager
async def working(url: str, worker: str, jobs: Jobs, settle: Settle) -> AsyncIterator[None]:
    """The queue listened to. `worker`: a name that stays the same when the process starts again (one a process)."""
    engine = engine_of(url)
    config = DBOSConfig(
        name="noidai",
        system_database_engine=engine,
        executor_id=worker,
        application_version=VERSION,
        serializer=AsJson(),
        log_level="ERROR",
        use_listen_notify=False,
    )
    DBOS(config=config)
    at_work = register(settle)
    DBOS.launch()  # from within the loop that runs: the workflows then run in it too
    await DBOS.register_queue_async(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=LOOK)
    jobs.client = DBOSClient(system_database_engine=engine, serializer=AsJson(), application_name="noidai")
    try:
        yield
    finally:
        jobs.client = None
        await let_go(at_work)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        logging.getLogger("dbos").handlers.clear()  # they hold on to the stream of this start
        engine.dispose()


async def forget_done(now: datetime) -> int:
    """Deletes workflows that ended long ago; dbos itself keeps everything. How many there were."""
    before = (now - KEEP_DONE).isoformat()
    done = await DBOS.list_workflows_async(
        completed_before=before, limit=A_SWEEP, load_input=False, load_output=False, name=SETTLE
    )
    if done:
        await DBOS.delete_workflows_async([workflow.workflow_id for workflow in done])
    return len(done)


async def let_go(at_work: set[asyncio.Task[Any]]) -> None:
    """What is under way goes on with the next start; without this it would run into what is closed here."""
    for task in tuple(at_work):
        task.cancel()
    await asyncio.gather(*at_work, return_exceptions=True)


def register(settle: Settle) -> set[asyncio.Task[Any]]:
    """The workflow: settle step by step; when the post is not there, wait, longer each time.

    Gives those under way, as they come and go.
    """
    at_work: set[asyncio.Task[Any]] = set()

    @DBOS.step(name="settle once")
    async def once(number: str, attempt: int) -> Outcome:
        try:
            return await settle(number)
        except Exception as error:  # a fault of ours; dbos would keep and log its words, which may be the citizen's
            log.error("not settled", order=number, what=type(error).__name__, at=where(error))
            return "later"

    @DBOS.workflow(name=SETTLE)
    async def workflow(number: str) -> None:
        if task := asyncio.current_task():
            at_work.add(task)
            task.add_done_callback(at_work.discard)
        late = 0
        for attempt in count():
            outcome = await once(number, attempt)
            if outcome == "settled":
                return
            if outcome == "later":
                late += 1
                await DBOS.sleep_async(wait_before(late))

    return at_work


def engine_of(url: str) -> Engine:
    """A second engine on the same database: dbos works in threads of its own."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=10)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "connect", with_unixepoch)
    return engine


def with_unixepoch(connection: sqlite3.Connection, _: Any) -> None:
    if sqlite3.sqlite_version_info < (3, 42):  # dbos asks for it; Python >= 3.12 may come with an older SQLite
        connection.create_function("unixepoch", 1, lambda how: time.time() if how == "subsec" else int(time.time()))
