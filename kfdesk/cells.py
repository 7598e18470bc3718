"""Text as a terminal's cells: harmless, and of a width that every terminal agrees about."""

from __future__ import annotations

import re
from typing import Literal

from rich.cells import cell_len, set_cell_size

from kfdesk import text as door

#: Joiners, variation selectors and skin tones: terminals disagree about the width they make.
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")

Part = tuple[str, str]  # text, and the name of a style of the palette


def plain(text: str) -> str:
    """Return `text` harmless, with blanks for tabs; flags are the letters they are made of."""
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


def fit_ends(text: str, width: int) -> str:
    """Return one line of at most `width` cells that keeps its end, as the name of a file must."""
    line = plain_line(text)
    if cell_len(line) <= width:
        return line
    tail = line[-width:]
    while cell_len(tail) > width // 3:
        tail = tail[1:]
    return fit(line, width - cell_len(tail)).rstrip() + tail


def fit_most(text: str, width: int) -> str:
    """Return one line of at most `width` cells."""
    return fit(text, min(width, cell_len(plain_line(text))))
