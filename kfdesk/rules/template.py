"""Templates: `{{customer.name}}` and its kin, put in as plain text that is not read again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kfdesk.rules.names import hint

#: Every name that may stand between braces, and what it becomes.
VARIABLES: Mapping[str, str] = {
    "ticket.number": "the ticket's number",
    "ticket.token": "the number as a subject carries it, with its check digit",
    "ticket.subject": "the ticket's subject",
    "ticket.status": "where the ticket stands",
    "ticket.priority": "how soon",
    "ticket.category": "its category",
    "ticket.team": "the team that has it",
    "customer.name": "the customer's name, or their address",
    "customer.email": "the address that the customer is written to",
    "agent.name": "the agent who has it",
    "agent.title": "that agent's name as customers read it",
    "desk.name": "the name of the desk",
}

_HOLE = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")


def names(text: str) -> list[str]:
    """Return the names between braces, in order."""
    return _HOLE.findall(text)


def unknown(text: str, known: Iterable[str] = VARIABLES) -> list[str]:
    """Return the names between braces that nothing is known of."""
    found = set(known)
    return [name for name in names(text) if name not in found]


def nearest(name: str) -> str:
    """Return what to add to "unknown variable …"."""
    return hint(name, VARIABLES, 40)


def render(text: str, values: Mapping[str, str]) -> str:
    """Return the template with its values put in; a name without a value becomes nothing."""
    return _HOLE.sub(lambda hole: values.get(hole[1], ""), text)
