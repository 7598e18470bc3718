"""What agents are writing: one draft per ticket, agent and kind (reply, note)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from kfdesk.store.tables import DraftRow
from kfdesk.store.tx import Tx

_draft = DraftRow.__table__  # type: ignore[attr-defined]


def get(tx: Tx, number: int, agent: str, kind: str) -> str:
    """Return a draft, empty if there is none."""
    statement = select(_draft.c.text).where(
        _draft.c.ticket_id == number, _draft.c.agent == agent, _draft.c.kind == kind
    )
    return tx.scalar(statement) or ""


def put(tx: Tx, number: int, agent: str, kind: str, text: str, now: datetime) -> None:
    """Save a draft; an empty one is removed."""
    if not text:
        tx.execute(
            delete(_draft).where(
                _draft.c.ticket_id == number, _draft.c.agent == agent, _draft.c.kind == kind
            )
        )
        return
    tx.execute(
        insert(_draft).prefix_with("OR REPLACE", dialect="sqlite"),
        {
            "ticket_id": number,
            "agent": agent,
            "kind": kind,
            "text": text,
            "head": {},
            "updated_at": now,
        },
    )
