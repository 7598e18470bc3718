"""Looking at the customer of a ticket, or at one who is named; changing who they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kfdesk import labels
from kfdesk.errors import KfdeskError
from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.screens.form import Entry, Form, Values
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.desk.customers.card import Card
    from kfdesk.model import Actor
    from kfdesk.tui.main import Main

#: Of those who are found, so many are offered; of their past, so much is read first.
_OFFERED, _PART = 50, 200
_OWN = ("name", "email", "phone", "language", "organisation")


async def card(main: Main, argument: str) -> None:
    """Show the customer of the ticket, or one whom some words find."""
    from kfdesk.desk.customers import card as cards

    if argument.strip():
        found = await main.threads.read(
            desk_of(main).do, lambda desk, _me: cards.listing(desk, argument, _OFFERED)
        )
        if not found:
            told = _("nobody is called “{words}”").format(words=argument.strip())
            notify(main.app, told, "warning")
            return
        chosen: str | None = str(found[0].id)
        if len(found) > 1:
            choices = [Choice(str(one.id), one.name or one.email, one.email) for one in found]
            chosen = await pick(main.app, _("Which customer?"), choices)
        if chosen is not None:
            await show(main, chosen)
    elif (number := main.number) is not None:
        _push(
            main,
            await main.threads.read(
                desk_of(main).do, lambda desk, _me: cards.of_ticket(desk, number, _PART)
            ),
        )


async def show(main: Main, who: str) -> None:
    """Show a customer over the whole screen."""
    from kfdesk.desk.customers import card as cards

    found = await main.threads.read(
        desk_of(main).do, lambda desk, _me: cards.card(desk, who, _PART)
    )
    _push(main, found)


def _push(main: Main, found: Card) -> None:
    from kfdesk.tui.screens.customer import CustomerCard

    main.app.push_screen(CustomerCard(main, found))


async def edit(main: Main, found: Card) -> None:
    """Change who a customer is, in a form."""
    row, own = found.profile, main.settings.customer_fields
    known = {one.scheme: one.value for one in reversed(found.identities)}
    standing = {
        "name": row.name,
        "email": row.email,
        "phone": known.get("phone", ""),
        "language": row.language,
        "organisation": found.organisation,
    }
    titles = {
        "name": _("Name"),
        "email": _("E-mail"),
        "phone": _("Telephone"),
        "language": _("Language"),
        "organisation": _("Organisation"),
    }
    entries = [Entry(name, titles[name], standing[name]) for name in _OWN]
    for field in own:
        standing[field.name] = _typed(row.fields.get(field.name))
        choices = tuple(Choice(one, one) for one in field.choices)
        title = field.title or labels.field(f"field.{field.name}")
        entries.append(Entry(field.name, title, standing[field.name], choices))
    entries.append(Entry("groups", _("Groups"), "", hint="+VIP -KA"))
    names = [entry.name for entry in entries]
    who = str(row.id)

    async def save(values: Values) -> Mapping[str, str]:
        changed = {name: text for name, text in values.items() if text != standing.get(name, "")}
        groups = changed.pop("groups", "").split()
        pairs = [f"{name}={text}" for name, text in changed.items()]
        try:
            await main.threads.write(desk_of(main).do, _changing(who, pairs, groups))
        except KfdeskError as error:
            return {"": str(error)}
        return {}

    name = row.name or row.email or _("without a name")
    title = _("Customer {id}: {name}").format(id=row.id, name=name)
    screen = Form(title, "", entries, lambda _values: (names, {}), save)
    if await main.app.push_screen_wait(screen):
        await main.refresh_all()


def _typed(value: object) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _changing(who: str, pairs: list[str], groups: list[str]) -> Callable[[Desk, Actor], None]:
    """What the form asks for."""

    def do(desk: Desk, actor: Actor) -> None:
        from kfdesk.desk.customers.membership import group
        from kfdesk.desk.customers.profile import set_

        if pairs:
            set_(desk, who, pairs, actor)
        if groups:
            group(desk, who, groups, actor)

    return do
