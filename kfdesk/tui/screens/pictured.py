"""A picture over the whole screen, in half blocks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.geometry import Size
from textual.strip import Strip

from kfdesk import labels
from kfdesk.model import File
from kfdesk.pictures import Picture, small
from kfdesk.tui.lines.content import half_blocks
from kfdesk.tui.lines.page import Page
from kfdesk.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


class Canvas(Page):
    """A picture in the middle of the view."""

    picture: Picture | None = None

    def paint(self, picture: Picture) -> None:
        """Show a picture."""
        self.picture = picture
        self._rows = list(picture.rows())
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        index, width = self.scroll_offset.y + y, self.scrollable_content_region.width
        if self.picture is None or index >= len(self._rows):
            return half_blocks([], (), self._palette, width, "back")
        left = " " * max(0, (width - self.picture.width) // 2)
        return half_blocks([(left, "text")], self._rows[index], self._palette, width, "back")


class Pictured(Sheet[None]):
    """The picture as large as it fits."""

    def __init__(self, main: Main, file: File, picture: Picture) -> None:
        super().__init__(main)
        self._file, self._picture = file, picture
        self._canvas = Canvas(main.palette)

    def title_parts(self) -> list[str | tuple[str, str]]:
        """Its name and its size."""
        wide, high = self._picture.size
        told = f"  {wide} × {high} · {labels.size(len(self._file.content))} · {self._file.type}"
        return [(self._file.name, "bold"), (told, "$ink-muted")]

    def parts(self) -> ComposeResult:
        """The picture."""
        yield self._canvas

    def lay_out(self) -> None:
        """As large as fits."""
        self.attempt(self._fit())

    async def _fit(self) -> None:
        size = self._canvas.size
        fits = await asyncio.to_thread(small, self._file.content, size.width, size.height)
        self._canvas.paint(fits or self._picture)
