"""Mail of ours that came back: said on its ticket, and no more sent to who does not exist."""

from __future__ import annotations

from datetime import datetime, timedelta

from kfdesk.i18n import _
from kfdesk.model import SYSTEM, Mail
from kfdesk.store import journal, outbox, suppression
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx

#: A permanent "no such user" stops automatic mail for so long.
SUPPRESSED_FOR = timedelta(days=60)


def bounced(tx: Tx, mail: Mail, number: int, event: int, now: datetime) -> None:
    """Write a bounce on its ticket; stop automatic mail to an address that does not exist."""
    bounce = mail.bounce
    if bounce is None:
        return
    ours = outbox.by_key(tx, (*bounce.message_ids, *mail.references))
    recipients = {address for _ticket, to in ours.values() for address in to}
    if not recipients:
        return
    recipient = bounce.recipient or next(iter(recipients))
    text = _("{email}: {status} {text}").format(
        email=recipient, status=bounce.status, text=bounce.text
    )
    if bounce.no_such_user and recipient in recipients:
        until = now + SUPPRESSED_FOR
        suppression.put(tx, recipient, until, bounce.status, number)
        text = _("{email}: {status}, no such user; no automatic mail to it until {day}").format(
            email=recipient, status=bounce.status, day=until.date().isoformat()
        )
    record = NewEvent(number, SYSTEM, "bounce", root=event, text=text.strip())
    journal.record(tx, [record], now)
