"""The journal: every event of every ticket, and the rules' traces of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import func, insert, select

from kfdesk.model import Actor, By, Direction, Event
from kfdesk.store.history import operations
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.tables import CustomerEventRow, EventRow, MessageRow, to_ms
from kfdesk.store.tx import Tx, driver

_event = EventRow.__table__  # type: ignore[attr-defined]
_customer_event = CustomerEventRow.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_INSERT = (
    'INSERT INTO event (id, ticket_id, at, "by", actor, kind, changes, rule, message_id, root, '
    "text, operation_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A line about to be written. `root` is the event that set it off; 0: it stands first."""

    ticket_id: int
    actor: Actor
    kind: str
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    rule: str = ""
    message_id: int | None = None
    root: int = 0
    text: str = ""


def record(tx: Tx, events: Sequence[NewEvent], at: datetime) -> list[int]:
    """Write events; return their ids in order."""
    if not events:
        return []
    first = next_id(tx, _event)
    operation, ms = operations.current(tx), to_ms(at)
    encoded = _encoding()
    rows = (
        (
            *(id, e.ticket_id, ms, e.actor.kind.value, e.actor.name, e.kind, encoded(e.changes)),
            *(e.rule, e.message_id, e.root or id, e.text, operation),
        )
        for id, e in enumerate(events, first)
    )
    driver(tx).executemany(_INSERT, rows)
    return list(range(first, first + len(events)))


def _encoding() -> Callable[[Mapping[str, Any]], str]:
    """Encodes changes that many events share once."""
    known: dict[int, str] = {}

    def encoded(changes: Mapping[str, Any]) -> str:
        if not changes:
            return "{}"
        text = known.get(id(changes))
        if text is None:
            text = known[id(changes)] = json.dumps(changes)
        return text

    return encoded


def first_id(tx: Tx) -> int:
    """The id that the next line gets."""
    return next_id(tx, _event)


def since(tx: Tx, first: int) -> list[Event]:
    """Return the lines from an id on, oldest first."""
    statement = select(_event).where(_event.c.id >= first).order_by(_event.c.id)
    return [event_of(row) for row in tx.execute(statement)]


def events(tx: Tx, number: int) -> list[Event]:
    """Return a ticket's events, oldest first."""
    statement = select(_event).where(_event.c.ticket_id == number).order_by(_event.c.id)
    return [event_of(row) for row in tx.execute(statement)]


def between(
    tx: Tx, number: int, above: datetime | None, below: datetime | None, limit: int
) -> list[Event]:
    """Return a ticket's events from one moment to before another, oldest first, the last so many.

    None is an end.
    """
    statement = select(_event).where(_event.c.ticket_id == number).order_by(_event.c.id.desc())
    if above is not None:
        statement = statement.where(_event.c.at >= above)
    if below is not None:
        statement = statement.where(_event.c.at < below)
    rows = tx.execute(statement.limit(limit)).all()
    return [event_of(row) for row in reversed(rows)]


def event_of(row: Any) -> Event:
    """Return a line as it leaves the store."""
    return Event(
        id=row.id,
        ticket=row.ticket_id,
        at=row.at,
        actor=Actor(By(row.by), row.actor),
        kind=row.kind,
        changes={name: (pair[0], pair[1]) for name, pair in row.changes.items()},
        rule=row.rule,
        message_id=row.message_id,
        text=row.text,
        root=row.root or row.id,
        operation=row.operation_id,
    )


_BY_ID = select(_event).where(among(_event.c.id))

_ROBOTS = (
    select(_event.c.ticket_id, _message.c.auto, _message.c.author_email)
    .join_from(_event, _message, _message.c.id == _event.c.message_id)
    .where(among(_event.c.id), _message.c.direction != Direction.OUT.value, _message.c.auto != "")
)


def robots(tx: Tx, events: Iterable[int]) -> dict[int, str]:
    """Return {ticket: why it counts as automatic} of those events that a robot's message is."""
    return {ticket: why for ticket, (why, _sender) in robots_with_sender(tx, events).items()}


def robots_with_sender(tx: Tx, events: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Like `robots`, with the robot's address: {ticket: (why, address)}."""
    return {ticket: (why, email) for ticket, why, email in tx.execute(_ROBOTS, these(events))}


def of(tx: Tx, events: Iterable[int]) -> dict[int, Event]:
    """Return {id: event} of these events."""
    return {row.id: event_of(row) for row in tx.execute(_BY_ID, these(events))}


def changes_of(tx: Tx, operation: int) -> list[tuple[int, str, Mapping[str, tuple[Any, Any]]]]:
    """Return (ticket, kind, changes) of the events of an operation, oldest first.

    Events with the same changes share one object.
    """
    rows = driver(tx).execute(
        "SELECT ticket_id, kind, changes FROM event WHERE operation_id = ? ORDER BY id",
        (operation,),
    )
    read = cache(json.loads)
    return [(ticket, kind, read(changes)) for ticket, kind, changes in rows]


def after_operation(tx: Tx, operation: int, numbers: Iterable[int]) -> dict[int, list[Event]]:
    """Return {ticket: its events behind those of an operation, oldest first}."""
    last = select(func.max(_event.c.id)).where(_event.c.operation_id == operation)
    statement = (
        select(_event)
        .where(among(_event.c.ticket_id), _event.c.id > last.scalar_subquery())
        .order_by(_event.c.id)
    )
    found: dict[int, list[Event]] = defaultdict(list)
    for row in tx.execute(statement, these(numbers)):
        found[row.ticket_id].append(event_of(row))
    return found


def touched_after(tx: Tx, operation: int, numbers: Iterable[int]) -> set[int]:
    """Return those of some tickets to which anything happened behind an operation."""
    last = select(func.max(_event.c.id)).where(_event.c.operation_id == operation)
    statement = (
        select(_event.c.ticket_id)
        .where(among(_event.c.ticket_id), _event.c.id > last.scalar_subquery())
        .distinct()
    )
    return set(tx.scalars(statement, these(numbers)))


def reverse_of_customers(tx: Tx, operation: int, actor: Actor, kind: str, at: datetime) -> None:
    """Write of each customer that an operation changed that the change was taken back."""
    lines = tx.execute(
        select(_customer_event)
        .where(_customer_event.c.operation_id == operation)
        .order_by(_customer_event.c.id)
    ).all()
    rows = [
        {
            "customer_id": row.customer_id,
            "at": at,
            "by": actor.kind.value,
            "actor": actor.name,
            "kind": kind,
            "changes": {name: [new, old] for name, (old, new) in row.changes.items()},
            "text": row.text,
            "operation_id": operations.current(tx),
        }
        for row in reversed(lines)
    ]
    if rows:
        tx.execute(insert(_customer_event), rows)
