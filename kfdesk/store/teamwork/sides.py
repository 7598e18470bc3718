"""Side conversations: questions by mail to others than the customer, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update

from kfdesk.errors import NotFound
from kfdesk.i18n import _
from kfdesk.model import Address, Side
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.messages import addresses
from kfdesk.store.tables import MessageRow, SideRow
from kfdesk.store.tx import Tx

_side = SideRow.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]


def add(
    tx: Tx,
    number: int,
    subject: str,
    to: Sequence[Address],
    account: str,
    agent: str,
    now: datetime,
) -> int:
    """Write a side conversation of a ticket; return its id."""
    id = next_id(tx, _side)
    row = {
        "id": id,
        "ticket_id": number,
        "subject": subject,
        "to": [[one.name, one.email] for one in to],
        "account": account,
        "agent": agent,
        "opened_at": now,
        "closed_at": None,
    }
    tx.execute(insert(_side), row)
    return id


def of_ticket(tx: Tx, number: int) -> list[Side]:
    """Return a ticket's side conversations, oldest first."""
    return _sides(tx, select(_side).where(_side.c.ticket_id == number))


def of(tx: Tx, ids: Iterable[int]) -> dict[int, Side]:
    """Return {id: side conversation} of those that there are."""
    wanted = list(ids)
    found = _sides(tx, select(_side).where(among(_side.c.id)), wanted) if wanted else []
    return {one.id: one for one in found}


def get(tx: Tx, id: int) -> Side:
    """Return one side conversation. NotFound if there is none."""
    found = of(tx, [id]).get(id)
    if found is None:
        raise NotFound(
            _("there is no side conversation {id}; `kfdesk side TICKET` lists them").format(id=id)
        )
    return found


def _sides(tx: Tx, statement: object, ids: Sequence[int] = ()) -> list[Side]:
    rows = tx.execute(statement.order_by(_side.c.id), these(ids) if ids else {}).all()  # type: ignore[attr-defined]
    if not rows:
        return []
    last = select(_message.c.side_id, func.max(_message.c.id)).where(among(_message.c.side_id))
    found = tx.execute(last.group_by(_message.c.side_id), these(row.id for row in rows))
    newest: dict[int, int] = {side: message for side, message in found}  # noqa: C416 -- typed
    return [
        Side(
            row.id,
            row.ticket_id,
            row.subject,
            addresses(row.to),
            row.account,
            row.agent,
            row.opened_at,
            row.closed_at,
            newest.get(row.id, 0),
        )
        for row in rows
    ]


def close(tx: Tx, ids: Sequence[int], at: datetime | None) -> None:
    """Close side conversations, or with no time open them again."""
    tx.execute(update(_side).where(_side.c.id.in_(list(ids))).values(closed_at=at))
