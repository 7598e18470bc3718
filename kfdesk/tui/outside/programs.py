"""Other programs of this machine: they are given an address or a file, never a line for a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.mail.links import SCHEMES


def is_far(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the person sits at another machine, or at one that shows no windows."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return True
    windows = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return sys.platform not in ("win32", "darwin") and not windows


def opener() -> Sequence[str]:
    """The program that opens things as this person likes them opened; nothing if there is none."""
    if sys.platform == "win32":
        # `start` would be the shell's; this one takes an address or a path as it is.
        return ("rundll32", "url.dll,FileProtocolHandler")
    names = ("open",) if sys.platform == "darwin" else ("xdg-open", "wslview", "gio")
    found = next((path for name in names if (path := shutil.which(name))), "")
    return (found, "open") if found.endswith("gio") else (found,) if found else ()


def open_address(url: str) -> None:
    """Open an address in the program that is for it. UserError where that cannot be."""
    if url.partition(":")[0].lower() not in SCHEMES or any(sign <= " " for sign in url):
        raise UserError(_("this is no address that is opened from here"))
    _start(url)


def open_file(path: str) -> None:
    """Open a file that was saved; whoever calls has looked whether it is harmless."""
    _start(os.path.abspath(path))


def _start(what: str) -> None:
    program = opener()
    if not program:
        raise UserError(_("there is no program here that opens things (xdg-open)"))
    try:
        subprocess.Popen(  # noqa: S603 -- an argument of its own, and no shell
            [*program, what],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UserError(
            _("{program} cannot be started: {why}").format(program=program[0], why=error.strerror)
        ) from error
