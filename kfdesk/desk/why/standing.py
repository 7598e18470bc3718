"""Where a ticket stands: its main facts, each with what gave it the value that it has."""

from __future__ import annotations

from collections.abc import Sequence

from kfdesk.desk.why.facts import Standing
from kfdesk.model import By, Event, Ticket

_FIELDS = (
    "status", "substatus", "type", "priority", "category", "team", "assignee", "tags",
    "snoozed_until", "task_due",
)  # fmt: skip


def standing(
    ticket: Ticket, events: Sequence[Event], routes: frozenset[str]
) -> tuple[Standing, ...]:
    """Return the facts of a ticket; `routes` are the names that are routes', not rules'."""
    last: dict[str, Event] = {}
    for event in events:
        for name in event.changes:
            last[name] = event
    wanted = [(name, getattr(ticket, name)) for name in _FIELDS]
    wanted += [(f"field.{name}", value) for name, value in ticket.fields.items()]
    return tuple(
        _one(name, list(value) if isinstance(value, tuple) else value, last.get(name), routes)
        for name, value in wanted
        if value or name in ("team", "assignee")
    )


def _one(name: str, value: object, event: Event | None, routes: frozenset[str]) -> Standing:
    if event is None:
        return Standing(name, value)
    by, who = str(event.actor.kind), event.rule or event.actor.name
    if event.kind == "created":
        by = "created"
    if event.actor.kind is By.RULE and who in routes:
        by = "route"
    return Standing(name, value, by, who, event.at, event.id)
