"""A message that leaves: its words in the conversation and its place in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.sending import helpful
from kfdesk.desk.sending.accounts import sending_channel
from kfdesk.desk.sending.letter import Outgoing
from kfdesk.mail.token import message_id_host, new_message_id, subject_token
from kfdesk.model import Address, By, Customer, Direction, MailPart
from kfdesk.settings import Channel, Settings
from kfdesk.store import blobs, messages, outbox
from kfdesk.store.answering import Thread
from kfdesk.store.knowledge import article_uses
from kfdesk.store.messages import NewMessage
from kfdesk.store.outbox import NewOutbox
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


def post(tx: Tx, desk: Desk, letters: Sequence[Outgoing], now: datetime) -> list[int]:
    """Write outgoing messages and queue them; return their message ids."""
    if not letters:
        return []
    first = messages.first_id(tx)
    letters, uses = helpful.asked(tx, desk, letters, first, written_to)
    said = [_message(desk, letter, id, now) for id, letter in enumerate(letters, first)]
    blobs.put(tx, (blob for letter in letters for _file, blob in letter.files))
    messages.insert_many(tx, said)
    article_uses.add(tx, uses, now)
    outbox.queue(
        tx,
        [
            NewOutbox(
                ticket_id=message.ticket_id,
                message_id=message.id,
                account=message.account,
                key=message.message_id,
                to=tuple(a.email for a in (*message.to, *message.cc, *message.bcc)),
                subject=message.subject,
                automatic=bool(letter.auto),
                not_before=letter.not_before,
                created_at=now,
                payload=_payload(letter),
            )
            for letter, message in zip(letters, said, strict=True)
        ],
    )
    return [message.id for message in said]


def _payload(letter: Outgoing) -> dict[str, Any]:
    """What is to be known of a mail as it leaves, beside its message."""
    payload: dict[str, Any] = {"about": letter.about} if letter.about else {}
    return payload if letter.signature is None else payload | {"signature": letter.signature}


def _message(desk: Desk, letter: Outgoing, id: int, now: datetime) -> NewMessage:
    state, asked = letter.state, letter.asked
    channel = sending_channel(desk.settings, letter.account or state.account)
    key = new_message_id(desk.secret, state.id, message_id_host(channel.address))
    by_agent = letter.actor.kind is By.AGENT
    return NewMessage(
        id=id,
        ticket_id=state.id,
        account=channel.name,
        direction=Direction.OUT,
        by=letter.actor.kind,
        author=letter.actor.name if by_agent else desk.settings.desk.name,
        author_email=channel.address,
        at=now,
        created_at=now,
        external_id=key,
        message_id=key,
        thread=((asked.message_id, *asked.thread) if asked and asked.message_id else ())[:50],
        auto=letter.auto,
        subject=letter.subject or answer_subject(desk.settings, state),
        cut=len(letter.text),
        to=(letter.to, *letter.beside),
        cc=letter.cc,
        bcc=letter.bcc,
        text=letter.text,
        attachments=tuple(
            MailPart(file.name, file.type, len(file.content), blob.sha256.hex(), "")
            for file, blob in letter.files
        ),
    )


def sender_of(settings: Settings, channel: Channel) -> Address:
    """Return what a channel's mail comes from."""
    name, address = parseaddr(channel.sender or channel.address)
    return Address(name or settings.desk.name, address.lower())


def written_to(settings: Settings, account: str) -> str:
    """Return the address that customers write to about a ticket of `account`."""
    channel = sending_channel(settings, account)
    return channel.address or parseaddr(channel.sender)[1]


def answer_subject(settings: Settings, state: State) -> str:
    """Return the subject of an answer: the ticket's, with its number and check digit."""
    token = subject_token(settings.desk.number_prefix, state.id)
    return f"Re: [{token}] {state.subject}".strip()


def address_of(customer: Customer, own: set[str], asked: Thread | None) -> Address | None:
    """Return where an answer goes: the Reply-To of the customer's own mail, else their address."""
    if asked is not None and asked.reply_to and asked.author_email in own:
        return Address(customer.name, asked.reply_to)
    return Address(customer.name, customer.email) if customer.email else None
