"""What holds an automatic mail back: robots, dead addresses, and how much one person may get."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.i18n import _
from kfdesk.mail.subject import clean_subject
from kfdesk.model import Address
from kfdesk.store import outbox, suppression
from kfdesk.store.outbox import Automatic
from kfdesk.store.suppression import Suppression
from kfdesk.store.tx import Tx

#: To one recipient in one ticket: (how many, in how many minutes).
IN_ONE_TICKET = ((10, 10), (15, 30), (25, 60), (50, 180), (100, 600))
#: To one recipient over all tickets, in a day.
IN_A_DAY = 40
#: With one subject to one recipient: how many, in how many hours.
SAME_SUBJECT = (2, 3)


@dataclass(frozen=True, slots=True)
class Limits:
    """What some addresses got already, and which of them get nothing for now."""

    now: datetime
    ours: frozenset[str]
    stopped: Mapping[str, Suppression]
    got: dict[str, list[Automatic]]

    @classmethod
    def load(cls, tx: Tx, desk: Desk, emails: Collection[str], now: datetime) -> Limits:
        """Read what is known of these addresses."""
        got = outbox.automatic_since(tx, emails, now - timedelta(days=1))
        stopped = suppression.of(tx, emails, now)
        return cls(now, desk.settings.own_addresses(), stopped, got)

    def holds_back(
        self, ticket: int, robot: str, to: Address | None, subject: str, *, answers: bool = True
    ) -> str:
        """Return why an automatic mail may not leave, or "" if it may.

        `robot` says why what it would answer is automatic itself, if it is. A mail that `answers`
        nobody may have the subject of others: many tickets are escalated with the same words.
        """
        if robot:
            return _("the message is automatic itself ({why})").format(why=labels.reason(robot))
        if to is None:
            return _("the customer has no address")
        if to.email in self.ours:
            return _("{email} is our own address").format(email=to.email)
        if stop := self.stopped.get(to.email):
            return _("{email} gets no automatic mail until {day}: {why}").format(
                email=to.email, day=stop.until.date().isoformat(), why=stop.reason
            )
        return self._too_many(ticket, to.email, subject if answers else None)

    def count(self, ticket: int, email: str, subject: str) -> None:
        """Count a mail that is about to be queued."""
        self.got.setdefault(email, []).append(Automatic(ticket, subject, self.now))

    def _too_many(self, ticket: int, email: str, subject: str | None) -> str:
        got = self.got.get(email, [])
        if len(got) >= IN_A_DAY:
            return _("{email} got {n} automatic mails within a day").format(email=email, n=len(got))
        for most, minutes in IN_ONE_TICKET:
            since = self.now - timedelta(minutes=minutes)
            n = sum(1 for mail in got if mail.ticket_id == ticket and mail.created_at >= since)
            if n >= most:
                return _(
                    "{email} got {n} automatic mails in this ticket within {m} minutes"
                ).format(email=email, n=n, m=minutes)
        if subject is None:
            return ""
        most, hours = SAME_SUBJECT
        since = self.now - timedelta(hours=hours)
        wanted = clean_subject(subject) if got else ""
        n = sum(1 for m in got if m.created_at >= since and clean_subject(m.subject) == wanted)
        if n >= most:
            return _("{email} got {n} automatic mails with this subject within {h} hours").format(
                email=email, n=n, h=hours
            )
        return ""
