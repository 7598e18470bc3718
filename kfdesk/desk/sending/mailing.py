"""What a rule mails to others than the customer: an internal note that leaves too. In bulk.

Its Message-ID and answering address say that it was internal, and so an answer to it is a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation.placeholders import Words, values_of
from kfdesk.desk.sending import colleagues
from kfdesk.desk.sending.accounts import sending_channel
from kfdesk.desk.sending.automatic import answer, held_back
from kfdesk.desk.sending.limits import Limits
from kfdesk.i18n import _
from kfdesk.mail.token import message_id_host, new_message_id
from kfdesk.model import Actor, Address, Direction
from kfdesk.rules.actions import Mail
from kfdesk.settings import Channel
from kfdesk.store import customers, journal, messages, outbox, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage
from kfdesk.store.outbox import NewOutbox
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class _Letter:
    """One note, and to whom it leaves."""

    state: State
    to: tuple[Address, ...]
    subject: str
    text: str


def mail(
    tx: Tx, desk: Desk, action: Mail, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Mail a template to whom a rule names on tickets, {number: root event}."""
    words = Words.of_template(desk.settings, action.template)
    states = tickets.states(tx, list(roots))
    theirs = customers.emails_of(tx, {state.customer_id for state in states.values()})
    to_customer = {
        number: root
        for number, root in roots.items()
        if action.to == "customer" or action.to.lower() in theirs[states[number].customer_id]
    }
    held = answer(tx, desk, words, actor, to_customer, now, afresh=True) if to_customer else {}
    mailed = {n: [action.to] for n in to_customer if n not in held}
    others = {number: state for number, state in states.items() if number not in to_customer}
    if others:
        letters, why = _letters(tx, desk, action.to, words, others, roots, now)
        _post(tx, desk, letters, actor, roots, now)
        journal.record(tx, held_back(why, actor, roots), now)
        held |= why
        mailed |= {one.state.id: [person.email for person in one.to] for one in letters}
    return {number: _outcome(action, mailed.get(number, []), held.get(number)) for number in roots}


def _outcome(action: Mail, to: Sequence[str], held: str | None) -> dict[str, Any]:
    part: dict[str, Any] = {}
    if to:
        part["mails"] = [{"to": email, "template": action.template} for email in to]
    if held:
        part["held"] = held
    return part


def _letters(
    tx: Tx,
    desk: Desk,
    to: str,
    words: Words,
    states: Mapping[int, State],
    roots: Mapping[int, int],
    now: datetime,
) -> tuple[list[_Letter], dict[int, str]]:
    """Return what may leave, and {ticket: why something may not}."""
    people: dict[int, list[Address]] = {}
    for number, state in states.items():
        agents = colleagues.meant(desk.settings, to, state)
        found = (
            [Address("", to)]
            if agents is None
            else [Address(agent.title or agent.name, agent.email) for agent in agents]
        )
        people[number] = [Address(one.name, one.email.lower()) for one in found]
    limits = Limits.load(tx, desk, {one.email for some in people.values() for one in some}, now)
    robots = journal.robots_with_sender(tx, roots.values())
    values = values_of(tx, desk, states, words.texts)
    letters: list[_Letter] = []
    held: dict[int, str] = {}
    for number, state in states.items():
        subject, text = words.filled(values[number], to_us=True)
        subject = subject or f"[{values[number]['ticket.token']}] {state.subject}".strip()
        reasons = [] if people[number] else [colleagues.nobody(to)]
        able: list[Address] = []
        for person in people[number]:
            robot, sender = robots.get(number, ("", ""))
            why = _no_address(person) or limits.holds_back(
                number, robot if sender == person.email else "", person, subject, answers=False
            )
            if why:
                reasons.append(why)
            else:
                limits.count(number, person.email, subject)
                able.append(person)
        if reasons:
            held[number] = "; ".join(reasons)
        if able:
            letters.append(_Letter(state, tuple(able), subject, text))
    return letters, held


def _no_address(person: Address) -> str:
    return "" if person.email else _("{name} has no address").format(name=person.name)


def _note(
    letter: _Letter, id: int, channel: Channel, key: str, actor: Actor, now: datetime
) -> NewMessage:
    """The note that stands in the conversation for its mails, known by the key of the first."""
    return NewMessage(
        id=id,
        ticket_id=letter.state.id,
        account=channel.name,
        direction=Direction.NOTE,
        by=actor.kind,
        author=actor.name,
        author_email=channel.address,
        at=now,
        created_at=now,
        external_id=key,
        message_id=key,
        subject=letter.subject,
        cut=len(letter.text),
        to=letter.to,
        text=letter.text,
    )


def _post(
    tx: Tx,
    desk: Desk,
    letters: Sequence[_Letter],
    actor: Actor,
    roots: Mapping[int, int],
    now: datetime,
) -> None:
    """Write the notes, and queue a mail of each to everybody who gets it."""
    first = messages.first_id(tx)
    said: list[NewMessage] = []
    leaving: list[NewOutbox] = []
    for id, letter in enumerate(letters, first):
        channel = sending_channel(desk.settings, letter.state.account)
        host = message_id_host(channel.address)
        mails = [
            NewOutbox(
                ticket_id=letter.state.id,
                message_id=id,
                account=channel.name,
                key=new_message_id(desk.secret, letter.state.id, host, internal=True),
                to=(person.email,),
                subject=letter.subject,
                automatic=True,
                not_before=now,
                created_at=now,
            )
            for person in letter.to
        ]
        leaving += mails
        said.append(_note(letter, id, channel, mails[0].key, actor, now))
    messages.insert_many(tx, said)
    outbox.queue(tx, leaving)
    tickets.one_more(tx, (letter.state for letter in letters))
    journal.record(
        tx,
        [
            NewEvent(
                m.ticket_id,
                actor,
                "note",
                rule=actor.rule,
                root=roots[m.ticket_id],
                message_id=m.id,
            )
            for m in said
        ],
        now,
    )
