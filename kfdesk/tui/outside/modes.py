"""What the terminal did with keys before the first picture: so it is lent, and so it is left."""

from __future__ import annotations

import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_found: list[list[Any]] = []


def as_found() -> list[Any] | None:
    """The modes that the console found, while keys wait or are read by it."""
    return _found[-1] if _found else None


@contextmanager
def waiting(keyboard: int) -> Iterator[None]:
    """Keys wait as they are pressed: not echoed, Enter not as ^J, and ^S stops no picture."""
    before, quiet = termios.tcgetattr(keyboard), termios.tcgetattr(keyboard)
    quiet[0] &= ~(termios.ICRNL | termios.IXON)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(keyboard, termios.TCSANOW, quiet)
    _found.append(before)
    try:
        yield
    finally:
        _found.remove(before)
        termios.tcsetattr(keyboard, termios.TCSANOW, before)
