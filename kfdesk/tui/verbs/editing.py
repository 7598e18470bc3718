"""Writing in another program: the editor of one's choice, on a file that is nobody else's."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kfdesk.editor import command
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.outside.editor import lend

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def edit_outside(main: Main) -> None:
    """Write on in the editor; where that fails the text stays as it was, and that is said.

    What the console does meanwhile (the sync, the lease) goes on; nothing is painted.
    """
    composer = main.composer
    composer.save()
    with tempfile.TemporaryDirectory(prefix="kfdesk-") as folder:  # 0700
        file = Path(folder) / f"ticket-{composer.number}.txt"
        _write(file, composer.text)
        code = await lend(main.app, command(main.settings.ui.editor, str(file)))
        if code:
            raise UserError(
                _("the editor ended with {code}; the text stays as it was").format(code=code)
            )
        text = _read(file)
    if text.rstrip("\n") == composer.text.rstrip("\n"):
        notify(main.app, _("Nothing was changed in the editor"))
        return
    composer.rewrite(text.rstrip("\n"))
    composer.save()


def _write(file: Path, text: str) -> None:
    """Write the text to a new file that nobody else can read."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(text.encode())
        target.write(b"\n" if text else b"")


def _read(file: Path) -> str:
    """What was written. UserError where it is no text."""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise UserError(
            _("the editor left a file that is not UTF-8; the text stays as it was")
        ) from error
    except OSError as error:
        raise UserError(
            _("the editor left no file: {why}; the text stays as it was").format(why=error.strerror)
        ) from error
