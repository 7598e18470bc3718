"""Going to the screens one watches the desk with; each is imported when it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kfdesk.tui.main import Main
    from kfdesk.tui.screens.sheet import Sheet


def outbox(main: Main) -> None:
    """What waits to leave, and what left lately."""
    from kfdesk.tui.screens.outbox import Outbox

    go(main, Outbox(main))


def quarantine(main: Main) -> None:
    """Mails that could not be read."""
    from kfdesk.tui.screens.quarantine import Quarantine

    go(main, Quarantine(main))


def log(main: Main, words: str) -> None:
    """What happened at the desk, or what of it fits some words."""
    from kfdesk.tui.screens.log import Log

    go(main, Log(main, words))


def channels(main: Main) -> None:
    """How each channel does."""
    from kfdesk.tui.screens.channels import Channels

    go(main, Channels(main))


def notices(main: Main) -> None:
    """What one was told today."""
    from kfdesk.tui.screens.notices import Notices

    go(main, Notices(main))


def articles(main: Main, words: str) -> None:
    """What the desk knows."""
    from kfdesk.tui.screens.articles import Articles

    go(main, Articles(main, words))


def go(main: Main, sheet: Sheet[Any]) -> None:
    """Show a sheet; where one of its kind is open already, go back to it."""
    app = main.app
    kinds = [type(screen) for screen in app.screen_stack]
    if type(sheet) in kinds:
        while type(app.screen) is not type(sheet):
            app.pop_screen()
    else:
        app.push_screen(sheet)
