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
    Numeric,
    Text,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    not_,
    or_,
    select,
    table,
    true,
    type_coerce,
)

from kfdesk.model import OPEN_STATUSES, Status
from kfdesk.rules.fields import Field, Type
from kfdesk.rules.tree import And, Node, Not, Query, Sort, Term
from kfdesk.rules.values import Glob, Scope, Special, Value
from kfdesk.store import words
from kfdesk.store.comparison import Bool, Comparison, by_operator, is_empty, milliseconds, register
from kfdesk.store.tables import (
    AttachmentRow,
    CollaboratorRow,
    CustomerGroupRow,
    CustomerRow,
    IdentityRow,
    LinkRow,
    MessageRow,
    OrganisationRow,
    SurveyRow,
    TicketTable,
    TicketTagRow,
    to_ms,
)

ticket = TicketTable.__table__  # type: ignore[attr-defined]
tag = TicketTagRow.__table__  # type: ignore[attr-defined]
message = MessageRow.__table__  # type: ignore[attr-defined]
_attachment = AttachmentRow.__table__  # type: ignore[attr-defined]
customer = CustomerRow.__table__  # type: ignore[attr-defined]
identity = IdentityRow.__table__  # type: ignore[attr-defined]
group = CustomerGroupRow.__table__  # type: ignore[attr-defined]
collaborator = CollaboratorRow.__table__  # type: ignore[attr-defined]
linked = LinkRow.__table__  # type: ignore[attr-defined]
survey = SurveyRow.__table__  # type: ignore[attr-defined]
organisation = OrganisationRow.__table__  # type: ignore[attr-defined]
index = table("search", column("rowid"), column("search"))


#: A ticket that raises no events and stands in no list.
LIVE: Bool = and_(ticket.c.deleted_at.is_(None), ticket.c.merged_into.is_(None))


def where(query: Query, scope: Scope) -> Bool:
    """Return the condition on `ticket` that a query is, for a list as of `scope`."""
    hidden = any(
        term.field.name == "is" and {"merged", "deleted"} & {str(v) for v in term.values}
        for term in query.terms()
    )
    condition = Translation(scope).all_of(query.conjuncts)
    return condition if hidden else and_(LIVE, condition)


def order(sort: Sequence[Sort]) -> list[ColumnElement[Any]]:
    """Return what a list is ordered by: as asked, nothing last; else the newest change first."""
    found: list[ColumnElement[Any]] = []
    for key in sort:
        by, falls = _ORDER_BY[key.name]
        if key.name in ("due", "waiting"):
            found.append(by.is_(None))
        found.append(by.desc() if falls != key.descending else by.asc())
    keys = sort or (Sort("updated", True),)
    if not sort:
        found.append(ms("updated_at").desc())
    newest = keys[-1].descending or keys[-1].name in ("idle", "age", "waiting")
    found.append(ticket.c.id.desc() if newest else ticket.c.id.asc())
    return found


def ms(name: str) -> ColumnElement[int]:
    return type_coerce(ticket.c[name], BigInteger)


def deadline() -> ColumnElement[int]:
    return ms("due_at")


_STATUSES = {status.value: n for n, status in enumerate(Status)}
_PLAIN = ("subject", "team", "assignee", "channel", "category")

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
    **{name: (ticket.c[name], False) for name in _PLAIN},
}


TIMES = {"created": "created_at", "updated": "updated_at"}
SINCE = {"age": "created_at", "idle": "last_person_at", "waiting": "waiting_since"}

_status = ticket.c.status
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
    "merged": ticket.c.merged_into.is_not(None),
    "deleted": ticket.c.deleted_at.is_not(None),
}


def _each_tag() -> Any:
    """Every tag in use once: from each the index leads to the next, past all uses of the first."""
    first = select(func.min(tag.c.tag).label("tag")).cte("tags", recursive=True)
    others = tag.alias()
    following = select(func.min(others.c.tag)).where(others.c.tag > first.c.tag).scalar_subquery()
    return first.union_all(select(following).where(first.c.tag.is_not(None)))


_TAGS = _each_tag()


class Translation(Comparison):
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
        raw = func.json_extract(ticket.c.fields, f'$."{field.key}"')
        if field.type is Type.NUMBER:
            return cast(raw, Numeric)
        if field.type is Type.YESNO:
            return case((func.coalesce(raw, 0) == 1, "yes"), else_="no")
        return func.coalesce(cast(raw, Text), "")

    def change(self, term: Term) -> Bool:
        """What a field was before the event, or is after it: only a wave knows."""
        raise NotImplementedError(term.field.name)

    # what lies in other tables

    def _due(self, term: Term) -> Bool:
        (length,) = term.values
        assert isinstance(length, timedelta)
        then = self.param(lambda scope: to_ms(scope.now) + milliseconds(length))
        left = deadline()
        return and_(left.is_not(None), by_operator(term.op, left, then))

    def among(
        self,
        outer: ColumnElement[Any],
        link: ColumnElement[Any],
        condition: Bool,
        source: FromClause | None = None,
    ) -> Bool:
        """True where a row that fits links to the ticket: in a list, as a set."""
        rows = select(link).where(condition)
        if source is not None:
            rows = rows.select_from(source)
        return outer.in_(rows)

    def _is(self, term: Term) -> Bool:
        return or_(
            *(
                ticket.c.assignee == self.me() if value == "mine" else _FLAGS[str(value)]
                for value in term.values
            )
        )

    def _has(self, _term: Term) -> Bool:
        file = exists().where(_attachment.c.message_id == message.c.id)
        return exists().where(message.c.ticket_id == ticket.c.id, file).correlate(ticket)

    def _several(self, term: Term, anything: Bool, fits: Callable[[Value], Bool]) -> Bool:
        """A comparison with any of several values; having none of them is what `none` means."""
        return or_(
            *(
                not_(anything) if value is Special.NONE or value == "" else fits(value)
                for value in term.values
            )
        )

    def _worktime(self, term: Term) -> Bool:
        """What is true at an instant is true of every ticket."""
        names = [str(value) for value in term.values]
        return self.param(lambda scope: any(map(scope.working, names))) == true()

    def _csat(self, term: Term) -> Bool:
        def rated(fits: Bool) -> Bool:
            return self.among(ticket.c.id, survey.c.ticket_id, fits)

        score = survey.c.score
        return self._several(
            term, rated(score.is_not(None)), lambda v: rated(self.compare_one(score, term, v))
        )

    def _link(self, term: Term) -> Bool:
        def known(fits: Bool) -> Bool:
            return self.among(ticket.c.id, linked.c.ticket_id, fits)

        return self._several(
            term, known(true()), lambda v: known(self.compare_one(linked.c.kind, term, v))
        )

    def _collaborator(self, term: Term) -> Bool:
        def party(fits: Bool) -> Bool:
            return self.among(ticket.c.id, collaborator.c.ticket_id, fits)

        columns = (collaborator.c.email, collaborator.c.name)
        return self._several(
            term,
            party(true()),
            lambda v: party(or_(*(self.compare_one(c, term, v) for c in columns))),
        )

    def _tag(self, term: Term) -> Bool:
        def tagged(fits: Bool) -> Bool:
            return self.among(ticket.c.id, tag.c.ticket_id, fits)

        return self._several(term, tagged(true()), lambda v: tagged(self.tag_fits(term, v)))

    def tag_fits(self, term: Term, value: Value) -> Bool:
        """True of a tag that fits. The few different tags are looked at, not each use of one."""
        fits = and_(_TAGS.c.tag.is_not(None), self.compare_one(_TAGS.c.tag, term, value))
        found: Bool = tag.c.tag.in_(select(_TAGS.c.tag).where(fits))
        return found

    def _customer(self, term: Term) -> Bool:
        whose = ticket.c.customer_id

        def known(fits: Callable[[ColumnElement[Any]], Bool]) -> Bool:
            return or_(
                self.among(whose, customer.c.id, fits(customer.c.name)),
                self.among(whose, identity.c.customer_id, fits(identity.c.value)),
            )

        return self._several(
            term, known(lambda c: c != ""), lambda v: known(lambda c: self.compare_one(c, term, v))
        )

    def _customer_name(self, term: Term) -> Bool:
        fits = self.compare(customer.c.name, term)
        return self.among(ticket.c.customer_id, customer.c.id, fits)

    def _customer_email(self, term: Term) -> Bool:
        def reached(fits: Bool) -> Bool:
            mail = and_(identity.c.scheme == "email", fits)
            return self.among(ticket.c.customer_id, identity.c.customer_id, mail)

        def fits(value: Value) -> Bool:
            if isinstance(value, str):  # addresses are kept in lower case: their index finds it
                return reached(identity.c.value == value)
            return reached(self.compare_one(identity.c.value, term, value))

        return self._several(term, reached(true()), fits)

    def _customer_group(self, term: Term) -> Bool:
        def member(fits: Bool) -> Bool:
            return self.among(ticket.c.customer_id, group.c.customer_id, fits)

        return self._several(
            term, member(true()), lambda v: member(self.compare_one(group.c.name, term, v))
        )

    def _org(self, term: Term) -> Bool:
        source = customer.join(organisation, organisation.c.id == customer.c.organisation_id)

        def belongs(fits: Bool) -> Bool:
            return self.among(ticket.c.customer_id, customer.c.id, fits, source)

        names = (organisation.c.name, organisation.c.domain)
        return self._several(
            term,
            belongs(true()),
            lambda v: belongs(or_(*(self.compare_one(name, term, v) for name in names))),
        )

    # what was said

    def _text(self, term: Term) -> Bool:
        if term.op == "~":
            said = message.c.subject + "\n" + message.c.text
            return self.among(ticket.c.id, message.c.ticket_id, self.compare(said, term))
        hits = self.hits(term)
        return self.among(ticket.c.id, message.c.ticket_id, message.c.id.in_(hits))

    def hits(self, term: Term) -> Any:
        """The messages that hold the words, by the full-text index."""
        return select(index.c.rowid).where(self.matches(term))

    def matches(self, term: Term) -> Bool:
        """True of a line of the index that holds the words."""
        return index.c.search.op("MATCH")(phrase(term))

    def newest(self) -> ColumnElement[Any]:
        """The newest message of the ticket; in a rule, the one that the event is about."""
        return (
            (select(func.max(message.c.id)).where(message.c.ticket_id == ticket.c.id))
            .scalar_subquery()
            .correlate(ticket)
        )

    def _message(self, term: Term) -> Bool:
        if term.op == "~":
            written = func.substr(message.c.text, 1, message.c.cut)
            said = message.c.subject + "\n" + written
            return self._newest_is(self.compare(said, term))
        last = message.alias()
        newest = select(func.max(last.c.id)).where(last.c.ticket_id == message.c.ticket_id)
        fits = and_(
            message.c.id.in_(self.hits(term)),
            message.c.id == newest.scalar_subquery().correlate(message),
        )
        return self.among(ticket.c.id, message.c.ticket_id, fits)

    def _auto(self, term: Term) -> Bool:
        robot = self._newest_is(message.c.auto != "")
        return or_(*(robot if value else not_(robot) for value in term.values))

    def _newest_is(self, condition: Bool) -> Bool:
        return exists().where(message.c.id == self.newest(), condition).correlate_except(message)


class EachTicket(Translation):
    """Conditions asked of few tickets: words are looked up in each, not in all that there is."""

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
    "worktime": lambda t, term: t._worktime(term),
    "csat": lambda t, term: t._csat(term),
    "link": lambda t, term: t._link(term),
    "collaborator": lambda t, term: t._collaborator(term),
    "customer": lambda t, term: t._customer(term),
    "customer.name": lambda t, term: t._customer_name(term),
    "customer.email": lambda t, term: t._customer_email(term),
    "customer.group": lambda t, term: t._customer_group(term),
    "org": lambda t, term: t._org(term),
    "message": lambda t, term: t._message(term),
    "auto": lambda t, term: t._auto(term),
}


def phrase(term: Term) -> str:
    """The words of a term as the full-text index is asked for them.

    `message:` is about what its writer said, not about the history that is quoted below.
    """
    found = " OR ".join(
        words.match(v.text[:-1], prefix=True) if isinstance(v, Glob) else words.match(str(v))
        for v in term.values
    )
    return f"body : ({found})" if term.field.name == "message" else found


__all__ = ["LIVE", "Bool", "EachTicket", "Translation", "order", "phrase", "register", "where"]
