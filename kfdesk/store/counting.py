"""How many tickets each of several queries selects, for the counters of views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import case, func, select

from kfdesk.model import OPEN_STATUSES
from kfdesk.rules.language.tree import Node, Not, Query, Term
from kfdesk.rules.language.values import Scope
from kfdesk.store import queue
from kfdesk.store.conditions import condition
from kfdesk.store.tx import Tx

_IS_OPEN = condition.ticket.c.status.in_([status.value for status in OPEN_STATUSES])
_OPEN_FLAGS = frozenset(("open", "new", "pending", "hold"))


def among_open(query: Query) -> bool:
    """Whether a query is about open tickets, and asks for nothing outside of their own table."""
    return any(map(_only_open, query.conjuncts)) and all(map(_own, query.terms()))


def _only_open(node: Node) -> bool:
    if isinstance(node, Not) or not isinstance(node, Term) or node.op not in (":", "="):
        return False
    names = {str(value) for value in node.values}
    known = {"is": _OPEN_FLAGS, "status": {*OPEN_STATUSES}}
    return names <= known.get(node.field.name, frozenset[str]())


def _own(term: Term) -> bool:
    """Whether a term is about columns of the ticket."""
    if _is(term, "followed") or _about_hidden(term):
        return False
    field = term.field
    return field.of == "ticket" and all(name.startswith("ticket.") for name in field.columns)


def _is(term: Term, *flags: str) -> bool:
    return term.field.name == "is" and any(flag in term.values for flag in flags)


def _about_hidden(term: Term) -> bool:
    """Whether a term asks for tickets that stand in no other list."""
    return _is(term, "merged", "deleted", "spam")


def _is_open(node: Node) -> bool:
    """Whether a condition is true of every open ticket."""
    return isinstance(node, Term) and node.op == ":" and _is(node, "open")


def open_tickets(tx: Tx, queries: Sequence[Query], scope: Scope) -> list[int]:
    """Count several queries that are `among_open` in one pass over the open tickets."""
    if not queries:
        return []
    translation = condition.Translation(scope)
    beside = [[node for node in query.conjuncts if not _is_open(node)] for query in queries]
    sums = [
        func.coalesce(func.sum(case((translation.all_of(rest), 1), else_=0)), 0) for rest in beside
    ]
    columns = [one.label(f"n{place}") for place, one in enumerate(sums)]
    return [*tx.execute(select(*columns).where(condition.LIVE, _IS_OPEN)).one()]


def at_most(tx: Tx, query: Query, scope: Scope, most: int) -> int:
    """Count any query up to `most`.

    Open tickets are few enough to look beside each of them, but not into all that was said in them.
    """
    texts, _rest = query.split_text()
    hidden = any(map(_about_hidden, query.terms()))
    if not texts and not hidden and any(map(_only_open, query.conjuncts)):
        each = condition.EachTicket(scope).all_of(query.conjuncts)
        found = select(condition.ticket.c.id).where(condition.LIVE, _IS_OPEN, each).limit(most)
        return int(tx.scalar(select(func.count()).select_from(found.subquery())) or 0)
    return len(queue.ids(tx, replace(query, sort=()), scope, most))
