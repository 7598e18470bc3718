"""Editing the configuration from the console, and trying it on the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.outside import editor
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def edit(main: Main, file: str, line: int) -> None:
    """Edit a file of the configuration; say at once whether it took, or what is wrong with it."""
    from kfdesk.tui.screens.errors import Errors

    if not file:
        raise UserError(_("this comes with the program: there is no file of yours to edit"))
    before = main.settings, main.reload.refused
    await editor.edit(main.app, main.settings.ui.editor, file, line)
    source = desk_of(main)
    await main.reload.look(source)  # it sees that the file is another one,
    await main.reload.look(source)  # and reads it now that it rests
    if main.reload.refused and not isinstance(main.app.screen, Errors):
        main.app.push_screen(Errors(main))
    elif (main.settings, main.reload.refused) == before:
        notify(main.app, _("Nothing was changed"))


def tried(main: Main) -> None:
    """Try what stands in the files now on the last days."""
    from kfdesk.tui.screens.trial import Trial

    main.app.push_screen(Trial(main))
