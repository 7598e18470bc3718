"""Operations: what one thing that a person did wrote, so that it can be undone as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from kfdesk.model import Actor
from kfdesk.store.ids import next_id
from kfdesk.store.tables import EventRow, OperationRow
from kfdesk.store.tx import Tx

_operation = OperationRow.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_KEY = "operation"


def current(tx: Tx) -> int | None:
    """The operation that this transaction is, if it is one: each journal line names it."""
    found: int | None = tx.info.get(_KEY)
    return found


@contextmanager
def recorded(
    tx: Tx, actor: Actor, kind: str, at: datetime, detail: Mapping[str, Any] | None = None
) -> Iterator[int]:
    """Make what is written inside one operation; yields its id. One that did nothing leaves none.

    `kind` is what was done: set, reply, note, assign, merge, …; `detail` what its inverse asks for.
    """
    id = next_id(tx, _operation)
    values = {"id": id, "at": at, "by": actor.kind.value, "actor": actor.name, "kind": kind}
    tx.execute(insert(_operation), values | {"detail": dict(detail or {})})
    tx.info[_KEY] = id
    try:
        yield id
    finally:
        del tx.info[_KEY]
    if tx.scalar(select(_event.c.id).where(_event.c.operation_id == id).limit(1)) is None:
        tx.execute(delete(_operation).where(_operation.c.id == id))


def put_detail(tx: Tx, detail: Mapping[str, Any]) -> None:
    """Say more of the current operation: what its inverse asks for."""
    tx.execute(update(_operation).where(_operation.c.id == current(tx)).values(detail=dict(detail)))
