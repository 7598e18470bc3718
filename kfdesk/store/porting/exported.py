"""What an export says of tickets beside what a list shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from kfdesk.model import Direction
from kfdesk.store.ids import among, these
from kfdesk.store.tables import MessageRow, TicketTable
from kfdesk.store.tx import Tx

_message = MessageRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]

_FIRST = select(_message.c.ticket_id, _message.c.text, _message.c.cut).where(
    _message.c.id.in_(
        select(func.min(_message.c.id))
        .where(among(_message.c.ticket_id), _message.c.direction == Direction.IN.value)
        .group_by(_message.c.ticket_id)
    )
)
_ENDS = select(_ticket.c.id, _ticket.c.solved_at, _ticket.c.closed_at).where(among(_ticket.c.id))


def first_said(tx: Tx, numbers: Iterable[int]) -> dict[int, str]:
    """Return {ticket: the first thing that its customer wrote}, without what it quotes."""
    return {id: text[:cut].strip() for id, text, cut in tx.execute(_FIRST, these(numbers))}


def ends(tx: Tx, numbers: Iterable[int]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Return {ticket: when it was solved, and closed}."""
    return {id: (solved, closed) for id, solved, closed in tx.execute(_ENDS, these(numbers))}
