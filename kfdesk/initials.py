"""The first letters of how Chinese is spoken: 退款 is found by `tk`.

GB 2312 orders its 3755 common characters by their sound (GB 2312-80, level 1), so that 23 borders
say as much as a dictionary would. Rarer characters have no letter here.
"""

from __future__ import annotations

from bisect import bisect_right

#: Where the characters of each letter begin in GB 2312; no syllable begins with i, u or v.
_BORDERS = (
    0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8,
    0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1,
)  # fmt: skip
_LETTERS = "abcdefghjklmnopqrstwxyz"
_END = 0xD7FA


def initials(text: str) -> str:
    """Return the first letters of the Chinese characters of a text; nothing for other signs."""
    return "".join(filter(None, map(initial, text)))


def initial(sign: str) -> str:
    """Return the first letter of a Chinese character; empty for any other, or a rare one."""
    code = int.from_bytes(sign.encode("gb2312", "ignore"), "big")
    return _LETTERS[bisect_right(_BORDERS, code) - 1] if _BORDERS[0] <= code < _END else ""
