"""Where a file is saved: a path that completes itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from kfdesk.cells import plain_line
from kfdesk.desk.tickets.files import offered
from kfdesk.tui.frame.prompt import Line
from kfdesk.tui.pickers.picker import Choice, Picker


class Saving(Picker):
    """A path is typed; the list below has what it may become: Tab or ↓ takes, Enter saves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False, priority=True),
    ]
    room = 68
    last: ClassVar[str] = ""  # the folder that something was saved in

    def __init__(
        self, title: str, begin: str, offers: Callable[[str], list[str]] = offered
    ) -> None:
        super().__init__(title, ())
        self._begin, self._offers = begin, offers
        self._typed = ""

    def on_mount(self) -> None:
        """Begin in the folder that was used last."""
        line = self.query_one(Line)
        line.value = plain_line(self._begin)
        line.cursor_position = len(line.value)

    def typed(self, text: str) -> None:
        """Another path: what may become of it is looked up beside the keys."""
        self._typed = text
        self.run_worker(self._look(text), exclusive=True)

    async def _look(self, text: str) -> None:
        found = await asyncio.to_thread(self._offers, text)
        if text == self._typed and self.is_mounted:
            self._shown = [
                Choice(
                    path,
                    path.rstrip("/").rpartition("/")[2] or path,
                    "/" if path.endswith("/") else "",
                )
                for path in found
            ]
            self._fill()
            self.query_one(OptionList).highlighted = None

    def action_complete(self) -> None:
        """Put the path that is highlighted, or what all of them begin with, into the line."""
        chosen = self.chosen
        paths = [choice.value for choice in self._shown]
        if chosen is not None:
            self._put(chosen.value)
        elif len(paths) == 1:
            self._put(paths[0])
        elif paths:
            low, high = min(paths), max(paths)
            same = next((n for n, sign in enumerate(low) if sign != high[n : n + 1]), len(low))
            self._put(max(self._typed, low[:same], key=len))

    def _put(self, path: str) -> None:
        line = self.query_one(Line)
        line.value = path
        line.cursor_position = len(path)

    def on_input_submitted(self, event: Line.Submitted) -> None:
        """Save there; a path that was highlighted is gone into first."""
        event.stop()
        if self.chosen is not None:
            self.action_complete()
        elif self._typed.strip():
            self.dismiss(self._typed)

    def take(self, choice: Choice) -> None:
        """A path was clicked: it stands in the line."""
        self._put(choice.value)
        self.query_one(Line).focus()

    def action_move(self, by: int) -> None:
        """Into the list, and back to the line."""
        listed = self.query_one(OptionList)
        if listed.highlighted is None and by > 0 and self._shown:
            listed.highlighted = 0
        elif listed.highlighted == 0 and by < 0:
            listed.highlighted = None
        else:
            super().action_move(by)
