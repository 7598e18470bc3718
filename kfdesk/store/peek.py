"""What an idle sync must know, read with sqlite3 alone: cron pays for it every minute."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kfdesk.store.mark import Mark
from kfdesk.store.migrate import HEAD


@dataclass(frozen=True, slots=True)
class Peek:
    """The cursors of each channel, which channels have something to send, what time brings next.

    `mark` is how far time was swept, `pending` the next instant at which a clock, a ticket that
    was put aside or a route waits. `people` is, while tickets wait for an agent, the digest of the
    people that the desk was opened with last.
    """

    cursors: Mapping[str, Mapping[str, str]]
    sending: frozenset[str]
    failing: frozenset[str]  # channels whose last sync failed: a success is worth a write
    mark: Mark | None = None
    pending: datetime | None = None
    people: str = ""


#: The same as `desk.timing.clockwork` asks for, each by its own index.
PENDING = """
SELECT min(at) FROM (
    SELECT min(next_at) AS at FROM sla_clock WHERE next_at IS NOT NULL
    UNION ALL SELECT min(snoozed_until) FROM ticket
        WHERE snoozed_until IS NOT NULL AND deleted_at IS NULL AND merged_into IS NULL AND NOT spam
    UNION ALL SELECT min(retry_at) FROM waiting WHERE retry_at IS NOT NULL
)
"""


def peek(file: Path, now: datetime) -> Peek | None:
    """Look into a desk without changing it; None where it must be opened properly.

    That is: one that is new, old, or damaged, which opening it tells in words.
    """
    if not file.exists():
        return None
    try:
        return _peek(file, now)
    except sqlite3.DatabaseError:
        return None


def _peek(file: Path, now: datetime) -> Peek | None:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=120)) as connection:
        tables = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        }
        if "alembic_version" not in tables:
            return None
        if connection.execute("SELECT version_num FROM alembic_version").fetchone() != (HEAD,):
            return None
        cursors: dict[str, dict[str, str]] = {}
        for account, folder, value in connection.execute(
            "SELECT account, folder, value FROM cursor"
        ):
            cursors.setdefault(account, {})[folder] = value
        sending = connection.execute(
            "SELECT DISTINCT account FROM outbox WHERE state = 'sending'"
            " OR (state = 'unknown' AND kind = 'mail')"  # only a mail may be found again
            " OR (state = 'queued' AND not_before <= ? AND kind != 'notice')",
            (int(now.timestamp() * 1000),),
        )
        accounts = frozenset(account for (account,) in sending)
        failing = connection.execute("SELECT account FROM channel_state WHERE error != ''")
        swept = connection.execute("SELECT value FROM meta WHERE key = 'swept'").fetchone()
        people = connection.execute(
            "SELECT value FROM meta WHERE key = 'people' AND EXISTS (SELECT 1 FROM waiting)"
        ).fetchone()
        (pending,) = connection.execute(PENDING).fetchone()
        return Peek(
            cursors,
            accounts,
            frozenset(account for (account,) in failing),
            Mark.read(swept[0]) if swept else None,
            None if pending is None else datetime.fromtimestamp(pending / 1000, UTC),
            people[0] if people else "",
        )
