"""SLA clocks: kept a row each, and what of a ticket and its history they are set by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select, update

from kfdesk.model import By, Direction, Priority, Status
from kfdesk.rules.language.tree import Query
from kfdesk.rules.language.values import Scope
from kfdesk.rules.timing.clock import Came, Clock
from kfdesk.store.conditions import wave
from kfdesk.store.conditions.probe import Probe, probe
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.prepared import Prepared, inserting
from kfdesk.store.tables import (
    ClockRow,
    EventRow,
    MessageRow,
    OutboxTable,
    TicketTable,
    from_ms,
    to_ms,
)
from kfdesk.store.tx import Tx, driver

_clock = ClockRow.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_outbox = OutboxTable.__table__  # type: ignore[attr-defined]
_ticket = TicketTable.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a ticket's clocks are set by, and the columns that they set."""

    id: int
    status: Status
    substatus: str
    priority: Priority
    team: str
    assignee: str
    version: int
    created_at: datetime
    waiting_since: datetime | None
    first_response_at: datetime | None
    sla_chosen: str
    gone: bool  # deleted, merged into another, or spam
    columns: Mapping[str, Any]


#: The columns of a ticket that its clocks set.
COLUMNS = (
    "sla",
    "first_response_due",
    "next_response_due",
    "resolve_due",
    "due_at",
    "breached",
)
_FACTS = select(
    _ticket.c.id,
    _ticket.c.status,
    _ticket.c.substatus,
    _ticket.c.priority,
    _ticket.c.team,
    _ticket.c.assignee,
    _ticket.c.version,
    _ticket.c.created_at,
    _ticket.c.waiting_since,
    _ticket.c.first_response_at,
    _ticket.c.sla_chosen,
    (_ticket.c.deleted_at.is_not(None) | _ticket.c.merged_into.is_not(None) | _ticket.c.spam).label(
        "gone"
    ),
    *(_ticket.c[name] for name in COLUMNS),
).where(among(_ticket.c.id))


def facts(tx: Tx, numbers: Sequence[int]) -> list[Facts]:
    """Return what the clocks of these tickets are set by."""
    return [
        Facts(
            row.id,
            Status(row.status),
            row.substatus,
            Priority.of_rank(row.priority),
            row.team,
            row.assignee,
            row.version,
            row.created_at,
            row.waiting_since,
            row.first_response_at,
            row.sla_chosen,
            bool(row.gone),
            {name: getattr(row, name) for name in COLUMNS},
        )
        for row in tx.execute(_FACTS, these(numbers))
    ]


# --- the clocks themselves

_OF = select(_clock).where(among(_clock.c.ticket_id)).order_by(_clock.c.id)
_NAMES = [column.name for column in _clock.c]
_INSERT = inserting(_clock, *_NAMES)
_UPDATE = Prepared(
    update(_clock)
    .where(_clock.c.id == bindparam("_id"))
    .values(
        {n: bindparam(f"_{n}", type_=_clock.c[n].type) for n in _NAMES if n not in ("id", "target")}
    )
)


def any_kept(tx: Tx) -> bool:
    """Whether this desk ever had a clock."""
    return bool(driver(tx).execute("SELECT EXISTS(SELECT 1 FROM sla_clock)").fetchone()[0])


def of_tickets(tx: Tx, numbers: Sequence[int]) -> dict[int, list[Clock]]:
    """Return {ticket: its clocks in the order in which they were started}."""
    found: dict[int, list[Clock]] = defaultdict(list)
    for row in tx.execute(_OF, these(numbers)):
        found[row.ticket_id].append(
            Clock(
                id=row.id,
                ticket_id=row.ticket_id,
                target=row.target,
                policy=row.policy,
                calendar=row.calendar,
                allowed=timedelta(seconds=row.allowed),
                started_at=row.started_at,
                stretches=tuple(
                    (from_ms(a), None if b is None else from_ms(b)) for a, b in row.stretches
                ),
                due_at=row.due_at,
                warn_at=row.warn_at,
                warned_at=row.warned_at,
                met_at=row.met_at,
                used=None if row.used is None else timedelta(seconds=row.used),
                dropped_at=row.dropped_at,
                breached_at=row.breached_at,
                holder=row.holder,
                team=row.team,
            )
        )
    return found


def write(tx: Tx, clocks: Iterable[Clock]) -> None:
    """Write clocks: those without an id are new."""
    new: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    for clock in clocks:
        if clock.id:
            known.append({f"_{name}": value for name, value in _row(clock).items()})
        else:
            new.append(_row(clock))
    _UPDATE.many(tx, known)
    if new:
        first = next_id(tx, _clock)
        _INSERT.many(tx, (row | {"id": id} for id, row in enumerate(new, first)))


def _row(clock: Clock) -> dict[str, Any]:
    return {
        "id": clock.id,
        "ticket_id": clock.ticket_id,
        "target": clock.target,
        "policy": clock.policy,
        "calendar": clock.calendar,
        "allowed": int(clock.allowed.total_seconds()),
        "started_at": clock.started_at,
        "stretches": [[to_ms(a), None if b is None else to_ms(b)] for a, b in clock.stretches],
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "warned_at": clock.warned_at,
        "met_at": clock.met_at,
        "used": None if clock.used is None else int(clock.used.total_seconds()),
        "dropped_at": clock.dropped_at,
        "breached_at": clock.breached_at,
        "holder": clock.holder,
        "team": clock.team,
        "next_at": clock.next_at,
    }


def next_at(tx: Tx) -> datetime | None:
    """Return when a clock warns or breaches next."""
    statement = "SELECT min(next_at) FROM sla_clock WHERE next_at IS NOT NULL"
    (ms,) = driver(tx).execute(statement).fetchone()
    return None if ms is None else from_ms(ms)


def due(tx: Tx, until: datetime, limit: int) -> list[int]:
    """Return the tickets of the clocks that are due first, one for each clock."""
    statement = "SELECT ticket_id FROM sla_clock WHERE next_at <= ? ORDER BY next_at, id LIMIT ?"
    return [row[0] for row in driver(tx).execute(statement, (to_ms(until), limit))]


# --- which policy

_NEWEST = (
    select(_message.c.ticket_id, func.max(_message.c.id))
    .where(among(_message.c.ticket_id))
    .group_by(_message.c.ticket_id)
)


@lru_cache(maxsize=100)
def _probe(query: Query) -> Probe:
    return probe(query)


def fitting(
    tx: Tx, queries: Sequence[Query], numbers: Sequence[int], scope: Scope
) -> dict[int, int]:
    """Return {ticket: the first of the queries that is true of it, by its place}."""
    found: dict[int, int] = {}
    left = list(numbers)
    span = None
    for place, query in enumerate(queries):
        if not left:
            break
        if not query.conjuncts:
            found |= dict.fromkeys(left, place)
            break
        if span is None:
            newest: dict[int, int] = {n: id for n, id in tx.execute(_NEWEST, these(left))}  # noqa: C416
            span = wave.fill(
                tx,
                [wave.Entry(n, False, False, By.SYSTEM, newest.get(n, 0), {}) for n in left],
            )
        hits = {n for n, failure in _probe(query).run(tx, scope, span) if failure is None}
        found |= {n: place for n in left if n in hits}
        left = [n for n in left if n not in hits]
    return found


# --- history

_CHANGES = (
    select(_event.c.ticket_id, _event.c.at, _event.c.changes)
    .where(among(_event.c.ticket_id))
    .order_by(_event.c.id)
)


def statuses(tx: Tx, numbers: Sequence[int]) -> dict[int, list[Came]]:
    """Return {ticket: the statuses that it came to, and when, oldest first}."""
    found: dict[int, list[Came]] = defaultdict(list)
    moved = func.coalesce(
        func.json_extract(_event.c.changes, "$.status"),
        func.json_extract(_event.c.changes, "$.substatus"),
    )
    for number, at, changes in tx.execute(_CHANGES.where(moved.is_not(None)), these(numbers)):
        _at, kind, own = found[number][-1] if found[number] else (at, Status.NEW, "")
        kind = Status(changes["status"][1]) if "status" in changes else kind
        own = changes["substatus"][1] if "substatus" in changes else own
        found[number].append((at, kind, own))
    return found


def changed_hands(
    tx: Tx, numbers: Sequence[int]
) -> dict[int, list[tuple[datetime, Mapping[str, Any]]]]:
    """Return {ticket: what changed of its assignee and team, and when, oldest first}."""
    found: dict[int, list[tuple[datetime, Mapping[str, Any]]]] = defaultdict(list)
    held = func.coalesce(
        func.json_extract(_event.c.changes, "$.assignee"),
        func.json_extract(_event.c.changes, "$.team"),
    )
    for number, at, changes in tx.execute(_CHANGES.where(held.is_not(None)), these(numbers)):
        found[number].append((at, changes))
    return found


_ANSWERED = (
    select(
        _message.c.ticket_id,
        func.max(func.coalesce(_message.c.received_at, _message.c.created_at)),
    )
    .outerjoin(_outbox, _outbox.c.message_id == _message.c.id)
    .where(
        among(_message.c.ticket_id),
        _message.c.direction == Direction.OUT.value,
        _message.c.by == By.AGENT.value,
        _outbox.c.state.is_distinct_from("cancelled"),
    )
    .group_by(_message.c.ticket_id)
)


def answered(tx: Tx, numbers: Sequence[int]) -> dict[int, datetime]:
    """Return {ticket: when a person answered it last}; what was taken back answered nothing."""
    return {n: at for n, at in tx.execute(_ANSWERED, these(numbers))}  # noqa: C416
