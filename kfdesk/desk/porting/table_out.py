"""Tickets as CSV: fit for a spreadsheet, where nothing that a customer wrote becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.porting.table import GUARDED
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Ticket
from kfdesk.rules.names import hint
from kfdesk.store import whole_tickets
from kfdesk.store.porting import exported
from kfdesk.store.tx import Tx

_WAVE = 500
_FIELD = "field."
#: Column → what stands in it; `body` is the first thing that the customer said.
COLUMNS: dict[str, Callable[[Ticket], Any]] = {
    "number": lambda t: t.number,
    "subject": lambda t: t.subject,
    "status": lambda t: t.substatus or t.status.value,
    "priority": lambda t: t.priority.value,
    "type": lambda t: t.type,
    "channel": lambda t: t.channel,
    "account": lambda t: t.account,
    "category": lambda t: t.category,
    "team": lambda t: t.team,
    "assignee": lambda t: t.assignee,
    "customer": lambda t: t.customer.name,
    "email": lambda t: t.customer.email,
    "groups": lambda t: ", ".join(t.customer.groups),
    "tags": lambda t: ", ".join(t.tags),
    "created_at": lambda t: t.created_at,
    "updated_at": lambda t: t.updated_at,
    "messages": lambda t: t.message_count,
    "breached": lambda t: "yes" if t.breached else "no",
    "satisfaction": lambda t: t.satisfaction.score if t.satisfaction else "",
    "solved_at": lambda _t: "",
    "closed_at": lambda _t: "",
    "body": lambda _t: "",
}
_USUAL = tuple(
    name
    for name in COLUMNS
    if name not in ("account", "groups", "type", "breached", "satisfaction")
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which columns, and whether it begins as Excel wants it."""

    columns: tuple[str, ...]
    bom: bool = False


def columns(desk: Desk, wanted: Sequence[str]) -> tuple[str, ...]:
    """Check which columns are asked for; without any, the usual ones and every own field."""
    own = [f"{_FIELD}{field.name}" for field in desk.settings.fields]
    if not wanted:
        return (*_USUAL, *own)
    known = [*COLUMNS, *own]
    for name in wanted:
        if name not in known:
            raise UserError(
                _("unknown column “{name}”{hint}").format(name=name, hint=hint(name, known, 40))
            )
    return tuple(wanted)


def write(
    desk: Desk,
    tx: Tx,
    numbers: Sequence[int],
    shape: Shape,
    stream: IO[bytes],
    progress: Callable[[str, int, int], None],
) -> int:
    """Write tickets; return how many. Times are the desk's own, with their offset."""
    names = shape.columns
    out = io.TextIOWrapper(stream, "utf-8-sig" if shape.bom else "utf-8", "replace", newline="")
    zone = ZoneInfo(desk.settings.desk.timezone)
    writer = csv.writer(out)
    writer.writerow(names)
    ended = {"solved_at", "closed_at"} & set(names)
    for start in range(0, len(numbers), _WAVE):
        wave = numbers[start : start + _WAVE]
        bodies = exported.first_said(tx, wave) if "body" in names else {}
        ends = exported.ends(tx, wave) if ended else {}
        for ticket in whole_tickets.get_many(tx, wave):
            more = {
                "body": bodies.get(ticket.number, ""),
                "solved_at": ends.get(ticket.number, (None, None))[0],
                "closed_at": ends.get(ticket.number, (None, None))[1],
            }
            writer.writerow([_cell(_value(ticket, name, more), zone) for name in names])
        progress("tickets", start + len(wave), len(numbers))
    out.flush()
    out.detach()
    return len(numbers)


def _value(ticket: Ticket, name: str, more: dict[str, Any]) -> Any:
    if name.startswith(_FIELD):
        value = ticket.fields.get(name.removeprefix(_FIELD))
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return more[name] if name in more else COLUMNS[name](ticket)


def _cell(value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    text = str(value)
    # A spreadsheet would take it for a formula; `import csv` takes the mark off again.
    if isinstance(value, str) and text.startswith(GUARDED):
        return f"'{text}"
    return text
