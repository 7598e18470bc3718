"""Saying something on a ticket: a reply that leaves, a note that stays, a rule's automatic answer."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kfdesk.desk import Desk
from kfdesk.desk.change import Diff, columns, difference
from kfdesk.errors import Conflict, UserError
from kfdesk.i18n import _
from kfdesk.mail.token import message_id_host, new_message_id, subject_token
from kfdesk.model import (
    KEEP,
    Actor,
    Address,
    By,
    Change,
    Direction,
    File,
    MailPart,
    Status,
    Ticket,
)
from kfdesk.settings import Channel, Settings
from kfdesk.store import blobs, customers, journal, messages, outbox, tickets
from kfdesk.store.blobs import Blob
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage, Thread
from kfdesk.store.outbox import NewOutbox
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean, clean_line


def read_file(path: Path) -> File:
    """Read a file to attach. UserError if it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            _("{file} cannot be attached: {why}").format(file=path, why=error.strerror)
        ) from error
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(clean_line(path.name), kind, content)


def reply(
    desk: Desk,
    number: int,
    text: str,
    actor: Actor,
    *,
    everyone: bool = False,
    files: Sequence[File] = (),
    status: Status | None = None,
    seen: int | None = None,
) -> Ticket:
    """Answer the customer: the reply is queued, held back for `ui.undo_send`, and leaves at a sync.

    `everyone` copies the ticket's collaborators. `seen` is the newest message id the writer had in
    view: Conflict if something was said since.
    """
    from kfdesk.desk.triggers import Root, run

    body = _not_empty(text)
    now = desk.clock()
    packed = [(file, Blob.of(file.content)) for file in files]
    with desk.store.write() as tx:
        state = tickets.state(tx, number)
        asked = messages.newest_inbound(tx, number)
        _nothing_new(number, asked, seen)
        to = _recipient(tx, state, asked)
        cc: tuple[Address, ...] = ()
        if everyone:
            cc = tuple(a for a in tickets.get(tx, number).collaborators if a.email != to.email)
        id = _post(
            tx, desk, state, body, actor, now,
            to=to, cc=cc, asked=asked, files=packed,
            not_before=now + desk.settings.ui.undo_send,
        )  # fmt: skip
        wanted = Change(status=status or (Status.OPEN if state.status is Status.NEW else KEEP))
        diff = difference(state, wanted)
        values = columns(state, diff, actor, now)
        values |= {
            "waiting_since": None,
            "unread": False,
            "message_count": state.message_count + 1,
            "first_response_at": state.first_response_at or now,
        }
        tickets.update_many(tx, {number: values})
        (event,) = journal.record(
            tx, [NewEvent(number, actor, "reply", diff, message_id=id)], now
        )
        run(desk, tx, [Root(number, "updated", actor, id, diff, event)], now)
        return tickets.get(tx, number)


def note(desk: Desk, number: int, text: str, actor: Actor) -> Ticket:
    """Write an internal note: colleagues read it, the customer never does."""
    from kfdesk.desk.triggers import Root, run

    body = _not_empty(text)
    now = desk.clock()
    with desk.store.write() as tx:
        tickets.state(tx, number)
        id, event = _note(tx, number, body, actor, now, 0, "")
        diff: Diff = {}
        run(desk, tx, [Root(number, "updated", actor, id, diff, event)], now)
        return tickets.get(tx, number)


def add_note(
    tx: Tx, desk: Desk, ticket_id: int, text: str, actor: Actor, now: datetime, root: int
) -> None:
    """Write a rule's note, in the transaction of the rule."""
    _note(tx, ticket_id, clean(text), actor, now, root, actor.name)


def automatic(
    tx: Tx, desk: Desk, ticket_id: int, template: str, rule: str, root: int, now: datetime
) -> str:
    """Queue a rule's answer to the customer; return "" or why it was held back, written on the ticket."""
    from kfdesk.desk import limits
    from kfdesk.rules.template import render

    actor = Actor(By.RULE, rule)
    state = tickets.state(tx, ticket_id)
    asked = messages.newest_inbound(tx, ticket_id)
    wanted = next(t for t in desk.settings.templates if t.name == template)
    values = template_values(tx, desk, state)
    subject = clean_line(render(wanted.subject, values)) or _answer_subject(desk.settings, state)
    to = _address_of(tx, state, asked)
    held = limits.holds_back(tx, desk, state, asked, to, subject, now)
    if held:
        event = NewEvent(ticket_id, actor, "held back", rule=rule, root=root, text=held)
        journal.record(tx, [event], now)
        return held
    assert to is not None
    id = _post(
        tx, desk, state, clean(render(wanted.text, values)), actor, now,
        to=to, asked=asked, auto=f"rule: {rule}", subject=subject, not_before=now,
    )  # fmt: skip
    tickets.update_many(
        tx, {ticket_id: {"message_count": state.message_count + 1, "version": state.version + 1}}
    )
    event = NewEvent(ticket_id, actor, "reply", rule=rule, root=root, message_id=id)
    journal.record(tx, [event], now)
    return ""


def template_values(tx: Tx, desk: Desk, state: State) -> dict[str, str]:
    """Return what `{{…}}` stands for on a ticket."""
    customer = customers.get(tx, state.customer_id)
    agent = next((a for a in desk.settings.agents if a.name == state.assignee), None)
    return {
        "ticket.number": str(state.id),
        "ticket.token": subject_token(desk.settings.desk.number_prefix, state.id),
        "ticket.subject": state.subject,
        "ticket.status": str(state.status),
        "ticket.priority": str(state.priority),
        "ticket.category": state.category,
        "ticket.team": state.team,
        "customer.name": customer.name or customer.email,
        "customer.email": customer.email,
        "agent.name": state.assignee,
        "agent.title": (agent.title or agent.name) if agent else "",
        "desk.name": desk.settings.desk.name,
    }


def sending_channel(settings: Settings, account: str) -> Channel:
    """Return the channel that answers a ticket of `account`: its own, else the first that sends."""
    able = [c for c in settings.channels if c.smtp is not None or c.outbox_path is not None]
    if not able:
        raise UserError(_("no channel can send; give one of them `smtp` in the configuration"))
    return next((c for c in able if c.name == account), able[0])


def _not_empty(text: str) -> str:
    body = clean(text).strip()
    if not body:
        raise UserError(_("there is nothing to say; give --body, or - to read standard input"))
    return body


def _nothing_new(number: int, asked: Thread | None, seen: int | None) -> None:
    if seen is not None and asked is not None and asked.id > seen:
        raise Conflict(
            _("{who} wrote on ticket {number} meanwhile; read it before this goes out").format(
                who=asked.author, number=number
            )
        )


def _address_of(tx: Tx, state: State, asked: Thread | None) -> Address | None:
    customer = customers.get(tx, state.customer_id)
    if asked is not None and asked.reply_to:
        own = customers.emails_of(tx, [state.customer_id])[state.customer_id]
        if asked.author_email in own:
            return Address(customer.name, asked.reply_to)
    return Address(customer.name, customer.email) if customer.email else None


def _recipient(tx: Tx, state: State, asked: Thread | None) -> Address:
    to = _address_of(tx, state, asked)
    if to is None:
        raise UserError(
            _("the customer of ticket {number} has no address; write a note instead").format(
                number=state.id
            )
        )
    return to


def _answer_subject(settings: Settings, state: State) -> str:
    token = subject_token(settings.desk.number_prefix, state.id)
    return f"Re: [{token}] {state.subject}".strip()


def _post(
    tx: Tx,
    desk: Desk,
    state: State,
    text: str,
    actor: Actor,
    now: datetime,
    *,
    to: Address,
    asked: Thread | None,
    not_before: datetime,
    cc: tuple[Address, ...] = (),
    files: Sequence[tuple[File, Blob]] = (),
    auto: str = "",
    subject: str = "",
) -> int:
    """Write an outgoing message and its outbox row; return the message's id."""
    channel = sending_channel(desk.settings, state.account)
    host = message_id_host(channel.address)
    key = new_message_id(desk.secret, state.id, host)
    blobs.put(tx, (blob for _file, blob in files))
    thread = ((asked.message_id, *asked.thread) if asked and asked.message_id else ())[:50]
    subject = subject or _answer_subject(desk.settings, state)
    message = NewMessage(
        id=messages.first_id(tx),
        ticket_id=state.id,
        account=channel.name,
        direction=Direction.OUT,
        by=actor.kind,
        author=actor.name if actor.kind is By.AGENT else desk.settings.desk.name,
        author_email=channel.address,
        at=now,
        created_at=now,
        external_id=key,
        message_id=key,
        thread=thread,
        auto=auto,
        subject=subject,
        cut=len(text),
        to=(to,),
        cc=cc,
        text=text,
        attachments=tuple(
            MailPart(file.name, file.type, len(file.content), blob.sha256.hex(), "")
            for file, blob in files
        ),
    )
    messages.insert_many(tx, [message])
    outbox.queue(
        tx,
        NewOutbox(
            ticket_id=state.id,
            message_id=message.id,
            account=channel.name,
            key=key,
            to=(to.email, *(a.email for a in cc)),
            subject=subject,
            automatic=bool(auto),
            not_before=not_before,
            created_at=now,
        ),
    )
    return message.id


def _note(
    tx: Tx, number: int, text: str, actor: Actor, now: datetime, root: int, rule: str
) -> tuple[int, int]:
    state = tickets.state(tx, number)
    id = messages.first_id(tx)
    message = NewMessage(
        id=id,
        ticket_id=number,
        account="",
        direction=Direction.NOTE,
        by=actor.kind,
        author=actor.name,
        author_email="",
        at=now,
        created_at=now,
        external_id=f"note:{id}",
        cut=len(text),
        text=text,
    )
    messages.insert_many(tx, [message])
    values = columns(state, {}, actor, now) | {"message_count": state.message_count + 1}
    tickets.update_many(tx, {number: values})
    event = NewEvent(number, actor, "note", rule=rule, root=root, message_id=id)
    (event_id,) = journal.record(tx, [event], now)
    return id, event_id

