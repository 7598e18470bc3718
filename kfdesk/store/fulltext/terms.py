"""What a text is about: its words, and of Chinese each pair of characters that stand together.

A pair is what the index finds as a phrase; most Chinese words are one.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kfdesk.store.fulltext.words import CJK
from kfdesk.text import fold

_RANGES = CJK.pattern.strip("[]")
_RUNS = re.compile(f"([{_RANGES}]+)|[^\\W_{_RANGES}]+(?:['’][^\\W\\d_{_RANGES}]+)?")
_DIGITS = re.compile(r"\d")
#: Of a longer text the beginning says what it is about.
LONGEST = 2_000
_LONGEST_WORD = 40
#: Longer numbers are those of an order or a parcel: nobody else's.
_MOST_DIGITS = 3


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, as the index has them: `refund`, `退 款`."""
    found: list[str] = []
    for match in _RUNS.finditer(fold(text[:LONGEST])):
        word = match[0]
        if match[1] is None:
            if 1 < len(word) <= _LONGEST_WORD and len(_DIGITS.findall(word)) <= _MOST_DIGITS:
                found.append(word)
        elif len(word) == 1:
            found.append(word)
        else:
            found += map(" ".join, pairwise(word))
    return found
