"""Mails that are no message of the ticket: a colleague is told what happened to it, a new
collaborator what was said.

To a colleague they carry the mark of internal mail: an answer to one becomes a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.sending.accounts import sending_channel
from kfdesk.desk.sending.limits import Limits
from kfdesk.desk.sending.outgoing import sender_of
from kfdesk.mail import compose as mail
from kfdesk.mail.compose import compose
from kfdesk.mail.token import (
    is_internal,
    message_id_host,
    new_message_id,
    plus_address,
    subject_token,
)
from kfdesk.model import Address, Outbound, OutboxRow
from kfdesk.settings import Channel
from kfdesk.store import outbox, tickets
from kfdesk.store.outbox import NewOutbox
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line


@dataclass(frozen=True, slots=True)
class Letter:
    """A word by mail; `internal` to a colleague, whose answer the customer is not to read."""

    ticket: int
    to: Address
    text: str
    internal: bool = False


def outbound(desk: Desk, channel: Channel, row: OutboxRow) -> Outbound:
    """Return a queued letter as its channel sends it; the same bytes at every try."""
    sender = sender_of(desk.settings, channel)
    (email,) = row.to
    address = channel.address.lower()
    answers = Address("", address)
    if channel.plus_addressing:
        internal = is_internal(row.message_id)
        answers = Address("", plus_address(desk.secret, row.ticket, address, internal=internal))
    raw = compose(
        mail.Letter(
            sender=sender,
            to=(Address(str(row.payload["name"]), email),),
            reply_to=answers,
            subject=row.subject,
            text=str(row.payload["text"]),
            message_id=row.message_id,
            date=row.not_before,
            automatic=True,
            language=desk.settings.desk.language or "en",
        )
    )
    return Outbound(key=row.message_id, sender=sender.email, recipients=row.to, raw=raw)


def post(tx: Tx, desk: Desk, letters: Sequence[Letter], now: datetime) -> None:
    """Queue letters; what the limits of automatic mail hold back is left out."""
    if not letters:
        return
    states = tickets.states(tx, sorted({letter.ticket for letter in letters}))
    limits = Limits.load(tx, desk, {letter.to.email for letter in letters}, now)
    rows: list[NewOutbox] = []
    for letter in letters:
        state = states[letter.ticket]
        email = letter.to.email
        token = subject_token(desk.settings.desk.number_prefix, state.id)
        subject = clean_line(f"[{token}] {state.subject}")
        if limits.holds_back(state.id, "", letter.to, subject, answers=False):
            continue
        limits.count(state.id, email, subject)
        channel = sending_channel(desk.settings, state.account)
        host = message_id_host(channel.address)
        rows.append(
            NewOutbox(
                ticket_id=state.id,
                message_id=None,
                account=channel.name,
                key=new_message_id(desk.secret, state.id, host, internal=letter.internal),
                to=(email,),
                subject=subject,
                automatic=True,
                not_before=now,
                created_at=now,
                kind="letter",
                payload={"text": letter.text, "name": letter.to.name},
            )
        )
    outbox.queue(tx, rows)
