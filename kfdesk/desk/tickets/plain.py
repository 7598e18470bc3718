"""A ticket as the plain data that other programs rely on: the JSON of commands and of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kfdesk.model import Ticket


def moment(value: object) -> str:
    """Return a time as JSON has it. TypeError for anything else: it has no JSON form."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no JSON form")


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """Return the JSON of a ticket, times as datetimes; no key of it is ever renamed."""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.substatus or ticket.status.value,
        "status_kind": ticket.status.value,
        "type": ticket.type or None,
        "priority": ticket.priority.value,
        "channel": ticket.channel,
        "account": ticket.account,
        "category": ticket.category,
        "team": ticket.team or None,
        "assignee": ticket.assignee or None,
        "customer": {
            "id": ticket.customer.id,
            "name": ticket.customer.name,
            "email": ticket.customer.email,
            "groups": list(ticket.customer.groups),
            "organisation": ticket.customer.organisation or None,
            "language": ticket.customer.language or None,
            "fields": dict(ticket.customer.fields),
        },
        "tags": list(ticket.tags),
        "fields": dict(ticket.fields),
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "first_response_due": ticket.first_response_due,
        "resolve_due": ticket.resolve_due,
        "next_response_due": ticket.next_response_due,
        "due": ticket.due_at,
        "sla": ticket.sla,
        "snoozed_until": ticket.snoozed_until,
        "task_due": ticket.task_due,
        "breached": ticket.breached,
        "csat": None
        if ticket.satisfaction is None
        else {"score": ticket.satisfaction.score, "comment": ticket.satisfaction.comment},
        "message_count": ticket.message_count,
        "version": ticket.version,
        "spent": int(ticket.spent.total_seconds()),
        "spam": ticket.spam,
        "quarantine": ticket.quarantine or None,
        "merged_into": ticket.merged_into,
        "deleted_at": ticket.deleted_at,
        "followers": list(ticket.followers),
        "collaborators": [
            {"name": person.name, "email": person.email} for person in ticket.collaborators
        ],
        "links": [
            {"kind": kind, "number": number, "reason": reason}
            for kind, number, reason in ticket.links
        ],
    }
