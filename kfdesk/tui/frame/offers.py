"""Words that may be typed next, in a menu above the line that they are for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.widgets import Static

from kfdesk.cells import fit, plain_line
from kfdesk.tui.lines.content import content

#: A word, and something that explains it.
Offer = tuple[str, str]
_LINES = 8
_WORD, _NOTE = 40, 24


class Offers(Static):
    """A few lines over whatever lies there; it never takes the keys."""

    class Taken(Message):
        """A word was clicked."""

    def __init__(self) -> None:
        super().__init__(id="offers", markup=False)
        self.display = False
        self.start = 0  # where in the line the word begins
        self.chosen = False  # somebody has stepped to a word
        self._offers: Sequence[Offer] = ()
        self._at = 0
        self._column = 0

    @property
    def word(self) -> str | None:
        """The word that is taken next."""
        return self._offers[self._at][0] if self._offers else None

    def show(self, offers: Sequence[Offer], start: int, column: int) -> None:
        """Offer these for the word that begins at `start`, in that column."""
        if (offers, start) == (self._offers, self.start) and self.display == bool(offers):
            return
        self._offers, self.start, self._column = offers, start, column
        self._at, self.chosen = 0, False
        self.display = bool(offers)
        self._paint()

    def close(self) -> None:
        """Offer nothing."""
        self.show((), 0, 0)

    def step(self, step: int) -> None:
        """To the next word, or the one before: the last comes before the first."""
        first = not self.chosen
        self.chosen = True
        if not (first and step > 0):  # the first step down is to the word that is marked already
            self._at = (self._at + step) % len(self._offers)
        self._paint()

    @property
    def _top(self) -> int:
        """The first word in view."""
        return max(0, min(self._at - _LINES // 2, len(self._offers) - _LINES))

    def _paint(self) -> None:
        top = self._top
        seen = self._offers[top : top + _LINES]
        words = max((cell_len(plain_line(word)) for word, _note in seen), default=0)
        notes = max((cell_len(plain_line(note)) for _word, note in seen), default=0)
        word_room, note_room = min(words, _WORD), min(notes, _NOTE)
        parts: list[str | tuple[str, str]] = []
        for place, (word, note) in enumerate(seen, top):
            here = place == self._at
            style = "$background on $primary" if here and self.chosen else "bold" if here else ""
            line = f" {fit(word, word_room)}"
            line += f"  {fit(note, note_room)} " if note_room else " "
            parts += [*(["\n"] if place > top else []), (line, style)]
        self.update(content(*parts))
        self.styles.offset = (self._column, -len(seen) - 1)

    def on_click(self, event: events.Click) -> None:
        """Take the word that was clicked."""
        event.stop()
        place = self._top + event.y
        if place < len(self._offers):
            self._at = place
            self.post_message(self.Taken())
