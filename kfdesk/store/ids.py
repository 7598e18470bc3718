"""Numbers for new rows, given out in bulk under the write lock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from kfdesk.store.tx import Tx


def next_id(tx: Tx, table: Any) -> int:
    """Return the first free id of a table; rows are never deleted from the end, so none comes twice."""
    return int(tx.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0) + 1
