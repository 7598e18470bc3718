"""Where reports have their facts from: of each measure, what happened to one ticket at one instant.

A fact has a value: 1 where facts are only counted, seconds, a score, 1 or 0 for kept or missed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
)

from kfdesk.model import OPEN_STATUSES
from kfdesk.store.history.acted import first_since
from kfdesk.store.tables import (
    ClockRow,
    EventRow,
    OperationRow,
    SpentRow,
    SurveyRow,
    TicketTable,
    to_ms,
)
from kfdesk.store.tx import Tx

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_event = EventRow.__table__  # type: ignore[attr-defined]
_operation = OperationRow.__table__  # type: ignore[attr-defined]
_clock = ClockRow.__table__  # type: ignore[attr-defined]
_survey = SurveyRow.__table__  # type: ignore[attr-defined]
_spent = SpentRow.__table__  # type: ignore[attr-defined]

HOUR, DAY = 3_600_000, 86_400_000
#: A range that reaches less far back is found by the index of what changed last.
_RECENT = 40 * DAY


@dataclass(frozen=True, slots=True)
class Window:
    """From an instant up to another; `first` is the first event that can lie in it.

    `offsets` are (instant, what local time is ahead of UTC from then on), in milliseconds.
    """

    start: int
    end: int
    first: int
    offsets: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls, tx: Tx, start: datetime, end: datetime, offsets: Sequence[tuple[int, int]]
    ) -> Window:
        """The window between two instants."""
        return cls(to_ms(start), to_ms(end), first_since(tx, start), tuple(offsets))

    def within(self, at: ColumnElement[int]) -> ColumnElement[bool]:
        """True where an instant lies in it."""
        return and_(at >= self.start, at < self.end)

    def local(self, at: ColumnElement[int]) -> ColumnElement[int]:
        """An instant as milliseconds of local time."""
        (_first, offset), *later = self.offsets
        if not later:
            return at + offset
        steps = [(at >= since, ahead) for since, ahead in reversed(later)]
        return at + case(*steps, else_=offset)


def _ms(column: Any) -> ColumnElement[int]:
    return type_coerce(column, BigInteger)


def _facts(
    ticket: Any, at: Any, value: Any = None, agent: Any = None, team: Any = None
) -> Select[Any]:
    """A statement of facts. An agent or team of its own counts before the ticket's."""
    return select(
        ticket.label("ticket_id"),
        _ms(at).label("at"),
        (literal_column("1") if value is None else value).label("value"),
        (null() if agent is None else agent).label("agent"),
        (null() if team is None else team).label("team"),
    )


OPEN = [status.value for status in OPEN_STATUSES]
_old = func.json_extract(_event.c.changes, "$.status[0]")
_new = func.json_extract(_event.c.changes, "$.status[1]")
_moved = func.instr(_event.c.changes, '"status"') > 0


def _stands() -> ColumnElement[bool]:
    """True of what was not taken back, and does not take back what somebody did."""
    turns = select(_operation.c.id).where(
        or_(_operation.c.undone_by.is_not(None), _operation.c.undoes.is_not(None))
    )
    return or_(_event.c.operation_id.is_(None), _event.c.operation_id.not_in(turns))


def _events(window: Window, value: Any = None) -> Select[Any]:
    facts = _facts(_event.c.ticket_id, _event.c.at, value)
    return facts.where(_event.c.id >= window.first, window.within(_ms(_event.c.at)))


def _created(window: Window) -> Select[Any]:
    found = _facts(_ticket.c.id, _ticket.c.created_at).where(
        window.within(_ms(_ticket.c.created_at))
    )
    if window.end - window.start < _RECENT:  # what was made since then was also changed since then
        found = found.where(_ms(_ticket.c.updated_at) >= window.start)
    return found


def _solved(window: Window) -> Select[Any]:
    return _events(window).where(_moved, _old.in_(OPEN), _new.not_in(OPEN), _stands())


def _reopened(window: Window) -> Select[Any]:
    return _events(window).where(_moved, _old.not_in(OPEN), _new.in_(OPEN), _stands())


def _flow(window: Window) -> Any:
    """What makes the backlog grow (1) and shrink (-1), taken back or not.

    Every ticket was open once it was there; one that came in from another desk, solved there
    already, left when it was solved there.
    """
    was, is_ = _old.in_(OPEN), _new.in_(OPEN)
    moved = _events(window, case((is_, 1), else_=-1)).where(
        _moved, or_(and_(_old.not_in(OPEN), is_), and_(was, _new.not_in(OPEN)))
    )
    created = _ms(_ticket.c.created_at)
    ended = func.coalesce(_ms(_ticket.c.solved_at), _ms(_ticket.c.closed_at), created)
    brought = _facts(_ticket.c.id, ended, literal_column("-1")).where(
        _ticket.c.id.in_(_brought_solved()), window.within(ended)
    )
    return _created(window).union_all(moved, brought)


def _brought_solved() -> Select[Any]:
    """Tickets that were solved when they came in from another desk."""
    return select(_event.c.ticket_id).where(
        _event.c.kind == "imported", _new.in_(("solved", "closed"))
    )


def _replies(window: Window) -> Select[Any]:
    facts = _facts(_event.c.ticket_id, _event.c.at, agent=_event.c.actor)
    return facts.where(
        _event.c.id >= window.first,
        window.within(_ms(_event.c.at)),
        _event.c.kind == "reply",
        _event.c.by == "agent",
        _stands(),
    )


def _first_response(window: Window) -> Select[Any]:
    at = _ms(_ticket.c.first_response_at)
    length = (at - _ms(_ticket.c.created_at)) // 1000
    return _facts(_ticket.c.id, at, length).where(window.within(at))


def _resolution(window: Window) -> Select[Any]:
    at = _ms(_ticket.c.solved_at)
    length = (at - _ms(_ticket.c.created_at)) // 1000
    return _facts(_ticket.c.id, at, length).where(window.within(at))


def _worked(target: str) -> Callable[[Window], Select[Any]]:
    """Working time of a promise that was met, by its calendar."""

    def facts(window: Window) -> Select[Any]:
        at = _ms(_clock.c.met_at)
        return _facts(_clock.c.ticket_id, at, _clock.c.used).where(
            window.within(at), _clock.c.target == target, _clock.c.used.is_not(None)
        )

    return facts


def _kept(window: Window) -> Select[Any]:
    at = _ms(_clock.c.met_at)
    return _facts(_clock.c.ticket_id, at).where(window.within(at), _clock.c.breached_at.is_(None))


def _missed(window: Window) -> Select[Any]:
    at = _ms(_clock.c.breached_at)
    nobody = literal("")
    holder, team = func.nullif(_clock.c.holder, nobody), func.nullif(_clock.c.team, nobody)
    return _facts(_clock.c.ticket_id, at, agent=holder, team=team).where(window.within(at))


def _promises(window: Window) -> Any:
    kept = _kept(window)
    missed = _missed(window).subquery()
    lost = select(
        missed.c.ticket_id, missed.c.at, literal_column("0"), missed.c.agent, missed.c.team
    )
    return kept.union_all(lost)


def _satisfaction(window: Window) -> Select[Any]:
    at = _ms(_survey.c.answered_at)
    return _facts(_survey.c.ticket_id, at, _survey.c.score).where(
        window.within(at), _survey.c.score.is_not(None)
    )


def _work(window: Window) -> Select[Any]:
    at = _ms(_spent.c.at)
    return _facts(_spent.c.ticket_id, at, _spent.c.seconds, _spent.c.agent).where(window.within(at))


#: What can be added up, by the measure's name.
SOURCES: Mapping[str, Callable[[Window], Any]] = {
    "created": _created,
    "solved": _solved,
    "reopened": _reopened,
    "replies": _replies,
    "first_response": _first_response,
    "first_response_worktime": _worked("first_response"),
    "resolution": _resolution,
    "resolution_worktime": _worked("resolve"),
    "sla": _promises,
    "sla_kept": _kept,
    "sla_missed": _missed,
    "satisfaction": _satisfaction,
    "spent": _work,
    "flow": _flow,
}
