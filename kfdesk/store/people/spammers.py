"""Who sent spam: new tickets of theirs are spam too, until a person says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from kfdesk.model import By, Direction, OutboxState
from kfdesk.store.ids import among, these
from kfdesk.store.prepared import Prepared, inserting
from kfdesk.store.tables import CustomerRow, MessageRow, OutboxTable, SpammerRow, TicketTable
from kfdesk.store.tx import Tx, driver

_spammer = SpammerRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_customer = CustomerRow.__table__  # type: ignore[attr-defined]

_INSERT = inserting(_spammer, "email", "ticket_id", "at", instead="IGNORE")
_DELETE = Prepared(delete(_spammer).where(_spammer.c.email == bindparam("_email")))
_STAYS = (
    update(_outbox)
    .where(
        among(_outbox.c.ticket_id),
        _outbox.c.automatic.is_(True),
        _outbox.c.state == OutboxState.QUEUED.value,
    )
    .values(
        state=OutboxState.CANCELLED.value, done_at=bindparam("now", type_=_outbox.c.done_at.type)
    )
)
_FIRST = (
    select(_message.c.ticket_id, func.min(_message.c.id), _message.c.author_email)
    .where(
        among(_message.c.ticket_id),
        _message.c.direction == Direction.IN.value,
        _message.c.by == By.CUSTOMER.value,
    )
    .group_by(_message.c.ticket_id)
)
_OF_CUSTOMER = (
    select(_ticket.c.id, _customer.c.email)
    .join(_customer, _customer.c.id == _ticket.c.customer_id)
    .where(among(_ticket.c.id))
)


def follow(tx: Tx, marked: Mapping[int, bool], now: datetime) -> None:
    """Know the senders of tickets that a person called spam, and forget those of the others; what
    was to leave spam of itself stays."""
    if not marked:
        return
    senders = _senders(tx, marked)
    spam = [(email, n) for n, email in senders.items() if marked[n] and email]
    _INSERT.many(tx, ({"email": email, "ticket_id": n, "at": now} for email, n in spam))
    _DELETE.many(tx, ({"_email": email} for n, email in senders.items() if not marked[n]))
    if spam:
        tx.execute(_STAYS, these([n for n, is_spam in marked.items() if is_spam]) | {"now": now})


def _senders(tx: Tx, numbers: Iterable[int]) -> dict[int, str]:
    """Return {ticket: the address that its first message came from}; else its customer's."""
    wanted = these(numbers)
    found = {number: email for number, email in tx.execute(_OF_CUSTOMER, wanted)}  # noqa: C416
    return found | {n: email for n, _first, email in tx.execute(_FIRST, wanted) if email}


def known(tx: Tx, emails: Iterable[str]) -> set[str]:
    """Return those of the addresses that sent spam."""
    if driver(tx).execute("SELECT 1 FROM spammer LIMIT 1").fetchone() is None:
        return set()
    statement = select(_spammer.c.email).where(among(_spammer.c.email))
    return set(tx.scalars(statement, these(emails)))
