"""Somebody calls by telephone: they are met by their number, and their card is at hand at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.customers import identity
from kfdesk.desk.customers.card import open_tickets
from kfdesk.desk.customers.meeting import Claim, Person, meet
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import TicketRow
from kfdesk.store import customers
from kfdesk.store.people import profiles, timeline
from kfdesk.store.teamwork import calls
from kfdesk.store.teamwork.calls import Call
from kfdesk.store.tx import Tx

#: So many of their open tickets are told when they ring.
_TICKETS = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """Who rings, and what of theirs is open."""

    call: Call
    customer: int
    name: str
    email: str
    organisation: str
    groups: tuple[str, ...]
    tickets: int
    open: int
    newest: tuple[TicketRow, ...]

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk call --json` prints."""
        return {
            "id": self.call.id,
            "at": self.call.at,
            "phone": self.call.phone,
            "agent": self.call.agent or None,
            "customer": {
                "id": self.customer,
                "name": self.name,
                "email": self.email,
                "organisation": self.organisation or None,
                "groups": list(self.groups),
            },
            "tickets": self.tickets,
            "open": self.open,
            "newest": [row.number for row in self.newest],
        }


def ring(desk: Desk, number: str, agent: str = "") -> Caller:
    """Tell the consoles of an agent, or of everybody, that a number calls.

    Who calls for the first time becomes a customer, known by that number. UserError for what is
    no telephone number, and for an agent who is none.
    """
    names = [one.name for one in desk.settings.agents]
    if agent and agent not in names:
        known = _(", ").join(names)
        told = _("there is no agent “{name}”; known are {known}")
        raise UserError(told.format(name=agent, known=known))
    pair = identity.normal("phone", number, identity.country(desk.settings))
    with desk.store.write() as tx:
        (customer,) = meet(tx, desk, [Person("", (Claim(*pair),))])
        call = calls.add(tx, pair[1], customer, agent, desk.clock())
        return caller(tx, call)


def caller(tx: Tx, call: Call) -> Caller:
    """Who rings; one who was merged meanwhile is who they were merged into."""
    id = profiles.last(tx, call.customer)
    who = customers.get(tx, id)
    every, open_ = timeline.counts(tx, [id]).get(id, (0, 0))
    return Caller(
        call, id, who.name, who.email, who.organisation, tuple(who.groups), every, open_,
        tuple(open_tickets(tx, id)[:_TICKETS]),
    )  # fmt: skip
