"""The console itself: sync, help, palette, command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kfdesk.actions import ACTIONS, shown
from kfdesk.i18n import _
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.screens.help import Help
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main


def sync_now(main: Main) -> Work:
    """Sync, and list what has arrived."""
    main.queue.take_in()
    main.sync_now()
    return main.refresh_all()


def ask_command(main: Main) -> None:
    """Ask for a command."""
    main.prompt.ask("command", ": ", "")


async def show_palette(main: Main) -> None:
    """Find an action by typing a word of it."""
    scope, keys = cast("Console", main.app).scope, main.keys.of_action
    choices = [
        Choice(action.id, action.title, "".join(map(shown, keys[action.id][:1])))
        for action in ACTIONS
        if action.listed and {*scope.within} & {*action.scopes}
        if action.id != "console.palette"
    ]
    if chosen := await pick(main.app, _("What do you want to do?"), choices):
        cast("Console", main.app).perform(chosen)


def show_help(main: Main) -> None:
    """Say what the keys of this pane do."""
    main.app.push_screen(Help(cast("Console", main.app).scope, main.keys.of_action))
