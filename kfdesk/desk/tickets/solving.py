"""Solving a ticket, with a reply or without; a problem together with its incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.conversation.answers import Said, recipients, write_replies
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.teamwork import lease
from kfdesk.desk.tickets.edit import write
from kfdesk.model import OPEN_STATUSES, Actor, Change, Status, Ticket
from kfdesk.store import answering, links, tickets, whole_tickets
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean


@dataclass(frozen=True, slots=True)
class Solved:
    """What was solved; `waiting` are incidents of the problem that are open still."""

    ticket: Ticket
    incidents: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()


def open_incidents(tx: Tx, number: int) -> list[int]:
    """Return the incidents of a problem that are not solved, oldest link first."""
    below = links.below(tx, number, "problem")
    states = tickets.states(tx, below)
    live = [states[n] for n in below if not (states[n].deleted or states[n].merged_into)]
    return [state.id for state in live if state.status in OPEN_STATUSES and not state.spam]


def incidents_of(desk: Desk, number: int) -> list[int]:
    """Return the incidents of a problem that are not solved."""
    with desk.store.read() as tx:
        return open_incidents(tx, number)


def solve(
    desk: Desk, number: int, actor: Actor, text: str = "", *, incidents: bool = False
) -> Solved:
    """Solve a ticket; with `incidents` those of a problem too, in one operation.

    The text goes to the customer of each as a reply; to those who have no address it cannot.
    NotFound if there is no such ticket. UserError, and nothing done, where a field that must be
    filled is empty or a colleague is answering one of them.
    """
    body = clean(text).strip()
    with operation(desk, actor, "solve") as tx:
        now = desk.clock()
        tickets.state(tx, number)
        waiting = open_incidents(tx, number)
        together = waiting if incidents else []
        states = tickets.states(tx, [number, *together])
        for one in states if body else ():
            lease.claim(desk, tx, one, actor, now, force=False)
        roots = _reply(tx, desk, states, body, actor, now) if body else []
        answered = {root.ticket_id for root in roots}
        wanted = {n: Change(status=Status.SOLVED) for n in states if n not in answered}
        done = write(tx, wanted, actor, now, settings=desk.settings)
        roots += [
            Root(n, "updated", actor, None, one.diff, one.event_id) for n, one in done.items()
        ]
        settle(desk, tx, roots, now)
        left = () if incidents else tuple(waiting)
        return Solved(whole_tickets.get(tx, number), tuple(together), left)


def _reply(
    tx: Tx, desk: Desk, states: dict[int, State], text: str, actor: Actor, now: datetime
) -> list[Root]:
    """Answer the customers of tickets who have an address, and solve these."""
    asked = answering.newest_inbound_of(tx, list(states))
    to = recipients(tx, list(states.values()), asked)
    reached: Sequence[int] = [n for n in states if to[n] is not None]
    said = {n: Said(text, status=Status.SOLVED) for n in reached}
    done = write_replies(tx, desk, {n: states[n] for n in reached}, said, actor, now)
    return [
        Root(n, "updated", actor, one.message_id, one.diff, one.event_id) for n, one in done.items()
    ]
