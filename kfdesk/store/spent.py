"""Work on tickets that agents wrote down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from kfdesk.store.ids import next_id
from kfdesk.store.tables import SpentRow
from kfdesk.store.tx import Tx

_spent = SpentRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Spent:
    """One piece of work."""

    agent: str
    time: timedelta
    at: datetime
    note: str


def add(tx: Tx, number: int, agent: str, seconds: int, at: datetime, note: str) -> None:
    """Write work down."""
    values = {"id": next_id(tx, _spent), "ticket_id": number, "agent": agent}
    tx.execute(insert(_spent), values | {"seconds": seconds, "at": at, "note": note})


def of_ticket(tx: Tx, number: int) -> list[Spent]:
    """Return the work on a ticket, oldest first."""
    statement = select(_spent).where(_spent.c.ticket_id == number).order_by(_spent.c.id)
    return [
        Spent(row.agent, timedelta(seconds=row.seconds), row.at, row.note)
        for row in tx.execute(statement)
    ]
