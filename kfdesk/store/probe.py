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
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.sqlite import dialect as sqlite

from kfdesk.model import Priority
from kfdesk.rules.fields import FLAGS, Field, Type
from kfdesk.rules.tree import Node, Not, Query, Term
from kfdesk.rules.values import Scope, Special, Value
from kfdesk.store import condition
from kfdesk.store.comparison import Bool
from kfdesk.store.condition import Translation, ticket
from kfdesk.store.tables import to_ms
from kfdesk.store.tx import Tx, driver
from kfdesk.store.wave import Span, change, wave

#: How much of a value a trace keeps.
LONGEST = 40


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


class _Wave(Translation):
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
        return self.compare_one(condition.tag.c.tag, term, value)

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
        message = condition.message
        said = message.c.id
        new = ticket.c.id.in_(select(message.c.ticket_id).where(said.in_(self._new(term))))
        # NOT BETWEEN, for two ranges of ids would tempt SQLite to walk all messages there are.
        older = not_(said.between(bindparam("first"), bindparam("last")))
        hit = exists().where(condition.index.c.rowid == said, self.matches(term)).correlate(message)
        old = exists().where(message.c.ticket_id == ticket.c.id, older, hit)
        return or_(new, old.correlate(ticket))

    def _new(self, term: Term) -> Any:
        rowid = condition.index.c.rowid
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

    # what was there instead

    def failure(self, n: int, node: Node) -> ColumnElement[Any]:
        """The number of a condition, and what the ticket has there; several fields by name."""
        fields: dict[str, Term] = {}
        _collect(node, fields)
        if not fields:
            return literal(str(n))
        parts: ColumnElement[Any] = literal("")
        for name, term in fields.items():
            value = func.coalesce(self._value(term), "")
            if len(fields) == 1:
                parts = value
            else:
                label = literal(f"{name}=" if name == next(iter(fields)) else f", {name}=")
                parts = parts.concat(label).concat(value)
        return literal(f"{n} ").concat(func.substr(parts, 1, LONGEST))

    def _value(self, term: Term) -> ColumnElement[Any]:
        field = term.field
        if term.side:
            mine = change.c.ticket_id == ticket.c.id
            same = and_(change.c.field == field.reads[0], change.c.side == term.side)
            return self._all(change.c.value, mine, same)
        if field.key or field.name == "number" or field.type is Type.PATH:
            return cast(self.column(field), Text)
        here = ticket.c.id
        match field.name:
            case "priority":
                return case({p.rank: p.value for p in Priority}, value=ticket.c.priority)
            case "tag":
                return self._all(condition.tag.c.tag, condition.tag.c.ticket_id == ticket.c.id)
            case "is":
                return _flags(term)
            case "by":
                return wave.c.by
            case "event":
                kind = case((wave.c.created, "created"), else_="updated")
                came = case((wave.c.came, " message"), else_="")
                what = case((wave.c.what != "", literal(" ").concat(wave.c.what)), else_="")
                return kind.concat(came).concat(what)
            case "sla.target":
                return wave.c.target
            case "csat":
                score = select(cast(condition.survey.c.score, Text))
                mine = condition.survey.c.ticket_id == here
                return score.where(mine).correlate(ticket).scalar_subquery()
            case "link":
                return self._all(condition.linked.c.kind, condition.linked.c.ticket_id == here)
            case "collaborator":
                person = condition.collaborator
                return self._all(person.c.email, person.c.ticket_id == here)
            case "changed":
                return self._all(
                    change.c.field, change.c.ticket_id == ticket.c.id, change.c.side == ""
                )
            case "auto":
                message = condition.message
                robot = select(message.c.auto).where(message.c.id == wave.c.message_id)
                return robot.correlate(wave).scalar_subquery()
            case "due":
                return self._length(condition.deadline() - self.now())
            case "worktime":
                return literal("")
        if field.of == "customer":
            return self._of_customer(field)
        if field.type is Type.TIME:
            return _instant(condition.TIMES[field.name])
        if field.type is Type.LENGTH:
            return self._length(self.now() - condition.ms(condition.SINCE[field.name]))
        if field.type in (Type.WORD, Type.TEXT):
            return self.column(field)
        return literal("")

    def now(self) -> ColumnElement[Any]:
        return self.param(lambda scope: to_ms(scope.now))

    def _length(self, ms: ColumnElement[Any]) -> ColumnElement[Any]:
        minutes = _part(ms, 60_000)
        return case(
            (func.abs(minutes) >= 2880, cast(_part(minutes, 1440), Text).concat("d")),
            (func.abs(minutes) >= 120, cast(_part(minutes, 60), Text).concat("h")),
            else_=cast(minutes, Text).concat("m"),
        )

    def _all(self, what: ColumnElement[Any], *conditions: Bool) -> ColumnElement[Any]:
        listed = select(func.group_concat(what, ", ")).where(*conditions)
        return listed.correlate(ticket, wave).scalar_subquery()

    def _of_customer(self, field: Field) -> ColumnElement[Any]:
        whose = ticket.c.customer_id
        person, mail = condition.customer, condition.identity
        match field.name:
            case "customer.email":
                return self._all(
                    mail.c.value, mail.c.customer_id == whose, mail.c.scheme == "email"
                )
            case "customer.group":
                group = condition.group
                return self._all(group.c.name, group.c.customer_id == whose)
            case "org":
                org = condition.organisation
                member = and_(person.c.id == whose, person.c.organisation_id == org.c.id)
                return self._all(org.c.name, member)
        name = case((person.c.name != "", person.c.name), else_=person.c.email)
        return self._all(name, person.c.id == whose)


def _instant(column: str) -> ColumnElement[Any]:
    seconds = _part(condition.ms(column), 1000)
    return func.strftime("%Y-%m-%d %H:%MZ", seconds, "unixepoch")


def _part(of: ColumnElement[Any], size: int) -> ColumnElement[Any]:
    """Whole parts of an integer; NULL of NULL."""
    return of.op("/", precedence=8)(size)


def _collect(node: Node, found: dict[str, Term]) -> None:
    if isinstance(node, Term):
        name = node.field.name
        if node.field.type is not Type.PHRASE:
            found.setdefault(f"{name}.{node.side}" if node.side else name, node)
    elif isinstance(node, Not):
        _collect(node.node, found)
    else:
        for part in node.nodes:
            _collect(part, found)


def _flags(term: Term) -> ColumnElement[Any]:
    """The column that `is:` looked at, where it is one that a person knows."""
    found = {name for flag in FLAGS if flag.name in term.values for name in flag.reads}
    if found == {"snoozed_until"}:
        return _instant("snoozed_until")
    return cast(ticket.c[found.pop()], Text) if len(found) == 1 else literal("")
