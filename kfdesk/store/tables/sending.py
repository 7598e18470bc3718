"""Tables of what leaves the desk, and to whom it may not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from kfdesk.store.tables.row import Row
from kfdesk.store.tables.types import UtcTime


class OutboxTable(Row, table=True):
    """What is to leave the desk. `key` is unique: the Message-ID of a mail.

    A mail is a message of the ticket; what else leaves (a webhook's call, a word to an agent) has
    none, and its content is the `payload`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "not_before"),
        Index("ix_outbox_ticket", "ticket_id"),
        Index("ix_outbox_recipient", "recipient", "created_at"),
        Index("ix_outbox_message", "message_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    message_id: int | None = Field(default=None, foreign_key="message.id")
    kind: str = "mail"  # mail, webhook, notice
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    account: str
    key: str = Field(unique=True)
    recipient: str = ""  # the first one: what limits are counted by
    to: list[Any] = Field(sa_type=JSON)
    subject: str = ""
    automatic: bool = False
    state: str = "queued"
    attempts: int = 0
    not_before: datetime = Field(sa_type=UtcTime)
    error: str = ""
    created_at: datetime = Field(sa_type=UtcTime)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcTime)


class SuppressionRow(Row, table=True):
    """An address that gets no automatic mail for a while, and why."""

    __tablename__ = "suppression"
    email: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcTime)
    reason: str = ""
    ticket_id: int | None = None
