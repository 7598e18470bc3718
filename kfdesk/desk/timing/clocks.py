"""SLA clocks: started, stopped, moved and met as tickets change; warnings and breaches as time
goes by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar

from kfdesk.desk import Desk
from kfdesk.desk.timing.promises import Promises
from kfdesk.rules.timing.clock import Clock
from kfdesk.rules.timing.sla import Policy, Target
from kfdesk.store import tickets
from kfdesk.store.timing import clocks
from kfdesk.store.timing.clocks import Facts
from kfdesk.store.tx import Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Struck:
    """A clock that warned or breached, and at which instant; `first`: the ticket's first breach."""

    ticket_id: int
    target: Target
    policy: str
    what: Literal["sla.warning", "sla.breached"]
    at: datetime
    first: bool = False


def update(desk: Desk, tx: Tx, numbers: Sequence[int], now: datetime) -> list[Struck]:
    """Bring the clocks of tickets, and the columns that queues sort by, up to date.

    Return what warned or breached by it; `announce` tells the rules.
    """
    policies = desk.rules.policies
    if not numbers or not (policies or clocks.any_kept(tx)):
        return []
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as times are kept
    facts = clocks.facts(tx, numbers)
    kept = clocks.of_tickets(tx, numbers)
    chosen = _chosen(desk, tx, facts, now)
    promises = Promises(
        desk.rules.calendars,
        now,
        _asked(lambda: clocks.statuses(tx, numbers), ()),
        _asked(lambda: clocks.answered(tx, numbers), None),
    )
    changed: list[Clock] = []
    struck: list[Struck] = []
    columns: dict[int, dict[str, Any]] = {}
    for ticket in facts:
        before = {clock.id: clock for clock in kept.get(ticket.id, ())}
        after = promises.follow(ticket, chosen.get(ticket.id), list(before.values()))
        new = [clock for clock in after if clock != before.get(clock.id)]
        found = _found(ticket, new, before)
        changed += new
        struck += found
        values = _columns(ticket, chosen.get(ticket.id), after)
        if differing := {n: v for n, v in values.items() if v != ticket.columns[n]}:
            columns[ticket.id] = differing
    clocks.write(tx, _held(tx, changed, facts, struck))
    tickets.update_many(tx, columns)
    return struck


def _asked(ask: Callable[[], Mapping[int, T]], nothing: T) -> Callable[[int], T]:
    """A look-up that is asked for all tickets at once, when the first one needs it."""
    known = cache(ask)
    return lambda number: known().get(number, nothing)


def _chosen(desk: Desk, tx: Tx, facts: Sequence[Facts], now: datetime) -> dict[int, Policy]:
    """Return {ticket: its policy}: the one that was chosen, else the first that holds."""
    policies = desk.rules.policies
    names = {policy.name: policy for policy in policies}
    found = {t.id: names[t.sla_chosen] for t in facts if t.sla_chosen in names}
    others = [t.id for t in facts if t.id not in found and not t.gone]
    scope = desk.scope(now=now)
    first = clocks.fitting(tx, [policy.when for policy in policies], others, scope)
    return found | {number: policies[place] for number, place in first.items()}


def _found(ticket: Facts, changed: Sequence[Clock], before: Mapping[int, Clock]) -> list[Struck]:
    """What warned or breached of a ticket."""
    found: list[Struck] = []
    first = not ticket.columns["breached"]
    for clock in changed:
        known = before.get(clock.id)
        strike = (ticket.id, clock.target, clock.policy)
        if clock.warned_at is not None and (known is None or known.warned_at is None):
            found.append(Struck(*strike, "sla.warning", clock.warned_at))
        if clock.breached_at is not None and (known is None or known.breached_at is None):
            found.append(Struck(*strike, "sla.breached", clock.breached_at, first))
            first = False
    return found


def _columns(ticket: Facts, policy: Policy | None, after: Sequence[Clock]) -> dict[str, Any]:
    """The columns of a ticket that its clocks set."""
    due = {clock.target: clock.due_at for clock in after if clock.runs}
    breached = any(clock.breached_at is not None for clock in after)
    return {
        "sla": policy.name if policy and not ticket.gone else "",
        "first_response_due": due.get("first_response"),
        "next_response_due": due.get("next_response"),
        "resolve_due": due.get("resolve"),
        "due_at": min((at for at in due.values() if at is not None), default=None),
        "breached": ticket.columns["breached"] or breached,
    }


def _held(
    tx: Tx, changed: list[Clock], facts: Sequence[Facts], struck: Sequence[Struck]
) -> list[Clock]:
    """The clocks, with who had the ticket where one breached."""
    late = {(one.ticket_id, one.target, one.at) for one in struck if one.what == "sla.breached"}
    if not late:
        return changed
    changes = clocks.changed_hands(tx, [one[0] for one in late])
    known = {ticket.id: ticket for ticket in facts}

    def then(clock: Clock, name: str) -> str:
        assert clock.breached_at is not None
        for at, changed in changes.get(clock.ticket_id, ()):
            if at > clock.breached_at and name in changed:
                return changed[name][0] or ""
        return str(getattr(known[clock.ticket_id], name))

    return [
        replace(clock, holder=then(clock, "assignee"), team=then(clock, "team"))
        if (clock.ticket_id, clock.target, clock.breached_at) in late
        else clock
        for clock in changed
    ]


# --- as time goes by


def next_at(tx: Tx) -> datetime | None:
    """Return when a clock warns or breaches next."""
    return clocks.next_at(tx)
