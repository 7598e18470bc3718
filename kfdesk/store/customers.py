"""Customers and the identities they are known by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, insert, select

from kfdesk.model import Address, Customer
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.people import organisations
from kfdesk.store.tables import (
    CustomerGroupRow,
    CustomerRow,
    IdentityRow,
    OrganisationRow,
    TicketTable,
)
from kfdesk.store.tx import Tx

_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]
_group = CustomerGroupRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_organisation = OrganisationRow.__table__  # type: ignore[attr-defined]

#: The scheme of the one customer who stands for mails without a sender.
NOBODY = "nobody"


def by_email(tx: Tx, emails: Iterable[str]) -> dict[str, int]:
    """Return {address: customer id} of those that are known."""
    statement = select(_identity.c.value, _identity.c.customer_id).where(
        _identity.c.scheme == "email", among(_identity.c.value)
    )
    return {email: id for email, id in tx.execute(statement, these(set(emails)))}  # noqa: C416


def nobody(tx: Tx, now: datetime) -> int:
    """Return the customer who stands for mails without a sender; made when first needed."""
    statement = select(_identity.c.customer_id).where(
        _identity.c.scheme == NOBODY, _identity.c.value == ""
    )
    id = tx.scalar(statement)
    return id if id is not None else _add(tx, [(NOBODY, Address("", ""))], now)[0]


def add(tx: Tx, people: Iterable[Address], now: datetime) -> dict[str, int]:
    """Make customers of addresses that are not known yet; return {address: customer id}."""
    unique = {person.email: person for person in people}
    ids = _add(tx, [("email", person) for person in unique.values()], now)
    return dict(zip(unique, ids, strict=True))


def _add_rows(tx: Tx, people: list[Address], now: datetime) -> list[int]:
    first = next_id(tx, _customer)
    ids = list(range(first, first + len(people)))
    domains = [person.email.rpartition("@")[2] for person in people]
    companies = organisations.owners(tx, domains)
    tx.execute(
        insert(_customer),
        [
            {
                "id": id,
                "name": person.name,
                "email": person.email,
                "organisation_id": companies.get(domain),
                "created_at": now,
            }
            for id, person, domain in zip(ids, people, domains, strict=True)
        ],
    )
    return ids


def make(tx: Tx, person: Address, now: datetime) -> int:
    """Make a customer who is known by nothing yet; return their id."""
    return _add_rows(tx, [person], now)[0]


def _add(tx: Tx, people: list[tuple[str, Address]], now: datetime) -> list[int]:
    if not people:
        return []
    ids = _add_rows(tx, [person for _scheme, person in people], now)
    tx.execute(
        insert(_identity),
        [
            {
                "id": key,
                "scheme": scheme,
                "value": person.email,
                "customer_id": id,
                "verified": False,
                "created_at": now,
            }
            for key, (id, (scheme, person)) in enumerate(
                zip(ids, people, strict=True), next_id(tx, _identity)
            )
        ],
    )
    return ids


#: The scheme is hidden from the planner: without statistics it would walk every address there is.
_EMAILS = select(_identity.c.customer_id, _identity.c.value).where(
    func.coalesce(_identity.c.scheme, "") == "email", among(_identity.c.customer_id)
)


def emails_of(tx: Tx, customers: Iterable[int]) -> dict[int, set[str]]:
    """Return {customer id: every address of theirs}."""
    wanted = set(customers)
    found: dict[int, set[str]] = {id: set() for id in wanted}
    for id, value in tx.execute(_EMAILS, these(wanted)):
        found[id].add(value)
    return found


def groups_of(tx: Tx, customers: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """Return {customer id: the groups they are in}, for those who are in any."""
    found: dict[int, tuple[str, ...]] = {}
    statement = (
        select(_group.c.customer_id, _group.c.name)
        .where(among(_group.c.customer_id))
        .order_by(_group.c.name)
    )
    for id, name in tx.execute(statement, these(set(customers))):
        found[id] = (*found.get(id, ()), name)
    return found


def tickets_of(tx: Tx, customers: Iterable[int]) -> list[int]:
    """Return the tickets of these customers, by number."""
    statement = select(_ticket.c.id).where(among(_ticket.c.customer_id)).order_by(_ticket.c.id)
    return list(tx.scalars(statement, these(set(customers))))


_WHOLE = (
    select(
        _customer.c.id,
        _customer.c.name,
        _customer.c.email,
        _organisation.c.name.label("organisation"),
        _customer.c.language,
        _customer.c.fields,
    )
    .join(_organisation, _organisation.c.id == _customer.c.organisation_id, isouter=True)
    .where(among(_customer.c.id))
)


def get(tx: Tx, id: int) -> Customer:
    """Return one customer."""
    return get_many(tx, [id])[id]


def get_many(tx: Tx, ids: Iterable[int]) -> dict[int, Customer]:
    """Return customers by their ids."""
    wanted = set(ids)
    groups = groups_of(tx, wanted)
    return {
        id: Customer(id, name, email, groups.get(id, ()), organisation or "", language, fields)
        for id, name, email, organisation, language, fields in tx.execute(_WHOLE, these(wanted))
    }
