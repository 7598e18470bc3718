"""A wave: of a batch, at most one message of each ticket, written and shown to the rules together.

So the rules see every message by itself whatever the size of the batch, and a batch still costs
a handful of statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.conversation import progress
from kfdesk.desk.conversation import survey as surveys
from kfdesk.desk.incoming import votes
from kfdesk.desk.incoming.arrival import Arrival
from kfdesk.desk.incoming.bounces import bounced
from kfdesk.desk.incoming.placed import Placed, place
from kfdesk.desk.incoming.rows import Diff, Rows
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.mail.token import untagged
from kfdesk.settings import Channel
from kfdesk.store import journal, links, messages, survey, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.knowledge import article_uses
from kfdesk.store.people import groups, spammers
from kfdesk.store.survey import Answer
from kfdesk.store.teamwork import parties, sides
from kfdesk.store.tx import Tx

#: One mail makes at most so many new customers out of its To and Cc.
MOST_NEW_PEOPLE = 40


@dataclass(frozen=True, slots=True)
class _Line:
    """A mail with the id of its message, and with what it changes of its ticket."""

    placed: Placed
    id: int
    diff: Diff

    @property
    def told(self) -> int | None:
        """The message that rules see: a score is a change, not a message that wants something."""
        return None if self.placed.quiet else self.id


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

    def write(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Write what can go into one wave; return the rest, in order."""
        placed, rest = place(self.desk, self.tx, arrivals, self.now)
        rows = self._rows(placed)
        first = messages.first_id(self.tx)
        lines = [_Line(p, id, rows.diff(p)) for id, p in enumerate(placed, first)]
        self.written = {line.placed.arrival.mail.digest: line.id for line in lines}
        self.created = [p.number for p in placed if p.state is None]
        self.quarantined = sum(p.quarantined for p in placed)
        self._write(lines, rows)
        self._take_answers(lines, rows)
        events = self._record(lines, rows)
        self._follow(lines, events, rows)
        return rest

    def _rows(self, placed: Sequence[Placed]) -> Rows:
        """Read what the rows of these mails depend on."""
        writers = {p.arrival.mail.sender.email for p in placed}
        scored = [p for p in placed if p.verdict.score is not None]
        asked = survey.of(self.tx, [p.number for p in scored]) if scored else {}
        unheard = {
            p.number: why
            for p in scored
            if (why := surveys.counts(asked.get(p.number), self.now, party=p.verdict.party))
        }
        return Rows(
            desk=self.desk,
            channel=self.channel,
            tx=self.tx,
            now=self.now,
            people=self.people,
            spammers=spammers.known(self.tx, writers),
            uses=votes.valid(self.tx, [p.vote for p in placed if p.vote is not None]),
            asked=asked,
            unheard=unheard,
        )

    def _write(self, lines: Sequence[_Line], rows: Rows) -> None:
        """Write tickets and messages, and who and what they are connected with."""
        tickets.insert_many(
            self.tx, [rows.ticket(line.placed) for line in lines if line.placed.state is None]
        )
        tickets.update_many(
            self.tx,
            {
                line.placed.number: rows.columns(line.placed, line.diff)
                for line in lines
                if line.placed.state is not None
            },
        )
        messages.insert_many(self.tx, [rows.message(line.placed, line.id) for line in lines])
        self._connect([line.placed for line in lines])

    def _take_answers(self, lines: Sequence[_Line], rows: Rows) -> None:
        """Keep what customers say of us and of articles; who was asked aside has answered."""
        answers: dict[int, Answer] = {}
        aside: list[int] = []
        for line in lines:
            p = line.placed
            if p.verdict.score is not None and p.number not in rows.unheard:
                answers[p.number] = Answer(p.verdict.score, p.own_words, line.id)
            if p.vote is not None and p.vote[0] in rows.uses:
                article_uses.vote(self.tx, *p.vote, line.id if p.quiet else None)
            if p.verdict.side:
                aside.append(p.verdict.side)
        survey.answer(self.tx, answers, self.now)
        if aside:
            sides.close(self.tx, aside, None)

    def _record(self, lines: Sequence[_Line], rows: Rows) -> list[int]:
        """Write the journal; return the ids of its lines."""
        return journal.record(
            self.tx,
            [
                NewEvent(
                    line.placed.number,
                    line.placed.actor,
                    line.placed.kind,
                    line.diff,
                    message_id=line.id if line.placed.verdict.progress else line.told,
                    text=rows.unheard.get(line.placed.number, ""),
                )
                for line in lines
            ],
            self.now,
        )

    def _follow(self, lines: Sequence[_Line], events: Sequence[int], rows: Rows) -> None:
        """Hand over to people, let customers into groups, rules look; say how far tickets are."""
        told = list(zip(lines, events, strict=True))
        unhelped = {line.placed.number: event for line, event in told if rows.unhelped(line.placed)}
        votes.give_to_people(self.tx, self.desk, unhelped, self.now)
        for line, event in told:
            bounced(self.tx, line.placed.arrival.mail, line.placed.number, event, self.now)
        groups.join(self.tx, self.desk.groups, self.created, self.desk.scope())
        settle(
            self.desk,
            self.tx,
            [_root(line, event) for line, event in told if not line.placed.quarantined],
            self.now,
        )
        questions = [
            (line.placed.number, line.id, event)
            for line, event in told
            if line.placed.verdict.progress
        ]
        progress.reply(self.tx, self.desk, questions, self.now)

    def _connect(self, placed: Sequence[Placed]) -> None:
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

    def _joins(self, p: Placed) -> bool:
        """Whether somebody else than the customer writes, whom our own token let in."""
        customer = self.people.get(p.arrival.mail.sender.email)
        return p.human and p.state is not None and customer not in (None, p.state.customer_id)


def _root(line: _Line, event: int) -> Root:
    """What the rules look at."""
    p = line.placed
    return Root(
        p.number,
        "updated" if p.state else "created",
        p.actor,
        line.told,
        line.diff,
        event,
        "side.answered" if p.kind == "side.answered" else "",
    )
