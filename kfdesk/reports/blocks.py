"""Blocks of lines with spots that can be opened, stacked in columns beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len

from kfdesk.cells import Part, fit
from kfdesk.desk.why.paper import Line
from kfdesk.reports.board import Count

_GAP = 3
#: A text and its style; with a count or a ticket's number it is a spot.
Cell = tuple[str, str] | tuple[str, str, Count | int]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the board that can be opened: a query, or one ticket."""

    line: int
    start: int
    end: int
    query: str = ""
    ticket: int = 0


@dataclass(slots=True)
class Block:
    """Lines of one width, and the spots in them."""

    width: int
    lines: list[Line] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """Add a line."""
        at, parts = 0, []
        for text, style, *about in cells:
            parts.append((text, style))
            end = at + cell_len(text)
            for one in about:
                query = one.query if isinstance(one, Count) else ""
                ticket = one if isinstance(one, int) else 0
                if query or ticket:
                    self.spots.append(Spot(len(self.lines), at, end, query, ticket))
            at = end
        self.lines.append(tuple(parts))

    def heading(self, title: str, columns: Sequence[str], width: int) -> None:
        """Add a title, and what the columns of a width at the right are."""
        right = "".join(fit(column, width, "right") for column in columns)
        shown = fit(title, max(0, self.width - cell_len(right)))
        self.add((shown, "primary"), (right, "faint"))

    def append(self, block: Block) -> None:
        """Put a block below what is there, with a blank line between."""
        if self.lines:
            self.lines.append(())
        down = len(self.lines)
        self.lines += block.lines
        self.spots += [replace(spot, line=spot.line + down) for spot in block.spots]


def columns(width: int, least: int, most: int) -> list[Block]:
    """As many empty columns of one width as have room, each of `least` cells; `most` of them."""
    count = max(1, min(most, (width + _GAP) // (least + _GAP)))
    return [Block((width - _GAP * (count - 1)) // count) for _n in range(count)]


def beside(columns: Sequence[Block], width: int) -> Block:
    """Put columns beside one another."""
    whole = Block(width)
    for n in range(max(len(column.lines) for column in columns)):
        parts: list[Part] = []
        for at, column in enumerate(columns):
            line = column.lines[n] if n < len(column.lines) else ()
            parts += line
            if at < len(columns) - 1:
                used = sum(cell_len(text) for text, _style in line)
                parts.append((" " * (column.width - used + _GAP), "text"))
        whole.lines.append(tuple(parts))
    left = 0
    for column in columns:
        whole.spots += [
            replace(spot, start=spot.start + left, end=spot.end + left) for spot in column.spots
        ]
        left += column.width + _GAP
    whole.spots.sort(key=lambda spot: (spot.line, spot.start))
    return whole
