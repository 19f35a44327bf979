"""Statements that go straight to the driver do what SQLAlchemy's own way would do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    delete,
    exc,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.schema import DropTable

import bot.storage
from bot.storage import prepared
from bot.storage.prepared import Prepared

table = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(20), unique=True),
    Column("data", LargeBinary),
    Column("at", DateTime(timezone=True)),
    Column("day", Date),
    Column("good", Boolean, nullable=False, server_default="0"),
)
NOON = datetime(2026, 11, 22, 12, 30, 5, 123456, tzinfo=UTC)
ROW: dict[str, Any] = {"name": "Bưởi", "data": b"\0\xff", "at": NOON, "day": date(2026, 11, 22), "good": True}
ADD = Prepared(insert(table).returning(table.c.id), tuple(ROW))
NAMED = Prepared(select(table).where(table.c.name == bindparam("of_name")))
LATER = Prepared(select(table.c.name).where(table.c.at > bindparam("after")).order_by(table.c.id).limit(2))
COUNT = Prepared(select(func.count().label("count")).select_from(table))
MOVE = Prepared(update(table).where(table.c.name == bindparam("of_name")).values(at=bindparam("now"), data=None))
DROP = Prepared(delete(table).where(table.c.good.is_(True)))


@pytest.fixture(params=["direct", "by the library"])
def connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    engine = create_engine("sqlite://")
    if request.param == "by the library":
        monkeypatch.setattr(Prepared, "_of", lambda *_: None)
    with engine.connect() as connection:
        table.create(connection)
        connection.commit()
        yield connection
    engine.dispose()


def test_what_is_put_comes_back(connection: Connection) -> None:
    assert ADD.scalar(connection, ROW) == 1
    row = NAMED.first(connection, {"of_name": "Bưởi"})
    assert (row.id, row.name, row.data, row.at, row.day, row.good) == (
        1, "Bưởi", b"\0\xff", NOON.replace(tzinfo=None), date(2026, 11, 22), True,
    )  # fmt: skip
    assert NAMED.first(connection, {"of_name": "Mận"}) is None
    assert NAMED.scalar(connection, {"of_name": "Mận"}) is None


def test_limits_and_orders_hold(connection: Connection) -> None:
    for number in range(4):
        ADD.run(connection, {**ROW, "name": f"{number}", "at": NOON.replace(minute=number)})
    assert [row.name for row in LATER.all(connection, {"after": NOON.replace(minute=0)})] == ["1", "2"]
    assert COUNT.scalar(connection, {}) == 4


def test_what_changes_is_counted(connection: Connection) -> None:
    ADD.run(connection, ROW)
    assert MOVE.run(connection, {"of_name": "Mận", "now": NOON}) == 0
    assert MOVE.run(connection, {"of_name": "Bưởi", "now": NOON.replace(year=2027)}) == 1
    row = NAMED.first(connection, {"of_name": "Bưởi"})
    assert (row.at.year, row.data) == (2027, None)
    assert DROP.run(connection, {}) == 1


def test_it_belongs_to_the_transaction(connection: Connection) -> None:
    ADD.run(connection, ROW)
    connection.rollback()
    assert COUNT.scalar(connection, {}) == 0


def test_what_the_driver_refuses_is_refused_in_the_librarys_way(connection: Connection) -> None:
    ADD.run(connection, ROW)
    with pytest.raises(exc.IntegrityError, match="UNIQUE"):
        ADD.run(connection, ROW)
    connection.execute(DropTable(table))
    with pytest.raises(exc.OperationalError, match="no such table"):
        NAMED.first(connection, {"of_name": "Bưởi"})


def test_a_refusal_tells_nobody_the_values() -> None:
    with create_engine("sqlite://").connect() as connection:
        table.create(connection)
        ADD.run(connection, ROW)
        with pytest.raises(exc.IntegrityError) as refused:
            ADD.run(connection, ROW)
        assert "Bưởi" not in str(refused.value)


def test_a_name_that_was_forgotten_is_a_fault(connection: Connection) -> None:
    with pytest.raises((KeyError, exc.StatementError)):
        NAMED.first(connection, {})


def test_every_statement_made_ready_can_be_written_for_sqlite() -> None:
    engine = create_engine("sqlite://")
    found = list(all_prepared())
    assert len(found) > 8
    for one in found:
        assert prepared.direct(one.statement, one.columns, engine.dialect).sql


def all_prepared() -> Iterator[Prepared]:
    """Those of the bot."""
    for found in iter_modules(bot.storage.__path__, "bot.storage."):
        for value in vars(import_module(found.name)).values():
            values = value.values() if isinstance(value, dict) else (value,)
            yield from (one for one in values if isinstance(one, Prepared))
