"""The tour: begun, turned and left by keys; who took it once is not offered it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.paths import private_file, private_folder, user_state
from kfdesk.tui.lines.content import notify

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main

_TAKEN = "tour"


def offer(main: Main) -> None:
    """Begin the tour for who has never seen it."""
    if not (user_state() / _TAKEN).exists():
        begin(main)


def begin(main: Main) -> None:
    """Begin the tour, or leave it."""
    from kfdesk.tui.tour.tour import Tour

    app = cast("Console", main.app)
    if not app.demo:
        raise UserError(
            _("the tour sends and changes things: take it on the demo desk (kfdesk demo)")
        )
    if app.tour is None:
        app.tour = Tour(main)
    else:
        _end(app)


def turn(by: int, main: Main) -> None:
    """Go to the step behind or before; behind the last the tour is over."""
    app = cast("Console", main.app)
    if app.tour is None:
        begin(main)
    elif not app.tour.turn(by):
        _end(app)


def _end(app: Console) -> None:
    """The tour is over, and remembered."""
    if app.tour is not None:
        app.tour.end()
    app.tour = None
    try:
        private_file(private_folder(user_state()) / _TAKEN)
    except OSError:  # a home that cannot be written: it is offered again next time
        notify(app, _("The tour begins again with the next start"))
