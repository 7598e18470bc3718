"""SLA clocks: started, stopped, moved and met as tickets change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.store.tx import Tx


def update(desk: Desk, tx: Tx, numbers: Sequence[int], now: datetime) -> None:
    """Bring the clocks of tickets up to date with what the tickets are now."""
    if not desk.rules.policies:
        return


def next_at(tx: Tx) -> datetime | None:
    """Return when a clock warns or breaches next."""
    return None


def strike(desk: Desk, tx: Tx, until: datetime, limit: int) -> int:
    """Warn and breach the clocks that are due; return how many, `limit` at most."""
    return 0
