"""The columns of the queue, by the names that `[ui] columns` and views call them."""

from __future__ import annotations

from collections.abc import Iterable

COLUMNS = (
    "status", "priority", "number", "subject", "customer", "organisation", "team", "assignee",
    "updated", "created", "due", "channel", "category", "tags", "type", "task_due", "attachments",
    "messages",
)  # fmt: skip


def columns(fields: Iterable[str]) -> tuple[str, ...]:
    """Every column there is where tickets have these fields of the team's own."""
    return (*COLUMNS, *(f"field.{name}" for name in fields))
