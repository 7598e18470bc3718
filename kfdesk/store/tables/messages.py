"""Tables of what was said, with its bytes and files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, Text
from sqlmodel import Field

from kfdesk.store.tables.row import Row, where_set
from kfdesk.store.tables.types import UtcTime


class MessageRow(Row, table=True):
    """One thing said; (account, external_id) exists once."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_external", "account", "external_id", unique=True),
        Index("ix_message_ticket", "ticket_id", "id"),
        Index("ix_message_message_id", "message_id"),
        where_set("message", "side_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    account: str = ""
    direction: str
    by: str  # customer, agent, rule, system
    author: str = ""
    author_email: str = ""
    at: datetime = Field(sa_type=UtcTime)  # when it was said
    created_at: datetime = Field(sa_type=UtcTime)  # when the desk got it
    received_at: datetime | None = Field(default=None, sa_type=UtcTime)  # when its channel did
    external_id: str
    message_id: str = ""  # RFC 5322 Message-ID without brackets
    thread: str = ""  # what it answers, newest first, blank-separated
    auto: str = ""
    subject: str = ""
    cut: int = 0
    to: list[Any] = Field(default_factory=list, sa_type=JSON)
    cc: list[Any] = Field(default_factory=list, sa_type=JSON)
    bcc: list[Any] = Field(default_factory=list, sa_type=JSON)  # of what went out
    reply_to: str = ""
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)  # SHA-256 of the blob
    size: int = 0
    partial: bool = False
    side_id: int | None = Field(default=None, foreign_key="side_conversation.id")
    text: str = Field(default="", sa_type=Text)


class BlobRow(Row, table=True):
    """Content by SHA-256, compressed as `codec` says (zstd, or none where that gains nothing)."""

    __tablename__ = "blob"
    sha256: bytes = Field(primary_key=True, sa_type=LargeBinary)
    size: int
    codec: str
    data: bytes = Field(sa_type=LargeBinary)


class AttachmentRow(Row, table=True):
    """A file of a message: its own blob, or `part` of the message's raw mail."""

    __tablename__ = "attachment"
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    name: str
    type: str
    size: int
    sha256: str
    part: str = ""
    content_id: str = ""
    inline: bool = False


class OriginRow(Row, table=True):
    """Where a message was found; two places may hold one message. `raw` if its bytes differ."""

    __tablename__ = "origin"
    __table_args__ = ({"sqlite_with_rowid": False},)
    account: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)
