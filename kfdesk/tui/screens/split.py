"""A sheet of two parts: a list, and beside or below it a page about what the cursor is on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Container

from kfdesk.desk.why.paper import Paper
from kfdesk.desk.why.words import Words
from kfdesk.text import fold
from kfdesk.tui.lines.page import Line, Page
from kfdesk.tui.lines.table import Column, Row, Table
from kfdesk.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


class Split(Sheet[Any]):
    """The list is on the left, its page on the right; on a narrow terminal below it.

    A split says its `columns`, its `rows` and what the page tells `about` one of them; where `/`
    narrows it to those with a text, its rows are those that have `text`.
    """

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 -- as Screen declares it
        (0, "-narrow"),
        (100, "-medium"),
    ]

    def __init__(self, main: Main) -> None:
        super().__init__(main)
        self.table, self.page = Table(main.palette), Page(main.palette)
        self.words = Words.of(main.settings)
        self.text = ""  # folded

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        raise NotImplementedError

    def rows(self) -> Sequence[Row]:
        """The rows of the list, as they were read."""
        raise NotImplementedError

    def about(self, key: Hashable, paper: Paper) -> Sequence[Line]:
        """What the page tells of a row."""
        raise NotImplementedError

    def parts(self) -> ComposeResult:
        """The list and the page."""
        with Container(classes="split"):
            yield self.table
            yield self.page

    def zoom(self) -> None:
        """Read the page whole, or see the list again."""
        zoomed = not self.has_class("-zoomed")
        self.set_class(zoomed, "-zoomed")
        self.set_focus(self.page if zoomed else self.table)
        self.call_after_refresh(self.lay_out)

    def leave(self) -> None:
        """From the page back to the list, from the list to where one was."""
        if self.has_class("-zoomed"):
            self.zoom()
        else:
            super().leave()

    def refresh_rows(self) -> None:
        """Show what was read."""
        self.table.show(self.columns(), self.rows())
        self.refresh_page()
        self.say()

    def refresh_page(self, *, top: bool = False) -> None:
        """Show the page of the row under the cursor."""
        key, paper = self.table.key, Paper(self.words, self.page.width)
        self.page.show([] if key is None else list(self.about(key, paper)), top=top)

    def filtered(self, text: str) -> None:
        """Only the rows that have the text."""
        self.text = fold(text)
        self.refresh_rows()

    def lay_out(self) -> None:
        """Lines are laid out for a width."""
        self.refresh_page()

    def on_table_moved(self, event: Table.Moved) -> None:
        """The page follows the cursor."""
        event.stop()
        self.moved()

    def moved(self) -> None:
        """The cursor is on another row."""
        self.refresh_page(top=True)
