"""Lists of tickets: the numbers that a query selects, in order, and the rows that a queue shows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import exists, func, select

from kfdesk.model import Priority, Status, TicketRow
from kfdesk.rules.language.tree import Query, Term
from kfdesk.rules.language.values import Scope
from kfdesk.store.conditions import condition
from kfdesk.store.ids import among, these
from kfdesk.store.ordered import Ordered
from kfdesk.store.tables import (
    AttachmentRow,
    CustomerRow,
    MessageRow,
    OrganisationRow,
    TicketTable,
)
from kfdesk.store.tickets import tags_of
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_attachment = AttachmentRow.__table__  # type: ignore[attr-defined]
_organisation = OrganisationRow.__table__  # type: ignore[attr-defined]


#: So many tickets are few enough to look for words in each of them.
FEW = 3000
#: So many of the newest tickets with one word are looked through for the others.
PROBED = 600
_PART = 4096


def ids(
    tx: Tx, query: Query, scope: Scope, limit: int | None = None, offset: int = 0
) -> array[int]:
    """Return the numbers of a query's tickets, in its order; of words, the newest hit first."""
    texts, rest = query.split_text()
    if texts and not query.sort and limit is not None:
        return array("q", _newest_hits(tx, texts, rest, scope, limit, offset))
    if texts and (few := _few(tx, query, rest, scope)) is not None:
        return array("q", _holding(tx, few, texts, scope, limit, offset))
    statement = select(_ticket.c.id).where(condition.where(query, scope))
    statement = statement.order_by(*condition.order(query.sort)).offset(offset or None)
    # In small parts: a number as an object takes four times its room, and the process keeps it.
    parts = statement.limit(limit).execution_options(yield_per=_PART)
    return array("q", tx.scalars(parts))


def _few(tx: Tx, query: Query, rest: Query, scope: Scope) -> list[int] | None:
    """Return the tickets that fit all but the words of a query, in its order, if they are few."""
    if rest.where is None:
        return None
    statement = select(_ticket.c.id).where(condition.where(rest, scope))
    statement = statement.order_by(*condition.order(query.sort)).limit(FEW + 1)
    found = list(tx.scalars(statement))
    return found if len(found) <= FEW else None


def _holding(
    tx: Tx, few: Sequence[int], texts: Sequence[Term], scope: Scope, limit: int | None, offset: int
) -> list[int]:
    """Return those of a few tickets that hold the words, in order; stop when the page is full."""
    holds = condition.EachTicket(scope).all_of(texts)
    statement = select(_ticket.c.id).where(among(_ticket.c.id), holds)
    end = None if limit is None else offset + limit
    page: list[int] = []
    for start in range(0, len(few), 200):
        chunk = few[start : start + 200]
        found = set(tx.scalars(statement, these(chunk)))
        page += [number for number in chunk if number in found]
        if end is not None and len(page) >= end:
            break
    return page[offset:end]


def _newest_hits(
    tx: Tx, texts: Sequence[Term], rest: Query, scope: Scope, limit: int, offset: int
) -> list[int]:
    """Return the tickets that hold all words: first that of the newest hit of the rarest word."""
    first, *others = sorted(texts, key=lambda term: _rarity(tx, term))
    if not others:
        return list(islice(_walk(tx, first, rest, scope), offset, offset + limit))
    if offset + limit <= PROBED:
        newest = list(islice(_walk(tx, first, rest, scope), PROBED))
        page = _holding(tx, newest, others, scope, limit, offset)
        if len(page) == limit or len(newest) < PROBED:
            return page
    # Words that hardly ever meet, as of two languages: one set for each, not a look at each ticket.
    several = condition.Translation(scope).all_of(others)
    holding = frozenset(tx.scalars(select(_ticket.c.id).where(several)))
    hits = (number for number in _walk(tx, first, rest, scope) if number in holding)
    return list(islice(hits, offset, offset + limit))


def _rarity(tx: Tx, term: Term) -> int:
    """How often the words of a term are there; more than a few is all the same."""
    index = condition.index
    found = select(index.c.rowid).where(index.c.search.op("MATCH")(condition.phrase(term)))
    return int(tx.scalar(select(func.count()).select_from(found.limit(FEW).subquery())) or 0)


def _walk(tx: Tx, term: Term, rest: Query, scope: Scope) -> Iterator[int]:
    """Walk the index of one term from its newest message; each ticket once."""
    index = condition.index
    found = Ordered(index, _message, _message.c.id == index.c.rowid)
    statement = (
        select(_message.c.ticket_id)
        .select_from(Ordered(found, _ticket, _ticket.c.id == _message.c.ticket_id))
        .where(index.c.search.op("MATCH")(condition.phrase(term)))
        .where(condition.where(rest, scope))
        .order_by(index.c.rowid.desc())
        .execution_options(yield_per=200)
    )
    hits = tx.scalars(statement)
    try:
        yield from _unique(hits)
    finally:
        hits.close()


def _unique(numbers: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for number in numbers:
        if number not in seen:
            seen.add(number)
            yield number


def count(tx: Tx, query: Query, scope: Scope) -> int:
    """Return how many tickets a query selects."""
    statement = select(func.count()).select_from(_ticket).where(condition.where(query, scope))
    return int(tx.scalar(statement) or 0)


_ROWS = (
    select(
        _ticket.c.id,
        _ticket.c.subject,
        _ticket.c.status,
        _ticket.c.priority,
        _ticket.c.channel,
        _ticket.c.team,
        _ticket.c.assignee,
        _customer.c.name,
        _customer.c.email,
        _ticket.c.created_at,
        _ticket.c.updated_at,
        _ticket.c.due_at,
        _ticket.c.message_count,
        _ticket.c.unread,
        _ticket.c.version,
        _ticket.c.sla,
        _ticket.c.substatus,
        _ticket.c.type,
        _ticket.c.task_due,
        _ticket.c.category,
        _ticket.c.fields,
        _organisation.c.name.label("organisation"),
        exists()
        .where(_message.c.ticket_id == _ticket.c.id, _attachment.c.message_id == _message.c.id)
        .where(_attachment.c.inline.is_(False))
        .correlate(_ticket)
        .label("attached"),
    )
    .join(_customer, _customer.c.id == _ticket.c.customer_id)
    .outerjoin(_organisation, _organisation.c.id == _customer.c.organisation_id)
    .where(among(_ticket.c.id))
)


def rows(tx: Tx, numbers: Sequence[int]) -> list[TicketRow]:
    """Return the rows of tickets in the order of `numbers`; a vanished one is left out."""
    if not numbers:
        return []
    tags = tags_of(tx, numbers)
    found = {
        row.id: TicketRow(
            number=row.id,
            subject=row.subject,
            status=Status(row.status),
            priority=Priority.of_rank(row.priority),
            channel=row.channel,
            team=row.team,
            assignee=row.assignee,
            customer=row.name,
            customer_email=row.email,
            created_at=row.created_at,
            updated_at=row.updated_at,
            due_at=row.due_at,
            message_count=row.message_count,
            unread=row.unread,
            tags=tags.get(row.id, ()),
            version=row.version,
            sla=row.sla,
            substatus=row.substatus,
            type=row.type,
            task_due=row.task_due,
            category=row.category,
            organisation=row.organisation or "",
            attached=bool(row.attached),
            fields=row.fields,
        )
        for row in tx.execute(_ROWS, these(numbers))
    }
    return [found[number] for number in numbers if number in found]
