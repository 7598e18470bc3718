"""A table with a cursor, for lists that fit into memory; tickets have the queue."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kfdesk.cells import Part, fit
from kfdesk.tui.lines.content import strip
from kfdesk.tui.lines.hits import marked
from kfdesk.tui.lines.page import target
from kfdesk.wrap import wrap

_GAP = 2
_NARROWEST = 8
#: Left of what an empty table says, and the longest line of it that is easily read.
_EDGE, _LONGEST = "  ", 72


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its cells, or 0 for what the others leave; shown in a view of `least` cells.

    One that is `snug` takes no more than its widest cell: the others have what it leaves.
    """

    title: str
    width: int = 0
    align: Literal["left", "right"] = "left"
    least: int = 0
    snug: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is about, and a text with its style for each column.

    One that is about nothing is a heading of those below it, on which no cursor rests.
    """

    key: Hashable | None
    cells: tuple[Part, ...]


def _cells(column: Column, texts: Iterable[str]) -> int:
    """Its cells; a title that is longer, as in another language, is read whole."""
    width = column.width
    if column.snug:
        width = min(width, max(map(cell_len, texts), default=1))
    return max(width, cell_len(column.title)) if width else 0


class Table(ScrollView, can_focus=True):
    """Rows under a heading that stays. The cursor is on a key, and follows it about."""

    @dataclass
    class Moved(Message):
        """The cursor is on another row, or on none."""

        key: Hashable | None

    @dataclass
    class Chosen(Message):
        """A row was clicked a second time."""

        key: Hashable

    def __init__(self, palette: Mapping[str, Style], *, id: str | None = None) -> None:
        super().__init__(id=id, classes="table")
        self._palette = palette
        self._columns: Sequence[Column] = ()
        self._cells: Sequence[int] = ()  # of each column, 0 for what the others leave
        self._rows: Sequence[Row] = ()
        self._index = 0
        self.hits: re.Pattern[str] | None = None  # what is lit in the rows
        self.empty: Callable[[], str] = str  # says what there is to say where there is no row

    @property
    def key(self) -> Hashable | None:
        """What the row under the cursor is about."""
        return self._rows[self._index].key if self._rows else None

    @property
    def rest(self) -> int:
        """How many rows lie behind the cursor."""
        return len(self._rows) - 1 - self._index

    def show(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on its key, or else near its place."""
        before = self.key
        self._columns, self._rows = columns, rows
        self._cells = [
            _cells(column, (row.cells[at][0] for row in rows if row.key is not None))
            for at, column in enumerate(columns)
        ]
        at = next((n for n, row in enumerate(rows) if row.key == before), self._index)
        self._index = self._resting(at, 1)
        self.virtual_size = Size(self.size.width, len(rows) + 1)
        self._follow()
        self.refresh()
        if before != self.key:
            self.post_message(self.Moved(self.key))

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        self._palette = palette
        self.refresh()

    def move(self, way: str) -> None:
        """Move the cursor: `down`, `page_up`, `first`, …"""
        page = max(1, self.size.height - 2)
        self.go(target(way, self._index, page, max(0, len(self._rows) - 1)))

    def go(self, index: int) -> None:
        """Put the cursor on a row."""
        before, self._index = self._index, self._resting(index, 1 if index > self._index else -1)
        if before != self._index:
            self.refresh_line(before + 1)
            self.refresh_line(self._index + 1)
            self._follow()
            self.post_message(self.Moved(self.key))

    def _resting(self, index: int, way: int) -> int:
        """Where the cursor comes to rest: past a heading, on its way or else back."""
        last = len(self._rows) - 1
        index = max(0, min(index, last))
        for step in (way, -way):
            at = index
            while 0 <= at <= last and self._rows[at].key is None:
                at += step
            if 0 <= at <= last:
                return at
        return index

    def _follow(self) -> None:
        top, lines = self.scroll_offset.y, max(1, self.size.height - 1)
        first = self._index
        while first > 0 and self._rows[first - 1].key is None:  # its heading is read with it
            first -= 1
        if first < top:
            self.set_scroll(None, first)
        elif self._index >= top + lines:
            self.set_scroll(None, self._index - lines + 1)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        del event
        self.virtual_size = Size(self.size.width, len(self._rows) + 1)
        self._follow()

    def on_focus(self) -> None:
        """The cursor's line shows where the keys go."""
        self.refresh_line(self._index + 1)

    def on_blur(self) -> None:
        """The cursor's line shows that the keys go elsewhere."""
        self.refresh_line(self._index + 1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked; choose it if it was there."""
        index = self.scroll_offset.y + event.y - 1
        if event.y >= 1 and index < len(self._rows):
            if index == self._index:
                self.post_message(self.Chosen(self._rows[index].key))
            self.go(index)

    def render_line(self, y: int) -> Strip:
        """One line: the heading, a row, or nothing."""
        width = self.scrollable_content_region.width
        if not self._rows:
            return strip(self._nothing(y, width), self._palette, width, "back")
        widths = self._widths(width)
        if y == 0:
            titles = [(column.title, "faint") for column in self._columns]
            return strip(self._laid(titles, widths), self._palette, width, "back")
        index = self.scroll_offset.y + y - 1
        if index >= len(self._rows):
            return strip([], self._palette, width, "back")
        base = "back"
        if self._rows[index].key is None:
            heading = [(" ", "text"), *self._rows[index].cells]
            return strip(heading, self._palette, width, base)
        if index == self._index:
            base = "cursor" if self.has_focus else "cursor-idle"
        shown = self._laid(self._rows[index].cells, widths, self.hits)
        return strip(shown, self._palette, width, base)

    def _nothing(self, y: int, width: int) -> list[Part]:
        """A line where there is no row: that there is none, then what to do next."""
        lines = [
            (piece, "muted" if after else "text")
            for after, said in enumerate(self.empty().splitlines())
            for piece in wrap(said, max(1, min(width - 2 * len(_EDGE), _LONGEST)))
        ]
        return [(_EDGE, "text"), lines[y - 1]] if 0 < y <= len(lines) else []

    def _widths(self, width: int) -> list[int]:
        """The cells of each column, 0 for one that is left out."""
        here = [
            cells if width >= column.least else -1
            for column, cells in zip(self._columns, self._cells, strict=True)
        ]
        used = sum(cells + _GAP for cells in here if cells > 0) + 1
        loose = here.count(0)
        rest = max(_NARROWEST, (width - used - _GAP * loose) // loose) if loose else 0
        return [rest if cells == 0 else max(0, cells) for cells in here]

    def _laid(
        self, cells: Sequence[Part], widths: Sequence[int], hits: re.Pattern[str] | None = None
    ) -> list[Part]:
        parts: list[Part] = [(" ", "text")]
        for column, (text, style), cells_wide in zip(self._columns, cells, widths, strict=True):
            if cells_wide:
                shown = fit(text, cells_wide, column.align)
                parts += [*marked(shown, style, hits), (" " * _GAP, "text")]
        return parts
