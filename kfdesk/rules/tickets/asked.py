"""What is asked of a ticket: the fields that its form shows, and which of them must be filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kfdesk.model import Priority, Status
from kfdesk.rules.tickets.statuses import stands
from kfdesk.settings import CustomField, Form, Settings
from kfdesk.text import fold

#: What a form may ask for beside a team's own fields.
BUILT_IN = ("type", "priority", "task_due")
#: What else decides whether a field is shown.
DECIDING = ("type", "category", "priority")
_DONE = (Status.SOLVED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a ticket, as it is or as it would be, what decides what is asked of it."""

    status: Status = Status.NEW
    substatus: str = ""
    priority: Priority = Priority.NORMAL
    type: str = ""
    category: str = ""
    task_due: Any = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """What stands in a field, `type` or one of the team's own; None or "" for nothing."""
        if name in (*BUILT_IN, "category"):
            return getattr(self, name)
        return self.fields.get(name)


def form_of(settings: Settings, category: str) -> Form | None:
    """Return the form of a category: the first that is for it, or for every one."""
    return next((f for f in settings.forms if _within(category, f.category)), None)


def shown(settings: Settings, ticket: Standing, form: Form | None = None) -> list[str]:
    """Return the fields that a ticket is shown with and asked for, in order.

    They are those of the form, or of its category's where none is given; without any, all of the
    team's own. What is shown only while another field has a value is left out while that is not so.
    """
    form = form or form_of(settings, ticket.category)
    own = {one.name: one for one in settings.fields}
    names = form.fields if form and form.fields else tuple(own)
    found: list[str] = []
    for name in names:
        visible = name not in own or _visible(own[name], ticket, own)
        if visible and not (name == "task_due" and ticket.type != "task"):
            found.append(name)
    return found


def demanded(
    settings: Settings, ticket: Standing, form: Form | None = None, *, by_form: bool
) -> list[str]:
    """Return the fields that a ticket must have to be in its status.

    Those that a form requires are among them, `by_form`: it asks when a ticket is opened or solved.
    """
    form = form or form_of(settings, ticket.category)
    required = form.required if form and by_form else ()
    on = {one.name: one.required_on for one in settings.fields}
    return [
        name
        for name in shown(settings, ticket, form)
        if name in required or stands(ticket.status, ticket.substatus, on.get(name, ()))
    ]


def missing(
    settings: Settings,
    ticket: Standing,
    *,
    before: Standing | None = None,
    form: Form | None = None,
) -> list[str]:
    """Return the fields that are empty and may not be.

    `before` is how the ticket stood: only what changed since is looked at, so that what a newer
    configuration asks for stops nobody from working on an older ticket. A new ticket has none.
    """
    by_form = before is None or (ticket.status in _DONE and before.status not in _DONE)
    empty = [
        name
        for name in demanded(settings, ticket, form, by_form=by_form)
        if ticket.value(name) in (None, "")
    ]
    if before is None or _status(before) != _status(ticket):
        return empty
    hangs = {one.name: one.shown_when for one in settings.fields}
    return [
        name
        for name in empty
        if any(before.value(n) != ticket.value(n) for n in (name, *hangs.get(name, ())))
    ]


def _status(ticket: Standing) -> tuple[Status, str]:
    return ticket.status, ticket.substatus


def _visible(field: CustomField, ticket: Standing, own: Mapping[str, CustomField]) -> bool:
    """Whether a field is shown: what hangs on a hidden field is hidden, whatever stands in that."""
    return all(
        any(_is(ticket.value(other), wanted) for wanted in values)
        and (other not in own or _visible(own[other], ticket, own))
        for other, values in field.shown_when.items()
    )


def _is(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    text, wanted = fold("" if value is None else str(value)), fold(wanted)
    if wanted.endswith("/*"):
        return _within(text, wanted)
    return text == wanted or (wanted == "none" and not text)


def _within(path: str, branch: str) -> bool:
    """Whether a path is the one that is named, or on its branch where that ends in /*."""
    if branch.endswith("/*"):
        return path == branch[:-2] or path.startswith(branch[:-1])
    return not branch or path == branch
