"""Rows in bulk, by the driver itself: SQLite takes them in batches, PostgreSQL as a stream."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

ROWS = 5000  # in one statement
Row = dict[str, Any]
Values = Iterator[tuple[Any, ...]]


def take_time(connection: sa.Connection) -> None:
    """Let statements of this transaction last as long as they need."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def enter(connection: sa.Connection, model: Any, rows: Iterable[Row]) -> None:
    """Enter rows that all tell the same columns; the others get the model's plain defaults."""
    rest = iter(rows)
    if (first := next(rest, None)) is None:
        return
    table = sa.inspect(model).local_table
    usual = {c.name: c.default.arg for c in table.columns if c.default and c.default.is_scalar}
    columns = [c for c in table.columns if c.name in (usual | first)]
    values = _driven(connection.dialect, columns, (usual | row for row in chain([first], rest)))
    {"sqlite": _insert, "postgresql": _copy}[connection.dialect.name](
        connection.connection.driver_connection, table.name, [c.name for c in columns], values
    )


def _driven(dialect: sa.Dialect, columns: list[sa.Column[Any]], rows: Iterator[Row]) -> Values:
    """Yield each row in the order of the columns, as the driver wants its values."""
    in_order = itemgetter(*(c.name for c in columns))
    bound = [c.type.dialect_impl(dialect).bind_processor(dialect) for c in columns]
    for row in rows:
        pairs = zip(bound, in_order(row), strict=True)
        yield tuple(process(value) if process else value for process, value in pairs)


def _insert(own: Any, table: str, columns: list[str], values: Values) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - ours
    while batch := list(islice(values, ROWS)):
        own.executemany(statement, batch)


def _copy(own: Any, table: str, columns: list[str], values: Values) -> None:
    with own.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as stream:
        for row in values:
            stream.write_row(row)
