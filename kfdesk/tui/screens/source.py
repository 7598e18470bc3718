"""The raw source of a message: what came, with nothing in it left that a terminal interprets."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from kfdesk import labels
from kfdesk.actions import Scope
from kfdesk.cells import Part, plain
from kfdesk.hits import parted
from kfdesk.i18n import _
from kfdesk.text import finding
from kfdesk.tui.lines.page import Page
from kfdesk.tui.screens.sheet import Sheet
from kfdesk.wrap import wrap

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

#: More than this is a file in letters; `kfdesk source` gives all of it.
_LARGEST = 1_000_000


class Source(Sheet[None]):
    """Headers and body as they came; what is looked for is marked."""

    scope_of_keys = Scope.SOURCE
    VERBS: ClassVar = {
        "find.next": lambda self, _argument: self.step(1),
        "find.previous": lambda self, _argument: self.step(-1),
    }

    def __init__(self, main: Main, raw: bytes, title: str) -> None:
        super().__init__(main)
        self._bytes, self._title = len(raw), title
        self._text = plain(raw[:_LARGEST].decode("utf-8", "replace"))
        self._page = Page(main.palette)
        self._wanted = ""
        self._hits: list[int] = []  # lines
        self._at = 0

    def title_parts(self) -> list[str | tuple[str, str]]:
        """Whose message, how large, and which hit."""
        parts: list[str | tuple[str, str]] = [
            (_("Raw source: {name}").format(name=self._title), "bold"),
            (f"  {labels.size(self._bytes)}", "$ink-muted"),
        ]
        if self._bytes > _LARGEST:
            parts.append((_("  only the beginning; `kfdesk source` has all of it"), "$warning"))
        if self._wanted:
            at = self._at + 1 if self._hits else 0
            told = _("{n} of {all}").format(n=at, all=len(self._hits))
            parts.append((f"  / {self._wanted}  {told}", "$primary bold"))
        return parts

    def parts(self) -> ComposeResult:
        """The page."""
        yield self._page

    def lay_out(self) -> None:
        """Lines are made for a width; header names stand out, hits are marked."""
        wanted = finding(self._wanted) if self._wanted else None
        lines: list[list[Part]] = []
        self._hits = []
        header = True
        for raw in self._text.split("\n"):
            header = header and bool(raw.strip())
            for text in wrap(raw, self._page.width):
                if wanted is not None and (spans := [m.span() for m in wanted.finditer(text)]):
                    self._hits.append(len(lines))
                    lines.append(
                        [(piece, "hit" if hit else "text") for piece, hit in parted(text, spans)]
                    )
                else:
                    lines.append(_line(text, header=header))
        self._page.show(lines)

    def filtered(self, text: str) -> None:
        """What is looked for is another text."""
        self._wanted, self._at = text, 0
        self.lay_out()
        self.step(0)

    def step(self, by: int) -> None:
        """Show the next line that has it, or the one before."""
        if self._hits:
            self._at = (self._at + by) % len(self._hits)
            self._page.set_scroll(None, max(0, self._hits[self._at] - self._page.size.height // 3))
        self.say()


def _line(text: str, *, header: bool) -> list[Part]:
    name, colon, rest = text.partition(":")
    if header and colon and name and not name[0].isspace() and " " not in name:
        return [(f"{name}:", "accent"), (rest, "text")]
    return [(text, "text" if header else "muted")]
