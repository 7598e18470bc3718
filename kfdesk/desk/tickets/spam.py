"""Spam, and mails that could not be read: out of the ordinary lists, and back into them."""

from __future__ import annotations

from kfdesk.desk import Desk
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.edit import Diff, columns
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Change, Ticket
from kfdesk.store import journal, messages, tickets, whole_tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.people import spammers
from kfdesk.store.tx import Tx


def spam(desk: Desk, number: int, actor: Actor) -> Ticket:
    """Call a ticket spam: no rule, no clock and no automatic mail has to do with it any more, and
    new tickets of its sender are spam too. NotFound if there is none."""
    return change(desk, number, Change(spam=True), actor)


def ham(desk: Desk, number: int, actor: Actor) -> Ticket:
    """Say that a ticket is no spam after all: rules see one that came as spam as if it came now.

    UserError where nobody said that it was.
    """
    with desk.store.read() as tx:
        state = tickets.state(tx, number)
        unread = whole_tickets.get(tx, number).quarantine
        seen = not unread and not _came_as_spam(tx, number)
    if not state.spam:
        raise UserError(_("ticket {number} is no spam").format(number=number))
    if seen or unread:
        return change(desk, number, Change(spam=False), actor)
    return _release(desk, number, {"spam": (True, False)}, actor)


def release(desk: Desk, number: int, actor: Actor) -> Ticket:
    """Let a ticket out of quarantine, which a person has looked at: rules see it as if it came now.

    UserError where it is in none.
    """
    with desk.store.read() as tx:
        reason = whole_tickets.get(tx, number).quarantine
    if not reason:
        raise UserError(_("ticket {number} is in no quarantine").format(number=number))
    return _release(desk, number, {"quarantine": (reason, "")}, actor)


def _release(desk: Desk, number: int, diff: Diff, actor: Actor) -> Ticket:
    with operation(desk, actor, "release") as tx:
        now = desk.clock()
        state = tickets.state(tx, number)
        tickets.update_many(tx, {number: columns(state, diff, actor, now)})
        (event,) = journal.record(tx, [NewEvent(number, actor, "released", diff)], now)
        if "spam" in diff:
            spammers.follow(tx, {number: False}, now)
        settle(desk, tx, [as_created(tx, number, event)], now)
        return whole_tickets.get(tx, number)


def as_created(tx: Tx, number: int, event: int) -> Root:
    """Return what rules see of a ticket that they could not see when it came: that it came."""
    state = tickets.states(tx, [number])[number]
    first, actor = messages.first_of(tx, number)
    changes: Diff = {
        "subject": (None, state.subject),
        "status": (None, str(state.status)),
        "priority": (None, str(state.priority)),
    }
    return Root(number, "created", actor, first, changes, event)


def _came_as_spam(tx: Tx, number: int) -> bool:
    """Whether no rule has ever seen it: it came as spam, and nobody let it out before."""
    events = journal.events(tx, number)
    came = any(e.kind == "created" and "spam" in e.changes for e in events)
    return came and not any(e.kind == "released" for e in events)
