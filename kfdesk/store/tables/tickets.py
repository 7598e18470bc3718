"""Tables of tickets, and of what belongs to one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, text
from sqlmodel import Field

from kfdesk.store.tables.row import Row, where_set
from kfdesk.store.tables.types import UtcTime


class TicketTable(Row, table=True):
    """A ticket; `id` is its number."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_updated", "updated_at", "id"),
        Index("ix_ticket_status", "status", "updated_at", "id"),
        Index("ix_ticket_assignee", "assignee", "status", "updated_at"),
        Index("ix_ticket_team", "team", "status", "updated_at"),
        Index("ix_ticket_assignee_updated", "assignee", "updated_at", "id"),
        Index("ix_ticket_team_updated", "team", "updated_at", "id"),
        Index("ix_ticket_customer", "customer_id", "updated_at"),
        Index("ix_ticket_due", "due_at", sqlite_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_snoozed", "snoozed_until", sqlite_where=text("snoozed_until IS NOT NULL")),
        Index("ix_ticket_waiting", "waiting_since", sqlite_where=text("waiting_since IS NOT NULL")),
        Index("ix_ticket_idle", "status", "last_person_at"),
        Index("ix_ticket_substatus", "substatus", sqlite_where=text("substatus != ''")),
        Index("ix_ticket_task_due", "task_due", sqlite_where=text("task_due IS NOT NULL")),
        Index("ix_ticket_category", "category", "id", sqlite_where=text("category != ''")),
        where_set("ticket", "merged_into"),
        where_set("ticket", "merged_from"),
        # What is rare is found at once, in the order in which it is listed.
        *(
            Index(f"ix_ticket_{name}", "updated_at", "id", sqlite_where=text(where))
            for name, where in (
                ("deleted", "deleted_at IS NOT NULL"),
                ("merged", "merged_into IS NOT NULL"),
                ("spam", "spam IS 1"),
            )
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    subject: str = ""
    status: str = "new"
    priority: int = 2  # the rank: 1 low … 4 urgent
    channel: str = ""  # the medium: email, phone, …; `manual` for one made by hand
    account: str = ""  # the name of the [[channel]]
    category: str = ""
    team: str = ""
    assignee: str = ""
    customer_id: int = Field(foreign_key="customer.id")
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    version: int = 1
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)
    last_person_at: datetime = Field(sa_type=UtcTime)  # `idle` runs from here
    waiting_since: datetime | None = Field(default=None, sa_type=UtcTime)  # first unanswered
    solved_at: datetime | None = Field(default=None, sa_type=UtcTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    first_response_at: datetime | None = Field(default=None, sa_type=UtcTime)
    first_response_due: datetime | None = Field(default=None, sa_type=UtcTime)
    next_response_due: datetime | None = Field(default=None, sa_type=UtcTime)
    resolve_due: datetime | None = Field(default=None, sa_type=UtcTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)  # the next of the three
    sla: str = ""  # the policy in force
    sla_chosen: str = ""  # by a person or a rule; else the first policy whose condition holds
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcTime)
    substatus: str = ""  # a status of the team's own; `status` is then its kind
    type: str = ""  # question, incident, problem, task
    task_due: datetime | None = Field(default=None, sa_type=UtcTime)  # of a task
    spam: bool = False
    spent: int = 0  # seconds of work that agents wrote down
    breached: bool = False
    message_count: int = 0
    unread: bool = True  # a customer's message that no agent has opened
    quarantine: str = ""
    deleted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    merged_into: int | None = Field(default=None, foreign_key="ticket.id")
    merged_from: int | None = Field(default=None, foreign_key="customer.id")  # whose it was


class TicketTagRow(Row, table=True):
    __tablename__ = "ticket_tag"
    __table_args__ = (
        Index("ix_ticket_tag_tag", "tag", "ticket_id"),
        {"sqlite_with_rowid": False},
    )
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    tag: str = Field(primary_key=True)


class CollaboratorRow(Row, table=True):
    """A party of a ticket beside its customer: somebody in To or Cc, or added by hand."""

    __tablename__ = "collaborator"
    __table_args__ = ({"sqlite_with_rowid": False},)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    email: str = Field(primary_key=True)
    name: str = ""
    since: datetime | None = Field(default=None, sa_type=UtcTime)  # added later than the ticket
    removed: bool = False  # taken off: their mail joins no more


class LinkRow(Row, table=True):
    """One ticket names another: `maybe` (a message may belong there), `follow-up`, …"""

    __tablename__ = "link"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    other_id: int = Field(foreign_key="ticket.id", index=True)
    kind: str
    reason: str = ""
    created_at: datetime = Field(sa_type=UtcTime)


class SurveyRow(Row, table=True):
    """What a customer was asked about a ticket, and answered."""

    __tablename__ = "survey"
    __table_args__ = (where_set("survey", "message_id"),)
    ticket_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("ticket.id"),))
    asked_at: datetime = Field(sa_type=UtcTime)
    score: int | None = None  # 1 to 5
    comment: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    message_id: int | None = Field(default=None, foreign_key="message.id")  # the answer


class DraftRow(Row, table=True):
    """What an agent is writing; saved as they type."""

    __tablename__ = "draft"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    agent: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # reply, note, forward
    text: str = Field(default="", sa_type=Text)
    head: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # to whom, with which files
    updated_at: datetime = Field(sa_type=UtcTime)


class FollowerRow(Row, table=True):
    """An agent who is told what happens to a ticket."""

    __tablename__ = "follower"
    __table_args__ = (Index("ix_follower_agent", "agent"), {"sqlite_with_rowid": False})
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    agent: str = Field(primary_key=True)


class SpentRow(Row, table=True):
    """Work on a ticket that an agent wrote down."""

    __tablename__ = "time_spent"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    agent: str
    seconds: int
    at: datetime = Field(sa_type=UtcTime)
    note: str = ""


class SpammerRow(Row, table=True):
    """An address that sent spam: new tickets of it are spam too."""

    __tablename__ = "spammer"
    __table_args__ = ({"sqlite_with_rowid": False},)
    email: str = Field(primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime = Field(sa_type=UtcTime)


class PresenceRow(Row, table=True):
    """Somebody has a ticket open, in one console; writing, they hold the lease of sending."""

    __tablename__ = "presence"
    __table_args__ = ({"sqlite_with_rowid": False},)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    agent: str = Field(primary_key=True)
    session: str = Field(primary_key=True)  # one console
    since: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)  # none: only reading


class SideRow(Row, table=True):
    """A side conversation: a question by mail to somebody else than the customer."""

    __tablename__ = "side_conversation"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    subject: str
    to: list[Any] = Field(sa_type=JSON)
    account: str
    agent: str  # who asked
    opened_at: datetime = Field(sa_type=UtcTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
