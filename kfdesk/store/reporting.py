"""What reports add up: facts, counted by day or hour and by group; and how tickets stand now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal_column, null, select

from kfdesk.model import Priority
from kfdesk.rules.language.tree import Query
from kfdesk.rules.language.values import Scope
from kfdesk.store.conditions import condition
from kfdesk.store.ids import among, these
from kfdesk.store.sources import OPEN, SOURCES, Window
from kfdesk.store.tables import CustomerGroupRow, TicketTable, TicketTagRow
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_tag = TicketTagRow.__table__  # type: ignore[attr-defined]
_group = CustomerGroupRow.__table__  # type: ignore[attr-defined]

_RANKS = {priority.rank: priority.value for priority in Priority}


@dataclass(frozen=True, slots=True)
class Facts:
    """So many facts of one value, in the same hour or day and of the same groups."""

    time: int  # local days or hours since 1970; 0 where nobody asked
    groups: tuple[str, ...]
    value: int
    n: int


def _dimension(name: str, facts: Any) -> Any:
    own = {"agent": (facts.c.agent, _ticket.c.assignee), "team": (facts.c.team, _ticket.c.team)}
    if name in own:
        return func.coalesce(*own[name])
    return {
        "channel": _ticket.c.channel,
        "account": _ticket.c.account,
        "category": _ticket.c.category,
        "priority": case(_RANKS, value=_ticket.c.priority),
        "tag": func.coalesce(_tag.c.tag, ""),
        "group": func.coalesce(_group.c.name, ""),
    }[name]


def _beside(joined: Any, by: Sequence[str]) -> Any:
    """The tables of which a ticket may have several rows: it counts once in each group."""
    if "tag" in by:
        joined = joined.outerjoin(_tag, _tag.c.ticket_id == _ticket.c.id)
    if "group" in by:
        joined = joined.outerjoin(_group, _group.c.customer_id == _ticket.c.customer_id)
    return joined


def facts(
    tx: Tx, source: str, window: Window, by: Sequence[str], unit: int, query: Query, scope: Scope
) -> Iterator[Facts]:
    """Add up the facts about a query's tickets, in local units of `unit` ms (0: all in one)."""
    found = SOURCES[source](window).subquery()
    time = window.local(found.c.at) // unit if unit else literal_column("0")
    groups = [_dimension(name, found) for name in by]
    keys = [time, *groups, found.c.value]
    joined = _beside(found.join(_ticket, _ticket.c.id == found.c.ticket_id), by)
    statement = (
        select(*keys, func.count())
        .select_from(joined)
        .where(condition.where(query, scope))
        .group_by(*(literal_column(str(n)) for n in range(1, len(keys) + 1)))
    )
    for time_, *names, value, n in tx.execute(statement):
        yield Facts(time_, tuple(map(str, names)), value, n)


def standing(tx: Tx, by: Sequence[str], query: Query, scope: Scope) -> dict[tuple[str, ...], int]:
    """Return {groups: open tickets of a query as they stand now}."""
    found = select(null().label("agent"), null().label("team")).subquery()
    groups = [_dimension(name, found) for name in by]
    joined = _beside(_ticket.join(found, literal_column("1") == literal_column("1")), by)
    statement = (
        select(*groups, func.count())
        .select_from(joined)
        .where(_ticket.c.status.in_(OPEN), condition.where(query, scope))
    )
    if groups:
        statement = statement.group_by(*groups)
    return {tuple(map(str, names)): n for *names, n in tx.execute(statement)}


def waiting_since(tx: Tx, numbers: Sequence[int]) -> dict[int, datetime]:
    """Return {ticket: since when its customer waits for an answer}."""
    statement = select(_ticket.c.id, _ticket.c.waiting_since).where(among(_ticket.c.id))
    return {id: at for id, at in tx.execute(statement, these(numbers)) if at is not None}
