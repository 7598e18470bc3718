"""The conversation of a ticket: one read-only line view, the newest message at the bottom."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message as Posted
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kfdesk.model import Message
from kfdesk.tui.lines.content import half_blocks, strip
from kfdesk.tui.lines.page import target
from kfdesk.tui.source.source import Reading
from kfdesk.tui.ticket.line import Line

#: So many lines before an end of what was read, more of it is asked for. What is let go at the
#: other end must be out of sight: a part has four times as many lines at least.
_AHEAD = 80
#: The styles of what stands in front of a link's number and belongs to it.
_LINKED = ("link", "hit", "match", "warning")


class Conversation(ScrollView, can_focus=True):
    """Lines that were laid out elsewhere, for the width that it reports."""

    class Refit(Posted):
        """The lines are to be laid out again: another width, or something was unfolded."""

    @dataclass
    class Wanted(Posted):
        """Another part of the conversation: `earlier`, `later`, `oldest`, `newest`."""

        way: str

    @dataclass
    class Clicked(Posted):
        """Something was clicked: a link of a message by its number, a file, an event."""

        what: str
        id: int
        number: int = 0

    def __init__(self, palette: Mapping[str, Style]) -> None:
        super().__init__(id="conversation")
        self.reading: Reading | None = None
        self.unfolded: set[int] = set()
        self.everything = False
        self._lines: Sequence[Line] = ()
        self._heads: list[int] = []
        self._palette = palette
        self._pinned = True  # at the newest message, and to stay there when lines are added
        self._showing = False  # what moves now is moved by what is shown, by no person
        self._asked: Reading | None = None  # for more than this was asked
        self._fitted = 0  # the width that lines were last asked for

    @property
    def width(self) -> int:
        """The cells that a line may take."""
        return max(20, self.scrollable_content_region.width - 2)

    def show(self, reading: Reading | None, lines: Sequence[Line], *, end: str = "") -> None:
        """Show a conversation: what was at the top of the view stays there.

        Another ticket's begins at its newest message; `end` says to begin at the `first` line or
        at the `last` message.
        """
        other = (reading and reading.ticket.number) != (self.reading and self.reading.ticket.number)
        if other:
            self.unfolded, self.everything = set(), False
        top, ahead = self._anchor()
        self._showing = True
        self.reading, self._lines = reading, lines
        self._heads = [at for at, line in enumerate(lines) if line.head]
        self.virtual_size = Size(self.size.width, len(lines))
        if end == "first":
            self._scroll(0)
            self._pinned = False
        elif other or end == "last" or (self._pinned and not self._after):
            self._scroll(self._newest())
            self._pinned = True
        elif top is not None:
            self._scroll(self._place(top) + ahead)
        self._showing = False
        self.refresh()
        if reading and len(lines) < self.size.height:  # there is room, and nothing to scroll
            self._look_ahead(up=bool(reading.stretch.before))

    def _scroll(self, y: int) -> None:
        """Scroll there at once, and let it be known."""
        self.scroll_y = self.scroll_target_y = max(0, min(y, self.max_scroll_y))

    @property
    def _after(self) -> int:
        return self.reading.stretch.after if self.reading else 0

    def _anchor(self) -> tuple[Line | None, int]:
        """The line at the top of the view that has a place, and the lines from there to the top."""
        top = self.scroll_offset.y
        for at in range(min(top, len(self._lines) - 1), -1, -1):
            if self._lines[at].owner:
                return self._lines[at], top - at
        for at in range(top, len(self._lines)):
            if self._lines[at].owner:
                return self._lines[at], top - at
        return None, 0

    def _place(self, wanted: Line) -> int:
        """Where a line of before stands now: the last of its message that is not behind it."""
        found = 0
        for at, line in enumerate(self._lines):
            if line.owner == wanted.owner and line.at <= wanted.at:
                found = at
            elif line.owner == wanted.owner:
                break
        return found

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        self._palette = palette
        self.refresh()

    # --- what is in view

    @property
    def messages(self) -> dict[int, Message]:
        """The messages that are laid out, by their ids."""
        shown = self.reading.stretch.messages if self.reading else ()
        return {message.id: message for message in shown}

    def current(self) -> Message | None:
        """The message that is being read: the last whose head is above the middle of the view."""
        if self.reading is None or not self._heads:
            return None
        middle = self.scroll_offset.y + self.size.height // 2
        index = max(0, bisect_right(self._heads, middle) - 1)
        return self.messages.get(self._lines[self._heads[index]].owner)

    def in_view(self) -> Iterator[Line]:
        """The lines that are in view."""
        top = self.scroll_offset.y
        yield from self._lines[top : top + max(1, self.size.height)]

    def near(self) -> list[Message]:
        """The messages in view, the one that is being read first."""
        current, messages = self.current(), self.messages
        owners = dict.fromkeys([current.id] if current else [])
        owners |= dict.fromkeys(line.owner for line in self.in_view())
        return [messages[owner] for owner in owners if owner in messages]

    # --- folding

    def unfold(self) -> None:
        """Show what is folded of the messages in view, or fold it again."""
        self._turn({line.owner for line in self.in_view() if line.owner > 0})

    def unfold_all(self) -> None:
        """Show everything that is folded, or fold it again."""
        self.everything = not self.everything
        self.unfolded = set()
        self.post_message(self.Refit())

    def _turn(self, ids: set[int]) -> None:
        self.unfolded = self.unfolded - ids if ids & self.unfolded else self.unfolded | ids
        self.post_message(self.Refit())

    # --- moving

    def move(self, way: str) -> None:
        """Scroll: `down`, `page_up`, `first`, `next` (message), …"""
        if self.reading and way == "first" and self.reading.stretch.before:
            self.post_message(self.Wanted("oldest"))
            return
        if self.reading and way == "last" and self._after:
            self.post_message(self.Wanted("newest"))
            return
        here = self.scroll_offset.y
        if way == "next":
            after = bisect_right(self._heads, here)
            to = self._heads[after] if after < len(self._heads) else self.max_scroll_y
        elif way == "previous":
            before = bisect_left(self._heads, here)
            to = self._heads[before - 1] if before else 0
        else:
            to = target(way, here, max(1, self.size.height - 2), self.max_scroll_y)
        self._scroll(to)
        self._look_ahead(up=to <= here)

    def go_to(self, id: int, hit: int) -> bool:
        """Bring a hit of a message into view; False where the message is not laid out."""
        seen = 0
        for at, line in enumerate(self._lines):
            if line.owner != id:
                continue
            seen += line.hits
            if seen > hit or (line.at >= 1 << 30 and not line.hits):
                self._reveal(at)
                return True
        return False

    def _reveal(self, at: int) -> None:
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if not top + 1 <= at < top + height - 1:
            self._scroll(at - height // 3)

    def _newest(self) -> int:
        """Where to look first: the end, but not past the newest message's head."""
        return min(self.max_scroll_y, self._heads[-1]) if self._heads else self.max_scroll_y

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls away from the end stays where they read; near one, more is read."""
        super().watch_scroll_y(old_value, new_value)
        if not self._showing:
            self._pinned = new_value >= self._newest() and not self._after
            self._look_ahead(up=new_value < old_value)

    def _look_ahead(self, *, up: bool) -> None:
        """Ask for more in the direction in which a person moves: once of what is shown."""
        if self.reading is None or self._asked is self.reading:
            return
        shown, top = self.reading.stretch, self.scroll_offset.y
        if up and shown.before and top < _AHEAD:
            self._asked = self.reading
            self.post_message(self.Wanted("earlier"))
        elif not up and shown.after and top + self.size.height + _AHEAD > len(self._lines):
            self._asked = self.reading
            self.post_message(self.Wanted("later"))

    def on_resize(self, event: events.Resize) -> None:
        """Lines are laid out for a width; of another height, the newest message stays in view."""
        del event
        if self.width != self._fitted:
            self._fitted = self.width
            self.post_message(self.Refit())
        elif self._pinned:
            self._showing = True
            self._scroll(self._newest())
            self._showing = False

    # --- the mouse

    def on_click(self, event: events.Click) -> None:
        """Unfold what was clicked, or open it."""
        index = self.scroll_offset.y + event.y
        if index >= len(self._lines):
            return
        line = self._lines[index]
        does, _colon, id = line.does.partition(":")
        if does == "fold":
            self._turn({line.owner})
        elif does == "more":
            self.move("first" if index < len(self._lines) // 2 else "last")
        elif does:
            self.post_message(self.Clicked(does, int(id)))
        elif number := _link_at(line, event.x - 1):
            self.post_message(self.Clicked("link", line.owner, number))

    def render_line(self, y: int) -> Strip:
        """One line of the conversation."""
        index = self.scroll_offset.y + y
        line = self._lines[index] if index < len(self._lines) else Line(())
        width = self.scrollable_content_region.width
        parts = [(" ", "text"), *line.parts]
        if line.pixels:
            return half_blocks(parts, line.pixels, self._palette, width, line.back)
        return strip(parts, self._palette, width, line.back)


def _link_at(line: Line, x: int) -> int:
    """The number of the link at a cell of a line: of its words, or of the number itself; or 0."""
    at, inside = 0, False
    for text, style in line.parts:
        begins, at = at, at + cell_len(text)
        if style == "link-number" and (inside or begins <= x < at):
            return int(text.strip("[]"))
        inside = style in _LINKED and (inside or begins <= x < at)
    return 0
