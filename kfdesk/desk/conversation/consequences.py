"""What something said does to its ticket: the columns that follow from it, and what it reopens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kfdesk.desk.tickets.edit import Diff, columns, moved
from kfdesk.model import Actor, Status
from kfdesk.store.tickets import State

_REOPENED = (Status.PENDING, Status.HOLD, Status.SOLVED, Status.CLOSED)


def reopened(state: State) -> Diff:
    """Return what a message that a customer wrote with their own hands changes of a ticket."""
    found = moved(state, Status.OPEN) if state.status in _REOPENED else {}
    return found | woken(state)


def opened(state: State) -> Diff:
    """Return what an answer that asks for no status changes of a ticket."""
    return moved(state, Status.OPEN) if state.status is Status.NEW else {}


def woken(state: State) -> Diff:
    """Return how a ticket that was put aside comes back."""
    if state.snoozed_until is None:
        return {}
    return {"snoozed_until": (state.snoozed_until.isoformat(), None)}


def came(
    state: State, diff: Diff, actor: Actor, at: datetime, *, human: bool, robot: bool
) -> dict[str, Any]:
    """Return the columns of a ticket to which a message came in, by a customer's hand or not."""
    values = columns(state, diff, actor, at)
    values["updated_at"] = max(state.updated_at, at)
    values["message_count"] = state.message_count + 1
    values["unread"] = True
    if robot:
        values.pop("last_person_at", None)
    if human:
        values["waiting_since"] = state.waiting_since or at
    return values


def answered(state: State, diff: Diff, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the columns of a ticket whose customer a person has answered."""
    return columns(state, diff, actor, now) | {
        "updated_at": max(state.updated_at, now),
        "waiting_since": None,
        "unread": False,
        "message_count": state.message_count + 1,
        "first_response_at": state.first_response_at or now,
    }


def noted(state: State, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the columns of a ticket on which somebody wrote a note."""
    return columns(state, {}, actor, now) | {"message_count": state.message_count + 1}
