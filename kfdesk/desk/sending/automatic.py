"""What a rule says to customers: answers, held back where that is safer. In bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from kfdesk.desk import Desk
from kfdesk.desk.conversation.placeholders import Words, values_of
from kfdesk.desk.sending.letter import Outgoing
from kfdesk.desk.sending.limits import Limits
from kfdesk.desk.sending.outgoing import address_of, answer_subject, post
from kfdesk.model import Actor, Address
from kfdesk.store import answering, customers, journal, tickets
from kfdesk.store.answering import Thread
from kfdesk.store.journal import NewEvent
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


def _no_more(_state: State) -> Mapping[str, str]:
    return {}


def answer(
    tx: Tx,
    desk: Desk,
    words: Words,
    actor: Actor,
    roots: Mapping[int, int],
    now: datetime,
    *,
    afresh: bool = False,
    answers: bool = True,
    wait: timedelta = timedelta(0),
    about: str = "",
    questions: Mapping[int, Thread] | None = None,
    more: Callable[[State], Mapping[str, str]] = _no_more,
) -> dict[int, str]:
    """Queue a rule's mail to the customers of tickets, {number: root event}.

    It answers what the customer wrote last, unless it starts `afresh`; what `answers` nobody may
    have the subject of acknowledgements. It leaves after `wait`, and is `about` something.
    Where `questions` are given, it answers those instead, to who asked them. `more` are further
    values for a ticket. Returns {number: why it was held back}, which is written on the ticket too.
    """
    numbers = list(roots)
    states = tickets.states(tx, numbers)
    people = customers.get_many(tx, [state.customer_id for state in states.values()])
    addresses = customers.emails_of(tx, people)
    newest = answering.newest_inbound_of(tx, numbers)
    asked = questions or newest
    robots = journal.robots(tx, roots.values())
    recipients: dict[int, Address | None] = {
        number: Address(questions[number].author, questions[number].author_email)
        if questions
        else address_of(people[s.customer_id], addresses[s.customer_id], asked.get(number))
        for number, s in states.items()
    }
    limits = Limits.load(tx, desk, {to.email for to in recipients.values() if to}, now)
    values = values_of(tx, desk, states, words.texts, actor=actor, people=people, asked=newest)
    letters: list[Outgoing] = []
    held: dict[int, str] = {}
    for number, state in states.items():
        said = values[number].also(more(state))
        subject, text = words.filled(said)
        subject = subject or answer_subject(desk.settings, state)
        to = recipients[number]
        question = asked.get(number)
        robot = robots.get(number) or (question.auto if question else "")
        if why := limits.holds_back(number, robot, to, subject, answers=answers):
            held[number] = why
            continue
        assert to is not None
        limits.count(number, to.email, subject)
        letters.append(
            Outgoing(
                state=state,
                actor=actor,
                text=text,
                to=to,
                asked=None if afresh else question,
                not_before=now + wait,
                subject=subject,
                auto=f"{actor.kind}: {actor.name}",
                about=about,
                article=words.article(said),
            )
        )
    events = _post(tx, desk, letters, roots, now)
    journal.record(tx, [*events, *held_back(held, actor, roots)], now)
    return held


def _post(
    tx: Tx, desk: Desk, letters: Sequence[Outgoing], roots: Mapping[int, int], now: datetime
) -> list[NewEvent]:
    """Queue the letters; return the journal's lines for them."""
    ids = post(tx, desk, letters, now)
    tickets.one_more(tx, (letter.state for letter in letters))
    return [
        NewEvent(
            letter.state.id,
            letter.actor,
            "reply",
            rule=letter.actor.rule,
            root=roots[letter.state.id],
            message_id=id,
        )
        for letter, id in zip(letters, ids, strict=True)
    ]


def held_back(held: Mapping[int, str], actor: Actor, roots: Mapping[int, int]) -> list[NewEvent]:
    """The journal's lines for what a rule wanted to say and did not, {ticket: why}."""
    return [
        NewEvent(number, actor, "held back", rule=actor.rule, root=roots[number], text=why)
        for number, why in held.items()
    ]
