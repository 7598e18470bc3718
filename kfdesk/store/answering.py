"""What was said on a ticket, as answering it needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select

from kfdesk.errors import NotFound
from kfdesk.i18n import _
from kfdesk.model import Address, By, Direction
from kfdesk.store.ids import among, these
from kfdesk.store.messages import addresses
from kfdesk.store.tables import ArticleUseRow, IdentityRow, MessageRow, OutboxTable, TicketTable
from kfdesk.store.tx import Tx

_message = MessageRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_use = ArticleUseRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]


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
    side_id: int | None
    came_at: datetime
    bcc: tuple[Address, ...] = ()
    rest: str = ""  # what stands behind the writer's own words: of a letter, what it forwards

    @property
    def readers(self) -> set[str]:
        """The addresses of those who wrote it or got it: nothing in it is new to them."""
        others = (person.email for person in (*self.to, *self.cc))
        return {self.author_email, self.reply_to, *others} - {""}


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
    func.coalesce(_message.c.received_at, _message.c.at, type_=_message.c.at.type).label("came_at"),
)
#: The same of a message that leaves, with what only its sending needs.
_LEAVING = _THREAD.add_columns(
    _message.c.bcc, func.substr(_message.c.text, _message.c.cut + 1).label("rest")
)


def newest_inbound(tx: Tx, number: int, emails: set[str], before: int) -> Thread | None:
    """Return the newest message from outside, older than `before`, that somebody has read already.

    `emails` are theirs: they wrote it or it went to them, too. A person's comes before a robot's;
    what a colleague mailed in is none: an answer would quote it to the customer.
    """
    theirs = func.json_each(these(emails, "emails")["emails"]).table_valued("value").c.value
    statement = _THREAD.where(
        _message.c.ticket_id == number,
        _message.c.id < before,
        _message.c.direction == Direction.IN.value,
        _message.c.by == By.CUSTOMER.value,
        _read_by(theirs),
    )
    row = tx.execute(
        statement.order_by(_message.c.auto != "", _message.c.id.desc()).limit(1)
    ).first()
    return _thread(row) if row else None


def newest_inbound_of(tx: Tx, numbers: Sequence[int]) -> dict[int, Thread]:
    """Return {ticket: its newest message from outside}, a person's before a robot's.

    Of what others than its customer wrote only what went to the customer, too.
    """
    one = _message.alias()
    theirs = _identity.c.value
    own = (_identity.c.scheme == "email", _identity.c.customer_id == _ticket.c.customer_id)
    newest = (
        select(one.c.id)
        .where(
            one.c.ticket_id == _ticket.c.id,
            one.c.direction == Direction.IN.value,
            one.c.by == By.CUSTOMER.value,
            _read_by(theirs, *own, message=one),
        )
        .order_by(one.c.auto != "", one.c.id.desc())
        .limit(1)
        .correlate(_ticket)
        .scalar_subquery()
    )
    chosen = _THREAD.where(_message.c.id.in_(select(newest).where(among(_ticket.c.id))))
    return {row.ticket_id: _thread(row) for row in tx.execute(chosen, these(numbers))}


def _read_by(
    email: ColumnElement[str], *own: ColumnElement[bool], message: Any = _message
) -> ColumnElement[bool]:
    """Whether a message was written by, or went to, one of these addresses."""
    named = literal('"').concat(email).concat('"')
    there = (
        email == message.c.author_email,
        email == message.c.reply_to,
        func.instr(message.c.to, named) > 0,
        func.instr(message.c.cc, named) > 0,
    )
    return select(literal(1)).where(*own, or_(*there)).correlate(message, _ticket).exists()


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
    """Return the newest message of a side conversation that a person wrote.

    `theirs` is what came in.
    """
    statement = _THREAD.where(_message.c.side_id == side, _message.c.auto == "")
    if before is not None:
        statement = statement.where(_message.c.id < before)
    if theirs:
        statement = statement.where(_message.c.received_at.is_not(None))
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


def answers_since(tx: Tx, number: int, seen: int) -> int:
    """Return how many answers on a ticket, after the message `seen`, have left or are to."""
    statement = (
        select(func.count(_message.c.id))
        .outerjoin(_outbox, _outbox.c.message_id == _message.c.id)
        .where(
            _message.c.ticket_id == number,
            _message.c.id > seen,
            _message.c.direction == Direction.OUT.value,
            _outbox.c.state.is_distinct_from("cancelled"),
        )
    )
    return int(tx.scalar(statement) or 0)


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
    row = tx.execute(_LEAVING.where(_message.c.id == id)).first()
    if row is None:
        raise NotFound(_("there is no message {id}").format(id=id))
    return _thread(row)


def _thread(row: object) -> Thread:
    values = row._asdict()  # type: ignore[attr-defined]
    values["thread"] = tuple(values["thread"].split())
    values["to"] = addresses(values["to"])
    values["cc"] = addresses(values["cc"])
    values["bcc"] = addresses(values.get("bcc", ()))
    return Thread(**values)
