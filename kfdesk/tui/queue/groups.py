"""Tickets that stand together under a line of their own: where each group begins."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Groups:
    """The places in a list where groups begin, in order; a group has a line above its tickets."""

    starts: array[int]
    _lines: array[int] = field(init=False, repr=False, compare=False)  # of the lines above

    def __post_init__(self) -> None:
        lines = array("q", (start + before for before, start in enumerate(self.starts)))
        object.__setattr__(self, "_lines", lines)

    def __len__(self) -> int:
        return len(self.starts)

    def line(self, index: int) -> int:
        """The line that the ticket at a place stands on."""
        return index + bisect_right(self.starts, index)

    def at(self, line: int) -> tuple[int, bool]:
        """The place of the ticket on a line; of the first below it, and True, for a group's own."""
        before = bisect_right(self._lines, line)
        group = before - 1
        if group >= 0 and self._lines[group] == line:
            return self.starts[group], True
        return line - before, False

    def size(self, index: int, total: int) -> int:
        """How many tickets the group has that begins at a place, in a list of `total`."""
        following = bisect_right(self.starts, index)
        return (self.starts[following] if following < len(self.starts) else total) - index

    def without(self, gone: array[int], left: int) -> Groups:
        """The groups where the tickets at these places have left the list, and `left` are there."""
        starts = array("q")
        for start in self.starts:
            now = start - bisect_left(gone, start)
            if starts and starts[-1] == now:
                starts.pop()  # nobody is left in the group before it
            starts.append(now)
        while starts and starts[-1] >= left:
            starts.pop()
        return Groups(starts)
