"""What came from other desks: found again by its id there, and written in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import SQLModel

from kfdesk.store.ids import among, next_id, these
from kfdesk.store.prepared import Prepared, inserting
from kfdesk.store.tables import (
    CustomerEventRow,
    CustomerRow,
    EventRow,
    IdentityRow,
    ImportedRow,
    LinkRow,
    OrganisationDomainRow,
    OrganisationRow,
    SurveyRow,
    TicketTable,
)
from kfdesk.store.tx import Tx

_imported = ImportedRow.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]
_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_organisation = OrganisationRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_link = LinkRow.__table__  # type: ignore[attr-defined]

_domain = OrganisationDomainRow.__table__  # type: ignore[attr-defined]
_MODELS: dict[str, type[SQLModel]] = {
    "ticket": TicketTable,
    "customer": CustomerRow,
    "identity": IdentityRow,
    "organisation": OrganisationRow,
    "organisation_domain": OrganisationDomainRow,
    "customer_event": CustomerEventRow,
    "survey": SurveyRow,
}
_REMEMBER = inserting(_imported, "source", "kind", "key", "id", instead="REPLACE")
_KNOWN = select(_imported.c.key, _imported.c.id).where(
    _imported.c.source == bindparam("source"),
    _imported.c.kind == bindparam("kind"),
    among(_imported.c.key),
)


def known(tx: Tx, source: str, kind: str, keys: Iterable[str]) -> dict[str, int]:
    """Return {key: id here} of those things of a source that came before."""
    wanted = list(keys)
    if not wanted:
        return {}
    found = tx.execute(_KNOWN, {"source": source, "kind": kind, **these(wanted)})
    return {key: id for key, id in found}  # noqa: C416


def remember(tx: Tx, source: str, kind: str, ids: Mapping[str, int]) -> None:
    """Keep what became of things of a source: {key: id here}."""
    _REMEMBER.many(
        tx, ({"source": source, "kind": kind, "key": key, "id": id} for key, id in ids.items())
    )


def first_id(tx: Tx, table: str) -> int:
    """The id that the next new row of a table gets."""
    return next_id(tx, _MODELS[table].__table__)  # type: ignore[attr-defined]


@cache
def _inserting(table: str, names: tuple[str, ...], instead: str) -> Prepared:
    return inserting(_MODELS[table].__table__, *names, instead=instead)  # type: ignore[attr-defined]


@cache
def _defaults(table: str) -> dict[str, Any]:
    """What stands in the columns of which nothing is said."""
    fields = _MODELS[table].model_fields
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in fields.items()
        if name != "id" and not field.is_required()
    }


def write(tx: Tx, table: str, rows: Sequence[Mapping[str, Any]], *, anew: bool = True) -> None:
    """Write rows of one table, each with the same columns; not `anew`: one that is there stays."""
    if rows:
        defaults = _defaults(table)
        statement = _inserting(table, tuple({**defaults, **rows[0]}), "" if anew else "IGNORE")
        statement.many(tx, ({**defaults, **row} for row in rows))


_IDENTITIES = select(_identity.c.scheme, _identity.c.value, _identity.c.customer_id).where(
    _identity.c.scheme == bindparam("scheme"), among(_identity.c.value)
)


def owners(tx: Tx, identities: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return {(scheme, value): customer} of those identities that somebody has."""
    by_scheme: dict[str, set[str]] = {}
    for scheme, value in identities:
        by_scheme.setdefault(scheme, set()).add(value)
    return {
        (found, value): id
        for scheme, values in by_scheme.items()
        for found, value, id in tx.execute(_IDENTITIES, {"scheme": scheme, **these(values)})
    }


_MERGED = select(_customer.c.id, _customer.c.merged_into).where(
    among(_customer.c.id), _customer.c.merged_into.is_not(None)
)


def living(tx: Tx, ids: Iterable[int]) -> dict[int, int]:
    """Return {customer: whom they were merged into}, for those who were."""
    found: dict[int, int] = {}
    ahead = set(ids)
    while ahead:
        step: dict[int, int] = {id: into for id, into in tx.execute(_MERGED, these(ahead))}  # noqa: C416
        found |= {id: step.get(into, into) for id, into in found.items()} | step
        ahead = set(step.values()) - set(found)
    return found


def erased(tx: Tx, ids: Iterable[int]) -> set[int]:
    """Return those of these customers who were erased."""
    gone = select(_customer.c.id).where(among(_customer.c.id), _customer.c.erased_at.is_not(None))
    return set(tx.scalars(gone, these(set(ids))))


def companies(tx: Tx, names: Iterable[str], domains: Iterable[str]) -> dict[str, int]:
    """Return {folded name or domain: organisation} of those that are here."""
    wanted = {name.casefold() for name in names}
    by_name = select(_organisation.c.name, _organisation.c.id).where(
        among(func.lower(_organisation.c.name))
    )
    by_domain = select(_domain.c.domain, _domain.c.organisation_id).where(among(_domain.c.domain))
    found = {name.casefold(): id for name, id in tx.execute(by_name, these(wanted))}
    return found | {domain: id for domain, id in tx.execute(by_domain, these(domains))}  # noqa: C416


def taken(tx: Tx, numbers: Iterable[int]) -> set[int]:
    """Return those of these numbers that tickets have."""
    return set(tx.scalars(select(_ticket.c.id).where(among(_ticket.c.id)), these(numbers)))


_NEWEST = select(_event.c.ticket_id, _event.c.kind).where(
    _event.c.id.in_(
        select(func.max(_event.c.id)).where(among(_event.c.ticket_id)).group_by(_event.c.ticket_id)
    )
)


def untouched(tx: Tx, numbers: Iterable[int]) -> set[int]:
    """Return those of these tickets to which nothing happened since they were brought."""
    return {id for id, kind in tx.execute(_NEWEST, these(numbers)) if kind == "imported"}


def linked(tx: Tx, numbers: Iterable[int]) -> set[tuple[int, int, str]]:
    """Return the links that go out from these tickets: (from, to, kind)."""
    statement = select(_link.c.ticket_id, _link.c.other_id, _link.c.kind).where(
        among(_link.c.ticket_id)
    )
    return {(one, other, kind) for one, other, kind in tx.execute(statement, these(numbers))}


def above(tx: Tx, number: int, kind: str) -> list[int]:
    """Return the tickets that one hangs on by a kind of link, one above the other."""
    found = [number]
    statement = select(_link.c.other_id).where(
        _link.c.ticket_id == bindparam("one"), _link.c.kind == kind
    )
    while (step := tx.scalar(statement, {"one": found[-1]})) is not None and step not in found:
        found.append(step)
    return found[1:]
