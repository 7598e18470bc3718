"""The desk's own facts."""

from __future__ import annotations

import secrets

from sqlalchemy import insert, select

from kfdesk.store.tables import AgentRow, Meta, TeamRow
from kfdesk.store.tx import Tx

_meta = Meta.__table__  # type: ignore[attr-defined]
_agent = AgentRow.__table__  # type: ignore[attr-defined]
_team = TeamRow.__table__  # type: ignore[attr-defined]


def get(tx: Tx, key: str) -> str:
    """Return a fact, empty if it was never set."""
    return tx.scalar(select(_meta.c.value).where(_meta.c.key == key)) or ""


def put(tx: Tx, key: str, value: str) -> None:
    """Set a fact."""
    tx.execute(
        insert(_meta).prefix_with("OR REPLACE", dialect="sqlite"), {"key": key, "value": value}
    )


def secret(tx: Tx) -> bytes:
    """The key that this desk signs its Message-IDs with; empty until `make_secret`."""
    return bytes.fromhex(get(tx, "secret"))


def make_secret(tx: Tx) -> bytes:
    """Make the signing key if there is none; in a write transaction."""
    if not (found := secret(tx)):
        found = secrets.token_bytes(32)
        put(tx, "secret", found.hex())
    return found


def keep_people(tx: Tx, agents: list[tuple[str, str, str]], teams: list[tuple[str, str]]) -> None:
    """Keep the configuration's agents (name, title, email) and teams; others become inactive."""
    tx.execute(_agent.update().values(active=False))
    tx.execute(_team.update().values(active=False))
    if agents:
        tx.execute(
            insert(_agent).prefix_with("OR REPLACE", dialect="sqlite"),
            [{"name": n, "title": t, "email": e, "active": True} for n, t, e in agents],
        )
    if teams:
        tx.execute(
            insert(_team).prefix_with("OR REPLACE", dialect="sqlite"),
            [{"name": n, "title": t, "active": True} for n, t in teams],
        )
