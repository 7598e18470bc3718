"""The only place that turns text into what Textual shows, cleaned once more and never markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from kfdesk.cells import Part, plain
from kfdesk.tui.looks.colors import on

if TYPE_CHECKING:
    from textual.app import App


def content(*parts: str | tuple[str, str]) -> Content:
    """Return text for a widget; a part may carry a Textual style (`$warning`, `bold`)."""
    result = Content()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        piece = plain(text)
        result += Content.styled(piece, style) if style and piece else Content(piece)
    return result


def strip(parts: Iterable[Part], palette: Mapping[str, Style], width: int, base: str) -> Strip:
    """Return a line of exactly `width` cells for a line view, on the ground that `base` names."""
    ground = palette[base]
    segments: list[Segment] = []
    for text, style in parts:
        piece, ink = plain(text).replace("\n", " "), palette[style]
        # Blanks go with what stands before them: half as many bytes for the terminal.
        if segments and ink.bgcolor is None and piece.isspace() and _bare(segments[-1], ground):
            segments[-1] = Segment(segments[-1].text + piece, segments[-1].style)
        elif piece:
            segments.append(Segment(piece, on(ink, ground)))
    return Strip(segments).adjust_cell_length(width).apply_style(ground)


def laid_over(line: Strip, start: int, end: int, style: Style) -> Strip:
    """Return a line with a style over some of its cells, whatever reversal they had."""
    here = line.crop(start, end).apply_style(Style(reverse=False))
    lit = [segment._replace(style=(segment.style or Style()) + style) for segment in here]
    return Strip.join([line.crop(0, start), Strip(lit), line.crop(end)])


def half_blocks(
    parts: Iterable[Part],
    pixels: Sequence[tuple[tuple[int, int, int], tuple[int, int, int]]],
    palette: Mapping[str, Style],
    width: int,
    base: str,
) -> Strip:
    """Return a line with a row of a picture behind `parts`: two pixels a cell, one above."""
    segments = [Segment(plain(text).replace("\n", " "), palette[style]) for text, style in parts]
    segments += [
        Segment("▀", Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower)))
        for upper, lower in pixels
    ]
    return Strip(segments).adjust_cell_length(width).apply_style(palette[base])


def _bare(segment: Segment, ground: Style) -> bool:
    """Whether nothing of a segment would be seen on a blank behind it."""
    style = segment.style
    return style is not None and style.bgcolor == ground.bgcolor and not style.underline


def notify(
    app: App[Any], text: str, severity: Literal["information", "warning", "error"] = "information"
) -> None:
    """Show a passing notice."""
    app.notify(plain(text), severity=severity, markup=False)
