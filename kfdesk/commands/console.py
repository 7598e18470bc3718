"""Opening the console: on one's own desk, on the demo desk, or where there is none yet."""

from __future__ import annotations

import sys
from pathlib import Path

from kfdesk import i18n
from kfdesk.commands.given import Globals
from kfdesk.i18n import _


def open_console(given: Globals, *, linear: bool = False, demo: bool = False) -> None:
    """Open the console, or its linear mode; on the demo desk, with a tour."""
    from kfdesk.desk.agents import acting
    from kfdesk.paths import no_config

    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if given.config is None and not linear and no_config() and at_terminal:
        _guide(given)
        return
    settings = given.settings()
    actor = acting(settings, given.agent)
    if linear or settings.ui.linear:
        from kfdesk.linear import run as run_linear

        run_linear(settings, actor, given.clock(settings))
        return
    from kfdesk.tui.app import run

    run(settings, actor, given.clock(settings), spoken=given.lang is not None, demo=demo)


def _guide(given: Globals) -> None:
    """Ask whoever starts for the first time, then open what they chose: their desk or none."""
    from kfdesk.paths import new_config
    from kfdesk.tui.guide.guide import run

    found = run(new_config())
    if found == "demo":
        play(given)
    elif isinstance(found, Path):
        given.config = found
        open_console(given)


def play(given: Globals, *, headless: bool = False) -> None:
    """Make the demo desk, open it, and throw it away."""
    import tempfile

    from typer import Exit

    from kfdesk import output
    from kfdesk.commands.reading import print_list
    from kfdesk.commands.sync import sync_once
    from kfdesk.desk.admin.demo import make

    with tempfile.TemporaryDirectory(prefix="kfdesk-demo-") as folder:
        given.config = make(Path(folder), i18n.written())
        given.lang = given.lang or i18n.current()
        if headless:
            code = sync_once(given, [])
            print_list(given, "is:open", None, None)
            raise Exit(code)
        output.line(_("A desk is made up for you. ^Q leaves it from anywhere; g ? is a tour."))
        open_console(given, demo=True)
        output.line(_("The demo desk is gone. Your own: kfdesk init"))
