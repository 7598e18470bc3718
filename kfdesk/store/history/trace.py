"""What the rules did and did not do, with the rules' own words, so that it can be read later."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from kfdesk.store.ids import among, these
from kfdesk.store.tables import EventRow, OutboxTable, RulesetRow, TraceRow, to_ms
from kfdesk.store.tx import Tx, driver

_trace = TraceRow.__table__  # type: ignore[attr-defined]
_ruleset = RulesetRow.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Trace:
    """The passes over one event: each a list of [rule, what came of it]."""

    event_id: int
    rules: tuple[Mapping[str, Any], ...]
    passes: tuple[list[list[Any]], ...]
    routes: tuple[Any, ...] = ()


def claim(tx: Tx, rule: str, roots: Mapping[int, int], now: datetime) -> set[int]:
    """Write, for {ticket: root event}, that a rule's effect leaves the desk for that event.

    Returns the tickets for which that was not written before.
    """
    connection = driver(tx)
    statement = "INSERT OR IGNORE INTO rule_receipt (rule, ticket_id, key, at) VALUES (?, ?, ?, ?)"
    at = to_ms(now)
    return {
        number
        for number, root in roots.items()
        if connection.execute(statement, (rule, number, str(root), at)).rowcount
    }


def keep(
    tx: Tx,
    ruleset: str,
    texts: Callable[[], list[dict[str, Any]]],
    traces: Iterable[tuple[int, int, list[Any], list[Any]]],
    now: datetime,
) -> None:
    """Write traces, (ticket, root event, passes, routes' decisions); new rules themselves too."""
    connection = driver(tx)
    known = connection.execute("SELECT 1 FROM ruleset WHERE hash = ?", (ruleset,)).fetchone()
    at = to_ms(now)
    if known is None:
        connection.execute(
            "INSERT INTO ruleset (hash, rules, loaded_at) VALUES (?, ?, ?)",
            (ruleset, _json(texts()), at),
        )
    connection.executemany(
        "INSERT INTO trace (ticket_id, event_id, at, ruleset, steps, routes) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            (number, event, at, ruleset, _json(passes), _json(routes))
            for number, event, passes, routes in traces
        ),
    )


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


#: What rules did not yet have when the oldest traces were written.
_AT_FIRST: Mapping[str, Any] = {"kind": "trigger", "group": "", "moments": [], "times": 0}


def of_ticket(tx: Tx, number: int) -> dict[int, Trace]:
    """Return {root event: its trace} of a ticket."""
    return _traces(tx, _OF_TICKET.where(_trace.c.ticket_id == number))


def of_events(tx: Tx, number: int, events: Iterable[int]) -> dict[int, Trace]:
    """Return {root event: its trace} of some events of a ticket."""
    statement = _OF_TICKET.where(_trace.c.ticket_id == number, among(_trace.c.event_id))
    return _traces(tx, statement, these(events))


_OF_TICKET = (
    select(_trace.c.event_id, _ruleset.c.rules, _trace.c.steps, _trace.c.routes)
    .join(_ruleset, _ruleset.c.hash == _trace.c.ruleset)
    .order_by(_trace.c.id)
)


def _traces(
    tx: Tx, statement: Select[Any], parameters: Mapping[str, Any] | None = None
) -> dict[int, Trace]:
    return {
        event: Trace(
            event, tuple({**_AT_FIRST, **rule} for rule in rules), tuple(passes), tuple(routes)
        )
        for event, rules, passes, routes in tx.execute(statement, parameters or {})
    }


def outbox_of(tx: Tx, number: int) -> dict[tuple[int, str], tuple[int, ...]]:
    """Return {(root event, rule): what the rule put into the outbox for it}."""
    statement = (
        select(_event.c.root, _event.c.rule, _outbox.c.id)
        .join(_outbox, _outbox.c.message_id == _event.c.message_id)
        .where(_event.c.ticket_id == number, _event.c.rule != "")
        .order_by(_outbox.c.id)
    )
    found: dict[tuple[int, str], tuple[int, ...]] = {}
    for root, rule, row in tx.execute(statement):
        found[root, rule] = (*found.get((root, rule), ()), row)
    return found
