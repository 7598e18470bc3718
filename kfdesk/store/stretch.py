"""A stretch of a conversation: messages that follow each other, and what happened between them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from kfdesk.model import Stretch
from kfdesk.store import journal, messages
from kfdesk.store.history import trace
from kfdesk.store.history.trace import Trace
from kfdesk.store.tables import MessageRow
from kfdesk.store.tx import Tx
from kfdesk.text import finding, without_addresses

_message = MessageRow.__table__  # type: ignore[attr-defined]

#: So many lines of the journal stand between the messages of one stretch, the newest of them.
_EVENTS = 1000


def newest(tx: Tx, number: int, size: int) -> Stretch:
    """The end of a conversation, at most so many messages."""
    return between(tx, number, _beside(tx, number, None, -(size - 1)), None)


def oldest(tx: Tx, number: int, size: int) -> Stretch:
    """The beginning of a conversation."""
    return between(tx, number, None, _beside(tx, number, 0, size))


def around(tx: Tx, number: int, id: int, size: int) -> Stretch:
    """So many messages before and behind one."""
    return between(tx, number, _beside(tx, number, id, -size), _beside(tx, number, id, size))


def earlier(tx: Tx, number: int, shown: Stretch, size: int, most: int) -> Stretch:
    """A stretch with more of what came before; of more than `most`, the last ones are let go."""
    first = _beside(tx, number, shown.first, -size) if shown.first else None
    full = len(shown.messages) + min(size, shown.before) > most
    last = shown.messages[most - size - 1].id if full else shown.last
    return between(tx, number, first, last)


def later(tx: Tx, number: int, shown: Stretch, size: int, most: int) -> Stretch:
    """A stretch with more of what came behind; of more than `most`, the first ones are let go."""
    last = _beside(tx, number, shown.last, size) if shown.last else None
    full = len(shown.messages) + min(size, shown.after) > most
    first = shown.messages[-(most - size)].id if full else shown.first
    return between(tx, number, first, last)


def between(tx: Tx, number: int, first: int | None, last: int | None) -> Stretch:
    """The messages from one to another, and what happened between them; None is an end."""
    said = messages.of_ticket(tx, number, first=first, last=last)
    above = _neighbour(tx, number, first, before=True) if first is not None else None
    below = _neighbour(tx, number, last, before=False) if last is not None else None
    return Stretch(
        tuple(said),
        tuple(journal.between(tx, number, above, below, _EVENTS)),
        _count(tx, number, _message.c.id < first) if first is not None else 0,
        _count(tx, number, _message.c.id > last) if last is not None else 0,
    )


def decided(tx: Tx, number: int, shown: Stretch) -> dict[int, Trace]:
    """What rules made of the events of a stretch."""
    return trace.of_events(tx, number, [event.id for event in shown.events])


def find(tx: Tx, number: int, text: str) -> dict[int, int]:
    """Return {message: how often `text` stands in it}, oldest first, of a whole conversation."""
    wanted = finding(text)
    rows = tx.execute(
        select(_message.c.id, _message.c.text)
        .where(_message.c.ticket_id == number)
        .order_by(_message.c.id)
    )
    found = {id: sum(1 for _hit in wanted.finditer(without_addresses(said))) for id, said in rows}
    return {id: count for id, count in found.items() if count}


def _count(tx: Tx, number: int, condition: ColumnElement[bool]) -> int:
    asked = select(func.count()).where(_message.c.ticket_id == number, condition)
    return int(tx.scalar(asked) or 0)


def _beside(tx: Tx, number: int, id: int | None, by: int) -> int | None:
    """The message so many places from one (None: the newest); None beyond the end."""
    ids = select(_message.c.id).where(_message.c.ticket_id == number)
    if id is not None:
        ids = ids.where(_message.c.id <= id if by < 0 else _message.c.id >= id)
    order = _message.c.id.desc() if by < 0 else _message.c.id
    places = abs(by) - (1 if id == 0 else 0)
    found: int | None = tx.scalar(ids.order_by(order).limit(1).offset(places))
    return found


def _neighbour(tx: Tx, number: int, id: int, *, before: bool) -> datetime | None:
    """When the message next to one was said."""
    at = select(_message.c.at).where(_message.c.ticket_id == number)
    at = at.where(_message.c.id < id if before else _message.c.id > id)
    order = _message.c.id.desc() if before else _message.c.id
    found: datetime | None = tx.scalar(at.order_by(order).limit(1))
    return found
