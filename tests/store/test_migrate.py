"""The database file: private, upgraded after a backup, refused when newer, put back while open."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kfdesk.desk.admin.backup import backup, restore
from kfdesk.desk.conversation.reply import note
from kfdesk.errors import StoreError, UserError
from kfdesk.store import migrate
from kfdesk.store.engine import Store
from tests.desk.office import ANNA, Office, raw

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A desk with one ticket."""
    office = Office(tmp_path)
    office.receive(raw())
    return office


def mode(path: Path) -> int:
    """Who may do what."""
    return stat.S_IMODE(path.stat().st_mode)


def stamp(file: Path, revision: str) -> None:
    """Write a schema revision into a database."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


def test_a_new_desk_is_private(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "desk.db"
    store = Store.open(file)
    with store.write():
        pass
    for path in (tmp_path / "a", tmp_path / "a" / "b"):
        assert mode(path) == 0o700
    for path in (tmp_path / "a" / "b").iterdir():
        assert mode(path) == 0o600, path
    store.close()


def test_a_new_desk_is_at_head(tmp_path: Path) -> None:
    Store.open(tmp_path / "desk.db").close()
    assert migrate.revision(tmp_path / "desk.db") == migrate.HEAD
    names = [path.name for path in tmp_path.iterdir() if "before" in path.name]
    assert names == [], "there was nothing to back up"


def test_a_database_of_a_newer_program_is_refused_and_left_alone(office: Office) -> None:
    office.close()
    stamp(office.settings.database, "9999")
    content = office.settings.database.read_bytes()
    with pytest.raises(StoreError, match="newer kfdesk"):
        Store.open(office.settings.database)
    assert office.settings.database.read_bytes() == content


def test_a_backup_is_made_before_an_upgrade(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.close()
    file = office.settings.database
    stamp(file, "0000")
    monkeypatch.setattr(migrate, "_run", lambda _file: None)
    migrate.upgrade(file)
    (copy,) = office.folder.glob(f"desk.db.before-{migrate.HEAD}-*")
    assert mode(copy) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
        assert connection.execute("SELECT count(*) FROM ticket").fetchone() == (1,)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    file.write_bytes(b"this is a letter, no database " * 100)
    with pytest.raises(StoreError, match="damaged or no desk"):
        Store.open(file)


def test_a_backup_is_private_whole_and_overwrites_nothing(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert backup(office.settings, target) == target.stat().st_size
    assert mode(target) == 0o600
    with pytest.raises(UserError, match="exists"):
        backup(office.settings, target)
    assert [path.name for path in tmp_path.glob("copy.db*")] == ["copy.db"]


def test_a_backup_is_one_consistent_state_while_the_desk_is_written(
    office: Office, tmp_path: Path
) -> None:
    with office.desk.store.write() as tx:
        from sqlalchemy import text

        tx.execute(text("UPDATE ticket SET subject = 'half done'"))
        backup(office.settings, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("SELECT subject FROM ticket").fetchone() == ("My order",)


def test_a_backup_comes_back_while_another_program_has_the_desk_open(
    office: Office, tmp_path: Path
) -> None:
    watching = Store.open(office.settings.database)
    backup(office.settings, tmp_path / "copy.db")
    for n in range(50):
        note(office.desk, 1, f"Later {n}. " + "words " * 100, ANNA)
    before = watching.counter()
    kept = restore(office.settings, tmp_path / "copy.db", NOW)
    assert kept is not None
    assert mode(kept) == 0o600
    assert watching.counter() != before, "the console sees it"
    with watching.read() as tx:
        from sqlalchemy import text

        assert tx.execute(text("SELECT count(*) FROM message")).scalar_one() == 1
        assert tx.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert tx.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    assert office.ticket(1).message_count == 1
    note(office.desk, 1, "And on we go.", ANNA)
    assert office.ticket(1).message_count == 2
    assert office.find("Later") == []
    assert office.find("go") == [1]
    watching.close()
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone() == (51,)


def test_a_backup_makes_a_desk_where_there_is_none(office: Office, tmp_path: Path) -> None:
    backup(office.settings, tmp_path / "copy.db")
    office.close()
    for file in office.folder.glob("desk.db*"):
        file.unlink()
    assert restore(office.settings, tmp_path / "copy.db", NOW) is None
    assert mode(office.settings.database) == 0o600
    again = Store.open(office.settings.database)
    with again.read() as tx:
        from sqlalchemy import text

        assert tx.execute(text("SELECT count(*) FROM ticket")).scalar_one() == 1
    again.close()


def test_what_stood_there_is_kept_each_time(office: Office, tmp_path: Path) -> None:
    backup(office.settings, tmp_path / "copy.db")
    kept = {restore(office.settings, tmp_path / "copy.db", NOW) for _ in range(3)}
    assert len(kept) == 3


def test_what_is_no_desk_is_not_put_in_its_place(office: Office, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("no database " * 100)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE something (x)")
    newer = tmp_path / "newer.db"
    backup(office.settings, newer)
    stamp(newer, "9999")
    for file in (letter, other, newer):
        with pytest.raises(UserError):
            restore(office.settings, file, NOW)
    assert office.ticket(1).subject == "My order"


def test_all_of_a_write_is_committed_or_nothing(office: Office) -> None:
    from sqlalchemy import text

    def fail() -> None:
        with office.desk.store.write() as tx:
            tx.execute(text("UPDATE ticket SET subject = 'half'"))
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail()
    assert office.ticket(1).subject == "My order"


def test_the_counter_moves_when_another_connection_commits(office: Office) -> None:
    other = Store.open(office.settings.database)
    before = other.counter()
    assert other.counter() == before
    note(office.desk, 1, "Look.", ANNA)
    assert other.counter() != before
    other.close()
