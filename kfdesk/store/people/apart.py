"""Pairs of customers of whom a person said that they are not one: no suggestion brings them up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, or_, select

from kfdesk.store.ids import among, these
from kfdesk.store.tables import ApartRow
from kfdesk.store.tx import Tx

_apart = ApartRow.__table__  # type: ignore[attr-defined]


def put(tx: Tx, one: int, other: int, actor: str, at: datetime) -> bool:
    """Write that two are not one; False where that was said before."""
    low, high = sorted((one, other))
    if low in of(tx, [high]).get(high, ()):
        return False
    tx.execute(insert(_apart), {"one": low, "other": high, "actor": actor, "at": at})
    return True


def remove(tx: Tx, one: int, other: int) -> bool:
    """Forget that two are not one; False where nobody said it."""
    low, high = sorted((one, other))
    gone = tx.execute(delete(_apart).where(_apart.c.one == low, _apart.c.other == high))
    return bool(gone.rowcount)


def of(tx: Tx, ids: Iterable[int]) -> dict[int, set[int]]:
    """Return {customer: those whom they are not} of some customers."""
    wanted = set(ids)
    statement = select(_apart.c.one, _apart.c.other).where(
        or_(among(_apart.c.one), among(_apart.c.other))
    )
    found: dict[int, set[int]] = {}
    for one, other in tx.execute(statement, these(wanted)):
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {id: found[id] for id in wanted if id in found}


def every(tx: Tx) -> set[tuple[int, int]]:
    """Return all such pairs, the smaller id first."""
    return {(one, other) for one, other in tx.execute(select(_apart.c.one, _apart.c.other))}
