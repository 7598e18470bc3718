"""Tickets in a table, or one in a line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kfdesk import labels
from kfdesk.desk.tickets import plain
from kfdesk.i18n import _, ngettext
from kfdesk.model import Ticket
from kfdesk.output import line, record
from kfdesk.output.terminal import console, moment, show
from kfdesk.text import clean_line


def print_tickets(found: Iterable[Ticket], timezone: str, *, as_json: bool) -> None:
    """Print a list of tickets."""
    if as_json:
        for ticket in found:
            record(plain.ticket_json(ticket))
        return
    from rich.table import Table
    from rich.text import Text

    shown = list(found)
    promised = any(ticket.due_at or ticket.breached for ticket in shown)
    # Expanded, the subject gets what the others leave; else a long one would squeeze them out.
    table = Table(box=None, padding=(0, 1), header_style="bold", expand=True)
    wide = console().width >= 100
    spacious = wide and not promised  # deadlines take the room of the years
    customer, owner = (
        (24, 14) if spacious else (18, 12) if wide else (12, 9) if console().width >= 72 else (6, 6)
    )
    columns: list[tuple[str, dict[str, Any]]] = [
        ("#", {"justify": "right", "min_width": 3}),
        (_("Status"), {"min_width": 7}),
        (_("Priority"), {"min_width": 6}),
        (_("Updated"), {"min_width": 16 if spacious else 11}),
        (_("Due"), {"min_width": 11}),
        (_("Customer"), {"max_width": customer, "min_width": customer, "overflow": "ellipsis"}),
        (_("Assignee"), {"max_width": owner, "min_width": owner, "overflow": "ellipsis"}),
        (_("Subject"), {"overflow": "ellipsis", "ratio": 1, "min_width": 10}),
    ]
    # In a narrow terminal the deadline stands where the last change would.
    left_out = 4 if not promised else 3 if not wide else -1
    for place, (title, options) in enumerate(columns):
        if place != left_out:
            table.add_column(title, no_wrap=True, **options)
    for ticket in shown:
        cells = (
            str(ticket.number),
            labels.status(ticket.status, ticket.substatus),
            labels.priority(ticket.priority),
            moment(ticket.updated_at, timezone)[0 if spacious else 5 :],
            _due(ticket, timezone),
            ticket.customer.name or ticket.customer.email,
            ticket.assignee or ticket.team or "–",
            ticket.subject or _("(no subject)"),
        )
        told = [cell for place, cell in enumerate(cells) if place != left_out]
        table.add_row(*(Text(clean_line(cell)) for cell in told))
    show(table)
    line(ngettext("{n} ticket", "{n} tickets", table.row_count).format(n=table.row_count))


def _due(ticket: Ticket, timezone: str) -> str:
    """The next deadline, marked where one was missed already."""
    at = moment(ticket.due_at, timezone)[5:] if ticket.due_at else ""
    return f"! {at}".rstrip() if ticket.breached else at


def print_ticket(ticket: Ticket, *, as_json: bool) -> None:
    """Print what a change made of a ticket."""
    if as_json:
        record(plain.ticket_json(ticket))
        return
    owner = ticket.assignee or ticket.team or _("nobody")
    line(
        _("#{number} {subject} — {status}, {priority}, {owner}").format(
            number=ticket.number,
            subject=clean_line(ticket.subject),
            status=labels.status(ticket.status, ticket.substatus),
            priority=labels.priority(ticket.priority),
            owner=owner,
        )
    )
