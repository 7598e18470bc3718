"""A query's tree as SQL: one translation for lists, counts, previews and triggers.

Every condition is true or false, never NULL, so that NOT means what it says: empty is a value.
In a list a condition on another table is a set of tickets found through that table's index; in a
trigger wave it is looked up for each of the few tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    and_,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from kfdesk.model import OPEN_STATUSES, Status
from kfdesk.rules.language.fields import Field, Type
from kfdesk.rules.language.tree import And, Node, Not, Query, Sort, Term
from kfdesk.rules.language.values import Scope, Special
from kfdesk.store.conditions.beside import (
    Beside,
    follower,
    index,
    message,
    own_value,
    phrase,
    survey,
    ticket,
)
from kfdesk.store.conditions.comparison import Bool, by_operator, is_empty, milliseconds, register
from kfdesk.store.tables import to_ms

#: A ticket that raises no events and stands in no list.
LIVE: Bool = and_(
    ticket.c.deleted_at.is_(None), ticket.c.merged_into.is_(None), ticket.c.spam.is_(False)
)


def where(query: Query, scope: Scope) -> Bool:
    """Return the condition on `ticket` that a query is, for a list as of `scope`."""
    hidden = any(
        term.field.name == "is" and {"merged", "deleted", "spam"} & {str(v) for v in term.values}
        for term in query.terms()
    )
    condition = Translation(scope).all_of(query.conjuncts)
    return condition if hidden else and_(LIVE, condition)


def order(sort: Sequence[Sort]) -> list[ColumnElement[Any]]:
    """Return what a list is ordered by: as asked, nothing last; else the newest change first."""
    found: list[ColumnElement[Any]] = []
    for key in sort:
        by, falls = _order_by(key.name)
        if key.name in ("due", "waiting", "task_due", "csat") or key.name.startswith("field."):
            found.append(by.is_(None))
        found.append(by.desc() if falls != key.descending else by.asc())
    keys = sort or (Sort("updated", True),)
    if not sort:
        found.append(ms("updated_at").desc())
    newest = keys[-1].descending or keys[-1].name in ("idle", "age", "waiting")
    found.append(ticket.c.id.desc() if newest else ticket.c.id.asc())
    return found


def ms(name: str) -> ColumnElement[int]:
    """A time of the ticket, in milliseconds."""
    return type_coerce(ticket.c[name], BigInteger)


def deadline() -> ColumnElement[int]:
    """What is due next, in milliseconds."""
    return ms("due_at")


_STATUSES = {status.value: n for n, status in enumerate(Status)}
_PLAIN = ("subject", "team", "assignee", "channel", "category", "type", "spent")

#: `sort:` → what it orders by, and whether that falls when the key rises.
_ORDER_BY: dict[str, tuple[ColumnElement[Any], bool]] = {
    "updated": (ms("updated_at"), False),
    "created": (ms("created_at"), False),
    "number": (ticket.c.id, False),
    "priority": (ticket.c.priority, False),
    "status": (case(_STATUSES, value=ticket.c.status, else_=len(_STATUSES)), False),
    "due": (deadline(), False),
    "idle": (ms("last_person_at"), True),
    "age": (ms("created_at"), True),
    "waiting": (ms("waiting_since"), True),
    "task_due": (ms("task_due"), False),
    "csat": (
        select(survey.c.score)
        .where(survey.c.ticket_id == ticket.c.id)
        .correlate(ticket)
        .scalar_subquery(),
        False,
    ),
    **{name: (ticket.c[name], False) for name in _PLAIN},
}


def _order_by(name: str) -> tuple[ColumnElement[Any], bool]:
    if name.startswith("field."):
        return _kept(name.removeprefix("field.")), False
    return _ORDER_BY[name]


def _kept(key: str) -> ColumnElement[Any]:
    """What a ticket has in one of the team's own fields; NULL where it has nothing."""
    return func.json_extract(ticket.c.fields, f'$."{key}"')


TIMES = {"created": "created_at", "updated": "updated_at"}
SINCE = {"age": "created_at", "idle": "last_person_at", "waiting": "waiting_since"}

_status = ticket.c.status
_own = ticket.c.substatus != literal_column("''")  # as the index says it, or it is not taken
#: What is true of a ticket whoever asks.
_FLAGS: dict[str, Bool] = {
    "open": or_(*(_status == status.value for status in OPEN_STATUSES)),
    "new": _status == "new",
    "pending": _status == "pending",
    "hold": _status == "hold",
    "solved": _status == "solved",
    "closed": or_(_status == "solved", _status == "closed"),
    "unassigned": is_empty(ticket.c.assignee),
    "assigned": ticket.c.assignee != "",
    "unread": ticket.c.unread.is_(True),
    "waiting": ticket.c.waiting_since.is_not(None),
    "snoozed": ticket.c.snoozed_until.is_not(None),
    "breached": ticket.c.breached.is_(True),
    "quarantine": ticket.c.quarantine != "",
    "spam": ticket.c.spam.is_(True),
    "merged": ticket.c.merged_into.is_not(None),
    "deleted": ticket.c.deleted_at.is_not(None),
}


class Translation(Beside):
    """Translates the conditions of one statement about `ticket`.

    With a scope, its values stand in the statement. Without one they are parameters whose values
    `later` gives for any scope, so that the statement can be kept.
    """

    def all_of(self, nodes: Sequence[Node]) -> Bool:
        """True where every one of these holds."""
        return and_(true(), *(self.node(node) for node in nodes))

    def node(self, node: Node) -> Bool:
        """One condition."""
        if isinstance(node, Term):
            return self.term(node)
        if isinstance(node, Not):
            return not_(self.node(node.node))
        parts = [self.node(part) for part in node.nodes]
        return and_(*parts) if isinstance(node, And) else or_(*parts)

    def term(self, term: Term) -> Bool:
        """One comparison; `!=` is `=` denied."""
        if term.op == "!=":
            return not_(self.term(Term(term.field, "=", term.values, term.span, term.side)))
        if term.side:
            return self.change(term)
        return self.ticket(term)

    def ticket(self, term: Term) -> Bool:
        """A comparison with what the ticket, its customer or its messages are now."""
        field = term.field
        if field.name in _OWN:
            return _OWN[field.name](self, term)
        if field.key and field.of == "customer":
            return self.customer_field(term)
        match field.type:
            case Type.TIME:
                return self.time(ms(TIMES[field.name]), term)
            case Type.LENGTH:
                return self.since(ms(SINCE[field.name]), term)
        return self.compare(self.column(field), term)

    def column(self, field: Field) -> ColumnElement[Any]:
        """The one value that a ticket has of a field; empty text where it has none."""
        if not field.key:
            return ticket.c["id" if field.name == "number" else field.name]  # type: ignore[no-any-return]
        return own_value(ticket.c.fields, field)

    def change(self, term: Term) -> Bool:
        """What a field was before the event, or is after it: only a wave knows."""
        raise NotImplementedError(term.field.name)

    def _status(self, term: Term) -> Bool:
        """Of a standard status, all of its kind; of the team's own, those that have its name."""
        parts: list[Bool] = []
        for value in term.values:
            if value in _STATUSES:
                parts.append(self.compare_one(ticket.c.status, term, value))
            elif isinstance(value, str):
                parts.append(and_(_own, ticket.c.substatus == value))
            else:
                named = case((_own, ticket.c.substatus), else_=_status)
                parts.append(self.compare_one(named, term, value))
        return or_(*parts)

    def _task_due(self, term: Term) -> Bool:
        left = ms("task_due")
        dated = [value for value in term.values if value is not Special.NONE]
        parts: list[Bool] = [left.is_(None)] * (len(dated) < len(term.values))
        if dated:
            wanted = Term(term.field, term.op, tuple(dated), term.span)
            parts.append(and_(left.is_not(None), self.time(left, wanted)))
        return or_(*parts)

    def _spent(self, term: Term) -> Bool:
        (length,) = term.values
        assert isinstance(length, timedelta)
        return by_operator(term.op, ticket.c.spent, int(length.total_seconds()))

    def _due(self, term: Term) -> Bool:
        (length,) = term.values
        assert isinstance(length, timedelta)
        then = self.param(lambda scope: to_ms(scope.now) + milliseconds(length))
        left = deadline()
        return and_(left.is_not(None), by_operator(term.op, left, then))

    def _is(self, term: Term) -> Bool:
        return or_(*(self._flag(str(value)) for value in term.values))

    def _flag(self, name: str) -> Bool:
        match name:
            case "mine":
                mine: Bool = ticket.c.assignee == self.me()
                return mine
            case "followed":
                return self.followed(follower.c.agent == self.me())
            case "breached":  # also where no sync has come by since the deadline
                now = self.param(lambda scope: to_ms(scope.now))
                left = deadline()
                return or_(_FLAGS[name], and_(left.is_not(None), left <= now))
            case "overdue":
                now = self.param(lambda scope: to_ms(scope.now))
                left = ms("task_due")
                return and_(_FLAGS["open"], left.is_not(None), left <= now)
        return _FLAGS[name]

    def _worktime(self, term: Term) -> Bool:
        """What is true at an instant is true of every ticket."""
        names = [str(value) for value in term.values]
        return self.param(lambda scope: any(map(scope.working, names))) == true()


class EachTicket(Translation):
    """Conditions asked of few tickets: looked up for each of them, not in all that there is."""

    def among(
        self,
        outer: ColumnElement[Any],
        link: ColumnElement[Any],
        condition: Bool,
        source: FromClause | None = None,
    ) -> Bool:
        rows = exists().where(link == outer, condition)
        if source is not None:
            rows = rows.select_from(source)
        return rows.correlate(ticket)

    def _text(self, term: Term) -> Bool:
        if term.op == "~":
            return super()._text(term)
        said, line = message.alias(), index.alias()
        words_fit = line.c.search.op("MATCH")(phrase(term))
        hit = exists().where(line.c.rowid == said.c.id, words_fit).correlate(said)
        return exists().where(said.c.ticket_id == ticket.c.id, hit).correlate(ticket)


#: Fields that are more than one column of the ticket.
_OWN: dict[str, Callable[[Translation, Term], Bool]] = {
    "text": lambda t, term: t._text(term),
    "is": lambda t, term: t._is(term),
    "has": lambda t, term: t._has(term),
    "tag": lambda t, term: t._tag(term),
    "due": lambda t, term: t._due(term),
    "status": lambda t, term: t._status(term),
    "task_due": lambda t, term: t._task_due(term),
    "spent": lambda t, term: t._spent(term),
    "worktime": lambda t, term: t._worktime(term),
    "csat": lambda t, term: t._csat(term),
    "helped": lambda t, term: t._helped(term),
    "link": lambda t, term: t._link(term),
    "collaborator": lambda t, term: t._collaborator(term),
    "follower": lambda t, term: t._follower(term),
    "customer": lambda t, term: t._customer(term),
    "customer.name": lambda t, term: t._customer_name(term),
    "customer.email": lambda t, term: t._customer_email(term),
    "customer.group": lambda t, term: t._customer_group(term),
    "org": lambda t, term: t._org(term),
    "message": lambda t, term: t._message(term),
    "auto": lambda t, term: t._auto(term),
}


__all__ = [
    "LIVE",
    "Bool",
    "EachTicket",
    "Translation",
    "index",
    "order",
    "phrase",
    "register",
    "ticket",
    "where",
]
