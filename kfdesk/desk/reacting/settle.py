"""What follows from what happened, in the transaction in which it happened.

The triggers look at it pass after pass; the SLA clocks are set; routes give out what nobody has,
and the triggers look at that too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.desk.assigning import routing
from kfdesk.desk.conversation import survey
from kfdesk.desk.reacting.roots import Root, one_each
from kfdesk.desk.reacting.triggers import Case, Passes
from kfdesk.desk.teamwork import telling
from kfdesk.desk.timing import clocks, epochs
from kfdesk.desk.timing.clocks import Struck
from kfdesk.i18n import _
from kfdesk.model import SYSTEM, Actor, By
from kfdesk.store import journal
from kfdesk.store.journal import NewEvent
from kfdesk.store.people import groups
from kfdesk.store.tx import Tx


def settle(
    desk: Desk,
    tx: Tx,
    roots: Sequence[Root],
    now: datetime,
    routes: Mapping[int, list[Any]] | None = None,
    *,
    tell: bool = True,
) -> None:
    """Let rules, clocks and routes look at what happened, and write what they make of it.

    `routes` is what routes decided about it already, {ticket: decisions}, for the trace. Whoever
    does not `tell` agents of it here tells them of all together.
    """
    if not roots:
        return
    passes = Passes(desk, tx, now)
    cases = [Case(root) for root in one_each(roots)]
    passes.look(cases)
    survey.withdraw(tx, ((case.root.ticket_id, case.whole.changes) for case in cases), now)
    _follow(passes, cases, routes or {}, tell=tell)


def fire(desk: Desk, tx: Tx, index: int, numbers: Sequence[int], now: datetime) -> int:
    """Let a schedule, by its place among `Ruleset.every`, act on tickets; and what follows.

    Returns on how many it did: one whose action fails does nothing, and the trace says why.
    """
    rule = desk.rules.every[index]
    actor = Actor(By.RULE, rule.name)
    events = journal.record(tx, [NewEvent(n, actor, "schedule") for n in numbers], now)
    passes = Passes(desk, tx, now)
    cases = [
        Case(Root(number, "updated", actor, None, {}, event))
        for number, event in zip(numbers, events, strict=True)
    ]
    passes.begin(index, cases)
    acted = sum("failed" not in case.passes[0][0][1] for case in cases)
    _follow(passes, cases, {})
    return acted


def announce(desk: Desk, tx: Tx, struck: Sequence[Struck], now: datetime) -> None:
    """Write warnings and breaches into the journal and let the rules look at each of them."""
    alike: dict[tuple[str, str], list[Struck]] = defaultdict(list)
    for one in sorted(struck, key=lambda one: (one.at, one.ticket_id)):
        alike[one.what, one.target].append(one)
    for several in alike.values():
        changes = [{"breached": (False, True)} if one.first else {} for one in several]
        lines = [
            NewEvent(one.ticket_id, SYSTEM, one.what, diff, text=_text(one))
            for one, diff in zip(several, changes, strict=True)
        ]
        events = journal.record(tx, lines, now)
        roots = [
            Root(one.ticket_id, "updated", SYSTEM, None, diff, event, one.what, one.target)
            for one, diff, event in zip(several, changes, events, strict=True)
        ]
        settle(desk, tx, roots, now)


def _told(cases: Sequence[Case]) -> Iterator[tuple[int, str]]:
    """Whom rules have told of it already: (ticket, agent)."""
    for case in cases:
        for steps in case.passes:
            for _rule, outcome in steps:
                if isinstance(outcome, dict):
                    for one in outcome.get("notices", ()):
                        yield case.root.ticket_id, one["to"]


def _follow(
    passes: Passes, cases: list[Case], routes: Mapping[int, list[Any]], *, tell: bool = True
) -> None:
    """Clocks, routes, and what the triggers make of what routes changed."""
    desk, tx, now = passes.desk, passes.tx, passes.now
    roots = {case.root.ticket_id: case.root for case in cases}
    struck = clocks.update(desk, tx, list(roots), now)
    routed = routing.run(desk, tx, {case.root.ticket_id: case.whole for case in cases}, now)
    if routed.diffs:
        passes.moved(cases, routed.diffs)
        struck += clocks.update(desk, tx, list(routed.diffs), now)
    moved = {case.root.ticket_id: {*case.whole.changes} for case in cases}
    for number, diff in routed.diffs.items():
        moved[number] |= {*diff}
    groups.follow(tx, desk.groups, moved, desk.scope(now=now))
    epochs.leave(desk, tx, list(roots), now)
    passes.keep(cases, {**routes, **routed.decisions})
    if tell:
        happened = [
            replace(whole, changes={**whole.changes, **routed.diffs[whole.ticket_id]})
            if whole.ticket_id in routed.diffs
            else whole
            for whole in (case.whole for case in cases)
        ]
        telling.tell(desk, tx, happened, set(_told(cases)), now)
    announce(desk, tx, struck, now)


def _text(one: Struck) -> str:
    """What a clock has to say, in words."""
    text = (
        _("{target} by the policy “{policy}”: the time is nearly over")
        if one.what == "sla.warning"
        else _("{target} by the policy “{policy}”: the time is over")
    )
    return text.format(target=labels.target(one.target), policy=one.policy)
