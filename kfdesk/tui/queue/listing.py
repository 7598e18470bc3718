"""Which tickets the queue lists, where its cursor is, and what is new and not yet taken in."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from kfdesk.model import TicketRow
from kfdesk.tui.queue.groups import Groups

PAGE = 200
_KEPT_ROWS = 20 * PAGE


@dataclass(frozen=True, slots=True)
class Merge:
    """What a later answer to the same query makes of a list: `arrived` are not in it yet."""

    before: array[int]
    after: array[int]
    gone: array[int]  # the places in `before` of those that have left
    arrived: frozenset[int]
    latest: array[int]
    groups: Groups | None = None  # of `after`
    latest_groups: Groups | None = None


def merge(
    before: array[int],
    latest: array[int],
    keep: int | None = None,
    groups: Groups | None = None,
    latest_groups: Groups | None = None,
) -> Merge:
    """Keep the order that is on the screen, without what has left; for the thread of queries.

    `keep` stays though it has left: the line under the cursor is not exchanged under the finger.
    """
    end = len(before) - _same_end(before, latest)  # what is behind has neither left nor arrived
    shown, now = before[:end], frozenset(latest[: len(latest) - len(before) + end])
    staying = now if keep is None else now | {keep}
    gone = array("q", (place for place, number in enumerate(shown) if number not in staying))
    after = before
    if gone:
        after = array("q", (number for number in shown if number in staying)) + before[end:]
    left = groups.without(gone, len(after)) if groups is not None and gone else groups
    return Merge(before, after, gone, now.difference(shown), latest, left, latest_groups)


def _same_end(one: array[int], other: array[int]) -> int:
    """How many numbers at the end of two lists are the same: of long lists, nearly all."""
    same, most = 0, min(len(one), len(other))
    while same < most:
        half = (same + most + 1) // 2
        if one[len(one) - half :] == other[len(other) - half :]:
            same = half
        else:
            most = half - 1
    return same


@dataclass(slots=True)
class Listing:
    """The list. The cursor is on a ticket, not on a place: it follows the ticket about."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    index: int = 0
    arrived: frozenset[int] = frozenset()
    groups: Groups | None = None
    _latest: array[int] | None = None
    _latest_groups: Groups | None = None

    @property
    def number(self) -> int | None:
        """The number of the ticket under the cursor."""
        return self.ids[self.index] if self.ids else None

    # --- lines: those of tickets, and of groups above them

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return len(self.ids) + (len(self.groups) if self.groups else 0)

    def line(self, index: int) -> int:
        """The line of the ticket at a place."""
        return self.groups.line(index) if self.groups else index

    def at(self, line: int) -> tuple[int, bool]:
        """The place of the ticket on a line; of the first below it, and True, for a group's own."""
        return self.groups.at(line) if self.groups else (line, False)

    def within(self, top: int, lines: int) -> range:
        """The places of the tickets on these lines."""
        first, last = self.at(top)[0], self.at(max(top, top + lines - 1))[0]
        return range(max(0, first), min(last + 1, len(self.ids)))

    # --- what is listed

    def replace(self, ids: array[int], groups: Groups | None = None) -> None:
        """Show another list; the cursor stays on its ticket where that is still listed."""
        number = self.number
        same = ids[: len(self.ids)] == self.ids  # the first page, then all of it
        self.ids, self.arrived, self._latest = ids, frozenset(), None
        self.groups = groups
        if not same:
            self.index = _find(ids, number)

    def apply(self, change: Merge) -> int:
        """Take a merge in, unless the list is another by now; return the lines the cursor moved."""
        if change.before is not self.ids:
            return 0
        old, line = self.index, self.line(self.index)
        self.index = max(0, min(old - bisect_left(change.gone, old), len(change.after) - 1))
        self.ids, self.arrived, self._latest = change.after, change.arrived, change.latest
        self.groups, self._latest_groups = change.groups, change.latest_groups
        if not self.ids:
            self.take_in()  # nothing is there that could move under the finger
        return self.line(self.index) - line

    def take_in(self) -> bool:
        """List what has arrived, in the query's order; True if anything changed."""
        if self._latest is None or self._latest == self.ids:
            return False
        self.replace(self._latest, self._latest_groups)
        return True

    def move(self, index: int) -> int:
        """Put the cursor on a place as near as there is one; return the place."""
        self.index = max(0, min(index, len(self.ids) - 1))
        return self.index


def _find(ids: array[int], number: int | None) -> int:
    """The place of a ticket, or the top."""
    if number is None:
        return 0
    try:
        return ids.index(number)
    except ValueError:
        return 0


@dataclass(slots=True)
class Window:
    """The rows that were read, by ticket; pages are asked for as they come into view."""

    rows: dict[int, TicketRow] = field(default_factory=dict)
    _asked: set[int] = field(default_factory=set)
    _stale: set[int] = field(default_factory=set)

    def missing(self, ids: array[int], first: int, last: int) -> list[int]:
        """The tickets of the pages around these places that must be asked for, marked as asked."""
        start = first // PAGE * PAGE
        stop = (last // PAGE + 1) * PAGE
        wanted = [
            number
            for number in ids[start:stop]
            if (number not in self.rows or number in self._stale) and number not in self._asked
        ]
        if not any(number in wanted for number in ids[first : last + 1]):
            return []
        self._asked.update(wanted)
        return wanted

    def put(self, asked: Sequence[int], rows: Sequence[TicketRow]) -> list[int]:
        """Keep what was read; return the tickets whose line is to be painted again."""
        self._asked.difference_update(asked)
        self._stale.difference_update(asked)
        changed = [row.number for row in rows if self.rows.get(row.number) != row]
        for row in rows:
            self.rows.pop(row.number, None)  # to the end: the oldest are forgotten first
            self.rows[row.number] = row
        for number in list(self.rows)[: max(0, len(self.rows) - _KEPT_ROWS)]:
            del self.rows[number]
        return changed

    def expire(self) -> None:
        """The store has changed: what is shown stays until it has been read again."""
        self._stale = set(self.rows)
        self._asked.clear()
