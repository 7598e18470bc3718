"""Who takes part in a ticket beside its customer: copied on answers, and their mail joins it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from kfdesk.model import Address
from kfdesk.store.ids import among, these
from kfdesk.store.prepared import Asked
from kfdesk.store.tables import CollaboratorRow
from kfdesk.store.tx import Tx

_collaborator = CollaboratorRow.__table__  # type: ignore[attr-defined]

_PARTIES = Asked(
    select(_collaborator.c.ticket_id, _collaborator.c.email, _collaborator.c.removed).where(
        among(_collaborator.c.ticket_id)
    )
)


def add(
    tx: Tx, people: Iterable[tuple[int, Address]], since: Mapping[int, datetime] | None = None
) -> None:
    """Make people parties of tickets; one who is stays, and so does one who was taken off.

    What was said before {ticket: `since`} is not theirs to read; without it, all is.
    """
    then = since or {}
    rows = [
        {"ticket_id": id, "email": person.email, "name": person.name, "since": then.get(id)}
        for id, person in people
    ]
    if rows:
        tx.execute(insert(_collaborator).prefix_with("OR IGNORE", dialect="sqlite"), rows)


def of(tx: Tx, ids: Sequence[int]) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Return {ticket: the addresses of its collaborators}, and of those who were taken off it."""
    found: dict[int, set[str]] = defaultdict(set)
    removed: dict[int, set[str]] = defaultdict(set)
    for id, email, off in _PARTIES.all(tx, these(ids)):
        (removed if off else found)[id].add(email)
    return found, removed


def let_in(tx: Tx, number: int, person: Address, since: datetime | None) -> None:
    """Make somebody a party of a ticket, whatever was before; `since` is from when on."""
    row = {
        "ticket_id": number,
        "email": person.email,
        "name": person.name,
        "since": since,
        "removed": False,
    }
    tx.execute(insert(_collaborator).prefix_with("OR REPLACE", dialect="sqlite"), row)


def take_off(tx: Tx, number: int, email: str) -> None:
    """Somebody is no party any more: what they write does not join the ticket by itself."""
    mine = (_collaborator.c.ticket_id == number) & (_collaborator.c.email == email)
    tx.execute(update(_collaborator).where(mine).values(removed=True))


def newcomers(tx: Tx, number: int, emails: Sequence[str], than: datetime) -> bool:
    """Whether any of these was no party of a ticket yet at an instant."""
    statement = select(_collaborator.c.email).where(
        _collaborator.c.ticket_id == number,
        among(_collaborator.c.email),
        _collaborator.c.since >= than,
    )
    return tx.execute(statement.limit(1), these(emails)).first() is not None
