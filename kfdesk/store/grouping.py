"""A list of tickets with those of one customer, or one category, together."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from sqlalchemy import select

from kfdesk.store.ids import among, these
from kfdesk.store.tables import TicketTable
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_BY = {"customer": _ticket.c.customer_id, "category": _ticket.c.category}
#: For more tickets than this the whole index is read: it holds what they go by.
_FEW = 5000


def grouped(tx: Tx, numbers: array[int], by: str) -> tuple[array[int], array[int]]:
    """Return the tickets group by group, and the place where each begins.

    The groups, and the tickets within one, stay in the order that they have in `numbers`.
    """
    group_of = array("q", bytes(8 * (max(numbers, default=0) + 1)))
    _number(group_of, _rows(tx, numbers, by))
    return _together(numbers, group_of)


def _rows(tx: Tx, numbers: array[int], by: str) -> Iterable[Any]:
    statement = select(_ticket.c.id, _BY[by])
    if len(numbers) <= _FEW:
        return tx.execute(statement.where(among(_ticket.c.id)), these(numbers))
    return tx.execute(statement.execution_options(yield_per=4096))


def _number(group_of: array[int], rows: Iterable[Any]) -> None:
    """Give each ticket that is asked for the number of what it goes by; 0 is for a vanished one."""
    known: dict[Any, int] = {}
    most = len(group_of)
    for number, key in rows:
        if number < most:
            group_of[number] = known.setdefault(key, len(known) + 1)


def _together(numbers: array[int], group_of: array[int]) -> tuple[array[int], array[int]]:
    """Put each ticket into its group, the groups in the order in which they are met."""
    place_of: dict[int, int] = {}
    sizes = array("q")
    for number in numbers:
        place = place_of.setdefault(group_of[number], len(sizes))
        if place == len(sizes):
            sizes.append(0)
        sizes[place] += 1
    starts = array("q", accumulate(sizes, initial=0))
    starts.pop()
    after = array("q", starts)
    ordered = array("q", bytes(8 * len(numbers)))
    for number in numbers:
        place = place_of[group_of[number]]
        ordered[after[place]] = number
        after[place] += 1
    return ordered, starts
