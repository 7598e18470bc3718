"""Who the customer is and how the ticket stands: a pane of its own, or two lines above."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from kfdesk.tui.lines.content import content
from kfdesk.tui.lines.page import target
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source.source import Reading
from kfdesk.tui.ticket import standing
from kfdesk.tui.ticket.finding import Finding


class Head(Static):
    """The ticket's subject, and its state in one line."""

    _said = content()
    _shown: tuple[Reading, Who, Finding | None] | None = None

    def show(self, reading: Reading | None, who: Who, finding: Finding | None) -> None:
        """Show a ticket, who else has it open, and what is looked for in it; or nothing."""
        self._shown = (reading, who, finding) if reading else None
        self._say()

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._say()

    def _say(self) -> None:
        width = self.content_size.width
        said = standing.head(*self._shown, width) if self._shown and width else content()
        if not self._said.is_same(said):
            self._said = said
            self.update(said)


class Facts(VerticalScroll, can_focus=True):
    """Everything about customer and ticket that is not conversation."""

    def __init__(self) -> None:
        super().__init__(id="facts")
        self._text = Static(markup=False)
        self._shown: tuple[Reading, Who] | None = None
        self._said = content()

    def compose(self) -> ComposeResult:
        """The text."""
        yield self._text

    def show(self, reading: Reading | None, who: Who) -> None:
        """Show a ticket, or nothing; another one from its top."""
        before = self._shown
        self._shown = (reading, who) if reading else None
        self._say()
        if reading and before and before[0].ticket.number != reading.ticket.number:
            self.scroll_to(y=0, animate=False)

    def tick(self) -> None:
        """Time has passed: what is left is told anew."""
        if self._shown and self._shown[0].clocks and self.display:
            self._say()

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._say()

    def _say(self) -> None:
        width = self.scrollable_content_region.width
        said = standing.facts(*self._shown, width) if self._shown else content()
        if not self._said.is_same(said):
            self._said = said
            self._text.update(said)

    def move(self, way: str) -> None:
        """Scroll."""
        to = target(way, self.scroll_offset.y, max(1, self.size.height - 2), self.max_scroll_y)
        self.scroll_to(y=to, animate=False)
