"""Giving messages another place: into a new ticket, or into one that there is."""

from __future__ import annotations

from collections.abc import Sequence

from kfdesk.desk import Desk
from kfdesk.desk.conversation.consequences import reopened
from kfdesk.desk.merging.merge import count
from kfdesk.desk.operation import operation
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.tickets.edit import Diff, columns
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Address, By, Direction, Status, Ticket
from kfdesk.store import answering, customers, journal, links, tickets, whole_tickets
from kfdesk.store.history import moving
from kfdesk.store.history.moving import Said
from kfdesk.store.journal import NewEvent
from kfdesk.store.people import groups
from kfdesk.store.teamwork import parties
from kfdesk.store.tickets import NewTicket, State
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line


def split(desk: Desk, number: int, ids: Sequence[int], actor: Actor, subject: str = "") -> Ticket:
    """Make a new ticket of some of a ticket's messages; return the new one.

    Its customer is who wrote the first of them, if a customer did, else that of the old ticket.
    NotFound for a message that is not there; UserError where nothing would be left.
    """
    now = desk.clock()
    with operation(desk, actor, "split") as tx:
        state = tickets.state(tx, number)
        old = whole_tickets.get(tx, number)
        chosen = _chosen(tx, state, ids)
        new = tickets.first_id(tx)
        title = clean_line(subject) or state.subject
        tickets.insert_many(
            tx,
            [
                NewTicket(
                    id=new,
                    subject=title,
                    channel=old.channel,
                    account=old.account,
                    team=old.team,
                    customer_id=_customer(tx, chosen, state),
                    created_at=now,
                    updated_at=now,
                    last_person_at=now,
                    waiting_since=None,
                    message_count=0,
                    unread=any(tickets.unread(tx, [number])),
                    category=old.category,
                    priority=old.priority.rank,
                )
            ],
        )
        moving.messages(tx, [message.id for message in chosen], new)
        count(tx, [number, new], {number: columns(state, {}, actor, now)})
        links.add(tx, [(new, number, "split", "")], now)
        diff: Diff = {
            "subject": (None, title),
            "status": (None, str(Status.NEW)),
            "priority": (None, str(old.priority)),
        }
        diff |= {
            name: (None, value)
            for name, value in (("team", old.team), ("category", old.category))
            if value
        }
        made, left = journal.record(
            tx,
            [
                NewEvent(new, actor, "created", diff, text=f"← #{number} {state.subject}".strip()),
                NewEvent(number, actor, "split", text=f"→ #{new} {title}".strip()),
            ],
            now,
        )
        groups.join(tx, desk.groups, [new], desk.scope())
        roots = [
            Root(new, "created", actor, None, diff, made),
            Root(number, "updated", actor, None, {}, left),
        ]
        settle(desk, tx, roots, now)
        return whole_tickets.get(tx, new)


def move(desk: Desk, id: int, into: int, actor: Actor) -> Ticket:
    """Give a message to another ticket; return that one.

    NotFound for a message or ticket that is not there; UserError where nothing would be left.
    """
    now = desk.clock()
    with operation(desk, actor, "move") as tx:
        target = tickets.state(tx, into)
        found = moving.said(tx, [id])
        if not found:
            raise _no_message(id)
        source = tickets.state(tx, found[0].ticket)
        if source.id == into:
            raise UserError(
                _("message {id} is on ticket {number} already").format(id=id, number=into)
            )
        (message,) = _chosen(tx, source, [id])
        moving.messages(tx, [id], into)
        _party(tx, message, target)
        waits = answering.answered(tx, into).waiting_since is not None
        diff = reopened(target) if waits and target.waiting_since is None else {}
        unread = any(tickets.unread(tx, [into])) or message.direction is Direction.IN
        values = columns(target, diff, actor, now) | {"unread": unread}
        count(tx, [source.id, into], {source.id: columns(source, {}, actor, now), into: values})
        came, went = journal.record(
            tx,
            [
                NewEvent(into, actor, "moved", diff, text=f"← #{source.id} {source.subject}"),
                NewEvent(source.id, actor, "moved", text=f"→ #{into} {target.subject}"),
            ],
            now,
        )
        roots = [
            Root(into, "updated", actor, None, diff, came),
            Root(source.id, "updated", actor, None, {}, went),
        ]
        settle(desk, tx, roots, now)
        return whole_tickets.get(tx, into)


def _chosen(tx: Tx, state: State, ids: Sequence[int]) -> list[Said]:
    """The messages to take from a ticket; something has to be left of it."""
    all_ = {message.id: message for message in moving.of_ticket(tx, state.id)}
    wanted = sorted(set(ids))
    for id in wanted:
        if id not in all_:
            raise NotFound(
                _("ticket {number} has no message {id}").format(number=state.id, id=id)
                if moving.said(tx, [id])
                else str(_no_message(id))
            )
        if all_[id].side is not None:
            raise UserError(
                _("message {id} belongs to a side conversation and stays with it").format(id=id)
            )
    if not wanted:
        raise UserError(_("name the messages that shall move; `kfdesk show` prints their ids"))
    if len(wanted) == len(all_):
        raise UserError(
            _("nothing would be left of ticket {number}; merge it instead").format(number=state.id)
        )
    return [all_[id] for id in wanted]


def _no_message(id: int) -> NotFound:
    return NotFound(_("there is no message {id}; `kfdesk show` prints their ids").format(id=id))


def _customer(tx: Tx, chosen: Sequence[Said], state: State) -> int:
    writer = next((m for m in chosen if m.direction is Direction.IN and m.by is By.CUSTOMER), None)
    found = moving.customer_of(tx, writer.author_email) if writer else None
    return state.customer_id if found is None else found


def _party(tx: Tx, message: Said, target: State) -> None:
    """Who wrote it becomes a party of the ticket that it moves to."""
    if message.direction is not Direction.IN or message.by is not By.CUSTOMER:
        return
    own = customers.emails_of(tx, [target.customer_id])[target.customer_id]
    if message.author_email and message.author_email not in own:
        person = Address(message.author, message.author_email)
        parties.add(tx, [(target.id, person)])
