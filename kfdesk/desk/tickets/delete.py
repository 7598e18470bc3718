"""Deleting tickets, which leave every list and never come back by themselves; and bringing back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.sending.outbox import count_answers
from kfdesk.desk.timing import epochs, striking
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, OutboxState, Ticket
from kfdesk.store import journal, outbox, tickets, whole_tickets
from kfdesk.store.assigning import waiting
from kfdesk.store.history import operations
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx


def delete(desk: Desk, numbers: Sequence[int], actor: Actor) -> None:
    """Delete tickets, in one operation: a row stays, so that what was fetched once is known.

    What waits to leave is taken back. NotFound for one that is not there, UserError for one that
    is a part of another.
    """
    now = desk.clock()
    wanted = list(dict.fromkeys(numbers))
    with operation(desk, actor, "delete") as tx:
        for number in wanted:
            tickets.state(tx, number)
        remove(desk, tx, wanted, actor, now)


def remove(desk: Desk, tx: Tx, numbers: Sequence[int], actor: Actor, now: datetime) -> None:
    """Delete tickets that are there, within an operation."""
    queued = [
        row
        for number in numbers
        for row in outbox.of_ticket(tx, number)
        if row.state is OutboxState.QUEUED
    ]
    outbox.mark(tx, [row.id for row in queued], OutboxState.CANCELLED, now)
    for number in {row.ticket for row in queued if row.kind == "mail" and not row.automatic}:
        count_answers(tx, number)  # who brings it back finds a customer who waits
    states = tickets.states(tx, numbers)
    tickets.update_many(
        tx,
        {
            n: {"deleted_at": now, "updated_at": now, "version": states[n].version + 1}
            for n in numbers
        },
    )
    waiting.leave(tx, numbers)
    change = {"deleted": (False, True)}
    journal.record(tx, [NewEvent(n, actor, "deleted", change) for n in numbers], now)
    epochs.leave(desk, tx, numbers, now)
    striking.follow(desk, tx, numbers, now)


def restore(desk: Desk, number: int, actor: Actor) -> Ticket:
    """Bring a deleted ticket back. UserError where it was not deleted, or is empty now."""
    now = desk.clock()
    with operation(desk, actor, "restore") as tx:
        state = tickets.states(tx, [number]).get(number)
        if state is None:
            raise tickets.missing(number)
        if not state.deleted:
            raise UserError(_("ticket {number} was not deleted").format(number=number))
        if _never_made(tx, number):
            raise UserError(
                _("ticket {number} is gone by an undo; `kfdesk redo` brings it back").format(
                    number=number
                )
            )
        values = {"deleted_at": None, "updated_at": now, "version": state.version + 1}
        tickets.update_many(tx, {number: values})
        change = {"deleted": (True, False)}
        (event,) = journal.record(tx, [NewEvent(number, actor, "restored", change)], now)
        settle(desk, tx, [Root(number, "updated", actor, None, {}, event)], now)
        return whole_tickets.get(tx, number)


def _never_made(tx: Tx, number: int) -> bool:
    """Whether it was taken back that a ticket was made; what rules wrote there since may lie on
    it."""
    made = next((event.operation for event in journal.events(tx, number)), None)
    return made is not None and operations.get(tx, made).undone_by is not None
