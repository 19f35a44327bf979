"""The few statements of every turn: written and typed by SQLAlchemy, and made ready once.

On SQLite, where a statement takes microseconds, SQLAlchemy's own way to the driver and back takes five times as long as
the statement. So they go straight to the driver, within the same transaction. PostgreSQL goes the usual way.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Connection, Delete, Dialect, Insert, Select, Update, exc
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Statement = Select[Any] | Insert | Update | Delete


@dataclass
class Prepared:
    """`columns`: those an insert fills, where its values do not say so themselves."""

    statement: Statement
    columns: tuple[str, ...] = ()
    _direct: "Direct | None" = field(default=None, repr=False)

    def first(self, connection: Connection, values: Values) -> Any:
        """The first row, whose columns are its attributes; None: there is none."""
        if direct := self._of(connection):
            return direct.first(connection, values)
        return connection.execute(self.statement, values).first()

    def all(self, connection: Connection, values: Values) -> Sequence[Any]:
        if direct := self._of(connection):
            return direct.all(connection, values)
        return connection.execute(self.statement, values).all()

    def scalar(self, connection: Connection, values: Values) -> Any:
        """The first column of the first row."""
        row = self.first(connection, values)
        return None if row is None else row[0]

    def run(self, connection: Connection, values: Values) -> int:
        """How many rows it changed."""
        if direct := self._of(connection):
            return direct.run(connection, values)
        return connection.execute(self.statement, values).rowcount

    def _of(self, connection: Connection) -> "Direct | None":
        if connection.dialect.name != "sqlite":
            return None
        if self._direct is None:
            self._direct = direct(self.statement, self.columns, connection.dialect)
        return self._direct


@dataclass(frozen=True)
class Direct:
    """`order`: the values in the driver's order, and how each is put; `row`, `read`: what comes back."""

    sql: str
    order: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    constants: Values
    row: Callable[..., Any]
    read: tuple[tuple[int, Callable[[Any], Any]], ...]

    def first(self, connection: Connection, values: Values) -> Any:
        cursor = self._execute(connection, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else self._row(found)

    def all(self, connection: Connection, values: Values) -> list[Any]:
        return [self._row(found) for found in self._execute(connection, values).fetchall()]

    def run(self, connection: Connection, values: Values) -> int:
        cursor = self._execute(connection, values)
        cursor.close()
        return cursor.rowcount

    def _row(self, found: Sequence[Any]) -> Any:
        if self.read:
            found = list(found)
            for place, process in self.read:
                found[place] = process(found[place])
        return self.row(*found)

    def _execute(self, connection: Connection, values: Values) -> sqlite3.Cursor:
        given = {**self.constants, **values}
        put = [given[name] if process is None else process(given[name]) for name, process in self.order]
        if not connection.in_transaction():
            connection.begin()  # as the library would on its first statement
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        try:
            return driver.execute(self.sql, put)
        except sqlite3.Error as error:
            fail(self.sql, error)


def fail(sql: str, error: sqlite3.Error) -> NoReturn:
    """As SQLAlchemy would have it, without the values: they may be of a citizen."""
    kind = getattr(exc, type(error).__name__, exc.DBAPIError)
    raise kind(sql, None, error, hide_parameters=True) from error


def direct(statement: Statement, columns: tuple[str, ...], dialect: Dialect) -> Direct:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
    binds = compiled.binds

    def kind(one: ColumnElement[Any]) -> TypeEngine[Any]:
        return one.type.dialect_impl(dialect)

    returned = list(statement.selected_columns if isinstance(statement, Select) else statement.exported_columns)
    readers = (kind(column).result_processor(dialect, None) for column in returned)
    return Direct(
        str(compiled),
        tuple((name, kind(binds[name]).bind_processor(dialect)) for name in compiled.positiontup),
        {name: bind.effective_value for name, bind in binds.items() if not bind.required},
        namedtuple("Row", [column.name for column in returned]),
        tuple((place, reader) for place, reader in enumerate(readers) if reader),
    )
