"""Going from ticket to ticket, and back to where one was."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kfdesk.i18n import _
from kfdesk.number import read
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs.kind import Work, desk_of
from kfdesk.tui.verbs.merging import lead

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main
    from kfdesk.tui.memory.places import Place


async def open_ticket(main: Main, number: int, instead: int | None = None) -> None:
    """Read a ticket, beside those that are open or in the place of one of them."""
    cast("Console", main.app).to_main()
    if main.composer.display and main.composer.number != number:
        main.composer.close()
    main.add_class("-reading")
    main.set_focus(main.conversation)
    await main.follow.show(number)
    if main.follow.number == number and main.follow.reading is None:
        notify(main.app, _("There is no ticket {number}").format(number=number), "error")
        return
    await lead(main)
    shown = main.follow.number if main.follow.number is not None else number
    main.opened.visit(shown, instead)
    row = main.queue.window.rows.get(number)
    if main.follow.reading is not None and (row is None or row.unread):
        await main.threads.write(desk_of(main).opened, number)
        await main.feed.rows([number])


def to_number(main: Main, argument: str) -> Work:
    """Read the ticket with that number; without one, ask for it."""
    if argument:
        return open_ticket(main, read(argument))
    main.prompt.ask("number", "# ", "")
    return None


def beside(step: int, main: Main) -> Work:
    """Read the next of the open tickets, or the one before."""
    here = main.follow.number if main.reading else None
    number = main.opened.row.beside(here, step)
    if number is None:
        notify(main.app, _("No ticket is open: Enter opens one"))
        return None
    return open_ticket(main, number)


def close(main: Main) -> Work:
    """Take the ticket that is read out of the row; read the one that was read before."""
    number = main.follow.number if main.reading else None
    if number is None:
        return None
    before = main.opened.row.close(number)
    main.opened.say()
    if before is None:
        main.composer.close()
        main.leave()
        return None
    return open_ticket(main, before)


def back(main: Main) -> Work:
    """Back to where one was before: the list, the cursor, the ticket."""
    return _to(main, main.opened.way.back(main.opened.place))


def forward(main: Main) -> Work:
    """Forward to where one came back from."""
    return _to(main, main.opened.way.forward(main.opened.place))


def _to(main: Main, place: Place | None) -> Work:
    if place is None:
        notify(main.app, _("There is nowhere to go back to"))
        return None
    return to_place(main, place)


async def to_place(main: Main, place: Place) -> None:
    """Be there: in its list, on its ticket."""
    status = main.status
    names = [view.name for view in status.views]
    if place.view in names:
        status.view = names.index(place.view)
    if status.query != place.query:
        main.queue.choose(status.views[status.view].columns)
        await main.show(place.query)
    if place.cursor is not None and place.cursor in main.queue.listing.ids:
        main.queue.go(main.queue.listing.ids.index(place.cursor))
    if place.read is not None:
        await open_ticket(main, place.read)
    else:
        main.composer.close()
        main.leave()
