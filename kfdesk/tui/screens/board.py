"""The board: how the desk stands now. Enter on a figure lists the tickets that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, cast

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.strip import Strip

from kfdesk.actions import Scope
from kfdesk.desk.why.paper import Paper
from kfdesk.desk.why.words import Words
from kfdesk.i18n import _
from kfdesk.tui.lines.content import laid_over
from kfdesk.tui.lines.page import Page
from kfdesk.tui.lines.when import clock
from kfdesk.tui.screens.seldom import Seldom
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.reports.blocks import Block, Spot
    from kfdesk.reports.board import Board
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main

#: Time passes where nothing happens.
_AT_LEAST = timedelta(minutes=1)


class Figures(Page):
    """Lines with a cursor that goes from figure to figure."""

    class Chosen(Message):
        """A figure was clicked a second time."""

    def __init__(self, palette: Mapping[str, Style]) -> None:
        super().__init__(palette)
        self._spots: list[Spot] = []
        self._index = 0
        self.still = False  # nobody is at the keys

    @property
    def spot(self) -> Spot | None:
        """The figure under the cursor."""
        return self._spots[self._index] if self._spots else None

    def put(self, block: Block) -> None:
        """Show a board; the cursor stays on what it is on."""
        before = self.spot and (self.spot.query, self.spot.ticket)
        keys = [(spot.query, spot.ticket) for spot in block.spots]
        last = max(0, len(keys) - 1)
        self._spots = block.spots
        self._index = keys.index(before) if before in keys else min(self._index, last)
        self.show(block.lines)

    def move(self, way: str) -> None:
        """To the nearest figure above or below; by the page, to the first, to the last."""
        if not self._spots or self.still:
            super().move(way)
            return
        here = self._spots[self._index]
        step = {"up": -1, "down": 1, "half_up": -8, "half_down": 8, "page_up": -16, "page_down": 16}
        if way in ("first", "last"):
            self._go(0 if way == "first" else len(self._spots) - 1)
        elif way in ("next", "previous"):
            self.beside(1 if way == "next" else -1)
        else:
            self._go(self._nearest(here, step[way]))

    def _nearest(self, here: Spot, step: int) -> int:
        """The figure nearest to the column, so many lines on, or the first one after that."""
        later = [n for n, spot in enumerate(self._spots) if (spot.line - here.line) * step > 0]
        if not later:
            return self._index
        return min(
            later,
            key=lambda n: (
                abs(self._spots[n].end - here.end) > 14,
                abs(abs(self._spots[n].line - here.line) - abs(step)),
                abs(self._spots[n].end - here.end),
            ),
        )

    def beside(self, step: int) -> None:
        """To the figure at the left or right."""
        self._go(max(0, min(len(self._spots) - 1, self._index + step)))

    def _go(self, index: int) -> None:
        self._index = index
        line = self._spots[index].line
        top, lines = self.scroll_offset.y, max(1, self.size.height)
        if line < top or index == 0:
            self.set_scroll(None, 0 if index == 0 else line)
        elif line >= top + lines:
            self.set_scroll(None, line - lines + 1)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a figure; choose it if it was there."""
        line, column = self.scroll_offset.y + event.y, event.x - 1
        for index, spot in enumerate(self._spots):
            if spot.line == line and spot.start <= column < spot.end:
                if index == self._index:
                    self.post_message(self.Chosen())
                self._go(index)

    def render_line(self, y: int) -> Strip:
        """One line, with the figure under the cursor on a ground of its own."""
        drawn, spot = super().render_line(y), self.spot
        if spot is None or self.still or spot.line != self.scroll_offset.y + y:
            return drawn
        return laid_over(drawn, spot.start + 1, spot.end + 1, self._palette["cursor"])


class BoardSheet(Seldom):
    """The figures; for a wall without keys, in large digits."""

    scope_of_keys = Scope.BOARD
    VERBS: ClassVar = {
        "board.left": lambda self, _argument: self.figures.beside(-1),
        "board.right": lambda self, _argument: self.figures.beside(1),
        "board.wall": lambda self, _argument: self.toggle_wall(),
    }

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self.figures = Figures(main.palette)
        self.found: Board | None = None
        self._words = Words.of(main.settings)

    def title_parts(self) -> list[str | tuple[str, str]]:
        """The desk, and when it was looked at."""
        parts: list[str | tuple[str, str]] = [(self.main.settings.desk.name, "bold $primary")]
        if self.found is None:
            return [*parts, ("  " + _("counting …"), "$ink-muted")]
        at = clock(self.found.at, self.found.at, self._words.zone)
        return [*parts, ("  " + _("at {time}").format(time=at), "$ink-muted")]

    def parts(self) -> ComposeResult:
        """The figures."""
        yield self.figures

    async def load(self) -> None:
        """Count."""
        from kfdesk.reports.board import board

        ask = desk_of(self.main).do
        self.found = await self.main.threads.query(ask, lambda desk, me: board(desk, me.name))
        self.lay_out()
        self.say()

    def tick(self) -> None:
        """Time passes: what was not due is due."""
        if self.found is not None and self.main.who.now() - self.found.at >= _AT_LEAST:
            self.attempt(self.changed())

    def lay_out(self) -> None:
        """Lines are laid out for a width."""
        from kfdesk.reports.board_page import laid

        if self.found is not None:
            paper, height = Paper(self._words, self.figures.width), self.figures.size.height
            self.figures.put(laid(paper, self.found, wall=self.figures.still, height=height))

    def toggle_wall(self) -> None:
        """For the wall: only the board, in large digits, brought up to date by itself."""
        self.figures.still = not self.figures.still
        self.set_class(self.figures.still, "-wall")
        self.call_after_refresh(self.lay_out)

    def leave(self) -> None:
        """From the wall back to the figures, from there to where one was."""
        if self.figures.still:
            self.toggle_wall()
        else:
            super().leave()

    def on_figures_chosen(self) -> None:
        """A second click opens like Enter."""
        self.perform("sheet.open")

    def open(self) -> None:
        """List the tickets of the figure under the cursor, or read the one it stands for."""
        if self.figures.still or (spot := self.figures.spot) is None:
            return
        if spot.ticket:
            self.open_ticket(spot.ticket)
            return
        cast("Console", self.app).to_main()
        self.main.perform("queue.filter", spot.query)
