"""The customer whole: profile, identities, groups, figures, and one time line over all channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.customers import suggest
from kfdesk.desk.customers.people import named
from kfdesk.desk.customers.suggest import Suggestion
from kfdesk.model import OPEN_STATUSES, TicketRow
from kfdesk.store import customers, queue, tickets
from kfdesk.store.people import organisations, profiles, timeline
from kfdesk.store.people.profiles import Identity, Membership, Profile
from kfdesk.store.people.timeline import Figures, Moment, Point
from kfdesk.store.tx import Tx
from kfdesk.text import fold

#: Open tickets are looked for among so many of a customer's newest.
_LOOKED = 200


@dataclass(frozen=True, slots=True)
class Card:
    """A customer as they are shown. `merged` are those merged into them.

    `points` is the whole time line, newest first, `moments` the lines of its newest part.
    """

    profile: Profile
    organisation: str
    identities: tuple[Identity, ...]
    groups: tuple[Membership, ...]
    merged: tuple[int, ...]
    figures: Figures
    suggestions: tuple[Suggestion, ...]
    names: Mapping[int, str]  # of those who are suggested
    points: Sequence[Point]
    moments: tuple[Moment, ...]
    tickets: tuple[TicketRow, ...] = ()  # the open ones, the newest first

    def as_json(self) -> dict[str, Any]:
        """The JSON of a customer."""
        row = self.profile
        return {
            "id": row.id,
            "name": row.name,
            "email": row.email,
            "language": row.language,
            "organisation": self.organisation or None,
            "groups": [{"name": g.name, "by_hand": g.by_hand} for g in self.groups],
            "identities": [
                {"scheme": one.scheme, "value": one.value, "verified": one.verified}
                for one in self.identities
            ],
            "fields": dict(row.fields),
            "merged": list(self.merged),
            "created_at": row.created_at,
            "erased_at": row.erased_at,
            "figures": {name: getattr(self.figures, name) for name in Figures.__slots__},
            "suggestions": [suggest.as_json(one, self.names) for one in self.suggestions],
            "timeline_count": len(self.points),
            "timeline": [moment_json(moment) for moment in self.moments],
        }


def moment_json(moment: Moment) -> dict[str, Any]:
    """The JSON of a line of the time line."""
    return {
        "at": moment.at,
        "kind": moment.kind.value,
        "id": moment.id,
        "ticket": moment.ticket,
        "subject": moment.subject,
        "channel": moment.channel,
        "direction": moment.direction.value if moment.direction else None,
        "auto": bool(moment.auto),
        "by": moment.by,
        "actor": moment.actor,
        "what": moment.what,
        "text": moment.text,
        "score": moment.score,
        "changes": {name: list(pair) for name, pair in moment.changes.items()},
    }


def card(desk: Desk, who: str, limit: int = 50) -> Card:
    """Read a customer whole, with the newest `limit` lines of their time line.

    One who was merged leads to the other. NotFound if there is nobody.
    """
    with desk.store.read() as tx:
        return read(tx, desk, named(tx, desk, who), limit)


def of_ticket(desk: Desk, number: int, limit: int = 50) -> Card:
    """Read the customer of a ticket whole. NotFound if there is no such ticket."""
    with desk.store.read() as tx:
        return read(tx, desk, tickets.state(tx, number).customer_id, limit)


def read(tx: Tx, desk: Desk, id: int, limit: int) -> Card:
    """Read a customer by id."""
    row = profiles.get(tx, id)
    assert row is not None
    family = profiles.family(tx, id)
    found = suggest.of(tx, desk, id)
    points = timeline.index(tx, id, family)
    company = row.organisation_id
    others = profiles.get_many(tx, (one.other for one in found))
    return Card(
        profile=row,
        organisation=organisations.names(tx, [company])[company] if company else "",
        identities=profiles.identities(tx, [id]).get(id, ()),
        groups=profiles.memberships(tx, [id]).get(id, ()),
        merged=tuple(family[1:]),
        figures=timeline.figures(tx, id, row.created_at),
        suggestions=tuple(found),
        names={one.id: one.name or one.email for one in others.values()},
        points=points,
        moments=tuple(timeline.moments(tx, points[:limit])),
        tickets=tuple(open_tickets(tx, id)),
    )


def open_tickets(tx: Tx, id: int) -> list[TicketRow]:
    """Return a customer's open tickets, the newest first, as far as they are among their newest."""
    numbers = sorted(customers.tickets_of(tx, [id]))[-_LOOKED:]
    rows = queue.rows(tx, numbers) if numbers else []
    return sorted((row for row in rows if row.status in OPEN_STATUSES), key=lambda row: -row.number)


def more(desk: Desk, points: Sequence[Point]) -> list[Moment]:
    """Read further lines of a time line; one that is gone is left out."""
    with desk.store.read() as tx:
        return timeline.moments(tx, points)


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer in a list."""

    id: int
    name: str
    email: str
    organisation: str
    groups: tuple[str, ...]
    tickets: int
    open: int

    def as_json(self) -> dict[str, Any]:
        """The JSON of a customer in a list."""
        return {name: getattr(self, name) for name in Listed.__slots__} | {
            "groups": list(self.groups)
        }


def listing(desk: Desk, words: str, limit: int) -> list[Listed]:
    """Return customers whose name, company or identities hold these words, the newest first."""
    with desk.store.read() as tx:
        ids = profiles.find(tx, [fold(word) for word in words.split()], limit)
        people = customers.get_many(tx, ids)
        counts = timeline.counts(tx, ids)
        return [
            Listed(
                id, people[id].name, people[id].email, people[id].organisation, people[id].groups,
                *counts.get(id, (0, 0)),
            )
            for id in ids
        ]  # fmt: skip
