"""Core statements for the hot paths: compiled once, then given to the driver as they are.

Measured on the ingest of mail: what SQLAlchemy does around each `execute` costs as much as SQLite
does inside it. Types still convert (times, JSON), by the table's own column types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, Select, Table, bindparam, insert
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.sql.dml import UpdateBase

from kfdesk.store.tables.types import UtcTime, from_ms, to_ms
from kfdesk.store.tx import Tx, driver

_DIALECT = dialect()


def _ms(value: datetime | None) -> int | None:
    return None if value is None else to_ms(value)


def _at(value: int | None) -> datetime | None:
    return None if value is None else from_ms(value)


#: How times are written and read: directly, for a type's own way is three calls long.
_TIME = (_ms, _at)


class Prepared:
    """A statement that writes many rows, each given by the names of its parameters."""

    def __init__(self, statement: UpdateBase) -> None:
        self._statement = statement
        self._json: set[str] = set()  # parameters that are written as JSON

    @cached_property
    def _compiled(self) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]]]:
        compiled = self._statement.compile(dialect=_DIALECT)
        processors = {
            name: _TIME[0]
            if isinstance(parameter.type, UtcTime)
            else parameter.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
            for name, parameter in compiled.binds.items()
        }
        self._json = {n for n, p in compiled.binds.items() if isinstance(p.type, JSON)}
        return str(compiled), [(name, processors[name]) for name in compiled.positiontup or ()]

    def many(self, tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each row; for none, not at all."""
        sql, parameters = self._compiled
        parameters = [(n, _once(p) if n in self._json else p) for n, p in parameters]
        values = [
            tuple(
                [
                    row[name] if process is None else process(row[name])
                    for name, process in parameters
                ]
            )
            for row in rows
        ]
        if values:
            driver(tx).executemany(sql, values)

    def each(self, tx: Tx, shared: Mapping[str, Any], ids: Sequence[int]) -> None:
        """Run it for each id, which is its last parameter; the others are the same each time."""
        sql, parameters = self._compiled
        values = [
            shared[name] if process is None else process(shared[name])
            for name, process in parameters[:-1]
        ]
        driver(tx).executemany(sql, [(*values, id) for id in ids])


def _once(process: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """Encode an object that many rows share once; it is kept, so that no other takes its id."""
    known: dict[int, tuple[Any, Any]] = {}
    assert process is not None

    def encoded(value: Any) -> Any:
        found = known.get(id(value))
        if found is None:
            found = known[id(value)] = value, process(value)
        return found[1]

    return encoded


def inserting(table: Table, *names: str, instead: str = "") -> Prepared:
    """An INSERT of these columns; `instead` is what SQLite does on a conflict: IGNORE, REPLACE."""
    statement = insert(table).values(
        {name: bindparam(name, type_=table.c[name].type) for name in names}
    )
    return Prepared(statement.prefix_with(f"OR {instead}") if instead else statement)


class Asked:
    """A statement that reads rows, each a plain tuple in the order of its columns."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[str], list[tuple[int, Callable[[Any], Any]]]]:
        compiled = self._statement.compile(dialect=_DIALECT)
        processors: list[tuple[int, Callable[[Any], Any]]] = [
            (n, process)
            for n, column in enumerate(self._statement.selected_columns)
            if (
                process := _TIME[1]
                if isinstance(column.type, UtcTime)
                else column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
            )
        ]
        return str(compiled), compiled.positiontup or (), processors

    def all(self, tx: Tx, parameters: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Return its rows."""
        sql, names, processors = self._compiled
        rows = driver(tx).execute(sql, [parameters[name] for name in names]).fetchall()
        if not processors:
            return list(rows)
        found = [list(row) for row in rows]
        for row in found:
            for n, process in processors:
                if row[n] is not None:
                    row[n] = process(row[n])
        return list(found)
