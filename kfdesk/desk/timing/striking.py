"""Clocks that strike: as time goes by, or because of something that no rule has looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.reacting.settle import announce
from kfdesk.desk.timing.clocks import update
from kfdesk.store.timing import clocks
from kfdesk.store.tx import Tx


def strike(desk: Desk, tx: Tx, until: datetime, limit: int) -> int:
    """Let the clocks warn and breach that are due up to an instant, the oldest first.

    Return how many were looked at: fewer than `limit` when none is left.
    """
    due = clocks.due(tx, until, limit)
    if due:
        announce(desk, tx, update(desk, tx, list(dict.fromkeys(due)), until), until)
    return len(due)


def follow(desk: Desk, tx: Tx, numbers: Sequence[int], now: datetime) -> None:
    """Bring clocks up to date where something else than rules has looked at what happened."""
    announce(desk, tx, update(desk, tx, numbers, now), now)
