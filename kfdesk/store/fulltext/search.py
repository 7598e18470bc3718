"""The full-text index; `words` says how a text stands in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kfdesk.store.fulltext import words
from kfdesk.store.ids import these
from kfdesk.store.tx import Tx, driver


def index(tx: Tx, lines: Iterable[tuple[int, str, str]]) -> None:
    """Index messages: (id, tokens of what was said, tokens of what it quotes)."""
    driver(tx).executemany("INSERT INTO search (rowid, body, quoted) VALUES (?, ?, ?)", list(lines))


def forget(tx: Tx, ids: Sequence[int]) -> None:
    """Take messages out of the index, before they are removed: it has to be told what it holds."""
    driver(tx).executemany(
        "INSERT INTO search (search, rowid, body, quoted) VALUES ('delete', ?, ?, ?)",
        list(_lines(tx, ids)),
    )


def remember(tx: Tx, ids: Sequence[int]) -> None:
    """Index messages that came back."""
    index(tx, _lines(tx, ids))


def _lines(tx: Tx, ids: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    """How stored messages stand in the index."""
    if not ids:
        return
    files: dict[int, list[str]] = defaultdict(list)
    parts = (
        "SELECT message_id, name FROM attachment "
        "WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY id"
    )
    for id, name in driver(tx).execute(parts, (these(ids)["ids"],)):
        files[id].append(name)
    said = (
        "SELECT id, subject, author, author_email, text, cut FROM message "
        "WHERE id IN (SELECT value FROM json_each(?))"
    )
    for id, *names, text, cut in driver(tx).execute(said, (these(ids)["ids"],)).fetchall():
        yield id, *words.of(text, cut, (*names, *files[id]))
