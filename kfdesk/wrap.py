"""Breaking a line at a width in cells: Latin between words, Chinese between characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells

from kfdesk.cells import Part

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


def spans(line: str, width: int) -> list[tuple[int, int]]:
    """Return where each piece of `line` begins and ends, of at most `width` cells; never empty."""
    if cell_len(line) <= width:
        return [(0, len(line))]
    found: list[tuple[int, int]] = []
    start = end = used = 0
    for match in _TOKEN.finditer(line):
        token, at = match[0], match.start()
        size = cell_len(token)
        if used + size <= width:
            end, used = match.end(), used + size
            continue
        if token.isspace():
            used = width + 1  # the line is full, also for a mark that takes no cell
            continue
        if end > start:
            found.append((start, start + len(line[start:end].rstrip())))
        *whole, rest = chop_cells(token, width) if size > width else [token]
        for piece in whole:
            found.append((at, at + len(piece)))
            at += len(piece)
        start, end, used = at, match.end(), cell_len(rest)
    return [*found, (start, end)] if end > start or not found else found


def wrap(line: str, width: int) -> list[str]:
    """Return `line` as lines of at most `width` cells; never empty."""
    return [line[start:end] for start, end in spans(line, width)]


def wrap_parts(parts: Sequence[Part], width: int) -> list[tuple[Part, ...]]:
    """The same for one line of parts in several styles."""
    text = "".join(part for part, _style in parts)
    lines: list[tuple[Part, ...]] = []
    for start, end in spans(text, width):
        at, line = 0, []
        for part, style in parts:
            piece = part[max(0, start - at) : max(0, end - at)]
            at += len(part)
            if piece:
                line.append((piece, style))
        lines.append(tuple(line))
    return lines
