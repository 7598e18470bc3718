"""Taking somebody's words out of every table, so that no byte of the file holds them any more.

Rows stay where they count something: who wrote when on what is a figure, what they wrote is not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, String, and_, bindparam, delete, func, or_, select, update

from kfdesk.model import By, OutboxState
from kfdesk.store.engine import BUSY_SECONDS, sentences
from kfdesk.store.fulltext import search, words
from kfdesk.store.ids import among, these
from kfdesk.store.people.mentions import forms, said_otherwise
from kfdesk.store.prepared import Prepared
from kfdesk.store.tables import (
    AttachmentRow,
    BlobRow,
    CallRow,
    CollaboratorRow,
    CustomerEventRow,
    CustomerRow,
    DraftRow,
    EventRow,
    IdentityRow,
    ImportedRow,
    MessageRow,
    OperationRow,
    OriginRow,
    OutboxTable,
    SideRow,
    SpentRow,
    SuppressionRow,
    SurveyRow,
    TicketTable,
    TraceRow,
    metadata,
)
from kfdesk.store.tx import Tx, driver

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_attachment = AttachmentRow.__table__  # type: ignore[attr-defined]
_origin = OriginRow.__table__  # type: ignore[attr-defined]
_blob = BlobRow.__table__  # type: ignore[attr-defined]
_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_call = CallRow.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]
_person_event = CustomerEventRow.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_operation = OperationRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_survey = SurveyRow.__table__  # type: ignore[attr-defined]
_side = SideRow.__table__  # type: ignore[attr-defined]
_spent = SpentRow.__table__  # type: ignore[attr-defined]
_trace = TraceRow.__table__  # type: ignore[attr-defined]
_draft = DraftRow.__table__  # type: ignore[attr-defined]
_collaborator = CollaboratorRow.__table__  # type: ignore[attr-defined]
_suppression = SuppressionRow.__table__  # type: ignore[attr-defined]
_imported = ImportedRow.__table__  # type: ignore[attr-defined]

#: What a change set may say of a ticket without repeating anybody's words.
_FIGURES = frozenset(
    (
        "status", "substatus", "priority", "type", "category", "team", "assignee", "sla",
        "snoozed_until", "task_due", "tags", "csat", "breached", "spam", "spent", "customer",
        "outbox",
    )
)  # fmt: skip
_EVENT = Prepared(
    update(_event)
    .where(_event.c.id == bindparam("_id"))
    .values(
        changes=bindparam("_changes", type_=_event.c.changes.type),
        actor=bindparam("_actor"),
        text=bindparam("_text"),
    )
)
_DROP = Prepared(delete(_blob).where(_blob.c.sha256 == bindparam("_sha256")))
#: An identity of so many characters is no word by which a status, say, is called.
_TELLING = 8
#: Tables that hold nobody's words, or are looked at by themselves.
_LEFT = frozenset(("blob", "agent", "team", "ruleset", "message", "identity", "meta", "article"))


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


def zeroing(tx: Tx) -> None:
    """What is removed in this connection is overwritten with zeros."""
    driver(tx).execute("PRAGMA secure_delete = ON")


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


def others_addresses(tx: Tx, emails: Iterable[str], family: Sequence[int]) -> set[str]:
    """Those of these addresses that are somebody else's."""
    statement = select(_identity.c.value).where(
        _identity.c.scheme == "email",
        among(_identity.c.value),
        ~among(_identity.c.customer_id, "family"),
    )
    return set(tx.scalars(statement, these(set(emails)) | these(family, "family")))


def names_of(tx: Tx, family: Sequence[int]) -> set[str]:
    """What customers are called."""
    return set(tx.scalars(select(_customer.c.name).where(among(_customer.c.id)), these(family)))


# --- messages


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


# --- what stands around them


def tickets(tx: Tx, numbers: Sequence[int], name: Callable[[str], str]) -> None:
    """Nothing that quotes stands on these tickets, in their journal, nor on its way out."""
    ids = these(numbers)
    tx.execute(
        update(_ticket)
        .where(among(_ticket.c.id))
        .values(subject="", fields={}, version=_ticket.c.version + 1),
        ids,
    )
    rows = tx.execute(
        select(_event.c.id, _event.c.by, _event.c.actor, _event.c.changes).where(
            among(_event.c.ticket_id)
        ),
        ids,
    ).all()
    _EVENT.many(
        tx,
        (
            {
                "_id": row.id,
                "_text": "",
                "_changes": {n: pair for n, pair in row.changes.items() if n in _FIGURES},
                "_actor": "" if row.by == By.CUSTOMER else row.actor,
            }
            for row in rows
        ),
    )
    for table in (_trace, _draft):
        tx.execute(delete(table).where(among(table.c.ticket_id)), ids)
    tx.execute(update(_survey).where(among(_survey.c.ticket_id)).values(comment=""), ids)
    tx.execute(update(_side).where(among(_side.c.ticket_id)).values(subject=""), ids)
    notes = select(_spent.c.id, _spent.c.note).where(among(_spent.c.ticket_id))
    for id, note in tx.execute(notes, ids).all():
        tx.execute(update(_spent).where(_spent.c.id == id).values(note=name(note)))
    waiting = and_(among(_outbox.c.ticket_id), _outbox.c.state == OutboxState.QUEUED.value)
    tx.execute(update(_outbox).where(waiting).values(state=OutboxState.CANCELLED.value), ids)
    nothing = {"to": [], "recipient": "", "subject": "", "payload": {}, "error": ""}
    tx.execute(update(_outbox).where(among(_outbox.c.ticket_id)).values(nothing), ids)


def operations(tx: Tx, tickets: Sequence[int], family: Sequence[int]) -> None:
    """What people did here cannot be undone any more: the images of it show what was there."""
    touched = or_(
        _operation.c.id.in_(
            select(_event.c.operation_id).where(
                among(_event.c.ticket_id), _event.c.operation_id.is_not(None)
            )
        ),
        _operation.c.id.in_(
            select(_person_event.c.operation_id).where(
                among(_person_event.c.customer_id, "family"),
                _person_event.c.operation_id.is_not(None),
            )
        ),
    )
    statement = update(_operation).where(touched).values(images=None, detail={})
    tx.execute(statement, these(tickets) | these(family, "family"))


def people(tx: Tx, family: Sequence[int], values: Sequence[str], now: datetime) -> None:
    """Nothing of who customers were remains but that they were."""
    ids = these(family)
    tx.execute(delete(_identity).where(among(_identity.c.customer_id)), ids)
    tx.execute(delete(_call).where(among(_call.c.customer_id)), ids)
    nothing: dict[str, Any] = {
        "name": "", "email": "", "organisation_id": None, "fields": {}, "language": "",
        "inherited": [], "erased_at": now,
    }  # fmt: skip
    tx.execute(update(_customer).where(among(_customer.c.id)).values(nothing), ids)
    mine = among(_person_event.c.customer_id)
    tx.execute(update(_person_event).where(mine).values(changes={}, text=""), ids)
    named = these(values, "values")
    for column in (_collaborator.c.email, _suppression.c.email, _imported.c.key):
        tx.execute(delete(column.table).where(among(column, "values")), named)


def telling(values: Iterable[str]) -> list[str]:
    """Those of identities that name somebody wherever they stand.

    A short one that is no address or number might be a word: it is left where it stands.
    """
    return [one for one in values if "@" in one or one[0] == "+" or len(one) >= _TELLING]


def everywhere(tx: Tx, values: Sequence[str], name: Callable[[str], str]) -> None:
    """Say every text that any other table keeps otherwise in which identities may stand."""

    def kept(text: str) -> str:
        return json.dumps(said_otherwise(json.loads(text), name))

    driver(tx).create_function("said_otherwise", 1, name)
    driver(tx).create_function("kept_otherwise", 1, kept)
    looked_for = json.dumps([form.lower() for value in values for form in forms(value)])
    for table in metadata.sorted_tables:
        if table.name in _LEFT:
            continue
        for column in table.columns:
            # What SQLModel makes of a `str` is no String, but something around one.
            kind = getattr(column.type, "impl", column.type)
            if isinstance(kind, String | JSON) and not column.primary_key:
                otherwise = "kept_otherwise" if isinstance(kind, JSON) else "said_otherwise"
                driver(tx).execute(
                    f'UPDATE "{table.name}" SET "{column.name}" = '  # noqa: S608
                    f'{otherwise}("{column.name}") WHERE EXISTS (SELECT 1 FROM json_each(?) '
                    f'WHERE instr(lower("{column.name}"), value) > 0)',
                    (looked_for,),
                )


def wipe(file: Path) -> None:
    """Write the file anew: nothing that was removed remains in it, nor in the log beside it."""
    with (
        sentences(file),
        closing(sqlite3.connect(file, isolation_level=None, timeout=BUSY_SECONDS)) as connection,
    ):
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("INSERT INTO search (search) VALUES ('optimize')")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
