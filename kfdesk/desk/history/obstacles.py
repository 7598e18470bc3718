"""What stands in the way of an undo, in words: which later thing, by whom, on which ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kfdesk import labels
from kfdesk.i18n import _
from kfdesk.model import Actor, Event
from kfdesk.store import journal
from kfdesk.store.history import operations
from kfdesk.store.history.operations import Operation
from kfdesk.store.history.reversal import Obstacle
from kfdesk.store.tx import Tx

#: What a row of a table is of a ticket, as the journal calls it.
_FIELDS = {
    "ticket_tag": "tags",
    "collaborator": "collaborators",
    "follower": "followers",
    "link": "links",
    "time_spent": "spent",
    "survey": "csat",
    "message": "messages",
    "outbox": "outbox",
}
_COLUMNS = {"sla_chosen": "sla", "customer_id": "customer"}


@dataclass(frozen=True, slots=True)
class Way:
    """One thing in the way: what of a ticket is not as it was left, and the event that did it.

    `event` is none where the journal does not say.
    """

    ticket: int | None
    field: str
    event: int | None = None
    operation: int | None = None
    at: datetime | None = None
    actor: Actor | None = None
    kind: str = ""

    def __str__(self) -> str:
        field = labels.field(self.field)
        if self.field == "outbox" and self.event is None:
            return _("ticket {number}: the reply has left").format(number=self.ticket)
        if self.actor is None:
            if self.ticket is None:
                return _("{field} was changed since").format(field=field)
            return _("ticket {number}: {field} was changed since").format(
                number=self.ticket, field=field
            )
        told = _("ticket {number}: {field} was changed by {who} ({what}, event {event})")
        return told.format(
            number=self.ticket,
            field=field,
            who=labels.actor(str(self.actor)),
            what=labels.event(self.kind),
            event=self.event,
        )


def in_the_way(tx: Tx, undone: Operation, obstacles: Sequence[Obstacle]) -> tuple[Way, ...]:
    """Return what is in the way of taking an operation back, each thing once."""
    fields = dict.fromkeys((one.ticket, _field(one)) for one in obstacles)
    numbers = sorted({number for number, _field in fields if number is not None})
    after = journal.after_operation(tx, undone.id, numbers)
    touched = _touched(tx, undone, obstacles, numbers)
    return tuple(
        _way(number, field, after.get(number, ()) if number is not None else (), touched)
        for number, field in fields
    )


def _field(one: Obstacle) -> str:
    if one.table == "ticket":
        return _COLUMNS.get(one.column, one.column)
    if one.table == "outbox" and one.column == "state":
        return "outbox"
    return _FIELDS.get(one.table, one.table)


def _touched(
    tx: Tx, undone: Operation, obstacles: Sequence[Obstacle], numbers: Sequence[int]
) -> dict[tuple[int | None, str], int]:
    """Return {(ticket, field): the last later operation that touched one of its rows}."""
    rows = {(one.table, one.key): (one.ticket, _field(one)) for one in obstacles}
    found: dict[tuple[int | None, str], int] = {}
    for id in operations.later(tx, undone.id, numbers):
        for image in operations.images_of(tx, id):
            for key in image.keys:
                if (what := rows.get((image.table, key))) is not None:
                    found[what] = id
    return found


def named(number: int, field: str, later: Sequence[Event]) -> Way:
    """What changed a field last, of the events behind."""
    return _way(number, field, later, {})


def _way(
    number: int | None,
    field: str,
    events: Sequence[Event],
    touched: dict[tuple[int | None, str], int],
) -> Way:
    named = [event for event in events if _names(event, field)]
    by_operation = touched.get((number, field))
    if not named and by_operation is not None:
        named = [event for event in events if event.operation == by_operation]
    if not named:
        return Way(number, field)
    last = named[-1]
    return Way(number, field, last.id, last.operation, last.at, last.actor, last.kind)


def _names(event: Event, field: str) -> bool:
    """Whether an event says that it changed a field, or one of its own fields."""
    if field == "fields":
        return any(name.startswith("field.") for name in event.changes)
    if field == "messages" and event.message_id is not None:
        return True
    return field in event.changes
