"""Tables of what happened, and what rules made of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field

from kfdesk.store.tables.row import Row, where_set
from kfdesk.store.tables.types import UtcTime


class EventRow(Row, table=True):
    """The journal. `root` is the first event of the transaction that this one belongs to."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_ticket", "ticket_id", "id"),
        Index(
            "ix_event_operation",
            "operation_id",
            sqlite_where=text("operation_id IS NOT NULL"),
        ),
        Index("ix_event_given", "at", sqlite_where=text("instr(changes, '\"assignee\"') > 0")),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    at: datetime = Field(sa_type=UtcTime)
    by: str
    actor: str = ""
    kind: str
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    rule: str = ""
    message_id: int | None = None
    root: int | None = None
    text: str = ""
    operation_id: int | None = Field(default=None, foreign_key="operation.id")


class OperationRow(Row, table=True):
    """One thing that a person did, whatever number of tickets it went over: what undo takes back.

    `images` tells of each row it touched how it was before and after.
    """

    __tablename__ = "operation"
    __table_args__ = (
        Index("ix_operation_actor", "actor", "id"),
        where_set("operation", "undoes"),
        where_set("operation", "undone_by"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    by: str
    actor: str = ""
    kind: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    images: bytes | None = Field(default=None, sa_type=LargeBinary)
    undoes: int | None = Field(default=None, foreign_key="operation.id")
    undone_by: int | None = Field(default=None, foreign_key="operation.id")


class RulesetRow(Row, table=True):
    """A version of the rules, so that an old trace can still be read."""

    __tablename__ = "ruleset"
    hash: str = Field(primary_key=True)
    rules: list[Any] = Field(sa_type=JSON)
    loaded_at: datetime = Field(sa_type=UtcTime)


class TraceRow(Row, table=True):
    """What the rules did on one event of one ticket, passes in order."""

    __tablename__ = "trace"
    __table_args__ = (Index("ix_trace_ticket", "ticket_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    event_id: int = Field(foreign_key="event.id")
    at: datetime = Field(sa_type=UtcTime)
    ruleset: str = Field(foreign_key="ruleset.hash")
    steps: list[Any] = Field(sa_type=JSON)
    routes: list[Any] = Field(default_factory=list, sa_type=JSON)  # how it was assigned


class ReceiptRow(Row, table=True):
    """ "This rule did this here": written in the transaction of the effect, so it is there once."""

    __tablename__ = "rule_receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)
    rule: str = Field(primary_key=True)
    ticket_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("ticket.id"),))
    key: str = Field(primary_key=True)  # the root event
    at: datetime = Field(sa_type=UtcTime)
