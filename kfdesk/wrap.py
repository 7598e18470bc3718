"""Breaking a line at a width in cells: Latin between words, Chinese between characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells

from kfdesk.cells import Part

#: What must not end a line, and what must not begin one (kinsoku): brackets, stops, small kana.
_OPENING = "（《〈「『【〔［｛〖“‘￥＄£"
_CLOSING = (
    "，。、；：？！）》〉」』】〕］｝〗”’…—·・％℃"
    "々〻ーゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
#: What also must not, behind a wide character.
_ALSO = r",.;:?!%)}\]"
_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f"
    "\uff00-\uff60\uffe0-\uffe6\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
#: Blanks; a wide character, or a word, with the punctuation that must not leave it. At most so
#: many in a row: a line of nothing else has no better place to be broken.
_TOKEN = re.compile(
    rf"\s+|[{_OPENING}]{{0,4}}(?:(?![{_OPENING}])[{_WIDE}][{_CLOSING}{_ALSO}]{{0,6}}"
    rf"|[^\s{_WIDE}{_OPENING}]+[{_CLOSING}]{{0,6}})|[{_OPENING}]",
    re.UNICODE,
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
    return [cut(parts, start, end) for start, end in spans(text, width)]


def cut(parts: Sequence[Part], start: int, end: int) -> tuple[Part, ...]:
    """Return what stands between two places of a line of parts."""
    at, line = 0, []
    for part, style in parts:
        piece = part[max(0, start - at) : max(0, end - at)]
        at += len(part)
        if piece:
            line.append((piece, style))
    return tuple(line)
