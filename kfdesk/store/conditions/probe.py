"""A rule's conditions as one statement about all tickets of a wave.

It asks which condition fails first, and what was there instead. It is compiled once a rule and goes
straight to the driver, since a wave may be one ticket and the rules a hundred. Its outer joins fix
the order of the tables: without statistics the planner would rather walk every ticket there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Numeric,
    and_,
    bindparam,
    case,
    cast,
    exists,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.sqlite import dialect as sqlite

from kfdesk.model import Priority
from kfdesk.rules.language.fields import Type
from kfdesk.rules.language.tree import Query, Term
from kfdesk.rules.language.values import Scope, Special, Value
from kfdesk.store.conditions import beside
from kfdesk.store.conditions.actual import Actual
from kfdesk.store.conditions.comparison import Bool
from kfdesk.store.conditions.condition import ticket
from kfdesk.store.conditions.wave import Span, change, wave
from kfdesk.store.tx import Tx, driver


@dataclass(frozen=True, slots=True)
class Probe:
    """A rule's conditions as one compiled statement; values are a number, or given for each run."""

    sql: str
    values: tuple[Any, ...]

    def run(self, tx: Tx, scope: Scope, span: Span) -> list[tuple[int, str | None]]:
        """Return (ticket, None) where all holds, else (ticket, "N VALUE") of the first failure."""
        values = [value(scope, span) if callable(value) else value for value in self.values]
        rows: list[tuple[int, str | None]] = driver(tx).execute(self.sql, values).fetchall()
        return rows


def probe(query: Query) -> Probe:
    """Compile a rule's conditions."""
    translation = _Wave()
    steps = [
        (not_(translation.node(node)), translation.failure(n, node))
        for n, node in enumerate(query.conjuncts)
    ]
    failure: ColumnElement[Any] = case(*steps) if steps else literal(None)
    tables = wave.outerjoin(ticket, ticket.c.id == wave.c.ticket_id)
    asked = wave.c.shape.op("&")(bindparam("shapes")) != 0
    statement = select(wave.c.ticket_id, failure).select_from(tables).where(asked)
    compiled = statement.compile(dialect=sqlite())
    given: dict[str, Callable[[Scope, Span], Any]] = {
        "first": lambda _scope, span: span.first,
        "last": lambda _scope, span: span.last,
        "shapes": lambda _scope, span: span.shapes,
    }
    for name, value in translation.later.items():
        given[name] = _of_scope(value)
    names = compiled.positiontup or ()
    return Probe(str(compiled), tuple(given.get(name, compiled.params[name]) for name in names))


def _of_scope(value: Callable[[Scope], Any]) -> Callable[[Scope, Span], Any]:
    return lambda scope, _span: value(scope)


class _Wave(Actual):
    """Conditions asked of the few tickets of a wave, and of what happened to them."""

    def __init__(self) -> None:
        super().__init__(None)

    def among(
        self,
        outer: ColumnElement[Any],
        link: ColumnElement[Any],
        condition: Bool,
        source: FromClause | None = None,
    ) -> Bool:
        """Look for a row that fits by its link, for each ticket."""
        rows = exists().where(link == outer, condition)
        if source is not None:
            rows = rows.select_from(source)
        return rows.correlate(ticket, wave)

    def tag_fits(self, term: Term, value: Value) -> Bool:
        return self.compare_one(beside.tag.c.tag, term, value)

    def ticket(self, term: Term) -> Bool:
        """Beside what every list can ask, what an event is."""
        match term.field.name:
            case "event":
                kinds = {
                    "created": wave.c.created,
                    "updated": not_(wave.c.created),
                    "message": wave.c.came,
                }
                happened = (str(value) for value in term.values)
                return or_(*(kinds.get(one, wave.c.what == one) for one in happened))
            case "sla.target":
                return or_(*(wave.c.target == value for value in term.values))
            case "by":
                return or_(*(wave.c.by == value for value in term.values))
            case "changed":
                return or_(wave.c.created, *(self._changed(str(v)) for v in term.values))
        return super().ticket(term)

    def newest(self) -> ColumnElement[Any]:
        return wave.c.message_id

    def _message(self, term: Term) -> Bool:
        if term.op == "~":
            return super()._message(term)
        found: Bool = wave.c.message_id.in_(self._new(term))
        return found

    def _text(self, term: Term) -> Bool:
        """The wave's own messages by one look at the index, a ticket's others one by one."""
        if term.op == "~":
            return super()._text(term)
        message = beside.message
        said = message.c.id
        new = ticket.c.id.in_(select(message.c.ticket_id).where(said.in_(self._new(term))))
        # NOT BETWEEN, for two ranges of ids would tempt SQLite to walk all messages there are.
        older = not_(said.between(bindparam("first"), bindparam("last")))
        hit = exists().where(beside.index.c.rowid == said, self.matches(term)).correlate(message)
        old = exists().where(message.c.ticket_id == ticket.c.id, older, hit)
        return or_(new, old.correlate(ticket))

    def _new(self, term: Term) -> Any:
        rowid = beside.index.c.rowid
        return self.hits(term).where(rowid >= bindparam("first"), rowid <= bindparam("last"))

    # what changed

    def _side(self, field: str, side: str) -> Any:
        return exists().where(
            change.c.ticket_id == ticket.c.id, change.c.field == field, change.c.side == side
        )

    def _changed(self, field: str) -> Bool:
        rows: Bool = self._side(field, "").correlate(ticket)
        return rows

    def change(self, term: Term) -> Bool:
        """`f.was:x`, `f.now:x`. A new ticket was nothing before, and is now what it is."""
        (field,) = term.field.reads
        parts: list[Bool] = []
        for value in term.values:
            if value is Special.NONE:
                gone = not_(self._side(field, term.side).correlate(ticket))
                parts.append(and_(self._changed(field), gone))
            else:
                fits = self._stored(term, value)
                parts.append(self._side(field, term.side).where(fits).correlate(ticket))
        since = or_(*parts)
        if term.side == "was":
            fresh: Bool = true() if Special.NONE in term.values else not_(true())
        else:
            fresh = self.ticket(Term(term.field, term.op, term.values, term.span))
        return or_(and_(wave.c.created, fresh), and_(not_(wave.c.created), since))

    def _stored(self, term: Term, value: Value) -> Bool:
        """A comparison with a value of a change set, which is kept as text."""
        left: ColumnElement[Any] = change.c.value
        if term.field.type is Type.RANK:
            ranks = {p.value: p.rank for p in Priority}
            return self.compare_one(case(ranks, value=left, else_=0), term, value)
        if term.field.type is Type.NUMBER:
            left = cast(left, Numeric)
        return self.compare_one(left, term, value)
