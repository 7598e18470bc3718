"""The console itself: sync, help, palette, command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kfdesk.actions import BY_ID
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main

#: So many actions of the palette stand first.
_RECENT = 8


def sync_now(main: Main) -> Work:
    """Sync, and list what has arrived."""
    main.queue.take_in()
    main.sync_now()
    return main.refresh_all()


def ask_command(main: Main) -> None:
    """Ask for a command."""
    main.prompt.ask("command", ": ", "")


async def show_palette(main: Main) -> None:
    """Find an action by typing a few letters of it."""
    from kfdesk.tui.pickers.palette import Palette
    from kfdesk.tui.screens.sheet import Sheet

    app = cast("Console", main.app)
    recent = main.memory.recent
    chosen = await app.push_screen_wait(Palette(app.scope, main.keys, recent))
    if chosen is None:
        return
    recent[:] = [chosen, *(one for one in recent if one != chosen)][:_RECENT]
    action = BY_ID[chosen]
    if action.argument and action.aliases and not main.keys.of_action[chosen]:
        screen = app.screen
        prompt = screen.prompt if isinstance(screen, Sheet) else main.prompt
        prompt.ask("command", ": ", f"{action.aliases[0]} ")
    else:
        app.perform(chosen)


def show_help(main: Main) -> None:
    """Say what the keys of this pane do."""
    from kfdesk.tui.screens.help import Help

    app = cast("Console", main.app)
    app.push_screen(Help(main, app.scope))


def repeat(main: Main) -> Work:
    """Do the last change once more: to the ticket here, or to those that are marked."""
    if main.repeat is None:
        notify(main.app, _("There is no change to repeat yet"))
        return None
    return main.repeat(main)


async def suspend(main: Main) -> None:
    """Stop, until the shell lets the console go on; nobody waits for what it was doing."""
    from kfdesk.tui.outside.shell import behind

    if main.app.is_headless or not behind():
        raise UserError(_("no shell waits behind this console; ^Q quits"))
    await main.keep_draft()
    async with main.threads.resting():
        main.app.action_suspend_process()
    main.app.refresh(layout=True)  # what the shell has painted over
