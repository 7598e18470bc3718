"""Channels: how far each was read, and how its last sync went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from kfdesk.errors import Trouble
from kfdesk.model import Cursor
from kfdesk.store.tables import ChannelStateRow, CursorRow
from kfdesk.store.tx import Tx

_cursor = CursorRow.__table__  # type: ignore[attr-defined]
_state = ChannelStateRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ChannelState:
    """When a channel was last read without failure, and what the last failure was since then."""

    synced_at: datetime | None
    error: str
    error_at: datetime | None
    kind: Trouble = ""


def cursor(tx: Tx, account: str) -> dict[str, str]:
    """Return how far a channel was read."""
    statement = select(_cursor.c.folder, _cursor.c.value).where(_cursor.c.account == account)
    return dict(tx.execute(statement).all())


def save_cursor(tx: Tx, account: str, value: Cursor) -> None:
    """Remember how far a channel was read; belongs into the transaction of what was read."""
    tx.execute(delete(_cursor).where(_cursor.c.account == account))
    if value:
        tx.execute(
            insert(_cursor),
            [{"account": account, "folder": name, "value": text} for name, text in value.items()],
        )


def synced(tx: Tx, account: str, at: datetime, error: str = "", kind: Trouble = "") -> None:
    """Remember how a channel's sync ended."""
    old = states(tx).get(account)
    tx.execute(
        insert(_state).prefix_with("OR REPLACE", dialect="sqlite"),
        {
            "account": account,
            "synced_at": (old.synced_at if old else None) if error else at,
            "error": error,
            "error_at": at if error else None,
            "trouble": kind,
        },
    )


def states(tx: Tx) -> dict[str, ChannelState]:
    """Return {channel: how its last sync went}."""
    return {
        row.account: ChannelState(row.synced_at, row.error, row.error_at, row.trouble)
        for row in tx.execute(select(_state))
    }
