"""Which ticket a message belongs to; a stranger never gets into another person's ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kfdesk.desk import Desk
from kfdesk.desk.conversation import progress
from kfdesk.desk.customers.identity import free_domains, mailbox
from kfdesk.desk.incoming import votes
from kfdesk.mail.subject import clean_subject
from kfdesk.mail.token import (
    find_number,
    find_score,
    is_internal,
    side_of,
    ticket_of,
    ticket_of_plus,
)
from kfdesk.model import Direction, Mail, Side, Status
from kfdesk.store import customers, messages, tickets
from kfdesk.store.messages import Known
from kfdesk.store.teamwork import parties, sides
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a message goes: into `ticket`, or a new one, linked to `related` for `reason`.

    `internal`: it answers what was written among us, in the conversation `side` if that is one
    aside. `score`: what the customer gives, 1 to 5, or, without `party`, a stranger. `quiet`: it
    says whether an article helped, and nothing else; `progress`: it asks how far the ticket is.
    """

    ticket: int | None = None
    related: int | None = None
    link: Literal["", "maybe", "follow-up"] = ""
    reason: str = ""
    reopen: bool = False
    internal: bool = False
    score: int | None = None
    party: bool = False
    quiet: bool = False
    progress: bool = False
    side: int = 0


NEW = Verdict()


@dataclass(frozen=True, slots=True)
class Threads:
    """All that the verdicts over some mails need, read in a few statements."""

    known: Mapping[str, Sequence[Known]]
    states: Mapping[int, State]
    owners: Mapping[int, Set[str]]  # the customer's addresses
    parties: Mapping[int, frozenset[str]]
    removed: Mapping[int, Set[str]]  # who was taken off the ticket
    sides: Mapping[int, Side]

    @classmethod
    def load(cls, tx: Tx, desk: Desk, mails: Iterable[Mail]) -> Threads:
        """Read everything that these mails name."""
        mails = list(mails)
        wanted: set[str] = set()
        numbers: set[int] = set()
        for mail in mails:
            wanted.update(mail.references)
            numbers.update(number for _kind, number in _claims(desk, mail))
            if (number := progress.asked(desk, mail)) is not None:
                numbers.add(number)
            if mail.bounce:
                wanted.update(mail.bounce.message_ids)
                numbers.update(_signed(desk, mail.bounce.message_ids))
        known = messages.by_message_ids(tx, wanted) if wanted else {}
        numbers.update(found.ticket_id for several in known.values() for found in several)
        asked = sides.of(tx, {side for mail in mails for side in _asked_in(mail)})
        numbers.update(side.ticket for side in asked.values())
        states = _with_targets(tx, tickets.states(tx, list(numbers)))
        people = customers.emails_of(tx, (s.customer_id for s in states.values()))
        others, removed = parties.of(tx, list(states))
        owners = {id: people[state.customer_id] for id, state in states.items()}
        taking = {id: frozenset(owned | others.get(id, set())) for id, owned in owners.items()}
        # Who was taken off, and has become the customer since by a merge, is on again.
        removed = {id: off - owners.get(id, set()) for id, off in removed.items()}
        return cls(known, states, owners, taking, removed, asked)


def _asked_in(mail: Mail) -> Iterator[int]:
    """The side conversations that a mail says it is of."""
    bounced = mail.bounce.message_ids if mail.bounce else ()
    addresses = (*mail.delivered_to, *(a.email for a in mail.to if "+" in a.email))
    for mark in (*mail.references, *bounced, *addresses):
        if side := side_of(mark):
            yield side


def _with_targets(tx: Tx, states: dict[int, State]) -> dict[int, State]:
    while missing := {
        s.merged_into for s in states.values() if s.merged_into and s.merged_into not in states
    }:
        found = tickets.states(tx, sorted(missing))
        if not found:
            break
        states |= found
    return states


def _signed(desk: Desk, ids: Iterable[str]) -> list[int]:
    return [n for id in ids if (n := ticket_of(desk.secret, id)) is not None]


def _places(desk: Desk, threads: Threads, ids: Iterable[str]) -> dict[int, int]:
    """Where what we sent from a ticket is now, {ticket: ticket}: a message may have moved since."""
    found: dict[int, int] = {}
    for id in ids:
        for known in threads.known.get(id, ()):
            if known.direction is Direction.OUT and (n := ticket_of(desk.secret, id)) is not None:
                found.setdefault(n, known.ticket_id)
    return found


def _claims(desk: Desk, mail: Mail) -> list[tuple[Literal["token", "number"], int]]:
    """Return the ticket numbers that a mail names itself: signed ones, then the subject's."""
    claims: list[tuple[Literal["token", "number"], int]] = [
        ("token", number) for number in _signed(desk, mail.references)
    ]
    addresses = [*mail.delivered_to, *(a.email for a in (*mail.to, *mail.cc))]
    claims += [
        ("token", number)
        for address in addresses
        if "+" in address and (number := ticket_of_plus(desk.secret, address)) is not None
    ]
    if (given := find_score(desk.secret, mail.subject)) is not None:
        claims.append(("token", given[0]))
    if (said := votes.said(desk, mail)) is not None:
        claims.append(("token", said[0]))
    number = find_number(desk.settings.desk.number_prefix, mail.subject)
    return [*claims, ("number", number)] if number is not None else claims


def decide(desk: Desk, threads: Threads, mail: Mail, now: datetime) -> Verdict:
    """Return where a mail goes: our token, then a stored Message-ID, then the subject's number."""
    if mail.bounce and (quoted := _quoted(desk, threads, mail)) is not None:
        ours = mail.bounce.message_ids
        side = next((s for s in map(side_of, ours) if _of(threads, s, quoted)), 0)
        return Verdict(ticket=quoted, internal=any(map(is_internal, ours)), side=side)
    if (verdict := _answer_of_ours(desk, threads, mail)) is not None:
        return verdict
    claims = _claims(desk, mail)
    now_at = _places(desk, threads, mail.references)
    suspicion = NEW
    for kind, signed in claims:
        number = now_at.get(signed, signed)
        if kind == "token" and (state := _live(threads, number)):
            if mail.sender.email in threads.removed.get(state.id, ()):
                suspicion = _first(suspicion, _maybe(state, "the sender was taken off it"))
                continue
            if not threads.owners[state.id] and not _is_party(desk, threads, mail, number, state):
                # Erased, most likely: nobody could answer them there.
                suspicion = _first(suspicion, _maybe(state, "its customer has no address"))
                continue
            referred = _referred(threads, mail, number)
            if state.status is Status.CLOSED and _other_subject(mail, referred, state):
                return _maybe(state, "another subject than the mail it answers")
            return _join(desk, mail, state, now)
    for reference in mail.references:
        for found in threads.known.get(reference, ()):
            if (state := _live(threads, found.ticket_id)) is None:
                continue
            if not _is_party(desk, threads, mail, found.ticket_id, state):
                suspicion = _first(suspicion, _maybe(state, "the sender is no party of it"))
            elif _other_subject(mail, [found.subject], state):
                reason = "another subject than the mail it answers"
                suspicion = _first(suspicion, _maybe(state, reason))
            else:
                return _join(desk, mail, state, now)
    for kind, number in claims:
        if kind == "number" and (state := _live(threads, number)):
            if _is_party(desk, threads, mail, number, state):
                return _join(desk, mail, state, now)
            suspicion = _first(suspicion, _maybe(state, "its number stands in the subject"))
    return suspicion


def _answer_of_ours(desk: Desk, threads: Threads, mail: Mail) -> Verdict | None:
    """What a mail is that answers a survey, asks for progress, or answers a mail among us.

    The customer is not one of us.
    """
    given = find_score(desk.secret, mail.subject)
    if given is not None and not mail.robot and not _is_agent(desk, mail):
        state = _live(threads, given[0])
        if state is None:
            return None
        party = _is_party(desk, threads, mail, given[0], state)
        return Verdict(ticket=state.id, score=given[1], party=party)
    number = progress.asked(desk, mail)
    if number is not None and not _is_agent(desk, mail):
        state = _live(threads, number)
        # A stranger's is an ordinary mail, which tells them nothing.
        if state is not None and _is_party(desk, threads, mail, number, state):
            return Verdict(ticket=state.id, progress=True)
    said = votes.said(desk, mail)
    if said is not None and votes.nothing_else(mail) and not _is_agent(desk, mail):
        state = _live(threads, said[0])
        return None if state is None else Verdict(ticket=state.id, quiet=True)
    marks = (*mail.references, *(a.email for a in mail.to if "+" in a.email), *mail.delivered_to)
    numbers = ((mark, _marked(desk, mark)) for mark in marks)
    mark, number = next(((m, n) for m, n in numbers if n is not None), ("", None))
    if number is None or not is_internal(mark) or (state := _live(threads, number)) is None:
        return None
    side = threads.sides.get(side_of(mark))
    if side is not None:
        state = _live(threads, side.ticket) or state  # it may have moved since
    if mail.sender.email in threads.owners[state.id]:
        return None
    if side_of(mark) and (side is None or not _is_asked(desk, mail, side)):
        return _maybe(state, "the sender is no party of it")
    return Verdict(ticket=state.id, internal=True, side=side.id if side else 0)


def _of(threads: Threads, side: int, number: int) -> Side | None:
    """A side conversation, if it is one of that ticket, or of one that was merged into it."""
    found = threads.sides.get(side)
    if found is None or found.ticket == number:
        return found
    state = _live(threads, found.ticket)
    return found if state is not None and state.id == number else None


def _is_asked(desk: Desk, mail: Mail, side: Side) -> bool:
    """Whether the sender was asked, is of the same house, or one of us; robots speak for them."""
    asked = {mailbox(person.email) for person in side.to}
    houses = {email.rpartition("@")[2] for email in asked} - free_domains()
    sender = mailbox(mail.sender.email)
    theirs = sender in asked or sender.rpartition("@")[2] in houses
    return theirs or _is_agent(desk, mail) or bool(mail.robot)


def to_customer(threads: Threads, mail: Mail, verdict: Verdict) -> bool:
    """Whether a mail that joins a ticket goes to its customer, and not only to us."""
    if verdict.ticket is None or verdict.internal or mail.robot:
        return False
    owner = threads.owners[verdict.ticket]
    named = {person.email for person in (*mail.to, *mail.cc)}
    return mail.sender.email not in owner and not owner.isdisjoint(named)


def _marked(desk: Desk, mark: str) -> int | None:
    """Return the ticket of a Message-ID or plus-address of ours."""
    number = ticket_of(desk.secret, mark)
    return ticket_of_plus(desk.secret, mark) if number is None and "+" in mark else number


def _quoted(desk: Desk, threads: Threads, mail: Mail) -> int | None:
    assert mail.bounce is not None
    ours = (*mail.bounce.message_ids, *mail.references)
    now_at = _places(desk, threads, ours)
    for number in _signed(desk, ours):
        if state := _live(threads, now_at.get(number, number)):
            return state.id
    for reference in (*mail.bounce.message_ids, *mail.references):
        for found in threads.known.get(reference, ()):
            if found.direction is Direction.OUT and (state := _live(threads, found.ticket_id)):
                return state.id
    return None


def _live(threads: Threads, number: int) -> State | None:
    """Return the ticket that a number leads to today: its merge target; None if deleted."""
    state = threads.states.get(number)
    seen = {number}
    while state is not None and state.merged_into is not None and state.merged_into not in seen:
        seen.add(state.merged_into)
        state = threads.states.get(state.merged_into)
    return None if state is None or state.deleted else state


def _is_party(desk: Desk, threads: Threads, mail: Mail, number: int, state: State) -> bool:
    sender = mail.sender.email
    if not sender:
        return False
    parties = threads.parties.get(number, frozenset()) | threads.parties.get(state.id, frozenset())
    return sender in parties or _is_agent(desk, mail)


def _is_agent(desk: Desk, mail: Mail) -> bool:
    return any(mail.sender.email == agent.email.lower() != "" for agent in desk.settings.agents)


def _referred(threads: Threads, mail: Mail, number: int) -> list[str]:
    return [
        found.subject
        for reference in mail.references
        for found in threads.known.get(reference, ())
        if found.ticket_id == number
    ]


def _other_subject(mail: Mail, referred: Sequence[str], state: State) -> bool:
    mine = clean_subject(mail.subject)
    theirs = {clean_subject(subject) for subject in (*referred, state.subject)}
    return bool(mine) and mine not in theirs


def _maybe(state: State, reason: str) -> Verdict:
    return Verdict(related=state.id, link="maybe", reason=reason)


def _first(old: Verdict, new: Verdict) -> Verdict:
    return old if old.related is not None else new


def _join(desk: Desk, mail: Mail, state: State, now: datetime) -> Verdict:
    if mail.robot:
        return Verdict(ticket=state.id)
    if state.status is not Status.CLOSED:
        return Verdict(ticket=state.id, reopen=True)
    policy = next((t.on_closed for t in desk.settings.teams if t.name == state.team), "reopen")
    if isinstance(policy, timedelta):
        policy = "reopen" if now - (state.closed_at or now) <= policy else "new"
    if policy == "reopen":
        return Verdict(ticket=state.id, reopen=True)
    return Verdict(related=state.id, link="follow-up", reason="the ticket is closed")
