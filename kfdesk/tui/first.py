"""The first picture: the queue's rows, written to the terminal before Textual is there to do it.

Textual takes the screen over with the same rows in the same places; keys that are pressed
meanwhile wait in the terminal for it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from kfdesk.cells import Part, fit
from kfdesk.model import TicketRow
from kfdesk.settings import Settings
from kfdesk.tui.frame.layout import lay_out
from kfdesk.tui.looks.colors import on, palette
from kfdesk.tui.looks.schemes import OWN, Scheme, fitting, scheme_of
from kfdesk.tui.looks.terminal import Terminal, colourless
from kfdesk.tui.memory.kept import cursor, wish_of
from kfdesk.tui.outside.modes import waiting
from kfdesk.tui.queue.painter import Look, RowPainter, Who

_ALTERNATE_SCREEN, _HIDE_CURSOR, _TOP_LEFT = "\x1b[?1049h", "\x1b[?25l", "\x1b[H"
#: Without colour, weight and reversal are written all the same.
_SYSTEMS = {
    "none": ColorSystem.STANDARD,
    "16": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "many": ColorSystem.TRUECOLOR,
}
_BACK = "\x1b[?1049l\x1b[?25h"


@contextmanager
def painted(
    rows: Sequence[TicketRow],
    settings: Settings,
    who: Who,
    theme: str,
    terminal: Terminal,
    kept: Mapping[str, Any],
) -> Iterator[None]:
    """Paint the queue in our own themes or the configuration's; another waits for Textual.

    What fails before Textual is there is said on the screen that was there before.
    """
    scheme = scheme_of(theme, settings.themes)
    if not rows or scheme is None or not sys.stdout.isatty():
        yield
        return
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    _write(picture(rows, settings, who, columns, lines, fitting(scheme, terminal), terminal, kept))
    try:
        yield
    except BaseException:
        _write(_BACK)
        raise


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


@contextmanager
def hushed() -> Iterator[None]:
    """Keys that are pressed early wait unseen: an echo would tear the picture.

    Whoever ends the program before Textual does lets it leave the terminal as it was.
    """
    if not sys.stdin.isatty():
        yield
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ended)
    with waiting(sys.stdin.fileno()):
        yield


def _ended(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def picture(
    rows: Sequence[TicketRow],
    settings: Settings,
    who: Who,
    columns: int,
    lines: int,
    scheme: Scheme = OWN["kfdesk-dark"],
    terminal: Terminal = Terminal(),  # noqa: B008 -- frozen
    kept: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The bytes of it: a line for the desk's name, the heading, the rows."""
    styles = palette(scheme.colors)
    room = lay_out(columns, lines - 2, wish_of(kept), "queue")
    width, aside = (columns if room.stacked else room.queue), " " * room.views
    here = cursor(kept, [row.number for row in rows])
    digits = len(str(max(row.number for row in rows)))
    look = Look(settings.ui.columns, ("updated", True), digits=digits)
    painter = RowPainter(who, width - 1, look)
    shown = rows[: max(0, (room.queue - 1) if room.stacked else lines - 3)]

    def line(parts: list[Part], base: str) -> str:
        rest = " " * (columns - sum(cell_len(text) for text, _style in parts))
        return "".join(
            _written(text, on(styles[style], styles[base]), terminal)
            for text, style in [*parts, (rest, "text")]
            if text
        )

    texts = [
        line([(fit(f" {settings.desk.name}", columns), "primary")], "surface"),
        line([(aside, "text"), *painter.heading()], "back"),
        *(
            line([(aside, "text"), *painter.row(row)], "cursor" if index == here else "back")
            for index, row in enumerate(shown)
        ),
    ]
    texts += [line([], "back")] * (lines - len(texts))
    return f"{_ALTERNATE_SCREEN}{_HIDE_CURSOR}{_TOP_LEFT}" + "\r\n".join(texts)


def _written(text: str, style: Style, terminal: Terminal) -> str:
    bare = colourless(style) if terminal.colours == "none" else style
    return bare.render(terminal.shown(text), color_system=_SYSTEMS[terminal.colours])
