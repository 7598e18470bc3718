"""What is to leave the desk: queued, claimed, marked. No row is ever sent twice by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from kfdesk.errors import NotFound
from kfdesk.i18n import _
from kfdesk.model import Direction, OutboxKind, OutboxRow, OutboxState
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.tables import MessageRow, OutboxTable
from kfdesk.store.tx import Tx

_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class NewOutbox:
    """A thing to send, about to be queued; `message_id` is none where it is no message."""

    ticket_id: int
    message_id: int | None
    account: str
    key: str
    to: tuple[str, ...]
    subject: str
    automatic: bool
    not_before: datetime
    created_at: datetime
    kind: OutboxKind = "mail"
    payload: Mapping[str, Any] = field(default_factory=dict)


def queue(tx: Tx, rows: Sequence[NewOutbox]) -> list[int]:
    """Queue things to send; return their ids."""
    if not rows:
        return []
    first = next_id(tx, _outbox)
    ids = list(range(first, first + len(rows)))
    tx.execute(
        insert(_outbox),
        [
            {
                "id": id,
                "ticket_id": row.ticket_id,
                "message_id": row.message_id,
                "kind": row.kind,
                "payload": row.payload,
                "account": row.account,
                "key": row.key,
                "recipient": row.to[0] if row.to else "",
                "to": list(row.to),
                "subject": row.subject,
                "automatic": row.automatic,
                "state": OutboxState.QUEUED.value,
                "attempts": 0,
                "not_before": row.not_before,
                "error": "",
                "created_at": row.created_at,
            }
            for id, row in zip(ids, rows, strict=True)
        ],
    )
    return ids


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row this process may send, and nobody else."""

    id: int
    ticket_id: int
    message_id: int | None
    key: str
    to: tuple[str, ...]
    attempts: int
    automatic: bool


def due(tx: Tx, account: str, now: datetime) -> list[int]:
    """Return the ids of what a channel may send now, oldest first."""
    statement = (
        select(_outbox.c.id)
        .where(
            _outbox.c.account == account,
            _outbox.c.state == OutboxState.QUEUED.value,
            _outbox.c.not_before <= now,
        )
        .order_by(_outbox.c.id)
    )
    return list(tx.scalars(statement))


def claim(tx: Tx, id: int, now: datetime) -> Claimed | None:
    """Take a row for sending; None if it was cancelled meanwhile. Commit before sending."""
    row = tx.execute(
        update(_outbox)
        .where(_outbox.c.id == id, _outbox.c.state == OutboxState.QUEUED.value)
        .values(
            state=OutboxState.SENDING.value,
            attempts=_outbox.c.attempts + 1,
            claimed_at=now,
            error="",
        )
        .returning(
            _outbox.c.id,
            _outbox.c.ticket_id,
            _outbox.c.message_id,
            _outbox.c.key,
            _outbox.c.to,
            _outbox.c.attempts,
            _outbox.c.automatic,
        )
    ).first()
    if row is None:
        return None
    return Claimed(
        row.id, row.ticket_id, row.message_id, row.key, tuple(row.to), row.attempts, row.automatic
    )


def mark(
    tx: Tx,
    ids: Sequence[int],
    state: OutboxState,
    now: datetime,
    *,
    error: str = "",
    not_before: datetime | None = None,
    only: OutboxState | None = None,
) -> None:
    """Write what became of rows; `not_before` puts them off; `only` those that stand there."""
    values = {"state": state.value, "error": error, "done_at": now}
    if not_before is not None:
        values["not_before"] = not_before
    statement = update(_outbox).where(_outbox.c.id.in_(list(ids))).values(values)
    tx.execute(statement if only is None else statement.where(_outbox.c.state == only.value))


def left_sending(tx: Tx, account: str) -> list[int]:
    """Return rows that a process claimed and never marked: it died; they may have been accepted."""
    statement = select(_outbox.c.id).where(
        _outbox.c.account == account, _outbox.c.state == OutboxState.SENDING.value
    )
    return list(tx.scalars(statement.order_by(_outbox.c.id)))


def rows(
    tx: Tx, states: Collection[OutboxState] | None = None, ids: Collection[int] | None = None
) -> list[OutboxRow]:
    """Return outbox rows, oldest first: all, or those in `states`, or those of `ids`."""
    statement = select(_outbox).order_by(_outbox.c.id)
    if states is not None:
        statement = statement.where(_outbox.c.state.in_([state.value for state in states]))
    if ids is not None:
        statement = statement.where(_outbox.c.id.in_(list(ids)))
    return [
        OutboxRow(
            id=row.id,
            ticket=row.ticket_id,
            channel=row.account,
            to=tuple(row.to),
            subject=row.subject,
            state=OutboxState(row.state),
            attempts=row.attempts,
            not_before=row.not_before,
            error=row.error,
            message_id=row.key,
            automatic=row.automatic,
            kind=row.kind,
            payload=row.payload,
            created_at=row.created_at,
            claimed_at=row.claimed_at,
            done_at=row.done_at,
        )
        for row in tx.execute(statement)
    ]


def newest(tx: Tx, states: Collection[OutboxState], limit: int) -> list[OutboxRow]:
    """Return the rows in these states, the newest first, at most so many."""
    ids = select(_outbox.c.id).where(_outbox.c.state.in_([state.value for state in states]))
    found = rows(tx, ids=list(tx.scalars(ids.order_by(_outbox.c.id.desc()).limit(limit))))
    return found[::-1]


def standing(tx: Tx, states: Collection[OutboxState]) -> dict[tuple[str, OutboxState], int]:
    """Return {(channel, state): how many stand there}."""
    statement = (
        select(_outbox.c.account, _outbox.c.state, func.count())
        .where(_outbox.c.state.in_([state.value for state in states]))
        .group_by(_outbox.c.account, _outbox.c.state)
    )
    return {(account, OutboxState(state)): n for account, state, n in tx.execute(statement)}


def looked_for(tx: Tx, id: int, payload: Mapping[str, Any], found: str) -> None:
    """Remember what a look into the Sent folder came to: `no`, or `unsure` where none can tell."""
    statement = update(_outbox).where(_outbox.c.id == id)
    tx.execute(statement.values(payload={**payload, "in_sent": found}))


def get(tx: Tx, id: int) -> OutboxRow:
    """Return one outbox row. NotFound if there is none."""
    found = rows(tx, ids=[id])
    if not found:
        raise NotFound(_("there is no outbox row {id}; see `kfdesk outbox`").format(id=id))
    return found[0]


def told(tx: Tx, agent: str, since: datetime) -> list[OutboxRow]:
    """Return the notices that an agent was given since a time, oldest first."""
    statement = select(_outbox.c.id).where(
        _outbox.c.recipient == agent, _outbox.c.kind == "notice", _outbox.c.created_at >= since
    )
    return rows(tx, ids=list(tx.scalars(statement)))


def of_ticket(tx: Tx, number: int, *, unsent: bool = False) -> list[OutboxRow]:
    """Return the outbox rows of one ticket, oldest first: all, or those that were not sent."""
    asked = select(_outbox.c.id).where(_outbox.c.ticket_id == number)
    if unsent:
        asked = asked.where(_outbox.c.state != OutboxState.SENT.value)
    return rows(tx, ids=list(tx.scalars(asked)))


_WAITING = select(_outbox.c.ticket_id, _outbox.c.id, _outbox.c.message_id).where(
    among(_outbox.c.ticket_id),
    _outbox.c.state == OutboxState.QUEUED.value,
    _outbox.c.payload["about"].as_string() == bindparam("about"),
)


def waiting(tx: Tx, numbers: Iterable[int], about: str) -> list[tuple[int, int, int]]:
    """Return (ticket, outbox row, message) of what is about one thing and has not left yet."""
    rows = tx.execute(_WAITING, these(numbers) | {"about": about})
    return [(number, id, message) for number, id, message in rows]


def spoken(tx: Tx, numbers: Iterable[int], at: datetime) -> set[int]:
    """Return those of these tickets to whose customer something was written at that instant."""
    statement = select(_outbox.c.ticket_id).where(
        among(_outbox.c.ticket_id),
        _outbox.c.created_at == at,
        _outbox.c.kind == "mail",
        _outbox.c.state != OutboxState.CANCELLED.value,
        _outbox.c.message_id.in_(
            select(_message.c.id).where(_message.c.direction == Direction.OUT.value)
        ),
    )
    return set(tx.scalars(statement, these(numbers)))


def notices(tx: Tx, agent: str) -> list[OutboxRow]:
    """Return the notices that wait for an agent, oldest first."""
    statement = select(_outbox.c.id).where(
        _outbox.c.recipient == agent,
        _outbox.c.kind == "notice",
        _outbox.c.state == OutboxState.QUEUED.value,
    )
    ids = list(tx.scalars(statement))
    return rows(tx, ids=ids) if ids else []


@dataclass(frozen=True, slots=True)
class Automatic:
    """One automatic mail that somebody got: for the limits."""

    ticket_id: int
    subject: str
    created_at: datetime


def automatic_since(
    tx: Tx, recipients: Collection[str], since: datetime
) -> dict[str, list[Automatic]]:
    """Return {address: the automatic mails queued for it since then}, whatever became of them."""
    statement = select(
        _outbox.c.recipient, _outbox.c.ticket_id, _outbox.c.subject, _outbox.c.created_at
    ).where(
        among(_outbox.c.recipient),
        _outbox.c.created_at >= since,
        _outbox.c.kind.in_(("mail", "letter")),
        _outbox.c.automatic,
        _outbox.c.state != OutboxState.CANCELLED.value,
    )
    found: dict[str, list[Automatic]] = {}
    for recipient, ticket, subject, at in tx.execute(statement, these(recipients)):
        found.setdefault(recipient, []).append(Automatic(ticket, subject, at))
    return found


def by_key(tx: Tx, keys: Collection[str]) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return {Message-ID: (ticket, recipients)} of what was queued under those keys."""
    statement = select(_outbox.c.key, _outbox.c.ticket_id, _outbox.c.to).where(among(_outbox.c.key))
    rows = tx.execute(statement, these(keys))
    return {key: (ticket, tuple(to)) for key, ticket, to in rows}


def messages_of(tx: Tx, keys: Collection[str]) -> dict[str, int]:
    """Return {Message-ID: the message} of the mails that were queued under those keys."""
    statement = select(_outbox.c.key, _outbox.c.message_id).where(
        among(_outbox.c.key), _outbox.c.kind == "mail"
    )
    return {key: id for key, id in tx.execute(statement, these(keys))}  # noqa: C416


def letters(tx: Tx, keys: Collection[str]) -> set[str]:
    """Return those Message-IDs under which a mail to a colleague was queued that is no message."""
    statement = select(_outbox.c.key).where(among(_outbox.c.key), _outbox.c.kind == "letter")
    return set(tx.scalars(statement, these(keys)))


def of_message(tx: Tx, message: int) -> OutboxRow:
    """Return the outbox row of a message that leaves once. NotFound if it does not leave."""
    ids = list(tx.scalars(select(_outbox.c.id).where(_outbox.c.message_id == message)))
    return get(tx, ids[0] if ids else 0)


def message_of(tx: Tx, id: int) -> int:
    """Return the message that an outbox row sends."""
    return int(tx.execute(select(_outbox.c.message_id).where(_outbox.c.id == id)).scalar_one())
