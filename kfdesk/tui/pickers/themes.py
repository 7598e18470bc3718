"""Themes to choose from; the whole console wears the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.widgets import OptionList

from kfdesk.tui.pickers.picker import Picker

if TYPE_CHECKING:
    from kfdesk.tui.console import Console


class Themes(Picker):
    """The list narrows as one types; Esc gives back the theme that was worn."""

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Wear the one under the cursor."""
        event.stop()
        if (choice := self.chosen) is not None:
            cast("Console", self.app).wear(choice.value)
