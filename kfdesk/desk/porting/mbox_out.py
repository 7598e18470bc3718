"""Mails as mbox (mboxrd, RFC 4155): byte for byte as they came or went; notes stay inside.

What was no mail (a ticket made by hand, an import) becomes one, in the words that were said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import IO

from kfdesk.desk import Desk
from kfdesk.model import Direction, Message, Ticket
from kfdesk.store import blobs, messages, whole_tickets
from kfdesk.store.tx import Tx

_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_WAVE = 200


def write(
    desk: Desk,
    tx: Tx,
    numbers: Sequence[int],
    stream: IO[bytes],
    progress: Callable[[str, int, int], None],
) -> int:
    """Write the mails of tickets; return how many."""
    count = 0
    for start in range(0, len(numbers), _WAVE):
        wave = numbers[start : start + _WAVE]
        for ticket in whole_tickets.get_many(tx, wave):
            first = ""
            for message in messages.of_ticket(tx, ticket.number):
                if message.direction is Direction.NOTE or message.side is not None:
                    continue
                raw = messages.raw_of(tx, message.id)
                content = blobs.get(tx, raw) if raw else _composed(desk, tx, ticket, message, first)
                first = first or _mark(desk, message)
                _put(stream, content, message.author_email, message.at)
                count += 1
        progress("tickets", start + len(wave), len(numbers))
    return count


def _put(stream: IO[bytes], content: bytes, sender: str, at: datetime) -> None:
    name = sender if sender and not re.search(r"\s", sender) else "MAILER-DAEMON"
    line = f"From {name} {at.astimezone(UTC):%a %b %d %H:%M:%S %Y}\n"
    stream.write(line.encode("utf-8", "replace"))
    stream.write(_FROM.sub(rb">\1", content))
    stream.write(b"\n" if content.endswith(b"\n") else b"\n\n")


def _composed(desk: Desk, tx: Tx, ticket: Ticket, message: Message, first: str) -> bytes:
    """A mail of something said that was none; it answers the `first` one of its ticket."""
    ours = _ours(desk)
    customer = (ticket.customer.name, ticket.customer.email)
    outgoing = message.direction is Direction.OUT
    sender = (message.author, ours) if outgoing else (message.author, message.author_email)
    mail = EmailMessage(policy=policy.SMTP.clone(utf8=True))
    mail["From"] = formataddr(sender) if sender[1] else message.author or "nobody"
    mail["To"] = formataddr(customer) if outgoing and customer[1] else ours
    mail["Subject"] = message.subject or ticket.subject
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{_mark(desk, message)}>"
    if first:
        mail["References"] = f"<{first}>"
    mail["X-Kfdesk-Ticket"] = str(ticket.number)
    mail.set_content(message.text, cte="8bit")
    for file in message.attachments:
        _message, part, _file = messages.attachment(tx, file.id)
        if not part and file.sha256:
            kind, _slash, sub = file.type.partition("/")
            mail.add_attachment(
                blobs.get(tx, bytes.fromhex(file.sha256)),
                maintype=kind or "application",
                subtype=sub or "octet-stream",
                filename=file.name,
            )
    if mail.is_multipart():
        mail.set_boundary(f"=_kfdesk_{message.id}")  # the same bytes in every export
    return mail.as_bytes()


def _ours(desk: Desk) -> str:
    return next((c.address for c in desk.settings.channels if c.address), "desk@localhost")


def _mark(desk: Desk, message: Message) -> str:
    """Its Message-ID: its own, or one that is the same in every export."""
    host = _ours(desk).rpartition("@")[2]
    return message.message_id or f"kfdesk-message-{message.id}@{host}"
