"""What holds an automatic mail back: robots, dead addresses, and how much one person may get."""

from __future__ import annotations

from datetime import datetime, timedelta

from kfdesk.desk import Desk
from kfdesk.i18n import _
from kfdesk.mail.subject import clean_subject
from kfdesk.model import Address
from kfdesk.store import outbox, suppression
from kfdesk.store.messages import Thread
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

#: To one recipient in one ticket: (how many, in how many minutes).
IN_ONE_TICKET = ((10, 10), (15, 30), (25, 60), (50, 180), (100, 600))
#: To one recipient over all tickets, in a day.
IN_A_DAY = 40
#: With one subject to one recipient: how many, in how many hours.
SAME_SUBJECT = (2, 3)


def holds_back(
    tx: Tx,
    desk: Desk,
    state: State,
    asked: Thread | None,
    to: Address | None,
    subject: str,
    now: datetime,
) -> str:
    """Return why an automatic mail may not leave, or "" if it may."""
    if asked is not None and asked.auto:
        return _("the message is automatic itself ({why})").format(why=asked.auto)
    if to is None:
        return _("the customer has no address")
    if to.email in desk.settings.own_addresses():
        return _("{email} is our own address").format(email=to.email)
    if stopped := suppression.of(tx, to.email, now):
        return _("{email} gets no automatic mail until {day}: {why}").format(
            email=to.email, day=stopped.until.date().isoformat(), why=stopped.reason
        )
    return _too_many(tx, state.id, to.email, subject, now)


def _too_many(tx: Tx, ticket: int, email: str, subject: str, now: datetime) -> str:
    got = outbox.automatic_since(tx, email, now - timedelta(days=1))
    if len(got) >= IN_A_DAY:
        return _("{email} got {n} automatic mails within a day").format(email=email, n=len(got))
    for most, minutes in IN_ONE_TICKET:
        since = now - timedelta(minutes=minutes)
        n = sum(1 for mail in got if mail.ticket_id == ticket and mail.created_at >= since)
        if n >= most:
            return _("{email} got {n} automatic mails in this ticket within {m} minutes").format(
                email=email, n=n, m=minutes
            )
    most, hours = SAME_SUBJECT
    since = now - timedelta(hours=hours)
    wanted = clean_subject(subject)
    n = sum(1 for m in got if m.created_at >= since and clean_subject(m.subject) == wanted)
    if n >= most:
        return _("{email} got {n} automatic mails with this subject within {h} hours").format(
            email=email, n=n, h=hours
        )
    return ""
