"""Where the words that were looked for stand in a text, so that they can be shown there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfdesk.cells import Part
from kfdesk.store.fulltext.words import CJK, tokens
from kfdesk.text import fold


class _Fold(dict[int, str]):
    """How each character is compared, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold(chr(code))
        return folded


_fold = _Fold()


def pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """What finds any of these words in a folded text, as the full-text index finds them.

    A word with a `*` at its end finds what begins so. None where there is nothing to find.
    """
    found = [one for word in words if (one := _word(word))]
    return re.compile("|".join(sorted(found, key=len, reverse=True))) if found else None


def _word(word: str) -> str:
    parts = re.findall(r"\w+", tokens(word))
    if not parts:
        return ""
    before = "" if CJK.match(parts[0]) else r"(?<![0-9a-z])"
    after = "" if word.endswith("*") or CJK.match(parts[-1]) else r"(?![0-9a-z])"
    return before + r"[\W_]*".join(map(re.escape, parts)) + after


def spans(text: str, wanted: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where hits stand in a text: from, up to."""
    folded = [_fold[ord(letter)] for letter in text]
    places = [place for place, letters in enumerate(folded) for _letter in letters]
    return [
        (places[hit.start()], places[hit.end() - 1] + 1)
        for hit in wanted.finditer("".join(folded))
        if hit.end() > hit.start()
    ]


def marked(text: str, style: str, wanted: re.Pattern[str] | None, hit: str = "hit") -> list[Part]:
    """A text in a style, the hits in it in another."""
    if wanted is None:
        return [(text, style)]
    parts: list[Part] = []
    done = 0
    for start, end in spans(text, wanted):
        parts += [(text[done:start], style), (text[start:end], hit)]
        done = end
    return [part for part in (*parts, (text[done:], style)) if part[0]]
