"""A word on the desktop: by the terminal, which may be on another machine, or by the system.

OSC 9 (iTerm2, WezTerm, Ghostty, Windows Terminal), OSC 99 (kitty), OSC 777 (rxvt, foot, Konsole);
`notify-send` and `osascript` where the console runs on the desktop itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kfdesk.cells import plain_line

if TYPE_CHECKING:
    from textual.app import App

_OSC_9 = ("iTerm.app", "WezTerm", "ghostty")
_OSC_777 = ("rxvt", "foot", "konsole")


def escape(environment: Mapping[str, str], title: str, text: str) -> str:
    """Return what makes this terminal show it; empty where no terminal is known to."""
    title, text = _harmless(title), _harmless(text)
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if "KITTY_WINDOW_ID" in environment or "kitty" in term:
        return f"\x1b]99;;{title}: {text}\x1b\\"
    if program in _OSC_9 or "WT_SESSION" in environment or "ghostty" in term:
        return f"\x1b]9;{title}: {text}\x1b\\"
    if term.startswith(_OSC_777) or "KONSOLE_VERSION" in environment:
        return f"\x1b]777;notify;{title};{text}\x1b\\"
    return ""


def command(environment: Mapping[str, str], title: str, text: str) -> list[str]:
    """Return the program of this system that shows it, and its arguments; empty if there is none.

    What is said is an argument of its own, never a part of a script.
    """
    title, text = plain_line(title), plain_line(text)
    if sys.platform == "darwin" and shutil.which("osascript"):
        script = (
            "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend"
        )
        return ["osascript", "-e", script, title, text]
    here = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    if here and "SSH_CONNECTION" not in environment and (path := shutil.which("notify-send")):
        return [path, "--app-name=kfdesk", "--", title, text]
    return []


def tell(app: App[Any], title: str, text: str) -> None:
    """Show it on the desktop, where there is a way to."""
    if (said := escape(os.environ, title, text)) and app._driver is not None:
        app._driver.write(said)
    elif argv := command(os.environ, title, text):
        quiet = subprocess.DEVNULL
        subprocess.Popen(argv, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603 -- no shell


def _harmless(text: str) -> str:
    """One line without what would end or part the sequence."""
    return plain_line(text).replace(";", ",")
