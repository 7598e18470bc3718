"""What is known of tickets as the window begins, beside what happened to them.

Which schedules had acted on them, what their clocks came to, whether they waited for an agent, and
whose turn it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

from kfdesk.desk import Desk, clocks, epochs
from kfdesk.store import bots, loads, replica, waiting
from kfdesk.store import epochs as kept
from kfdesk.store.past import Past, PastEvent, Window
from kfdesk.store.tx import Tx
from kfdesk.store.waiting import Waiting


def follow(desk: Desk, tx: Tx, event: PastEvent) -> None:
    """Write what followed from a fact: a schedule's epoch, a bot that said no more."""
    if event.kind == "handover":
        bots.hand_over(tx, [event.ticket], event.when)
    epochs.leave(desk, tx, [event.ticket], event.when)
    if event.kind == "schedule":
        kept.begin(tx, event.actor, [event.ticket], event.when)


def begin(
    desk: Desk, tx: Tx, past: Past, window: Window, older: Sequence[int], at: datetime
) -> None:
    """Set clocks, epochs and what waits of tickets that are older than the window."""
    epochs.leave(desk, tx, older, at)
    clocks.update(desk, tx, older, at)  # what warned or breached by then is a fact
    for number in waiting.wanting(tx, older):
        if row := _waits(past, window, number, at):
            waiting.put(tx, [row])
    for route, team in replica.turns(tx):
        if (agent := past.turn(window, route, team)) is not None:
            loads.keep_turns(tx, {(route, team): agent})


def _waits(past: Past, window: Window, number: int, at: datetime) -> Waiting | None:
    """How a ticket waited: since the first of the decisions that found nobody."""
    tries = list(
        takewhile(lambda one: not one[2]["agent"], past.decisions(window, number)),
    )
    if not tries:
        return None
    last, rule, decision = tries[0]
    retry_at = datetime.fromisoformat(decision["retry_at"]) if decision["retry_at"] else None
    if past.returns(last, at) or (retry_at is not None and retry_at <= at):
        retry_at = at  # it was tried since, and found nobody again
    return Waiting(number, decision["route"], rule, decision["reason"], tries[-1][0], retry_at)
