"""What follows from what happened, in the transaction in which it happened.

The triggers look at it pass after pass; the SLA clocks are set; routes give out what nobody has,
and the triggers look at that too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kfdesk.desk import Desk, clocks, epochs, routing
from kfdesk.desk.roots import Root, one_each
from kfdesk.desk.triggers import Case, Passes
from kfdesk.model import Actor, By
from kfdesk.store import journal
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx


def settle(desk: Desk, tx: Tx, roots: Sequence[Root], now: datetime) -> None:
    """Let rules, clocks and routes look at what happened, and write what they make of it."""
    if not roots:
        return
    passes = Passes(desk, tx, now)
    cases = [Case(root) for root in one_each(roots)]
    passes.look(cases)
    _follow(passes, cases)


def fire(desk: Desk, tx: Tx, index: int, numbers: Sequence[int], now: datetime) -> None:
    """Let a schedule, by its place among `Ruleset.every`, act on tickets; and what follows."""
    rule = desk.rules.every[index]
    actor = Actor(By.RULE, rule.name)
    events = journal.record(tx, [NewEvent(n, actor, "schedule") for n in numbers], now)
    passes = Passes(desk, tx, now)
    cases = [
        Case(Root(number, "updated", actor, None, {}, event))
        for number, event in zip(numbers, events, strict=True)
    ]
    passes.begin(index, cases)
    _follow(passes, cases)


def _follow(passes: Passes, cases: list[Case]) -> None:
    """Clocks, routes, and what the triggers make of what routes changed."""
    desk, tx, now = passes.desk, passes.tx, passes.now
    roots = {case.root.ticket_id: case.root for case in cases}
    clocks.update(desk, tx, list(roots), now)
    routed = routing.run(desk, tx, roots, now)
    if routed.diffs:
        passes.moved(cases, routed.diffs)
        clocks.update(desk, tx, list(routed.diffs), now)
    epochs.leave(desk, tx, list(roots), now)
    passes.keep(cases, routed.decisions)
