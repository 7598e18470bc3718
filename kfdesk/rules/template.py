"""Templates: `{{customer.name}}` and its kin, put in as plain text that is not read again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kfdesk.rules.names import hint

#: What stands for a customer's score, 1 to 5, in a text that asks for it.
SCORES: Mapping[str, int] = {
    "csat.good": 5,
    "csat.ok": 3,
    "csat.bad": 1,
    **{f"csat.{score}": score for score in range(1, 6)},
}

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
    **{name: f"where the customer gives {score} of 5, by `csat`" for name, score in SCORES.items()},
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
