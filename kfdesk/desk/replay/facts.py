"""What followed from facts: the epochs and clocks that a ticket had as the window began."""

from __future__ import annotations

from kfdesk.desk import Desk, clocks, epochs
from kfdesk.store.past import PastEvent
from kfdesk.store.tx import Tx


def follow(desk: Desk, tx: Tx, event: PastEvent) -> None:
    """Bring what is counted about a ticket up to date with a fact."""
    clocks.update(desk, tx, [event.ticket], event.when)
    epochs.leave(desk, tx, [event.ticket], event.when)
