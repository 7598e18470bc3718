"""What leaves the desk, and what the doctor found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.i18n import _
from kfdesk.model import OutboxRow
from kfdesk.output import line, record
from kfdesk.output.terminal import moment

if TYPE_CHECKING:
    from kfdesk.desk.admin.doctor import Finding


def print_outbox(rows: Iterable[OutboxRow], timezone: str, *, as_json: bool) -> None:
    """Print the outbox."""
    for row in rows:
        if as_json:
            record(_outbox_json(row))
        else:
            to = ", ".join(row.to)
            when = moment(row.not_before, timezone)
            state = labels.delivery(row.state)
            line(f"{row.id}  #{row.ticket}  {state}  {when}  {to}  {row.subject}")
            if row.error:
                line(f"    {row.error}")


def _outbox_json(row: OutboxRow) -> dict[str, Any]:
    """Return the JSON of an outbox row."""
    return {
        "id": row.id,
        "ticket": row.ticket,
        "channel": row.channel,
        "to": list(row.to),
        "subject": row.subject,
        "state": row.state.value,
        "attempts": row.attempts,
        "not_before": row.not_before,
        "error": row.error or None,
        "message_id": row.message_id,
        "automatic": row.automatic,
    }


def print_finding(found: Finding, *, as_json: bool) -> None:
    """Print one finding of the doctor."""
    if as_json:
        record(
            {
                "level": found.level,
                "subject": found.subject,
                "detail": found.detail,
                "remedy": found.remedy,
            }
        )
        return
    sign = {"ok": "✓", "warning": "!", "error": "✗"}[found.level]
    line(f"{sign} " + _("{name}: ").format(name=found.subject) + found.detail)
    if found.remedy:
        line(f"    → {found.remedy}")
