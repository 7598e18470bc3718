"""Telephone calls as they are told: who rings, and at whose telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select

from kfdesk.store.ids import next_id
from kfdesk.store.tables import CallRow
from kfdesk.store.tx import Tx

_call = CallRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody rings; `agent` is whose telephone it is, empty for everybody's."""

    id: int
    at: datetime
    phone: str
    customer: int
    agent: str


def add(tx: Tx, phone: str, customer: int, agent: str, now: datetime) -> Call:
    """Write that somebody rings."""
    id = next_id(tx, _call)
    values = {"id": id, "at": now, "phone": phone, "customer_id": customer, "agent": agent}
    tx.execute(insert(_call), values)
    return Call(id, now, phone, customer, agent)


def last(tx: Tx) -> int:
    """The newest call there is; 0 for none."""
    return tx.scalar(select(func.max(_call.c.id))) or 0


def heard(tx: Tx, agent: str, *, after: int = 0, since: datetime | None = None) -> list[Call]:
    """Return the calls that ring for an agent behind one of them, since a time; oldest first."""
    statement = select(_call).where(
        _call.c.id > after, or_(_call.c.agent == "", _call.c.agent == agent)
    )
    if since is not None:
        statement = statement.where(_call.c.at >= since)
    return [
        Call(row.id, row.at, row.phone, row.customer_id, row.agent)
        for row in tx.execute(statement.order_by(_call.c.id))
    ]
