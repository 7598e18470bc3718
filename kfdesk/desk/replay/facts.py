"""What is known of tickets as the window begins, beside what happened to them.

Which schedules had acted on them, what their clocks came to, whether they waited for an agent, and
whose turn it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import takewhile

from kfdesk.desk import Desk
from kfdesk.desk.timing import clocks, epochs
from kfdesk.store import bots
from kfdesk.store.assigning import loads, waiting
from kfdesk.store.assigning.waiting import Waiting
from kfdesk.store.history import replica
from kfdesk.store.history.past import Past, PastEvent, Window
from kfdesk.store.rows import Row
from kfdesk.store.tables import to_ms
from kfdesk.store.timing import epochs as kept
from kfdesk.store.tx import Tx

#: Working seconds that no clock allows: it strikes nothing before its true terms are set.
_AGES = 10**9


def follow(desk: Desk, tx: Tx, event: PastEvent) -> None:
    """Write what followed from a fact: a schedule's epoch, a bot that said no more."""
    if event.kind == "handover":
        bots.hand_over(tx, [event.ticket], event.when)
    epochs.leave(desk, tx, [event.ticket], event.when)
    if event.kind == "schedule":
        kept.begin(tx, event.actor, [event.ticket], event.when)


def begin(
    desk: Desk,
    tx: Tx,
    past: Past,
    window: Window,
    struck: Mapping[int, Mapping[str, int]],
    at: datetime,
) -> None:
    """Set clocks, epochs and what waits of tickets that are older than the window.

    `struck` is {ticket: {what: when, in ms, a clock of it warned or breached last}} of each.
    """
    older = sorted(struck)
    epochs.leave(desk, tx, older, at)
    replica.put_clocks(tx, _wound_back(past.clocks(older), struck, to_ms(at)))
    clocks.update(desk, tx, older, at)  # what warned or breached by then is a fact
    for number in waiting.wanting(tx, older):
        if row := _waits(past, window, number, at):
            waiting.put(tx, [row])
    for route, team in replica.turns(tx):
        if (agent := past.turn(window, route, team)) is not None:
            loads.keep_turns(tx, {(route, team): agent})


def _wound_back(rows: Iterable[Row], struck: Mapping[int, Mapping[str, int]], at: int) -> list[Row]:
    """Return clocks as they were at an instant.

    A clock strikes at its own instant, but nobody knew before the journal said so. One that was
    still going has its terms set anew; those behind it of its kind began when it had ended.
    """
    found: list[Row] = []
    going: set[tuple[int, str]] = set()
    for row in rows:
        kind = row["ticket_id"], row["target"]
        if row["started_at"] > at or kind in going:
            continue
        told = struck[row["ticket_id"]]
        known = {
            "warned_at": told.get("sla.warning", 0),
            "breached_at": told.get("sla.breached", 0),
        }
        for name in ("warned_at", "breached_at", "met_at", "dropped_at"):
            if row[name] is not None and row[name] > known.get(name, at):
                row[name] = None
        if row["met_at"] is None and row["dropped_at"] is None:
            row |= {"used": None, "due_at": None, "warn_at": None, "allowed": _AGES, "policy": ""}
            going.add(kind)
        if row["breached_at"] is None:
            row |= {"holder": "", "team": ""}
        ran = [(begun, ended) for begun, ended in json.loads(row["stretches"]) if begun <= at]
        row["stretches"] = json.dumps(
            [(begun, None if ended is None or ended > at else ended) for begun, ended in ran]
        )
        found.append(row)
    return found


def _waits(past: Past, window: Window, number: int, at: datetime) -> Waiting | None:
    """How a ticket waited: since the first of the decisions that found nobody."""
    tries = list(
        takewhile(lambda one: not one[2]["agent"], past.decisions(window, number)),
    )
    if not tries:
        return None
    last, rule, decision = tries[0]
    retry_at = datetime.fromisoformat(decision["retry_at"]) if decision["retry_at"] else None
    woken = past.returns(last, at) or past.leavings(last, at)
    if woken or (retry_at is not None and retry_at <= at):
        retry_at = at  # it was tried since, and found nobody again
    elif coming := past.returns(at, retry_at or datetime.max.replace(tzinfo=UTC)):
        retry_at = coming[0]  # nobody knew then that they would come back
    return Waiting(number, decision["route"], rule, decision["reason"], tries[-1][0], retry_at)
