"""Two customers who are one person, and one who turns out to be two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.customers.membership import changed
from kfdesk.desk.customers.people import living, named
from kfdesk.desk.customers.suggest import Evidence, between
from kfdesk.desk.operation import operation
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.store import customers, journal
from kfdesk.store.journal import NewEvent
from kfdesk.store.people import kinship, organisations, profiles
from kfdesk.store.people.profiles import Entry, Profile
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge, or its undoing, came to.

    `conflicts` is {field: (the merged one's, the other's)} where both had something.
    """

    customer: int
    into: int
    tickets: tuple[int, ...]
    identities: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    conflicts: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def merge(desk: Desk, who: str, into: str, actor: Actor, *, dry_run: bool = False) -> Merged:
    """Make one customer a part of another: what is theirs moves, and they lead to the other.

    Where both have a value, the other's stays and theirs is kept in the journal. A merge is no
    event of the tickets that move. With `dry_run` nothing is changed. UserError for a customer
    and themselves, and for one who leads to the other already.
    """
    with desk.store.read() as tx:
        found = _look(tx, desk, who, into)
    if dry_run:
        return found
    with operation(desk, actor, "customer.merge") as tx:
        found = _look(tx, desk, who, into)
        one, other = found.customer, found.into
        kinship.move(tx, one, other)
        profiles.put(tx, one, {"merged_into": other})
        told = [str(evidence) for evidence in found.evidence]
        profiles.record(
            tx,
            [
                Entry(one, actor, "merged", {"merged_into": (None, other)}, "; ".join(told)),
                Entry(other, actor, "absorbed", {"customer": (None, one), **found.conflicts}),
            ],
            desk.clock(),
        )
        kinship.inherit(tx, other)
        _tell(tx, desk, found.tickets, one, other, actor)
        changed(desk, tx, [other])
    return found


def unmerge(desk: Desk, who: str, actor: Actor) -> Merged:
    """Let a merged customer be somebody of their own again, however long ago the merge was.

    What was theirs goes back, and so do the tickets that came since by an identity of theirs.
    UserError for one who was never merged.
    """
    with operation(desk, actor, "customer.unmerge") as tx:
        one = _there(tx, named(tx, desk, who, merged=True))
        if one.merged_into is None:
            raise UserError(_merged_into_nobody(tx, one.id))
        holder, family = profiles.last(tx, one.id), profiles.family(tx, one.id)
        tickets = kinship.came_by(tx, holder, family)
        identities = [
            str(mine)
            for mine in profiles.identities(tx, [holder]).get(holder, ())
            if mine.merged_from in family
        ]
        kinship.give_back(tx, holder, one.id, family, tickets)
        profiles.put(tx, one.id, {"merged_into": None})
        profiles.record(
            tx,
            [
                Entry(one.id, actor, "unmerged", {"merged_into": (one.merged_into, None)}),
                Entry(holder, actor, "released", {"customer": (one.id, None)}),
            ],
            desk.clock(),
        )
        kinship.inherit(tx, one.merged_into)
        _tell(tx, desk, tickets, holder, one.id, actor)
        changed(desk, tx, [one.id, holder])
        return Merged(one.id, holder, tuple(tickets), tuple(identities))


def _look(tx: Tx, desk: Desk, who: str, into: str) -> Merged:
    one = _there(tx, named(tx, desk, who, merged=True))
    target = _there(tx, named(tx, desk, into, merged=True))
    other = living(tx, desk, into)
    if one.id == target.id:
        raise UserError(_("a customer cannot be merged into themselves"))
    if one.merged_into is not None:
        raise UserError(
            _(
                "customer {id} was merged into {other} already; "
                "`kfdesk customers unmerge {id}` takes that back"
            ).format(id=one.id, other=one.merged_into)
        )
    if other.id == one.id:
        raise UserError(
            _("customer {other} was merged into {id}: that would be a circle").format(
                id=one.id, other=target.id
            )
        )
    living(tx, desk, str(one.id))
    mine = profiles.identities(tx, [one.id]).get(one.id, ())
    return Merged(
        one.id,
        other.id,
        tuple(customers.tickets_of(tx, [one.id])),
        tuple(map(str, mine)),
        tuple(between(tx, desk, one.id, other.id)),
        _named_conflicts(tx, one, other),
    )


def _named_conflicts(tx: Tx, one: Profile, other: Profile) -> dict[str, tuple[Any, Any]]:
    found = kinship.conflicts(one, other)
    if pair := found.pop("organisation_id", None):
        names = organisations.names(tx, pair)
        found["organisation"] = (names[pair[0]], names[pair[1]])
    return found


def _merged_into_nobody(tx: Tx, id: int) -> str:
    if children := profiles.children(tx, id):
        return _(
            "customer {id} is merged into nobody; {others} was merged into them: name that one"
        ).format(id=id, others=_(", ").join(map(str, children)))
    return _("customer {id} is merged into nobody").format(id=id)


def _there(tx: Tx, id: int) -> Profile:
    found = profiles.get(tx, id)
    assert found is not None
    return found


def _tell(tx: Tx, desk: Desk, tickets: Sequence[int], old: int, new: int, actor: Actor) -> None:
    """Say in the journal of each ticket whose it is now."""
    change = {"customer": (old, new)}
    events = [NewEvent(number, actor, "customer", change) for number in tickets]
    journal.record(tx, events, desk.clock())
