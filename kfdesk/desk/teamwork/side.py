"""Side conversations: a question by mail to another department or a supplier, on a ticket.

What is said there is a note of the ticket that leaves, as what rules mail is: the customer never
reads it, it meets no target, and an answer to it comes back as a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses

from kfdesk.desk import Desk
from kfdesk.desk.conversation.consequences import noted
from kfdesk.desk.operation import Draft, operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.sending.accounts import sending_channel
from kfdesk.desk.sending.files import check, read_all
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.mail.token import message_id_host, new_message_id, subject_token
from kfdesk.model import Actor, Address, By, Direction, File, MailPart, Message, Side
from kfdesk.settings import Settings
from kfdesk.store import answering, blobs, customers, journal, messages, outbox, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage
from kfdesk.store.outbox import NewOutbox
from kfdesk.store.packing import Blob
from kfdesk.store.teamwork import sides
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean, clean_line

#: Where a word aside goes: on in a conversation, by its id, or to whom, under which subject.
Aside = int | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes with a word aside: who else reads it, files, somebody else's words below it."""

    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    files: tuple[tuple[File, Blob], ...] = ()
    forwarded: str = ""
    signature: str | None = None  # where it is not the channel's


@dataclass(frozen=True, slots=True)
class Shown:
    """A side conversation with what was said in it."""

    side: Side
    messages: tuple[Message, ...]


def ask(
    desk: Desk,
    number: int,
    to: str,
    subject: str,
    body: str,
    actor: Actor,
    files: Sequence[str] = (),
    *,
    drafted: bool = False,
) -> Shown:
    """Open a side conversation: mail a question to `Name <addr>`, several of them, or `team:NAME`.

    `files` go with it, as a head names them. UserError where nobody is meant, or it is the
    customer, and where there is nothing to ask.
    """
    draft = Draft(number, "side") if drafted else None
    return _said(desk, number, (to, subject), body, actor, files, draft)


def answer(
    desk: Desk,
    id: int,
    body: str,
    actor: Actor,
    files: Sequence[str] = (),
    *,
    drafted: int | None = None,
) -> Shown:
    """Go on in a side conversation; one that was closed is open again.

    `drafted` is the ticket on which it was a draft.
    """
    draft = Draft(drafted, "side") if drafted is not None else None
    return _said(desk, 0, id, body, actor, files, draft)


def _said(
    desk: Desk,
    number: int,
    aside: Aside,
    body: str,
    actor: Actor,
    files: Sequence[str],
    draft: Draft | None,
) -> Shown:
    now, enclosed = desk.clock(), read_all(desk, files)
    detail = {"head": {"files": list(files)}} if files else None
    with operation(desk, actor, "side", detail, draft=draft) as tx:
        id, _message = write(tx, desk, number, aside, body, actor, now, enclosed)
        return _shown(tx, id)


def write(
    tx: Tx,
    desk: Desk,
    number: int,
    aside: Aside,
    body: str,
    actor: Actor,
    now: datetime,
    files: Sequence[File] = (),
) -> tuple[int, int]:
    """Write a word aside, and queue it; return its conversation, which may be new, and itself."""
    text = _not_empty(body)
    id = aside if isinstance(aside, int) else _begun(tx, desk, number, *aside, actor, now)
    side = sides.get(tx, id)
    if not side.to:
        raise UserError(_("nobody is left in side conversation {id}: ask anew").format(id=id))
    check(sending_channel(desk.settings, side.account), [len(file.content) for file in files])
    if side.closed_at is not None:
        sides.close(tx, [id], None)
    state = tickets.state(tx, side.ticket)
    beside = Beside(files=tuple((file, Blob.of(file.content)) for file in files))
    return id, say(tx, desk, state, side, text, actor, now, beside)


def _begun(
    tx: Tx, desk: Desk, number: int, to: str, subject: str, actor: Actor, now: datetime
) -> int:
    state = tickets.state(tx, number)
    people = recipients(desk.settings, to)
    theirs = customers.emails_of(tx, [state.customer_id])[state.customer_id]
    for person in people:
        if person.email in theirs:
            raise UserError(
                _("{email} is the customer of ticket {number}; answer them instead").format(
                    email=person.email, number=number
                )
            )
    channel = sending_channel(desk.settings, state.account)
    title = clean_line(subject) or state.subject
    return sides.add(tx, number, title, people, channel.name, actor.name, now)


def close(desk: Desk, id: int, actor: Actor) -> Shown:
    """Say that a side conversation is over; an answer that comes all the same opens it again."""
    now = desk.clock()
    with operation(desk, actor, "side") as tx:
        side = sides.get(tx, id)
        if side.closed_at is None:
            sides.close(tx, [id], now)
            said = _("side conversation {id} closed: {subject}").format(id=id, subject=side.subject)
            journal.record(tx, [NewEvent(side.ticket, actor, "side", text=said)], now)
        return _shown(tx, id)


def listing(desk: Desk, number: int) -> list[Shown]:
    """Return a ticket's side conversations, oldest first. NotFound if there is no such ticket."""
    with desk.store.read() as tx:
        tickets.state(tx, number)
        return [_shown(tx, side.id) for side in sides.of_ticket(tx, number)]


def of_ticket(desk: Desk, number: int, id: int) -> Side:
    """Return a side conversation of that ticket. NotFound if it has none of that id."""
    with desk.store.read() as tx:
        side = sides.get(tx, id)
    if side.ticket != number:
        raise NotFound(
            _("side conversation {id} is one of ticket {number}").format(id=id, number=side.ticket)
        )
    return side


def recipients(settings: Settings, to: str) -> tuple[Address, ...]:
    """Read whom a question goes to: addresses, an agent's name, or a team's. UserError if none."""
    kind, _colon, name = to.strip().partition(":")
    agents = {agent.name: agent for agent in settings.agents}
    if kind == "team" and name in {team.name for team in settings.teams}:
        members = [agent for agent in settings.agents if name in agent.teams and agent.email]
    elif (one := agents.get(name if kind == "agent" else to.strip())) is not None:
        members = [one] if one.email else []
    else:
        return _addresses(settings, to)
    if not members:
        raise UserError(_("nobody of “{name}” has an address").format(name=to))
    return tuple(Address(agent.title or agent.name, agent.email.lower()) for agent in members)


def _addresses(settings: Settings, to: str) -> tuple[Address, ...]:
    from kfdesk.desk.tickets.opening import person

    pairs = [(name, email) for name, email in getaddresses([to]) if email]
    found = [person(f"{name} <{email}>" if name else email) for name, email in pairs]
    if not found:
        raise UserError(
            _("“{text}” is nobody; write 'Name <name@example.com>', an agent, or team:NAME").format(
                text=to
            )
        )
    for one in found:
        if one.email in settings.own_addresses():
            raise UserError(_("{email} is our own address").format(email=one.email))
    return tuple(dict.fromkeys(found))


def say(
    tx: Tx,
    desk: Desk,
    state: State,
    side: Side,
    text: str,
    actor: Actor,
    now: datetime,
    beside: Beside = Beside(),
) -> int:
    """Write what is said aside, queue its mail, and let the rules look at it."""
    channel = sending_channel(desk.settings, side.account)
    host = message_id_host(channel.address)
    last = answering.newest_of_side(tx, side.id)
    key = new_message_id(desk.secret, state.id, host, side=side.id)
    token = subject_token(desk.settings.desk.number_prefix, state.id)
    subject = f"{'Re: ' if last else ''}[{token}] {side.subject}".strip()
    id = messages.first_id(tx)
    message = NewMessage(
        id=id,
        ticket_id=state.id,
        account=channel.name,
        direction=Direction.NOTE,
        by=By.AGENT,
        author=actor.name,
        author_email=channel.address,
        at=now,
        created_at=now,
        external_id=key,
        message_id=key,
        thread=(last.message_id, *last.thread)[:50] if last else (),
        subject=subject,
        cut=len(text),
        to=tuple(one for one in side.to if one not in beside.cc),
        cc=beside.cc,
        bcc=beside.bcc,
        text=f"{text}\n{beside.forwarded}" if beside.forwarded else text,
        side_id=side.id,
        attachments=tuple(
            MailPart(file.name, file.type, len(file.content), blob.sha256.hex(), "")
            for file, blob in beside.files
        ),
    )
    blobs.put(tx, (blob for _file, blob in beside.files))
    messages.insert_many(tx, [message])
    row = NewOutbox(
        ticket_id=state.id,
        message_id=id,
        account=channel.name,
        key=key,
        to=tuple(person.email for person in (*message.to, *message.cc, *message.bcc)),
        subject=subject,
        automatic=False,
        not_before=now + desk.settings.ui.undo_send,
        created_at=now,
        payload={} if beside.signature is None else {"signature": beside.signature},
    )
    outbox.queue(tx, [row])
    tickets.update_many(tx, {state.id: noted(state, actor, now)})
    (event,) = journal.record(
        tx, [NewEvent(state.id, actor, "side", message_id=id, text=side.subject)], now
    )
    settle(desk, tx, [Root(state.id, "updated", actor, id, {}, event)], now)
    return id


def _shown(tx: Tx, id: int) -> Shown:
    side = sides.get(tx, id)
    said = [message for message in messages.of_ticket(tx, side.ticket) if message.side == id]
    return Shown(side, tuple(said))


def _not_empty(text: str) -> str:
    body = clean(text).strip()
    if not body:
        raise UserError(_("there is nothing to say; give --body, or - to read standard input"))
    return body
