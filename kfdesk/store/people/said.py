"""What was said, as erasing needs it: found, emptied, and said otherwise; with its files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from kfdesk.model import By
from kfdesk.store.fulltext import search, words
from kfdesk.store.ids import among, these
from kfdesk.store.prepared import Prepared
from kfdesk.store.tables import AttachmentRow, BlobRow, MessageRow, OriginRow
from kfdesk.store.tx import Tx, driver

_message = MessageRow.__table__  # type: ignore[attr-defined]
_attachment = AttachmentRow.__table__  # type: ignore[attr-defined]
_origin = OriginRow.__table__  # type: ignore[attr-defined]
_blob = BlobRow.__table__  # type: ignore[attr-defined]

_DROP = Prepared(delete(_blob).where(_blob.c.sha256 == bindparam("_sha256")))


@dataclass(frozen=True, slots=True)
class Written:
    """A message as erasing needs it."""

    id: int
    ticket_id: int
    message_id: str
    author: str
    author_email: str
    subject: str
    text: str
    cut: int
    to: Sequence[Sequence[str]]
    cc: Sequence[Sequence[str]]
    bcc: Sequence[Sequence[str]]
    reply_to: str
    thread: str
    raw: bytes | None


_WRITTEN = select(*(_message.c[name] for name in Written.__slots__))


def written_on(tx: Tx, tickets: Iterable[int]) -> list[Written]:
    """All that was said on tickets."""
    statement = _WRITTEN.where(among(_message.c.ticket_id)).order_by(_message.c.id)
    return [Written(*row) for row in tx.execute(statement, these(tickets))]


def written(tx: Tx, messages: Iterable[int]) -> list[Written]:
    """These messages."""
    statement = _WRITTEN.where(among(_message.c.id)).order_by(_message.c.id)
    return [Written(*row) for row in tx.execute(statement, these(messages))]


def naming(tx: Tx, values: Sequence[str]) -> list[Written]:
    """Messages anywhere whose text, writer or recipients name one of these identities."""
    found: set[int] = set()
    for value in values:
        if phrase := words.match(value):
            found |= {
                id
                for (id,) in driver(tx).execute(
                    "SELECT rowid FROM search WHERE search MATCH ?", (phrase,)
                )
            }
    rows = driver(tx).execute(
        "SELECT id FROM message WHERE EXISTS (SELECT 1 FROM json_each(?) WHERE "
        'instr(message."to", value) > 0 OR instr(message.cc, value) > 0 OR '
        "instr(message.bcc, value) > 0 "
        "OR message.reply_to = value OR message.author_email = value)",
        (these(values)["ids"],),
    )
    found |= {id for (id,) in rows}
    return written(tx, found)


def answering(tx: Tx, message_ids: Collection[str]) -> list[Written]:
    """Messages anywhere that answer one of these mails, by their Message-IDs, and so quote it."""
    rows = driver(tx).execute("SELECT id, thread FROM message WHERE thread <> ''")
    found = [id for id, thread in rows if not set(thread.split()).isdisjoint(message_ids)]
    return written(tx, found)


def by_customers(tx: Tx, messages: Iterable[int]) -> set[int]:
    """Those of messages that customers wrote."""
    statement = select(_message.c.id).where(
        among(_message.c.id), _message.c.by == By.CUSTOMER.value
    )
    return set(tx.scalars(statement, these(messages)))


def empty(tx: Tx, ids: Sequence[int]) -> int:
    """Nothing of what these messages said remains; return how many files went with them."""
    search.forget(tx, ids)
    files = tx.execute(delete(_attachment).where(among(_attachment.c.message_id)), these(ids))
    values = {
        "author": "", "author_email": "", "message_id": "", "thread": "", "subject": "",
        "cut": 0, "to": [], "cc": [], "bcc": [], "reply_to": "", "raw": None, "partial": False,
        "text": "",
    }  # fmt: skip
    tx.execute(update(_message).where(among(_message.c.id)).values(values), these(ids))
    tx.execute(update(_origin).where(among(_origin.c.message_id)).values(raw=None), these(ids))
    return int(files.rowcount)


def rewrite(tx: Tx, messages: Mapping[int, Mapping[str, Any]], name: Callable[[str], str]) -> None:
    """Say messages otherwise, {id: columns}; their source is gone, `name` says files' names."""
    ids = list(messages)
    search.forget(tx, ids)
    for id, values in messages.items():
        tx.execute(update(_message).where(_message.c.id == id).values({**values, "raw": None}))
    statement = select(_attachment.c.id, _attachment.c.name).where(among(_attachment.c.message_id))
    for id, old in tx.execute(statement, these(ids)).all():
        if (new := name(old)) != old:
            tx.execute(update(_attachment).where(_attachment.c.id == id).values(name=new))
    tx.execute(update(_origin).where(among(_origin.c.message_id)).values(raw=None), these(ids))
    search.remember(tx, ids)


def parts_of(tx: Tx, message: int) -> list[tuple[int, str]]:
    """The files of a message that are parts of its source: (attachment, part)."""
    statement = select(_attachment.c.id, _attachment.c.part).where(
        _attachment.c.message_id == message, _attachment.c.part != ""
    )
    return [(row.id, row.part) for row in tx.execute(statement)]


def keep_file(tx: Tx, attachment: int, sha256: bytes) -> None:
    """A file has content of its own now, and is no part of a source."""
    tx.execute(
        update(_attachment)
        .where(_attachment.c.id == attachment)
        .values(part="", sha256=sha256.hex())
    )


def contents_of(tx: Tx, messages: Iterable[int]) -> set[bytes]:
    """The blobs that messages refer to: their source, its other copies, their files."""
    ids = these(messages)
    found = set(tx.scalars(select(_message.c.raw).where(among(_message.c.id)), ids))
    found |= set(tx.scalars(select(_origin.c.raw).where(among(_origin.c.message_id)), ids))
    files = select(_attachment.c.sha256).where(
        among(_attachment.c.message_id), _attachment.c.part == ""
    )
    found |= {bytes.fromhex(one) for one in tx.scalars(files, ids) if one}
    return {one for one in found if one is not None}


def drop_contents(tx: Tx, hashes: Iterable[bytes]) -> None:
    """Remove those of blobs to which nothing refers any more."""
    wanted = {one.hex() for one in hashes}
    listed = these(wanted)
    for column in (_message.c.raw, _origin.c.raw):
        used = select(column).where(among(func.lower(func.hex(column))))
        wanted -= {one.hex() for one in tx.scalars(used, listed)}
    files = select(_attachment.c.sha256).where(
        among(_attachment.c.sha256), _attachment.c.part == ""
    )
    wanted -= set(tx.scalars(files, listed))
    _DROP.many(tx, ({"_sha256": bytes.fromhex(one)} for one in wanted))
