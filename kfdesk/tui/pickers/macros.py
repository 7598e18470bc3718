"""Macros to choose from, each shown with what it would do to the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from kfdesk.i18n import _
from kfdesk.tui.lines.content import content
from kfdesk.tui.pickers.picker import Choice, Previewed


class Macros(Previewed):
    """The list narrows as one types; below it stands what the one under the cursor would do."""

    def __init__(self, title: str, choices: Sequence[Choice], previews: Mapping[str, str]) -> None:
        super().__init__(title, choices)
        self._previews = previews

    def previewed(self, choice: Choice | None) -> Content:
        """What it would do."""
        if choice is not None:
            return content(self._previews[choice.value])
        if self._previews:
            return content(_("Nothing has these words"))
        return content(
            _("There are no macros for this ticket: write a [[macro]] into the configuration")
        )
