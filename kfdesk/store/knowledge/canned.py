"""Replies that agents kept for the next time, and how often each was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from kfdesk.store.tables import CannedRow, CannedUseRow
from kfdesk.store.tx import Tx

_canned = CannedRow.__table__  # type: ignore[attr-defined]
_use = CannedUseRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply that was kept; `agent` is whose it is, empty for everybody's."""

    name: str
    agent: str
    title: str
    language: str
    text: str


def of(tx: Tx, agent: str) -> list[Kept]:
    """Return an agent's own, then everybody's."""
    statement = (
        select(_canned.c.name, _canned.c.agent, _canned.c.title, _canned.c.language, _canned.c.text)
        .where(or_(_canned.c.agent == agent, _canned.c.agent == ""))
        .order_by(_canned.c.agent == "", _canned.c.id)
    )
    return [Kept(*row) for row in tx.execute(statement)]


def put(tx: Tx, kept: Kept) -> None:
    """Keep a reply, in the place of one of the same name, owner and language."""
    values = {"title": kept.title, "text": kept.text}
    statement = insert(_canned).values(
        name=kept.name, agent=kept.agent, language=kept.language, **values
    )
    tx.execute(
        statement.on_conflict_do_update(index_elements=["agent", "name", "language"], set_=values)
    )


def drop(tx: Tx, name: str, agent: str) -> int:
    """Forget the replies of that name and owner, in every language; return how many there were."""
    mine = (_canned.c.name == name) & (_canned.c.agent == agent)
    found = tx.scalar(select(func.count()).select_from(_canned).where(mine))
    tx.execute(delete(_canned).where(mine))
    return int(found or 0)


@dataclass(frozen=True, slots=True)
class Uses:
    """How often a reply was taken, by one agent and by all."""

    mine: int
    all: int


def uses(tx: Tx, agent: str) -> dict[str, Uses]:
    """Return {name: how often it was taken}."""
    mine = func.sum(_use.c.used).filter(_use.c.agent == agent)
    statement = select(_use.c.name, func.coalesce(mine, 0), func.sum(_use.c.used))
    return {name: Uses(own, every) for name, own, every in tx.execute(statement.group_by("name"))}


def count(tx: Tx, name: str, agent: str, now: datetime) -> None:
    """Count that an agent took a reply."""
    statement = insert(_use).values(name=name, agent=agent, used=1, used_at=now)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["name", "agent"], set_={"used": _use.c.used + 1, "used_at": now}
        )
    )
