"""Following a ticket: being told what happens to it without having it."""

from __future__ import annotations

from kfdesk.desk import Desk
from kfdesk.desk.agents import agent_named
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.model import Actor, Ticket
from kfdesk.store import journal, tickets, whole_tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.teamwork import followers


def follow(desk: Desk, number: int, actor: Actor, agent: str = "") -> Ticket:
    """Let an agent, the actor unless named, follow a ticket. UserError for an unknown agent."""
    return _change(desk, number, actor, agent, add=True)


def unfollow(desk: Desk, number: int, actor: Actor, agent: str = "") -> Ticket:
    """Let an agent, the actor unless named, follow a ticket no more."""
    return _change(desk, number, actor, agent, add=False)


def _change(desk: Desk, number: int, actor: Actor, agent: str, *, add: bool) -> Ticket:
    name = agent_named(desk.settings, agent or actor.name)
    now = desk.clock()
    with operation(desk, actor, "follow" if add else "unfollow") as tx:
        tickets.state(tx, number)
        before = followers.of(tx, [number]).get(number, ())
        after = tuple(sorted({*before, name} if add else {*before} - {name}))
        if after != before:
            if add:
                followers.add(tx, [(number, name)])
            else:
                followers.remove(tx, number, name)
            diff = {"followers": (list(before), list(after))}
            (event,) = journal.record(tx, [NewEvent(number, actor, "changed", diff)], now)
            settle(desk, tx, [Root(number, "updated", actor, None, diff, event)], now)
        return whole_tickets.get(tx, number)
