"""Why a ticket is as it is, over the whole screen: the same page as `kfdesk why`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from kfdesk.actions import Scope
from kfdesk.desk.why.facts import Why
from kfdesk.desk.why.page import Choice, page
from kfdesk.desk.why.words import Words
from kfdesk.i18n import _
from kfdesk.tui.lines.page import Line, Page
from kfdesk.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


class Explanation(Sheet[None]):
    """The page; what was not asked is folded, and unfolded on demand."""

    scope_of_keys = Scope.WHY
    VERBS: ClassVar = {
        "why.unfold": lambda self, _argument: self.unfold(),
        "why.next": lambda self, _argument: self.body.move("next"),
        "why.previous": lambda self, _argument: self.body.move("previous"),
    }

    def __init__(self, main: Main, found: Why, words: Words, event: int = 0) -> None:
        super().__init__(main)
        self._found, self._words = found, words
        self._choice = Choice()
        self._event = event  # the page begins there
        self._page = Page(main.palette)

    def title_parts(self) -> list[str | tuple[str, str]]:
        """Which ticket."""
        return [(_("Why #{number} is as it is").format(number=self._found.number), "bold")]

    def parts(self) -> ComposeResult:
        """The page."""
        yield self._page

    def lay_out(self) -> None:
        """Lines are laid out for a width."""
        lines = list(page(self._found, self._words, self._page.width, self._choice))
        self._page.show(lines)
        if self._event:
            self._page.set_scroll(None, self._begins(lines))
            self._event = 0

    def _begins(self, lines: Sequence[Line]) -> int:
        """The line at which that event begins; every event's line has its number."""
        mark = _("(event {id})").format(id=self._event)
        told = ("".join(text for text, _style in line) for line in lines)
        return next((at for at, text in enumerate(told) if mark in text), 0)

    def unfold(self) -> None:
        """A line for every rule, or those together that have one reason."""
        self._choice = replace(self._choice, everything=not self._choice.everything)
        self.lay_out()
