"""A file that is there whole or not at all, for its owner alone; and what was left half-done."""

from __future__ import annotations

import os
import shutil
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
    part = half_done(file, "part")
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


def half_done(file: Path, kind: str) -> Path:
    """Return this process's name for what is beside `file` as long as it is not done.

    What a killed process left there of that kind, it may be a whole desk, is cleared away.
    """
    for old in file.parent.glob(".*"):
        pid = old.name.removeprefix(f".{file.name}.").removesuffix(f".{kind}")
        if pid.isdecimal() and old.name == f".{file.name}.{pid}.{kind}" and not _runs(int(pid)):
            if old.is_dir():
                shutil.rmtree(old)
            else:
                old.unlink(missing_ok=True)
    return file.with_name(f".{file.name}.{os.getpid()}.{kind}")


def _runs(pid: int) -> bool:
    """Whether another process has that number now."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
