"""Further parties of a ticket, from inside or outside: copied on replies, their mail joins.

They read replies that copy them, and what those answer; never a note, never what was said aside,
and of what was said before they came only what somebody lets them have.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.sending import letters
from kfdesk.desk.tickets.edit import columns
from kfdesk.desk.tickets.opening import person
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Address, Message, Ticket
from kfdesk.settings import Settings
from kfdesk.store import customers, journal, messages, tickets, whole_tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.teamwork import parties
from kfdesk.store.tx import Tx

_AT = "%Y-%m-%d %H:%M"


def add(desk: Desk, number: int, who: str, actor: Actor, *, with_history: bool = False) -> Ticket:
    """Make an address, `Name <addr>`, or an agent by name, a party of a ticket.

    `with_history` mails them what customer and desk have said so far. UserError for the customer,
    for our own address, and for who is nobody.
    """
    one = _meant(desk.settings, who)
    now = desk.clock()
    with operation(desk, actor, "collaborator") as tx:
        state = tickets.state(tx, number)
        if one.email in customers.emails_of(tx, [state.customer_id])[state.customer_id]:
            raise UserError(_("{email} is the customer of this ticket").format(email=one.email))
        if one.email in desk.settings.own_addresses():
            raise UserError(_("{email} is our own address").format(email=one.email))
        roots = join(tx, number, [one], actor, now, all_of_it=with_history)
        if roots and with_history:
            said = _history(messages.of_ticket(tx, number), desk)
            letters.post(tx, desk, [letters.Letter(number, one, said)], now)
        settle(desk, tx, roots, now)
        return whole_tickets.get(tx, number)


def remove(desk: Desk, number: int, who: str, actor: Actor) -> Ticket:
    """Take somebody off a ticket: their mail becomes a suggestion. NotFound if they are not on."""
    one = _meant(desk.settings, who)
    now = desk.clock()
    with operation(desk, actor, "collaborator") as tx:
        known, _removed = parties.of(tx, [number])
        before = known.get(number, set())
        if one.email not in before:
            raise NotFound(
                _("{email} is no collaborator of ticket {number}").format(
                    email=one.email, number=number
                )
            )
        parties.take_off(tx, number, one.email)
        root = _write(tx, number, before, before - {one.email}, actor, now)
        settle(desk, tx, [root], now)
        return whole_tickets.get(tx, number)


def join(
    tx: Tx,
    number: int,
    people: Sequence[Address],
    actor: Actor,
    now: datetime,
    *,
    all_of_it: bool = False,
) -> list[Root]:
    """Make people parties of a ticket, from now on or of `all_of_it`; who is one stays so.

    Returns what rules have to look at.
    """
    known, _removed = parties.of(tx, [number])
    before = known.get(number, set())
    new = [one for one in people if one.email not in before]
    for one in new:
        parties.let_in(tx, number, one, None if all_of_it else now)
    after = before | {one.email for one in new}
    return [_write(tx, number, before, after, actor, now)] if new else []


def _write(
    tx: Tx, number: int, before: set[str], after: set[str], actor: Actor, now: datetime
) -> Root:
    """Write it on the ticket and into the journal."""
    state = tickets.state(tx, number)
    tickets.update_many(tx, {number: columns(state, {}, actor, now)})
    diff = {"collaborators": (sorted(before), sorted(after))}
    (event,) = journal.record(tx, [NewEvent(number, actor, "changed", diff)], now)
    return Root(number, "updated", actor, None, diff, event)


def _meant(settings: Settings, who: str) -> Address:
    """An agent by name, or an address. UserError where it is neither."""
    name = who.strip().removeprefix("agent:")
    agent = next((a for a in settings.agents if a.name == name), None)
    if agent is None:
        return person(who)
    if not agent.email:
        raise UserError(_("{name} has no address").format(name=name))
    return Address(agent.title or agent.name, agent.email.lower())


def _history(said: list[Message], desk: Desk) -> str:
    """What customer and desk said to each other, without what is internal."""
    open_ = [m for m in said if not m.internal and m.delivery != "cancelled"]
    zone = ZoneInfo(desk.settings.desk.timezone)
    titles = {agent.name: agent.title or agent.name for agent in desk.settings.agents}
    whole = [
        (titles.get(m.author, m.author), m.at.astimezone(zone), m.text[: m.cut]) for m in open_
    ]
    return "\n\n".join(f"{who}, {at:%Y-%m-%d %H:%M}\n{text.strip()}" for who, at, text in whole)
