"""The row of open tickets above the conversation: a number and a few words of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.message import Message

from kfdesk.cells import fit, plain_line
from kfdesk.tui.frame.bars import Bar
from kfdesk.tui.lines.content import content

#: The cells that a subject takes at most, and those that a tab takes beside it.
_WORDS, _AROUND = 22, 3


@dataclass(frozen=True, slots=True)
class Tab:
    """An open ticket."""

    number: int
    subject: str = ""
    draft: bool = False


class Tabs(Bar):
    """Says which tickets are open, where there are several; a click goes to one."""

    @dataclass
    class Chosen(Message):
        """A ticket was clicked."""

        number: int

    def __init__(self) -> None:
        super().__init__(id="tabs", markup=False)
        self._ends: list[tuple[int, int]] = []  # where each tab ends, and its ticket

    def show(self, tabs: Sequence[Tab], here: int | None, width: int) -> None:
        """Say it in the room there is: the one that is read, and as many around it as fit."""
        self.display = len(tabs) > 1
        if not self.display:
            return
        words = _room(tabs, width)
        shown = list(tabs)
        while len(shown) > 1 and sum(_size(tab, words) for tab in shown) > width:
            at = next((n for n, tab in enumerate(shown) if tab.number == here), 0)
            shown.pop(0 if at > len(shown) // 2 else -1)
        parts: list[str | tuple[str, str]] = []
        self._ends, end = [], 0
        for tab in shown:
            chosen = tab.number == here
            style = "bold $primary" if chosen else "$ink-muted"
            mark = ("•", "$warning bold") if tab.draft else (" ", "")
            subject = f" {_subject(tab, words)}" if words else ""
            parts += [mark, (f"{tab.number}", style), (f"{subject} ", style), ("▏", "$panel")]
            end += _size(tab, words)
            self._ends.append((end, tab.number))
        self.say(content(*parts))

    def on_click(self, event: events.Click) -> None:
        """Go to the ticket that was clicked."""
        for end, number in self._ends:
            if event.x < end:
                self.post_message(self.Chosen(number))
                return


def _room(tabs: Sequence[Tab], width: int) -> int:
    """The cells of each subject, so that all tabs fit; 0 for numbers alone."""
    numbers = sum(_size(tab, 0) + 1 for tab in tabs)
    words = min(_WORDS, (width - numbers) // len(tabs))
    return words if words >= 6 else 0


def _subject(tab: Tab, words: int) -> str:
    """As much of the subject as fits, without blanks behind it."""
    return fit(plain_line(tab.subject), words).rstrip()


def _size(tab: Tab, words: int) -> int:
    subject = cell_len(_subject(tab, words)) + 1 if words else 0
    return len(str(tab.number)) + subject + _AROUND
