"""What agents answer customers: written, queued, and held back for as long as it may be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.conversation.consequences import answered
from kfdesk.desk.sending.letter import Outgoing
from kfdesk.desk.sending.outgoing import address_of, post
from kfdesk.desk.tickets.constraints import check
from kfdesk.desk.tickets.edit import Diff, difference
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import KEEP, Actor, Address, Change, File, Status
from kfdesk.rules.knowledge.article import Article
from kfdesk.store import answering, customers, journal, tickets
from kfdesk.store.answering import Thread
from kfdesk.store.journal import NewEvent
from kfdesk.store.packing import Blob
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to the customer of a ticket; without a subject, under the ticket's own.

    `status` is that of the ticket after it: without one, a new ticket becomes an open one.
    """

    text: str
    subject: str = ""
    status: Status | None = None
    substatus: str = ""  # the team's own name of it
    to: tuple[Address, ...] = ()  # instead of the customer's own address
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    account: str = ""  # the channel that sends, where it is not the ticket's
    signature: str | None = None  # where it is not the channel's
    files: tuple[tuple[File, Blob], ...] = ()
    article: Article | None = None  # that it is


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was written: its message, its line in the journal, what it changed."""

    message_id: int
    event_id: int
    diff: Diff


def write_replies(
    tx: Tx,
    desk: Desk,
    states: Mapping[int, State],
    said: Mapping[int, Said],
    actor: Actor,
    now: datetime,
    *,
    roots: Mapping[int, int] | None = None,
) -> dict[int, Answered]:
    """Answer the customers of tickets, {number: what is said}.

    UserError where a customer has no address, or a field is empty that the status asks for.
    """
    asked = answering.newest_inbound_of(tx, list(said))
    to = recipients(tx, [states[number] for number in said], asked)
    diffs: dict[int, Diff] = {}
    letters: list[Outgoing] = []
    for number, one in said.items():
        state, question = states[number], asked.get(number)
        person = one.to[0] if one.to else to[number]
        if person is None:
            raise UserError(no_address(number))
        diffs[number] = difference(state, after(state, one.status, one.substatus))
        if question is None or not question.message_id:
            question = answering.newest_outbound(tx, number)
        letters.append(
            Outgoing(
                state=state,
                actor=actor,
                text=one.text,
                to=person,
                asked=question,
                not_before=now + desk.settings.ui.undo_send,
                beside=one.to[1:],
                cc=tuple(other for other in one.cc if other.email != person.email),
                bcc=tuple(other for other in one.bcc if other.email != person.email),
                account=one.account,
                signature=one.signature,
                files=one.files,
                subject=one.subject,
                article=one.article,
            )
        )
    check(tx, desk.settings, states, diffs)
    ids = post(tx, desk, letters, now)
    tickets.update_many(tx, {n: answered(states[n], diffs[n], actor, now) for n in said})
    lines = [
        NewEvent(n, actor, "reply", diffs[n], message_id=id, root=(roots or {}).get(n, 0))
        for n, id in zip(said, ids, strict=True)
    ]
    events = journal.record(tx, lines, now)
    return {
        n: Answered(id, event, diffs[n]) for n, id, event in zip(said, ids, events, strict=True)
    }


def after(state: State, status: Status | None = None, own: str = "") -> Change:
    """Return what an answer makes of its ticket: the status that was asked for, or open for new."""
    if status is not None:
        return Change(status=status, substatus=own)
    return Change(status=Status.OPEN if state.status is Status.NEW else KEEP)


def recipients(
    tx: Tx, states: list[State], asked: Mapping[int, Thread]
) -> dict[int, Address | None]:
    """Return {ticket: to whom an answer goes}, `asked` being what was said there last."""
    people = customers.get_many(tx, [state.customer_id for state in states])
    own = customers.emails_of(tx, people)
    return {
        state.id: address_of(people[state.customer_id], own[state.customer_id], asked.get(state.id))
        for state in states
    }


def no_address(number: int) -> str:
    """Say that there is nobody to answer."""
    return _("the customer of ticket {number} has no address; write a note instead").format(
        number=number
    )
