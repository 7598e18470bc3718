"""The lines of a customer's past with a cursor on one of them; read as they come into view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kfdesk.desk.customers.page import line
from kfdesk.desk.why.words import Words
from kfdesk.store.people.timeline import Moment, Point
from kfdesk.tui.lines.content import strip
from kfdesk.tui.lines.page import target

#: So many lines are read at once.
PART = 200


class Past(ScrollView, can_focus=True):
    """A line for each thing that happened, the newest first."""

    def __init__(self, words: Words, palette: Mapping[str, Style]) -> None:
        super().__init__(id="customer-past", classes="table")
        self._words, self._palette = words, palette
        self._points: Sequence[Point] = ()
        self._moments: dict[int, Moment] = {}
        self.cursor = 0
        self.wanted: Callable[[int], None] = lambda _start: None

    def show(self, points: Sequence[Point], moments: Sequence[Moment]) -> None:
        """Show a past, whose newest lines are known."""
        self._points, self._moments = points, {}
        self.cursor = max(0, min(self.cursor, len(points) - 1))
        self.virtual_size = Size(self.size.width, len(points))
        self.put(0, moments)

    def put(self, start: int, moments: Sequence[Moment]) -> None:
        """Lines from there on were read."""
        by_point = {(one.kind, one.id): one for one in moments}
        for at, point in enumerate(self._points[start : start + PART], start):
            if (found := by_point.get((point.kind, point.id))) is not None:
                self._moments[at] = found
        self.refresh()

    def part(self, start: int) -> Sequence[Point]:
        """The points of the lines that are read together."""
        return self._points[start : start + PART]

    @property
    def ticket(self) -> int | None:
        """The ticket of the line under the cursor."""
        found = self._moments.get(self.cursor)
        return found.ticket if found else None

    def move(self, way: str) -> None:
        """Move the cursor: `down`, `page_up`, `last`, …"""
        rows = max(1, self.size.height)
        self.cursor = target(way, self.cursor, max(1, rows - 1), max(0, len(self._points) - 1))
        top = self.scroll_offset.y
        self.set_scroll(None, min(max(top, self.cursor - rows + 1), self.cursor))
        self.refresh()

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        self._palette = palette
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """As many lines as before, of another width."""
        del event
        self.virtual_size = Size(self.size.width, len(self._points))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line that was clicked."""
        self.cursor = max(0, min(self.scroll_offset.y + event.y, len(self._points) - 1))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line."""
        index, width = self.scroll_offset.y + y, max(24, self.scrollable_content_region.width)
        if index >= len(self._points):
            return strip([], self._palette, width, "back")
        moment = self._moments.get(index)
        if moment is None:
            self.wanted(index)
            return strip([], self._palette, width, "back")
        here = index == self.cursor
        base = ("cursor" if self.has_focus else "cursor-idle") if here else "back"
        mark = ("▌" if here else " ", "primary")
        return strip([mark, *line(moment, self._words, width - 2)], self._palette, width, base)
