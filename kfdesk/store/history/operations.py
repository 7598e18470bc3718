"""Operations: what one thing that a person did wrote, so that it can be undone as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from kfdesk.errors import NotFound
from kfdesk.i18n import _
from kfdesk.model import Actor, By
from kfdesk.store.history import images
from kfdesk.store.history.images import Rows
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.tables import CustomerEventRow, EventRow, OperationRow
from kfdesk.store.tx import Tx

_operation = OperationRow.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_customer_event = CustomerEventRow.__table__  # type: ignore[attr-defined]
_KEY = "operation"


def current(tx: Tx) -> int | None:
    """The operation that this transaction is, if it is one: each journal line names it."""
    found: int | None = tx.info.get(_KEY)
    return found


@contextmanager
def recorded(
    tx: Tx,
    actor: Actor,
    kind: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
    *,
    lasting: bool = False,
) -> Iterator[int]:
    """Make what is written inside one operation; yields its id. One that did nothing leaves none.

    `kind` is what was done: set, reply, note, assign, merge, …; `detail` what its inverse asks for.
    One that is `lasting` can never be taken back: nothing is kept of how things were.
    """
    id = next_id(tx, _operation)
    values = {"id": id, "at": at, "by": actor.kind.value, "actor": actor.name, "kind": kind}
    tx.execute(insert(_operation), values | {"detail": dict(detail or {})})
    if not lasting:
        images.begin(tx)
    tx.info[_KEY] = id
    try:
        yield id
    finally:
        del tx.info[_KEY]
    touched = None if lasting else images.end(tx)
    if touched is None and not _told(tx, id):
        tx.execute(delete(_operation).where(_operation.c.id == id))
    else:
        tx.execute(update(_operation).where(_operation.c.id == id).values(images=touched))


def _told(tx: Tx, id: int) -> bool:
    """Whether the journal says something of an operation."""
    return any(
        tx.scalar(select(table.c.id).where(table.c.operation_id == id).limit(1)) is not None
        for table in (_event, _customer_event)
    )


def put_detail(tx: Tx, detail: Mapping[str, Any]) -> None:
    """Say more of the current operation: what its inverse asks for."""
    tx.execute(update(_operation).where(_operation.c.id == current(tx)).values(detail=dict(detail)))


# --- reading them


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that was done. `undoes` is set on an undo and on a redo, which undoes an undo."""

    id: int
    at: datetime
    actor: Actor
    kind: str
    detail: Mapping[str, Any]
    undoes: int | None
    undone_by: int | None
    lasting: bool  # it was never meant to be taken back: there are no images of it
    tickets: int = 0  # how many it went over


_READ = select(
    *(column for column in _operation.c if column.name != "images"),
    _operation.c.images.is_(None).label("lasting"),
    select(func.count(_event.c.ticket_id.distinct()))
    .where(_event.c.operation_id == _operation.c.id)
    .scalar_subquery()
    .label("tickets"),
)
#: What takes something back, or takes that back, is no step of its own.
TURNS = ("undo", "redo")


def get(tx: Tx, id: int) -> Operation:
    """Return an operation. NotFound if there is none."""
    row = tx.execute(_READ.where(_operation.c.id == id)).first()
    if row is None:
        raise NotFound(_("there is no operation {id}; `kfdesk history` lists them").format(id=id))
    return _of(row)


def _of(row: Any) -> Operation:
    return Operation(
        row.id,
        row.at,
        Actor(By(row.by), row.actor),
        row.kind,
        row.detail,
        row.undoes,
        row.undone_by,
        bool(row.lasting),
        row.tickets,
    )


def listed(
    tx: Tx, *, number: int | None = None, actor: str | None = None, limit: int | None = None
) -> list[Operation]:
    """Return operations, the newest first: of one ticket, of one agent."""
    return [_of(row) for row in tx.execute(_chosen(number, actor).limit(limit))]


def last(tx: Tx, *, number: int | None = None, actor: str | None = None) -> Operation | None:
    """Return the last operation that was not taken back: of one ticket, of one agent."""
    statement = _chosen(number, actor).where(
        _operation.c.kind.not_in(TURNS), _operation.c.undone_by.is_(None)
    )
    row = tx.execute(statement.limit(1)).first()
    return _of(row) if row else None


def last_undo(tx: Tx, *, number: int | None = None, actor: str | None = None) -> Operation | None:
    """Return the last undo that was not taken back itself: of one ticket, by one agent."""
    statement = _chosen(number, actor).where(
        _operation.c.kind == "undo", _operation.c.undone_by.is_(None)
    )
    row = tx.execute(statement.limit(1)).first()
    return _of(row) if row else None


def _chosen(number: int | None, actor: str | None) -> Select[Any]:
    statement = _READ.order_by(_operation.c.id.desc())
    if number is not None:
        touched = select(_event.c.operation_id).where(
            _event.c.ticket_id == number, _event.c.operation_id.is_not(None)
        )
        statement = statement.where(_operation.c.id.in_(touched))
    if actor is not None:
        statement = statement.where(_operation.c.actor == actor)
    return statement


def images_of(tx: Tx, id: int) -> list[Rows]:
    """Return the images of what an operation touched."""
    packed = tx.scalar(select(_operation.c.images).where(_operation.c.id == id))
    return images.unpack(packed) if packed else []


def turned(tx: Tx, id: int, undone: int) -> None:
    """Write that an operation takes another one back; what that one took back stands again."""
    tx.execute(update(_operation).where(_operation.c.id == id).values(undoes=undone))
    tx.execute(update(_operation).where(_operation.c.undone_by == undone).values(undone_by=None))
    tx.execute(update(_operation).where(_operation.c.id == undone).values(undone_by=id))


def later(tx: Tx, id: int, numbers: Iterable[int]) -> list[int]:
    """Return the operations behind one that touched any of these tickets, oldest first."""
    statement = (
        select(_event.c.operation_id)
        .where(among(_event.c.ticket_id), _event.c.operation_id > id)
        .distinct()
        .order_by(_event.c.operation_id)
    )
    return list(tx.scalars(statement, these(numbers)))


def forget(tx: Tx, ids: Iterable[int]) -> None:
    """Drop the images of operations: what they hold was erased, and comes back no more."""
    tx.execute(update(_operation).where(among(_operation.c.id)).values(images=None), these(ids))
