"""Finding by a few letters: of a word, of several words' beginnings, of Chinese by its pinyin."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from kfdesk.text import fold

#: In GB 2312 the usual characters stand in the order of their pinyin: where each letter begins.
_LETTERS = "abcdefghjklmnopqrstwxyz"
_BEGIN = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC),
    *(0xC2E8, 0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9),
    0xD4D1,
)
_END = 0xD7F9
#: What a hit is worth: where a word begins, within one, as the beginnings of words, scattered.
_BEGINS, _WITHIN, _INITIALS, _SCATTERED = 100, 60, 50, 10


def initial(letter: str) -> str:
    """The first letter of a Chinese character's pinyin; empty for any other, or a rare one."""
    if not "\u4e00" <= letter <= "\u9fff":
        return ""
    try:
        place = int.from_bytes(letter.encode("gb2312"))
    except UnicodeEncodeError:
        return ""
    return _LETTERS[bisect_right(_BEGIN, place) - 1] if _BEGIN[0] <= place <= _END else ""


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
