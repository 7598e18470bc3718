"""The files that the page of a console has sent: in a folder of its own, which ends with it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

#: Where `kfdesk web` puts them.
FOLDER = "KFDESK_FILES"


def is_sent(path: Path) -> bool:
    """Whether a file is one of them."""
    folder = os.environ.get(FOLDER, "")
    try:
        return bool(folder) and path.resolve().is_relative_to(Path(folder).resolve())
    except (OSError, ValueError):  # no such path can be
        return False


def clear() -> None:
    """Remove them: the server does so too, unless it was killed."""
    if folder := os.environ.get(FOLDER):
        shutil.rmtree(folder, ignore_errors=True)
