"""The only place that turns text into what Textual shows, cleaned once more and never markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from kfdesk.cells import Part, plain

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
    segments = [
        Segment(plain(text).replace("\n", " "), palette[style]) for text, style in parts if text
    ]
    return Strip(segments).adjust_cell_length(width).apply_style(palette[base])


def notify(
    app: App[Any], text: str, severity: Literal["information", "warning", "error"] = "information"
) -> None:
    """Show a passing notice."""
    app.notify(plain(text), severity=severity, markup=False)
