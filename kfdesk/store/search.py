"""The full-text index; `words` says how a text stands in it."""

from __future__ import annotations

from collections.abc import Iterable

from kfdesk.store.tx import Tx, driver


def index(tx: Tx, lines: Iterable[tuple[int, str, str]]) -> None:
    """Index messages: (id, tokens of what was said, tokens of what it quotes)."""
    driver(tx).executemany("INSERT INTO search (rowid, body, quoted) VALUES (?, ?, ?)", list(lines))
