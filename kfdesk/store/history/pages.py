"""The journal of the whole desk, read backwards page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, Table, false, func, or_, select, type_coerce

from kfdesk.model import Actor, By, Event
from kfdesk.store.history.acted import first_since
from kfdesk.store.ids import next_id
from kfdesk.store.journal import event_of
from kfdesk.store.tables import CustomerEventRow, CustomerRow, EventRow
from kfdesk.store.tx import Tx

_event = EventRow.__table__  # type: ignore[attr-defined]
_person_event = CustomerEventRow.__table__  # type: ignore[attr-defined]
_customer = CustomerRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Word:
    """What one word asks of a line, any of it: whole actors and kinds, parts of what is written."""

    actors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    actor: str = ""
    kind: str = ""
    rule: str = ""
    text: str = ""

    def condition(self, table: Table = _event) -> ColumnElement[bool]:
        """The word as a condition on a line, of the journal of tickets or of customers."""
        parts = [
            table.c[name].contains(part, autoescape=True)
            for name in ("actor", "kind", "rule", "text")
            if (part := getattr(self, name)) and name in table.c
        ]
        if self.actors:
            parts.append(table.c.actor.in_(self.actors))
        if self.kinds:
            parts.append(table.c.kind.in_(self.kinds))
        if self.rule:  # what a rule did names it as the actor
            does = table.c.actor.contains(self.rule, autoescape=True)
            parts.append((table.c.by == "rule") & does)
        if self.text and table is _person_event:
            parts.append(_customer.c.name.contains(self.text, autoescape=True))
        return or_(false(), *parts)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for: all of what is named here; what is empty asks for nothing."""

    ticket: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[Word, ...] = ()


def newest(
    tx: Tx, wanted: Wanted, before: int | None, limit: int, span: int
) -> tuple[list[Event], int | None]:
    """Return lines, the newest first, and behind which one to go on; None at the beginning.

    At most `span` lines are looked at in one go: of a rare kind few are found, or none yet.
    """
    top = before if before is not None else next_id(tx, _event)
    floor = 0 if wanted.ticket is not None else max(0, top - span)
    conditions = [_event.c.id < top, _event.c.id >= floor]
    if wanted.ticket is not None:
        conditions.append(_event.c.ticket_id == wanted.ticket)
    if wanted.since is not None:
        conditions.append(_event.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(_event.c.at < wanted.until)
    conditions += [word.condition() for word in wanted.words]
    statement = select(_event).where(*conditions).order_by(_event.c.id.desc()).limit(limit)
    found = [event_of(row) for row in tx.execute(statement)]
    if len(found) == limit:
        return found, found[-1].id
    if floor == 0:
        return found, None
    if wanted.since is not None:
        oldest = tx.scalar(select(_event.c.at).where(_event.c.id >= floor).limit(1))
        if oldest is not None and oldest < wanted.since:
            return found, None
    return found, floor


def of_customers(
    tx: Tx, wanted: Wanted, before: int | None, limit: int, since: datetime | None
) -> list[Event]:
    """Return lines of the journal of customers, the newest first, down to a time."""
    if wanted.ticket is not None:
        return []
    line, conditions = _person_event.c, [word.condition(_person_event) for word in wanted.words]
    conditions += [line.at >= bound for bound in (since, wanted.since) if bound is not None]
    if before is not None:
        conditions.append(line.id < before)
    if wanted.until is not None:
        conditions.append(line.at < wanted.until)
    statement = (
        select(_person_event, _customer.c.name)
        .join_from(_person_event, _customer, _customer.c.id == line.customer_id)
        .where(*conditions)
        .order_by(line.id.desc())
        .limit(limit)
    )
    return [
        Event(
            row.id, 0, row.at, Actor(By(row.by), row.actor), row.kind, row.changes,
            text=row.text, operation=row.operation_id, customer=row.customer_id, name=row.name,
        )
        for row in tx.execute(statement)
    ]  # fmt: skip


def reached(tx: Tx, id: int) -> datetime | None:
    """When the line was written from which on, or behind which, all was looked at."""
    statement = select(_event.c.at).where(_event.c.id >= id).order_by(_event.c.id).limit(1)
    return tx.scalar(statement)


def pressing(tx: Tx, after: int, limit: int = 200) -> list[Event]:
    """Return the lines behind one that made a ticket urgent, or say that it will be late soon."""
    changes = type_coerce(_event.c.changes, String)
    statement = select(_event).where(
        _event.c.id > after,
        or_(_event.c.kind == "sla.warning", func.instr(changes, '"urgent"') > 0),
    )
    found = [
        event_of(row) for row in tx.execute(statement.order_by(_event.c.id.desc()).limit(limit))
    ]
    return [e for e in reversed(found) if e.kind == "sla.warning" or _urgent(e)]


def pressing_since(tx: Tx, at: datetime, limit: int = 200) -> list[Event]:
    """Return those lines since a time."""
    return [event for event in pressing(tx, first_since(tx, at) - 1, limit) if event.at >= at]


def _urgent(event: Event) -> bool:
    old, new = event.changes.get("priority", (None, None))
    return bool(new == "urgent" and old != new)
