"""A copy of a desk as it was, to try rules on: made whole, then written to row by row.

Tickets to which nothing happened since then are taken as they are. Of the others only the journal
before that is; what was said on them comes back message by message, as the past is gone through.
The copy needs no durability and outlives nobody, so it is written without both.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from kfdesk.paths import private_file
from kfdesk.store.engine import Store, sentences
from kfdesk.store.fulltext import search, words
from kfdesk.store.history.past import Window
from kfdesk.store.rows import Row
from kfdesk.store.tx import Tx, driver

#: What is taken of each table; `moved` are the tickets to which something happened since.
_STILL = "ticket_id NOT IN (SELECT id FROM moved)"
_TAKEN: Mapping[str, str] = {
    "alembic_version": "",
    "meta": "key IN ('secret', 'people', 'groups')",
    "agent": "",
    "team": "",
    "absence": "",
    "organisation": "",
    "organisation_domain": "",
    "customer": "",
    "customer_group": "",
    "identity": "",
    "ticket": "id NOT IN (SELECT id FROM moved)",
    "ticket_tag": _STILL,
    "collaborator": _STILL,
    "follower": _STILL,
    "side_conversation": "",
    "link": _STILL,
    "message": _STILL,
    "attachment": f"message_id IN (SELECT id FROM past.message WHERE {_STILL})",  # noqa: S608
    "event": "id <= :start",
    "sla_clock": _STILL,
    "epoch": _STILL,
    "waiting": _STILL,
    "survey": f"asked_at < :since OR {_STILL}",
    "turn": "",
    "rule_receipt": f"CAST(key AS INTEGER) <= :start AND (key <> 'handover' OR {_STILL})",
    "outbox": _STILL,
    "suppression": "",
}
#: The statements that made the desk; what an index of words consists of comes with it.
_SCHEMA = """
SELECT sql FROM past.sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND name NOT LIKE 'search\\_%' ESCAPE '\\' AND name NOT LIKE 'article\\_search\\_%' ESCAPE '\\'
ORDER BY type DESC
"""
_INDEX = ("search_data", "search_idx", "search_docsize", "search_config")


def make(
    desk: Path,
    file: Path,
    window: Window,
    *,
    still: Iterable[int],
    heard: Iterable[str],
    groups: Iterable[str],
    indexed: bool,
) -> Store:
    """Make the copy of a desk as it was when the window began, and open it.

    `still` are tickets to be taken as they are although something happened to them, `heard` are
    addresses to which automatic mail was not yet stopped, `groups` those that customers join by a
    condition: who has no older ticket joins them again. With `indexed` the words of old messages
    are found, too.
    """
    private_file(file, new=True)
    with (
        sentences(file),
        closing(sqlite3.connect(file, isolation_level=None)) as copy,
    ):
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            copy.execute(f"PRAGMA {pragma}")
        copy.execute("ATTACH ? AS past", (str(desk),))
        copy.execute("CREATE TEMP TABLE moved (id INTEGER PRIMARY KEY)")
        copy.execute("BEGIN")  # one state of the desk, which goes on meanwhile
        for (statement,) in copy.execute(_SCHEMA).fetchall():
            copy.execute(statement)
        copy.execute(
            "INSERT INTO moved SELECT DISTINCT ticket_id FROM past.event WHERE id > ?",
            (window.start,),
        )
        copy.executemany("DELETE FROM moved WHERE id = ?", ((number,) for number in still))
        for table, condition in _TAKEN.items():
            _take(copy, table, condition, window)
        if indexed:
            for table in _INDEX:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608
                _take(copy, table, "", window)
        copy.executemany(
            "DELETE FROM customer_group WHERE name = ? AND by_hand = 0 "
            "AND customer_id NOT IN (SELECT customer_id FROM main.ticket)",
            ((name,) for name in groups),
        )
        copy.executemany("DELETE FROM suppression WHERE email = ?", ((one,) for one in heard))
        copy.execute(
            "UPDATE survey SET score = NULL, comment = '', answered_at = NULL, message_id = NULL "
            "WHERE answered_at >= ? AND ticket_id IN (SELECT id FROM moved)",
            (window.since,),
        )
        copy.execute("COMMIT")
        copy.execute("DETACH past")
    return Store.open(file, lasting=False)


def _take(copy: sqlite3.Connection, table: str, condition: str, window: Window) -> None:
    names = ", ".join(f'"{row[1]}"' for row in copy.execute(f"PRAGMA main.table_info({table})"))
    where = f"WHERE {condition}" if condition else ""
    copy.execute(
        f"INSERT INTO main.{table} ({names}) SELECT {names} FROM past.{table} {where}",  # noqa: S608
        {"start": window.start, "since": window.since},
    )


def reserve(tx: Tx, window: Window) -> None:
    """Let new messages be numbered behind all that the desk has: the index knows those numbers."""
    driver(tx).execute(
        'INSERT OR IGNORE INTO message (id, ticket_id, account, direction, "by", author, '
        "author_email, at, created_at, external_id, message_id, thread, auto, subject, cut, "
        '"to", cc, reply_to, size, partial, text) '
        "VALUES (?, 0, 'past', 'note', 'system', '', '', 0, 0, 'past', '', '', '', '', 0, "
        "'[]', '[]', '', 0, 0, '')",
        (window.last_message,),
    )


def put_messages(
    tx: Tx, rows: Sequence[Row], files: Mapping[int, Sequence[Row]], *, indexed: bool
) -> None:
    """Write messages of the past as they were, each with its `files` {message: rows}."""
    _put(tx, "message", rows)
    attached = [row for several in files.values() for row in several]
    _put(tx, "attachment", attached)
    if indexed:
        search.index(tx, ((row["id"], *_words(row, files.get(row["id"], ()))) for row in rows))


def _words(row: Row, files: Sequence[Row]) -> tuple[str, str]:
    names = (row["subject"], row["author"], row["author_email"], *(file["name"] for file in files))
    return words.of(row["text"], row["cut"], names)


def put_outbox(tx: Tx, rows: Sequence[Row]) -> None:
    """Write what was to leave, as it was."""
    _put(tx, "outbox", rows)


def let_leave(
    tx: Tx, numbers: Iterable[int], then: Mapping[tuple[int, int, str], int | None], now: int
) -> None:
    """Let leave what waits by itself on tickets: when it did `then`, else as soon as it may.

    `then` is what `Past.waited` returns; `now` is in ms.
    """
    waiting = driver(tx).execute(_WAITING, (json.dumps(list(numbers)),)).fetchall()
    gone = [
        (id,)
        for id, number, at, about, may in waiting
        if (left := then.get((number, at, about), may)) is not None and left <= now
    ]
    driver(tx).executemany("UPDATE outbox SET state = 'sent' WHERE id = ?", gone)


_WAITING = """
SELECT id, ticket_id, created_at, json_extract(payload, '$.about'), not_before FROM outbox
WHERE ticket_id IN (SELECT value FROM json_each(?)) AND state = 'queued'
AND json_extract(payload, '$.about') <> ''
"""


def put_clocks(tx: Tx, rows: Sequence[Row]) -> None:
    """Write SLA clocks; those of the past are the first of a ticket's."""
    _put(tx, "sla_clock", rows)


def turns(tx: Tx) -> list[tuple[str, str]]:
    """Return (route, team) of all turns that are kept."""
    return driver(tx).execute("SELECT route, team FROM turn").fetchall()  # type: ignore[no-any-return]


def outbox_like(tx: Tx, then: Row) -> int | None:
    """Return the newest row that says what one of the past says; for a person's, its very mail."""
    connection = driver(tx)
    found = connection.execute("SELECT id FROM outbox WHERE key = ?", (then["key"],)).fetchone()
    if found is None:
        found = connection.execute(
            "SELECT id FROM outbox WHERE ticket_id = ? AND recipient = ? AND subject = ? "
            "AND automatic ORDER BY id DESC",
            (then["ticket_id"], then["recipient"], then["subject"]),
        ).fetchone()
    return found[0] if found else None


def _put(tx: Tx, table: str, rows: Sequence[Row]) -> None:
    if rows:
        statement = _insert(table, tuple(rows[0]))
        driver(tx).executemany(statement, [tuple(row.values()) for row in rows])


@lru_cache
def _insert(table: str, names: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({listed}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
