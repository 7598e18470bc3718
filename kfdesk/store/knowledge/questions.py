"""What customers asked in a period: of each ticket its subject and how its first mail begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from kfdesk.model import Direction
from kfdesk.store.conditions.condition import LIVE
from kfdesk.store.tables import MessageRow, TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]

#: How much of a mail is read: what it is about stands at its beginning.
_BEGINNING = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What a ticket is about."""

    number: int
    category: str
    subject: str
    text: str


_one = _message.alias()
_first = (
    select(func.min(_one.c.id))
    .where(_one.c.ticket_id == _ticket.c.id, _one.c.direction == Direction.IN.value)
    .correlate(_ticket)
    .scalar_subquery()
)
_QUESTIONS = (
    select(
        _ticket.c.id,
        _ticket.c.category,
        _ticket.c.subject,
        func.substr(_message.c.text, 1, func.min(_message.c.cut, _BEGINNING)),
    )
    .join_from(_ticket, _message, _message.c.id == _first)
    .where(
        LIVE,
        _ticket.c.created_at >= bindparam("since"),
        _ticket.c.spam.is_(False),
        _ticket.c.quarantine == "",
        _message.c.auto == "",
    )
    .order_by(_ticket.c.id)
)


def since(tx: Tx, at: datetime) -> list[Question]:
    """Return what was asked since then, oldest first; no spam, and nothing that robots wrote."""
    return [Question(*row) for row in tx.execute(_QUESTIONS, {"since": at})]
