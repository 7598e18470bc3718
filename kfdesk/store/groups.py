"""Customer groups that have a condition: who fits it joins, with the ticket that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select

from kfdesk.rules.tree import Query
from kfdesk.rules.values import Scope
from kfdesk.store import condition, customers
from kfdesk.store.ids import among, these
from kfdesk.store.tables import TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]


def join(tx: Tx, groups: Iterable[tuple[str, Query]], numbers: Sequence[int], scope: Scope) -> None:
    """Put the customers of tickets into each group (name, condition) that they fit."""
    if not numbers:
        return
    for name, query in groups:
        statement, later = _fitting(query)
        values = {key: value(scope) for key, value in later.items()}
        found = set(tx.scalars(statement, these(numbers) | values))
        customers.join_groups(tx, ((id, name) for id in found))


@lru_cache(maxsize=100)
def _fitting(query: Query) -> tuple[Select[Any], Mapping[str, Callable[[Scope], Any]]]:
    """The statement that asks which tickets fit, translated once, and its values of a scope."""
    translation = condition.EachTicket(None)
    fits = translation.all_of(query.conjuncts)
    statement = select(_ticket.c.customer_id).where(among(_ticket.c.id), condition.LIVE, fits)
    return statement, translation.later
