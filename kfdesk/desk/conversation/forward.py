"""Passing a message of a ticket on to somebody else, with its files.

It is a word aside that carries the message: what they answer comes back to the ticket as a note,
and the ticket's own replies go to its customer as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.operation import Draft, operation
from kfdesk.desk.sending import files as enclosed
from kfdesk.desk.sending.head import Head, Readers, account_of, signature_of
from kfdesk.desk.teamwork import side
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.mail.compose import forward_header
from kfdesk.model import Actor, Direction, File, Message, Ticket
from kfdesk.store import customers, messages, tickets, whole_tickets
from kfdesk.store.packing import Blob
from kfdesk.store.teamwork import sides
from kfdesk.store.tx import Tx
from kfdesk.text import clean, clean_line


def forward(
    desk: Desk,
    number: int,
    text: str,
    actor: Actor,
    head: Head,
    files: Sequence[File] = (),
    *,
    drafted: bool = False,
) -> Ticket:
    """Mail a message of a ticket to whom the head names: its customer's newest, or one by its id.

    `head.files` names the files that go with it; `begun` is such a head with the message's own.
    """
    now = desk.clock()
    more = (*files, *enclosed.read_all(desk, head.files))
    draft = Draft(number, "forward") if drafted else None
    with operation(desk, actor, "forward", {"head": head.as_json()}, draft=draft) as tx:
        write(tx, desk, number, text, actor, now, head=head, files=more)
        return whole_tickets.get(tx, number)


def write(
    tx: Tx,
    desk: Desk,
    number: int,
    text: str,
    actor: Actor,
    now: datetime,
    *,
    head: Head,
    files: Sequence[File],
) -> int:
    """Write what is passed on, and queue it; return its message."""
    state = tickets.state(tx, number)
    readers = Readers.of(desk.settings, head)
    if not readers.to:
        raise UserError(_("nobody stands in To: write name@example.com, or an agent"))
    theirs = customers.emails_of(tx, [state.customer_id])[state.customer_id]
    for one in (*readers.to, *readers.cc, *readers.bcc):
        if one.email in theirs:
            raise UserError(
                _("{email} is the customer of ticket {number}; answer them instead").format(
                    email=one.email, number=number
                )
            )
    channel = account_of(desk.settings, head, state.account)
    enclosed.check(channel, [len(file.content) for file in files])
    message = _chosen(messages.of_ticket(tx, number), number, head.message)
    subject = clean_line(head.subject) or f"Fwd: {message.subject or state.subject}"
    asked = (*readers.to, *readers.cc)
    id = sides.add(tx, number, subject, asked, channel.name, actor.name, now)
    signature = signature_of(desk.settings, head, channel, actor.name)
    beside = side.Beside(
        cc=readers.cc,
        bcc=readers.bcc,
        files=tuple((file, Blob.of(file.content)) for file in files),
        forwarded=quoted(desk, message),
        signature=None if signature == channel.signature else signature,
    )
    return side.say(tx, desk, state, sides.get(tx, id), clean(text).strip(), actor, now, beside)


def begun(desk: Desk, number: int, id: int = 0) -> Head:
    """Return the head that passing a message on begins with: which it is, and its files."""
    with desk.store.read() as tx:
        message = _chosen(messages.of_ticket(tx, number), number, id)
    files = tuple(f"{enclosed.OURS}{file.id}" for file in message.attachments)
    return Head(files=files, message=message.id)


def quoted(desk: Desk, message: Message) -> str:
    """Return a message as it is passed on: who wrote it to whom when, and all of its text."""
    at = message.at.astimezone(ZoneInfo(desk.settings.desk.timezone))
    sender = f"{message.author} <{message.author_email}>".strip()
    fields = (
        ("From", sender),
        ("Date", f"{at:%Y-%m-%d %H:%M}"),
        ("Subject", message.subject),
        ("To", ", ".join(map(str, message.to))),
        ("Cc", ", ".join(map(str, message.cc))),
    )
    header = forward_header(fields, desk.settings.desk.language or "en")
    return f"{header}\n\n{message.text.strip()}"


def _chosen(said: Sequence[Message], number: int, id: int) -> Message:
    """The message of that id, else the newest that came in. NotFound, UserError for an internal."""
    if not id:
        came = [one for one in said if one.direction is Direction.IN and not one.internal]
        if not came:
            raise NotFound(_("nothing came in on ticket {number} yet").format(number=number))
        return next((one for one in reversed(came) if not one.auto), came[-1])
    found = next((one for one in said if one.id == id), None)
    if found is None:
        raise NotFound(_("ticket {number} has no message {id}").format(number=number, id=id))
    if found.internal:
        raise UserError(
            _("message {id} is internal; write what they need to know yourself").format(id=id)
        )
    return found
