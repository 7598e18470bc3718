"""The full-text index: Latin words, and each CJK character a token, queried as a phrase.

That finds a two-character word such as 退款 exactly, wherever it stands (measured against bigrams
and trigrams: smaller, faster to write, and any length of word is found).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import text as sql

from kfdesk.store.tx import Tx
from kfdesk.text import fold

_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_CJK_RUN = re.compile(f"[{_CJK}]+")
_INSERT = sql("INSERT INTO search (rowid, body) VALUES (:id, :body)")


def tokens(text: str) -> str:
    """Return `text` as it is indexed: folded, a blank around each CJK character."""
    folded = fold(text)
    if folded.isascii():
        return folded
    return _CJK_RUN.sub(_spread, folded)


def _spread(run: re.Match[str]) -> str:
    return f" {' '.join(run[0])} "


def match(text: str, *, prefix: bool = False) -> str:
    """Return the FTS5 query that finds `text` as a phrase (its last word as a prefix, if asked).

    Empty where there is nothing to search for (only punctuation).
    """
    words = " ".join(re.findall(r"\w+", tokens(text)))
    if not words:
        return ""
    return f'"{words}"*' if prefix else f'"{words}"'


def index(tx: Tx, bodies: Iterable[tuple[int, str]]) -> None:
    """Index messages: (message id, everything in it that shall be found)."""
    rows = [{"id": id, "body": tokens(body)} for id, body in bodies]
    if rows:
        tx.execute(_INSERT, rows)
