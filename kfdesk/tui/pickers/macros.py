"""Macros to choose from, each shown with what it would do to the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import OptionList, Static

from kfdesk.i18n import _
from kfdesk.tui.content import content
from kfdesk.tui.pickers.picker import Choice, Picker
from kfdesk.tui.prompt import Line


class Macros(Picker):
    """The list narrows as one types; below it stands what the one under the cursor would do."""

    room = 68

    def __init__(self, title: str, choices: Sequence[Choice], previews: Mapping[str, str]) -> None:
        super().__init__(title, choices)
        self._previews = previews

    def compose(self) -> ComposeResult:
        """A title, the line, the list, and what it would do."""
        with Vertical(id="picker"):
            yield Static(content((self._title, "bold")), id="picker-title", markup=False)
            yield Line(id="picker-input", compact=True, placeholder=_("type to find"))
            yield OptionList(id="picker-list", compact=True, markup=False)
            with VerticalScroll(id="picker-preview", can_focus=False):
                yield Static(markup=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what the one under the cursor would do."""
        event.stop()
        self.preview()

    def _fill(self) -> None:
        super()._fill()
        self.preview()

    def preview(self) -> None:
        """Say it."""
        at = self.query_one(OptionList).highlighted
        said = _("Nothing has these words")
        if not self._previews:
            said = _(
                "There are no macros for this ticket: write a [[macro]] into the configuration"
            )
        elif at is not None and at < len(self._shown):
            said = self._previews[self._shown[at].value]
        self.query_one("#picker-preview Static", Static).update(content(said))
