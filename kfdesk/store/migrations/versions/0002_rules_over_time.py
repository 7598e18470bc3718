"""What rules do as time goes by: SLA clocks, schedules' epochs, routes; more kinds of effects."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns and tables; the outbox is made anew, since a row need be no message now."""
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(
        "ix_ticket_due", "ticket", ["due_at"], sqlite_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index(
        "ix_ticket_snoozed",
        "ticket",
        ["snoozed_until"],
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_waiting",
        "ticket",
        ["waiting_since"],
        sqlite_where=sa.text("waiting_since IS NOT NULL"),
    )
    op.create_index("ix_ticket_idle", "ticket", ["status", "last_person_at"])
    op.create_index(
        "ix_ticket_category", "ticket", ["category", "id"], sqlite_where=sa.text("category != ''")
    )
    op.create_index(
        "ix_event_given",
        "event",
        ["at"],
        sqlite_where=sa.text("instr(changes, '\"assignee\"') > 0"),
    )
    _outbox()
    _clocks()
    _schedules()
    _routes()
    op.create_table(
        "survey",
        _ticket(),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("message.id"), nullable=True),
        sa.PrimaryKeyConstraint("ticket_id"),
    )


_COLUMNS: dict[str, tuple[sa.Column[Any], ...]] = {
    "ticket": (
        sa.Column("next_response_due", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("sla", sa.String(), nullable=False, server_default=""),
        sa.Column("sla_chosen", sa.String(), nullable=False, server_default=""),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
    ),
    "message": (sa.Column("received_at", sa.BigInteger(), nullable=True),),
    "trace": (sa.Column("routes", sa.JSON(), nullable=False, server_default="[]"),),
}


def _ticket() -> sa.Column[Any]:
    return sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("ticket.id"), nullable=False)


def _outbox() -> None:
    op.rename_table("outbox", "outbox_before")
    for name in ("due", "recipient", "ticket"):
        op.drop_index(f"ix_outbox_{name}", "outbox_before")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        _ticket(),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("message.id"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False, server_default="mail"),
        sa.Column("payload", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    names = (
        'id, ticket_id, message_id, account, "key", recipient, "to", subject, automatic, state, '
        "attempts, not_before, error, created_at, claimed_at, done_at"
    )
    op.execute(f"INSERT INTO outbox ({names}) SELECT {names} FROM outbox_before")  # noqa: S608
    op.drop_table("outbox_before")
    op.create_index("ix_outbox_due", "outbox", ["state", "not_before"])
    op.create_index("ix_outbox_message", "outbox", ["message_id"])
    op.create_index("ix_outbox_recipient", "outbox", ["recipient", "created_at"])
    op.create_index("ix_outbox_ticket", "outbox", ["ticket_id"])


def _clocks() -> None:
    op.create_table(
        "sla_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        _ticket(),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("stretches", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("warn_at", sa.BigInteger(), nullable=True),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.Column("met_at", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=True),
        sa.Column("dropped_at", sa.BigInteger(), nullable=True),
        sa.Column("breached_at", sa.BigInteger(), nullable=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sla_clock_ticket", "sla_clock", ["ticket_id", "target"])
    op.create_index(
        "ix_sla_clock_next", "sla_clock", ["next_at"], sqlite_where=sa.text("next_at IS NOT NULL")
    )


def _schedules() -> None:
    op.create_table(
        "epoch",
        sa.Column("schedule", sa.String(), nullable=False),
        _ticket(),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("fired_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "ticket_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_epoch_ticket", "epoch", ["ticket_id"])
    op.create_table(
        "sweep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _routes() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_absence_agent", "absence", ["agent", "since"])
    op.create_table(
        "waiting",
        _ticket(),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_index("ix_waiting_retry", "waiting", ["retry_at"])
    op.create_table(
        "turn",
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("route", "team"),
        sqlite_with_rowid=False,
    )
