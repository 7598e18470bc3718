"""The schema's versions: made, upgraded after a backup, refused when newer than the program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kfdesk.errors import StoreError
from kfdesk.i18n import _
from kfdesk.paths import private_file, private_folder

#: The newest revision in `migrations/versions`.
HEAD = "0004"

_FOLDER = Path(__file__).parent / "migrations"


def revision(file: Path) -> str:
    """The schema revision of a database, or "" for an empty one."""
    with closing(sqlite3.connect(file, timeout=120)) as connection:
        found = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone()
        row = (
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if found
            else None
        )
        return row[0] if row else ""


def upgrade(file: Path) -> None:
    """Bring a database to HEAD; a desk with data is copied to `FILE.before-REVISION` first."""
    before = revision(file)
    if before == HEAD:
        return
    if before > HEAD:
        raise StoreError(
            _(
                "{file} was written by a newer kfdesk (schema {theirs}, this one knows {ours}); "
                "update kfdesk"
            ).format(file=file, theirs=before, ours=HEAD)
        )
    if before:
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
        copy(file, file.with_name(f"{file.name}.before-{HEAD}-{stamp}"))
    _run(file)


def copy(source: Path, target: Path) -> None:
    """Copy a live database, one consistent state of it, into a new private file."""
    private_file(target, new=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")


def move_away(file: Path, to: Path) -> None:
    """Rename a database with what SQLite keeps beside it: no log may outlive its file."""
    for part in ("", "-wal", "-shm"):
        beside = file.with_name(f"{file.name}{part}")
        if beside.exists():
            beside.rename(to.with_name(f"{to.name}{part}"))


def put_back(source: Path, target: Path) -> None:
    """Replace a database's content by a copy's, in one transaction that running programs see.

    What waited to be sent when the copy was made may have left since: it becomes `unknown`.
    """
    if not target.exists():
        private_folder(target.parent)
        private_file(target)
    passing = target.with_name(f"{target.name}.restoring")
    passing.unlink(missing_ok=True)
    try:
        copy(source, passing)
        with (
            closing(sqlite3.connect(passing)) as old,
            closing(sqlite3.connect(target, timeout=120)) as new,
        ):
            why = _("it waited when the backup was made, and may have been sent since")
            with old:
                old.execute(
                    "UPDATE outbox SET state = 'unknown', error = ? "
                    "WHERE state IN ('queued', 'sending') AND account != 'notice'",
                    (why,),
                )
            old.backup(new)
            new.execute("PRAGMA journal_mode = WAL")
    finally:
        passing.unlink(missing_ok=True)


def _run(file: Path) -> None:
    # Only a new or an old desk pays for importing Alembic.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, event, pool

    with closing(sqlite3.connect(file, timeout=120)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    engine = create_engine(
        f"sqlite:///{file}", poolclass=pool.NullPool, connect_args={"timeout": 120}
    )
    event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as begun:
        # Another process may have migrated while this one waited: then there is nothing left to do.
        config.attributes["connection"] = begun
        command.upgrade(config, HEAD)
    engine.dispose()
