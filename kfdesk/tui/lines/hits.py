"""The words that were looked for, marked where they stand as the full-text index finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfdesk.cells import Part
from kfdesk.hits import parted, spans
from kfdesk.store.fulltext.words import CJK, tokens


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


def marked(text: str, style: str, wanted: re.Pattern[str] | None, hit: str = "hit") -> list[Part]:
    """A text in a style, the hits in it in another."""
    if wanted is None:
        return [(text, style)]
    return [(piece, hit if lit else style) for piece, lit in parted(text, spans(text, wanted))]
