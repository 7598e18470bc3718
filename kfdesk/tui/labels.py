"""The words for statuses, priorities, deliveries and fields, in the language in use."""

from __future__ import annotations

from kfdesk.i18n import _
from kfdesk.model import Priority, Status


def status(value: Status) -> str:
    """A status in a word."""
    return {
        Status.NEW: _("new"),
        Status.OPEN: _("open"),
        Status.PENDING: _("pending"),
        Status.HOLD: _("hold"),
        Status.SOLVED: _("solved"),
        Status.CLOSED: _("closed"),
    }[value]


def priority(value: Priority) -> str:
    """A priority in a word."""
    return {
        Priority.LOW: _("low"),
        Priority.NORMAL: _("normal"),
        Priority.HIGH: _("high"),
        Priority.URGENT: _("urgent"),
    }[value]


def delivery(state: str) -> str:
    """What became of something that was to leave, in words."""
    return {
        "queued": _("waiting for the next sync"),
        "sending": _("being sent"),
        "sent": _("sent"),
        "failed": _("not sent"),
        "unknown": _("perhaps sent: please check"),
        "cancelled": _("taken back"),
    }.get(state, state)


def field(name: str) -> str:
    """A field of a ticket in a word."""
    return {
        "number": _("No."),
        "subject": _("Subject"),
        "status": _("Status"),
        "priority": _("Priority"),
        "channel": _("Channel"),
        "account": _("Mailbox"),
        "category": _("Category"),
        "team": _("Team"),
        "assignee": _("Assignee"),
        "customer": _("Customer"),
        "tags": _("Tags"),
        "created": _("Created"),
        "updated": _("Updated"),
        "last": _("Last"),
        "due": _("Due"),
        "messages": _("Messages"),
    }.get(name, name)


def size(count: int) -> str:
    """A file's size for people."""
    if count < 1000:
        return _("{n} bytes").format(n=count)
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
