"""A person's own editor: which program it is, and how it is given a file at a line."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import PurePath

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.text import clean_line

#: Editors that take a line as `--goto FILE:LINE`; most others take `+LINE FILE`.
_GOTO = ("code", "codium", "cursor", "zed", "subl")
_BESIDES = ("sensible-editor", "nano", "vim", "vi")


def command(
    editor: str, file: str, line: int = 0, environment: Mapping[str, str] = os.environ
) -> list[str]:
    """Return the program and its arguments that edit a file at a line; no shell reads them.

    UserError where there is no editor.
    """
    wanted = editor or environment.get("VISUAL", "") or environment.get("EDITOR", "")
    if not wanted:
        wanted = next((name for name in _BESIDES if shutil.which(name)), "")
    try:
        argv = shlex.split(wanted)
    except ValueError as error:
        raise UserError(
            _("the editor “{command}” cannot be read: {why}").format(
                command=clean_line(wanted), why=error
            )
        ) from error
    if not argv or shutil.which(argv[0]) is None:
        raise UserError(
            _("there is no editor {name}; name one under [ui] editor, or set $EDITOR").format(
                name=clean_line(argv[0]) if argv else ""
            )
        )
    if not line:
        return [*argv, file]
    if PurePath(argv[0]).stem in _GOTO:
        return [*argv, "--wait", "--goto", f"{file}:{line}"]
    return [*argv, f"+{line}", file]
