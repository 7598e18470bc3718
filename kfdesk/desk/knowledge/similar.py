"""Tickets like the one at hand, and how they were solved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.desk.sending.helpful import without_question
from kfdesk.i18n import _
from kfdesk.model import Status
from kfdesk.store import tickets
from kfdesk.store.knowledge import similar as store
from kfdesk.store.knowledge import solutions
from kfdesk.store.knowledge.solutions import Case
from kfdesk.text import clean_line, shorten

#: So many are shown, and so many times more looked at to show those first that were solved.
USUAL = 10
_MORE = 3
_LINES = 4
_LONGEST = 400
_SOLVED = (Status.SOLVED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Similar:
    """A ticket like another one; `score` says how alike, up to 1."""

    case: Case
    score: float
    same_customer: bool

    @property
    def solved(self) -> bool:
        """Whether it was solved, so that one can learn from it."""
        return self.case.status in _SOLVED

    @property
    def took(self) -> timedelta | None:
        """How long it took to solve."""
        case = self.case
        if not self.solved or case.solved_at is None:
            return None
        return max(case.solved_at - case.created_at, timedelta(0))

    @property
    def answer(self) -> str:
        """The first lines of what an agent answered last, without what stands around them."""
        lines = [line.strip() for line in self.case.answer.split("\n") if line.strip()]
        # Of a letter the greeting says nothing; where there is nothing else, it does.
        told = lines[1:] if len(lines) > 1 and lines[0][-1] in ",，:：!！" else lines
        return "\n".join(shorten(line, _LONGEST) for line in told[:_LINES])

    @property
    def headline(self) -> str:
        """Which ticket it is, in a line."""
        case = self.case
        subject = clean_line(case.subject) or _("(no subject)")
        told = [
            f"#{case.number} {subject}",
            labels.status(case.status),
            clean_line(case.category),
            f"{self.score:.0%}",
            _("the same customer") if self.same_customer else "",
        ]
        return "  ·  ".join(filter(None, told))

    @property
    def solution(self) -> list[str]:
        """How it was solved, in lines; none for one that was not."""
        if not self.solved:
            return []
        case = self.case
        told: list[str] = []
        if self.took is not None:
            told.append(_("solved in {time}").format(time=lasting(self.took)))
        if case.author or case.assignee:
            told.append(_("by {name}").format(name=case.author or case.assignee))
        if case.macros:
            told.append(_("macro {names}").format(names=", ".join(case.macros)))
        if case.articles:
            told.append(_("article {names}").format(names=", ".join(case.articles)))
        answer = [f"> {clean_line(line)}" for line in self.answer.split("\n") if line]
        return [clean_line("  ·  ".join(told)), *answer] if told else answer

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk similar --json` prints."""
        case = self.case
        solution = {
            "answer": self.answer,
            "by": case.author or case.assignee or None,
            "macros": list(case.macros),
            "articles": list(case.articles),
            "seconds": None if self.took is None else int(self.took.total_seconds()),
        }
        return {
            "number": case.number,
            "subject": case.subject,
            "status": case.status.value,
            "category": case.category or None,
            "score": round(self.score, 3),
            "same_customer": self.same_customer,
            "solution": solution if self.solved else None,
        }


def lasting(time: timedelta) -> str:
    """A length of time in its largest unit."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 120:
        return _("{n}m").format(n=minutes)
    if minutes < 48 * 60:
        return _("{n}h").format(n=round(minutes / 60))
    return _("{n}d").format(n=round(minutes / 1440))


def similar(desk: Desk, number: int, limit: int = USUAL) -> list[Similar]:
    """Return the tickets most like one: solved ones first, those of the same customer last.

    NotFound where there is no such ticket. Nothing merged, deleted, unreadable or spam is among
    them.
    """
    with desk.store.read() as tx:
        mine = tickets.state(tx, number)
        scores = dict(list(store.likest(tx, number).items())[: limit * _MORE])
        cases = {
            other: replace(case, answer=without_question(desk.settings.kb, case.answer))
            for other, case in solutions.cases(tx, scores).items()
        }
    found = [
        Similar(cases[other], score, cases[other].customer_id == mine.customer_id)
        for other, score in scores.items()
        if other in cases
    ]
    found.sort(key=lambda one: (one.same_customer, not one.solved, -one.score))
    return found[:limit]
