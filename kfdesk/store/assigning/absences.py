"""Who is away, and was: nothing of it is forgotten, so that old decisions can be understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from kfdesk.store.tables import AbsenceRow
from kfdesk.store.tx import Tx

_absence = AbsenceRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Absence:
    """A time for which an agent is away; without `until`, nobody knows for how long."""

    agent: str
    since: datetime
    until: datetime | None
    reason: str


def _at(now: datetime) -> Any:
    return (_absence.c.since <= now) & or_(_absence.c.until.is_(None), _absence.c.until > now)


def now(tx: Tx, at: datetime) -> dict[str, Absence]:
    """Return {agent: absence} of those who are away at an instant."""
    statement = select(_absence).where(_at(at)).order_by(_absence.c.id)
    return {
        row.agent: Absence(row.agent, row.since, row.until, row.reason)
        for row in tx.execute(statement)
    }


def begin(tx: Tx, absence: Absence) -> None:
    """Write that somebody is away."""
    tx.execute(
        insert(_absence).values(
            agent=absence.agent,
            since=absence.since,
            until=absence.until,
            reason=absence.reason,
        )
    )


def end(tx: Tx, agent: str, at: datetime) -> bool:
    """Write that somebody is back; return whether they had been away."""
    statement = update(_absence).where(_absence.c.agent == agent, _at(at)).values(until=at)
    return tx.execute(statement).rowcount > 0
