"""Mails whose ticket is known: at most one of each ticket goes into a wave, the rest waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.incoming import votes
from kfdesk.desk.incoming.arrival import Arrival
from kfdesk.desk.incoming.threads import Threads
from kfdesk.desk.incoming.verdict import Verdict, decide, to_customer
from kfdesk.desk.incoming.votes import Vote
from kfdesk.model import Actor, By, Direction, Mail
from kfdesk.rules.wording import asks_something
from kfdesk.store import tickets
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Placed:
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
    def wants_more(self) -> bool:
        """Whether somebody should read what stands beside a score, or a vote."""
        return not self.verdict.progress and asks_something(self.own_words)

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
        """Whether something is wrong with it that a person has to look at."""
        return bool(self.arrival.mail.problem)

    @property
    def direction(self) -> Direction:
        """Which way it went, as its message says."""
        if self.verdict.internal or self.verdict.progress:
            return Direction.NOTE
        return Direction.OUT if self.answers else Direction.IN


def place(
    desk: Desk, tx: Tx, arrivals: Sequence[Arrival], now: datetime
) -> tuple[list[Placed], list[Arrival]]:
    """Return what can go into one wave, and the rest, in order."""
    threads = Threads.load(tx, desk, (a.mail for a in arrivals))
    agents = {a.email.lower(): a.name for a in desk.settings.agents if a.email}
    next_number = tickets.first_id(tx)
    taken: set[int] = set()
    later: set[str] = set()  # Message-IDs whose ticket is not known before this wave is written
    behind: set[str] = set()  # who wrote what has to wait for the next wave
    placed: list[Placed] = []
    rest: list[Arrival] = []
    for arrival in arrivals:
        mail = arrival.mail
        waits = not later.isdisjoint(mail.references)
        verdict = Verdict() if waits or mail.problem else decide(desk, threads, mail, now)
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
            Placed(
                arrival=arrival,
                number=number,
                verdict=verdict,
                state=threads.states[number] if verdict.ticket is not None else None,
                actor=actor,
                at=_came_at(arrival, now),
                vote=_vote(desk, mail, actor),
                answers=actor.kind is By.AGENT and to_customer(threads, mail, verdict),
            )
        )
    return placed, rest


def _vote(desk: Desk, mail: Mail, actor: Actor) -> Vote | None:
    said = votes.said(desk, mail) if actor.kind is By.CUSTOMER else None
    return None if said is None else said[1:]


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
