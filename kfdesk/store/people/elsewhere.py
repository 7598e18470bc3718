"""What of somebody's words stands on the tickets of other people: those they took part in, and
those that were merged with theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete, or_, select, update

from kfdesk.model import OutboxState
from kfdesk.store.ids import among, these
from kfdesk.store.tables import (
    CollaboratorRow,
    EventRow,
    MessageRow,
    OperationRow,
    OutboxTable,
    SideRow,
    TicketTable,
    TraceRow,
)
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_collaborator = CollaboratorRow.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_trace = TraceRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_operation = OperationRow.__table__  # type: ignore[attr-defined]
_side = SideRow.__table__  # type: ignore[attr-defined]


def moved_from(tx: Tx, tickets: Sequence[int]) -> set[int]:
    """The messages that merges took from these tickets, wherever they are now."""
    statement = (
        select(_event.c.ticket_id, _operation.c.detail)
        .join_from(_event, _operation, _operation.c.id == _event.c.operation_id)
        .where(among(_event.c.ticket_id), _event.c.kind == "merged")
    )
    return {
        id
        for number, detail in tx.execute(statement, these(tickets))
        for id in (detail or {}).get("sources", {}).get(str(number), ())
    }


def around(
    tx: Tx, tickets: Sequence[int], messages: Iterable[int], emails: Iterable[str]
) -> list[int]:
    """The tickets of others with these messages or parties, or merged with one of `tickets`."""
    own = these(tickets)
    named = these(set(emails), "emails")
    into = select(_ticket.c.merged_into).where(among(_ticket.c.id))
    statement = select(_ticket.c.id).where(
        ~among(_ticket.c.id),
        or_(
            _ticket.c.id.in_(select(_message.c.ticket_id).where(among(_message.c.id, "messages"))),
            _ticket.c.id.in_(
                select(_collaborator.c.ticket_id).where(among(_collaborator.c.email, "emails"))
            ),
            _ticket.c.id.in_(into),
            among(_ticket.c.merged_into),
        ),
    )
    return list(tx.scalars(statement, own | named | these(messages, "messages")))


def subjects(tx: Tx, tickets: Sequence[int]) -> dict[int, str]:
    """What tickets are about."""
    statement = select(_ticket.c.id, _ticket.c.subject).where(
        among(_ticket.c.id), _ticket.c.subject != ""
    )
    return {id: subject for id, subject in tx.execute(statement, these(tickets))}  # noqa: C416


def forget(
    tx: Tx,
    tickets: Sequence[int],
    said: Mapping[int, str],
    messages: Collection[int],
    emails: Collection[str],
) -> None:
    """Nothing of theirs stands around these tickets of others: `said` are their own's subjects.

    `messages` are what they wrote or what was said on their tickets. What has been told of
    tickets, to agents and to other programs, may quote anything, and is of no more use.
    """
    here = these(tickets)
    told = (among(_outbox.c.ticket_id), _outbox.c.kind != "mail")
    waiting = (*told, _outbox.c.state == OutboxState.QUEUED.value)
    tx.execute(update(_outbox).where(*waiting).values(state=OutboxState.CANCELLED.value), here)
    nothing = {"subject": "", "payload": {}, "error": ""}
    tx.execute(update(_outbox).where(*told).values(nothing), here)
    mails = update(_outbox).where(among(_outbox.c.message_id)).values(subject="")
    tx.execute(mails, these(messages))
    theirs = select(_event.c.id).where(
        among(_event.c.ticket_id),
        or_(among(_event.c.message_id, "messages"), among(_event.c.actor, "emails")),
    )
    tx.execute(
        delete(_trace).where(_trace.c.event_id.in_(theirs)),
        here | these(messages, "messages") | these(emails, "emails"),
    )
    lines = select(_event.c.id, _event.c.text).where(
        among(_event.c.ticket_id), _event.c.text.contains("#")
    )
    for id, text in tx.execute(lines, here).all():
        new = text
        for number, subject in said.items():
            new = new.replace(f"#{number} {subject}", f"#{number}")
        if new != text:
            tx.execute(update(_event).where(_event.c.id == id).values(text=new))
    asked = select(_message.c.side_id).where(
        among(_message.c.id, "messages"), _message.c.side_id.is_not(None)
    )
    tx.execute(
        update(_side).where(_side.c.id.in_(asked)).values(subject=""), these(messages, "messages")
    )
