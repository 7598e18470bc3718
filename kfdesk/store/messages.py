"""Messages and their attachments: written once, found again, shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from kfdesk.errors import NotFound
from kfdesk.i18n import _
from kfdesk.model import Actor, Address, Attachment, By, Direction, MailPart, Message
from kfdesk.store.fulltext import search, words
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.prepared import inserting
from kfdesk.store.tables import AttachmentRow, MessageRow, OutboxTable
from kfdesk.store.tx import Tx

_message = MessageRow.__table__  # type: ignore[attr-defined]
_attachment = AttachmentRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]

_INSERT = inserting(_message, *_message.c.keys())
_INSERT_PARTS = inserting(_attachment, *_attachment.c.keys())


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message about to be written."""

    id: int
    ticket_id: int
    account: str
    direction: Direction
    by: By
    author: str
    author_email: str
    at: datetime
    created_at: datetime
    external_id: str
    message_id: str = ""
    thread: tuple[str, ...] = ()
    auto: str = ""
    subject: str = ""
    cut: int = 0
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: str = ""
    raw: bytes | None = None
    size: int = 0
    partial: bool = False
    text: str = ""
    attachments: tuple[MailPart, ...] = ()
    indexed: tuple[str, str] | None = None  # `words.of` it, where that was found out before
    received_at: datetime | None = None
    side_id: int | None = None  # the side conversation that it belongs to


def first_id(tx: Tx) -> int:
    """The id that the next new message gets."""
    return next_id(tx, _message)


def insert_many(tx: Tx, messages: Sequence[NewMessage]) -> None:
    """Write messages with their attachments, and index them."""
    if not messages:
        return
    _INSERT.many(
        tx,
        [
            {
                "id": m.id,
                "ticket_id": m.ticket_id,
                "account": m.account,
                "direction": m.direction.value,
                "by": m.by.value,
                "author": m.author,
                "author_email": m.author_email,
                "at": m.at,
                "created_at": m.created_at,
                "received_at": m.received_at,
                "external_id": m.external_id,
                "message_id": m.message_id,
                "thread": " ".join(m.thread),
                "auto": m.auto,
                "subject": m.subject,
                "cut": m.cut,
                "to": [[a.name, a.email] for a in m.to],
                "cc": [[a.name, a.email] for a in m.cc],
                "bcc": [[a.name, a.email] for a in m.bcc],
                "reply_to": m.reply_to,
                "raw": m.raw,
                "size": m.size,
                "partial": m.partial,
                "side_id": m.side_id,
                "text": m.text,
            }
            for m in messages
        ],
    )
    _insert_parts(tx, [(m.id, part) for m in messages for part in m.attachments])
    search.index(tx, ((m.id, *(m.indexed or words.of(m.text, m.cut, _names(m)))) for m in messages))


def _insert_parts(tx: Tx, parts: Sequence[tuple[int, MailPart]]) -> None:
    if not parts:
        return
    _INSERT_PARTS.many(
        tx,
        (
            {
                "id": id,
                "message_id": message,
                "name": part.name,
                "type": part.type,
                "size": part.size,
                "sha256": part.sha256,
                "part": part.part,
                "content_id": part.content_id,
                "inline": part.inline,
            }
            for id, (message, part) in enumerate(parts, next_id(tx, _attachment))
        ),
    )


def _names(m: NewMessage) -> tuple[str, ...]:
    files = (part.name for part in m.attachments)
    return (m.subject, m.author, m.author_email, *files)


@dataclass(frozen=True, slots=True)
class Known:
    """A message that the desk has."""

    id: int
    ticket_id: int
    direction: Direction
    subject: str


_BY_EXTERNAL = select(
    _message.c.external_id,
    _message.c.id,
    _message.c.ticket_id,
    _message.c.direction,
    _message.c.subject,
).where(
    _message.c.account == bindparam("account"),
    among(_message.c.external_id),
)


def by_external(tx: Tx, account: str, ids: Sequence[str]) -> dict[str, Known]:
    """Return {external id: the message} of those the desk has from a channel."""
    if not ids:
        return {}
    rows = tx.execute(_BY_EXTERNAL, {"account": account, **these(ids)})
    return {
        external: Known(id, ticket, Direction(direction), subject)
        for external, id, ticket, direction, subject in rows
    }


_BY_MESSAGE_ID = select(
    _message.c.message_id,
    _message.c.id,
    _message.c.ticket_id,
    _message.c.direction,
    _message.c.subject,
).where(among(_message.c.message_id))


def by_message_ids(tx: Tx, ids: Iterable[str]) -> dict[str, list[Known]]:
    """Return {Message-ID: messages that carry it}; forged and repeated ones give several."""
    found: dict[str, list[Known]] = defaultdict(list)
    for message_id, id, ticket, direction, subject in tx.execute(_BY_MESSAGE_ID, these(set(ids))):
        found[message_id].append(Known(id, ticket, Direction(direction), subject))
    return found


def of_ticket(
    tx: Tx,
    number: int,
    limit: int | None = None,
    *,
    first: int | None = None,
    last: int | None = None,
) -> list[Message]:
    """Return a ticket's messages, oldest first, or those from one to another.

    `limit` keeps the newest so many.
    """
    statement = (
        select(_message).where(_message.c.ticket_id == number).order_by(_message.c.id.desc())
    )
    if limit is not None:
        statement = statement.limit(limit)
    if first is not None:
        statement = statement.where(_message.c.id >= first)
    if last is not None:
        statement = statement.where(_message.c.id <= last)
    rows = list(reversed(tx.execute(statement).all()))
    sent = _deliveries(tx, [row.id for row in rows])
    files: dict[int, list[Attachment]] = defaultdict(list)
    parts = select(_attachment).where(among(_attachment.c.message_id)).order_by(_attachment.c.id)
    for part in tx.execute(parts, these(row.id for row in rows)):
        files[part.message_id].append(
            Attachment(part.id, part.name, part.type, part.size, part.sha256)
        )
    return [
        Message(
            id=row.id,
            ticket=row.ticket_id,
            direction=Direction(row.direction),
            by=By(row.by),
            author=row.author,
            author_email=row.author_email,
            at=row.at,
            subject=row.subject,
            text=row.text,
            cut=row.cut,
            external_id=row.external_id,
            message_id=row.message_id,
            to=addresses(row.to),
            cc=addresses(row.cc),
            bcc=addresses(row.bcc),
            auto=row.auto,
            partial=row.partial,
            side=row.side_id,
            attachments=tuple(files[row.id]),
            delivery=sent.get(row.id, ("", ""))[0],
            error=sent.get(row.id, ("", ""))[1],
        )
        for row in rows
    ]


#: Of the mails that one message became, the one that asks most for a person is told.
_URGENCY = ("sent", "cancelled", "queued", "sending", "failed", "unknown")


def _deliveries(tx: Tx, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return {message: (outbox state, error)} of those that leave, or left."""
    statement = select(_outbox.c.message_id, _outbox.c.state, _outbox.c.error).where(
        among(_outbox.c.message_id)
    )
    found: dict[int, tuple[str, str]] = {}
    for id, state, error in tx.execute(statement, these(ids)):
        if id not in found or _URGENCY.index(state) > _URGENCY.index(found[id][0]):
            found[id] = (state, error)
    return found


def addresses(value: Sequence[Sequence[str]]) -> tuple[Address, ...]:
    """Addresses as a column keeps them: pairs of a name and an address."""
    return tuple(Address(name, email) for name, email in value)


def raw_of(tx: Tx, id: int) -> bytes | None:
    """Return the hash of a message's raw bytes, None where there are none."""
    found: bytes | None = tx.scalar(select(_message.c.raw).where(_message.c.id == id))
    return found


def is_partial(tx: Tx, id: int) -> bool:
    """Whether parts of a message were left on its server."""
    return bool(tx.scalar(select(_message.c.partial).where(_message.c.id == id)))


def set_raw(tx: Tx, id: int, raw: bytes, size: int, *, partial: bool = False) -> None:
    """Attach raw bytes (their hash) to a message: what was sent, or the whole of a partial one."""
    tx.execute(
        update(_message).where(_message.c.id == id).values(raw=raw, size=size, partial=partial)
    )


def attachment(tx: Tx, id: int) -> tuple[int, str, Attachment]:
    """Return (message, MIME part, attachment) of an attachment. NotFound if there is none."""
    row = tx.execute(select(_attachment).where(_attachment.c.id == id)).first()
    if row is None:
        raise NotFound(_("there is no attachment {id}").format(id=id))
    return (
        row.message_id,
        row.part,
        Attachment(row.id, row.name, row.type, row.size, row.sha256),
    )


def files_of(tx: Tx, id: int) -> list[Attachment]:
    """Return the attachments of one message."""
    rows = tx.execute(select(_attachment).where(_attachment.c.message_id == id))
    return [Attachment(row.id, row.name, row.type, row.size, row.sha256) for row in rows]


def written_among(tx: Tx, ids: Iterable[int], *, aside: bool = False) -> list[tuple[int, str]]:
    """Return (ticket, own words) of those messages that agents wrote to customers, or aside."""
    own = func.substr(_message.c.text, 1, _message.c.cut)
    statement = select(_message.c.ticket_id, own).where(
        among(_message.c.id),
        _message.c.by == By.AGENT.value,
        _message.c.side_id.is_not(None)
        if aside
        else (_message.c.direction == Direction.OUT.value) & _message.c.side_id.is_(None),
    )
    return [(row[0], row[1]) for row in tx.execute(statement, these(ids))]


def first_of(tx: Tx, number: int) -> tuple[int | None, Actor]:
    """Return the first message of a ticket, and who said it; nobody where there is none."""
    columns = (_message.c.id, _message.c.by, _message.c.author, _message.c.author_email)
    statement = select(*columns).where(_message.c.ticket_id == number).order_by(_message.c.id)
    row = tx.execute(statement.limit(1)).first()
    if row is None:
        return None, Actor(By.CUSTOMER)
    by = By(row.by)
    return row.id, Actor(by, row.author if by is By.AGENT else row.author_email)
