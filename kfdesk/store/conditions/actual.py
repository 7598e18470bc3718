"""What a ticket has where a condition of a rule does not hold, in a few words for the trace."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, or_, select

from kfdesk.model import Priority
from kfdesk.rules.actions import INVERSE
from kfdesk.rules.language.fields import FLAGS, Field, Type
from kfdesk.rules.language.tree import Node, Not, Term
from kfdesk.store.conditions import beside, condition
from kfdesk.store.conditions.comparison import Bool
from kfdesk.store.conditions.condition import Translation, ticket
from kfdesk.store.conditions.wave import change, wave
from kfdesk.store.tables import to_ms

#: How much of a value is told; a trace keeps one character more, to show that there was more.
LONGEST = 40


class Actual(Translation):
    """Translates a condition into the value that it looked at, for the tickets of a wave."""

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
        return literal(f"{n} ").concat(func.substr(parts, 1, LONGEST + 1))

    def _value(self, term: Term) -> ColumnElement[Any]:
        field = term.field
        if term.side:
            mine = change.c.ticket_id == ticket.c.id
            same = and_(change.c.field == field.reads[0], change.c.side == term.side)
            return self._all(change.c.value, mine, same)
        if field.key and field.of == "customer":
            person = beside.customer
            held = select(cast(beside.own_value(person.c.fields, field), Text))
            return (
                held.where(person.c.id == ticket.c.customer_id).correlate(ticket).scalar_subquery()
            )
        if field.key or field.name == "number" or field.type is Type.PATH:
            return cast(self.column(field), Text)
        here = ticket.c.id
        match field.name:
            case "priority":
                return case({p.rank: p.value for p in Priority}, value=ticket.c.priority)
            case "tag":
                return self._all(beside.tag.c.tag, beside.tag.c.ticket_id == ticket.c.id)
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
                score = select(cast(beside.survey.c.score, Text))
                mine = beside.survey.c.ticket_id == here
                return score.where(mine).correlate(ticket).scalar_subquery()
            case "helped":
                said = and_(beside.use.c.ticket_id == here, beside.use.c.helped.is_not(None))
                return self._all(beside.HELPED, said)
            case "link":
                link = beside.linked.c
                other = case(INVERSE, value=link.kind, else_=link.kind)
                kind = case((link.ticket_id == here, link.kind), else_=other)
                return self._all(kind, or_(link.ticket_id == here, link.other_id == here))
            case "follower":
                one = beside.follower
                return self._all(one.c.agent, one.c.ticket_id == here)
            case "collaborator":
                person = beside.collaborator
                there = person.c.removed.is_(False)
                return self._all(person.c.email, person.c.ticket_id == here, there)
            case "changed":
                return self._all(
                    change.c.field, change.c.ticket_id == ticket.c.id, change.c.side == ""
                )
            case "auto":
                message = beside.message
                robot = select(message.c.auto).where(message.c.id == wave.c.message_id)
                return robot.correlate(wave).scalar_subquery()
            case "status":
                own = ticket.c.substatus
                return case((own != "", own), else_=ticket.c.status)
            case "task_due":
                return _instant("task_due")
            case "spent":
                return self._length(ticket.c.spent * 1000)
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
        person, mail = beside.customer, beside.identity
        match field.name:
            case "customer.email":
                return self._all(
                    mail.c.value, mail.c.customer_id == whose, mail.c.scheme == "email"
                )
            case "customer.group":
                group = beside.group
                return self._all(group.c.name, group.c.customer_id == whose)
            case "org":
                org = beside.organisation
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
