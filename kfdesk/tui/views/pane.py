"""The pane of views: a line each, with how many tickets stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kfdesk.cells import Part, fit, plain_line
from kfdesk.settings import View
from kfdesk.tui.lines.content import strip
from kfdesk.tui.lines.page import target
from kfdesk.tui.views.catalogue import DIGITS, Catalogue

#: Views whose tickets should not be there: their number is shown in another colour.
_BAD = ("breached",)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tickets a view has; `more`: at least so many."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.number - 1:,}+" if self.more else f"{self.number:,}"


class Views(ScrollView, can_focus=True):
    """The views in their groups. The cursor is on one of them; another may be the one shown."""

    @dataclass
    class Chosen(Message):
        """A view is to be shown."""

        place: int

    def __init__(self, palette: Mapping[str, Style]) -> None:
        super().__init__(id="views")
        self.display = False
        self.counts: dict[str, Counted] = {}  # by query
        self._palette = palette
        self._views: Sequence[View] = ()
        self._lines: list[int | str] = []  # a view's place, or a title; empty parts groups
        self._cursor = 0  # the line
        self._shown: int | None = None

    @property
    def place(self) -> int | None:
        """The view under the cursor."""
        here = self._lines[self._cursor] if self._lines else None
        return here if isinstance(here, int) else None

    def offer(self, catalogue: Catalogue, shown: int | None) -> None:
        """Offer these views; `shown` is the one in the queue, None where that has another query."""
        lines: list[int | str] = []
        for title, places in catalogue.groups:
            lines += [*([""] if lines else []), title, *places]
        if (catalogue.views, lines, shown) == (self._views, self._lines, self._shown):
            return
        moved = shown != self._shown or lines != self._lines
        self._views, self._lines, self._shown = catalogue.views, lines, shown
        if moved and shown is not None:
            self._cursor = lines.index(shown)
        self._cursor = min(self._cursor, len(lines) - 1)
        if self.place is None:
            self._cursor = next(n for n, line in enumerate(lines) if isinstance(line, int))
        self._resized()

    def count(self, counts: Mapping[str, Counted]) -> None:
        """Show how many tickets the queries of views select."""
        changed = {query for query, number in counts.items() if self.counts.get(query) != number}
        self.counts |= counts
        for line, place in enumerate(self._lines):
            if isinstance(place, int) and self._views[place].query in changed:
                self.refresh_line(line)

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        self._palette = palette
        self.refresh()

    def move(self, way: str) -> None:
        """Move the cursor from view to view."""
        places = [line for line, place in enumerate(self._lines) if isinstance(place, int)]
        if places:
            here = places.index(self._cursor)
            page = max(1, self.size.height - 1)
            self._go(places[target(way, here, page, len(places) - 1)])

    def _go(self, line: int) -> None:
        before, self._cursor = self._cursor, line
        self.refresh_line(before)
        self.refresh_line(line)
        self._follow()

    def _follow(self) -> None:
        top, lines = self.scroll_offset.y, max(1, self.size.height)
        first = 0 if self._cursor == 1 else self._cursor  # with the title above all
        if first < top:
            self.set_scroll(None, first)
        elif self._cursor >= top + lines:
            self.set_scroll(None, self._cursor - lines + 1)

    def _resized(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._lines))
        self._follow()
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        del event
        self._resized()

    def on_focus(self) -> None:
        """The cursor's line shows where the keys go; it begins at the view that is shown."""
        if self._shown is not None:
            self._go(self._lines.index(self._shown))

    def on_blur(self) -> None:
        """The cursor's line shows that the keys go elsewhere."""
        self.refresh_line(self._cursor)

    def on_click(self, event: events.Click) -> None:
        """Show the view that was clicked."""
        line = self.scroll_offset.y + event.y
        if line < len(self._lines) and isinstance(place := self._lines[line], int):
            self._go(line)
            self.post_message(self.Chosen(place))

    def render_line(self, y: int) -> Strip:
        """One line: a title, a view, or nothing."""
        width = self.scrollable_content_region.width
        line = self.scroll_offset.y + y
        if line >= len(self._lines):
            return strip([], self._palette, width, "back")
        place = self._lines[line]
        if isinstance(place, str):
            return strip([(f" {fit(place, width - 1)}", "faint")], self._palette, width, "back")
        base = "cursor-idle" if place == self._shown else "back"
        if line == self._cursor and self.has_focus:
            base = "cursor"
        return strip(self._view(place, width), self._palette, width, base)

    def _view(self, place: int, width: int) -> list[Part]:
        view, shown = self._views[place], place == self._shown
        counted = self.counts.get(view.query)
        number = str(counted) if counted else "…"
        style = "muted"
        if counted is None or not counted.number:
            style = "faint"
        elif view.name in _BAD:
            style = "error"
        elif shown:
            style = "primary"
        key = f"{place}:" if place < DIGITS else "  "
        room = width - cell_len(number) - 6
        title = fit(plain_line(view.title or view.name), room)
        return [
            ("▌" if shown else " ", "primary"),
            (key, "faint"),
            (title, "strong" if shown else "text"),
            (f" {number} ", style),
        ]
