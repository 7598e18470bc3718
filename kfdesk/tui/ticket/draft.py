"""The text that is being written: cleaned where it is pasted, wrong words underlined."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rich.text import Text
from textual import events
from textual.widgets import TextArea

from kfdesk.desk.conversation.spelling import words_of
from kfdesk.text import clean, fold

_WRONG = "underline"


def offers(names: Sequence[str], before: str) -> tuple[str, ...]:
    """Return the names that the word before the cursor may become, if it begins with an @."""
    _text, at, begun = before.rpartition("@")
    if not at or any(letter.isspace() for letter in begun) or fold(begun) in map(fold, names):
        return ()
    return tuple(name for name in names if fold(name).startswith(fold(begun)))


class Draft(TextArea):
    """The text."""

    offers: Sequence[str] = ()  # what Tab makes of the word before the cursor
    wrong: Collection[str] = ()  # words that a dictionary does not know

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "tab" and self.offers:
            event.prevent_default()
            event.stop()
            row, column = self.cursor_location
            begun = len(self.document.get_line(row)[:column].rpartition("@")[2])
            self.replace(f"{self.offers[0]} ", (row, column - begun), (row, column))
            return
        await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(clean(event.text)))
        event.prevent_default()
        event.stop()

    # --- spelling

    def get_line(self, line_index: int) -> Text:
        """A line, its wrong words underlined."""
        line = super().get_line(line_index)
        if self.wrong:
            for start, word in words_of(line.plain):
                if word in self.wrong:
                    line.stylize(_WRONG, start, start + len(word))
        return line

    def mark(self, wrong: Collection[str]) -> None:
        """Underline these words from now on."""
        if wrong != self.wrong:
            self.wrong = wrong
            self._line_cache.clear()
            self.refresh()

    def next_wrong(self) -> tuple[int, int, str] | None:
        """The place of the next wrong word behind the cursor, else of the first one."""
        found = list(self._wrong_places())
        behind = [one for one in found if one[:2] > self.cursor_location]
        return next(iter([*behind, *found]), None)

    def _wrong_places(self) -> Iterator[tuple[int, int, str]]:
        for row in range(self.document.line_count):
            for column, word in words_of(self.document.get_line(row)):
                if word in self.wrong:
                    yield row, column, word
