"""How far time was swept: the mark in `meta`, and a row for each run that did something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update

from kfdesk.store import meta
from kfdesk.store.conditions.condition import LIVE
from kfdesk.store.mark import Mark
from kfdesk.store.tables import (
    ClockRow,
    EventRow,
    SweepRow,
    TicketTable,
    WaitingRow,
)
from kfdesk.store.tx import Tx

_sweep = SweepRow.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_clock = ClockRow.__table__  # type: ignore[attr-defined]
_waiting = WaitingRow.__table__  # type: ignore[attr-defined]


def read(tx: Tx) -> Mark | None:
    """Return the mark; None where time was never swept."""
    return Mark.read(meta.get(tx, "swept"))


def write(tx: Tx, mark: Mark) -> None:
    """Set the mark."""
    meta.put(tx, "swept", str(mark))


def newest_event(tx: Tx) -> int:
    """Return the id of the journal's last line, 0 where it is empty."""
    return int(tx.scalar(select(func.max(_event.c.id))) or 0)


def begin(tx: Tx, at: datetime, first: datetime, until: datetime, event_id: int) -> int:
    """Write that a run does something; return the row's id."""
    statement = insert(_sweep).values(at=at, first=first, until=until, event_id=event_id)
    row = tx.execute(statement).inserted_primary_key
    assert row is not None
    return int(row[0])


def extend(tx: Tx, id: int, until: datetime) -> None:
    """Write how far a run has come."""
    tx.execute(update(_sweep).where(_sweep.c.id == id).values(until=until))


def asleep(tx: Tx) -> datetime | None:
    """Return when the first of the tickets that were put aside comes back."""
    first = select(func.min(_ticket.c.snoozed_until))
    return tx.scalar(first.where(_ticket.c.snoozed_until.is_not(None), LIVE))


def awake(tx: Tx, now: datetime, limit: int) -> Sequence[int]:
    """Return tickets whose time aside is over, the first ones first."""
    over = (_ticket.c.snoozed_until.is_not(None), _ticket.c.snoozed_until <= now, LIVE)
    statement = select(_ticket.c.id).where(*over).order_by(_ticket.c.snoozed_until, _ticket.c.id)
    return list(tx.scalars(statement.limit(limit)))


def last(tx: Tx, until: datetime) -> datetime | None:
    """Return the last instant up to then at which a clock, a ticket or a route waits."""
    found = [
        tx.scalar(select(func.max(column)).where(column.is_not(None), column <= until, *more))
        for column, *more in (
            (_clock.c.next_at,),
            (_ticket.c.snoozed_until, LIVE),
            (_waiting.c.retry_at,),
        )
    ]
    return max((at for at in found if at is not None), default=None)
