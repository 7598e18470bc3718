"""The customer whole, over the whole screen: who they are, and one time line over all channels.

The time line may be long: its lines are read as they come into view.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, ClassVar

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from kfdesk.desk.customers.card import Card
from kfdesk.desk.customers.page import head, line, words_of
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.i18n import _
from kfdesk.settings import Settings
from kfdesk.store.people.timeline import Moment, Point
from kfdesk.tui.content import content, strip

#: So many lines are read at once.
_PART = 200
_MOVES = {
    "down": "j,down",
    "up": "k,up",
    "page_down": "pagedown,space,ctrl+f",
    "page_up": "pageup,ctrl+b",
    "half_down": "ctrl+d",
    "half_up": "ctrl+u",
    "first": "g,home",
    "last": "G,end",
}
More = Callable[[Sequence[Point]], Coroutine[Any, Any, list[Moment]]]


class Past(ScrollView, can_focus=True):
    """Who they are, and the lines of their past with a cursor on one of them."""

    def __init__(self, card: Card, settings: Settings, palette: Mapping[str, Style]) -> None:
        super().__init__(id="customer-past")
        self.card = card
        self._settings, self._palette = settings, palette
        self._words = words_of(settings)
        self._head: list[Line] = []
        self._moments: dict[int, Moment] = {}
        self.cursor = 0
        self.wanted: Callable[[int], None] = lambda _start: None
        self.put(0, card.moments)

    def put(self, start: int, moments: Sequence[Moment]) -> None:
        """Lines from there on were read."""
        by_point = {(one.kind, one.id): one for one in moments}
        for at, point in enumerate(self.card.points[start : start + _PART], start):
            if (found := by_point.get((point.kind, point.id))) is not None:
                self._moments[at] = found
        self.refresh()

    def lay_out(self) -> None:
        """Lines are laid out for a width."""
        width = self._width - 2
        past = Paper(self._words, width).heading(_("What happened, the newest first"))
        self._head = [*head(self.card, self._settings, width), *past]
        self.virtual_size = Size(self.size.width, len(self._head) + len(self.card.points))
        self.refresh()

    @property
    def _width(self) -> int:
        return max(24, self.scrollable_content_region.width)

    @property
    def ticket(self) -> int | None:
        """The ticket of the line under the cursor."""
        found = self._moments.get(self.cursor)
        return found.ticket if found else None

    def move(self, way: str) -> None:
        """Move the cursor: `down`, `page_up`, `last`, …; at the first line the head is shown."""
        full = max(1, self.size.height - 2)
        last = max(0, len(self.card.points) - 1)
        target = {
            "down": self.cursor + 1,
            "up": self.cursor - 1,
            "page_down": self.cursor + full,
            "page_up": self.cursor - full,
            "half_down": self.cursor + full // 2,
            "half_up": self.cursor - full // 2,
            "first": 0,
            "last": last,
        }[way]
        self.cursor = max(0, min(target, last))
        at, top, rows = len(self._head) + self.cursor, self.scroll_offset.y, self.size.height
        if target < 0 or self.cursor == 0:
            top = max(0, top - full) if target < 0 else min(top, max(0, at - rows + 1))
            top = 0 if at < rows else top
        elif at < top:
            top = at
        elif at >= top + rows:
            top = at - rows + 1
        self.set_scroll(None, top)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line."""
        index = self.scroll_offset.y + y - len(self._head)
        width = self._width
        if index < 0:
            return strip([(" ", "text"), *self._head[index]], self._palette, width, "back")
        if index >= len(self.card.points):
            return strip([], self._palette, width, "back")
        moment = self._moments.get(index)
        if moment is None:
            self.wanted(index)
            return strip([], self._palette, width, "back")
        here = index == self.cursor
        shown = line(moment, self._words, width - 2)
        mark = ("▌" if here else " ", "primary")
        return strip([mark, *shown], self._palette, width, "cursor" if here else "back")


class CustomerCard(ModalScreen[int | None]):
    """The card; Enter opens the ticket of a line, any of the leaving keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,I", "leave", show=False),
        Binding("enter", "open", show=False),
        *(Binding(keys, f"move({way!r})", show=False) for way, keys in _MOVES.items()),
    ]

    def __init__(
        self, card: Card, settings: Settings, palette: Mapping[str, Style], more: More
    ) -> None:
        super().__init__()
        self._past = Past(card, settings, palette)
        self._past.wanted = self._want
        self._more = more
        self._asked: set[int] = set()

    def compose(self) -> ComposeResult:
        """The past, and the line that says which keys work."""
        yield self._past
        keys = [("j k", _("read")), ("Enter", _("open the ticket")), ("Esc", _("back"))]
        parts = [part for key, word in keys for part in ((f" {key}", "$primary bold"), f" {word} ")]
        yield Static(content(*parts), id="customer-keys", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lines are laid out for a width."""
        del event
        self.call_after_refresh(self._past.lay_out)

    def _want(self, index: int) -> None:
        """A line came into view that was not read yet."""
        start = index // _PART * _PART
        if start not in self._asked:
            self._asked.add(start)
            self.run_worker(self._read(start))

    async def _read(self, start: int) -> None:
        points = self._past.card.points[start : start + _PART]
        self._past.put(start, await self._more(points))

    def action_move(self, way: str) -> None:
        """Read on."""
        self._past.move(way)

    def action_open(self) -> None:
        """Open the ticket of the line under the cursor, where it is about one."""
        if self._past.ticket is not None:
            self.dismiss(self._past.ticket)

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss(None)
