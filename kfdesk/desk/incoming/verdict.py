"""Which ticket a message belongs to; a stranger never gets into another person's ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kfdesk.desk import Desk
from kfdesk.desk.conversation import progress
from kfdesk.desk.customers.identity import free_domains, mailbox
from kfdesk.desk.incoming import votes
from kfdesk.desk.incoming.threads import Threads, claims, signed
from kfdesk.mail.subject import clean_subject
from kfdesk.mail.token import find_score, is_internal, side_of, ticket_of, ticket_of_plus
from kfdesk.model import Direction, Mail, Side, Status
from kfdesk.store.tickets import State


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


def decide(desk: Desk, threads: Threads, mail: Mail, now: datetime) -> Verdict:
    """Return where a mail goes: our token, then a stored Message-ID, then the subject's number."""
    if mail.bounce and (quoted := _quoted(desk, threads, mail)) is not None:
        ours = mail.bounce.message_ids
        side = next((s for s in map(side_of, ours) if _of(threads, s, quoted)), 0)
        return Verdict(ticket=quoted, internal=any(map(is_internal, ours)), side=side)
    if (verdict := _answer_of_ours(desk, threads, mail)) is not None:
        return verdict
    named = claims(desk, mail)
    now_at = threads.places(desk, mail.references)
    suspicion = NEW
    for kind, sent_from in named:
        number = now_at.get(sent_from, sent_from)
        if kind == "token" and (state := threads.live(number)):
            if mail.sender.email in threads.removed.get(state.id, ()):
                suspicion = _first(suspicion, _maybe(state, "the sender was taken off it"))
                continue
            if not threads.owners[state.id] and not _is_party(desk, threads, mail, number, state):
                # Erased, most likely: nobody could answer them there.
                suspicion = _first(suspicion, _maybe(state, "its customer has no address"))
                continue
            referred = threads.referred(mail, number)
            if state.status is Status.CLOSED and _other_subject(mail, referred, state):
                return _maybe(state, "another subject than the mail it answers")
            return _join(desk, mail, state, now)
    for reference in mail.references:
        for found in threads.known.get(reference, ()):
            if (state := threads.live(found.ticket_id)) is None:
                continue
            if not _is_party(desk, threads, mail, found.ticket_id, state):
                suspicion = _first(suspicion, _maybe(state, "the sender is no party of it"))
            elif _other_subject(mail, [found.subject], state):
                reason = "another subject than the mail it answers"
                suspicion = _first(suspicion, _maybe(state, reason))
            else:
                return _join(desk, mail, state, now)
    for kind, number in named:
        if kind == "number" and (state := threads.live(number)):
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
        state = threads.live(given[0])
        if state is None:
            return None
        party = _is_party(desk, threads, mail, given[0], state)
        return Verdict(ticket=state.id, score=given[1], party=party)
    number = progress.asked(desk, mail)
    if number is not None and not _is_agent(desk, mail):
        state = threads.live(number)
        # A stranger's is an ordinary mail, which tells them nothing.
        if state is not None and _is_party(desk, threads, mail, number, state):
            return Verdict(ticket=state.id, progress=True)
    said = votes.said(desk, mail)
    if said is not None and votes.nothing_else(mail) and not _is_agent(desk, mail):
        state = threads.live(said[0])
        return None if state is None else Verdict(ticket=state.id, quiet=True)
    marks = (*mail.references, *(a.email for a in mail.to if "+" in a.email), *mail.delivered_to)
    numbers = ((mark, _marked(desk, mark)) for mark in marks)
    mark, number = next(((m, n) for m, n in numbers if n is not None), ("", None))
    if number is None or not is_internal(mark) or (state := threads.live(number)) is None:
        return None
    side = threads.sides.get(side_of(mark))
    if side is not None:
        state = threads.live(side.ticket) or state  # it may have moved since
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
    state = threads.live(found.ticket)
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
    now_at = threads.places(desk, ours)
    for number in signed(desk, ours):
        if state := threads.live(now_at.get(number, number)):
            return state.id
    for reference in (*mail.bounce.message_ids, *mail.references):
        for found in threads.known.get(reference, ()):
            if found.direction is Direction.OUT and (state := threads.live(found.ticket_id)):
                return state.id
    return None


def _is_party(desk: Desk, threads: Threads, mail: Mail, number: int, state: State) -> bool:
    sender = mail.sender.email
    if not sender:
        return False
    parties = threads.parties.get(number, frozenset()) | threads.parties.get(state.id, frozenset())
    return sender in parties or _is_agent(desk, mail)


def _is_agent(desk: Desk, mail: Mail) -> bool:
    return any(mail.sender.email == agent.email.lower() != "" for agent in desk.settings.agents)


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
