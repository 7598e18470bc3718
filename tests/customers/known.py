"""What is known of customers, for tests."""

from __future__ import annotations

from typing import Any

from kfdesk.store.people import profiles
from kfdesk.store.people.profiles import Profile
from tests.desk.office import Office


def identities(office: Office, id: int) -> dict[str, bool]:
    """What a customer is known by, and whether it is proved."""
    with office.desk.store.read() as tx:
        return {str(one): one.verified for one in profiles.identities(tx, [id]).get(id, ())}


def row(office: Office, id: int) -> Profile:
    """A customer's row."""
    with office.desk.store.read() as tx:
        found = profiles.get(tx, id)
        assert found is not None
        return found


def groups(office: Office, id: int) -> dict[str, bool]:
    """A customer's groups, and whether each is by hand."""
    with office.desk.store.read() as tx:
        return {one.name: one.by_hand for one in profiles.memberships(tx, [id]).get(id, ())}


def told(office: Office, id: int) -> list[tuple[str, dict[str, Any]]]:
    """A customer's journal: what happened, and what changed."""
    with office.desk.store.read() as tx:
        return [(line.kind, dict(line.changes)) for line in profiles.journal(tx, [id])]


def whose(office: Office) -> dict[int, int]:
    """{ticket: its customer}"""
    return dict(map(tuple, office.sql("SELECT id, customer_id FROM ticket ORDER BY id")))


STATE = {
    "customer": "SELECT id, name, email, organisation_id, language, fields, inherited, "
    "merged_into FROM customer ORDER BY id",
    "identity": "SELECT scheme, value, customer_id, verified, merged_from FROM identity "
    "ORDER BY scheme, value",
    "group": "SELECT * FROM customer_group ORDER BY customer_id, name",
    "ticket": "SELECT id, customer_id, merged_from FROM ticket ORDER BY id",
}


def state(office: Office) -> dict[str, list[Any]]:
    """All that a merge could touch."""
    return {name: list(map(tuple, office.sql(query))) for name, query in STATE.items()}
