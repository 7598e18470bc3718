"""Changing a ticket: a key, a command and the console end here; the triggers look at it at once."""

from __future__ import annotations

from kfdesk.desk import Desk
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets.edit import write
from kfdesk.desk.timing import epochs
from kfdesk.errors import Conflict
from kfdesk.i18n import _
from kfdesk.model import Actor, Change, Ticket
from kfdesk.store import tickets, whole_tickets


def change(
    desk: Desk, number: int, wanted: Change, actor: Actor, version: int | None = None
) -> Ticket:
    """Change a ticket and run what the rules make of it.

    `version` is what the caller based the change on: Conflict if somebody was faster.
    """
    now = desk.clock()
    with operation(desk, actor, "set") as tx:
        state = tickets.state(tx, number)
        if version is not None and state.version != version:
            raise Conflict(
                _("ticket {number} was changed meanwhile; look at it again and repeat").format(
                    number=number
                )
            )
        done = write(
            tx, {number: wanted}, actor, now, states={number: state}, settings=desk.settings
        ).get(number)
        if done:
            settle(desk, tx, [Root(number, "updated", actor, None, done.diff, done.event_id)], now)
        return whole_tickets.get(tx, number)


def opened(desk: Desk, number: int) -> None:
    """An agent has seen the ticket: it is not unread any more. Nothing else changes."""
    with desk.store.write() as tx:
        tickets.update_many(tx, {number: {"unread": False}})
        epochs.leave(desk, tx, [number], desk.clock())
