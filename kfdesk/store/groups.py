"""Customer groups that have a condition: who fits it joins, with the ticket that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from kfdesk.rules.tree import Query
from kfdesk.rules.values import Scope
from kfdesk.store import condition, customers
from kfdesk.store.tables import TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]


def join(tx: Tx, groups: Iterable[tuple[str, Query]], numbers: Sequence[int], scope: Scope) -> None:
    """Put the customers of tickets into each group (name, condition) that they fit."""
    if not numbers:
        return
    for name, query in groups:
        statement = select(_ticket.c.customer_id).where(
            _ticket.c.id.in_(list(numbers)), condition.where(query, scope)
        )
        customers.join_groups(tx, ((id, name) for id in set(tx.scalars(statement))))
