"""Who may be meant by the first letters of a name: people of the ticket, of the desk, customers."""

from __future__ import annotations

from collections.abc import Iterator

from kfdesk.desk import Desk
from kfdesk.initials import initials
from kfdesk.model import Address
from kfdesk.store import customers, whole_tickets
from kfdesk.store.people import addressbook
from kfdesk.text import clean_line, fold

_OFFERED = 8


def offers(desk: Desk, number: int, typed: str) -> list[Address]:
    """Return who may be meant on a ticket, the nearest first; customers from two letters on.

    One Chinese character says as much as two letters.
    """
    words = clean_line(typed).strip().lstrip("@")
    with desk.store.read() as tx:
        ticket = whole_tickets.get(tx, number)
        theirs = sorted(customers.emails_of(tx, [ticket.customer.id])[ticket.customer.id])
        near = [Address(ticket.customer.name, email) for email in theirs]
        near += [*ticket.collaborators, *_agents(desk)]
        found = [one for one in near if _fits(one, words)]
        if len(words) > 1 or not words.isascii():
            found += addressbook.beginning(tx, words, _OFFERED)
    return list({one.email: one for one in reversed(found)}.values())[::-1][:_OFFERED]


def _agents(desk: Desk) -> Iterator[Address]:
    for agent in desk.settings.agents:
        if agent.email:
            yield Address(agent.title or agent.name, agent.email.lower())


def _fits(one: Address, words: str) -> bool:
    """Whether a word of the name, its sound in Chinese, or the address begins so."""
    wanted, name = fold(words), fold(one.name)
    starts = (name, one.email, *name.split(), initials(one.name))
    return any(start.startswith(wanted) for start in starts)
