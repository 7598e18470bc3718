"""Forms: which one asks of a ticket, what it shows, what stands in its fields, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kfdesk import labels
from kfdesk.desk import Desk
from kfdesk.desk.tickets.constraints import standing
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import KEEP, Change, Priority, Status, TicketType
from kfdesk.rules.names import hint
from kfdesk.rules.reading.read_change import ChangeReader
from kfdesk.rules.tickets import custom
from kfdesk.rules.tickets.asked import Standing, demanded, form_of, shown
from kfdesk.settings import CustomField, Form, Settings
from kfdesk.store import tickets

#: What a standard field of a form is like, to one who fills it in.
_STANDARD: Mapping[str, CustomField] = {
    "type": CustomField("type", type="choice", choices=tuple(TicketType)),
    "priority": CustomField("priority", type="choice", choices=tuple(Priority)),
    "task_due": CustomField("task_due"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a form: what it holds, whether that may be so, whether it must be filled."""

    field: CustomField
    value: Any = None
    allowed: bool = True  # by the configuration as it is now
    required: bool = False

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def title(self) -> str:
        return self.field.title or labels.field(self.field.name)


@dataclass(frozen=True, slots=True)
class Filled:
    """What is asked of a ticket; `others` are fields that hold something and are not asked for."""

    form: Form | None
    fields: tuple[Asked, ...]
    others: tuple[Asked, ...] = ()

    @property
    def missing(self) -> list[Asked]:
        """What must be filled in and is not, by the form or to solve the ticket."""
        return [one for one in self.fields if one.required and one.value in (None, "")]


def named(desk: Desk, name: str) -> Form:
    """Return a form by its name or title. UserError where there is none."""
    for form in desk.settings.forms:
        if name in (form.name, form.title):
            return form
    near = hint(name, [form.name for form in desk.settings.forms])
    raise UserError(_("there is no form “{name}”{hint}").format(name=name, hint=near))


def of(desk: Desk, wanted: Change) -> Form | None:
    """Return the form of a ticket that shall be opened so."""
    return form_of(desk.settings, "" if wanted.category is KEEP else wanted.category)


def defaults(desk: Desk, form: Form) -> Change:
    """Return what stands in the fields of a ticket that is opened by a form: its category too."""
    reader = ChangeReader(form.place, desk.settings, desk.known)
    given = dict(form.defaults)
    if form.category and not form.category.endswith("/*"):
        given.setdefault("category", form.category)
    return reader.set("defaults", given) if given else Change()


def asked(settings: Settings, ticket: Standing, form: Form | None = None) -> Filled:
    """Return what is asked of a ticket that stands so."""
    form = form or form_of(settings, ticket.category)
    own = {field.name: field for field in settings.fields}
    names = shown(settings, ticket, form)
    solved = replace(ticket, status=Status.SOLVED, substatus="")
    needed = {
        *demanded(settings, ticket, form, by_form=False),
        *demanded(settings, solved, form, by_form=True),
    }
    fields = tuple(_asked(own.get(n) or _STANDARD[n], ticket, n in needed) for n in names)
    others = tuple(
        _asked(own.get(name) or CustomField(name), ticket, allowed=name in own)
        for name, value in ticket.fields.items()
        if name not in names and value not in (None, "")
    )
    return Filled(form, fields, others)


def _asked(
    field: CustomField, ticket: Standing, required: bool = False, allowed: bool = True
) -> Asked:
    value = ticket.value(field.name)
    return Asked(field, value, allowed and custom.allowed(field, value), required)


def of_ticket(desk: Desk, number: int, form: Form | None = None) -> Filled:
    """Return what is asked of a ticket, by its form or another. NotFound if there is none."""
    with desk.store.read() as tx:
        return asked(desk.settings, standing(tickets.state(tx, number)), form)
