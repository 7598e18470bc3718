"""Taking back one line of the journal that was no operation: what a rule, a schedule, a route, or
a mail changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.history.obstacles import Way, named
from kfdesk.desk.history.undo import InTheWay, Undone, undo
from kfdesk.desk.operation import operation
from kfdesk.desk.tickets.edit import Diff, columns
from kfdesk.desk.timing import epochs, striking
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Event
from kfdesk.store import journal, tickets
from kfdesk.store.history.operations import Operation
from kfdesk.store.journal import NewEvent
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

#: The fields that a change sets by a value of their own.
_PLAIN = frozenset(
    {
        "assignee",
        "category",
        "priority",
        "sla",
        "snoozed_until",
        "spam",
        "status",
        "subject",
        "substatus",
        "task_due",
        "team",
        "type",
    }
)


def undo_event(
    desk: Desk, actor: Actor, number: int, id: int, *, rest: bool = False, dry_run: bool = False
) -> Undone:
    """Take back an event of a ticket; where it is part of an operation, the whole of that.

    NotFound where the ticket has no such event, UserError where nothing of it can be taken back,
    InTheWay where something later depends on it.
    """
    with desk.store.read() as tx:
        event = _event(tx, number, id)
        if event.operation is None and dry_run:
            return Undone(_as_operation(event), {number: _reverse(tx, number, event)})
    if event.operation is not None:
        return undo(desk, actor, id=event.operation, rest=rest, dry_run=dry_run)
    now = desk.clock()
    with operation(desk, actor, "undo", {"event": id}) as tx:
        diff = _reverse(tx, number, event)
        state = tickets.state(tx, number)
        tickets.update_many(tx, {number: columns(state, diff, actor, now)})
        if "tags" in diff:
            there, wanted = set(state.tags), set(diff["tags"][1])
            tickets.remove_tags(tx, ((number, tag) for tag in there - wanted))
            tickets.add_tags(tx, ((number, tag) for tag in wanted - there))
        text = _("event {id}: {who}").format(id=id, who=event.rule or event.actor)
        journal.record(tx, [NewEvent(number, actor, "undone", diff, text=text)], now)
        epochs.leave(desk, tx, [number], now)
        striking.follow(desk, tx, [number], now)
        return Undone(_as_operation(event), {number: diff})


def _event(tx: Tx, number: int, id: int) -> Event:
    found = journal.of(tx, [id]).get(id)
    if found is None or found.ticket != number:
        raise NotFound(
            _("ticket {number} has no event {id}; `kfdesk why {number}` lists them").format(
                number=number, id=id
            )
        )
    return found


def _as_operation(event: Event) -> Operation:
    return Operation(
        0, event.at, event.actor, event.kind, {"event": event.id}, None, None, False, 1
    )


def _reverse(tx: Tx, number: int, event: Event) -> Diff:
    """The reverse of what an event changed, where it stands as it was left."""
    changes = {
        name: pair
        for name, pair in event.changes.items()
        if event.kind != "created"
        and (name in _PLAIN or name == "tags" or name.startswith("field."))
    }
    if not changes:
        raise UserError(_("event {id} changed nothing that can be undone").format(id=event.id))
    state = tickets.state(tx, number)
    later = [one for one in journal.events(tx, number) if one.id > event.id]
    diff: Diff = {}
    ways: list[Way] = []
    for name, (old, new) in changes.items():
        if name == "tags":
            added, removed = set(new or ()) - set(old or ()), set(old or ()) - set(new or ())
            fits = added <= set(state.tags) and removed.isdisjoint(state.tags)
            back = sorted((set(state.tags) - added) | removed)
            diff[name] = (list(state.tags), back)
        else:
            now = _now(state, name)
            fits = now == new or (not now and not new)
            diff[name] = (now, old)
        if not fits:
            ways.append(named(number, name, later))
    if ways:
        raise InTheWay(
            _("event {id} cannot be undone: later changes depend on it").format(id=event.id),
            ways,
        )
    return diff


def _now(state: State, name: str) -> Any:
    """What stands in a field, as the journal writes it."""
    if name.startswith("field."):
        return state.fields.get(name.removeprefix("field."))
    value = getattr(state, "sla_chosen" if name == "sla" else name)
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool) else str(value)
