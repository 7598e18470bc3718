"""How tickets hang together: each link is kept once, and told on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select

from kfdesk.model import OPEN_STATUSES
from kfdesk.rules.actions import INVERSE, OTHER_SIDE
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.tables import LinkRow, TicketTable
from kfdesk.store.tx import Tx

_link = LinkRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]

_OF = (
    select(_link).where(or_(among(_link.c.ticket_id), among(_link.c.other_id))).order_by(_link.c.id)
)


def links_of(tx: Tx, ids: Sequence[int]) -> dict[int, list[tuple[str, int, str]]]:
    """Return {ticket: its links (what the other is to it, the other, reason), oldest first}."""
    wanted = set(ids)
    links: dict[int, list[tuple[str, int, str]]] = defaultdict(list)
    for row in tx.execute(_OF, these(ids)):
        if row.ticket_id in wanted:
            links[row.ticket_id].append((row.kind, row.other_id, row.reason))
        if row.other_id in wanted:
            other = INVERSE.get(row.kind, row.kind)
            links[row.other_id].append((other, row.ticket_id, row.reason))
    return links


def add(tx: Tx, links: Iterable[tuple[int, int, str, str]], now: datetime) -> None:
    """Link tickets: (one, other, what the other is to it, reason); one that is there stays."""
    wanted = {_kept(one, other, kind): reason for one, other, kind, reason in links}
    if not wanted:
        return
    for row in tx.execute(_OF, these({link[0] for link in wanted})):
        wanted.pop((row.ticket_id, row.other_id, row.kind), None)
        if row.kind in _EQUAL:
            wanted.pop((row.other_id, row.ticket_id, row.kind), None)
    if not wanted:
        return
    pairs = enumerate(wanted.items(), next_id(tx, _link))
    rows = [
        {"id": id, "ticket_id": one, "other_id": other, "kind": kind}
        | {"reason": reason, "created_at": now}
        for id, ((one, other, kind), reason) in pairs
    ]
    tx.execute(insert(_link), rows)


def remove(tx: Tx, one: int, other: int, kinds: Collection[str]) -> None:
    """Take links of these kinds apart, whichever side they were made on."""
    for kind in kinds:
        first, second, kept = _kept(one, other, kind)
        pair = (_link.c.ticket_id == first) & (_link.c.other_id == second)
        if kept in _EQUAL:
            pair |= (_link.c.ticket_id == second) & (_link.c.other_id == first)
        tx.execute(delete(_link).where(pair, _link.c.kind == kept))


#: Kinds that are the same seen from either side.
_EQUAL = frozenset(kind for kind, other in OTHER_SIDE.items() if kind == other)


def _kept(one: int, other: int, kind: str) -> tuple[int, int, str]:
    """A link as it is kept: by the word that stands first."""
    if kind not in OTHER_SIDE and kind in INVERSE:
        return other, one, INVERSE[kind]
    return one, other, kind


_CHILDREN = (
    select(_link.c.other_id, _ticket.c.id)
    .join(_ticket, _ticket.c.id == _link.c.ticket_id)
    .where(
        among(_link.c.other_id),
        _link.c.kind == "parent",
        _ticket.c.status.in_([status.value for status in OPEN_STATUSES]),
        _ticket.c.deleted_at.is_(None),
        _ticket.c.merged_into.is_(None),
        _ticket.c.spam.is_(False),
    )
    .order_by(_link.c.id)
)


def open_children(tx: Tx, numbers: Sequence[int]) -> dict[int, list[int]]:
    """Return {ticket: its children that are not solved}, but for those among the tickets."""
    found: dict[int, list[int]] = defaultdict(list)
    themselves = set(numbers)
    for parent, child in tx.execute(_CHILDREN, these(numbers)):
        if child not in themselves:
            found[parent].append(child)
    return found


_UPPER = select(_link.c.other_id).where(among(_link.c.ticket_id), _link.c.kind == bindparam("kind"))


def above(tx: Tx, number: int, kind: str) -> list[int]:
    """Return the parent of a ticket, its parent, and so on; or by another kind of link."""
    found: list[int] = []
    waiting = [number]
    while waiting:
        rows = tx.scalars(_UPPER, these(waiting) | {"kind": kind})
        waiting = [upper for upper in rows if upper not in found]
        found += waiting
    return found


_LOWER = (
    select(_link.c.ticket_id)
    .where(among(_link.c.other_id), _link.c.kind == bindparam("kind"))
    .order_by(_link.c.id)
)


def below(tx: Tx, number: int, kind: str) -> list[int]:
    """Return the tickets of which one is the parent, or the problem."""
    return list(tx.scalars(_LOWER, these([number]) | {"kind": kind}))
