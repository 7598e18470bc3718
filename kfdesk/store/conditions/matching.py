"""Of which tickets a schedule's condition holds: asked of all, in no order, or of a few.

A list pages through an order, so its SQL keeps indexes out that would have to be sorted. Here any
index that leads to the tickets that fit is welcome: the work grows with those, not with all there
are. Statements are compiled once a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.dialects.sqlite import dialect as sqlite

from kfdesk.model import Status
from kfdesk.rules.language.tree import Node, Not, Query, Term
from kfdesk.rules.language.values import Scope, Special
from kfdesk.store.conditions.condition import LIVE, Bool, EachTicket, Translation, ticket
from kfdesk.store.ids import these
from kfdesk.store.ordered import Ordered
from kfdesk.store.tx import Tx, driver

_Way = Literal["few", "narrow", "wide"]
#: So many tickets are few enough to look for words in each of them.
FEW = 3000


def matching(tx: Tx, query: Query, scope: Scope) -> set[int]:
    """Return the tickets of which a condition holds."""
    texts, rest = query.split_text()
    if texts and _narrow(rest):
        few = _question(rest, _choice(rest)).ask(tx, scope)
        if len(few) <= FEW:
            return holding(tx, query, scope, few)
    return _question(query, _choice(query)).ask(tx, scope)


def holding(tx: Tx, query: Query, scope: Scope, numbers: Collection[int]) -> set[int]:
    """Return those of a few tickets of which a condition holds."""
    return _question(query, "few").ask(tx, scope, numbers)


@dataclass(frozen=True, slots=True)
class _Question:
    """A statement that selects tickets; values are plain, or given for each run."""

    sql: str
    values: tuple[Any, ...]

    def ask(self, tx: Tx, scope: Scope, numbers: Collection[int] = ()) -> set[int]:
        ids = these(numbers)["ids"]
        values = [value(scope, ids) if callable(value) else value for value in self.values]
        return {row[0] for row in driver(tx).execute(self.sql, values)}


@lru_cache(maxsize=2000)
def _question(query: Query, way: _Way) -> _Question:
    translation = {"few": EachTicket, "narrow": _Narrow, "wide": _Wide}[way](None)
    condition = and_(LIVE, translation.all_of(query.conjuncts))
    statement = select(ticket.c.id).where(condition)
    if way == "few":  # from these, whatever index of all tickets would fit the condition
        listed = func.json_each(bindparam("ids")).table_valued("value")
        statement = statement.select_from(Ordered(listed, ticket, ticket.c.id == listed.c.value))
    compiled = statement.compile(dialect=sqlite())
    given: dict[str, Callable[[Scope, str], Any]] = {"ids": lambda _scope, ids: ids}
    for name, value in translation.later.items():
        given[name] = _of_scope(value)
    names = compiled.positiontup or ()
    return _Question(str(compiled), tuple(given.get(n, compiled.params[n]) for n in names))


def _of_scope(value: Callable[[Scope], Any]) -> Callable[[Scope, str], Any]:
    return lambda scope, _ids: value(scope)


# --- by which index


def _choice(query: Query) -> _Way:
    return "narrow" if _narrow(query) else "wide"


def _narrow(query: Query) -> bool:
    """True where an index of the ticket's own leads to few: no set of others is worth making."""
    return any(_leads(node) for node in map(_positive, query.conjuncts))


def _leads(node: Node) -> bool:
    if not isinstance(node, Term) or node.op == "!=":
        return False
    if node.field.name == "is":
        return set(node.values) <= {*_UNTIL_SOLVED, "snoozed", "waiting", "unassigned"}
    if node.field.name in ("waiting", "due"):
        return True
    if node.field.name == "status":
        return Status.CLOSED not in node.values
    names = node.field.name in ("assignee", "team") and node.op in (":", "=")
    return names and all(isinstance(value, str) for value in node.values)


_UNTIL_SOLVED = ("open", "new", "pending", "hold", "solved")


def _positive(node: Node) -> Node:
    """A condition that denies statuses as one that names the others: an index knows those."""
    denied = node.node if isinstance(node, Not) else node
    if not isinstance(denied, Term) or denied.field.name not in ("status", "is"):
        return node
    if isinstance(node, Not) == (denied.op == "!="):
        return node
    if denied.field.name == "is":
        flag = denied.values[0] if len(denied.values) == 1 else ""
        others = {"closed": "open", "open": "closed"}.get(str(flag))
        return _asking(denied, others) if others else node
    if denied.op == "~" or not all(value in list(Status) for value in denied.values):
        return node
    return _asking(denied, *(status.value for status in Status if status not in denied.values))


def _asking(term: Term, *values: str) -> Term:
    return Term(term.field, ":", values, term.span)


class _ByIndex(Translation):
    """Writes conditions so that an index can answer them."""

    def node(self, node: Node) -> Bool:
        return super().node(_positive(node))

    def ticket(self, term: Term) -> Bool:
        nobody = term.field.name == "assignee" and set(term.values) == {Special.NONE}
        if nobody or (term.field.name == "is" and "unassigned" in term.values):
            others = tuple(value for value in term.values if value != "unassigned")
            free: Bool = ticket.c.assignee == ""
            if nobody or not others:
                return free
            return or_(free, super().ticket(Term(term.field, term.op, others, term.span)))
        return super().ticket(term)


class _Wide(_ByIndex):
    """What lies beside the ticket leads to it."""


class _Narrow(_ByIndex, EachTicket):
    """The ticket's own indexes lead to it; what lies beside is looked up for each.

    Words are not: their index is asked once.
    """

    def _text(self, term: Term) -> Bool:
        return Translation._text(self, term)
