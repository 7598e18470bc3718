"""Tickets read whole: with their tags, people, links and satisfaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, true

from kfdesk.model import Address, Priority, Satisfaction, Status, Ticket
from kfdesk.store import customers, tickets
from kfdesk.store.ids import among, these
from kfdesk.store.links import links_of
from kfdesk.store.tables import CollaboratorRow, SurveyRow, TicketTable
from kfdesk.store.teamwork import followers
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_collaborator = CollaboratorRow.__table__  # type: ignore[attr-defined]
_survey = SurveyRow.__table__  # type: ignore[attr-defined]


def get(tx: Tx, number: int) -> Ticket:
    """Return a ticket whole. NotFound if there is none, or it was deleted."""
    found = get_many(tx, [number])
    if not found:
        raise (
            tickets.was_deleted(number)
            if number in tickets.states(tx, [number])
            else tickets.missing(number)
        )
    return found[0]


def get_many(tx: Tx, numbers: Sequence[int], *, deleted: bool = False) -> list[Ticket]:
    """Return tickets whole, in the order of `numbers`; one that does not exist is left out.

    Deleted ones are there only for who asks for them.
    """
    found: dict[int, Ticket] = {}
    tags = tickets.tags_of(tx, numbers)
    wanted = these(numbers)
    parties: dict[int, list[Address]] = defaultdict(list)
    for row in tx.execute(
        select(_collaborator)
        .where(among(_collaborator.c.ticket_id), _collaborator.c.removed.is_(False))
        .order_by(_collaborator.c.email),
        wanted,
    ):
        parties[row.ticket_id].append(Address(row.name, row.email))
    links = links_of(tx, numbers)
    following = followers.of(tx, numbers)
    rows = tx.execute(
        select(
            _ticket,
            _survey.c.score,
            _survey.c.comment,
        )
        .join(_survey, _survey.c.ticket_id == _ticket.c.id, isouter=True)
        .where(among(_ticket.c.id), true() if deleted else _ticket.c.deleted_at.is_(None)),
        wanted,
    ).all()
    people = customers.get_many(tx, (row.customer_id for row in rows))
    for row in rows:
        found[row.id] = Ticket(
            number=row.id,
            subject=row.subject,
            status=Status(row.status),
            priority=Priority.of_rank(row.priority),
            channel=row.channel,
            account=row.account,
            category=row.category,
            team=row.team,
            assignee=row.assignee,
            customer=people[row.customer_id],
            tags=tags.get(row.id, ()),
            fields=row.fields,
            created_at=row.created_at,
            updated_at=row.updated_at,
            first_response_due=row.first_response_due,
            resolve_due=row.resolve_due,
            breached=row.breached,
            message_count=row.message_count,
            version=row.version,
            next_response_due=row.next_response_due,
            due_at=row.due_at,
            sla=row.sla,
            snoozed_until=row.snoozed_until,
            quarantine=row.quarantine,
            waiting_since=row.waiting_since,
            collaborators=tuple(parties[row.id]),
            followers=following.get(row.id, ()),
            links=tuple(links[row.id]),
            satisfaction=Satisfaction(row.score, row.comment) if row.score else None,
            merged_into=row.merged_into,
            deleted_at=row.deleted_at,
            substatus=row.substatus,
            type=row.type,
            task_due=row.task_due,
            spam=row.spam,
            spent=timedelta(seconds=row.spent),
        )
    return [found[number] for number in numbers if number in found]
