"""Customers who are one person: what moves from one to the other, and what goes back.

What moved says whose it was (`merged_from`), and a merged customer keeps their own row, so that a
merge can be taken apart later in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, case, func, or_, select, true, update

from kfdesk.model import Direction
from kfdesk.store.ids import among, these
from kfdesk.store.people import profiles
from kfdesk.store.people.profiles import Membership, Profile
from kfdesk.store.tables import CustomerRow, IdentityRow, MessageRow, TicketTable
from kfdesk.store.tx import Tx

_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]

#: Columns of a customer that those merged into them fill where they are empty.
FILLED = ("name", "email", "organisation_id", "language")


def move(tx: Tx, one: int, into: int) -> None:
    """All that is a customer's becomes another's."""
    for table in (_identity, _ticket):
        tx.execute(
            update(table)
            .where(table.c.customer_id == one)
            .values(customer_id=into, merged_from=func.coalesce(table.c.merged_from, one))
        )


def came_by(tx: Tx, holder: int, family: Sequence[int]) -> list[int]:
    """The tickets of `holder` that are of one of `family`: theirs before, or come since by theirs.

    A ticket came by an identity where its first message did.
    """
    mine = select(_identity.c.value).where(
        _identity.c.customer_id == holder, among(_identity.c.merged_from, "family")
    )
    first = (
        select(func.min(_message.c.id))
        .where(_message.c.ticket_id == _ticket.c.id)
        .correlate(_ticket)
        .scalar_subquery()
    )
    written = (
        select(true())
        .where(
            _message.c.id == first,
            _message.c.direction == Direction.IN.value,
            or_(_message.c.author_email.in_(mine), _message.c.reply_to.in_(mine)),
        )
        .correlate(_ticket)
        .exists()
    )
    statement = (
        select(_ticket.c.id)
        .where(
            _ticket.c.customer_id == holder,
            or_(
                among(_ticket.c.merged_from, "family"),
                and_(_ticket.c.merged_from.is_(None), written),
            ),
        )
        .order_by(_ticket.c.id)
    )
    return list(tx.scalars(statement, these(family, "family")))


def give_back(tx: Tx, holder: int, one: int, family: Sequence[int], tickets: Sequence[int]) -> None:
    """What `holder` has of `family` becomes that of `one`, the first of them, again."""
    for table, mine in (
        (_identity, among(_identity.c.merged_from, "family")),
        (_ticket, among(_ticket.c.id, "tickets")),
    ):
        values = {
            "customer_id": one,
            "merged_from": case((table.c.merged_from == one, None), else_=table.c.merged_from),
        }
        parameters = these(family, "family") if table is _identity else these(tickets, "tickets")
        statement = update(table).where(table.c.customer_id == holder, mine).values(values)
        tx.execute(statement, parameters)


def inherit(tx: Tx, id: int) -> None:
    """Fill what a customer's row lacks from those merged into them, in the order of the merges.

    What was filled before is forgotten first, so that it is as if it were done for the first time;
    then the same of the one that they were merged into.
    """
    old = profiles.get(tx, id)
    assert old is not None
    empty: dict[str, Any] = dict.fromkeys(FILLED, "") | {"organisation_id": None}
    values = {name: empty[name] if name in old.inherited else getattr(old, name) for name in FILLED}
    fields = {n: v for n, v in old.fields.items() if f"field.{n}" not in old.inherited}
    inherited: list[str] = []
    children = profiles.children(tx, id)
    rows = profiles.get_many(tx, children)
    for child in (rows[one] for one in children):
        for name in FILLED:
            if not values[name] and getattr(child, name):
                values[name] = getattr(child, name)
                inherited.append(name)
        for name, value in child.fields.items():
            if name not in fields:
                fields[name] = value
                inherited.append(f"field.{name}")
    new = values | {"fields": fields, "inherited": sorted(inherited)}
    if any(new[name] != _plain(old, name) for name in new):
        profiles.put(tx, id, new)
    _inherit_groups(tx, id, children)
    if old.merged_into is not None:
        inherit(tx, old.merged_into)


def _plain(row: Profile, name: str) -> Any:
    value = getattr(row, name)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _inherit_groups(tx: Tx, id: int, children: Sequence[int]) -> None:
    """Groups by hand are the whole person's; those by a condition follow from the tickets."""
    found = profiles.memberships(tx, [id, *children])
    own = {m.name: m for m in found.get(id, ())}
    wanted = {m.name for one in children for m in found.get(one, ()) if m.by_hand}
    gone = [m.name for m in own.values() if m.inherited and m.name not in wanted]
    profiles.remove_memberships(tx, [id], gone)
    for name in sorted(wanted):
        if name not in own or not own[name].by_hand:
            profiles.put_membership(tx, id, Membership(name, by_hand=True, inherited=True))


def conflicts(one: Profile, into: Profile) -> dict[str, tuple[Any, Any]]:
    """Where two customers say different things: {field: (the one's, the other's, which stays)}."""
    found = {
        name: (getattr(one, name), getattr(into, name))
        for name in FILLED
        if getattr(one, name) and getattr(into, name) not in ("", None, getattr(one, name))
    }
    return found | {
        f"field.{name}": (value, into.fields[name])
        for name, value in one.fields.items()
        if name in into.fields and into.fields[name] != value
    }
