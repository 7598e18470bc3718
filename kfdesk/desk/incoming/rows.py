"""What a mail makes of the tables: a new ticket, or columns of one that there is; its message."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation.consequences import answered, came, opened, reopened, woken
from kfdesk.desk.incoming import votes
from kfdesk.desk.incoming.placed import Placed
from kfdesk.model import EPOCH, By, Priority, Status
from kfdesk.settings import Channel
from kfdesk.store import customers
from kfdesk.store.knowledge.article_uses import Use
from kfdesk.store.messages import NewMessage
from kfdesk.store.survey import Asked
from kfdesk.store.tickets import NewTicket
from kfdesk.store.tx import Tx

Diff = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows of a wave are made of."""

    desk: Desk
    channel: Channel
    tx: Tx
    now: datetime
    people: Mapping[str, int]  # {address: customer}
    spammers: Collection[str]  # of those who write
    uses: Mapping[int, Use]  # of articles, that are voted on
    asked: Mapping[int, Asked]  # the surveys that are answered, by ticket
    unheard: Mapping[int, str]  # of these answers, why they do not count

    def ticket(self, p: Placed) -> NewTicket:
        """The new ticket that a mail opens."""
        mail = p.arrival.mail
        forwarded = p.actor.kind is By.AGENT and mail.forwarded is not None
        return NewTicket(
            id=p.number,
            subject=mail.subject,
            channel="email",
            account=self.channel.name,
            team=self.channel.team,
            customer_id=self._customer(p),
            created_at=p.at,
            updated_at=p.at,
            last_person_at=p.at,
            waiting_since=p.at if p.human or forwarded else None,
            message_count=1,
            unread=True,
            quarantine=mail.problem,
            spam=self._is_spam(p),
        )

    def diff(self, p: Placed) -> Diff:
        """What a mail changes of its ticket, {field: (before, after)}."""
        if p.number in self.unheard:
            return {}
        if p.state is None:
            diff: Diff = {
                "subject": (None, p.arrival.mail.subject),
                "status": (None, str(Status.NEW)),
                "priority": (None, str(Priority.NORMAL)),
            }
            if self.channel.team:
                diff["team"] = (None, self.channel.team)
            if p.arrival.mail.problem:
                diff["quarantine"] = (None, p.arrival.mail.problem)
            if self._is_spam(p):
                diff["spam"] = (None, True)
            return diff
        if (score := p.verdict.score) is not None:
            old = self.asked[p.number].score if p.number in self.asked else None
            return {} if score == old else {"csat": (old, score)}
        if p.answers:
            return opened(p.state)
        voted = votes.change(p.vote) if p.vote is not None and p.vote[0] in self.uses else {}
        if self.unhelped(p):
            return voted | reopened(p.state)
        if not p.human:
            return voted
        return voted | (reopened(p.state) if p.verdict.reopen else woken(p.state))

    def unhelped(self, p: Placed) -> bool:
        """Whether a bot's article did not help: a person is waited for."""
        if p.state is None or p.vote is None:
            return False
        use, helped = p.vote
        return not helped and use in self.uses and self.uses[use].how == "bot"

    def columns(self, p: Placed, diff: Diff) -> dict[str, Any]:
        """What a mail sets of the ticket that it joins."""
        assert p.state is not None
        if p.answers:
            return answered(p.state, diff, p.actor, p.at)
        robot = bool(p.arrival.mail.robot)
        moved = {name: pair for name, pair in diff.items() if name not in ("csat", "helped")}
        waits = p.human or self.unhelped(p)
        values = came(p.state, moved, p.actor, p.at, human=waits, robot=robot)
        if p.quiet and not self.unhelped(p) and not p.wants_more:
            del values["unread"]
        return values

    def message(self, p: Placed, id: int) -> NewMessage:
        """The message that a mail becomes."""
        mail, item = p.arrival.mail, p.arrival.item
        said = item.received_at
        if mail.date is not None and EPOCH <= mail.date <= self.now:
            said = mail.date
        by_agent = p.actor.kind is By.AGENT
        author = p.actor.name if by_agent else p.arrival.author
        return NewMessage(
            id=id,
            ticket_id=p.number,
            account=self.channel.name,
            direction=p.direction,
            by=p.actor.kind,
            author=author,
            author_email=mail.sender.email,
            at=said,
            created_at=self.now,
            received_at=p.at,
            external_id=mail.digest,
            message_id=mail.message_id,
            thread=mail.references,
            auto=mail.robot,
            subject=mail.subject,
            cut=mail.cut,
            to=mail.to,
            cc=mail.cc,
            reply_to=mail.reply_to.email if mail.reply_to else "",
            side_id=p.verdict.side or None,
            raw=p.arrival.blob.sha256,
            size=item.size,
            partial=item.partial,
            text=mail.text,
            attachments=mail.attachments,
            indexed=p.arrival.indexed if author == p.arrival.author else None,
        )

    def _customer(self, p: Placed) -> int:
        """The customer of a new ticket; nobody where they were not met."""
        mail = p.arrival.mail
        person = mail.sender
        if p.actor.kind is By.AGENT and mail.forwarded is not None:
            person = mail.forwarded
        elif mail.reply_to is not None and person.email in self.desk.settings.own_addresses():
            person = mail.reply_to  # a web form that writes in our own name
        known = self.people.get(person.email)
        return customers.nobody(self.tx, self.now) if known is None else known

    def _is_spam(self, p: Placed) -> bool:
        """Whether a customer wrote it who sent spam before."""
        return p.actor.kind is By.CUSTOMER and p.arrival.mail.sender.email in self.spammers
