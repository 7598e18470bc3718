"""What leaves the desk, and what the doctor found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.i18n import _
from kfdesk.model import OutboxRow
from kfdesk.output import line, record
from kfdesk.output.terminal import moment
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from kfdesk.desk.admin.doctor import Finding
    from kfdesk.desk.sending.leaving import Leaving
    from kfdesk.desk.syncing.standing import Standing


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
        "kind": row.kind,
        "created_at": row.created_at,
        "tried_at": row.claimed_at,
        "in_sent": row.payload.get("in_sent"),
    }


def print_channels(found: Iterable[Standing], timezone: str, *, as_json: bool) -> None:
    """Print how channels stand."""
    for one in found:
        waits = {state.value: n for state, n in one.waiting.items()}
        if as_json:
            record(
                {
                    "channel": one.channel.name,
                    "address": one.channel.address or None,
                    "synced_at": one.synced_at,
                    "error": one.error or None,
                    "error_at": one.error_at,
                    "waiting": waits,
                }
            )
            continue
        synced = moment(one.synced_at, timezone) if one.synced_at else "–"
        told = ", ".join(f"{labels.delivery(state)} {n}" for state, n in one.waiting.items())
        line("  ".join(filter(None, (one.channel.name, one.channel.address, synced, told))))
        if one.error:
            line(f"    {one.error}")


def print_leaving(found: Leaving, *, as_json: bool) -> None:
    """Print what an outbox row sends."""
    if as_json:
        told = {"head": dict(found.head), "text": found.text, "files": list(found.files)}
        record(_outbox_json(found.row) | told)
        return
    for name, value in found.head:
        line(clean_line(_("{name}: ").format(name=name) + value))
    line("")
    for text in found.text.splitlines():
        line(clean_line(text))
    for file in found.files:
        line(clean_line(f"+ {file}"))


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
