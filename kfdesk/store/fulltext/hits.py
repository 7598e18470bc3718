"""Messages that hold words, the newest first: the index is walked until the page is full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kfdesk.model import Direction, Status
from kfdesk.rules.language.tree import Query
from kfdesk.rules.language.values import Scope
from kfdesk.store.conditions import condition
from kfdesk.store.fulltext import words
from kfdesk.store.ordered import Ordered
from kfdesk.store.tables import CustomerRow, MessageRow, TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_customer = CustomerRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that holds the words; `text` is what its writer said, without what was quoted."""

    message: int
    ticket: int
    subject: str
    status: Status
    customer: str
    direction: Direction
    author: str
    at: datetime
    text: str


def match(sought: Sequence[str], *, unfinished: bool = False) -> str:
    """Return what the index is asked for: all of these words, said; the last is being typed."""
    last = len(sought) - 1
    found = [words.match(one, prefix=unfinished and n == last) for n, one in enumerate(sought)]
    joined = " AND ".join(filter(None, found))
    return f"body : ({joined})" if joined else ""


def newest(tx: Tx, asked: str, rest: Query, scope: Scope, limit: int, offset: int = 0) -> list[Hit]:
    """Return the newest messages that hold what `match` made, in tickets that the rest fits."""
    index = condition.index
    found = Ordered(index, _message, _message.c.id == index.c.rowid)
    tickets = Ordered(found, _ticket, _ticket.c.id == _message.c.ticket_id)
    statement = (
        select(
            _message.c.id,
            _message.c.ticket_id,
            _ticket.c.subject,
            _ticket.c.status,
            _customer.c.name,
            _customer.c.email,
            _message.c.direction,
            _message.c.author,
            _message.c.at,
            _message.c.text,
            _message.c.cut,
        )
        .select_from(Ordered(tickets, _customer, _customer.c.id == _ticket.c.customer_id))
        .where(index.c.search.op("MATCH")(asked), condition.where(rest, scope))
        .order_by(index.c.rowid.desc())
        .limit(limit)
        .offset(offset or None)
    )
    return [
        Hit(
            row.id,
            row.ticket_id,
            row.subject,
            Status(row.status),
            row.name or row.email,
            Direction(row.direction),
            row.author,
            row.at,
            row.text[: row.cut],
        )
        for row in tx.execute(statement)
    ]
