"""What was said on a ticket, as answering it needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from kfdesk.errors import NotFound
from kfdesk.i18n import _
from kfdesk.model import Address, By, Direction
from kfdesk.store.ids import among, these
from kfdesk.store.messages import addresses
from kfdesk.store.tables import ArticleUseRow, MessageRow, OutboxTable, TicketTable
from kfdesk.store.tx import Tx

_message = MessageRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_use = ArticleUseRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Thread:
    """What a message needs to be answered or sent: the row's own words."""

    id: int
    ticket_id: int
    author: str
    author_email: str
    reply_to: str
    at: datetime
    subject: str
    text: str
    message_id: str
    thread: tuple[str, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    auto: str
    side_id: int | None = None


_THREAD = select(
    _message.c.id,
    _message.c.ticket_id,
    _message.c.author,
    _message.c.author_email,
    _message.c.reply_to,
    _message.c.at,
    _message.c.subject,
    func.substr(_message.c.text, 1, _message.c.cut).label("text"),
    _message.c.message_id,
    _message.c.thread,
    _message.c.to,
    _message.c.cc,
    _message.c.auto,
    _message.c.side_id,
)


def newest_inbound(tx: Tx, number: int, before: int | None = None) -> Thread | None:
    """Return the newest message from outside on a ticket, a person's before a robot's.

    What a colleague mailed in is none: an answer would quote it to the customer. `before` looks
    only at messages older than that one.
    """
    statement = _THREAD.where(
        _message.c.ticket_id == number,
        _message.c.direction == Direction.IN.value,
        _message.c.by == By.CUSTOMER.value,
    )
    if before is not None:
        statement = statement.where(_message.c.id < before)
    row = tx.execute(
        statement.order_by(_message.c.auto != "", _message.c.id.desc()).limit(1)
    ).first()
    return _thread(row) if row else None


def newest_inbound_of(tx: Tx, numbers: Sequence[int]) -> dict[int, Thread]:
    """Return {ticket: its newest message from outside}, a person's before a robot's."""
    one = _message.alias()
    newest = (
        select(one.c.id)
        .where(
            one.c.ticket_id == _ticket.c.id,
            one.c.direction == Direction.IN.value,
            one.c.by == By.CUSTOMER.value,
        )
        .order_by(one.c.auto != "", one.c.id.desc())
        .limit(1)
        .correlate(_ticket)
        .scalar_subquery()
    )
    chosen = _THREAD.where(_message.c.id.in_(select(newest).where(among(_ticket.c.id))))
    return {row.ticket_id: _thread(row) for row in tx.execute(chosen, these(numbers))}


def newest_outbound(tx: Tx, number: int) -> Thread | None:
    """Return the newest message that we wrote to the customer of a ticket."""
    statement = _THREAD.where(
        _message.c.ticket_id == number, _message.c.direction == Direction.OUT.value
    )
    row = tx.execute(statement.order_by(_message.c.id.desc()).limit(1)).first()
    return _thread(row) if row else None


def newest_of_side(
    tx: Tx, side: int, *, before: int | None = None, theirs: bool = False
) -> Thread | None:
    """Return the newest message of a side conversation; `theirs` is what came in."""
    statement = _THREAD.where(_message.c.side_id == side)
    if before is not None:
        statement = statement.where(_message.c.id < before)
    if theirs:
        statement = statement.where(_message.c.received_at.is_not(None), _message.c.auto == "")
    row = tx.execute(statement.order_by(_message.c.id.desc()).limit(1)).first()
    return _thread(row) if row else None


@dataclass(frozen=True, slots=True)
class Answered:
    """When a ticket was first answered by a person, and since when its customer waits."""

    first_response_at: datetime | None
    waiting_since: datetime | None


def answered(tx: Tx, number: int) -> Answered:
    """Find it out from what was said; a reply that was taken back is none."""
    mine = _message.c.ticket_id == number
    said = func.coalesce(_message.c.received_at, _message.c.created_at)
    replies = (
        select(func.min(said), func.max(_message.c.id))
        .outerjoin(_outbox, _outbox.c.message_id == _message.c.id)
        .where(
            mine,
            _message.c.direction == Direction.OUT.value,
            _message.c.by == By.AGENT.value,
            _outbox.c.state.is_distinct_from("cancelled"),
        )
    )
    first, last = tx.execute(replies).one()
    asked = select(func.min(said)).where(
        mine,
        _message.c.direction == Direction.IN.value,
        _message.c.by == By.CUSTOMER.value,
        _message.c.auto == "",
        _message.c.id > (last or 0),
        # A score asks for no answer: its mail carries the mark of `mail.token.score_mark`.
        _message.c.subject.not_like(f"%kfs-{number}-_-%"),
        # Nor does a mail that only says whether an article helped.
        _message.c.id.not_in(
            select(_use.c.said_in).where(_use.c.said_in.is_not(None), _use.c.ticket_id == number)
        ),
    )
    return Answered(first, tx.scalar(asked))


def written_since(tx: Tx, number: int, seen: int, me: str) -> str:
    """Return who, customer or colleague, wrote on a ticket after the message `seen`; else ""."""
    people = _message.c.by == By.CUSTOMER.value
    people |= (_message.c.by == By.AGENT.value) & (_message.c.author != me)
    statement = select(_message.c.author).where(
        _message.c.ticket_id == number, _message.c.id > seen, people
    )
    return tx.scalar(statement.order_by(_message.c.id).limit(1)) or ""


def thread(tx: Tx, id: int) -> Thread:
    """Return one message as something to answer or send."""
    row = tx.execute(_THREAD.where(_message.c.id == id)).first()
    if row is None:
        raise NotFound(_("there is no message {id}").format(id=id))
    return _thread(row)


def _thread(row: object) -> Thread:
    values = row._asdict()  # type: ignore[attr-defined]
    values["thread"] = tuple(values["thread"].split())
    values["to"] = addresses(values["to"])
    values["cc"] = addresses(values["cc"])
    return Thread(**values)
