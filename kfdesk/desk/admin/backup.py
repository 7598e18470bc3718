"""Copies of the desk: made while it runs, put back as one transaction."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.settings import Settings
from kfdesk.store import health, migrate
from kfdesk.store.engine import sentences


def backup(settings: Settings, target: Path) -> int:
    """Copy the desk into a new file, private and checked; return its size in bytes."""
    if target.exists():
        raise UserError(_("{file} exists; a backup overwrites nothing").format(file=target))
    if not settings.database.exists():
        raise UserError(_("there is no desk yet at {file}").format(file=settings.database))
    try:
        with sentences(settings.database):
            migrate.copy(settings.database, target)
        _sound(target)
    except BaseException:
        target.unlink(missing_ok=True)  # half a copy is none
        raise
    return target.stat().st_size


def restore(settings: Settings, source: Path, now: datetime) -> Path | None:
    """Put a backup in the desk's place; return where what stood there is kept.

    A damaged desk cannot be copied or written: its file is moved away.
    """
    if not source.is_file():
        raise UserError(_("there is no backup {file}").format(file=source))
    _sound(source)
    kept = None
    if settings.database.exists():
        kept = _unused(settings.database, now)
        if health.examine(settings.database).damage:
            migrate.move_away(settings.database, kept)
        else:
            with sentences(settings.database):
                migrate.copy(settings.database, kept)
    with sentences(settings.database):
        migrate.put_back(source, settings.database)
    return kept


def _unused(database: Path, now: datetime) -> Path:
    """A name for what stood there: no earlier copy is overwritten."""
    name = f"{database.name}.before-restore-{now:%Y%m%d-%H%M%S}"
    names = (name, *(f"{name}-{n}" for n in range(2, 1000)))
    return next(path for name in names if not (path := database.with_name(name)).exists())


def _sound(file: Path) -> None:
    """UserError unless a file is a whole desk that this program can read."""
    found = health.examine(file)
    if found.damage or not found.revision:
        why = found.damage or _("it has no schema")
        raise UserError(_("{file} is no desk: {why}").format(file=file, why=why))
    if found.revision > migrate.HEAD:
        raise UserError(_("{file} is of a newer kfdesk; update kfdesk first").format(file=file))
