"""Internal notes: what colleagues and rules write on a ticket and no customer ever reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kfdesk.desk.conversation.consequences import noted
from kfdesk.model import Actor, Direction
from kfdesk.store import journal, messages, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


def write_notes(
    tx: Tx,
    states: Mapping[int, State],
    texts: Mapping[int, str],
    actor: Actor,
    now: datetime,
    *,
    roots: Mapping[int, int] | None = None,
    rule: str = "",
) -> dict[int, tuple[int, int]]:
    """Write a note on each ticket, {number: text}; return {number: (message, event)}."""
    first = messages.first_id(tx)
    ids = dict(zip(texts, range(first, first + len(texts)), strict=True))
    messages.insert_many(
        tx,
        [
            NewMessage(
                id=ids[number],
                ticket_id=number,
                account="",
                direction=Direction.NOTE,
                by=actor.kind,
                author=actor.name,
                author_email="",
                at=now,
                created_at=now,
                external_id=f"note:{ids[number]}",
                cut=len(text),
                text=text,
            )
            for number, text in texts.items()
        ],
    )
    values = {number: noted(states[number], actor, now) for number in texts}
    tickets.update_many(tx, values)
    events = journal.record(
        tx,
        [
            NewEvent(
                number,
                actor,
                "note",
                rule=rule,
                root=(roots or {}).get(number, 0),
                message_id=ids[number],
            )
            for number in texts
        ],
        now,
    )
    return {n: (ids[n], event) for n, event in zip(texts, events, strict=True)}
