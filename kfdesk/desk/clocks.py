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
