"""Every row of every table as plain JSON values, and back: what is in the metadata, is in the dump.

Times are ISO 8601 with milliseconds, bytes are base64, JSON stands as it is.
"""

from __future__ import annotations

import base64
import binascii
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, func, select, text, update

from kfdesk.model import By, Direction, OutboxState, Status
from kfdesk.store.fulltext import search, words
from kfdesk.store.ids import among, these
from kfdesk.store.knowledge import articles
from kfdesk.store.prepared import Prepared, inserting
from kfdesk.store.tables import AttachmentRow, MessageRow, OutboxTable, UtcTime, metadata
from kfdesk.store.tx import Tx, driver

_message = MessageRow.__table__  # type: ignore[attr-defined]
_attachment = AttachmentRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_STEP = 500
#: SQLite's integers have 64 bits.
_LARGEST = 2**63
#: Columns that hold one word of a few: with another, nobody could read the row.
WORDS: Mapping[tuple[str, str], type[StrEnum]] = {
    ("ticket", "status"): Status,
    ("message", "direction"): Direction,
    ("message", "by"): By,
    ("event", "by"): By,
    ("outbox", "state"): OutboxState,
}


def tables() -> tuple[str, ...]:
    """The names of all tables; one that another refers to stands before it, where that can be."""
    return tuple(table.name for table in metadata.sorted_tables)


def count(tx: Tx, table: str) -> int:
    """How many rows a table has."""
    return int(tx.scalar(select(func.count()).select_from(metadata.tables[table])) or 0)


def rows(tx: Tx, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table in the order of its key."""
    found = metadata.tables[table]
    plain = [(column.name, _out(column)) for column in found.columns]
    names = ", ".join(f'"{column.name}"' for column in found.columns)
    order = ", ".join(f'"{column.name}"' for column in found.primary_key)
    # As the driver has them: what the types make of each value costs more than reading it.
    cursor = driver(tx).execute(f'SELECT {names} FROM "{table}" ORDER BY {order}')  # noqa: S608
    for row in cursor:
        yield {
            name: value if value is None or made is None else made(value)
            for (name, made), value in zip(plain, row, strict=True)
        }


def clear(tx: Tx) -> None:
    """Empty every table, and the index; what refers to what is looked at when all is written."""
    tx.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in reversed(metadata.sorted_tables):
        tx.execute(table.delete())
    tx.execute(text("INSERT INTO search (search) VALUES ('delete-all')"))


class Refused(ValueError):
    """Rows that cannot stand beside others: the same key twice."""


class Unfit(ValueError):
    """A row that a table cannot hold; says which column, and why."""


def reader(table: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return what turns a row of a dump into one that `write` takes. Unfit where it is none."""
    found = metadata.tables[table]
    columns = {column.name: _in(column) for column in found.columns}
    needed = {
        column.name
        for column in found.columns
        if not column.nullable and column.default is None and column.server_default is None
    }

    def read(row: Mapping[str, Any]) -> dict[str, Any]:
        for name in row:
            if name not in columns:
                raise Unfit(name)
        values = {}
        for name, value in row.items():
            try:
                values[name] = None if value is None else columns[name](value)
            except (ValueError, TypeError, OverflowError) as error:
                raise Unfit(name) from error
        for name in needed:
            if values.get(name) is None and name not in ("id",):
                raise Unfit(name)
        return values

    return read


def write(tx: Tx, table: str, several: list[dict[str, Any]]) -> None:
    """Write rows; those of a table have the same columns."""
    if not several:
        return
    try:
        _inserting(table, tuple(several[0])).many(tx, several)
    except sqlite3.IntegrityError as error:
        raise Refused(str(error)) from error


@lru_cache(maxsize=200)
def _inserting(table: str, names: tuple[str, ...]) -> Prepared:
    return inserting(metadata.tables[table], *names)


def doubt(tx: Tx, why: str) -> int:
    """Make mails that waited to be sent `unknown`; return how many."""
    waits = _outbox.c.state.in_(("queued", "sending"))
    found = tx.execute(
        update(_outbox).where(waits, _outbox.c.kind != "notice").values(state="unknown", error=why)
    )
    return found.rowcount


def index(tx: Tx) -> None:
    """Index every message and article for the search."""
    articles.index_anew(tx)
    last = 0
    statement = select(
        _message.c.id, _message.c.text, _message.c.cut, _message.c.subject,
        _message.c.author, _message.c.author_email,
    )  # fmt: skip
    while found := tx.execute(
        statement.where(_message.c.id > last).order_by(_message.c.id).limit(_STEP)
    ).all():
        names: dict[int, list[str]] = {row.id: [] for row in found}
        parts = select(_attachment.c.message_id, _attachment.c.name).where(
            among(_attachment.c.message_id)
        )
        for id, name in tx.execute(parts, these(names)):
            names[id].append(name)
        search.index(
            tx,
            (
                (
                    row.id,
                    *words.of(
                        row.text,
                        row.cut,
                        (row.subject, row.author, row.author_email, *names[row.id]),
                    ),
                )
                for row in found
            ),
        )
        last = found[-1].id


def broken(tx: Tx) -> str:
    """What a row refers to that is not there: `table → table`; empty where all is whole."""
    row = driver(tx).execute("PRAGMA foreign_key_check").fetchone()
    return f"{row[0]} {row[1]} → {row[2]}" if row else ""


def _out(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, UtcTime):
        return _iso
    if isinstance(column.type, LargeBinary):
        return lambda value: base64.b64encode(value).decode("ascii")
    if isinstance(column.type, JSON):
        import json

        return json.loads
    if column.type.python_type is bool:
        return bool
    return None


def _in(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, UtcTime):
        return _moment
    if isinstance(column.type, LargeBinary):
        return _bytes
    if isinstance(column.type, JSON):
        return lambda value: value
    kind = column.type.python_type
    word = WORDS.get((column.table.name, column.name))

    def read(value: Any) -> Any:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError
        if isinstance(value, str):
            value.encode()  # half a surrogate pair is no text
            if word is not None:
                word(value)
        elif isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
            raise OverflowError
        return value

    return read


def _iso(ms: int) -> str:
    return (_EPOCH + ms * _MS).isoformat(timespec="milliseconds")


def _moment(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError
    return at


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError from error
