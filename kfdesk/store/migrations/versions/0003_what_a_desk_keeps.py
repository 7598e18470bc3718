"""What a desk keeps: operations that can be undone, customers' own fields, teamwork, articles."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add columns and tables."""
    _operations()
    _tickets()
    _customers()
    _teamwork()
    _knowledge()
    op.create_table(
        "imported",
        _text("source"),
        _text("kind"),
        _text("key"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "kind", "key"),
        sqlite_with_rowid=False,
    )
    for table, column in (
        ("article_use", "said_in"),
        ("customer", "organisation_id"),
        ("identity", "merged_from"),
        ("message", "side_id"),
        ("operation", "undoes"),
        ("operation", "undone_by"),
        ("survey", "message_id"),
        ("ticket", "merged_from"),
        ("ticket", "merged_into"),
    ):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=where)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), nullable=False, primary_key=True)


def _text(name: str, *, default: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False, server_default="" if default else None)


def _time(name: str, *, needed: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def _of(table: str, name: str = "", *, needed: bool = True) -> sa.Column[Any]:
    return sa.Column(
        name or f"{table}_id", sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=not needed
    )


def _refer(table: str, column: str, other: str) -> None:
    """Add a column that names a row of another table: Alembic has no words for it on SQLite."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER REFERENCES {other} (id)")


def _operations() -> None:
    op.create_table(
        "operation",
        _id(),
        _time("at"),
        _text("by"),
        _text("actor"),
        _text("kind"),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("images", sa.LargeBinary(), nullable=True),
        _of("operation", "undoes", needed=False),
        _of("operation", "undone_by", needed=False),
    )
    op.create_index("ix_operation_actor", "operation", ["actor", "id"])
    _refer("event", "operation_id", "operation")
    op.create_index(
        "ix_event_operation",
        "event",
        ["operation_id"],
        sqlite_where=sa.text("operation_id IS NOT NULL"),
    )


def _tickets() -> None:
    op.add_column("ticket", _text("substatus", default=True))
    op.add_column("ticket", _text("type", default=True))
    op.add_column("ticket", _time("task_due", needed=False))
    op.add_column("ticket", sa.Column("spam", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("ticket", sa.Column("spent", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_ticket_substatus", "ticket", ["substatus"], sqlite_where=sa.text("substatus != ''")
    )
    op.create_index(
        "ix_ticket_task_due", "ticket", ["task_due"], sqlite_where=sa.text("task_due IS NOT NULL")
    )
    for name, where in (
        ("deleted", "deleted_at IS NOT NULL"),
        ("merged", "merged_into IS NOT NULL"),
        ("spam", "spam IS 1"),
    ):
        op.create_index(
            f"ix_ticket_{name}", "ticket", ["updated_at", "id"], sqlite_where=sa.text(where)
        )
    op.create_table(
        "spammer",
        _text("email"),
        _of("ticket"),
        _time("at"),
        sa.PrimaryKeyConstraint("email"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_spammer_ticket_id", "spammer", ["ticket_id"])
    # A link is kept once, by the word of its lower side.
    op.execute(
        "UPDATE link SET ticket_id = other_id, other_id = ticket_id, "
        "kind = CASE kind WHEN 'child' THEN 'parent' ELSE 'problem' END "
        "WHERE kind IN ('child', 'incident')"
    )
    op.create_table(
        "time_spent",
        _id(),
        _of("ticket"),
        _text("agent"),
        sa.Column("seconds", sa.Integer(), nullable=False),
        _time("at"),
        _text("note"),
    )
    op.create_index("ix_time_spent_ticket_id", "time_spent", ["ticket_id"])


def _customers() -> None:
    op.add_column("customer", sa.Column("fields", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("customer", _text("language", default=True))
    op.add_column("customer", _time("erased_at", needed=False))
    op.add_column(
        "customer", sa.Column("inherited", sa.JSON(), nullable=False, server_default="[]")
    )
    _refer("customer", "merged_into", "customer")
    op.create_index("ix_customer_merged_into", "customer", ["merged_into"])
    op.create_index("ix_customer_name", "customer", ["name"], sqlite_where=sa.text("name != ''"))
    _refer("identity", "merged_from", "customer")
    _refer("ticket", "merged_from", "customer")
    op.add_column(
        "customer_group", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default="0")
    )
    op.add_column(
        "customer_group", sa.Column("inherited", sa.Boolean(), nullable=False, server_default="0")
    )
    op.create_table(
        "organisation_domain",
        _text("domain"),
        _of("organisation"),
        sa.PrimaryKeyConstraint("domain"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_organisation_domain_organisation_id", "organisation_domain", ["organisation_id"]
    )
    op.execute(
        "INSERT INTO organisation_domain (domain, organisation_id) "
        "SELECT lower(domain), min(id) FROM organisation WHERE domain <> '' GROUP BY lower(domain)"
    )
    op.drop_index("ix_organisation_domain", "organisation")
    op.drop_column("organisation", "domain")
    op.create_table(
        "customer_event",
        _id(),
        _of("customer"),
        _time("at"),
        _text("by"),
        _text("actor"),
        _text("kind"),
        sa.Column("changes", sa.JSON(), nullable=False),
        _text("text"),
        _of("operation", needed=False),
    )
    op.create_index("ix_customer_event", "customer_event", ["customer_id", "id"])
    op.create_index(
        "ix_customer_event_operation",
        "customer_event",
        ["operation_id"],
        sqlite_where=sa.text("operation_id IS NOT NULL"),
    )


def _teamwork() -> None:
    op.add_column("collaborator", _time("since", needed=False))
    op.add_column(
        "collaborator", sa.Column("removed", sa.Boolean(), nullable=False, server_default="0")
    )
    op.create_table(
        "follower",
        _of("ticket"),
        _text("agent"),
        sa.PrimaryKeyConstraint("ticket_id", "agent"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_follower_agent", "follower", ["agent"])
    op.create_table(
        "presence",
        _of("ticket"),
        _text("agent"),
        _text("session"),
        _time("since"),
        _time("seen_at"),
        _time("lease_until", needed=False),
        sa.PrimaryKeyConstraint("ticket_id", "agent", "session"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "side_conversation",
        _id(),
        _of("ticket"),
        _text("subject"),
        sa.Column("to", sa.JSON(), nullable=False),
        _text("account"),
        _text("agent"),
        _time("opened_at"),
        _time("closed_at", needed=False),
    )
    op.create_index("ix_side_conversation_ticket_id", "side_conversation", ["ticket_id"])
    _refer("message", "side_id", "side_conversation")


def _knowledge() -> None:
    op.create_table(
        "article",
        _id(),
        _text("name"),
        _text("topic"),
        _text("stamp"),
        _text("digest"),
        _text("title"),
        _text("category"),
        _text("language"),
        sa.Column("public", sa.Boolean(), nullable=False),
        _text("keywords"),
        _text("link"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.UniqueConstraint("name"),
    )
    op.create_index("ix_article_topic", "article", ["topic"])
    op.execute(
        "CREATE VIRTUAL TABLE article_search USING fts5"
        "(title, keywords, body, tokenize='unicode61 remove_diacritics 2')"
    )
    op.create_table(
        "article_line",
        _text("line"),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("line", "article_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_article_line_article_id", "article_line", ["article_id"])
    op.create_table(
        "article_use",
        _id(),
        _text("article"),
        _of("ticket"),
        _of("message", needed=False),
        _text("actor"),
        _time("at"),
        _text("how"),
        sa.Column("helped", sa.Boolean(), nullable=True),
        _of("message", "said_in", needed=False),
    )
    op.create_index("ix_article_use", "article_use", ["article", "at"])
    op.create_index("ix_article_use_ticket_id", "article_use", ["ticket_id"])
    op.create_index("ix_article_use_message_id", "article_use", ["message_id"])
    op.create_table(
        "canned_reply",
        _id(),
        _text("agent"),
        _text("name"),
        _text("title"),
        _text("language"),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_canned_reply", "canned_reply", ["agent", "name", "language"], unique=True)
    op.create_table(
        "canned_use",
        _text("name"),
        _text("agent"),
        sa.Column("used", sa.Integer(), nullable=False),
        _time("used_at"),
        sa.PrimaryKeyConstraint("name", "agent"),
        sqlite_with_rowid=False,
    )
