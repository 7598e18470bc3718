"""Addresses by the first letters of a name or of the address itself, through indexes alone."""

from __future__ import annotations

from sqlalchemy import select

from kfdesk.model import Address
from kfdesk.store.tables import CustomerRow, IdentityRow
from kfdesk.store.tx import Tx

_customer = CustomerRow.__table__  # type: ignore[attr-defined]
_identity = IdentityRow.__table__  # type: ignore[attr-defined]
_LAST = "\U0010ffff"


def beginning(tx: Tx, text: str, limit: int) -> list[Address]:
    """Return customers whose address, or name, begins so: at most so many of each.

    A name is looked for as it is typed, in small letters, and with a capital.
    """
    low = text.lower()
    there = _customer.c.merged_into.is_(None) & _customer.c.erased_at.is_(None)
    both = select(_customer.c.name, _identity.c.value).join_from(
        _identity, _customer, _customer.c.id == _identity.c.customer_id
    )
    addressed = both.where(
        _identity.c.scheme == "email", _identity.c.value >= low, _identity.c.value < low + _LAST
    ).order_by(_identity.c.value)
    found = list(tx.execute(addressed.where(there).limit(limit)))
    for name in dict.fromkeys((text, low, text.capitalize(), text.title())):
        called = (
            select(_customer.c.name, _customer.c.email)
            .where(
                _customer.c.name != "",
                _customer.c.name >= name,
                _customer.c.name < name + _LAST,
                _customer.c.email != "",
                there,
            )
            .order_by(_customer.c.name)
        )
        found += tx.execute(called.limit(limit))
    return list({email: Address(who, email) for who, email in reversed(found)}.values())[::-1]
