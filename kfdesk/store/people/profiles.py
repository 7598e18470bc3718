"""Customers whole: their row, what they are known by, their groups, who was merged into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from kfdesk.model import Actor, By
from kfdesk.store.history import operations
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.prepared import inserting
from kfdesk.store.tables import (
    CustomerEventRow,
    CustomerGroupRow,
    CustomerRow,
    IdentityRow,
    OrganisationRow,
)
from kfdesk.store.tx import Tx

_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]
_group = CustomerGroupRow.__table__  # type: ignore[attr-defined]
_organisation = OrganisationRow.__table__  # type: ignore[attr-defined]
_event = CustomerEventRow.__table__  # type: ignore[attr-defined]
_INSERT_EVENT = inserting(_event, *_event.c.keys())


@dataclass(frozen=True, slots=True)
class Identity:
    """What a customer is known by. `merged_from` is the customer whose it was before a merge."""

    id: int
    scheme: str
    value: str
    customer_id: int
    verified: bool
    created_at: datetime
    merged_from: int | None = None

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer's row. `inherited` names the values that came with those merged into them."""

    id: int
    name: str
    email: str
    organisation_id: int | None
    language: str
    fields: Mapping[str, Any]
    inherited: tuple[str, ...]
    merged_into: int | None
    erased_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A customer in a group: by hand, by the group's condition, by somebody merged into them."""

    name: str
    by_hand: bool = False
    inherited: bool = False


_PROFILE = select(*(_customer.c[name] for name in Profile.__slots__)).where(among(_customer.c.id))


def get_many(tx: Tx, ids: Iterable[int]) -> dict[int, Profile]:
    """Return customers by their ids; one that does not exist is left out."""
    found: dict[int, Profile] = {}
    for row in tx.execute(_PROFILE, these(ids)):
        values = dict(row._mapping)
        found[row.id] = Profile(**values | {"inherited": tuple(values["inherited"])})
    return found


def get(tx: Tx, id: int) -> Profile | None:
    """Return a customer; None if there is none."""
    return get_many(tx, [id]).get(id)


def put(tx: Tx, id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a customer."""
    if values:
        tx.execute(update(_customer).where(_customer.c.id == id).values(dict(values)))


def last(tx: Tx, id: int) -> int:
    """Where a customer leads in the end: themselves, or the one they were merged into."""
    into = select(_customer.c.merged_into)
    while (further := tx.scalar(into.where(_customer.c.id == id))) is not None:
        id = further
    return id


def children(tx: Tx, id: int) -> list[int]:
    """Those merged into a customer directly, in the order in which they were."""
    merged = (
        select(func.max(_event.c.id))
        .where(_event.c.customer_id == _customer.c.id, _event.c.kind == "merged")
        .correlate(_customer)
        .scalar_subquery()
    )
    statement = select(_customer.c.id).where(_customer.c.merged_into == id)
    return list(tx.scalars(statement.order_by(merged, _customer.c.id)))


def family(tx: Tx, id: int) -> list[int]:
    """A customer, and all who were merged into them, however far."""
    found = [id]
    for one in found:
        found += children(tx, one)
    return found


# --- identities


def identities(tx: Tx, customers: Iterable[int]) -> dict[int, tuple[Identity, ...]]:
    """Return {customer: what they are known by}, the oldest first; for those that have any."""
    found: dict[int, list[Identity]] = defaultdict(list)
    statement = (
        select(*(_identity.c[name] for name in Identity.__slots__))
        .where(among(_identity.c.customer_id))
        .order_by(_identity.c.id)
    )
    for row in tx.execute(statement, these(set(customers))):
        found[row.customer_id].append(Identity(*row))
    return {id: tuple(several) for id, several in found.items()}


def known_by(tx: Tx, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Identity]:
    """Return {(scheme, value): the identity} of those that somebody has."""
    by_scheme: dict[str, set[str]] = defaultdict(set)
    for scheme, value in pairs:
        by_scheme[scheme].add(value)
    found: dict[tuple[str, str], Identity] = {}
    for scheme, values in by_scheme.items():
        statement = select(*(_identity.c[name] for name in Identity.__slots__)).where(
            _identity.c.scheme == scheme, among(_identity.c.value)
        )
        for row in tx.execute(statement, these(values)):
            found[row.scheme, row.value] = Identity(*row)
    return found


def add_identities(tx: Tx, several: Sequence[tuple[int, str, str, bool]], now: datetime) -> None:
    """Give customers identities that nobody has: (customer, scheme, value, verified)."""
    if not several:
        return
    first = next_id(tx, _identity)
    tx.execute(
        insert(_identity),
        [
            {
                "id": id,
                "customer_id": customer,
                "scheme": scheme,
                "value": value,
                "verified": verified,
                "created_at": now,
            }
            for id, (customer, scheme, value, verified) in enumerate(several, first)
        ],
    )


def verify(tx: Tx, ids: Iterable[int]) -> None:
    """Identities are proved to be their customer's."""
    tx.execute(update(_identity).where(among(_identity.c.id)).values(verified=True), these(ids))


def remove_identities(tx: Tx, ids: Iterable[int]) -> None:
    """Identities are nobody's any more."""
    tx.execute(delete(_identity).where(among(_identity.c.id)), these(ids))


# --- groups


def memberships(tx: Tx, customers: Iterable[int]) -> dict[int, tuple[Membership, ...]]:
    """Return {customer: their groups by name}, for those who are in any."""
    found: dict[int, list[Membership]] = defaultdict(list)
    statement = select(_group).where(among(_group.c.customer_id)).order_by(_group.c.name)
    for row in tx.execute(statement, these(set(customers))):
        found[row.customer_id].append(Membership(row.name, row.by_hand, row.inherited))
    return {id: tuple(several) for id, several in found.items()}


def put_membership(tx: Tx, customer: int, member: Membership) -> None:
    """Put a customer into a group, or say otherwise how they came to be in it."""
    values = {"by_hand": member.by_hand, "inherited": member.inherited}
    mine = and_(_group.c.customer_id == customer, _group.c.name == member.name)
    if not tx.execute(update(_group).where(mine).values(values)).rowcount:
        tx.execute(insert(_group).values(customer_id=customer, name=member.name, **values))


def remove_memberships(tx: Tx, customers: Iterable[int], names: Iterable[str]) -> None:
    """Take customers out of groups."""
    tx.execute(
        delete(_group).where(among(_group.c.customer_id), among(_group.c.name, "names")),
        these(set(customers)) | these(set(names), "names"),
    )


# --- the journal of customers


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal about to be written. `changes` is {field: [old, new]}."""

    customer_id: int
    actor: Actor
    kind: str
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the journal of customers."""

    id: int
    customer_id: int
    at: datetime
    actor: Actor
    kind: str
    changes: Mapping[str, Sequence[Any]]
    text: str
    operation: int | None


def record(tx: Tx, entries: Sequence[Entry], now: datetime) -> None:
    """Write lines of the journal."""
    if not entries:
        return
    operation = operations.current(tx)
    _INSERT_EVENT.many(
        tx,
        [
            {
                "id": id,
                "customer_id": one.customer_id,
                "at": now,
                "by": one.actor.kind.value,
                "actor": one.actor.name,
                "kind": one.kind,
                "changes": {name: list(pair) for name, pair in one.changes.items()},
                "text": one.text,
                "operation_id": operation,
            }
            for id, one in enumerate(entries, next_id(tx, _event))
        ],
    )


def journal(tx: Tx, customers: Iterable[int], kinds: Iterable[str] = ()) -> list[Happened]:
    """Return what happened to customers, the oldest first; of these kinds, if any is named."""
    statement = select(_event).where(among(_event.c.customer_id)).order_by(_event.c.id)
    if wanted := set(kinds):
        statement = statement.where(_event.c.kind.in_(wanted))
    return [
        Happened(
            row.id, row.customer_id, row.at, Actor(By(row.by), row.actor), row.kind, row.changes,
            row.text, row.operation_id,
        )
        for row in tx.execute(statement, these(set(customers)))
    ]  # fmt: skip


# --- finding


def find(tx: Tx, words: Sequence[str], limit: int) -> list[int]:
    """Customers whose name, company or identities hold every one of these words, newest first.

    Those who were merged into others, or erased, are left out.
    """
    conditions = [_called(word) for word in words]
    statement = (
        select(_customer.c.id)
        .where(_customer.c.merged_into.is_(None), _customer.c.erased_at.is_(None), *conditions)
        .order_by(_customer.c.id.desc())
        .limit(limit)
    )
    return list(tx.scalars(statement))


def _called(word: str) -> ColumnElement[bool]:
    """`word` is folded; the table's own functions fold what it is compared with."""
    by_identity = select(_identity.c.customer_id).where(
        func.instr(func.fold(_identity.c.value), word) > 0
    )
    by_company = select(_organisation.c.id).where(
        func.instr(func.fold(_organisation.c.name), word) > 0
    )
    return or_(
        func.instr(func.fold(_customer.c.name), word) > 0,
        _customer.c.id.in_(by_identity),
        _customer.c.organisation_id.in_(by_company),
    )
