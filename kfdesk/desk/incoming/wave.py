"""A wave: of a batch, at most one message of each ticket, written and shown to the rules together.

So the rules see every message by itself whatever the size of the batch, and a batch still costs
a handful of statements.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation import progress
from kfdesk.desk.conversation import survey as surveys
from kfdesk.desk.conversation.consequences import answered, came, opened, reopened, woken
from kfdesk.desk.incoming import votes
from kfdesk.desk.incoming.arrival import Arrival
from kfdesk.desk.incoming.bounces import bounced
from kfdesk.desk.incoming.threads import Threads, Verdict, decide, to_customer
from kfdesk.desk.incoming.votes import Vote
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.mail.token import untagged
from kfdesk.model import EPOCH, Actor, By, Direction, Mail, Priority, Status
from kfdesk.rules.wording import asks_something
from kfdesk.settings import Channel
from kfdesk.store import customers, journal, links, messages, survey, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.knowledge import article_uses
from kfdesk.store.knowledge.article_uses import Use
from kfdesk.store.messages import NewMessage
from kfdesk.store.people import groups, spammers
from kfdesk.store.survey import Answer, Asked
from kfdesk.store.teamwork import parties, sides
from kfdesk.store.tickets import NewTicket, State
from kfdesk.store.tx import Tx

#: One mail makes at most so many new customers out of its To and Cc.
MOST_NEW_PEOPLE = 40


@dataclass(frozen=True, slots=True)
class _Placed:
    """An arrival whose ticket is known."""

    arrival: Arrival
    number: int
    verdict: Verdict
    state: State | None  # None for a new ticket
    actor: Actor
    at: datetime
    vote: Vote | None  # whether an article helped, by its use
    answers: bool  # an agent's own mail to the customer, which the desk got a copy of

    @property
    def human(self) -> bool:
        """Whether a customer wrote it with their own hands, and waits for an answer to it."""
        by_customer = self.actor.kind is By.CUSTOMER and not self.arrival.mail.robot
        return by_customer and not self.quiet

    @property
    def quiet(self) -> bool:
        """Whether it answers what we asked with one click, or is answered at once by the desk."""
        return self.verdict.score is not None or self.verdict.quiet or self.verdict.progress

    @property
    def own_words(self) -> str:
        """What they wrote now, above what they quote."""
        return self.arrival.mail.text[: self.arrival.mail.cut].strip()

    @property
    def kind(self) -> str:
        """What the journal calls it."""
        if self.state is None:
            return "created"
        if self.verdict.score is not None:
            return "csat"
        if self.verdict.progress:
            return "progress"
        if self.verdict.quiet:
            return "helped"
        if self.answers:
            return "reply"
        if self.verdict.side and not self.arrival.mail.robot:
            return "side.answered"
        return "note" if self.verdict.internal else "message"

    @property
    def quarantined(self) -> bool:
        return bool(self.arrival.mail.problem)

    @property
    def direction(self) -> Direction:
        if self.verdict.internal or self.verdict.progress:
            return Direction.NOTE
        return Direction.OUT if self.answers else Direction.IN


@dataclass(slots=True)
class Wave:
    """One wave being written; `people` is {address: customer}."""

    desk: Desk
    channel: Channel
    tx: Tx
    now: datetime
    people: Mapping[str, int]
    written: dict[str, int] = field(default_factory=dict)  # digest → message
    created: list[int] = field(default_factory=list)
    quarantined: int = 0
    spammers: Collection[str] = ()  # of those who write
    uses: Mapping[int, Use] = field(default_factory=dict)  # of articles, that are voted on

    def write(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Write what can go into one wave; return the rest, in order."""
        self.spammers = spammers.known(self.tx, {a.mail.sender.email for a in arrivals})
        placed, rest = self._place(arrivals)
        first = messages.first_id(self.tx)
        ids = dict(enumerate(range(first, first + len(placed))))
        self.written = {p.arrival.mail.digest: ids[i] for i, p in enumerate(placed)}
        self.created = [p.number for p in placed if p.state is None]
        self.quarantined = sum(p.quarantined for p in placed)
        scored = [p for p in placed if p.verdict.score is not None]
        asked = survey.of(self.tx, [p.number for p in scored]) if scored else {}
        why_not = {
            p.number: why
            for p in scored
            if (why := surveys.counts(asked.get(p.number), self.now, party=p.verdict.party))
        }
        self.uses = votes.valid(self.tx, [p.vote for p in placed if p.vote is not None])
        diffs = [{} if p.number in why_not else self._diff(p, asked) for p in placed]
        tickets.insert_many(self.tx, [self._ticket(p) for p in placed if p.state is None])
        tickets.update_many(
            self.tx,
            {
                p.number: self._columns(p, diff)
                for p, diff in zip(placed, diffs, strict=True)
                if p.state is not None
            },
        )
        messages.insert_many(self.tx, [self._message(p, ids[i]) for i, p in enumerate(placed)])
        self._connect(placed)
        answers = {
            p.number: Answer(p.verdict.score, p.own_words, ids[i])
            for i, p in enumerate(placed)
            if p.verdict.score is not None and p.number not in why_not
        }
        survey.answer(self.tx, answers, self.now)
        for i, p in enumerate(placed):
            if p.vote is not None and p.vote[0] in self.uses:
                article_uses.vote(self.tx, *p.vote, ids[i] if p.quiet else None)
        # A score is a change of the ticket, not a message that wants something.
        told = [None if p.quiet else ids[i] for i, p in enumerate(placed)]
        events = journal.record(
            self.tx,
            [
                NewEvent(
                    p.number,
                    p.actor,
                    p.kind,
                    diff,
                    message_id=ids[i] if p.verdict.progress else message,
                    text=why_not.get(p.number, ""),
                )
                for i, (p, message, diff) in enumerate(zip(placed, told, diffs, strict=True))
            ],
            self.now,
        )
        if answered_aside := [p.verdict.side for p in placed if p.verdict.side]:
            sides.close(self.tx, answered_aside, None)
        unhelped = {p.number: e for p, e in zip(placed, events, strict=True) if self._unhelped(p)}
        votes.give_to_people(self.tx, self.desk, unhelped, self.now)
        for p, event in zip(placed, events, strict=True):
            bounced(self.tx, p.arrival.mail, p.number, event, self.now)
        groups.join(self.tx, self.desk.groups, self.created, self.desk.scope())
        roots = [
            Root(
                p.number,
                "updated" if p.state else "created",
                p.actor,
                message,
                diff,
                event,
                "side.answered" if p.kind == "side.answered" else "",
            )
            for p, message, diff, event in zip(placed, told, diffs, events, strict=True)
            if not p.quarantined
        ]
        settle(self.desk, self.tx, roots, self.now)
        questions = [
            (p.number, ids[i], events[i]) for i, p in enumerate(placed) if p.verdict.progress
        ]
        progress.reply(self.tx, self.desk, questions, self.now)
        return rest

    def _place(self, arrivals: Sequence[Arrival]) -> tuple[list[_Placed], list[Arrival]]:
        threads = Threads.load(self.tx, self.desk, (a.mail for a in arrivals))
        agents = {a.email.lower(): a.name for a in self.desk.settings.agents if a.email}
        next_number = tickets.first_id(self.tx)
        taken: set[int] = set()
        later: set[str] = set()  # Message-IDs whose ticket is not known before this wave is written
        behind: set[str] = set()  # who wrote what has to wait for the next wave
        placed: list[_Placed] = []
        rest: list[Arrival] = []
        for arrival in arrivals:
            mail = arrival.mail
            waits = not later.isdisjoint(mail.references)
            verdict = (
                Verdict() if waits or mail.problem else decide(self.desk, threads, mail, self.now)
            )
            if mail.message_id:
                later.add(mail.message_id)
            # A related ticket that is being written to may get this sender as a party just now,
            # and the mails of one sender stay in order: what limits their answers counts them.
            waits = waits or mail.sender.email in behind
            if waits or verdict.ticket in taken or verdict.related in taken:
                behind.add(mail.sender.email)
                rest.append(arrival)
                continue
            number = verdict.ticket
            if number is None:
                number, next_number = next_number, next_number + 1
            taken.add(number)
            actor = _actor(mail, agents.get(mail.sender.email), verdict)
            placed.append(
                _Placed(
                    arrival=arrival,
                    number=number,
                    verdict=verdict,
                    state=threads.states[number] if verdict.ticket is not None else None,
                    actor=actor,
                    at=_came_at(arrival, self.now),
                    vote=self._vote(mail, actor),
                    answers=actor.kind is By.AGENT and to_customer(threads, mail, verdict),
                )
            )
        return placed, rest

    def _vote(self, mail: Mail, actor: Actor) -> Vote | None:
        said = votes.said(self.desk, mail) if actor.kind is By.CUSTOMER else None
        return None if said is None else said[1:]

    def _customer(self, p: _Placed) -> tuple[int, str]:
        """Return the customer of a new ticket and their address."""
        mail = p.arrival.mail
        person = mail.sender
        if p.actor.kind is By.AGENT and mail.forwarded is not None:
            person = mail.forwarded
        elif mail.reply_to is not None and person.email in self.desk.settings.own_addresses():
            person = mail.reply_to  # a web form that writes in our own name
        if person.email in self.people:
            return self.people[person.email], person.email
        return customers.nobody(self.tx, self.now), ""

    def _ticket(self, p: _Placed) -> NewTicket:
        mail = p.arrival.mail
        forwarded = p.actor.kind is By.AGENT and mail.forwarded is not None
        return NewTicket(
            id=p.number,
            subject=mail.subject,
            channel="email",
            account=self.channel.name,
            team=self.channel.team,
            customer_id=self._customer(p)[0],
            created_at=p.at,
            updated_at=p.at,
            last_person_at=p.at,
            waiting_since=p.at if p.human or forwarded else None,
            message_count=1,
            unread=True,
            quarantine=mail.problem,
            spam=self._is_spam(p),
        )

    def _is_spam(self, p: _Placed) -> bool:
        """Whether a customer wrote it who sent spam before."""
        return p.actor.kind is By.CUSTOMER and p.arrival.mail.sender.email in self.spammers

    def _diff(self, p: _Placed, asked: Mapping[int, Asked]) -> dict[str, tuple[Any, Any]]:
        if p.state is None:
            diff: dict[str, tuple[Any, Any]] = {
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
            old = asked[p.number].score if p.number in asked else None
            return {} if score == old else {"csat": (old, score)}
        if p.answers:
            return opened(p.state)
        voted = votes.change(p.vote) if p.vote is not None and p.vote[0] in self.uses else {}
        if self._unhelped(p):
            return voted | reopened(p.state)
        if not p.human:
            return voted
        return voted | (reopened(p.state) if p.verdict.reopen else woken(p.state))

    def _wants_more(self, p: _Placed) -> bool:
        """Whether somebody should read what stands beside a score, or a vote."""
        return not p.verdict.progress and asks_something(p.own_words)

    def _unhelped(self, p: _Placed) -> bool:
        """Whether a bot's article did not help: a person is waited for."""
        if p.state is None or p.vote is None:
            return False
        use, helped = p.vote
        return not helped and use in self.uses and self.uses[use].how == "bot"

    def _columns(self, p: _Placed, diff: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
        assert p.state is not None
        if p.answers:
            return answered(p.state, diff, p.actor, p.at)
        robot = bool(p.arrival.mail.robot)
        moved = {name: pair for name, pair in diff.items() if name not in ("csat", "helped")}
        waits = p.human or self._unhelped(p)
        values = came(p.state, moved, p.actor, p.at, human=waits, robot=robot)
        if p.quiet and not self._unhelped(p) and not self._wants_more(p):
            del values["unread"]
        return values

    def _message(self, p: _Placed, id: int) -> NewMessage:
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

    def _connect(self, placed: Sequence[_Placed]) -> None:
        """Make the people in To and Cc parties of the ticket, and link what may belong together."""
        ours = self.desk.settings.own_addresses()
        ours |= {agent.email.lower() for agent in self.desk.settings.agents}
        copied = [
            (p.number, person)
            for p in placed
            if not p.arrival.mail.robot and not p.verdict.internal and not p.quiet
            for person in (*p.arrival.mail.to, *p.arrival.mail.cc)[:MOST_NEW_PEOPLE]
            if person.email in self.people
            and untagged(person.email) not in ours
            and person.email != p.arrival.mail.sender.email
        ]
        joining = [(p.number, p.arrival.mail.sender) for p in placed if self._joins(p)]
        since = {p.number: p.at for p in placed}
        parties.add(self.tx, (*copied, *joining), since)
        links.add(
            self.tx,
            [
                (p.number, p.verdict.related, p.verdict.link, p.verdict.reason)
                for p in placed
                if p.verdict.related is not None
            ],
            self.now,
        )

    def _joins(self, p: _Placed) -> bool:
        """Whether somebody else than the customer writes, whom our own token let in."""
        customer = self.people.get(p.arrival.mail.sender.email)
        return p.human and p.state is not None and customer not in (None, p.state.customer_id)


def _came_at(arrival: Arrival, now: datetime) -> datetime:
    """When a mail came: as its channel says, but not before it was written, and by now at least."""
    received, written = arrival.item.received_at, arrival.mail.date
    return min(received if written is None else max(received, written), now)


def _actor(mail: Mail, agent: str | None, verdict: Verdict) -> Actor:
    """Who wrote it: one of us, the customer; a stranger whom we wrote to is one of us too."""
    name = mail.sender.email or mail.sender.name
    if agent:
        return Actor(By.AGENT, agent)
    if verdict.internal:
        return Actor(By.SYSTEM if mail.robot else By.AGENT, name)
    return Actor(By.CUSTOMER, name)
