"""Lines of a width that parts in several styles are laid out on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len

from kfdesk import labels
from kfdesk.cells import Part, fit
from kfdesk.desk.why.words import Words
from kfdesk.i18n import _
from kfdesk.text import clean_line
from kfdesk.wrap import wrap_parts

#: Styles are named as in the console: strong, text, muted, faint, success, warning, error, primary.
Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """How wide the lines are, and the words that are written on them."""

    words: Words
    width: int

    def text(self, *parts: Part, indent: int = 0, hang: int = 0) -> Iterator[Line]:
        """Parts as lines; later ones stand `hang` cells further in."""
        room = max(8, self.width - indent - hang)
        for n, line in enumerate(wrap_parts([part for part in parts if part[0]], room)):
            blank = " " * (indent + (hang if n else 0))
            yield ((blank, "text"), *line) if blank else line

    def heading(self, title: str) -> Iterator[Line]:
        """A title with a rule up to the edge."""
        yield ()
        title = fit(title, min(cell_len(title), self.width))
        rule = f" {'─' * self.width}"[: self.width - cell_len(title)]
        yield ((title, "primary"), (rule, "faint"))

    def table(
        self, rows: Sequence[Sequence[str]], styles: Sequence[str], indent: int, most: Sequence[int]
    ) -> Iterator[Line]:
        """Rows in columns of at most so many cells; the last column wraps under itself.

        Where a cell is too long for its column it stands whole, and the rest goes below.
        """
        sizes = [[cell_len(row[n]) for row in rows] for n in range(len(most))]
        widths = [
            max((size for size in column if size <= limit), default=0)
            for column, limit in zip(sizes, most, strict=True)
        ]
        for row in rows:
            parts: list[Part] = []
            room = 0
            for text, style, width in zip(row, styles, widths, strict=False):
                room += width + 2
                if cell_len(text) > width:
                    yield from self.text(*parts, (text, style), indent=indent, hang=2)
                    parts = [(" " * room, "text")]
                else:
                    parts.append((fit(text, width) + "  ", style))
            if not row[-1]:  # nothing is left to say, and no blank line either
                if any(text.strip() for text, _style in parts):
                    yield ((" " * indent, "text"), *parts)
                continue
            for line in wrap_parts([(row[-1], styles[-1])], max(8, self.width - indent - room)):
                yield ((" " * indent, "text"), *parts, *line)
                parts = [(" " * room, "text")]

    def changes(self, changes: Mapping[str, tuple[Any, Any]], indent: int) -> Iterator[Line]:
        """What became of fields: before → after; of tags, which came and which went."""
        words = self.words
        for name, (old, new) in changes.items():
            label = (_("{name}: ").format(name=words.label(name)), "muted")
            if isinstance(old or new, list | tuple):
                parts = [
                    (f"  {clean_line(one)}", "strong" if one[0] == "+" else "muted")
                    for one in labels.difference(old, new)
                ]
            else:
                parts = [(words.value(name, old), "muted"), (" → ", "faint")]
                parts.append((words.value(name, new), "strong"))
            yield from self.text(label, *parts, indent=indent, hang=2)
