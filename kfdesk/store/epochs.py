"""Epochs: of which tickets a schedule's condition holds, and which of them it has acted on.

A condition is compiled once a schedule, and asked of all tickets or of a few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.sqlite import dialect as sqlite

from kfdesk.rules.tree import Query
from kfdesk.rules.values import Scope
from kfdesk.store.condition import LIVE, EachTicket, Translation, ticket
from kfdesk.store.ids import among, these
from kfdesk.store.tables import to_ms
from kfdesk.store.tx import Tx, driver


@dataclass(frozen=True, slots=True)
class _Question:
    """A statement that selects tickets; values are plain, or given for each run."""

    sql: str
    values: tuple[Any, ...]

    def ask(self, tx: Tx, scope: Scope, numbers: Collection[int] = ()) -> set[int]:
        ids = these(numbers)["ids"]
        values = [value(scope, ids) if callable(value) else value for value in self.values]
        return {row[0] for row in driver(tx).execute(self.sql, values)}


@lru_cache(maxsize=2000)
def _question(query: Query, few: bool) -> _Question:
    translation = EachTicket(None) if few else Translation(None)
    condition = and_(LIVE, translation.all_of(query.conjuncts))
    if few:
        condition = and_(among(ticket.c.id), condition)
    compiled = select(ticket.c.id).where(condition).compile(dialect=sqlite())
    given: dict[str, Callable[[Scope, str], Any]] = {"ids": lambda _scope, ids: ids}
    for name, value in translation.later.items():
        given[name] = _of_scope(value)
    names = compiled.positiontup or ()
    return _Question(str(compiled), tuple(given.get(n, compiled.params[n]) for n in names))


def _of_scope(value: Callable[[Scope], Any]) -> Callable[[Scope, str], Any]:
    return lambda scope, _ids: value(scope)


def matching(tx: Tx, query: Query, scope: Scope) -> set[int]:
    """Return the tickets of which a condition holds."""
    return _question(query, few=False).ask(tx, scope)


def holding(tx: Tx, query: Query, scope: Scope, numbers: Collection[int]) -> set[int]:
    """Return those of a few tickets of which a condition holds."""
    return _question(query, few=True).ask(tx, scope, numbers)


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
