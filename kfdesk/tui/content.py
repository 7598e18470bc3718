"""The only place that turns text into what Textual shows, cleaned once more and never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from kfdesk import text as door

if TYPE_CHECKING:
    from textual.app import App

#: Joiners, variation selectors and skin tones: terminals disagree about the width they make.
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")

Part = tuple[str, str]  # text, and the name of a style


def plain(text: str) -> str:
    """Return `text` harmless, tabs as blanks, and of a width that every terminal agrees about."""
    text = door.clean(text)
    if not text.isascii():
        text = _JOINERS.sub("", text)
        text = _FLAG.sub(lambda flag: chr(ord(flag[0]) - 0x1F1E6 + ord("A")), text)
    return text.expandtabs(4)


def plain_line(text: str) -> str:
    """Return `text` as one harmless line."""
    return plain(door.clean_line(text)) if text else ""


def fit(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """Return one line of exactly `width` cells, with an ellipsis where something was left out."""
    if width <= 0:
        return ""
    line = plain_line(text)
    size = cell_len(line)
    if size > width:
        return set_cell_size(set_cell_size(line, width - 1).rstrip() + "…", width)
    return " " * (width - size) + line if align == "right" else line + " " * (width - size)


def content(*parts: str | tuple[str, str | Style]) -> Content:
    """Return text for a widget; a part may carry a Textual style (`$warning`, `bold`)."""
    result = Content()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        piece = plain(text)
        result += Content.styled(piece, style) if style and piece else Content(piece)  # type: ignore[arg-type]
    return result


def strip(parts: Iterable[tuple[str, Style]], width: int, base: Style | None = None) -> Strip:
    """Return a line of exactly `width` cells for a line view."""
    segments = [Segment(plain(text).replace("\n", " "), style) for text, style in parts if text]
    line = Strip(segments).adjust_cell_length(width)
    return line.apply_style(base) if base is not None else line


def notify(
    app: App[Any], text: str, severity: Literal["information", "warning", "error"] = "information"
) -> None:
    """Show a passing notice."""
    app.notify(plain(text), severity=severity, markup=False)
