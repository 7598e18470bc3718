"""Why a ticket is as it is, over the whole screen: the same page as `kfdesk why`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from kfdesk.desk.why.facts import Why
from kfdesk.desk.why.page import Choice, page
from kfdesk.desk.why.paper import Line
from kfdesk.desk.why.words import Words
from kfdesk.i18n import _
from kfdesk.tui.content import content, strip

_MOVES = {
    "down": "j,down",
    "up": "k,up",
    "page_down": "pagedown,space,ctrl+f",
    "page_up": "pageup,ctrl+b",
    "half_down": "ctrl+d",
    "half_up": "ctrl+u",
    "first": "g,home",
    "last": "G,end",
    "next": "right_curly_bracket,n",
    "previous": "left_curly_bracket,N",
}


class Page(ScrollView, can_focus=True):
    """Lines that scroll."""

    def __init__(self, palette: Mapping[str, Style]) -> None:
        super().__init__(id="why-page")
        self._palette = palette
        self._lines: list[Line] = []

    @property
    def width(self) -> int:
        """The cells that a line may take."""
        return max(20, self.scrollable_content_region.width - 2)

    def show(self, lines: list[Line]) -> None:
        """Show these lines, as far down as before."""
        self._lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        self.refresh()

    def move(self, way: str) -> None:
        """Scroll: `down`, `page_up`, `first`, `next` (event), …"""
        here, full = self.scroll_offset.y, max(1, self.size.height - 2)
        gaps = [at + 1 for at, line in enumerate(self._lines) if not line]
        target = {
            "down": here + 1,
            "up": here - 1,
            "page_down": here + full,
            "page_up": here - full,
            "half_down": here + full // 2,
            "half_up": here - full // 2,
            "first": 0,
            "last": self.max_scroll_y,
            "next": next((at for at in gaps if at > here), self.max_scroll_y),
            "previous": next((at for at in reversed(gaps) if at < here), 0),
        }[way]
        self.set_scroll(None, max(0, min(target, self.max_scroll_y)))

    def render_line(self, y: int) -> Strip:
        """One line."""
        index = self.scroll_offset.y + y
        line = self._lines[index] if index < len(self._lines) else ()
        width = self.scrollable_content_region.width
        return strip([(" ", "text"), *line], self._palette, width, "back")


class Explanation(ModalScreen[None]):
    """The page; any of the leaving keys closes it, `a` folds and unfolds what was not asked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,w,enter", "dismiss", show=False),
        Binding("a", "unfold", show=False),
        *(Binding(keys, f"move({way!r})", show=False) for way, keys in _MOVES.items()),
    ]

    def __init__(self, found: Why, words: Words, palette: Mapping[str, Style]) -> None:
        super().__init__()
        self._found, self._words = found, words
        self._choice = Choice()
        self._page = Page(palette)

    def compose(self) -> ComposeResult:
        """The page, and the line that says which keys work."""
        yield self._page
        keys = [("j k", _("read")), ("n N", _("event")), ("a", _("all rules")), ("Esc", _("back"))]
        parts = [part for key, word in keys for part in ((f" {key}", "$primary bold"), f" {word} ")]
        yield Static(content(*parts), id="why-keys", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lines are laid out for a width."""
        del event
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        self._page.show(list(page(self._found, self._words, self._page.width, self._choice)))

    def action_unfold(self) -> None:
        """A line for every rule, or those together that have one reason."""
        self._choice = replace(self._choice, everything=not self._choice.everything)
        self._lay_out()

    def action_move(self, way: str) -> None:
        """Read on."""
        self._page.move(way)
