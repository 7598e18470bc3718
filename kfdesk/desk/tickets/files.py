"""Files of messages in folders of this machine: under a safe name, never over another file."""

from __future__ import annotations

import os
from pathlib import Path

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.mail.filename import safe_name
from kfdesk.model import File

_TRIES = 1000
_OFFERED = 50


def keep(file: File, to: str) -> Path:
    """Write a file where `to` says: into a folder under its own name, or to a new path.

    Where there is one of that name, a number is added. UserError where it cannot be written.
    """
    path = Path(os.path.expanduser(to.strip() or "."))
    if path.is_dir() or to.endswith(("/", os.sep)):
        path = path / safe_name(file.name)
    for number in range(1, _TRIES):
        free = path if number == 1 else path.with_name(f"{path.stem} ({number}){path.suffix}")
        try:
            # Private, and no program: whatever the umask says.
            handle = os.open(free, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise UserError(
                _("{file} cannot be written: {why}").format(file=free, why=error.strerror)
            ) from error
        with os.fdopen(handle, "wb") as target:
            target.write(file.content)
        return free
    raise UserError(_("{file} is there already, a thousand times").format(file=path))


_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def offered(text: str, *, folders: bool = False) -> list[str]:
    """The paths that `text` may become, folders first and with a slash behind them."""
    head, slash, tail = text.rpartition("/")
    folder = Path(os.path.expanduser(f"{head}{slash}" or "."))
    try:
        with os.scandir(folder) as entries:
            found = sorted(
                (not entry.is_dir(), entry.name.casefold(), entry.name)
                for entry in entries
                if entry.name.startswith(tail) and (tail or not entry.name.startswith("."))
                if entry.is_dir() or not folders
            )
    except (OSError, ValueError):  # what is typed is no folder yet, or has a NUL in it
        return []
    return [
        f"{head}{slash}{name}{'' if is_file else '/'}" for is_file, _key, name in found[:_OFFERED]
    ]
