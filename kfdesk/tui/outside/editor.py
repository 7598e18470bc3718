"""Editing a file in a person's own editor, at a line, while the console waits."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from kfdesk.errors import UserError
from kfdesk.i18n import _

if TYPE_CHECKING:
    from textual.app import App

#: Editors that take a line as `--goto FILE:LINE`; most others take `+LINE FILE`.
_GOTO = ("code", "codium", "cursor", "zed", "subl")
_BESIDES = ("sensible-editor", "nano", "vim", "vi")


def command(editor: str, file: str, line: int, environment: Mapping[str, str]) -> list[str]:
    """Return the program and its arguments that edit a file at a line; no shell reads them.

    UserError where there is no editor.
    """
    wanted = editor or environment.get("VISUAL", "") or environment.get("EDITOR", "")
    if not wanted:
        wanted = next((name for name in _BESIDES if shutil.which(name)), "")
    argv = shlex.split(wanted)
    if not argv or shutil.which(argv[0]) is None:
        raise UserError(
            _("there is no editor {name}; name one under [ui] editor, or set $EDITOR").format(
                name=argv[0] if argv else ""
            )
        )
    if not line:
        return [*argv, file]
    if PurePath(argv[0]).stem in _GOTO:
        return [*argv, "--wait", "--goto", f"{file}:{line}"]
    return [*argv, f"+{line}", file]


def edit(app: App[Any], editor: str, file: str, line: int = 0) -> None:
    """Edit a file at a line; the console is there again when the editor has ended."""
    argv = command(editor, file, line, os.environ)
    try:
        with app.suspend():
            code = subprocess.run(argv, check=False).returncode  # noqa: S603 -- no shell
    except SuspendNotSupported:
        raise UserError(
            _("an editor needs a terminal of its own; edit {file} there, line {line}").format(
                file=file, line=line
            )
        ) from None
    if code:
        raise UserError(_("{program} ended with {code}").format(program=argv[0], code=code))
