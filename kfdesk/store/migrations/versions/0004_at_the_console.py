"""What a console keeps: where each agent was, whom a draft is to, and how agents log in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add columns and tables."""
    op.add_column("message", sa.Column("bcc", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("draft", sa.Column("head", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "console_state",
        sa.Column("agent", sa.String(), nullable=False, primary_key=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "credential",
        sa.Column("agent", sa.String(), nullable=False, primary_key=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
