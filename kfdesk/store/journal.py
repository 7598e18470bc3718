"""The journal: every event of every ticket, and the rules' traces of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from kfdesk.model import Actor, By, Event
from kfdesk.store.ids import next_id
from kfdesk.store.tables import EventRow
from kfdesk.store.tx import Tx

_event = EventRow.__table__  # type: ignore[attr-defined]


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
    tx.execute(
        insert(_event),
        [
            {
                "id": id,
                "ticket_id": e.ticket_id,
                "at": at,
                "by": e.actor.kind.value,
                "actor": e.actor.name,
                "kind": e.kind,
                "changes": {name: list(pair) for name, pair in e.changes.items()},
                "rule": e.rule,
                "message_id": e.message_id,
                "root": e.root or id,
                "text": e.text,
            }
            for id, e in enumerate(events, first)
        ],
    )
    return list(range(first, first + len(events)))


def events(tx: Tx, number: int) -> list[Event]:
    """Return a ticket's events, oldest first."""
    statement = select(_event).where(_event.c.ticket_id == number).order_by(_event.c.id)
    return [
        Event(
            id=row.id,
            ticket=row.ticket_id,
            at=row.at,
            actor=Actor(By(row.by), row.actor),
            kind=row.kind,
            changes={name: (pair[0], pair[1]) for name, pair in row.changes.items()},
            rule=row.rule,
            message_id=row.message_id,
            text=row.text,
        )
        for row in tx.execute(statement)
    ]
