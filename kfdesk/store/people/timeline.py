"""One time line of a person, over all their tickets and channels: an index of it, and its lines.

The index is small (when, what, which) and read whole; the lines behind it are read as they are
looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, bindparam, case, func, select, type_coerce

from kfdesk.model import OPEN_STATUSES, Direction, Status
from kfdesk.store.ids import among, these
from kfdesk.store.prepared import Asked
from kfdesk.store.tables import (
    CustomerEventRow,
    MessageRow,
    SurveyRow,
    TicketTable,
)
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]
_survey = SurveyRow.__table__  # type: ignore[attr-defined]
_event = CustomerEventRow.__table__  # type: ignore[attr-defined]
#: So much of what was said is shown in a line.
_EXCERPT = 300


class Kind(StrEnum):
    """What a line of the time line is about."""

    TICKET = "ticket"
    MESSAGE = "message"
    ASKED = "asked"
    SCORE = "score"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Point:
    """Something that happened: when in ms, what, and its id (ticket, message, journal line)."""

    at: int
    kind: Kind
    id: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the time line. `by` and `actor` are who did it; `what` the journal's word."""

    at: datetime
    kind: Kind
    id: int
    ticket: int | None = None
    subject: str = ""
    channel: str = ""
    direction: Direction | None = None
    auto: str = ""
    by: str = ""
    actor: str = ""
    what: str = ""
    text: str = ""
    score: int | None = None
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there was of a customer."""

    tickets: int
    open: int
    solved: int
    messages: int
    first_seen: datetime | None
    last_seen: datetime | None
    satisfaction: float | None  # 1 to 5, of all scores


_theirs = select(_ticket.c.id).where(
    _ticket.c.customer_id == bindparam("customer"), _ticket.c.deleted_at.is_(None)
)


def _points(at: Any, id: Any, *conditions: Any) -> Asked:
    return Asked(select(type_coerce(at, BigInteger), id).where(*conditions))


_on_theirs = _survey.c.ticket_id.in_(_theirs)
_INDEX = {
    Kind.TICKET: _points(_ticket.c.created_at, _ticket.c.id, _ticket.c.id.in_(_theirs)),
    Kind.MESSAGE: _points(_message.c.at, _message.c.id, _message.c.ticket_id.in_(_theirs)),
    Kind.ASKED: _points(_survey.c.asked_at, _survey.c.ticket_id, _on_theirs),
    Kind.SCORE: _points(
        _survey.c.answered_at, _survey.c.ticket_id, _on_theirs, _survey.c.answered_at.is_not(None)
    ),
    Kind.PROFILE: _points(_event.c.at, _event.c.id, among(_event.c.customer_id)),
}
#: What stands above what where all of it happened at once.
_ORDER = {kind: n for n, kind in enumerate(Kind)}


def index(tx: Tx, customer: int, family: Sequence[int]) -> list[Point]:
    """Return all that happened with a customer, and with those merged into them, newest first."""
    asked = these(family) | {"customer": customer}
    found = [
        Point(at, kind, id) for kind, points in _INDEX.items() for at, id in points.all(tx, asked)
    ]
    found.sort(key=lambda point: (point.at, _ORDER[point.kind], point.id), reverse=True)
    return found


def moments(tx: Tx, points: Sequence[Point]) -> list[Moment]:
    """Return the lines of these points, in their order."""
    ids: dict[Kind, list[int]] = defaultdict(list)
    for point in points:
        ids[point.kind].append(point.id)
    found: dict[tuple[Kind, int], Moment] = {}
    for kind, read in _READ.items():
        if ids[kind]:
            found |= {(kind, moment.id): moment for moment in read(tx, ids[kind])}
    keys = ((point.kind, point.id) for point in points)
    return [found[key] for key in keys if key in found]


def _tickets(tx: Tx, ids: Sequence[int]) -> list[Moment]:
    statement = select(
        _ticket.c.id, _ticket.c.created_at, _ticket.c.subject, _ticket.c.channel, _ticket.c.status
    ).where(among(_ticket.c.id))
    return [
        Moment(
            row.created_at, Kind.TICKET, row.id, row.id, row.subject, row.channel, what=row.status
        )
        for row in tx.execute(statement, these(ids))
    ]


def _messages(tx: Tx, ids: Sequence[int]) -> list[Moment]:
    said = _message.c
    written = func.substr(
        said.text, 1, case((said.cut < _EXCERPT, said.cut), else_=_EXCERPT)
    ).label("said")
    statement = (
        select(
            said.id, said.at, said.ticket_id, said.direction, said.by, said.author,
            said.author_email, said.auto, said.side_id, written, _ticket.c.channel,
            _ticket.c.subject,
        )
        .join(_ticket, _ticket.c.id == said.ticket_id)
        .where(among(said.id))
    )  # fmt: skip
    return [
        Moment(
            row.at, Kind.MESSAGE, row.id, row.ticket_id, row.subject, row.channel,
            Direction(row.direction), row.auto, row.by, row.author or row.author_email,
            text=row.said,
        )
        for row in tx.execute(statement, these(ids))
    ]  # fmt: skip


def _asked(tx: Tx, ids: Sequence[int]) -> list[Moment]:
    statement = select(_survey.c.ticket_id, _survey.c.asked_at).where(among(_survey.c.ticket_id))
    return [
        Moment(row.asked_at, Kind.ASKED, row.ticket_id, row.ticket_id)
        for row in tx.execute(statement, these(ids))
    ]


def _scores(tx: Tx, ids: Sequence[int]) -> list[Moment]:
    statement = select(
        _survey.c.ticket_id, _survey.c.answered_at, _survey.c.score, _survey.c.comment
    ).where(among(_survey.c.ticket_id))
    return [
        Moment(
            row.answered_at, Kind.SCORE, row.ticket_id, row.ticket_id,
            text=row.comment, score=row.score,
        )
        for row in tx.execute(statement, these(ids))
    ]  # fmt: skip


def _profile(tx: Tx, ids: Sequence[int]) -> list[Moment]:
    statement = select(_event).where(among(_event.c.id))
    return [
        Moment(
            row.at, Kind.PROFILE, row.id, by=row.by, actor=row.actor, what=row.kind,
            text=row.text, changes=row.changes,
        )
        for row in tx.execute(statement, these(ids))
    ]  # fmt: skip


_READ = {
    Kind.TICKET: _tickets,
    Kind.MESSAGE: _messages,
    Kind.ASKED: _asked,
    Kind.SCORE: _scores,
    Kind.PROFILE: _profile,
}


def figures(tx: Tx, customer: int, created_at: datetime) -> Figures:
    """Return the figures of a customer who was first known at that time."""
    whose = {"customer": customer}
    statuses: dict[str, int] = defaultdict(int)
    first: list[datetime] = [created_at]
    rows = select(_ticket.c.status, func.count(), func.min(_ticket.c.created_at)).where(
        _ticket.c.id.in_(_theirs)
    )
    for status, count, begun in tx.execute(rows.group_by(_ticket.c.status), whose):
        statuses[status] += count
        first.append(begun)
    came = select(func.count(), func.max(_message.c.at)).where(
        _message.c.ticket_id.in_(_theirs), _message.c.direction == Direction.IN.value
    )
    _came, last = tx.execute(came, whose).one()
    count = select(func.count()).where(_message.c.ticket_id.in_(_theirs))
    scored = select(func.avg(_survey.c.score)).where(_survey.c.ticket_id.in_(_theirs))
    average = tx.scalar(scored, whose)
    return Figures(
        tickets=sum(statuses.values()),
        open=sum(statuses[status.value] for status in OPEN_STATUSES),
        solved=statuses[Status.SOLVED.value] + statuses[Status.CLOSED.value],
        messages=tx.scalar(count, whose) or 0,
        first_seen=min(first),
        last_seen=last,
        satisfaction=None if average is None else round(float(average), 2),
    )


def counts(tx: Tx, customers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return {customer: (tickets, open ones)}, for those who have any."""
    is_open = case((_ticket.c.status.in_([s.value for s in OPEN_STATUSES]), 1), else_=0)
    statement = (
        select(_ticket.c.customer_id, func.count(), func.sum(is_open))
        .where(among(_ticket.c.customer_id), _ticket.c.deleted_at.is_(None))
        .group_by(_ticket.c.customer_id)
    )
    return {id: (every, open_) for id, every, open_ in tx.execute(statement, these(customers))}
