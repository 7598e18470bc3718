"""The first schema."""

from __future__ import annotations

from alembic import op

from kfdesk.store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table and the search index."""
    metadata.create_all(op.get_bind())
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5"
        "(body, quoted, content='', tokenize='unicode61 remove_diacritics 2')"
    )
