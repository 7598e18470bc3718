"""Conditions on what lies beside the ticket: tags, people, links, what was said.

In a list such a condition is a set of tickets found through the other table's index; where only a
few tickets are asked, a row that fits is looked up for each of them (`among`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
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
)

from kfdesk.rules.actions import INVERSE
from kfdesk.rules.language.fields import Field, Type
from kfdesk.rules.language.tree import Term
from kfdesk.rules.language.values import Glob, Special, Value
from kfdesk.store.conditions.comparison import Bool, Comparison
from kfdesk.store.fulltext import words
from kfdesk.store.tables import (
    ArticleUseRow,
    AttachmentRow,
    CollaboratorRow,
    CustomerGroupRow,
    CustomerRow,
    FollowerRow,
    IdentityRow,
    LinkRow,
    MessageRow,
    OrganisationDomainRow,
    OrganisationRow,
    SurveyRow,
    TicketTable,
    TicketTagRow,
)

ticket = TicketTable.__table__  # type: ignore[attr-defined]
tag = TicketTagRow.__table__  # type: ignore[attr-defined]
message = MessageRow.__table__  # type: ignore[attr-defined]
_attachment = AttachmentRow.__table__  # type: ignore[attr-defined]
customer = CustomerRow.__table__  # type: ignore[attr-defined]
identity = IdentityRow.__table__  # type: ignore[attr-defined]
group = CustomerGroupRow.__table__  # type: ignore[attr-defined]
follower = FollowerRow.__table__  # type: ignore[attr-defined]
collaborator = CollaboratorRow.__table__  # type: ignore[attr-defined]
linked = LinkRow.__table__  # type: ignore[attr-defined]
survey = SurveyRow.__table__  # type: ignore[attr-defined]
use = ArticleUseRow.__table__  # type: ignore[attr-defined]
organisation = OrganisationRow.__table__  # type: ignore[attr-defined]
domain = OrganisationDomainRow.__table__  # type: ignore[attr-defined]
index = table("search", column("rowid"), column("search"))


#: What was said of an article, in a word.
HELPED: ColumnElement[str] = case((use.c.helped == true(), "yes"), else_="no")


def _each_tag() -> Any:
    """Every tag in use once: from each the index leads to the next, past all uses of the first."""
    first = select(func.min(tag.c.tag).label("tag")).cte("tags", recursive=True)
    others = tag.alias()
    following = select(func.min(others.c.tag)).where(others.c.tag > first.c.tag).scalar_subquery()
    return first.union_all(select(following).where(first.c.tag.is_not(None)))


_TAGS = _each_tag()


class Beside(Comparison):
    """Compares what the other tables hold of a ticket."""

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

    def _csat(self, term: Term) -> Bool:
        def rated(fits: Bool) -> Bool:
            return self.among(ticket.c.id, survey.c.ticket_id, fits)

        score = survey.c.score
        return self._several(
            term, rated(score.is_not(None)), lambda v: rated(self.compare_one(score, term, v))
        )

    def _helped(self, term: Term) -> Bool:
        def said(fits: Bool) -> Bool:
            return self.among(ticket.c.id, use.c.ticket_id, fits)

        return self._several(
            term,
            said(use.c.helped.is_not(None)),
            lambda v: said(and_(use.c.helped.is_not(None), self.compare_one(HELPED, term, v))),
        )

    def _link(self, term: Term) -> Bool:
        def known(fits: Bool) -> Bool:
            return self.among(ticket.c.id, linked.c.ticket_id, fits)

        def named(fits: Bool) -> Bool:
            return self.among(ticket.c.id, linked.c.other_id, fits)

        other = case(INVERSE, value=linked.c.kind, else_=linked.c.kind)
        return self._several(
            term,
            or_(known(true()), named(true())),
            lambda v: or_(
                known(self.compare_one(linked.c.kind, term, v)),
                named(self.compare_one(other, term, v)),
            ),
        )

    def followed(self, fits: Bool) -> Bool:
        """True where an agent who fits follows the ticket."""
        return self.among(ticket.c.id, follower.c.ticket_id, fits)

    def _follower(self, term: Term) -> Bool:
        agent = follower.c.agent
        return self._several(
            term,
            self.followed(true()),
            lambda v: self.followed(self.compare_one(agent, term, v)),
        )

    def _collaborator(self, term: Term) -> Bool:
        def party(fits: Bool) -> Bool:
            there = and_(collaborator.c.removed.is_(False), fits)
            return self.among(ticket.c.id, collaborator.c.ticket_id, there)

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

    def customer_field(self, term: Term) -> Bool:
        """A comparison with a field of the team's own that customers have."""
        fits = self.compare(own_value(customer.c.fields, term.field), term)
        return self.among(ticket.c.customer_id, customer.c.id, fits)

    def _org(self, term: Term) -> Bool:
        source = customer.join(organisation, organisation.c.id == customer.c.organisation_id)

        def belongs(fits: Bool) -> Bool:
            return self.among(ticket.c.customer_id, customer.c.id, fits, source)

        def called(value: Value) -> Bool:
            fits = self.compare_one(domain.c.domain, term, value)
            by_domain = exists().where(domain.c.organisation_id == organisation.c.id, fits)
            named = self.compare_one(organisation.c.name, term, value)
            return or_(named, by_domain.correlate(organisation))

        return self._several(term, belongs(true()), lambda v: belongs(called(v)))

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


def own_value(held: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
    """What a row has in one of the team's own fields; empty text where it has nothing."""
    raw = func.json_extract(held, f'$."{field.key}"')
    if field.type is Type.NUMBER:
        return cast(raw, Numeric)
    if field.type is Type.YESNO:
        return case((raw == 1, "yes"), (raw == 0, "no"), else_="")
    return func.coalesce(cast(raw, Text), "")


def phrase(term: Term) -> str:
    """The words of a term as the full-text index is asked for them.

    `message:` is about what its writer said, not about the history that is quoted below.
    """
    found = " OR ".join(
        words.match(v.text[:-1], prefix=True) if isinstance(v, Glob) else words.match(str(v))
        for v in term.values
    )
    return f"body : ({found})" if term.field.name == "message" else found
