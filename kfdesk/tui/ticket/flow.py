"""Lines that a mail program broke, put together again for a pane that is narrower than they are."""

from __future__ import annotations

import re
from itertools import pairwise

from rich.cells import cell_len

#: A text whose longest line is so wide was broken by a program, not by who wrote it.
_BROKEN_AT = range(60, 91)
#: Prose, so far as it can be told: no list, no quote, no table, no code, nothing with an address.
_PROSE = re.compile(r"[^\W\d_][^\t<]*|\d+[^\s.)\d][^\t<]*|[(\"'“‘«„¿¡][^\t<]*")
_LAID_OUT = re.compile(r"\S {3,}\S|://|^\w[\w .-]{0,24}:\s")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uff00-\uffef]")


def flowed(text: str, width: int) -> str:
    """The text with a blank for each line's end at which no more would have fitted.

    As long as it was: a place in it stays the same place. As it is where the pane is wide enough,
    or the text was not broken at a width.
    """
    lines = text.split("\n")
    longest = max((cell_len(line) for line in lines if " " in line.strip()), default=0)
    if longest <= width or longest not in _BROKEN_AT:
        return text
    parts = lines[:1]
    for before, line in pairwise(lines):
        parts += [" " if _goes_on(before, line, longest) else "\n", line]
    return "".join(parts)


def _goes_on(before: str, line: str, longest: int) -> bool:
    """Whether a line is the last one's sentence, broken because its first word did not fit."""
    # A paragraph's first line may be indented; code's next line is, too.
    if not (_is_prose(before.lstrip(" ")) and _is_prose(line)) or _WIDE.match(before[-1] + line[0]):
        return False
    return cell_len(before) + 1 + cell_len(line.split(" ", 1)[0]) > longest


def _is_prose(line: str) -> bool:
    return " " in line.strip() and bool(_PROSE.fullmatch(line)) and not _LAID_OUT.search(line)
