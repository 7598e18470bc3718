"""Text as the full-text index has it: Latin words, and each CJK character a token.

That finds a two-character word such as 退款 exactly, wherever it stands (measured against bigrams
and trigrams: smaller, faster to write, and any length of word is found).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfdesk.text import fold

CJK = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


class _Table(dict[int, str]):
    """How each character is indexed, found out when it is first met: `str.translate` reads it.

    Folding character by character takes half the time of folding a text; the tokenizer drops the
    combining marks that only a whole text could compose.
    """

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = spread = CJK.sub(r" \g<0> ", folded)
        return spread


_table = _Table()


def tokens(text: str) -> str:
    """Return `text` as it is indexed: folded, a blank around each CJK character."""
    return text.lower() if text.isascii() else text.translate(_table)


def of(text: str, cut: int, names: Iterable[str]) -> tuple[str, str]:
    """Return what is indexed of a message: what was said with all its names, what it quotes."""
    return tokens("\n".join((*names, text[:cut]))), tokens(text[cut:])


def match(text: str, *, prefix: bool = False) -> str:
    """Return the FTS5 query that finds `text` as a phrase (its last word as a prefix, if asked).

    Empty where there is nothing to search for (only punctuation).
    """
    words = " ".join(re.findall(r"\w+", tokens(text)))
    if not words:
        return ""
    return f'"{words}"*' if prefix else f'"{words}"'
