"""The queue: a line view over any number of tickets that paints only the lines that changed."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kfdesk.model import TicketRow
from kfdesk.tui.lines.content import strip
from kfdesk.tui.lines.hits import pattern
from kfdesk.tui.lines.page import towards
from kfdesk.tui.queue.face import Face
from kfdesk.tui.queue.groups import Groups
from kfdesk.tui.queue.listing import Listing, Merge, Window
from kfdesk.tui.queue.marks import Marks
from kfdesk.tui.queue.painter import Look, Who


class Queue(ScrollView, can_focus=True):
    """Tickets, one a line, under a heading that stays."""

    @dataclass
    class Moved(Message):
        """The cursor is on another ticket, or on none."""

        number: int | None

    @dataclass
    class Opened(Message):
        """A ticket was clicked a second time."""

        number: int

    @dataclass
    class Sorted(Message):
        """The heading of a column was clicked."""

        column: str

    @dataclass
    class RowsWanted(Message):
        """These tickets came into view and are not known."""

        numbers: list[int]

    def __init__(self, who: Who, palette: Mapping[str, Style]) -> None:
        super().__init__(id="queue")
        self.listing = Listing()
        self.window = Window()
        self.marks = Marks()
        self.face = Face(who, self.listing, self.window, self.marks)
        self._palette = palette

    # --- what it is given

    def show(self, ids: array[int], groups: Groups | None = None, *, top: bool) -> None:
        """List these tickets, in groups if they are; `top` begins at the first.

        Otherwise a ticket that the cursor stays on stays where it is on the screen.
        """
        before, was = self.listing.number, self.listing.line(self.listing.index)
        self.listing.replace(ids, groups)
        if ids:
            self.face.advice = tuple
        if top:
            self.listing.move(0)
        self._resized()
        if before is not None and before == self.listing.number:
            moved = self.listing.line(self.listing.index) - was
            self.set_scroll(None, max(0, self.scroll_y + moved))
        self._follow()
        self._settle()

    def merge(self, change: Merge) -> None:
        """Take out what has left the query; the line under the cursor stays where it is."""
        before, shown = self.listing.number, (self.listing.ids, self.listing.groups)
        moved = self.listing.apply(change)
        if shown[0] is not self.listing.ids or shown[1] != self.listing.groups:
            self._resized()  # else nothing is painted: every commit of anybody comes by here
        if moved:
            self.set_scroll(None, max(0, self.scroll_y + moved))
        if change.after is not change.before:
            self._follow()
        if before != self.listing.number:
            self._settle()
        self.want()

    def take_in(self) -> bool:
        """List what has arrived; False if nothing has."""
        if not self.listing.take_in():
            return False
        self._resized()
        self._follow()
        self._settle()
        return True

    def put(self, asked: Sequence[int], rows: Sequence[TicketRow]) -> None:
        """Paint rows that were asked for; a number longer than those before widens its column."""
        digits = len(str(max((row.number for row in rows), default=1)))
        self.look_like(replace(self.looked, digits=max(digits, self.looked.digits)))
        changed = set(self.window.put(asked, rows))
        for place in self._in_view():
            if self.listing.ids[place] in changed:
                self._paint(place, group=True)

    def accompany(self, found: Mapping[int, bool]) -> None:
        """Mark the tickets that colleagues have open, {number: whether one writes}."""
        self.look_like(replace(self.looked, company=found))

    def choose(self, columns: Sequence[str]) -> None:
        """Show these columns; none: those that fit."""
        self.look_like(replace(self.looked, columns=tuple(columns)))

    def asked(self, order: tuple[str, bool] | None, words: Sequence[str]) -> None:
        """Show what the list is sorted by, and where the words stand that were asked for."""
        self.look_like(replace(self.looked, order=order, hits=pattern(words)))

    def advise(self, lines: Callable[[], Sequence[str]]) -> None:
        """Say what to do next, for as long as there has been no ticket."""
        self.face.advice = lines
        self.refresh()

    def look_like(self, look: Look) -> None:
        """Show rows otherwise."""
        if look != self.looked:
            self.face.look = look
            self._fit()
            self.refresh()

    def look(self, who: Who) -> None:
        """Paint for somebody who goes by another configuration."""
        self.face.who = who
        self._fit()
        self.refresh()

    def tick(self) -> None:
        """Time has passed: paint the rows whose time left is told otherwise now."""
        for place in self.face.retold(self._in_view()):
            self._paint(place)

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        self._palette = palette
        self.refresh()

    @property
    def row(self) -> TicketRow | None:
        """The row under the cursor, where it has been read."""
        number = self.listing.number
        return self.window.rows.get(number) if number is not None else None

    @property
    def looked(self) -> Look:
        """How rows are shown."""
        return self.face.look

    @property
    def accompanied(self) -> Mapping[int, bool]:
        """The tickets that colleagues have open."""
        return self.looked.company

    # --- movement

    def move(self, way: str) -> None:
        """Move the cursor: `down`, `page_up`, `first`, …"""
        here, page = self.listing.index, max(1, self._lines - 1)
        to = towards(way, here, page, len(self.listing.ids) - 1)
        if (way == "first" or to < 0) and self.take_in():
            to = 0 if way == "first" else self.listing.index - (here - to)
        self.go(to)

    def go(self, index: int) -> None:
        """Put the cursor on a place."""
        before = self.listing.index
        after = self.listing.move(index)
        if self.marks.moved(self.listing.ids, after):
            self.refresh()
        if before != after:
            self._paint(before)
            self._paint(after)
            self._follow()
            self._settle()

    # --- marks

    def mark(self) -> None:
        """Mark the ticket under the cursor, or take its mark off, and go on."""
        if (number := self.listing.number) is not None:
            self.marks.toggle(number)
            self._paint(self.listing.index)
            self.move("down")

    def mark_range(self) -> None:
        """Begin a range at the ticket under the cursor, or end it."""
        if (number := self.listing.number) is not None:
            self.marks.turn_range(number)
            self._paint(self.listing.index)

    def mark_all(self, numbers: Iterable[int]) -> None:
        """Mark all of these; where all are, none."""
        self.marks.take(numbers)
        self.refresh()

    def unmark(self, numbers: Iterable[int] | None = None) -> None:
        """Take marks off: of these tickets, or all."""
        if numbers is None:
            self.marks.clear()
        else:
            self.marks.drop(numbers)
        self.refresh()

    def _follow(self) -> None:
        """Scroll no further than it takes to see the cursor."""
        line, top, lines = self.listing.line(self.listing.index), self.scroll_offset.y, self._lines
        if line and self.listing.at(line - 1)[1] and line <= top:
            line -= 1  # with the line above its group
        if line < top:
            self.set_scroll(None, line)
        elif line >= top + lines:
            self.set_scroll(None, line - lines + 1)

    def _settle(self) -> None:
        self.want()
        self.post_message(self.Moved(self.listing.number))

    def want(self) -> None:
        """Ask for the rows that are in view and not known."""
        seen = self._in_view()
        if missing := self.window.missing(self.listing.ids, seen.start, seen.stop):
            self.post_message(self.RowsWanted(missing))

    # --- painting

    @property
    def _lines(self) -> int:
        return max(1, self.size.height - 1)

    @property
    def page(self) -> Sequence[int]:
        """The tickets in view."""
        seen = self._in_view()
        return self.listing.ids[seen.start : seen.stop]

    def _in_view(self) -> range:
        """The places of the tickets in view."""
        return self.listing.within(self.scroll_offset.y, self._lines)

    def _resized(self) -> None:
        self.virtual_size = Size(self.size.width, self.listing.lines + 1)
        self.refresh()

    def _paint(self, index: int, *, group: bool = False) -> None:
        """Paint a ticket's line; with the one of its `group`, where it is the first of one."""
        line = self.listing.line(index)
        self.refresh_line(line + 1)
        if group and line and self.listing.at(line - 1)[1]:
            self.refresh_line(line)

    def _fit(self) -> None:
        self.face.fit(self.scrollable_content_region.width)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the columns to the new width."""
        del event
        self._fit()
        self._resized()
        self._follow()
        self.want()

    def on_focus(self) -> None:
        """The cursor's line shows where the keys go."""
        self._paint(self.listing.index)

    def on_blur(self) -> None:
        """The cursor's line shows that the keys go elsewhere."""
        self._paint(self.listing.index)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into view."""
        super().watch_scroll_y(old_value, new_value)
        self.want()

    def on_click(self, event: events.Click) -> None:
        """Select the ticket that was clicked; open it if it was selected; sort by a heading."""
        if event.y == 0:
            if column := self.face.column_at(event.x):
                self.post_message(self.Sorted(column))
            return
        line = self.scroll_offset.y + event.y - 1
        if line < self.listing.lines:
            index, above = self.listing.at(line)
            if index == self.listing.index and not above:
                self.post_message(self.Opened(self.listing.ids[index]))
            self.go(index)

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        width = self.scrollable_content_region.width
        if self.face.width != width:
            self._fit()  # painted before it is told of its size
        parts, ground = self.face.line(y, self.scroll_offset.y, focused=self.has_focus)
        return strip(parts, self._palette, width, ground)
