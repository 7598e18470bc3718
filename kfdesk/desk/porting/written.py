"""A file that is there whole or not at all, for its owner alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.paths import private_file


@contextmanager
def whole(file: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Write beside `file`, and put that in its place at the end. UserError where it is there."""
    if file.is_dir() or (file.exists() and not force):
        raise UserError(_("{file} exists; --force writes over it").format(file=file))
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        private_file(part, new=True)
    except OSError as error:
        why = error.strerror
        raise UserError(_("{file} cannot be written: {why}").format(file=file, why=why)) from error
    try:
        with part.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
