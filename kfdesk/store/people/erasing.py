"""Taking somebody's words out of every table, so that no byte of the file holds them any more.

Rows stay where they count something: who wrote when on what is a figure, what they wrote is not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, String, and_, bindparam, delete, or_, select, update

from kfdesk.model import By, OutboxState
from kfdesk.store.engine import BUSY_SECONDS, sentences
from kfdesk.store.ids import among, these
from kfdesk.store.people.mentions import forms, said_otherwise
from kfdesk.store.prepared import Prepared
from kfdesk.store.tables import (
    CallRow,
    CollaboratorRow,
    CustomerEventRow,
    CustomerRow,
    DraftRow,
    EventRow,
    IdentityRow,
    ImportedRow,
    OperationRow,
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
#: An identity of so many characters is no word by which a status, say, is called.
_TELLING = 8
#: Tables that hold nobody's words, or are looked at by themselves.
_LEFT = frozenset(("blob", "agent", "team", "ruleset", "message", "identity", "meta", "article"))


def zeroing(tx: Tx) -> None:
    """What is removed in this connection is overwritten with zeros."""
    driver(tx).execute("PRAGMA secure_delete = ON")


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
