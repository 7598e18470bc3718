"""What templates say of tickets, beside what decisions need of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, func, or_, select, type_coerce

from kfdesk.model import By
from kfdesk.store.ids import among, these
from kfdesk.store.tables import EventRow, OperationRow, TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_operation = OperationRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Times:
    """When a ticket came and changed, and what it was promised."""

    created: datetime
    updated: datetime
    due: datetime | None
    first_response_due: datetime | None
    next_response_due: datetime | None
    resolve_due: datetime | None


_TIMES = select(
    _ticket.c.id,
    _ticket.c.created_at,
    _ticket.c.updated_at,
    _ticket.c.due_at,
    _ticket.c.first_response_due,
    _ticket.c.next_response_due,
    _ticket.c.resolve_due,
).where(among(_ticket.c.id))


def times(tx: Tx, numbers: Iterable[int]) -> dict[int, Times]:
    """Return {ticket: its times}."""
    return {row[0]: Times(*row[1:]) for row in tx.execute(_TIMES, these(numbers))}


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the journal by which a ticket came or moved on."""

    at: datetime
    kind: str
    by: By
    changes: Mapping[str, tuple[Any, Any]]


#: What was undone has not happened, and neither has its undoing.
_MOVED = (
    select(_event.c.ticket_id, _event.c.at, _event.c.kind, _event.c.by, _event.c.changes)
    .outerjoin(_operation, _operation.c.id == _event.c.operation_id)
    .where(
        among(_event.c.ticket_id),
        or_(
            _event.c.operation_id.is_(None),
            and_(_operation.c.undone_by.is_(None), _operation.c.undoes.is_(None)),
        ),
        or_(
            _event.c.kind.in_(("created", "reply")),
            *(
                func.instr(type_coerce(_event.c.changes, Text), f'"{name}"') > 0
                for name in ("status", "team", "assignee")
            ),
        ),
    )
    .order_by(_event.c.ticket_id, _event.c.id)
)


def moved(tx: Tx, numbers: Iterable[int]) -> dict[int, list[Moved]]:
    """Return {ticket: how it came and moved on, oldest first}."""
    found: dict[int, list[Moved]] = defaultdict(list)
    for number, at, kind, by, changes in tx.execute(_MOVED, these(numbers)):
        pairs = {name: (pair[0], pair[1]) for name, pair in changes.items()}
        found[number].append(Moved(at, kind, By(by), pairs))
    return found
