"""The tables. Times are integers in the database (ms since 1970, UTC), aware in Python."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, kept as integer milliseconds UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, _dialect: Any) -> datetime | None:
        return None if value is None else from_ms(value)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime."""
    return int(at.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The aware datetime of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


class Meta(SQLModel, table=True):
    """The desk's own facts: its signing secret, when it was made."""

    key: str = Field(primary_key=True)
    value: str


class AgentRow(SQLModel, table=True):
    """An agent of the configuration, kept when the configuration forgets them."""

    __tablename__ = "agent"
    name: str = Field(primary_key=True)
    title: str = ""
    email: str = Field(default="", index=True)
    active: bool = True


class AbsenceRow(SQLModel, table=True):
    """A time for which an agent said to be away; kept, so that old decisions can be understood."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_agent", "agent", "since"),)
    id: int | None = Field(default=None, primary_key=True)
    agent: str
    since: datetime = Field(sa_type=UtcTime)
    until: datetime | None = Field(default=None, sa_type=UtcTime)  # none: not back yet
    reason: str = ""


class TeamRow(SQLModel, table=True):
    """A team of the configuration, kept when the configuration forgets it."""

    __tablename__ = "team"
    name: str = Field(primary_key=True)
    title: str = ""
    active: bool = True


class OrganisationRow(SQLModel, table=True):
    __tablename__ = "organisation"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    domain: str = Field(default="", index=True)


class CustomerRow(SQLModel, table=True):
    """A person outside."""

    __tablename__ = "customer"
    id: int | None = Field(default=None, primary_key=True)
    name: str = ""
    email: str = ""  # the address to write to; every address is an identity
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    created_at: datetime = Field(sa_type=UtcTime)


class CustomerGroupRow(SQLModel, table=True):
    """A customer's membership of a group, by hand or by the group's condition."""

    __tablename__ = "customer_group"
    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    name: str = Field(primary_key=True, index=True)


class IdentityRow(SQLModel, table=True):
    """What a customer is known by: (email, a@b.example)."""

    __tablename__ = "identity"
    __table_args__ = (Index("ix_identity_value", "scheme", "value", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    scheme: str
    value: str
    customer_id: int = Field(foreign_key="customer.id", index=True)
    verified: bool = False
    created_at: datetime = Field(sa_type=UtcTime)


class TicketTable(SQLModel, table=True):
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
        Index("ix_ticket_category", "category", "id", sqlite_where=text("category != ''")),
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
    breached: bool = False
    message_count: int = 0
    unread: bool = True  # a customer's message that no agent has opened
    quarantine: str = ""
    deleted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    merged_into: int | None = Field(default=None, foreign_key="ticket.id")


class TicketTagRow(SQLModel, table=True):
    __tablename__ = "ticket_tag"
    __table_args__ = (
        Index("ix_ticket_tag_tag", "tag", "ticket_id"),
        {"sqlite_with_rowid": False},
    )
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    tag: str = Field(primary_key=True)


class CollaboratorRow(SQLModel, table=True):
    """A party of a ticket beside its customer: somebody in To or Cc, or added by hand."""

    __tablename__ = "collaborator"
    __table_args__ = ({"sqlite_with_rowid": False},)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    email: str = Field(primary_key=True)
    name: str = ""


class LinkRow(SQLModel, table=True):
    """One ticket names another: `maybe` (a message may belong there), `follow-up`, …"""

    __tablename__ = "link"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    other_id: int = Field(foreign_key="ticket.id", index=True)
    kind: str
    reason: str = ""
    created_at: datetime = Field(sa_type=UtcTime)


class MessageRow(SQLModel, table=True):
    """One thing said; (account, external_id) exists once."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_external", "account", "external_id", unique=True),
        Index("ix_message_ticket", "ticket_id", "id"),
        Index("ix_message_message_id", "message_id"),
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
    reply_to: str = ""
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)  # SHA-256 of the blob
    size: int = 0
    partial: bool = False
    text: str = Field(default="", sa_type=Text)


class BlobRow(SQLModel, table=True):
    """Content by SHA-256, compressed as `codec` says (zstd, or none where that gains nothing)."""

    __tablename__ = "blob"
    sha256: bytes = Field(primary_key=True, sa_type=LargeBinary)
    size: int
    codec: str
    data: bytes = Field(sa_type=LargeBinary)


class AttachmentRow(SQLModel, table=True):
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


class OriginRow(SQLModel, table=True):
    """Where a message was found; two places may hold one message. `raw` if its bytes differ."""

    __tablename__ = "origin"
    __table_args__ = ({"sqlite_with_rowid": False},)
    account: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)


class EventRow(SQLModel, table=True):
    """The journal. `root` is the first event of the transaction that this one belongs to."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_ticket", "ticket_id", "id"),
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


class RulesetRow(SQLModel, table=True):
    """A version of the rules, so that an old trace can still be read."""

    __tablename__ = "ruleset"
    hash: str = Field(primary_key=True)
    rules: list[Any] = Field(sa_type=JSON)
    loaded_at: datetime = Field(sa_type=UtcTime)


class TraceRow(SQLModel, table=True):
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


class ClockRow(SQLModel, table=True):
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


class EpochRow(SQLModel, table=True):
    """A schedule has fired for a ticket, and its condition has held ever since."""

    __tablename__ = "epoch"
    __table_args__ = (Index("ix_epoch_ticket", "ticket_id"), {"sqlite_with_rowid": False})
    schedule: str = Field(primary_key=True)
    ticket_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("ticket.id"),))
    since: datetime = Field(sa_type=UtcTime)
    fired_at: datetime = Field(sa_type=UtcTime)


class SweepRow(SQLModel, table=True):
    """One run of what time brings: the instants from `first` to `until`, behind event `event_id`.

    Replay runs the past's instants where they really ran.
    """

    __tablename__ = "sweep"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    first: datetime = Field(sa_type=UtcTime)
    until: datetime = Field(sa_type=UtcTime)
    event_id: int


class WaitingRow(SQLModel, table=True):
    """A ticket that its route could give to nobody yet."""

    __tablename__ = "waiting"
    __table_args__ = (Index("ix_waiting_retry", "retry_at"),)
    ticket_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("ticket.id"),))
    route: str  # or, where a rule asked, its strategies
    rule: str = ""  # the rule that asked; none: the route's own condition holds
    reason: str
    since: datetime = Field(sa_type=UtcTime)
    retry_at: datetime | None = Field(default=None, sa_type=UtcTime)  # none: when somebody is free


class TurnRow(SQLModel, table=True):
    """Whose turn it was last, in a route's round-robin over one team."""

    __tablename__ = "turn"
    __table_args__ = ({"sqlite_with_rowid": False},)
    route: str = Field(primary_key=True)
    team: str = Field(primary_key=True)
    agent: str


class SurveyRow(SQLModel, table=True):
    """What a customer was asked about a ticket, and answered."""

    __tablename__ = "survey"
    ticket_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("ticket.id"),))
    asked_at: datetime = Field(sa_type=UtcTime)
    score: int | None = None  # 1 to 5
    comment: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    message_id: int | None = Field(default=None, foreign_key="message.id")  # the answer


class ReceiptRow(SQLModel, table=True):
    """ "This rule did this here": written in the transaction of the effect, so it is there once."""

    __tablename__ = "rule_receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)
    rule: str = Field(primary_key=True)
    ticket_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("ticket.id"),))
    key: str = Field(primary_key=True)  # the root event
    at: datetime = Field(sa_type=UtcTime)


class OutboxTable(SQLModel, table=True):
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


class SuppressionRow(SQLModel, table=True):
    """An address that gets no automatic mail for a while, and why."""

    __tablename__ = "suppression"
    email: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcTime)
    reason: str = ""
    ticket_id: int | None = None


class CursorRow(SQLModel, table=True):
    """How far a channel's folder was read."""

    __tablename__ = "cursor"
    account: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    value: str


class ChannelStateRow(SQLModel, table=True):
    """How a channel's last sync went, for the console and `doctor`."""

    __tablename__ = "channel_state"
    account: str = Field(primary_key=True)
    synced_at: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str = ""
    error_at: datetime | None = Field(default=None, sa_type=UtcTime)


class DraftRow(SQLModel, table=True):
    """What an agent is writing; saved as they type."""

    __tablename__ = "draft"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    agent: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # reply, note
    text: str = Field(default="", sa_type=Text)
    updated_at: datetime = Field(sa_type=UtcTime)


metadata = SQLModel.metadata
