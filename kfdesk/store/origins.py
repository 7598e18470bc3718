"""Where in its channel each message was found, and what became of it: the proof of `--audit`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import case, select

from kfdesk.store.prepared import inserting
from kfdesk.store.tables import MessageRow, OriginRow, TicketTable
from kfdesk.store.tx import Tx

_message = MessageRow.__table__  # type: ignore[attr-defined]
_origin = OriginRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_INSERT = inserting(_origin, *_origin.c.keys(), instead="REPLACE")


def add(tx: Tx, account: str, origins: Iterable[tuple[str, int, bytes | None]]) -> None:
    """Remember where messages lie in their channel: (place, message, raw hash if it differs)."""
    _INSERT.many(
        tx,
        (
            {"account": account, "place": place, "message_id": id, "raw": raw}
            for place, id, raw in origins
        ),
    )


def places(tx: Tx, account: str) -> dict[str, int]:
    """Return {place: message} of everything a channel ever brought."""
    statement = select(_origin.c.place, _origin.c.message_id).where(_origin.c.account == account)
    return dict(tx.execute(statement).all())


def place_of(tx: Tx, id: int) -> tuple[str, str] | None:
    """Return (account, place) of one message, where it was found in a channel."""
    statement = select(_origin.c.account, _origin.c.place).where(_origin.c.message_id == id)
    row = tx.execute(statement.order_by(_origin.c.place.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


def fates(tx: Tx, account: str) -> dict[int, str]:
    """Return {message: stored, quarantined or deleted} of all that a channel brought."""
    fate = case(
        (_ticket.c.deleted_at.is_not(None), "deleted"),
        (_ticket.c.quarantine != "", "quarantined"),
        else_="stored",
    )
    statement = (
        select(_message.c.id, fate)
        .join(_ticket, _ticket.c.id == _message.c.ticket_id)
        .where(_message.c.id.in_(select(_origin.c.message_id).where(_origin.c.account == account)))
    )
    return dict(tx.execute(statement).all())
