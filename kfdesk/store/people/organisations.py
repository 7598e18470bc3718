"""Organisations, their mail domains, and who belongs to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from kfdesk.store.ids import among, next_id, these
from kfdesk.store.tables import CustomerRow, IdentityRow, OrganisationDomainRow, OrganisationRow
from kfdesk.store.tx import Tx

_organisation = OrganisationRow.__table__  # type: ignore[attr-defined]
_domain = OrganisationDomainRow.__table__  # type: ignore[attr-defined]
_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company, the mail domains of its people, and how many customers belong to it."""

    id: int
    name: str
    domains: tuple[str, ...] = ()
    customers: int = 0


def every(tx: Tx) -> list[Organisation]:
    """Return the organisations by name."""
    domains: dict[int, list[str]] = defaultdict(list)
    for domain, id in tx.execute(select(_domain).order_by(_domain.c.domain)):
        domains[id].append(domain)
    counted = (
        select(_customer.c.organisation_id, func.count())
        .where(_customer.c.organisation_id.is_not(None), _customer.c.merged_into.is_(None))
        .group_by(_customer.c.organisation_id)
    )
    members: dict[int, int] = {id: count for id, count in tx.execute(counted)}  # noqa: C416
    rows = tx.execute(select(_organisation.c.id, _organisation.c.name).order_by("name", "id"))
    return [Organisation(id, name, tuple(domains[id]), members.get(id, 0)) for id, name in rows]


def names(tx: Tx, ids: Iterable[int]) -> dict[int, str]:
    """Return {organisation: its name}."""
    statement = select(_organisation.c.id, _organisation.c.name).where(among(_organisation.c.id))
    return {id: name for id, name in tx.execute(statement, these(set(ids)))}  # noqa: C416


def add(tx: Tx, name: str) -> int:
    """Make an organisation; return its id."""
    id = next_id(tx, _organisation)
    tx.execute(insert(_organisation).values(id=id, name=name))
    return id


def rename(tx: Tx, id: int, name: str) -> None:
    """Give an organisation another name."""
    tx.execute(update(_organisation).where(_organisation.c.id == id).values(name=name))


def remove(tx: Tx, id: int) -> None:
    """Remove an organisation to which nobody belongs."""
    tx.execute(delete(_domain).where(_domain.c.organisation_id == id))
    tx.execute(delete(_organisation).where(_organisation.c.id == id))


def owners(tx: Tx, domains: Iterable[str]) -> dict[str, int]:
    """Return {domain: its organisation} of those that are somebody's."""
    statement = select(_domain).where(among(_domain.c.domain))
    return {domain: id for domain, id in tx.execute(statement, these(set(domains)))}  # noqa: C416


def add_domains(tx: Tx, id: int, domains: Sequence[str]) -> None:
    """Give an organisation mail domains that nobody has."""
    if domains:
        rows = [{"domain": domain, "organisation_id": id} for domain in domains]
        tx.execute(insert(_domain), rows)


def remove_domains(tx: Tx, domains: Iterable[str]) -> None:
    """Take mail domains from their organisations."""
    tx.execute(delete(_domain).where(among(_domain.c.domain)), these(set(domains)))


def without(tx: Tx, domain: str) -> list[int]:
    """The customers with an address of a domain who belong to no organisation yet."""
    tail = f"@{domain}"
    statement = (
        select(_customer.c.id)
        .where(
            _customer.c.organisation_id.is_(None),
            _customer.c.id.in_(
                select(_identity.c.customer_id).where(
                    _identity.c.scheme == "email",
                    func.substr(_identity.c.value, -len(tail)) == tail,
                )
            ),
        )
        .order_by(_customer.c.id)
    )
    return list(tx.scalars(statement))


def members(tx: Tx, id: int) -> list[int]:
    """The customers who belong to an organisation."""
    return list(tx.scalars(select(_customer.c.id).where(_customer.c.organisation_id == id)))


def put_members(tx: Tx, customers: Iterable[int], id: int | None) -> None:
    """Let customers belong to an organisation, or to none."""
    tx.execute(
        update(_customer).where(among(_customer.c.id)).values(organisation_id=id),
        these(customers),
    )
