"""Ids in bulk: given out under the write lock, and given to a statement as one parameter."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from kfdesk.store.tx import Tx, driver


def next_id(tx: Tx, table: Any) -> int:
    """Return the first free id of a table; none comes twice, also where rows were removed."""
    # Asked before each write: SQLAlchemy would take ten times as long around it as SQLite does.
    row = driver(tx).execute(
        f"SELECT max(coalesce((SELECT max(id) FROM {table.name}), 0), "  # noqa: S608
        "coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?), 0)) + 1",
        (_floor(table.name),),
    )
    return int(row.fetchone()[0])


def keep_floor(tx: Tx, table: str, id: int) -> None:
    """Remember that a table had a row of that id, which is removed."""
    driver(tx).execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE "
        "SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))",
        (_floor(table), str(id)),
    )


def _floor(table: str) -> str:
    return f"floor.{table}"


def among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """True where a column is one of those that `these` passes; compiled once for any number."""
    listed = func.json_each(bindparam(name)).table_valued("value")
    return column.in_(select(listed.c.value))


def these(values: Iterable[int | str], name: str = "ids") -> dict[str, str]:
    """Return the parameter that `among` asks for."""
    return {name: json.dumps(list(values), ensure_ascii=False)}
