"""Writing in another program: the editor of one's choice, on a file that is nobody else's."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.text import clean_line
from kfdesk.tui.lines.content import notify

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def edit_outside(main: Main) -> None:
    """Write on in the editor; where that fails the text stays as it was, and that is said.

    What the console does meanwhile (the sync, the lease) goes on; nothing is painted.
    """
    composer = main.composer
    composer.save()
    command = _command(main.settings.ui.editor)
    with tempfile.TemporaryDirectory(prefix="kfdesk-") as folder:  # 0700
        file = Path(folder) / f"ticket-{composer.number}.txt"
        _write(file, composer.text)
        try:
            main.app._begin_batch()
            try:
                with main.app.suspend():
                    code = await asyncio.to_thread(_run, [*command, str(file)])
            finally:
                main.app._end_batch()
        except SuspendNotSupported as error:
            raise UserError(_("this terminal cannot be lent to an editor")) from error
        except OSError as error:
            raise UserError(
                _("the editor “{command}” cannot be started: {why}; the text stays").format(
                    command=clean_line(command[0]), why=error.strerror or error
                )
            ) from error
        finally:
            main.app.refresh(layout=True)
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


def _command(configured: str) -> list[str]:
    """The editor: of the configuration, else of the environment. UserError for none."""
    wanted = configured or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(wanted)
    except ValueError as error:
        raise UserError(
            _("the editor “{command}” cannot be read: {why}").format(
                command=clean_line(wanted), why=error
            )
        ) from error
    if not words:
        raise UserError(_("no editor is known: set $EDITOR, or `editor` under [ui]"))
    return words


def _run(command: list[str]) -> int:
    return subprocess.run(command, check=False).returncode  # noqa: S603 -- the user's own editor


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
