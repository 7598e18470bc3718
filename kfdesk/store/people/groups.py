"""Customer groups that have a condition: who fits it by one of their tickets belongs to it.

A membership by hand is never touched here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, delete, insert, select

from kfdesk.model import SYSTEM
from kfdesk.rules.language.tree import Query
from kfdesk.rules.language.values import Scope
from kfdesk.store.conditions import condition
from kfdesk.store.ids import among, these
from kfdesk.store.people import profiles
from kfdesk.store.tables import CustomerGroupRow, TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_group = CustomerGroupRow.__table__  # type: ignore[attr-defined]
#: Groups by name, each with its condition.
Groups = Iterable[tuple[str, Query]]


def join(tx: Tx, groups: Groups, numbers: Sequence[int], scope: Scope) -> None:
    """Put the customers of new tickets into each group that these tickets fit."""
    if not numbers:
        return
    for name, query in groups:
        fitting = _ask(tx, query, scope, _ticket.c.id, numbers)
        _move(tx, name, fitting - _members(tx, name, fitting), set(), scope.now)


def evaluate(tx: Tx, groups: Groups, customers: Collection[int], scope: Scope) -> None:
    """Customers have changed: they join the groups that they fit now, and leave the others."""
    if not customers:
        return
    for name, query in groups:
        fitting = _ask(tx, query, scope, _ticket.c.customer_id, customers)
        come = fitting - _members(tx, name, customers)
        go = _members(tx, name, customers, by_hand=False) - fitting
        _move(tx, name, come, go, scope.now)


def follow(tx: Tx, groups: Groups, changes: Mapping[int, Collection[str]], scope: Scope) -> None:
    """Tickets have changed, {ticket: fields}: their customers join and leave what asks of these."""
    for one in groups:
        _name, query = one
        numbers = [id for id, names in changes.items() if not query.named.isdisjoint(names)]
        if numbers:
            whose = select(_ticket.c.customer_id).where(among(_ticket.c.id)).distinct()
            evaluate(tx, (one,), list(tx.scalars(whose, these(numbers))), scope)


def configured(tx: Tx, name: str, query: Query | None, scope: Scope) -> None:
    """A group's condition has changed, or is gone: everybody is looked at once."""
    fitting: set[int] = set()
    if query is not None:
        fits = condition.where(query, scope)
        fitting = set(tx.scalars(select(_ticket.c.customer_id).where(fits).distinct()))
    gone = _members(tx, name, by_hand=False) - fitting
    _move(tx, name, fitting - _members(tx, name), gone, scope.now)


def _ask(tx: Tx, query: Query, scope: Scope, column: Any, ids: Collection[int]) -> set[int]:
    """The customers who fit by one of the tickets that are meant."""
    statement, later = _fitting(query, column.name)
    values = {key: value(scope) for key, value in later.items()}
    return set(tx.scalars(statement, these(ids) | values))


@lru_cache(maxsize=200)
def _fitting(query: Query, column: str) -> tuple[Select[Any], Mapping[str, Callable[[Scope], Any]]]:
    """The statement that asks whose tickets fit, translated once, and its values of a scope."""
    translation = condition.EachTicket(None)
    fits = translation.all_of(query.conjuncts)
    asked = among(_ticket.c[column])
    statement = select(_ticket.c.customer_id).where(asked, condition.LIVE, fits).distinct()
    return statement, translation.later


def _members(
    tx: Tx, name: str, customers: Iterable[int] | None = None, *, by_hand: bool | None = None
) -> set[int]:
    statement = select(_group.c.customer_id).where(_group.c.name == name)
    if by_hand is not None:
        statement = statement.where(_group.c.by_hand.is_(by_hand))
    if customers is None:
        return set(tx.scalars(statement))
    return set(tx.scalars(statement.where(among(_group.c.customer_id)), these(customers)))


def _move(tx: Tx, name: str, come: set[int], go: set[int], now: datetime) -> None:
    if come:
        tx.execute(insert(_group), [{"customer_id": id, "name": name} for id in sorted(come)])
    if go:
        mine = (_group.c.name == name, _group.c.by_hand.is_(False))
        tx.execute(delete(_group).where(among(_group.c.customer_id), *mine), these(go))
    entry = profiles.Entry
    joined = [entry(id, SYSTEM, "group", {"group": (None, name)}) for id in sorted(come)]
    left = [entry(id, SYSTEM, "group", {"group": (name, None)}) for id in sorted(go)]
    profiles.record(tx, joined + left, now)
