"""Where what is looked for stands in a text, and the text parted there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kfdesk.text import fold


class _Fold(dict[int, str]):
    """How each character is compared, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold(chr(code))
        return folded


_fold = _Fold()


def spans(text: str, wanted: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where hits stand in a text, from and up to, of a pattern of folded text."""
    if text.isascii():
        return [hit.span() for hit in wanted.finditer(text.lower()) if hit[0]]
    folded = [_fold[ord(letter)] for letter in text]
    places = [place for place, letters in enumerate(folded) for _letter in letters]
    return [
        (places[hit.start()], places[hit.end() - 1] + 1)
        for hit in wanted.finditer("".join(folded))
        if hit[0]
    ]


def parted(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """A text in pieces, and of each whether it is a hit."""
    done = 0
    for start, end in spans:
        if start > done:
            yield text[done:start], False
        if end > done:  # two hits may stand in one letter: "ss" twice in "ßß"
            yield text[max(start, done) : end], True
            done = end
    if done < len(text):
        yield text[done:], False
