"""The first picture: the queue's rows, written to the terminal before Textual is there to do it.

Textual takes the screen over with the same rows in the same places; keys that are pressed
meanwhile wait in the terminal for it.
"""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from kfdesk.cells import Part, fit
from kfdesk.model import TicketRow
from kfdesk.settings import Settings
from kfdesk.tui.colors import OWN, palette
from kfdesk.tui.queue.painter import RowPainter, Who

_ALTERNATE_SCREEN, _HIDE_CURSOR, _TOP_LEFT = "\x1b[?1049h", "\x1b[?25l", "\x1b[H"
_BACK = "\x1b[?1049l\x1b[?25h"


@contextmanager
def painted(rows: Sequence[TicketRow], settings: Settings, who: Who) -> Iterator[None]:
    """Paint the queue in one of our own themes; another theme waits for Textual.

    What fails before Textual is there is said on the screen that was there before.
    """
    if not rows or settings.ui.theme not in OWN or not sys.stdout.isatty():
        yield
        return
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    _write(picture(rows, settings, who, columns, lines))
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
    """Keys that are pressed early wait unseen: an echo would tear the picture."""
    if not sys.stdin.isatty():
        yield
        return
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    quiet = termios.tcgetattr(keyboard)
    quiet[0] &= ~termios.ICRNL  # or Enter would wait as ^J
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(keyboard, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSANOW, before)


def picture(
    rows: Sequence[TicketRow], settings: Settings, who: Who, columns: int, lines: int
) -> str:
    """The bytes of it: a line for the desk's name, the heading, the rows."""
    styles = palette(OWN[settings.ui.theme])
    width = columns if columns < 100 else columns * 45 // 100
    painter = RowPainter(who, width - 1)
    shown = rows[: max(0, lines - 3)]
    texts = [
        _line([(fit(f" {settings.desk.name}", columns), "primary")], styles, "surface", columns),
        _line(painter.heading(), styles, "back", columns),
        *(
            _line(painter.row(row), styles, "cursor" if index == 0 else "back", columns)
            for index, row in enumerate(shown)
        ),
    ]
    texts += [_line([], styles, "back", columns)] * (lines - len(texts))
    return f"{_ALTERNATE_SCREEN}{_HIDE_CURSOR}{_TOP_LEFT}" + "\r\n".join(texts)


def _line(parts: list[Part], styles: dict[str, Style], base: str, columns: int) -> str:
    rest = columns - sum(cell_len(text) for text, style in parts)
    return "".join(
        (styles[base] + styles[style]).render(text, color_system=ColorSystem.TRUECOLOR)
        for text, style in [*parts, (" " * rest, "text")]
        if text
    )
