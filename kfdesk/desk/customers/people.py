"""Which customer is meant: by id, by an address or another identity."""

from __future__ import annotations

from kfdesk.desk import Desk
from kfdesk.desk.customers import identity
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.store.people import profiles
from kfdesk.store.people.profiles import Profile
from kfdesk.store.tx import Tx


def named(tx: Tx, desk: Desk, who: str, *, merged: bool = False) -> int:
    """Return the customer with that id or identity; one who was merged leads to the other.

    With `merged` they themselves are returned. NotFound if there is nobody.
    """
    id = int(who) if who.isascii() and who.isdecimal() and len(who) < 19 else 0
    if id and profiles.get(tx, id) is not None:  # else a telephone number, perhaps
        return id if merged else profiles.last(tx, id)
    pair = _identity(desk, who)
    found = profiles.known_by(tx, [pair]).get(pair) if pair else None
    if found is None:
        raise NotFound(
            _("there is no customer {who}; `kfdesk customers list WORDS` looks for one").format(
                who=who
            )
        )
    return found.customer_id


def living(tx: Tx, desk: Desk, who: str) -> Profile:
    """Like `named`, with their row. NotFound where they were erased, too."""
    id = named(tx, desk, who)
    found = profiles.get(tx, id)
    assert found is not None
    if found.erased_at is not None:
        raise NotFound(_("customer {id} was erased").format(id=id))
    return found


def _identity(desk: Desk, who: str) -> tuple[str, str] | None:
    try:
        return identity.read(who, identity.country(desk.settings))
    except UserError:
        return None
