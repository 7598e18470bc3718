"""Deleting tickets, and bringing them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.number import read as read_number
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs import marking
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def delete(main: Main) -> None:
    """Delete the ticket, or the marked ones."""
    from kfdesk.desk.tickets.delete import delete as remove

    main.repeat = delete
    if marking.marked(main):
        await marking.act(main, ["delete"])
        return
    if (number := main.number) is None:
        return

    await main.threads.write(desk_of(main).do, lambda it, me: remove(it, [number], me))
    notify(main.app, _("#{number} is deleted; u brings it back").format(number=number))
    main.leave()
    await main.refresh_all()


async def restore(main: Main, argument: str) -> None:
    """Bring a deleted ticket back."""
    from kfdesk.desk.tickets.delete import restore as bring_back

    number = read_number(argument) if argument.strip() else main.number
    if number is None:
        return

    await main.threads.write(desk_of(main).do, lambda it, me: bring_back(it, number, me))
    notify(main.app, _("#{number} is back").format(number=number))
    await main.refresh_all()
