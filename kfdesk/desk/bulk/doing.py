"""Doing a deed to tickets, in a person's name, and what follows from it: in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.bulk.deed import Deed
from kfdesk.desk.merging.merge import merge_in
from kfdesk.desk.reacting.acting import Acting
from kfdesk.desk.reacting.roots import Root, then
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets import edit
from kfdesk.desk.tickets.delete import remove
from kfdesk.desk.tickets.edit import Diff
from kfdesk.model import Actor
from kfdesk.store import journal
from kfdesk.store.journal import NewEvent
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


def do(
    desk: Desk,
    tx: Tx,
    deed: Deed,
    states: Mapping[int, State],
    diffs: Mapping[int, Diff],
    actor: Actor,
    now: datetime,
    *,
    tell: bool = True,
) -> list[Root]:
    """Do a deed, of which `diffs` say what it changes, to tickets to which nothing forbids it.

    Returns what happened to those of which anything came; agents are told of it unless the caller
    tells them of all together.
    """
    if not states:
        return []
    match deed.kind:
        case "merge":
            merge_in(desk, tx, list(states), deed.into, actor, now)
            return [Root(number, "updated", actor, None, diffs[number], 0) for number in states]
        case "delete":
            remove(desk, tx, list(states), actor, now)
            return [Root(number, "updated", actor, None, diffs[number], 0) for number in states]
    roots = (
        _changed(tx, states, diffs, actor, now)
        if deed.plain is not None and deed.macro is None
        else _acted(desk, tx, deed, states, actor, now)
    )
    settle(desk, tx, roots, now, tell=tell)
    return roots


def _changed(
    tx: Tx, states: Mapping[int, State], diffs: Mapping[int, Diff], actor: Actor, now: datetime
) -> list[Root]:
    """Nothing but fields: one line of the journal each."""
    differing = {number: diffs[number] for number in states if diffs[number]}
    events = edit.put(tx, states, differing, actor, now)
    return [
        Root(number, "updated", actor, None, differing[number], event)
        for number, event in events.items()
    ]


def _acted(
    desk: Desk, tx: Tx, deed: Deed, states: Mapping[int, State], actor: Actor, now: datetime
) -> list[Root]:
    """Actions of every kind. All that they write on a ticket is one event; a macro names it."""
    first = journal.first_id(tx)
    begun = [NewEvent(number, actor, "macro", text=deed.name) for number in states if deed.macro]
    events = dict(zip(states, journal.record(tx, begun, now), strict=False))
    roots = {number: events.get(number, 0) for number in states}
    Acting(desk, tx, now).do(deed.actions, actor, deed.name, roots)
    found: dict[int, Root] = {}
    for event in journal.since(tx, first):
        before = found.get(event.ticket)
        changes = then(dict(before.changes), event.changes) if before else event.changes
        message = event.message_id or (before.message_id if before else None)
        first_line = before.event_id if before else event.id
        found[event.ticket] = Root(event.ticket, "updated", actor, message, changes, first_line)
    return list(found.values())
