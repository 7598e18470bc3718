"""How tickets hang together: each link is kept once, and told on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from kfdesk.model import OPEN_STATUSES
from kfdesk.store.ids import among, these
from kfdesk.store.tables import LinkRow, TicketTable
from kfdesk.store.tx import Tx

_link = LinkRow.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]

_CHILDREN = (
    select(_link.c.other_id, _ticket.c.id)
    .join(_ticket, _ticket.c.id == _link.c.ticket_id)
    .where(
        among(_link.c.other_id),
        _link.c.kind == "parent",
        _ticket.c.status.in_([status.value for status in OPEN_STATUSES]),
        _ticket.c.deleted_at.is_(None),
        _ticket.c.merged_into.is_(None),
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
