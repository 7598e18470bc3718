"""What an agent's console remembers: where one was, what one has chosen. A JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from kfdesk.store.tables import ConsoleStateRow
from kfdesk.store.tx import Tx

_state = ConsoleStateRow.__table__  # type: ignore[attr-defined]


def state(tx: Tx, agent: str) -> dict[str, Any]:
    """What is remembered; empty if nothing."""
    return tx.scalar(select(_state.c.state).where(_state.c.agent == agent)) or {}


def remember(tx: Tx, agent: str, changed: Mapping[str, Any], now: datetime) -> None:
    """Remember more, beside what is remembered under other keys."""
    whole = {**state(tx, agent), **changed}
    tx.execute(
        insert(_state).prefix_with("OR REPLACE", dialect="sqlite"),
        {"agent": agent, "state": whole, "updated_at": now},
    )
