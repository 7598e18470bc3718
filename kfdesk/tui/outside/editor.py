"""The terminal lent to a person's own editor; what the console does meanwhile goes on."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from kfdesk.editor import command
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from textual.app import App


async def edit(app: App[Any], editor: str, file: str, line: int = 0) -> None:
    """Edit a file at a line; the console is there again when the editor has ended."""
    argv = command(editor, file, line)
    if code := await lend(app, argv):
        raise UserError(_("{program} ended with {code}").format(program=argv[0], code=code))


async def lend(app: App[Any], argv: Sequence[str]) -> int:
    """Run a program in the console's terminal, which paints nothing meanwhile; return its code."""
    app._begin_batch()
    try:
        with app.suspend():
            return await asyncio.to_thread(_run, argv)
    except SuspendNotSupported as error:
        raise UserError(_("this terminal cannot be lent to an editor")) from error
    except OSError as error:
        raise UserError(
            _("the editor “{command}” cannot be started: {why}; the text stays").format(
                command=clean_line(argv[0]), why=error.strerror or error
            )
        ) from error
    finally:
        app._end_batch()
        app.refresh(layout=True)


def _run(argv: Sequence[str]) -> int:
    return subprocess.run(argv, check=False).returncode  # noqa: S603 -- the user's own editor
