"""What is asked of a ticket, work that was written down, mails that could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.desk.tickets import plain
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.model import Ticket
from kfdesk.output import line, record
from kfdesk.output.terminal import moment, show
from kfdesk.output.tickets import print_ticket
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from kfdesk.desk.tickets.forms import Asked, Filled
    from kfdesk.desk.tickets.solving import Solved
    from kfdesk.store.spent import Spent


def print_fields(found: Filled, *, as_json: bool) -> None:
    """Print what is asked of a ticket, and what is missing."""
    if as_json:
        record(
            {
                "form": found.form.name if found.form else None,
                "text": found.form.text if found.form else "",
                "fields": [_field_json(one) for one in found.fields],
                "others": [_field_json(one) for one in found.others],
                "missing": [one.name for one in found.missing],
            }
        )
        return
    from rich.table import Table
    from rich.text import Text

    if found.form is not None:
        line(found.form.title or found.form.name)
        if found.form.text:
            line(found.form.text)
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for title in (_("Field"), pgettext("column", "Name"), _("Value"), ""):
        table.add_column(title)
    for one in (*found.fields, *found.others):
        note = labels.remark(one.value, allowed=one.allowed, required=one.required)
        cells = (one.title, one.name, labels.value(one.name, one.value), note)
        table.add_row(*(Text(clean_line(cell)) for cell in cells))
    show(table)
    if found.missing:
        names = _(", ").join(one.title for one in found.missing)
        line(_("to be filled in before it is solved: {fields}").format(fields=names))


def _field_json(one: Asked) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "type": one.field.type,
        "value": one.value,
        "allowed": one.allowed,
        "required": one.required,
        "choices": list(one.field.choices),
    }


def print_spent(found: Iterable[Spent], timezone: str, *, as_json: bool) -> None:
    """Print the work that was written down on a ticket."""
    total = timedelta(0)
    for one in found:
        total += one.time
        if as_json:
            seconds = int(one.time.total_seconds())
            record({"at": one.at, "agent": one.agent, "seconds": seconds, "note": one.note})
        else:
            parts = (moment(one.at, timezone), labels.length(one.time), one.agent, one.note)
            line(clean_line("  ".join(parts)))
    if not as_json:
        line(_("{time} in all").format(time=labels.length(total)))


def print_solved(found: Solved, *, as_json: bool) -> None:
    """Print what was solved, and what of a problem is open still."""
    if as_json:
        incidents = {"solved": list(found.incidents), "open": list(found.waiting)}
        record(plain.ticket_json(found.ticket) | {"incidents": incidents})
        return
    print_ticket(found.ticket, as_json=False)
    if n := len(found.incidents):
        text = ngettext("{n} incident of it solved too", "{n} incidents of it solved too", n)
        line(text.format(n=n))
    if n := len(found.waiting):
        text = ngettext(
            "{n} incident of it is open still: {command} solves it too",
            "{n} incidents of it are open still: {command} solves them too",
            n,
        )
        command = f"kfdesk solve {found.ticket.number} --incidents"
        line(text.format(n=n, command=command))


def print_quarantine(found: Iterable[Ticket], *, as_json: bool) -> None:
    """Print the tickets of mails that could not be read, each with its reason."""
    n = 0
    for ticket in found:
        n += 1
        if as_json:
            record(plain.ticket_json(ticket))
        else:
            who = ticket.customer.email or ticket.customer.name
            reason = labels.reason(ticket.quarantine)
            line(clean_line(f"#{ticket.number}  {reason}  {who}  {ticket.subject}"))
    if not as_json:
        line(ngettext("{n} ticket", "{n} tickets", n).format(n=n))
