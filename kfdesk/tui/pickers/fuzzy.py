"""Finding by a few letters: of a word, of several words' beginnings, of Chinese by its pinyin."""

from __future__ import annotations

from functools import lru_cache

from kfdesk.initials import initial
from kfdesk.text import fold

#: What a hit is worth: where a word begins, within one, as the beginnings of words, scattered.
_BEGINS, _WITHIN, _INITIALS, _SCATTERED = 100, 60, 50, 10


@lru_cache(maxsize=4096)
def _forms(text: str) -> tuple[str, str]:
    """A text as it is compared, and the beginnings of its words."""
    folded = fold(text)
    before, initials = " ", []
    for letter in folded:
        initials.append(initial(letter) or (letter if not before.isalnum() else ""))
        before = letter
    return folded, "".join(initials)


def score(wanted: str, text: str) -> int | None:
    """How well a text has the words that are wanted, in any order; None if it has them not."""
    whole, initials = _forms(text)
    total = 0
    for word in fold(wanted).split():
        found = _word(word, whole, initials)
        if found is None:
            return None
        total += found
    return total


def _word(word: str, whole: str, initials: str) -> int | None:
    at = whole.find(word)
    if at >= 0:
        begins = at == 0 or not whole[at - 1].isalnum() or bool(initial(whole[at]))
        return (_BEGINS if begins else _WITHIN) - min(at, 40) // 4
    if (at := initials.find(word)) >= 0:
        return _INITIALS - min(at, 40)
    rest = iter(whole)
    return _SCATTERED if len(word) > 2 and all(letter in rest for letter in word) else None
