"""How often rules, routes and policies had something to do lately: from the journal, cheaply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal_column, select

from kfdesk.model import By
from kfdesk.store.tables import ClockRow, EventRow, TicketTable
from kfdesk.store.tx import Tx

_event = EventRow.__table__  # type: ignore[attr-defined]
_clock = ClockRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Acted:
    """How often, and when last."""

    times: int = 0
    last: datetime | None = None


def rules(tx: Tx, since: datetime) -> dict[str, Acted]:
    """Return {rule or route: the events at which it did something}."""
    events = select(
        _event.c.actor, func.count(_event.c.root.distinct()), func.max(_event.c.at)
    ).where(
        _event.c.id >= first_since(tx, since), _event.c.at >= since, _event.c.by == By.RULE.value
    )
    rows = tx.execute(events.group_by(_event.c.actor))
    return {name: Acted(times, last) for name, times, last in rows}


def policies(tx: Tx, since: datetime) -> dict[str, Acted]:
    """Return {SLA policy: the promises that were made by it}."""
    clocks = select(_clock.c.policy, func.count(), func.max(_clock.c.started_at)).where(
        _clock.c.started_at >= since
    )
    rows = tx.execute(clocks.group_by(_clock.c.policy))
    return {name: Acted(times, last) for name, times, last in rows}


def first_since(tx: Tx, since: datetime) -> int:
    """Return an event's id from which on all are that late, or nearly: the journal grows in time,
    and has no index by it."""
    low, high = 1, (tx.scalar(select(func.max(_event.c.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = select(_event.c.at).where(_event.c.id >= middle).order_by(_event.c.id).limit(1)
        found = tx.scalar(at)
        if found is not None and found < since:
            low = middle + 1
        else:
            high = middle
    return max(1, low - _SLACK)


#: Events of one catch-up stand in the order of writing, which is not quite that of their times.
_SLACK = 10_000


@dataclass(frozen=True, slots=True)
class Firing:
    """One ticket at which something acted: the event, and when."""

    ticket: int
    subject: str
    at: datetime
    kind: str


def firings(tx: Tx, kind: str, name: str, since: datetime, limit: int) -> list[Firing]:
    """Return the tickets at which a rule, policy, route or macro acted, the newest first."""
    if kind == "sla":
        found = (
            select(_clock.c.ticket_id, func.max(_clock.c.started_at).label("at"), _clock.c.target)
            .where(_clock.c.policy == name, _clock.c.started_at >= since)
            .group_by(_clock.c.ticket_id)
        )
    else:
        mine = (
            (_event.c.kind == "macro", _event.c.text == name)
            if kind == "macro"
            else (_event.c.by == By.RULE.value, _event.c.actor == name)
        )
        found = (
            select(_event.c.ticket_id, func.max(_event.c.at).label("at"), _event.c.kind)
            .where(_event.c.id >= first_since(tx, since), _event.c.at >= since, *mine)
            .group_by(_event.c.ticket_id)
        )
    rows = found.order_by(literal_column("at").desc()).limit(limit).subquery()
    statement = (
        select(rows.c[0], _ticket.c.subject, rows.c[1], rows.c[2])
        .join(_ticket, _ticket.c.id == rows.c[0])
        .order_by(rows.c[1].desc())
    )
    return [Firing(*row) for row in tx.execute(statement)]
