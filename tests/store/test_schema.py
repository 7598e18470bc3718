"""The migrations make what the tables say."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from kfdesk.store import migrate
from kfdesk.store.tables import metadata


def test_the_migrations_and_the_tables_agree(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    file.touch()
    migrate.upgrade(file)
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        found = [
            change
            for change in compare_metadata(context, metadata)
            if "search" not in str(change)  # the full-text index is no table of ours
        ]
    engine.dispose()
    assert found == []


def test_who_names_a_row_is_found_by_an_index() -> None:
    """An undo removes rows, and has to know who names them; so has SQLite itself."""
    stays = {"agent", "event", "ruleset", "team", "ticket"}  # rows that are never removed
    for table in metadata.sorted_tables:
        indexes = [*(index.columns for index in table.indexes), table.primary_key.columns]
        first = {next(iter(columns)).name for columns in indexes if columns}
        for key in table.foreign_keys:
            if key.column.table.name not in stays:
                assert key.parent.name in first, f"{table.name}.{key.parent.name}"
