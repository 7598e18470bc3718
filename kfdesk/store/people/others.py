"""What else a customer has with the desk, beside one ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from kfdesk.model import OPEN_STATUSES, Status, Ticket
from kfdesk.store.tables import TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]

#: Nobody needs to know it more exactly than "a thousand", and a mailing robot has a hundred times
#: as many.
COUNTED = 1000
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Other:
    """Another ticket of a customer."""

    number: int
    subject: str
    status: Status
    substatus: str
    assignee: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Others:
    """How many other tickets a customer has, at most COUNTED, and the open ones last touched."""

    tickets: int
    open: int
    rows: tuple[Other, ...]


def of_ticket(tx: Tx, ticket: Ticket) -> Others:
    """Read what else the customer of a ticket has."""
    theirs = (
        _ticket.c.customer_id == ticket.customer.id,
        _ticket.c.id != ticket.number,
        _ticket.c.deleted_at.is_(None),
    )
    one = select(_ticket.c.status).where(*theirs).order_by(_ticket.c.updated_at.desc())
    newest = one.limit(COUNTED).subquery()
    still = newest.c.status.in_(OPEN_STATUSES)
    counted = tx.execute(select(func.count(), func.count().filter(still)).select_from(newest)).one()
    if not counted[1]:
        return Others(counted[0], 0, ())
    columns = (*("id", "subject", "status", "substatus", "assignee", "updated_at"),)
    rows = tx.execute(
        select(*(_ticket.c[name] for name in columns))
        .where(*theirs, _ticket.c.status.in_(OPEN_STATUSES))
        .order_by(_ticket.c.updated_at.desc())
        .limit(_SHOWN)
    )
    shown = (
        Other(row.id, row.subject, Status(row.status), row.substatus, row.assignee, row.updated_at)
        for row in rows
    )
    return Others(counted[0], counted[1], tuple(shown))
