"""The console itself: sync, help, palette, command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.actions import ACTIONS, Scope, shown
from kfdesk.i18n import _
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.screens.help import Help
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
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
    scope = main.scope
    choices = [
        Choice(action.id, action.title, " ".join(shown(key) for key in main.keys[action.id][:1]))
        for action in ACTIONS
        if action.listed and (scope in action.scopes or Scope.GLOBAL in action.scopes)
        if action.id != "console.palette"
    ]
    if chosen := await pick(main.app, _("What do you want to do?"), choices):
        main.action_perform(chosen)


def show_help(main: Main) -> None:
    """Say what the keys of this pane do."""
    main.app.push_screen(Help(main.scope, main.keys))
