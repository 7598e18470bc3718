"""What agents are writing: one draft per ticket, agent and kind (reply, note)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

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


def head(tx: Tx, number: int, agent: str, kind: str) -> dict[str, Any]:
    """Return what a draft's letter has beside its text; nothing if there is none."""
    statement = select(_draft.c.head).where(
        _draft.c.ticket_id == number, _draft.c.agent == agent, _draft.c.kind == kind
    )
    return dict(tx.scalar(statement) or {})


def put(
    tx: Tx,
    number: int,
    agent: str,
    kind: str,
    text: str,
    now: datetime,
    head: Mapping[str, Any] | None = None,
) -> None:
    """Save a draft; an empty one is removed."""
    if not text and not head:
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
            "head": dict(head or {}),
            "updated_at": now,
        },
    )


def drop(tx: Tx, number: int, agent: str, kind: str, text: str) -> None:
    """Remove a draft that still holds this text."""
    tx.execute(
        delete(_draft).where(
            _draft.c.ticket_id == number,
            _draft.c.agent == agent,
            _draft.c.kind == kind,
            _draft.c.text == text,
        )
    )


def begun(tx: Tx, agent: str, numbers: Sequence[int]) -> set[int]:
    """Return those of a few tickets on which an agent has begun to write."""
    statement = select(_draft.c.ticket_id).where(
        _draft.c.agent == agent, _draft.c.ticket_id.in_(numbers)
    )
    return {row.ticket_id for row in tx.execute(statement)}
