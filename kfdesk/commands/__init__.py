"""The commands: parse, import inside the body, call, exit code. No logic lives here."""

from __future__ import annotations

import sys

from kfdesk.text import clean


def complain(text: str) -> None:
    """Say on stderr what went wrong; a server's words may be part of it."""
    sys.stderr.write(f"{clean(text)}\n")
