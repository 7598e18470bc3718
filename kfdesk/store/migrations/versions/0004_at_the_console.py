"""What a console keeps: where each agent was, whom a draft is to, how agents log in, who calls."""

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
    op.add_column(
        "channel_state", sa.Column("trouble", sa.String(), nullable=False, server_default="")
    )
    op.create_table(
        "apart",
        sa.Column("one", sa.Integer(), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("other", sa.Integer(), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("actor", sa.String(), nullable=False, server_default=""),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_apart_other", "apart", ["other"])
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("agent", sa.String(), nullable=False, server_default=""),
    )
    op.create_index("ix_call_at", "call", ["at"])
    op.create_index("ix_call_customer_id", "call", ["customer_id"])
    op.create_table(
        "login",
        sa.Column("id", sa.Integer(), nullable=False, primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("tried", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
    )
    op.create_index("ix_login_tried", "login", ["tried", "at"])
    op.create_index("ix_login_address", "login", ["address", "at"])
    op.create_index("ix_login_at", "login", ["at"])
