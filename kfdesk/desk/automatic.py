"""What a rule says: answers to customers, held back where that is safer, and notes. In bulk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.limits import Limits
from kfdesk.desk.notes import write_notes
from kfdesk.desk.outgoing import Outgoing, address_of, answer_subject, post
from kfdesk.mail.token import subject_token
from kfdesk.model import Actor, By, Customer
from kfdesk.rules.template import render
from kfdesk.settings import Settings
from kfdesk.store import answering, customers, journal, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean, clean_line


def answer(
    tx: Tx, desk: Desk, template: str, rule: str, roots: Mapping[int, int], now: datetime
) -> dict[int, str]:
    """Queue a rule's answer on tickets, {number: root event}.

    Returns {number: why it was held back}, which is written on the ticket too.
    """
    actor = Actor(By.RULE, rule)
    numbers = list(roots)
    states = tickets.states(tx, numbers)
    people = customers.get_many(tx, [state.customer_id for state in states.values()])
    addresses = customers.emails_of(tx, people)
    asked = answering.newest_inbound_of(tx, numbers)
    wanted = next(t for t in desk.settings.templates if t.name == template)
    robots = journal.robots(tx, roots.values())
    recipients = {
        number: address_of(people[s.customer_id], addresses[s.customer_id], asked.get(number))
        for number, s in states.items()
    }
    limits = Limits.load(tx, desk, {to.email for to in recipients.values() if to}, now)
    letters: list[Outgoing] = []
    held: dict[int, str] = {}
    for number, state in states.items():
        customer = people[state.customer_id]
        values = template_values(desk.settings, state, customer)
        subject = clean_line(render(wanted.subject, values)) or answer_subject(desk.settings, state)
        to = recipients[number]
        question = asked.get(number)
        robot = robots.get(number) or (question.auto if question else "")
        if why := limits.holds_back(number, robot, to, subject):
            held[number] = why
            continue
        assert to is not None
        limits.count(number, to.email, subject)
        letters.append(
            Outgoing(
                state=state,
                actor=actor,
                text=clean(render(wanted.text, values)),
                to=to,
                asked=question,
                not_before=now,
                subject=subject,
                auto=f"rule: {rule}",
            )
        )
    ids = post(tx, desk, letters, now)
    tickets.update_many(
        tx,
        {
            letter.state.id: {
                "message_count": letter.state.message_count + 1,
                "version": letter.state.version + 1,
            }
            for letter in letters
        },
    )
    events = [
        NewEvent(
            letter.state.id, actor, "reply", rule=rule, root=roots[letter.state.id], message_id=id
        )
        for letter, id in zip(letters, ids, strict=True)
    ]
    events += [
        NewEvent(number, actor, "held back", rule=rule, root=roots[number], text=why)
        for number, why in held.items()
    ]
    journal.record(tx, events, now)
    return held


def note(tx: Tx, desk: Desk, text: str, rule: str, roots: Mapping[int, int], now: datetime) -> None:
    """Write a rule's note on tickets, {number: root event}, with their values in it."""
    states = tickets.states(tx, list(roots))
    people = customers.get_many(tx, [state.customer_id for state in states.values()])
    texts = {
        number: clean(
            render(text, template_values(desk.settings, state, people[state.customer_id]))
        )
        for number, state in states.items()
    }
    write_notes(tx, states, texts, Actor(By.RULE, rule), now, roots=roots, rule=rule)


def template_values(settings: Settings, state: State, customer: Customer) -> dict[str, str]:
    """Return what `{{…}}` stands for on a ticket."""
    agent = next((a for a in settings.agents if a.name == state.assignee), None)
    return {
        "ticket.number": str(state.id),
        "ticket.token": subject_token(settings.desk.number_prefix, state.id),
        "ticket.subject": state.subject,
        "ticket.status": str(state.status),
        "ticket.priority": str(state.priority),
        "ticket.category": state.category,
        "ticket.team": state.team,
        "customer.name": customer.name or customer.email,
        "customer.email": customer.email,
        "agent.name": state.assignee,
        "agent.title": (agent.title or agent.name) if agent else "",
        "desk.name": settings.desk.name,
    }
