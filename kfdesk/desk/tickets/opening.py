"""A ticket made by hand: what somebody said on the phone, at the counter, or through a script."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parseaddr

from kfdesk.desk import Desk
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets import constraints, forms
from kfdesk.desk.tickets.edit import difference, write
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Address, By, Change, Direction, Priority, Status, Ticket
from kfdesk.rules.reading.read_change import joined
from kfdesk.store import customers, journal, messages, tickets, whole_tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage
from kfdesk.store.people import groups
from kfdesk.store.tickets import NewTicket
from kfdesk.store.tx import Tx
from kfdesk.text import clean, clean_line

_ADDRESS = re.compile(r"[^\s@,;<>()\[\]]+@[^\s@,;<>()\[\]]+")
#: The medium of a ticket that came through no channel.
BY_HAND = "manual"


def person(text: str, option: str = "") -> Address:
    """Read `Name <addr>` or `addr`. UserError, which names the option, if there is no address."""
    name, email = parseaddr(text)
    if not _ADDRESS.fullmatch(email):
        raise UserError(
            _("“{text}” is no address; write {option}'Name <name@example.com>'").format(
                text=text, option=option
            )
        )
    return Address(clean_line(name), clean_line(email).lower())


def new(
    desk: Desk,
    sender: Address,
    subject: str,
    body: str,
    wanted: Change = Change(),  # noqa: B008
    *,
    opened_by: Actor | None = None,
    form: str = "",
    customer: int | None = None,
    channel: str = BY_HAND,
) -> Ticket:
    """Open a ticket in a customer's name, with what they said as its first message.

    The customer is its author, to rules too; `opened_by` is the agent who wrote it down. By the
    name of a form, or by that of its category, a ticket gets the form's defaults, and FieldError
    names what must be filled in. A `customer` may be known by no address, who calls by telephone.
    """
    now = desk.clock()
    asked = forms.named(desk, form) if form else forms.of(desk, wanted)
    if asked is not None:
        wanted = joined(forms.defaults(desk, asked), wanted)
    text = clean(body).strip()
    title = clean_line(subject)
    if not title and not text:
        raise UserError(_("an empty ticket helps nobody; give --subject or --body"))
    actor = Actor(By.CUSTOMER, sender.email)
    with desk.store.write() if opened_by is None else operation(desk, opened_by, "new") as tx:
        if customer is None:
            known = customers.by_email(tx, [sender.email])
            customer = (known or customers.add(tx, [sender], now))[sender.email]
        number, id = _write_down(tx, customer, sender, title, text, channel, now)
        diff = {
            "subject": (None, title),
            "status": (None, str(Status.NEW)),
            "priority": (None, str(Priority.NORMAL)),
        }
        state = tickets.state(tx, number)
        more = difference(state, wanted)
        if opened_by is not None:
            constraints.opening(
                desk.settings, constraints.after(constraints.standing(state), more), asked
            )
            diff["opened_by"] = (None, opened_by.name)
        diff |= {name: (None, value) for name, (_old, value) in more.items()}
        event = NewEvent(number, actor, "created", diff, message_id=id)
        (root,) = journal.record(tx, [event], now)
        write(tx, {number: wanted}, actor, now, roots={number: root})
        groups.join(tx, desk.groups, [number], desk.scope())
        settle(desk, tx, [Root(number, "created", actor, id, diff, root)], now)
        return whole_tickets.get(tx, number)


def _write_down(
    tx: Tx, customer: int, sender: Address, title: str, text: str, channel: str, now: datetime
) -> tuple[int, int]:
    """Write the ticket and what was said as its first message; return their numbers."""
    number, id = tickets.first_id(tx), messages.first_id(tx)
    ticket = NewTicket(
        id=number,
        subject=title,
        channel=channel,
        account="",
        team="",
        customer_id=customer,
        created_at=now,
        updated_at=now,
        last_person_at=now,
        waiting_since=now,
        message_count=1,
        unread=True,
    )
    tickets.insert_many(tx, [ticket])
    message = NewMessage(
        id=id,
        ticket_id=number,
        account="",
        direction=Direction.IN,
        by=By.CUSTOMER,
        author=sender.name or sender.email,
        author_email=sender.email,
        at=now,
        created_at=now,
        external_id=f"{BY_HAND}:{id}",
        subject=title,
        cut=len(text),
        text=text,
    )
    messages.insert_many(tx, [message])
    return number, id
