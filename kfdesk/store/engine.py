"""The SQLite file: how it is opened, and the two kinds of transaction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from kfdesk.errors import StoreError
from kfdesk.i18n import _
from kfdesk.paths import private_file, private_folder
from kfdesk.store import migrate
from kfdesk.store.conditions import condition
from kfdesk.store.tx import Tx

#: How long a writer waits for another process's transaction before a person hears of it.
BUSY_SECONDS = 120


class Store:
    """One desk's database, safe to share between threads: a transaction has its connection."""

    def __init__(self, file: Path, engine: Engine) -> None:
        self.file = file
        self._engine = engine
        self._watch: sqlite3.Connection | None = None

    @classmethod
    def open(cls, file: Path, *, lasting: bool = True, small: bool = False) -> Store:
        """Open the database, made and migrated as needed. StoreError where that cannot be.

        One that is not `lasting` is thrown away by this process: it need survive no crash. A
        process that stays and writes little keeps `small`: the pages are in the system's cache.
        """
        with sentences(file):
            if not file.exists():
                private_folder(file.parent)
                private_file(file)
            migrate.upgrade(file)
            return cls(file, _engine(file, lasting, small))

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A read transaction: one consistent state of the desk, never waiting for writers."""
        with sentences(self.file), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A write transaction; other writers wait. All of it is committed, or nothing."""
        with (
            sentences(self.file),
            self._engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def counter(self) -> int:
        """A number that changes whenever anybody, in any process, has committed."""
        if self._watch is None:
            self._watch = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        (version,) = self._watch.execute("PRAGMA data_version").fetchone()
        return int(version)

    def close(self) -> None:
        """Let go of the file."""
        if self._watch is not None:
            self._watch.close()
        self._engine.dispose()


@contextmanager
def savepoint(tx: Tx) -> Iterator[None]:
    """Undo what is written inside if it raises. The database's own failures are StoreErrors."""
    with in_words(tx):
        nested = tx.begin_nested()
        try:
            yield
        except (DatabaseError, sqlite3.DatabaseError):
            raise  # a full disk has ended the transaction: no savepoint is left to go back to
        except BaseException:
            nested.rollback()
            raise
        nested.commit()


@contextmanager
def in_words(tx: Tx) -> Iterator[None]:
    """Tell the database's own failures inside as StoreErrors: nothing can be written after."""
    with sentences(Path(str(tx.engine.url.database))):
        yield


def _engine(file: Path, lasting: bool, small: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{file}",
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=8,
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "connect", _small if small else _large)
    if not lasting:
        event.listen(engine, "connect", _unsafe)
    event.listen(engine, "begin", _begin)
    return engine


def _connected(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not by the driver
    for pragma in (
        "foreign_keys = ON",
        "synchronous = FULL",  # an outbox mark must outlive a power cut
        "temp_store = MEMORY",
        "wal_autocheckpoint = 4000",
        "journal_size_limit = 67108864",
    ):
        connection.execute(f"PRAGMA {pragma}")
    condition.register(connection)


def _small(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA cache_size = -2048")


def _large(connection: Any, _record: object) -> None:
    for pragma in ("cache_size = -65536", "mmap_size = 268435456"):
        connection.execute(f"PRAGMA {pragma}")


def _unsafe(connection: Any, _record: object) -> None:
    for pragma in ("foreign_keys = OFF", "synchronous = OFF", "journal_mode = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def sentences(file: Path) -> Iterator[None]:
    """Turn the database's errors into sentences that say what to do."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise _sentence(file, error) from error
    except PermissionError as error:
        raise StoreError(
            _("{file} cannot be opened: {why}; check who owns it").format(
                file=error.filename or file, why=os.strerror(error.errno or 0)
            )
        ) from error


def _sentence(file: Path, error: BaseException) -> StoreError:
    # A full disk ends the transaction by itself; the rollback after it then fails and hides it.
    while isinstance(error.__context__, (DatabaseError, sqlite3.DatabaseError)):
        error = error.__context__
    text = str(getattr(error, "orig", error))
    if "full" in text:
        return StoreError(
            _(
                "the disk is full: nothing was changed in {file}; free some space and try again"
            ).format(file=file)
        )
    if "locked" in text or "busy" in text:
        return StoreError(
            _("another program has held {file} for {n} seconds; end it and try again").format(
                file=file, n=BUSY_SECONDS
            )
        )
    if "malformed" in text or "not a database" in text:
        return StoreError(
            _("{file} is damaged or no desk; restore a backup with `kfdesk restore`").format(
                file=file
            )
        )
    if "unable to open" in text or "readonly" in text:
        return StoreError(
            _("{file} cannot be written: {why}; check the folder and its owner").format(
                file=file, why=text
            )
        )
    return StoreError(_("the database failed: {why}").format(why=text))
