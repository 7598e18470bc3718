"""How often rules, routes and policies had something to do lately: from the journal, cheaply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from kfdesk.model import By
from kfdesk.store.tables import ClockRow, EventRow
from kfdesk.store.tx import Tx

_event = EventRow.__table__  # type: ignore[attr-defined]
_clock = ClockRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Acted:
    """How often, and when last."""

    times: int = 0
    last: datetime | None = None


def rules(tx: Tx, since: datetime) -> dict[str, Acted]:
    """Return {rule or route: the events at which it did something}."""
    events = select(
        _event.c.actor, func.count(_event.c.root.distinct()), func.max(_event.c.at)
    ).where(_event.c.id >= _first(tx, since), _event.c.at >= since, _event.c.by == By.RULE.value)
    rows = tx.execute(events.group_by(_event.c.actor))
    return {name: Acted(times, last) for name, times, last in rows}


def policies(tx: Tx, since: datetime) -> dict[str, Acted]:
    """Return {SLA policy: the promises that were made by it}."""
    clocks = select(_clock.c.policy, func.count(), func.max(_clock.c.started_at)).where(
        _clock.c.started_at >= since
    )
    rows = tx.execute(clocks.group_by(_clock.c.policy))
    return {name: Acted(times, last) for name, times, last in rows}


def _first(tx: Tx, since: datetime) -> int:
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
