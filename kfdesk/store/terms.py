"""What a text is about: its words, and of Chinese each pair of characters that stand together.

A pair is what the index finds as a phrase; most Chinese words are one.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kfdesk.store import words

_RUNS = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
#: Of a longer text the beginning says what it is about.
LONGEST = 2_000
_LONGEST_WORD = 40


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, as the index has them: `refund`, `退 款`."""
    found: list[str] = []
    run: list[str] = []
    end = -1
    for match in _RUNS.finditer(words.tokens(text[:LONGEST])):
        word = match[0]
        if words.CJK.match(word):
            # Each character stands between blanks of its own: two, where another one follows.
            if run and match.start() - end > 2:
                found += _pairs(run)
                run = []
            run.append(word)
            end = match.end()
            continue
        found += _pairs(run)
        run = []
        if _tells(word):
            found.append(word)
    return found + _pairs(run)


def _pairs(run: list[str]) -> list[str]:
    if len(run) == 1:
        return run[:]
    return [f"{first} {second}" for first, second in pairwise(run)]


def _tells(word: str) -> bool:
    """Numbers of orders and parcels are nobody else's; a letter alone says nothing."""
    digits = sum(character.isdigit() for character in word)
    return 1 < len(word) <= _LONGEST_WORD and digits <= 3
