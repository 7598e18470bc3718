"""Which view the queue shows, and the pane where views are chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.rules.names import hint
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main


def show(main: Main, argument: str) -> Work:
    """Show a view by its number or its name."""
    views = main.status.views
    if argument.isdecimal():
        return _show(main, int(argument)) if int(argument) < len(views) else None
    names = [view.name for view in views]
    if argument not in names:
        raise UserError(
            _("there is no view “{name}”{hint}").format(name=argument, hint=hint(argument, names))
        )
    return _show(main, names.index(argument))


async def _show(main: Main, place: int) -> None:
    main.status.view = place
    view = main.status.views[place]
    main.queue.choose(view.columns or main.settings.ui.columns)
    main.leave()
    await main.show(view.query)


def show_beside(step: int, main: Main) -> Work:
    """Show the next view in the order of the pane, or the one before."""
    order = main.status.catalogue.order
    return _show(main, order[(order.index(main.status.view) + step) % len(order)])


def go(main: Main) -> None:
    """From anywhere to the pane of views; where there is no room for it, in place of the queue."""
    cast("Console", main.app).to_main()
    main.at = "views"
    main.fit_panes()
    main.set_focus(main.views)
    main.poller.say()
    main.attempt(main.counts.refresh())


def choose(main: Main) -> Work:
    """Show the view under the cursor of the pane."""
    return _show(main, main.views.place) if main.views.place is not None else None


def toggle(main: Main) -> None:
    """Show the pane of views where it is hidden, hide it where it is shown."""
    shown = main.views.display
    if main.has_class("-narrow"):
        if shown:
            main.leave()
        else:
            go(main)
        return
    if main.at == "views":
        main.leave()
    main.wish_for(replace(main.wish, views=not shown))
    main.poller.say()
    main.attempt(main.counts.refresh())
