"""What a change of a ticket must not break: fields that may not be empty, parents of open work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kfdesk import labels
from kfdesk.errors import FieldError, UserError
from kfdesk.i18n import _
from kfdesk.model import OPEN_STATUSES, Priority, Status
from kfdesk.rules.tickets.asked import Standing, missing
from kfdesk.settings import Form, Settings
from kfdesk.store import links
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

Diff = Mapping[str, tuple[Any, Any]]


def standing(state: State) -> Standing:
    """Return what of a ticket decides what is asked of it."""
    return Standing(
        state.status,
        state.substatus,
        state.priority,
        state.type,
        state.category,
        state.task_due,
        state.fields,
    )


def after(before: Standing, diff: Diff) -> Standing:
    """Return how a ticket would stand after a change."""
    fields = dict(before.fields)
    values: dict[str, Any] = {}
    for name, (_old, new) in diff.items():
        match name:
            case "status":
                values[name] = Status(new)
            case "priority":
                values[name] = Priority(new)
            case "substatus" | "type" | "category":
                values[name] = new
            case "task_due":
                values[name] = datetime.fromisoformat(new) if new else None
            case _ if name.startswith("field."):
                fields[name.removeprefix("field.")] = new
    return replace(before, **values, fields=fields)


def check(
    tx: Tx, settings: Settings, states: Mapping[int, State], diffs: Mapping[int, Diff]
) -> None:
    """Look at changes before they are written.

    FieldError where a field that must be filled would be empty, or a ticket that is no task be due;
    UserError where a ticket would be solved before its children.
    """
    harmless = _HARMLESS if settings.fields or settings.forms else _HARMLESS | _OF_FORMS
    solved: list[int] = []
    for number, diff in diffs.items():
        if not diff.keys() <= harmless:
            before = standing(states[number])
            then = after(before, diff)
            if then.task_due is not None and then.type != "task":
                raise _undue()
            complete(settings, then, before=before)
        old, new = diff.get("status", ("", ""))
        if old in OPEN_STATUSES and new not in OPEN_STATUSES:
            solved.append(number)
    if solved and (waiting := links.open_children(tx, solved)):
        number, children = next(iter(waiting.items()))
        raise UserError(
            _("ticket {number} is the parent of open tickets: solve {others} first").format(
                number=number, others=_(", ").join(f"#{child}" for child in children)
            )
        )


def opening(settings: Settings, then: Standing, form: Form | None = None) -> None:
    """FieldError where a ticket would be opened without what its form asks for."""
    if then.task_due is not None and then.type != "task":
        raise _undue()
    complete(settings, then, form=form)


def _undue() -> FieldError:
    message = _("only a task is due: set type=task too")
    return FieldError(message, {"task_due": message})


#: What only fields and forms have demands of.
_OF_FORMS = frozenset(("status", "substatus", "priority", "category"))
#: What nothing is demanded of.
_HARMLESS = frozenset(("subject", "team", "assignee", "sla", "snoozed_until", "tags", "spam"))


def complete(
    settings: Settings, then: Standing, *, before: Standing | None = None, form: Form | None = None
) -> None:
    """FieldError where a field is empty that a ticket that stands so, or comes to, must have."""
    if not (settings.fields or settings.forms):
        return
    empty = missing(settings, then, before=before, form=form)
    if not empty:
        return
    if before is None:
        text = _("{field} must be filled in: {name}=…")
    else:
        text = _("no ticket becomes {status} while {field} is empty; set it too: {name}=…")
    message = text.format(
        status=labels.status(then.status, then.substatus),
        field=_(", ").join(map(labels.field, empty)),
        name="=… ".join(name.removeprefix("field.") for name in empty),
    )
    raise FieldError(message, {name: _("must be filled in") for name in empty})
