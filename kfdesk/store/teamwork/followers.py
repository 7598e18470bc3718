"""Who follows which tickets, and whom what happens to them concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, delete, literal_column, select

from kfdesk.model import By, Direction
from kfdesk.store.ids import among, these
from kfdesk.store.prepared import Asked, inserting
from kfdesk.store.tables import FollowerRow, MessageRow, TicketTable
from kfdesk.store.tx import Tx

_follower = FollowerRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]

_ADD = inserting(_follower, "ticket_id", "agent", instead="IGNORE")
_OF = Asked(
    select(_follower.c.ticket_id, _follower.c.agent)
    .where(among(_follower.c.ticket_id))
    .order_by(_follower.c.ticket_id, _follower.c.agent)
)
_TICKETS = Asked(
    select(_ticket.c.id, _ticket.c.assignee, _ticket.c.subject).where(among(_ticket.c.id))
)


def add(tx: Tx, pairs: Iterable[tuple[int, str]]) -> None:
    """Let agents follow tickets; who does already goes on."""
    _ADD.many(tx, ({"ticket_id": id, "agent": agent} for id, agent in pairs))


def remove(tx: Tx, number: int, agent: str) -> None:
    """Let an agent follow a ticket no more."""
    mine = (_follower.c.ticket_id == number) & (_follower.c.agent == agent)
    tx.execute(delete(_follower).where(mine))


def of(tx: Tx, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return {ticket: who follows it, by name}, for those that anybody follows."""
    found: dict[int, list[str]] = defaultdict(list)
    for id, agent in _OF.all(tx, these(numbers)):
        found[id].append(agent)
    return {id: tuple(agents) for id, agents in found.items()}


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a ticket concerns: who has it, and who follows it."""

    assignee: str
    subject: str
    followers: tuple[str, ...]


def concerned(tx: Tx, numbers: Sequence[int]) -> dict[int, Concerned]:
    """Return whom these tickets concern."""
    following = of(tx, numbers)
    return {
        id: Concerned(assignee, subject, following.get(id, ()))
        for id, assignee, subject in _TICKETS.all(tx, these(numbers))
    }


@dataclass(frozen=True, slots=True)
class Said:
    """A message, as those whom it concerns are told of it: what its writer wrote now."""

    direction: Direction
    by: By
    author: str
    at: datetime
    auto: str
    text: str
    side: int | None


#: Of a note all that was written now, for whom it mentions; of other messages the beginning.
_TEXT = literal_column(
    "substr(text, 1, CASE direction WHEN 'note' THEN cut ELSE min(cut, 400) END)", Text()
)
_SAID = Asked(
    select(
        _message.c.id,
        _message.c.direction,
        _message.c.by,
        _message.c.author,
        _message.c.at,
        _message.c.auto,
        _TEXT,
        _message.c.side_id,
    ).where(among(_message.c.id))
)


def said(tx: Tx, ids: Sequence[int]) -> dict[int, Said]:
    """Return {message: what is told of it}; of a note all of it, for whom it mentions."""
    return {
        id: Said(Direction(direction), By(by), author, at, auto, text, side)
        for id, direction, by, author, at, auto, text, side in _SAID.all(tx, these(ids))
    }
