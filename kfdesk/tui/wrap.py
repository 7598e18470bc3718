"""Breaking a line at a width in cells: Latin between words, Chinese between characters."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells

_OPENING = "（《〈「『【〔“‘"
_CLOSING = "，。、；：？！）》〉」』】〕”’…—"
_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f"
    "\uff00-\uff60\uffe0-\uffe6\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
#: Blanks; a wide character with the punctuation that must not leave it; a word.
_TOKEN = re.compile(
    rf"\s+|[{_OPENING}]*[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+[{_CLOSING}]*", re.UNICODE
)


def wrap(line: str, width: int) -> list[str]:
    """Return `line` as lines of at most `width` cells; never empty."""
    if cell_len(line) <= width:
        return [line]
    lines: list[str] = []
    current, used = "", 0
    for token in _TOKEN.findall(line):
        size = cell_len(token)
        if used + size <= width:
            current, used = current + token, used + size
            continue
        if token.isspace():
            continue
        if current:
            lines.append(current.rstrip())
        *whole, current = chop_cells(token, width) if size > width else [token]
        lines += whole
        used = cell_len(current)
    return [*lines, current] if current or not lines else lines
