"""What customers were asked about their tickets, and answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from kfdesk.store.ids import among, these
from kfdesk.store.tables import SurveyRow
from kfdesk.store.tx import Tx

_survey = SurveyRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Answer:
    """A customer's score, 1 to 5, what they wrote with it, and the message that it came in."""

    score: int
    comment: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Asked:
    """That a customer was asked, and what they answered last, if they did."""

    at: datetime
    score: int | None
    comment: str
    answered_at: datetime | None


def of(tx: Tx, numbers: Iterable[int]) -> dict[int, Asked]:
    """Return {ticket: what was asked and answered} of those whose customer was asked."""
    statement = select(
        _survey.c.ticket_id,
        _survey.c.asked_at,
        _survey.c.score,
        _survey.c.comment,
        _survey.c.answered_at,
    ).where(among(_survey.c.ticket_id))
    return {row[0]: Asked(*row[1:]) for row in tx.execute(statement, these(numbers))}


def forget(tx: Tx, numbers: Iterable[int]) -> None:
    """Write that the customers of these tickets were not asked; what was answered stays."""
    statement = delete(_survey).where(among(_survey.c.ticket_id), _survey.c.score.is_(None))
    tx.execute(statement, these(numbers))


def asked(tx: Tx, numbers: Iterable[int]) -> dict[int, int | None]:
    """Return {ticket: the score, if there is one yet} of those whose customer was asked."""
    numbers = list(numbers)
    if not numbers:
        return {}
    statement = select(_survey.c.ticket_id, _survey.c.score).where(among(_survey.c.ticket_id))
    return {number: score for number, score in tx.execute(statement, these(numbers))}  # noqa: C416


def ask(tx: Tx, numbers: Iterable[int], now: datetime) -> None:
    """Write that the customers of these tickets are being asked; once a ticket."""
    rows = [{"ticket_id": number, "asked_at": now, "comment": ""} for number in numbers]
    if rows:
        tx.execute(insert(_survey).on_conflict_do_nothing(), rows)


def answer(tx: Tx, answers: Mapping[int, Answer], now: datetime) -> None:
    """Write what customers answered, {ticket: answer}; a later answer takes an earlier's place."""
    for number, given in answers.items():
        values = {
            "score": given.score,
            "comment": given.comment,
            "answered_at": now,
            "message_id": given.message_id,
        }
        statement = insert(_survey).values(ticket_id=number, asked_at=now, **values)
        tx.execute(statement.on_conflict_do_update(index_elements=["ticket_id"], set_=values))
