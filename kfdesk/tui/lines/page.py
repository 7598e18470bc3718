"""Lines that scroll: a text that was laid out elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kfdesk.cells import Part
from kfdesk.tui.lines.content import strip

Line = Sequence[Part]


def towards(way: str, here: int, page: int, last: int) -> int:
    """Return where a movement leads from `here` in a view of `page` lines, past either end too."""
    half = max(1, page // 2)
    return {
        "down": here + 1,
        "up": here - 1,
        "page_down": here + page,
        "page_up": here - page,
        "half_down": here + half,
        "half_up": here - half,
        "first": 0,
        "last": last,
    }[way]


def target(way: str, here: int, page: int, last: int) -> int:
    """Return where a movement leads from `here`: within 0 … `last`."""
    return max(0, min(towards(way, here, page, last), last))


class Page(ScrollView, can_focus=True):
    """Lines that scroll; an empty one parts one section from the next."""

    class Widened(Message):
        """It has another width than its lines were made for."""

    def __init__(self, palette: Mapping[str, Style], *, id: str | None = None) -> None:
        super().__init__(id=id, classes="page")
        self._palette = palette
        self._lines: Sequence[Line] = ()
        self._shown_at = 0

    @property
    def width(self) -> int:
        """The cells that a line may take."""
        return max(20, self.scrollable_content_region.width - 2)

    def show(self, lines: Sequence[Line], *, top: bool = False) -> None:
        """Show these lines, as far down as before or from the `top`."""
        self._lines, self._shown_at = lines, self.width
        self.virtual_size = Size(self.size.width, len(lines))
        if top:
            self.set_scroll(None, 0)
        self.refresh()

    def on_resize(self) -> None:
        """Lines are made again for the width that there is now."""
        if self._shown_at not in (0, self.width):
            self.post_message(self.Widened())

    def restyle(self, palette: Mapping[str, Style]) -> None:
        """Paint with another palette."""
        self._palette = palette
        self.refresh()

    def move(self, way: str) -> None:
        """Scroll: `down`, `page_up`, `first`, `next` (section), …"""
        here = self.scroll_offset.y
        gaps = [at + 1 for at, line in enumerate(self._lines) if not line]
        if way == "next":
            to = next((at for at in gaps if at > here), self.max_scroll_y)
        elif way == "previous":
            to = next((at for at in reversed(gaps) if at < here), 0)
        else:
            to = target(way, here, max(1, self.size.height - 2), self.max_scroll_y)
        self.set_scroll(None, max(0, min(to, self.max_scroll_y)))

    def render_line(self, y: int) -> Strip:
        """One line."""
        index = self.scroll_offset.y + y
        line = self._lines[index] if index < len(self._lines) else ()
        width = self.scrollable_content_region.width
        return strip([(" ", "text"), *line], self._palette, width, "back")
