"""Going to the screens that look at the desk as a whole; each is imported when it is gone to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.tui.verbs.moving import open_ticket

if TYPE_CHECKING:
    from kfdesk.tui.main import Main
    from kfdesk.tui.screens.sheet import Sheet


def board(main: Main) -> None:
    """Show how the desk stands."""
    from kfdesk.tui.screens.board import BoardSheet

    _over(main, BoardSheet(main))


def report(main: Main, argument: str) -> None:
    """Show a report, or one measure."""
    from kfdesk.tui.screens.reports import Reports

    _over(main, Reports(main, argument.strip()))


def search(main: Main, argument: str) -> None:
    """Search everything."""
    from kfdesk.tui.screens.search import Search

    _over(main, Search(main, argument.strip()))


async def at_message(main: Main, number: int, message: int, words: str) -> None:
    """Read a ticket at one of its messages, with the words lit that led there."""
    if (opening := open_ticket(main, str(number))) is not None:
        await opening
    await main.follow.part("around", message)
    await main.follow.find(words)
    main.call_after_refresh(main.conversation.go_to, message, 0)  # behind what was laid out anew


def rules(main: Main) -> None:
    """Show what happens by itself."""
    from kfdesk.tui.screens.rules import Rules

    _over(main, Rules(main))


def errors(main: Main) -> None:
    """Show what is wrong in the configuration."""
    from kfdesk.tui.screens.errors import Errors

    _over(main, Errors(main))


def _over(main: Main, sheet: Sheet[None]) -> None:
    """Put it over the panes; from one of these screens one goes to the next, not deeper."""
    here = main.app.screen
    if type(here) is type(sheet):
        return
    main.app.push_screen(sheet)
