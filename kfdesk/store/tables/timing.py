"""Tables of what time brings: promises, schedules, who waits and whose turn it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlmodel import Field

from kfdesk.store.tables.row import Row
from kfdesk.store.tables.types import UtcTime


class ClockRow(Row, table=True):
    """One promise of one ticket being kept: times in ms, lengths in working seconds.

    `stretches` are the times in which it ran, [[from, to], …], the last one open while it runs.
    `next_at` is when it warns or breaches next; none while it stands, is met, or has nothing left.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("ix_sla_clock_ticket", "ticket_id", "target"),
        Index("ix_sla_clock_next", "next_at", sqlite_where=text("next_at IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    target: str  # first_response, next_response, resolve
    policy: str
    calendar: str = ""
    allowed: int
    started_at: datetime = Field(sa_type=UtcTime)
    stretches: list[Any] = Field(default_factory=list, sa_type=JSON)
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    warn_at: datetime | None = Field(default=None, sa_type=UtcTime)
    warned_at: datetime | None = Field(default=None, sa_type=UtcTime)
    met_at: datetime | None = Field(default=None, sa_type=UtcTime)
    used: int | None = None  # when it was met, or dropped
    dropped_at: datetime | None = Field(default=None, sa_type=UtcTime)  # promised no longer
    breached_at: datetime | None = Field(default=None, sa_type=UtcTime)
    holder: str = ""  # who had the ticket at the breach
    team: str = ""
    next_at: datetime | None = Field(default=None, sa_type=UtcTime)


class EpochRow(Row, table=True):
    """A schedule has fired for a ticket, and its condition has held ever since."""

    __tablename__ = "epoch"
    __table_args__ = (Index("ix_epoch_ticket", "ticket_id"), {"sqlite_with_rowid": False})
    schedule: str = Field(primary_key=True)
    ticket_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("ticket.id"),))
    since: datetime = Field(sa_type=UtcTime)
    fired_at: datetime = Field(sa_type=UtcTime)


class SweepRow(Row, table=True):
    """One run of what time brings: the instants from `first` to `until`, behind event `event_id`.

    Replay runs the past's instants where they really ran.
    """

    __tablename__ = "sweep"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    first: datetime = Field(sa_type=UtcTime)
    until: datetime = Field(sa_type=UtcTime)
    event_id: int


class WaitingRow(Row, table=True):
    """A ticket that its route could give to nobody yet."""

    __tablename__ = "waiting"
    __table_args__ = (Index("ix_waiting_retry", "retry_at"),)
    ticket_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("ticket.id"),))
    route: str  # or, where a rule asked, its strategies
    rule: str = ""  # the rule that asked; none: the route's own condition holds
    reason: str
    since: datetime = Field(sa_type=UtcTime)
    retry_at: datetime | None = Field(default=None, sa_type=UtcTime)  # none: when somebody is free


class TurnRow(Row, table=True):
    """Whose turn it was last, in a route's round-robin over one team."""

    __tablename__ = "turn"
    __table_args__ = ({"sqlite_with_rowid": False},)
    route: str = Field(primary_key=True)
    team: str = Field(primary_key=True)
    agent: str
