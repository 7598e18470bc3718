"""What people see: what rich draws, pages that were laid out, instants."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kfdesk.text import clean

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from kfdesk.desk.why.paper import Line

#: The styles of pages that the console shows too.
_STYLES = {
    "text": "",
    "strong": "bold",
    "muted": "dim",
    "faint": "dim",
    "primary": "bold blue",
    "success": "green",
    "warning": "yellow",
    "error": "red",
}


def console() -> Console:
    """Return what draws on stdout, as wide as the terminal; it takes text as it is."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def show(*items: RenderableType) -> None:
    """Draw items below each other."""
    terminal = console()
    for item in items:
        terminal.print(item)


def laid_out(lines: Iterable[Line]) -> None:
    """Print lines that were laid out for the terminal's width."""
    from rich.text import Text

    terminal = console()
    for parts in lines:
        styled = ((clean(text), _STYLES[style]) for text, style in parts)
        terminal.print(Text.assemble(*styled), no_wrap=True, overflow="ignore", crop=False)


def moment(at: datetime, timezone: str) -> str:
    """Return an instant as a person at the desk reads it."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")
