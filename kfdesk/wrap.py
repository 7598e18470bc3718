"""Breaking a line at a width in cells: Latin between words, Chinese between characters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

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
#: A line of so many times its cells in characters is none: marks over letters take no cell.
_MOST = 4


def spans(line: str, width: int, unbroken: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return where each piece of `line` begins and ends, of at most `width` cells; never empty.

    What stands at the places of `unbroken`, in order, is left whole where a line has room for it.
    """
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
        *whole, rest = _chopped(token, at, width, unbroken) if size > width else [token]
        for piece in whole:
            found.append((at, at + len(piece)))
            at += len(piece)
        start, end, used = at, match.end(), cell_len(rest)
    return [*found, (start, end)] if end > start or not found else found


def _chopped(token: str, at: int, width: int, unbroken: Sequence[tuple[int, int]]) -> Sequence[str]:
    """A word that is longer than a line, in pieces; `at` is its place."""
    next_one = bisect_left(unbroken, (at,))
    if next_one == len(unbroken) or unbroken[next_one][0] >= at + len(token):
        return chop_cells(token, width)
    pieces: list[str] = []
    done = 0
    while done < len(token):
        piece = chop_cells(token[done : done + _MOST * width], width)[0] or token[done]
        end = at + done + len(piece)
        first, last = unbroken[max(0, bisect_left(unbroken, (end,)) - 1)]
        if at + done < first < end < last:
            piece = token[done : first - at]
        pieces.append(piece)
        done += len(piece)
    return pieces


def wrap(line: str, width: int) -> list[str]:
    """Return `line` as lines of at most `width` cells; never empty."""
    return [line[start:end] for start, end in spans(line, width)]


def wrap_parts(parts: Sequence[Part], width: int) -> list[tuple[Part, ...]]:
    """The same for one line of parts in several styles."""
    text = "".join(part for part, _style in parts)
    return list(cuts(parts, spans(text, width)))


def cut(parts: Sequence[Part], start: int, end: int) -> tuple[Part, ...]:
    """Return what stands between two places of a line of parts."""
    return next(cuts(parts, [(start, end)]))


def cuts(parts: Sequence[Part], places: Iterable[tuple[int, int]]) -> Iterator[tuple[Part, ...]]:
    """Return what stands between each two of places that follow one another, in one reading."""
    index = at = 0
    for start, end in places:
        while index < len(parts) and at + len(parts[index][0]) <= start:
            at += len(parts[index][0])
            index += 1
        line: list[Part] = []
        here, begin = index, at
        while here < len(parts) and begin < end:
            text, style = parts[here]
            if piece := text[max(0, start - begin) : end - begin]:
                line.append((piece, style))
            here, begin = here + 1, begin + len(text)
        yield tuple(line)
