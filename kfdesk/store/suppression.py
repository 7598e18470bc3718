"""Addresses that get no automatic mail for a while."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from kfdesk.store.ids import among, these
from kfdesk.store.tables import SuppressionRow
from kfdesk.store.tx import Tx

_suppression = SuppressionRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address, until when, and why."""

    email: str
    until: datetime
    reason: str


def put(tx: Tx, email: str, until: datetime, reason: str, ticket_id: int) -> None:
    """Stop automatic mail to an address until then."""
    tx.execute(
        insert(_suppression).prefix_with("OR REPLACE", dialect="sqlite"),
        {"email": email, "until": until, "reason": reason, "ticket_id": ticket_id},
    )


def of(tx: Tx, emails: Collection[str], now: datetime) -> dict[str, Suppression]:
    """Return {address: what stops automatic mail to it now}."""
    statement = select(_suppression.c.email, _suppression.c.until, _suppression.c.reason).where(
        among(_suppression.c.email), _suppression.c.until > now
    )
    return {row.email: Suppression(*row) for row in tx.execute(statement, these(emails))}
