"""A wave: the tickets that rules look at together, in temporary tables beside the ticket."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
)

from kfdesk.model import By
from kfdesk.store.tx import Tx, driver

_temporary = MetaData()
wave = Table(
    "wave",
    _temporary,
    Column("ticket_id", Integer, primary_key=True),
    Column("created", Boolean),  # the ticket came with this event
    Column("came", Boolean),  # a message came with this event
    Column("by", Text),
    Column("message_id", Integer),  # the newest message of the root event; 0 for none
    Column("what", Text),  # what time brought: sla.warning, sla.breached, woke
    Column("target", Text),  # of an SLA event
    Column("shape", Integer),  # a bit: what decides which rules look at it
)
#: One row for each field that changed (side ``), and one for each value before and after.
change = Table(
    "wave_change",
    _temporary,
    Column("ticket_id", Integer, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("value", Text, primary_key=True),
)
_TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS wave (ticket_id INTEGER PRIMARY KEY, created INTEGER, "
    'came INTEGER, "by" TEXT, message_id INTEGER, what TEXT, target TEXT, shape INTEGER)',
    "CREATE TEMP TABLE IF NOT EXISTS wave_change (ticket_id INTEGER, field TEXT, side TEXT, "
    "value TEXT, PRIMARY KEY (ticket_id, field, side, value)) WITHOUT ROWID",
    "DELETE FROM wave",
    "DELETE FROM wave_change",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A ticket of a wave: what happened to it. `changes` is {field: (old, new)}."""

    ticket_id: int
    created: bool
    came: bool
    by: By
    message_id: int
    changes: Mapping[str, tuple[Any, Any]]
    what: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The messages of a wave, the first and the last id; and which of its tickets are asked."""

    first: int
    last: int
    shapes: int = -1  # a bit for each shape; all


def fill(tx: Tx, entries: Sequence[Entry], shapes: Sequence[int] | None = None) -> Span:
    """Make these the tickets of the wave; `shapes` gives each the bit that it is asked by."""
    connection = driver(tx)
    for statement in _TABLES:
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO wave VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (e.ticket_id, e.created, e.came, e.by.value, e.message_id, e.what, e.target, shape)
            for e, shape in zip(entries, shapes or [1] * len(entries), strict=True)
        ],
    )
    changes = [
        (e.ticket_id, field, side, value)
        for e in entries
        for field, pair in e.changes.items()
        for side, value in _sides(pair)
    ]
    changes += _own_statuses(tx, [e for e in entries if "substatus" in e.changes])
    if changes:
        connection.executemany("INSERT OR IGNORE INTO wave_change VALUES (?, ?, ?, ?)", changes)
    ids = [e.message_id for e in entries if e.message_id]
    return Span(min(ids, default=0), max(ids, default=0))


def _sides(pair: tuple[Any, Any]) -> Iterable[tuple[str, str]]:
    yield "", ""
    for side, value in zip(("was", "now"), pair, strict=True):
        for one in value if isinstance(value, list | tuple) else (value,):
            if one is not None and one != "":
                yield side, _plain(one)


def _own_statuses(tx: Tx, entries: Sequence[Entry]) -> Iterable[tuple[int, str, str, str]]:
    """A status of the team's own that came or went is a change of the status; where the kind stayed
    the same, a standard one on the other side is named by it."""
    same = json.dumps([e.ticket_id for e in entries if "status" not in e.changes])
    kinds: dict[int, str] = {}
    if entries:
        sql = "SELECT id, status FROM ticket WHERE id IN (SELECT value FROM json_each(?))"
        kinds.update(driver(tx).execute(sql, (same,)))
    for e in entries:
        was, now = (own or kinds.get(e.ticket_id, "") for own in e.changes["substatus"])
        yield from ((e.ticket_id, "status", *side) for side in _sides((was, now)))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def silent(tx: Tx) -> list[int]:
    """The tickets of the wave that raise no events: merged and deleted ones, and spam."""
    rows = driver(tx).execute(
        "SELECT wave.ticket_id FROM wave LEFT JOIN ticket ON ticket.id = wave.ticket_id "
        "WHERE ticket.id IS NULL OR ticket.deleted_at IS NOT NULL "
        "OR ticket.merged_into IS NOT NULL OR ticket.spam"
    )
    return [row[0] for row in rows]
