"""A ticket's fields filled in by its form, and a new ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.errors import FieldError, KfdeskError, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Address, Change, Priority, Ticket, TicketType
from kfdesk.rules.tickets import custom
from kfdesk.rules.tickets.asked import BUILT_IN, Standing, demanded, form_of, shown
from kfdesk.settings import CustomField, Settings
from kfdesk.settings import Form as FormSettings
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.screens.form import Entry, Form, Values
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.tui.main import Main

#: A customer who is known, how to write to them, and the channel of a new ticket of theirs.
Known = tuple[int, Address, str]
#: What every form begins with.
_FIRST = ("category", "type", "priority", "task_due")


async def edit_fields(main: Main) -> None:
    """Fill in what a ticket is asked for."""
    if (number := main.number) is None:
        return
    ticket = (await main.threads.read(desk_of(main).reading, number)).ticket
    settings = main.settings
    before = _standing(ticket)
    entries = _entries(settings, before, None)
    initial = {entry.name: entry.value for entry in entries}

    async def save(values: Values) -> Mapping[str, str]:
        changed = {name: text for name, text in values.items() if text != initial[name]}
        return await _kept(main, _changing(number, changed, ticket.version))

    form = form_of(settings, before.category)
    title = _("Fields of ticket {number}").format(number=number)
    if form is not None:
        title += f" · {form.title or form.name}"
    look = _Looking(settings, before, None)
    screen = Form(title, form.text if form else "", entries, look, save)
    if await main.app.push_screen_wait(screen):
        await main.refresh_all()


async def open_new(main: Main, argument: str) -> None:
    """Open a ticket in a customer's name, by a form."""
    await _open(main, argument, None)


async def open_for(main: Main, customer: int, who: Address, channel: str) -> None:
    """Open a ticket for a customer who is known already: they called, or their card is open."""
    await _open(main, "", (customer, who, channel))


async def _open(main: Main, argument: str, known: Known | None) -> None:
    form: FormSettings | None = None
    settings = main.settings
    if argument:
        from kfdesk.desk.tickets.forms import named

        form = await main.threads.read(desk_of(main).do, lambda desk, _me: named(desk, argument))
    elif settings.forms:
        choices = [Choice(one.name, one.title or one.name, one.category) for one in settings.forms]
        choices.append(Choice("", _("without a form")))
        picked = await pick(main.app, _("Form"), choices, settings.forms[0].name)
        if picked is None:
            return
        form = next((one for one in settings.forms if one.name == picked), None)
    before = await main.threads.read(desk_of(main).do, lambda desk, _me: _beginning(desk, form))
    asked = [Entry("from", _("From"), hint="Eve <eve@example.com>", needed=True)]
    entries = [
        *(asked if known is None else ()),
        Entry("subject", labels.field("subject")),
        Entry("body", _("Text")),
        *_entries(settings, before, form),
    ]

    async def save(values: Values) -> Mapping[str, str]:
        return await _kept(main, _opening(values, form, known))

    title = _("New ticket") + (f" · {known[1].name or known[1].email}" if known else "")
    title += f" · {form.title or form.name}" if form else ""
    look = _Looking(settings, before, form)
    screen = Form(title, form.text if form else "", entries, look, save)
    if await main.app.push_screen_wait(screen):
        await main.refresh_all()


def _beginning(desk: Desk, form: FormSettings | None) -> Standing:
    """How a ticket stands that is opened by a form."""
    from kfdesk.desk.tickets.forms import defaults
    from kfdesk.model import KEEP

    wanted = defaults(desk, form) if form else Change()
    given = {
        name: value
        for name in ("type", "category", "priority")
        if (value := getattr(wanted, name)) is not KEEP
    }
    return Standing(**given, fields=wanted.fields)


def _standing(ticket: Ticket) -> Standing:
    return Standing(
        ticket.status,
        ticket.substatus,
        ticket.priority,
        ticket.type,
        ticket.category,
        ticket.task_due,
        ticket.fields,
    )


def _entries(settings: Settings, ticket: Standing, form: FormSettings | None) -> list[Entry]:
    """The lines of a form: every field that it may come to show."""
    own = {field.name: field for field in settings.fields}
    asked = form or form_of(settings, ticket.category)
    names = [*_FIRST, *(asked.fields if asked else ()), *own]
    needed = demanded(settings, ticket, form, by_form=True)
    found: list[Entry] = []
    for name in dict.fromkeys(names):
        field = own.get(name)
        choices = _choices(settings, name, field)
        found.append(
            Entry(
                name,
                labels.field(name if field is None else f"field.{name}"),
                _typed(settings, ticket.value(name)),
                tuple(choices),
                name in needed,
                _hint(name, field),
            )
        )
    return found


def _choices(settings: Settings, name: str, field: CustomField | None) -> Sequence[Choice]:
    nothing = Choice("", _("(empty)"))
    match name:
        case "priority":
            return [Choice(value, labels.priority(value)) for value in reversed(Priority)]
        case "type":
            return [*(Choice(t, labels.ticket_type(t)) for t in TicketType), nothing]
        case "category":
            return [*(Choice(c.path, c.path) for c in settings.categories), nothing]
    if field is not None and field.type in ("choice", "tree"):
        return [*(Choice(one, one) for one in field.choices), nothing]
    if field is not None and field.type == "bool":
        return [Choice("yes", _("yes")), Choice("no", _("no")), nothing]
    return ()


def _hint(name: str, field: CustomField | None) -> str:
    if name == "task_due" or (field is not None and field.type == "date"):
        return "2026-11-30"
    return (field.example or field.pattern) if field is not None else ""


def _typed(settings: Settings, value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "astimezone"):
        from zoneinfo import ZoneInfo

        local = value.astimezone(ZoneInfo(settings.desk.timezone))
        return f"{local:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


class _Looking:
    """Which lines of a form are shown with some values in them, and what is wrong with these."""

    def __init__(self, settings: Settings, before: Standing, form: FormSettings | None) -> None:
        self._settings, self._before, self._form = settings, before, form

    def __call__(self, values: Values) -> tuple[Sequence[str], Mapping[str, str]]:
        wrong: dict[str, str] = {}
        fields = dict(self._before.fields)
        for field in self._settings.fields:
            text = values.get(field.name, "")
            if text == _typed(self._settings, fields.get(field.name)):
                continue  # what stands there may stay, allowed or not
            try:
                fields[field.name] = custom.read(field, text)
            except custom.DoesNotFit as error:
                wrong[field.name] = _("expected {what}").format(what=error)
        priority = values.get("priority", "")
        now = replace(
            self._before,
            type=values.get("type", ""),
            category=values.get("category", ""),
            priority=Priority(priority) if priority in list(Priority) else Priority.NORMAL,
            fields=fields,
        )
        named = shown(self._settings, now, self._form)
        always = [name for name in _FIRST if name != "task_due" or now.type == "task"]
        lines = ["from", "subject", "body", *always, *named]
        return lines, {name: said for name, said in wrong.items() if name in lines}


def _pairs(desk: Desk, values: Values, actor: Actor) -> Change:
    """What was typed, as a change; FieldError where it is wrong."""
    from kfdesk.desk.tickets.typed import put

    wanted = Change()
    for name, text in values.items():
        known = name if name in (*BUILT_IN, "category") else f"field.{name}"
        wanted = put(desk, wanted, known, text, actor.name)
    return wanted


def _changing(number: int, values: Values, version: int) -> Any:
    def work(desk: Desk, actor: Actor) -> None:
        from kfdesk.desk.tickets.change import change

        change(desk, number, _pairs(desk, values, actor), actor, version)

    return work


def _opening(values: Values, form: FormSettings | None, known: Known | None) -> Any:
    def work(desk: Desk, actor: Actor) -> None:
        from kfdesk.desk.tickets.opening import BY_HAND, new, person

        given = dict(values)
        customer, sender, channel = known or (None, None, BY_HAND)
        try:
            sender = sender or person(given.pop("from"))
        except UserError as error:
            raise FieldError(str(error), {"from": str(error)}) from error
        subject, body = given.pop("subject"), given.pop("body")
        wanted = _pairs(desk, {name: text for name, text in given.items() if text}, actor)
        name = form.name if form else ""
        new(
            desk, sender, subject, body, wanted, opened_by=actor, form=name,
            customer=customer, channel=channel,
        )  # fmt: skip

    return work


async def _kept(main: Main, work: Any) -> Mapping[str, str]:
    """Do it; return what is wrong, {field: why}, where it cannot be done."""
    try:
        await main.threads.write(desk_of(main).do, work)
    except FieldError as error:
        return {name.removeprefix("field."): said for name, said in error.fields.items()}
    except KfdeskError as error:
        return {"": str(error)}
    return {}
