"""Epochs: on which tickets a schedule has acted while its condition held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from kfdesk.store.ids import these
from kfdesk.store.tables import to_ms
from kfdesk.store.tx import Tx, driver


def standing(tx: Tx, schedule: str) -> dict[int, int]:
    """Return {ticket: when it was acted on, in ms} of a schedule's epochs."""
    sql = "SELECT ticket_id, fired_at FROM epoch WHERE schedule = ?"
    return dict(driver(tx).execute(sql, (schedule,)))


def expecting(
    matches: Collection[int],
    epochs: Mapping[int, int],
    now: datetime,
    repeat_after: timedelta | None,
) -> list[int]:
    """Return those of the tickets that fit which are to be acted on now, in order."""
    if repeat_after is None:
        return sorted(number for number in matches if number not in epochs)
    latest = to_ms(now - repeat_after)
    return sorted(n for n in matches if n not in epochs or epochs[n] <= latest)


def among_these(tx: Tx, numbers: Collection[int]) -> dict[str, dict[int, int]]:
    """Return {schedule: {ticket: when it was acted on, in ms}} of some tickets."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    sql = (
        "SELECT schedule, ticket_id, fired_at FROM epoch "
        "WHERE ticket_id IN (SELECT value FROM json_each(?))"
    )
    for schedule, number, at in driver(tx).execute(sql, (these(numbers)["ids"],)):
        found[schedule][number] = at
    return found


def begin(tx: Tx, schedule: str, numbers: Collection[int], now: datetime) -> None:
    """Write that a schedule acts on tickets; an epoch that is repeated keeps its beginning."""
    at = to_ms(now)
    driver(tx).executemany(
        "INSERT INTO epoch (schedule, ticket_id, since, fired_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (schedule, ticket_id) DO UPDATE SET fired_at = excluded.fired_at",
        ((schedule, number, at, at) for number in numbers),
    )


def end(tx: Tx, schedule: str, numbers: Collection[int]) -> None:
    """End a schedule's epochs of tickets."""
    driver(tx).executemany(
        "DELETE FROM epoch WHERE schedule = ? AND ticket_id = ?",
        ((schedule, number) for number in numbers),
    )


def forget_others(tx: Tx, schedules: Collection[str]) -> None:
    """End all epochs of schedules that are no more."""
    sql = "DELETE FROM epoch WHERE schedule NOT IN (SELECT value FROM json_each(?))"
    driver(tx).execute(sql, (these(schedules)["ids"],))
