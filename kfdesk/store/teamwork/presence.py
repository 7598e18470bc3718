"""Who has which ticket open, and who of them writes an answer: a few rows, beside the tickets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from kfdesk.model import Present
from kfdesk.store.tables import PresenceRow
from kfdesk.store.tx import Tx

_presence = PresenceRow.__table__  # type: ignore[attr-defined]


def put(tx: Tx, one: Present) -> None:
    """Write that somebody has a ticket open; what was known of that console there is replaced."""
    row = {
        "ticket_id": one.ticket,
        "agent": one.agent,
        "session": one.session,
        "since": one.since,
        "seen_at": one.seen_at,
        "lease_until": one.lease_until,
    }
    tx.execute(insert(_presence).prefix_with("OR REPLACE", dialect="sqlite"), row)


def leave(tx: Tx, session: str, but: int | None = None) -> None:
    """Forget what a console had open, all `but` one ticket."""
    mine = _presence.c.session == session
    tx.execute(delete(_presence).where(mine, _presence.c.ticket_id != (but or 0)))


def forget(tx: Tx, before: datetime, now: datetime) -> None:
    """Forget consoles that nobody has heard of since `before`, and that hold no lease now."""
    old = _presence.c.seen_at < before
    lapsed = or_(_presence.c.lease_until.is_(None), _presence.c.lease_until <= now)
    tx.execute(delete(_presence).where(old, lapsed))


def release(tx: Tx, number: int, agent: str) -> None:
    """End an agent's lease of a ticket, in all of their consoles."""
    mine = (_presence.c.ticket_id == number) & (_presence.c.agent == agent)
    tx.execute(
        update(_presence).where(mine, _presence.c.lease_until.is_not(None)).values(lease_until=None)
    )


def everybody(
    tx: Tx, since: datetime, now: datetime, numbers: Iterable[int] | None = None
) -> list[Present]:
    """Return who was heard of since then or holds a lease now, all or those on some tickets."""
    alive = or_(_presence.c.seen_at >= since, _presence.c.lease_until > now)
    statement = select(_presence).where(alive).order_by(_presence.c.since)
    if numbers is not None:
        statement = statement.where(_presence.c.ticket_id.in_(list(numbers)))
    return [
        Present(row.ticket_id, row.agent, row.session, row.since, row.seen_at, row.lease_until)
        for row in tx.execute(statement)
    ]
