"""Who calls, and what an agent was told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kfdesk.i18n import _, ngettext
from kfdesk.output import line, record
from kfdesk.output.terminal import moment
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from kfdesk.desk.teamwork.alerts import Told
    from kfdesk.desk.teamwork.calls import Caller


def print_caller(one: Caller, *, as_json: bool) -> None:
    """Print who calls, and what of theirs is open."""
    if as_json:
        record(one.as_json())
        return
    name = one.name or one.email or _("somebody new")
    count = ngettext("{open} open of {n} ticket", "{open} open of {n} tickets", one.tickets)
    about = count.format(open=one.open, n=one.tickets)
    line(clean_line(f"{one.customer}  {name}  {one.call.phone}  {about}"))
    for row in one.newest:
        line(clean_line(f"  #{row.number}  {row.subject}"))


def print_told(found: Iterable[Told], timezone: str, *, as_json: bool) -> None:
    """Print what an agent was told."""
    for one in found:
        if as_json:
            record({"at": one.at, "kind": one.kind, "ticket": one.ticket,
                    "customer": one.customer, "text": one.text})  # fmt: skip
        else:
            about = f"#{one.ticket}" if one.ticket is not None else ""
            line(clean_line(f"{moment(one.at, timezone)}  {one.kind}  {about}  {one.text}"))
