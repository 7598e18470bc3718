"""A letter as it would leave, over the whole screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from kfdesk import labels
from kfdesk.cells import Part, fit, plain_line
from kfdesk.i18n import _
from kfdesk.tui.lines.page import Line, Page
from kfdesk.tui.screens.sheet import Sheet
from kfdesk.wrap import wrap_parts

if TYPE_CHECKING:
    from kfdesk.desk.sending.preview import Preview
    from kfdesk.tui.main import Main

_NAMES = 14  # cells for the names of the head's lines


class LetterPage(Sheet[None]):
    """The page; q and Esc lead back to what is written."""

    def __init__(self, main: Main, number: int, letter: Preview) -> None:
        super().__init__(main)
        self._number, self._letter = number, letter
        self._page = Page(main.palette)

    def title_parts(self) -> list[str | tuple[str, str]]:
        """What it is."""
        told = _("#{number}: what leaves, {size}").format(
            number=self._number, size=labels.size(self._letter.size)
        )
        return [(told, "bold"), "   ", (_("nothing has left yet"), "$warning")]

    def parts(self) -> ComposeResult:
        """The page."""
        yield self._page

    def lay_out(self) -> None:
        """Lines are laid out for a width."""
        self._page.show(list(self._lines(self._page.width)))

    def _lines(self, width: int) -> Iterator[Line]:
        head = [(name, plain_line(value)) for name, value in self._letter.head]
        if self._letter.bcc:
            told = _("{people} (named in no header)").format(people=", ".join(self._letter.bcc))
            head.append(("Bcc", plain_line(told)))
        for name, value in head:
            label: Part = (fit(name, _NAMES) + "  ", "muted")
            for line in wrap_parts([(value, "text")], max(8, width - _NAMES - 2)):
                yield (label, *line)
                label = (" " * (_NAMES + 2), "text")
        for file in self._letter.files:
            yield ((plain_line(f"▫ {file}"), "accent"),)
        yield ()
        for said in self._letter.text.splitlines():
            style = "muted" if said.startswith((">", "-- ")) else "text"
            yield from wrap_parts([(plain_line(said) or " ", style)], width)
