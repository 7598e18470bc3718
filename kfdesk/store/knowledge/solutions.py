"""How tickets were solved: what was answered last, by which macro, after how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from kfdesk.model import By, Direction, OutboxState, Status
from kfdesk.store.ids import among, these
from kfdesk.store.knowledge import article_uses
from kfdesk.store.tables import EventRow, MessageRow, OperationRow, OutboxTable, TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_operation = OperationRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket, and how it was solved if it was."""

    number: int
    subject: str
    status: Status
    category: str
    customer_id: int
    assignee: str
    created_at: datetime
    solved_at: datetime | None
    answer: str = ""  # the last that an agent wrote to the customer
    author: str = ""
    macros: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


_CASES = select(
    _ticket.c.id,
    _ticket.c.subject,
    _ticket.c.status,
    _ticket.c.category,
    _ticket.c.customer_id,
    _ticket.c.assignee,
    _ticket.c.created_at,
    func.coalesce(_ticket.c.solved_at, _ticket.c.closed_at).label("ended_at"),
).where(among(_ticket.c.id))

_one = _message.alias()
_cancelled = (
    select(_outbox.c.id)
    .where(_outbox.c.message_id == _one.c.id, _outbox.c.state == OutboxState.CANCELLED.value)
    .correlate(_one)
    .exists()
)
_ANSWERS = select(
    _message.c.ticket_id, func.substr(_message.c.text, 1, _message.c.cut), _message.c.author
).where(
    _message.c.id.in_(
        select(func.max(_one.c.id))
        .where(
            among(_one.c.ticket_id),
            _one.c.direction == Direction.OUT.value,
            _one.c.by == By.AGENT.value,
            _one.c.side_id.is_(None),
            ~_cancelled,
        )
        .group_by(_one.c.ticket_id)
    )
)

_name = func.json_extract(_operation.c.detail, "$.macro")
_MACROS = (
    select(_event.c.ticket_id, _name)
    .join(_operation, _operation.c.id == _event.c.operation_id)
    .where(among(_event.c.ticket_id), _operation.c.undone_by.is_(None), _name.is_not(None))
    .order_by(_event.c.id)
)


def cases(tx: Tx, numbers: Iterable[int]) -> dict[int, Case]:
    """Return {ticket: how it was solved}."""
    wanted = list(numbers)
    asked = these(wanted)
    answers = {number: (text, author) for number, text, author in tx.execute(_ANSWERS, asked)}
    macros: dict[int, dict[str, None]] = {}
    for number, macro in tx.execute(_MACROS, asked):
        macros.setdefault(number, {})[macro] = None
    used = article_uses.of_tickets(tx, wanted)
    return {
        row.id: Case(
            row.id,
            row.subject,
            Status(row.status),
            row.category,
            row.customer_id,
            row.assignee,
            row.created_at,
            row.ended_at,
            *answers.get(row.id, ("", "")),
            tuple(macros.get(row.id, ())),
            tuple(used.get(row.id, ())),
        )
        for row in tx.execute(_CASES, asked)
    }
