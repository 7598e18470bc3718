"""An mbox: each thread a ticket, put together as mail that comes in is.

A reference joins, but only those who have to do with the ticket; another subject does not. What
came of that lies in the same ticket as if it had come one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from kfdesk.desk import Desk
from kfdesk.desk.incoming.arrival import Arrival, own, receive
from kfdesk.desk.porting.findings import Findings, Spot
from kfdesk.desk.porting.order import Order
from kfdesk.desk.porting.records import Packed, Said, Ticket, Who
from kfdesk.errors import UserError
from kfdesk.fetchers.mbox import MboxFetcher
from kfdesk.i18n import _
from kfdesk.mail.parse import read
from kfdesk.mail.subject import clean_subject
from kfdesk.mail.token import find_number
from kfdesk.model import EPOCH, Address, Cursor, Inbound, Mail
from kfdesk.settings import Channel
from kfdesk.store.porting.staging import Staged, Staging

_KIND = "mail"
_WHOLE = 1 << 40  # bytes: no mail is left in part


def gather(desk: Desk, order: Order, staging: Staging, findings: Findings) -> Iterator[int]:
    """Read all mails onto the heap, those of a thread under one name."""
    if not order.path.is_file():
        raise UserError(_("there is no file {file}").format(file=order.path))
    fetcher = MboxFetcher(Channel("mbox", "mbox", path=order.path, max_size=_WHOLE))
    ours = own(desk.settings)
    prefix = desk.settings.desk.number_prefix
    cursor: Cursor = {}
    count, more = 0, True
    while more:
        batch = fetcher.pull(cursor)
        for item in batch.items:
            count += 1
            mail = read(item.raw, ours)
            at = mail.date or item.received_at
            names = [mail.message_id or mail.digest, *mail.references]
            if (number := find_number(prefix, mail.subject)) is not None:
                names.append(f"#{number}")
            ms = int(max(at, EPOCH).timestamp() * 1000)
            thread = staging.join(names)
            received = int(item.received_at.timestamp() * 1000)
            staged = Staged(
                _KIND, mail.digest, thread, ms, received, str(order.path), count, item.raw
            )
            staging.put(staged, weak=True)
        cursor, more = batch.cursor, batch.more
        yield count
    if count == 0 and order.path.stat().st_size:
        reason = _("no mail is in it: an mbox begins with “From ”")
        findings.add("left out", Spot(str(order.path), 1), reason)
    staging.move(_KIND)


@dataclass(slots=True)
class _Thread:
    """A ticket in the making: who has to do with it, and the mails it holds."""

    ticket: Ticket
    parties: set[str]
    ids: dict[str, str]  # Message-ID → cleaned subject
    subject: str


def tickets(desk: Desk, order: Order, staging: Staging, findings: Findings) -> Iterator[Ticket]:
    """Yield the tickets that the mails make."""
    staff = desk.settings.own_addresses() | {a.email.lower() for a in desk.settings.agents}
    for names in staging.tickets(_KIND):
        of = staging.of(names)
        for name in names:
            mails = [thing for thing in of[name] if thing.kind == _KIND]
            yield from _tickets(desk, order, mails, staff - {""}, findings)


def _tickets(
    desk: Desk, order: Order, mails: Sequence[Staged], staff: Set[str], findings: Findings
) -> list[Ticket]:
    threads: list[_Thread] = []
    for thing in mails:
        raw = thing.raw if isinstance(thing.raw, bytes) else thing.raw.encode()
        received = EPOCH.fromtimestamp(max(thing.mark, 0) / 1000, EPOCH.tzinfo)
        item = Inbound(str(thing.line), raw, received, len(raw))
        (arrival,) = receive([item], own(desk.settings))
        mail = arrival.mail
        spot = Spot(thing.file, thing.line)
        if mail.problem:
            reason = _("it could not be read ({why}); it is kept as it came").format(
                why=mail.problem
            )
            findings.add("changed", spot, reason, kind=_KIND, key=mail.message_id)
        thread, maybe = _thread_of(threads, mail, staff)
        if thread is None:
            thread = _opened(mail, spot, staff, maybe)
            threads.append(thread)
        _add(thread, arrival, staff)
    for thread in threads:
        thread.ticket.status = order.default_status or _standing(thread)
    return [thread.ticket for thread in threads]


def _thread_of(
    threads: list[_Thread], mail: Mail, staff: Set[str]
) -> tuple[_Thread | None, tuple[str, str]]:
    """Which ticket of this thread a mail goes into; else the one it may belong to, and why not."""
    maybe = ("", "")
    subject = clean_subject(mail.subject)
    by_reference = [
        (thread, thread.ids[reference])
        for reference in mail.references
        for thread in threads
        if reference in thread.ids
    ]
    # A reply to what is not in this mailbox is found by what else refers to it.
    for thread, theirs in by_reference or [(thread, thread.subject) for thread in threads[-1:]]:
        if mail.sender.email not in thread.parties and mail.sender.email not in staff:
            maybe = (thread.ticket.key, "the sender is no party of it")
        elif subject and subject not in (theirs, thread.subject):
            maybe = (thread.ticket.key, "another subject than the mail it answers")
        else:
            return thread, ("", "")
    return None, maybe


def _opened(mail: Mail, spot: Spot, staff: Set[str], maybe: tuple[str, str]) -> _Thread:
    customer = mail.sender
    if mail.sender.email in staff:
        others = [one for one in (*mail.to, *mail.cc) if one.email and one.email not in staff]
        customer = mail.forwarded or mail.reply_to or next(iter(others), mail.sender)
    ticket = Ticket(
        spot=spot,
        key=mail.digest[:32],
        subject=mail.subject,
        channel="email",
        requester=Who("", customer.name, customer.email),
        maybe=maybe,
    )
    return _Thread(ticket, {customer.email} - {""}, {}, clean_subject(mail.subject))


def _add(thread: _Thread, arrival: Arrival, staff: Set[str]) -> None:
    mail, ticket = arrival.mail, thread.ticket
    ours = mail.sender.email in staff
    requester = ticket.requester.email if ticket.requester else ""
    speaks_for = ours and bool(mail.forwarded or mail.reply_to) and not ticket.said
    thread.ids[mail.message_id or mail.digest] = clean_subject(mail.subject)
    if not mail.robot or ours:
        people: Sequence[Address] = (*mail.to, *mail.cc)
        thread.parties |= {one.email for one in people[:40] if one.email and one.email not in staff}
    at = mail.date if mail.date and mail.date >= EPOCH else arrival.item.received_at
    ticket.said.append(
        Said(
            key=mail.digest,
            at=at,
            who=Who("", mail.sender.name, mail.sender.email),
            text=mail.text,
            outgoing=ours and not speaks_for and mail.sender.email != requester,
            subject=mail.subject,
            to=mail.to,
            cc=mail.cc,
            message_id=mail.message_id,
            references=mail.references,
            packed=Packed(mail, arrival.blob, arrival.indexed),
        )
    )


def _standing(thread: _Thread) -> str:
    """Open while a customer's last word has no answer."""
    spoken = [one for one in thread.ticket.said if one.outgoing or not _robot(one)]
    return "open" if spoken and not spoken[-1].outgoing else "solved"


def _robot(said: Said) -> bool:
    return said.packed is not None and bool(said.packed.mail.robot)
