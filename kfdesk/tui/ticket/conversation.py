"""The conversation of a ticket: one read-only line view, the newest message at the bottom."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message as Posted
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kfdesk.model import Message
from kfdesk.tui.content import strip
from kfdesk.tui.source import Reading
from kfdesk.tui.ticket.letters import Line


class Conversation(ScrollView, can_focus=True):
    """Lines that were laid out elsewhere, for the width that it reports."""

    class Refit(Posted):
        """The lines are to be laid out again: another width, or something was unfolded."""

    def __init__(self, palette: Mapping[str, Style]) -> None:
        super().__init__(id="conversation")
        self.reading: Reading | None = None
        self.unfolded: set[int] = set()
        self._lines: list[Line] = []
        self._heads: list[int] = []
        self._palette = palette
        self._pinned = True  # at the newest message, and to stay there when lines are added

    @property
    def width(self) -> int:
        """The cells that a line may take."""
        return max(20, self.scrollable_content_region.width - 2)

    def show(self, reading: Reading | None, lines: list[Line]) -> None:
        """Show a conversation; another ticket's begins at its newest message."""
        other = (reading and reading.ticket.number) != (self.reading and self.reading.ticket.number)
        if other:
            self.unfolded = set()
        self.reading, self._lines = reading, lines
        self._heads = [at for at, line in enumerate(lines) if line.head]
        self.virtual_size = Size(self.size.width, len(lines))
        if other or self._pinned:
            self.set_scroll(None, self._newest())
            self._pinned = True
        self.refresh()

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        self._palette = palette
        self.refresh()

    def current(self) -> Message | None:
        """The message that is being read: the last whose head is above the middle of the view."""
        if self.reading is None or not self._heads:
            return None
        middle = self.scroll_offset.y + self.size.height // 2
        index = max(0, bisect_right(self._heads, middle) - 1)
        return self.reading.messages[self._lines[self._heads[index]].message]

    def unfold(self) -> None:
        """Show the quoted text of the messages in view, or fold it again."""
        if self.reading is None:
            return
        top = self.scroll_offset.y
        seen = {line.message for line in self._lines[top : top + self.size.height]} - {-1}
        ids = {self.reading.messages[index].id for index in seen}
        self.unfolded = self.unfolded - ids if ids & self.unfolded else self.unfolded | ids
        self.post_message(self.Refit())

    def move(self, way: str) -> None:
        """Scroll: `down`, `page_up`, `first`, `next` (message), …"""
        here, page = self.scroll_offset.y, max(1, self.size.height - 2)
        half = max(1, page // 2)
        after, before = bisect_right(self._heads, here), bisect_left(self._heads, here)
        target = {
            "down": here + 1,
            "up": here - 1,
            "page_down": here + page,
            "page_up": here - page,
            "half_down": here + half,
            "half_up": here - half,
            "first": 0,
            "last": self.max_scroll_y,
            "next": self._heads[after] if after < len(self._heads) else self.max_scroll_y,
            "previous": self._heads[before - 1] if before else 0,
        }[way]
        self.set_scroll(None, max(0, min(target, self.max_scroll_y)))

    def _newest(self) -> int:
        """Where to look first: the end, but not past the newest message's head."""
        return min(self.max_scroll_y, self._heads[-1]) if self._heads else self.max_scroll_y

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls away from the end stays where they read."""
        super().watch_scroll_y(old_value, new_value)
        self._pinned = new_value >= self._newest()

    def on_resize(self, event: events.Resize) -> None:
        """Lines are laid out for a width."""
        del event
        self.post_message(self.Refit())

    def render_line(self, y: int) -> Strip:
        """One line of the conversation."""
        index = self.scroll_offset.y + y
        line = self._lines[index] if index < len(self._lines) else Line(())
        width = self.scrollable_content_region.width
        return strip([(" ", "text"), *line.parts], self._palette, width, line.back)
