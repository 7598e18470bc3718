"""Work on a ticket, written down by who did it."""

from __future__ import annotations

from datetime import timedelta

from kfdesk.desk import Desk
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets.edit import columns
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Ticket
from kfdesk.rules.language.values import NotAValue, length
from kfdesk.store import journal, spent, tickets, whole_tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.spent import Spent
from kfdesk.text import clean_line

#: More than a person can have worked on a ticket at one go.
_MOST = timedelta(days=30)


def read(text: str) -> timedelta:
    """Read a length of work: `25m`, `1h30m`. UserError where it is none."""
    try:
        found = length(text.strip().lower())
    except NotAValue as error:
        raise UserError(_("“{text}”: write {what}").format(text=text, what=error)) from None
    if not timedelta(seconds=1) <= found <= _MOST:
        told = _("“{text}”: write a length between 1s and 30d, like 25m or 1h30m")
        raise UserError(told.format(text=text))
    return timedelta(seconds=int(found.total_seconds()))


def listing(desk: Desk, number: int) -> list[Spent]:
    """Return the work on a ticket, oldest first. NotFound if there is none."""
    with desk.store.read() as tx:
        tickets.state(tx, number)
        return spent.of_ticket(tx, number)


def spend(desk: Desk, number: int, time: timedelta, actor: Actor, note: str = "") -> Ticket:
    """Add work to a ticket. NotFound if there is none."""
    with operation(desk, actor, "spent") as tx:
        now = desk.clock()
        state = tickets.state(tx, number)
        seconds = int(time.total_seconds())
        text = clean_line(note)
        spent.add(tx, number, actor.name, seconds, now, text)
        total = state.spent + seconds
        values = columns(state, {"spent": (state.spent, total)}, actor, now)
        tickets.update_many(tx, {number: values})
        diff = {"spent": (state.spent, total)}
        (event,) = journal.record(tx, [NewEvent(number, actor, "spent", diff, text=text)], now)
        settle(desk, tx, [Root(number, "updated", actor, None, diff, event)], now)
        return whole_tickets.get(tx, number)
