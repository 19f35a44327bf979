"""What was promised in a transaction is done after it, however often the process dies: on both engines."""

import asyncio
import json
import logging
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
from aiohttp import ClientSession, web
from aiohttp.typedefs import Handler
from sqlalchemy import URL, inspect, make_url, text

from bot.sandbox.office import Office
from bot.sandbox.wire import application
from bot.storage.store import Store, Unit, connect, opened
from bot.storage.vault import Vault
from bot.work import durable
from bot.work.durable import AsJson, Jobs, engine_of, forget_done, with_unixepoch, working
from bot.work.outcome import Outcome
from tests.conftest import KEY, PATIENCE, Clock, administer, migrated, new_postgres
from tests.desks import Counter, desk_of, gateway_to
from tests.pretend_post import NAME, PRIVATE, Serves, number
from tests.pretend_post import order as an_order

ROOT = Path(__file__).parents[1]
WORKER = "test"
LOOK = 0.02  # seconds
KEPT_BY_DBOS = {"dbos_migrations", "queues", "application_versions"}  # between tests
Until = Callable[[Callable[[], object]], Awaitable[None]]
Works = Callable[..., AbstractAsyncContextManager[None]]


# -- databases in which dbos has made its tables


async def nothing_to_do(_: str) -> Outcome:
    return "settled"


def prepared(url: str) -> str:
    """Its tables made and its queue known, which takes a second the first time."""

    async def start() -> None:
        async with working(url, WORKER, Jobs(), nothing_to_do):
            pass

    asyncio.run(start())
    return url


@pytest.fixture(scope="module")
def prepared_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = Path(copy(migrated_sqlite, tmp_path_factory.mktemp("durable") / "noidai.db"))
    prepared(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


@pytest.fixture(scope="module")
def prepared_postgres(postgres: URL) -> str:
    return prepared(migrated(new_postgres(postgres)))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{copy(request.getfixturevalue('prepared_sqlite'), tmp_path / 'noidai.db')}"
    url: str = request.getfixturevalue("prepared_postgres")
    tables = [table for table in tables_of(url) if table.rpartition(".")[2] not in {*KEPT_BY_DBOS, "alembic_version"}]
    administer(make_url(url), f"TRUNCATE {', '.join(tables)}")
    return url


def tables_of(url: str) -> list[str]:
    """Ours and those of dbos."""
    engine = connect(url)
    inspector = inspect(engine)
    names = inspector.get_table_names()
    if engine.dialect.name == "postgresql":
        names += [f"dbos.{name}" for name in inspector.get_table_names(schema="dbos")]
    engine.dispose()
    return names


def rows_of(url: str, *prefixes: str) -> dict[str, list[str]]:
    """All there is in tables of these beginnings, as text."""
    engine = connect(url)
    with engine.connect() as connection:
        found = {
            table: [repr(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table}"))]
            for table in tables_of(url)
            if table.rpartition(".")[2].startswith(prefixes)
        }
    engine.dispose()
    return found


def of_dbos(url: str) -> dict[str, list[str]]:
    ours = ("alembic", "conversation", "turn", "miss", "pickup", "item", "cursor", "consent")
    kept = rows_of(url, "")
    return {table: rows for table, rows in kept.items() if not table.startswith(ours)}


# -- a process that works


@dataclass
class Settling:
    """Stands for the desk: what it is asked to settle, and what it says."""

    says: Callable[[str], Outcome] = lambda _: "settled"
    asked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    go_on: asyncio.Event | None = None
    loops: set[asyncio.AbstractEventLoop] = field(default_factory=set)

    async def settle(self, number: str) -> Outcome:
        self.asked.append(number)
        self.loops.add(asyncio.get_running_loop())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.go_on:
                await self.go_on.wait()
            return self.says(number)
        finally:
            self.at_once -= 1


@dataclass
class Bot:
    """A store whose wishes are worked at while `working` is entered."""

    url: str
    jobs: Jobs
    store: Store

    @asynccontextmanager
    async def working(self, settle: Callable[[str], Awaitable[Outcome]]) -> AsyncIterator[None]:
        async with working(self.url, WORKER, self.jobs, settle):
            yield

    def add(self, *counts: int) -> None:
        for count in counts:
            self.store.run_now(lambda unit, count=count: unit.pickups.add(an_order(count)))

    def workflows(self) -> list[str]:
        """The state of each."""
        table = "dbos.workflow_status" if self.store.threads else "workflow_status"
        with self.store.engine.begin() as connection:
            return list(connection.scalars(text(f"SELECT status FROM {table}")))


@pytest.fixture
def bot(database: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    monkeypatch.setattr(durable, "LOOK", LOOK)
    monkeypatch.setattr(durable, "wait_before", lambda _: 0.05)
    jobs = Jobs()
    store = opened(database, Vault(KEY), clock.now, jobs.enqueue)
    yield Bot(database, jobs, store)
    store.close()


# -- what is handed over


async def test_what_is_committed_is_done_and_what_is_rolled_back_is_not(bot: Bot, until: Until) -> None:
    desk = Settling()

    def fails(unit: Unit) -> None:
        unit.pickups.add(an_order(2))
        raise RuntimeError("after the order was handed over")

    async with bot.working(desk.settle):
        with pytest.raises(RuntimeError, match="after the order"):
            bot.store.run_now(fails)
        bot.add(1)
        await until(lambda: bot.workflows() == ["SUCCESS"])
        await asyncio.sleep(10 * LOOK)
    assert desk.asked == [number(1)]
    assert bot.store.run_now(lambda unit: unit.pickups.get(number(2))) is None
    assert desk.loops == {asyncio.get_running_loop()}  # beside the rest of the bot, whose connections it uses


async def test_it_is_settled_step_by_step_and_what_nobody_was_there_for_waits_longer_each_time(
    bot: Bot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    monkeypatch.setattr(durable, "wait_before", lambda late: waited.append(late) or 0.01)
    outcomes: Iterator[Outcome] = iter(["more", "later", "more", "later", "later", "settled"])
    desk = Settling(lambda _: next(outcomes))
    async with bot.working(desk.settle):
        bot.add(1)
        await until(lambda: bot.workflows() == ["SUCCESS"])
    assert desk.asked == [number(1)] * 6
    assert waited == [1, 2, 3]


async def test_an_order_has_one_workflow_at_a_time_and_orders_do_not_wait_for_each_other(
    bot: Bot, until: Until
) -> None:
    desk = Settling(go_on=asyncio.Event())
    async with bot.working(desk.settle):
        bot.add(1)
        await until(lambda: desk.asked == [number(1)])
        for _ in range(5):  # a wish while the first is worked at
            bot.store.run_now(lambda unit: unit.pickups.cancel(number(1)))
        bot.add(2, 3)
        await until(lambda: len(desk.asked) == 3)
        await asyncio.sleep(10 * LOOK)
        assert (sorted(desk.asked), desk.most_at_once) == ([number(1), number(2), number(3)], 3)
        assert desk.go_on
        desk.go_on.set()
        await until(lambda: bot.workflows() == ["SUCCESS"] * 3)
        bot.store.run_now(lambda unit: unit.pickups.cancel(number(1)))  # ended: the next wish is a workflow again
        await until(lambda: bot.workflows() == ["SUCCESS"] * 4)
    assert desk.asked.count(number(1)) == 2


async def test_a_fault_of_ours_is_tried_again_and_leaves_no_word_of_the_citizen(
    bot: Bot, until: Until, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    faults = [ValueError(f"cannot read {words}") for words in PRIVATE[:2]]

    def says(_: str) -> Outcome:
        if faults:
            raise faults.pop()
        return "settled"

    desk = Settling(says)
    logging.getLogger("dbos").addHandler(caplog.handler)
    with caplog.at_level(logging.DEBUG):
        async with bot.working(desk.settle):
            bot.add(1)
            await until(lambda: bot.workflows() == ["SUCCESS"])
    assert len(desk.asked) == 3
    printed = "".join(capfd.readouterr())
    assert "ValueError" in printed + caplog.text  # somebody can find it
    kept = repr(of_dbos(bot.url))
    assert number(1) in kept
    for words in PRIVATE:
        assert words not in kept + printed + caplog.text, words


# -- ends and beginnings


async def test_stopped_in_the_middle_of_a_wait_and_of_a_call_both_go_on_with_the_next_start(
    bot: Bot, until: Until, capfd: pytest.CaptureFixture[str]
) -> None:
    held, second = asyncio.Event(), Settling()
    first = Settling(lambda _: "later")

    async def settle(asked: str) -> Outcome:
        first.go_on = held if asked == number(2) else None
        return await first.settle(asked)

    async with bot.working(settle):
        bot.add(1, 2)
        await until(lambda: first.at_once == 1 and first.asked.count(number(1)) > 1)
    assert first.at_once == 0  # nothing goes on in what is closed
    assert bot.workflows() == ["PENDING"] * 2
    tried = len(first.asked)
    async with bot.working(second.settle):
        await until(lambda: bot.workflows() == ["SUCCESS"] * 2)
    assert sorted(second.asked) == [number(1), number(2)]
    assert len(first.asked) == tried
    assert "".join(capfd.readouterr()) == ""


async def test_what_was_wished_before_the_start_is_found_by_the_sweep(
    bot: Bot, aiohttp_server: Serves, clock: Clock, until: Until
) -> None:
    office = Office.opened(wall=clock.now)
    server = await aiohttp_server(application(office))
    bot.add(*range(20))
    async with ClientSession() as session:
        desk = desk_of(bot.store, gateway_to(server.make_url("/"), session), clock)
        async with bot.working(desk.settle):
            await asyncio.sleep(10 * LOOK)
            assert bot.workflows() == []
            for _ in range(3):  # more often than needed
                await desk.sweep()
            await until(lambda: bot.store.run_now(lambda unit: unit.pickups.unsettled()) == [])
            await until(lambda: set(bot.workflows()) == {"SUCCESS"})
    counter = Counter(office, bot.store, clock, desk, desk)
    assert {one.became for one in office.tally().values()} == {1}
    assert [counter.told(count) for count in range(20)] == [["accepted"]] * 20
    kept = repr(of_dbos(bot.url))
    assert [words for words in PRIVATE if words in kept] == []


async def test_what_is_done_is_forgotten_after_a_week(bot: Bot, until: Until) -> None:
    desk = Settling(lambda asked: "settled" if asked == number(1) else "later")
    async with bot.working(desk.settle):
        bot.add(1, 2)
        await until(lambda: "SUCCESS" in bot.workflows())
        now = datetime.now(UTC)
        assert await forget_done(now + timedelta(days=6)) == 0
        assert await forget_done(now + timedelta(days=8)) == 1
        assert await forget_done(now + timedelta(days=8)) == 0
        assert "SUCCESS" not in bot.workflows()
        assert len(bot.workflows()) == 1
    kept = repr(of_dbos(bot.url))
    assert (number(1) in kept, number(2) in kept) == (False, True)


# -- killed in the middle of a call

# A process of its own that is killed before it could tell anybody anything.
PROCESS = """
import asyncio, sys
from datetime import UTC, datetime
from aiohttp import ClientSession
from yarl import URL
from bot.sandbox.wire_tokens import Key
from bot.services.post.hcc_bus import below
from bot.services.post.ngsp import Account, NgspGateway
from bot.services.post.tokens import Credentials
from bot.storage.store import opened
from bot.storage.vault import Vault
from bot.work.desk import Desk
from bot.work.durable import Jobs, working
from tests.pretend_post import communes, order

url, worker, bus, key = sys.argv[1:]

def now():
    return datetime(2026, 11, 21, 9, tzinfo=UTC)

async def main():
    jobs = Jobs()
    store = opened(url, Vault(bytes.fromhex(key)), now, jobs.enqueue)
    credentials = Credentials(URL(bus + "/token"), Key.key, Key.secret)
    account = Account(below(bus + "/apiVNPostNGSP/p1.0"), credentials, Key.customer)
    async with ClientSession() as session:
        desk = Desk(store, NgspGateway(session, account, communes()), None, now)
        async with working(url, worker, jobs, desk.settle):
            store.run_now(lambda unit: unit.pickups.add(order(1)))
            await asyncio.sleep(60)

asyncio.run(main())
"""


@dataclass
class Killing:
    """A post that has taken an order and, before it says so, sees whoever brought it killed."""

    victim: asyncio.subprocess.Process | None = None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if self.victim and request.path.endswith("/order/post"):
            victim, self.victim = self.victim, None
            victim.kill()
            await victim.wait()
        return answer


async def test_killed_in_the_middle_of_a_call_it_is_taken_up_again_and_is_one_order(
    bot: Bot, aiohttp_server: Serves, clock: Clock, until: Until
) -> None:
    killing = Killing()
    office = Office.opened(wall=clock.now)
    app = application(office)
    app.middlewares.append(killing.middleware)
    server = await aiohttp_server(app)

    command = (sys.executable, "-c", PROCESS, bot.url, WORKER, str(server.make_url("/ngsp")), KEY.hex())
    pipe = asyncio.subprocess.PIPE
    victim = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=pipe, stderr=pipe)
    killing.victim = victim
    asyncio.get_running_loop().call_later(PATIENCE, kill_if_alive, victim)  # one that does not come so far
    assert await victim.communicate() == (b"", b"")
    assert (victim.returncode, killing.victim) == (-signal.SIGKILL, None)
    kept = bot.store.run_now(lambda unit: unit.pickups.get(number(1)))
    assert kept
    assert (kept.status, kept.at_post, bot.workflows()) == ("kept", "maybe", ["PENDING"])
    assert [one.became for one in office.tally().values()] == [1]

    async with ClientSession() as session:
        desk = desk_of(bot.store, gateway_to(server.make_url("/"), session), clock)
        async with bot.working(desk.settle):  # nothing is handed over again, and nothing swept
            await until(lambda: bot.workflows() == ["SUCCESS"])
    tally = office.tally()[number(1)]
    assert (tally.received, tally.became) == (2, 1)
    counter = Counter(office, bot.store, clock, desk, desk)
    assert (counter.kept().status, counter.told()) == ("accepted", ["accepted"])


def kill_if_alive(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()


# -- what dbos is given


def test_what_it_keeps_is_json_that_runs_nothing() -> None:
    serializer = AsJson()
    assert serializer.deserialize(serializer.serialize({"args": ["ND261121-4F7KQ2"], "kwargs": {}})) == {
        "args": ["ND261121-4F7KQ2"],
        "kwargs": {},
    }
    assert json.loads(serializer.serialize(datetime(2026, 11, 21, tzinfo=UTC))) == "2026-11-21 00:00:00+00:00"
    with pytest.raises(json.JSONDecodeError):
        serializer.deserialize("gASVJgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOU")  # a pickle


def test_an_old_sqlite_is_given_what_dbos_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 41, 0))
    connection = sqlite3.connect(":memory:")
    connection.create_function("unixepoch", 1, None)
    with_unixepoch(connection, None)
    whole, parts = connection.execute("SELECT unixepoch('now'), unixepoch('subsec')").fetchone()
    connection.close()
    now = datetime.now(UTC).timestamp()
    assert isinstance(whole, int)
    assert abs(whole - now) < 5
    assert abs(parts - now) < 5


def test_an_engine_of_its_own_does_not_show_what_it_writes(database: str) -> None:
    engine = engine_of(database)
    with engine.connect() as connection, pytest.raises(Exception, match="no_such_table") as failed:
        connection.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": NAME})
    engine.dispose()
    assert NAME not in str(failed.value)


def test_before_the_start_nothing_is_handed_over(local_store: Store) -> None:
    """The tables of dbos are not even there yet."""
    with local_store.engine.begin() as connection:
        Jobs().enqueue(connection, number(1))
        assert not inspect(connection).has_table("workflow_status")
