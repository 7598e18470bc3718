"""What leaves the desk: claimed, sent, marked. Never a silent second try of what may have arrived.

Whoever sends holds the channel's lock. So a row that stands in `sending` while nobody holds the
lock was left by a process that died: it may have been accepted, and becomes `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.desk.sending import letters, webhooks
from kfdesk.desk.sending.outgoing import sender_of
from kfdesk.desk.timing import striking
from kfdesk.errors import StoreError, Trouble, UserError
from kfdesk.fetchers import Sender
from kfdesk.i18n import _
from kfdesk.mail.compose import Letter, Quoted, compose
from kfdesk.mail.token import is_internal, plus_address, side_of
from kfdesk.model import (
    OPEN_STATUSES,
    SYSTEM,
    Actor,
    Address,
    File,
    Outbound,
    OutboxRow,
    OutboxState,
    Rejected,
    Retry,
    SendResult,
    Sent,
)
from kfdesk.settings import Channel, Settings
from kfdesk.store import answering, blobs, customers, journal, messages, outbox, tickets
from kfdesk.store.answering import Thread
from kfdesk.store.journal import NewEvent
from kfdesk.store.outbox import Claimed
from kfdesk.store.packing import Blob
from kfdesk.store.teamwork import parties
from kfdesk.store.tx import Tx

#: Waits between tries, in minutes; the last one repeats until `GIVE_UP_AFTER` tries.
BACK_OFF = (1, 2, 5, 15, 30, 60, 120, 240)
GIVE_UP_AFTER = 20


@dataclass(slots=True)
class Delivered:
    """What a round of sending came to; `error` is why a channel could not send, if it could not."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    error: str = ""
    kind: Trouble = ""


def deliver(
    desk: Desk,
    channel: Channel,
    fetcher: Sender,
    stopped: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Send what is due on a channel, until `stopped`. The caller holds the channel's lock."""
    done = Delivered()
    _settle(desk, channel, fetcher)
    with desk.store.read() as tx:
        due = outbox.due(tx, channel.name, desk.clock())
    last: tuple[Claimed, SendResult] | None = None
    for id in due:
        if stopped():
            break
        outbound = made(desk, channel, id)
        # The mark of one and the claim of the next are one commit: durable before anything leaves.
        with desk.store.write() as tx:
            if last is not None:
                _mark(tx, *last, desk.clock(), done)
            last = None
            claimed = outbox.claim(tx, id, desk.clock())
            if claimed is None:
                continue
            if isinstance(outbound, Rejected | Retry):
                last = claimed, outbound
                continue
            if claimed.message_id is not None:
                blob = Blob.of(outbound.raw)
                blobs.put(tx, [blob])
                messages.set_raw(tx, claimed.message_id, blob.sha256, blob.size)
        result = fetcher.send(outbound)
        last = claimed, result
        if isinstance(result, Retry) and result.offline:
            break  # the others would only wait for the same time-out
    if last is not None:
        with desk.store.write() as tx:
            _mark(tx, *last, desk.clock(), done)
    return done


def made(desk: Desk, channel: Channel, id: int) -> Outbound | Rejected | Retry:
    """Make what a row sends; one whose content is damaged must not hold up those behind it."""
    try:
        with desk.store.read() as tx:
            row = outbox.get(tx, id)
            if row.kind == "webhook":
                return webhooks.outbound(desk, row)
            return composed(tx, desk, channel, id)
    except StoreError as error:
        return Rejected(str(error))


def _settle(desk: Desk, channel: Channel, fetcher: Sender) -> None:
    """Own up to what a dead process left behind, and look for it in the Sent folder."""
    now = desk.clock()
    with desk.store.read() as tx:
        left = outbox.left_sending(tx, channel.name)
    if left:
        with desk.store.write() as tx:
            why = _("kfdesk ended while this was being sent; it may have been accepted")
            outbox.mark(tx, left, OutboxState.UNKNOWN, now, error=why)
    with desk.store.read() as tx:
        open_ = [r for r in outbox.rows(tx, [OutboxState.UNKNOWN]) if r.channel == channel.name]
    for row in open_:
        found = fetcher.was_sent(row.message_id)
        told = "no" if found is False else "unsure"
        mail = row.kind != "webhook"  # whose payload is what is sent
        if mail and not found and row.payload.get("in_sent") != told:
            with desk.store.write() as tx:
                outbox.looked_for(tx, row.id, row.payload, told)
        if found:
            with desk.store.write() as tx:
                outbox.mark(tx, [row.id], OutboxState.SENT, now)
                text = _("found in the Sent folder")
                journal.record(tx, [NewEvent(row.ticket, SYSTEM, "sent", text=text)], now)


def _mark(tx: Tx, row: Claimed, result: SendResult, now: datetime, done: Delivered) -> None:
    if isinstance(result, Sent):
        done.sent += 1
        outbox.mark(tx, [row.id], OutboxState.SENT, now, error=result.note)
    elif isinstance(result, Retry) and row.attempts < GIVE_UP_AFTER:
        wait = timedelta(minutes=BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1])
        if result.after:
            wait = timedelta(seconds=result.after)
        if not done.error:
            done.error, done.kind = result.why, result.kind
        outbox.mark(tx, [row.id], OutboxState.QUEUED, now, error=result.why, not_before=now + wait)
    elif isinstance(result, (Retry, Rejected)):
        done.failed += 1
        outbox.mark(tx, [row.id], OutboxState.FAILED, now, error=result.why)
        event = NewEvent(row.ticket_id, SYSTEM, "not sent", text=result.why)
        journal.record(tx, [event], now)
    else:
        done.unknown += 1
        outbox.mark(tx, [row.id], OutboxState.UNKNOWN, now, error=result.why)


def composed(tx: Tx, desk: Desk, channel: Channel, id: int) -> Outbound:
    """Compose an outbox row's mail; the same bytes at every try."""
    row = outbox.get(tx, id)
    if row.kind == "letter":
        return letters.outbound(desk, channel, row)
    message_id = outbox.message_of(tx, id)
    said = answering.thread(tx, message_id)
    # What a rule says, to whomever, never carries what somebody else wrote.
    asked = None if row.automatic else _asked(tx, desk.settings, row, said)
    zone = ZoneInfo(desk.settings.desk.timezone)
    sender = sender_of(desk.settings, channel)
    letter = Letter(
        sender=sender,
        to=tuple(person for person in said.to if person.email in row.to),
        cc=said.cc,
        reply_to=_answers_to(desk, channel, row, sender),
        subject=said.subject,
        text=said.text,
        message_id=row.message_id,
        in_reply_to=said.thread[0] if said.thread else "",
        references=tuple(reversed(said.thread)),
        date=said.at,
        quoted=Quoted(asked.author, asked.at.astimezone(zone), asked.text)
        if asked and asked.text.strip()
        else None,
        automatic=row.automatic,
        files=tuple(
            File(f.name, f.type, blobs.get(tx, bytes.fromhex(f.sha256)))
            for f in messages.files_of(tx, message_id)
        ),
        signature=str(row.payload.get("signature", channel.signature)),
        forwarded=said.rest,
        language=desk.settings.desk.language or "en",
    )
    return Outbound(key=row.message_id, sender=sender.email, recipients=row.to, raw=compose(letter))


def _asked(tx: Tx, settings: Settings, row: OutboxRow, said: Thread) -> Thread | None:
    """What a mail quotes: nobody aside reads what the customer wrote, nor the other way round."""
    if said.side_id is not None:
        return answering.newest_of_side(tx, said.side_id, before=said.id, theirs=True)
    theirs = {person.email for person in said.to}
    blind = {person.email for person in said.bcc}
    known = customers.emails_of(tx, customers.by_email(tx, theirs).values())
    asked = answering.newest_inbound(tx, row.ticket, theirs.union(*known.values()), said.id)
    copied = {other.email for other in (*said.to, *said.cc)} - asked.readers if asked else set()
    ours = {agent.email.lower() for agent in settings.agents}
    if asked and blind - asked.readers - ours:
        return None  # nor who gets it unseen
    if asked and copied and parties.newcomers(tx, row.ticket, sorted(copied), asked.came_at):
        return None  # who joined since does not read what was said before
    return asked


def _answers_to(desk: Desk, channel: Channel, row: OutboxRow, sender: Address) -> Address | None:
    """Where an answer shall go, if not to the sender: the channel, by its ticket's own address."""
    address = channel.address.lower()
    if address and channel.plus_addressing:
        internal, side = is_internal(row.message_id), side_of(row.message_id)
        return Address(
            "", plus_address(desk.secret, row.ticket, address, internal=internal, side=side)
        )
    return Address("", address) if address and address != sender.email else None


def listing(desk: Desk) -> list[OutboxRow]:
    """Return the whole outbox, oldest first."""
    with desk.store.read() as tx:
        return outbox.rows(tx)


#: What a person decides of a row: `cancel`, `retry`, `confirm`.
Decision = Callable[[Desk, int, Actor], OutboxRow]


def cancel(desk: Desk, id: int, actor: Actor) -> OutboxRow:
    """Take back what has not left. UserError if it is on its way or gone."""
    return _decide(
        desk, id, actor, OutboxState.CANCELLED,
        (OutboxState.QUEUED, OutboxState.UNKNOWN, OutboxState.FAILED),
    )  # fmt: skip


def retry(desk: Desk, id: int, actor: Actor) -> OutboxRow:
    """Send again what failed, or what a person knows did not arrive."""
    return _decide(
        desk, id, actor, OutboxState.QUEUED,
        (OutboxState.QUEUED, OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.CANCELLED),
    )  # fmt: skip


def confirm(desk: Desk, id: int, actor: Actor) -> OutboxRow:
    """Mark as sent what a person knows did arrive."""
    return _decide(desk, id, actor, OutboxState.SENT, (OutboxState.UNKNOWN,))


def _decide(
    desk: Desk, id: int, actor: Actor, to: OutboxState, from_: tuple[OutboxState, ...]
) -> OutboxRow:
    now = desk.clock()
    with desk.store.write() as tx:
        row = outbox.get(tx, id)
        if row.state not in from_:
            raise UserError(
                _("outbox row {id} is {state}; that can be done only to what is {those}").format(
                    id=id,
                    state=labels.delivery(row.state),
                    those=labels.states(from_),
                )
            )
        outbox.mark(tx, [id], to, now, not_before=now if to is OutboxState.QUEUED else None)
        change = {"outbox": (str(row.state), str(to))}
        said = outbox.message_of(tx, id) if row.kind == "mail" else None
        journal.record(tx, [NewEvent(row.ticket, actor, "outbox", change, message_id=said)], now)
        if said is not None:
            count_answers(tx, row.ticket)
        striking.follow(desk, tx, [row.ticket], now)
        return outbox.get(tx, id)


def count_answers(tx: Tx, number: int) -> None:
    """Say again since when the customer waits: a reply that was taken back answered nothing."""
    state = tickets.state(tx, number)
    answered = answering.answered(tx, number)
    waiting = answered.waiting_since if state.status in OPEN_STATUSES else None
    values = {"waiting_since": waiting, "first_response_at": answered.first_response_at}
    tickets.update_many(tx, {number: values})
