"""Tickets that a route could give to nobody yet, and when it is worth trying again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kfdesk.store.ids import these
from kfdesk.store.tables import from_ms, to_ms
from kfdesk.store.tx import Tx, driver

#: True of a ticket that nobody has and somebody should. The signs keep SQLite from looking at all
#: that nobody has, where a few are asked about.
WANTING = (
    "+assignee = '' AND +status IN ('new', 'open') AND deleted_at IS NULL "
    "AND merged_into IS NULL AND NOT spam"
)
_COLUMNS = "ticket_id, route, rule, reason, since, retry_at"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits. `rule` is the rule that asked, empty where the route itself did.

    Without `retry_at` it is tried when work is finished or somebody comes back.
    """

    ticket: int
    route: str
    rule: str
    reason: str
    since: datetime
    retry_at: datetime | None


def wanting(tx: Tx, numbers: Collection[int]) -> list[int]:
    """Return those of some tickets that nobody has and somebody should, in order."""
    sql = (
        f"SELECT id FROM ticket WHERE id IN (SELECT value FROM json_each(?)) AND {WANTING} "  # noqa: S608
        "ORDER BY id"
    )
    return [row[0] for row in driver(tx).execute(sql, (these(numbers)["ids"],))]


def anybody(tx: Tx) -> bool:
    """Whether any ticket waits."""
    return driver(tx).execute("SELECT 1 FROM waiting LIMIT 1").fetchone() is not None


def among(tx: Tx, numbers: Collection[int]) -> dict[int, Waiting]:
    """Return those of some tickets that wait."""
    sql = f"SELECT {_COLUMNS} FROM waiting WHERE ticket_id IN (SELECT value FROM json_each(?))"  # noqa: S608
    rows = driver(tx).execute(sql, (these(numbers)["ids"],))
    return {row[0]: _waiting(row) for row in rows}


def due(tx: Tx, until: datetime, limit: int) -> list[Waiting]:
    """Return the tickets to try again by an instant, who waits longest first."""
    sql = f"SELECT {_COLUMNS} FROM waiting WHERE retry_at <= ? ORDER BY since, ticket_id LIMIT ?"  # noqa: S608
    return [_waiting(row) for row in driver(tx).execute(sql, (to_ms(until), limit))]


def next_retry(tx: Tx) -> datetime | None:
    """Return when one is to be tried again next."""
    (at,) = driver(tx).execute("SELECT min(retry_at) FROM waiting").fetchone()
    return None if at is None else from_ms(at)


def put(tx: Tx, rows: Iterable[Waiting]) -> None:
    """Let tickets wait; one that does already keeps since when."""
    driver(tx).executemany(
        f"INSERT INTO waiting ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (ticket_id) "  # noqa: S608
        "DO UPDATE SET route = excluded.route, rule = excluded.rule, reason = excluded.reason, "
        "retry_at = excluded.retry_at",
        (
            (
                row.ticket,
                row.route,
                row.rule,
                row.reason,
                to_ms(row.since),
                None if row.retry_at is None else to_ms(row.retry_at),
            )
            for row in rows
        ),
    )


def leave(tx: Tx, numbers: Iterable[int]) -> None:
    """These tickets wait no longer."""
    driver(tx).executemany("DELETE FROM waiting WHERE ticket_id = ?", ((n,) for n in numbers))


def wake(tx: Tx, at: datetime) -> None:
    """Try all of them again from an instant on: somebody is free, or back."""
    now = to_ms(at)
    driver(tx).execute(
        "UPDATE waiting SET retry_at = ? WHERE retry_at IS NULL OR retry_at > ?", (now, now)
    )


def _waiting(row: Any) -> Waiting:
    ticket, route, rule, reason, since, retry_at = row
    at = None if retry_at is None else from_ms(retry_at)
    return Waiting(ticket, route, rule, reason, from_ms(since), at)
