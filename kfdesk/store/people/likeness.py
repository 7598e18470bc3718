"""Customers who may be one person: looked up by what they would share, through indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, column, func, or_, select, table

from kfdesk.model import By, Direction
from kfdesk.store.fulltext import words
from kfdesk.store.ids import among, these
from kfdesk.store.tables import CustomerRow, IdentityRow, MessageRow, TicketTable
from kfdesk.store.tx import Tx

_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_index = table("search", column("rowid"), column("search"))
_LIVING = and_(_customer.c.merged_into.is_(None), _customer.c.erased_at.is_(None))
#: So many of those who share something are looked at.
MOST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote: `text[cut:]` is their signature and what they quote."""

    ticket_id: int
    customer_id: int
    author_email: str
    text: str
    cut: int


def living(tx: Tx, ids: Iterable[int]) -> set[int]:
    """Those of customers who were neither merged nor erased."""
    return set(tx.scalars(select(_customer.c.id).where(among(_customer.c.id), _LIVING), these(ids)))


def called(tx: Tx, name: str) -> list[int]:
    """The customers of a name, however its letters are written."""
    ways = {name, name.lower(), name.upper(), name.title()}
    statement = (
        select(_customer.c.id)
        .where(_customer.c.name != "", _customer.c.name.in_(sorted(ways)), _LIVING)
        .order_by(_customer.c.id.desc())
        .limit(MOST)
    )
    return list(tx.scalars(statement))


def addresses_like(tx: Tx, local: str, domains: Sequence[str]) -> list[tuple[str, int]]:
    """Addresses of these domains that begin like `local` up to a plus: (address, customer).

    Where the first domain is Google's, dots before the @ do not count.
    """
    value = _identity.c.value
    tails = [f"@{domain}" for domain in domains]
    if domains[0] == "gmail.com":
        first = local[:1]
        bare = func.replace(func.substr(value, 1, func.instr(value, "@") - 1), ".", "")
        same = or_(bare == local, func.substr(bare, 1, len(local) + 1) == f"{local}+")
        fits = and_(value >= first, value < chr(ord(first) + 1), same)
    else:
        exact = [f"{local}{tail}" for tail in tails]
        fits = or_(value.in_(exact), and_(value >= f"{local}+", value < f"{local},"))
    statement = (
        select(value, _identity.c.customer_id)
        .where(
            _identity.c.scheme == "email",
            fits,
            or_(*(func.substr(value, -len(tail)) == tail for tail in tails)),
        )
        .limit(MOST)
    )
    return [(row.value, row.customer_id) for row in tx.execute(statement)]


_SAID = (
    select(
        _message.c.ticket_id,
        _ticket.c.customer_id,
        _message.c.author_email,
        _message.c.text,
        _message.c.cut,
    )
    .join_from(_message, _ticket, _ticket.c.id == _message.c.ticket_id)
    .where(_message.c.direction == Direction.IN.value, _message.c.by == By.CUSTOMER.value)
)


def said_last(tx: Tx, customer: int, limit: int) -> list[Said]:
    """What a customer wrote last, on the tickets of theirs that changed last."""
    newest = (
        select(_ticket.c.id)
        .where(_ticket.c.customer_id == customer)
        .order_by(_ticket.c.updated_at.desc())
        .limit(limit)
    )
    statement = _SAID.where(_message.c.ticket_id.in_(newest)).order_by(_message.c.id.desc())
    return [Said(*row) for row in tx.execute(statement.limit(limit))]


def writing_of(tx: Tx, text: str, limit: int) -> Iterator[Said]:
    """What customers wrote last that holds a text: an address, a number as it is written."""
    if not (phrase := words.match(text)):
        return
    hits = (
        select(_index.c.rowid)
        .where(_index.c.search.op("MATCH")(phrase))
        .order_by(_index.c.rowid.desc())
        .limit(limit)
    )
    for row in tx.execute(_SAID.where(_message.c.id.in_(hits))):
        yield Said(*row)


def everybody(tx: Tx) -> Iterator[tuple[int, str, int | None]]:
    """Every living customer who has a name: id, name, organisation."""
    statement = select(_customer.c.id, _customer.c.name, _customer.c.organisation_id)
    for row in tx.execute(statement.where(_customer.c.name != "", _LIVING)):
        yield row.id, row.name, row.organisation_id


def every_address(tx: Tx) -> Iterator[tuple[str, int]]:
    """Every address of a living customer, with the customer."""
    statement = (
        select(_identity.c.value, _identity.c.customer_id)
        .join_from(_identity, _customer, _customer.c.id == _identity.c.customer_id)
        .where(_identity.c.scheme == "email", _LIVING)
    )
    for row in tx.execute(statement):
        yield row.value, row.customer_id
