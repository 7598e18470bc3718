"""Epochs: for how long a schedule's condition has held of a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.store.tx import Tx


def leave(desk: Desk, tx: Tx, numbers: Sequence[int], now: datetime) -> None:
    """End the epochs of tickets of which a schedule's condition holds no more."""
    if not desk.rules.schedules:
        return
