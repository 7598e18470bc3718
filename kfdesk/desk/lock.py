"""One process at a time pulls and sends for a channel; the lock dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def channel_lock(database: Path, channel: str) -> Iterator[bool]:
    """Hold the lock of a channel; yields False, at once, where another process has it."""
    safe = "".join(c if c.isalnum() or c in "-_." else f"%{ord(c):x}" for c in channel)
    path = database.with_name(f"{database.name}.{safe}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
