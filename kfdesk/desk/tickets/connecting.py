"""Links between tickets, made and taken apart: told in both journals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.tickets.edit import columns
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.store import journal, links, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx

#: Of these a ticket has one at most.
_ONE = ("parent", "problem")
_SWAPPED = {"child": "parent", "incident": "problem"}


def connect(
    tx: Tx,
    numbers: Sequence[int],
    kind: str,
    other: int,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    roots: Mapping[int, int] | None = None,
) -> list[Root]:
    """Let another ticket be the parent, a duplicate, … of tickets; what is so already stays.

    NotFound if there is none. UserError where it would be linked with itself, be above itself, or
    a ticket have two parents or belong to two problems.
    """
    tickets.state(tx, other)
    for number in numbers:
        if number == other:
            raise UserError(_("ticket {number} cannot be linked with itself").format(number=other))
    before = _told(tx, [*numbers, other])
    new = [number for number in numbers if [kind, other] not in before[number]]
    for number in new:
        _fits(tx, number, kind, other, before)
    links.add(tx, ((number, other, kind, reason) for number in new), now)
    return _record(tx, before, actor, now, roots or {})


def disconnect(
    tx: Tx, number: int, other: int, kinds: Sequence[str], actor: Actor, now: datetime
) -> list[Root]:
    """Take links of these kinds between two tickets apart; returns nothing where there is none."""
    before = _told(tx, [number, other])
    links.remove(tx, number, other, kinds)
    return _record(tx, before, actor, now, {})


def _told(tx: Tx, numbers: Sequence[int]) -> dict[int, list[list[Any]]]:
    """Return {ticket: its links as the journal tells them}."""
    found = links.links_of(tx, numbers)
    return {n: [[kind, other] for kind, other, _why in found.get(n, ())] for n in numbers}


def _fits(
    tx: Tx, number: int, kind: str, other: int, before: Mapping[int, list[list[Any]]]
) -> None:
    """UserError where a ticket would have two parents, or be above itself."""
    lower, upper = (other, number) if kind in _SWAPPED else (number, other)
    kept = _SWAPPED.get(kind, kind)
    if kept not in _ONE:
        return
    has = [target for one, target in before[lower] if one == kept]
    if has:
        text = (
            _("ticket {number} has the parent {other} already: unlink them first")
            if kept == "parent"
            else _("ticket {number} is an incident of {other} already: unlink them first")
        )
        raise UserError(text.format(number=lower, other=has[0]))
    if lower in links.above(tx, upper, kept):
        text = _("tickets {number} and {other} would be above each other in a circle")
        raise UserError(text.format(number=lower, other=upper))


def _record(
    tx: Tx,
    before: Mapping[int, list[list[Any]]],
    actor: Actor,
    now: datetime,
    roots: Mapping[int, int],
) -> list[Root]:
    """Write what became of each ticket's links into its journal."""
    after = _told(tx, list(before))
    changed = {n: (old, after[n]) for n, old in before.items() if old != after[n]}
    states = tickets.states(tx, list(changed))
    tickets.update_many(tx, {n: columns(states[n], {}, actor, now) for n in changed})
    lines = [
        NewEvent(n, actor, "changed", {"links": pair}, rule=actor.rule, root=roots.get(n, 0))
        for n, pair in changed.items()
    ]
    events = journal.record(tx, lines, now)
    return [
        Root(n, "updated", actor, None, {"links": changed[n]}, event)
        for n, event in zip(changed, events, strict=True)
    ]
