"""Tickets that are ready, as rows: what each column of one, and of what was said, holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kfdesk.desk.porting.order import Order
from kfdesk.desk.porting.preparing import Line, Prepared
from kfdesk.model import EPOCH, OPEN_STATUSES, SYSTEM, Actor, By, Direction, Status
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage
from kfdesk.text import clean_line


def event(one: Prepared, order: Order, actor: Actor, number: int) -> NewEvent:
    """The one line of the journal: where the ticket comes from, and what has no place here."""
    source, fitted = order.source, one.fitted
    changes: dict[str, tuple[Any, Any]] = {
        "subject": (None, _subject(one)),
        "status": (None, fitted.substatus or str(fitted.status)),
        "priority": (None, str(fitted.priority)),
    }
    for name, value in fitted.extra.items():
        changes[f"{source}.{clean_line(name)[:100].rstrip('.')}"] = (None, value[:1000])
    return NewEvent(number, actor, "imported", changes, text=f"{source} {one.ticket.key}")


def _subject(one: Prepared) -> str:
    first = next((line.text for line in one.lines if line.text), "")
    return one.ticket.subject or clean_line(first[:400])[:100]


def ticket(one: Prepared, order: Order, number: int, customer: int) -> dict[str, Any]:
    """A row of tickets."""
    there, fitted = one.ticket, one.fitted
    closed = fitted.status is Status.CLOSED
    solved = closed or fitted.status is Status.SOLVED
    fields = dict(fitted.fields)
    if order.number_field:
        fields[order.number_field] = there.key
    return {
        "id": number,
        "subject": _subject(one),
        "status": fitted.status.value,
        "substatus": fitted.substatus,
        "priority": fitted.priority.rank,
        "type": fitted.type,
        "task_due": there.task_due,
        "channel": "email" if any(x.said.packed for x in one.lines) else fitted.channel,
        "account": order.account,
        "category": fitted.category,
        "team": fitted.team,
        "assignee": one.assignee.agent if one.assignee else "",
        "customer_id": customer,
        "fields": fields,
        "version": 1,
        "created_at": one.created,
        "updated_at": one.updated,
        "solved_at": (there.solved_at or there.closed_at or one.updated) if solved else None,
        "closed_at": (there.closed_at or one.updated) if closed else None,
        "spent": there.spent,
        "unread": False,
        "sla": "",
        "sla_chosen": "",
        "breached": False,
        "spam": False,
        "quarantine": "",
        "snoozed_until": None,
    } | _said_columns(one.lines, one, fitted.status)


def _said_columns(lines: Sequence[Line], one: Prepared, status: Status) -> dict[str, Any]:
    """The columns that follow from what was said."""
    answers = [x.said.at for x in lines if x.direction is Direction.OUT]
    last = max(answers, default=EPOCH)
    asked = [
        x.said.at for x in lines if x.direction is Direction.IN and x.said.at > last and not x.robot
    ]
    waits = status in OPEN_STATUSES and asked
    people = [x.said.at for x in lines if x.by is not By.SYSTEM]
    return {
        "message_count": len(lines),
        "last_person_at": min(max([one.created, *people]), one.updated),
        "waiting_since": min(asked) if waits else None,
        "first_response_at": min(answers, default=None),
    }


def message(
    one: Prepared, order: Order, line: Line, id: int, number: int, now: datetime
) -> NewMessage:
    """The columns of one thing that was said."""
    said, party = line.said, line.party
    at = min(said.at, now) if said.at > EPOCH else one.created
    mail = said.packed.mail if said.packed else None
    name = party.agent or party.shown if party else str(SYSTEM)
    return NewMessage(
        id=id,
        ticket_id=number,
        account=order.account,
        direction=line.direction,
        by=line.by,
        author=name,
        author_email=party.email if party else "",
        at=at,
        created_at=now,
        received_at=at,
        external_id=line.external,
        message_id=said.message_id,
        thread=said.references,
        auto=mail.robot if mail and line.robot and line.direction is Direction.IN else "",
        subject=said.subject or one.ticket.subject,
        cut=mail.cut if mail else len(line.text),
        to=said.to,
        cc=said.cc,
        reply_to=mail.reply_to.email if mail and mail.reply_to else "",
        raw=said.packed.blob.sha256 if said.packed else None,
        size=said.packed.blob.size if said.packed else 0,
        text=line.text,
        attachments=mail.attachments if mail else tuple(f.part for f in line.files),
        indexed=said.packed.indexed if said.packed else None,
    )
