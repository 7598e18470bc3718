"""The newest open tickets, read with sqlite3 alone: the queue before the store is there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kfdesk.model import OPEN_STATUSES, Priority, Status, TicketRow

_ROWS = """
SELECT ticket.id, subject, status, priority, channel, team, assignee, customer.name,
       customer.email, ticket.created_at, updated_at, due_at, message_count, unread, version, sla,
       substatus
FROM ticket JOIN customer ON customer.id = ticket.customer_id
WHERE ticket.id IN (
    SELECT id FROM ticket
    WHERE status IN (?, ?, ?, ?) AND deleted_at IS NULL AND merged_into IS NULL AND NOT spam
    ORDER BY updated_at DESC, id DESC LIMIT ?
)
ORDER BY updated_at DESC, ticket.id DESC
"""
_THESE = f"""
{_ROWS.partition("WHERE")[0]}
JOIN json_each(?) AS wanted ON wanted.value = ticket.id
WHERE ticket.deleted_at IS NULL AND ticket.merged_into IS NULL
ORDER BY wanted.key LIMIT ?
"""
_STATE = "SELECT state FROM console_state WHERE agent = ?"


def glance(file: Path, limit: int, numbers: Sequence[int] = ()) -> list[TicketRow]:
    """Return the rows of these tickets, or the first of `is:open`, without tags.

    None where there is no desk. It is a look, not a read: a desk that has to be migrated first has
    nothing to show yet.
    """
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=0.1)) as connection:
        try:
            if numbers:
                rows = connection.execute(_THESE, (json.dumps(list(numbers)), limit)).fetchall()
            else:
                rows = connection.execute(_ROWS, (*OPEN_STATUSES, limit)).fetchall()
        except sqlite3.OperationalError:
            return []
    return [
        TicketRow(
            number=number,
            subject=subject,
            status=Status(status),
            priority=Priority.of_rank(priority),
            channel=channel,
            team=team,
            assignee=assignee,
            customer=name,
            customer_email=email,
            created_at=_at(created),
            updated_at=_at(updated),
            due_at=_at(due) if due else None,
            message_count=count,
            unread=bool(unread),
            tags=(),
            version=version,
            sla=sla,
            substatus=substatus,
        )
        for (
            number, subject, status, priority, channel, team, assignee, name, email, created,
            updated, due, count, unread, version, sla, substatus,
        ) in rows
    ]  # fmt: skip


def remembered(file: Path, agent: str) -> dict[str, Any]:
    """What the agent's console remembers; nothing where there is no desk, or an older one."""
    if not file.exists():
        return {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=0.1)) as connection:
        try:
            row = connection.execute(_STATE, (agent,)).fetchone()
        except sqlite3.OperationalError:
            return {}
    return json.loads(row[0]) if row else {}


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
