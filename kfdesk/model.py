"""Plain types that every room speaks: what comes in, what is kept, what goes out.

Times are aware UTC datetimes. Addresses are lower case. All text here has been through
`text.clean`, but for `raw` bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Status(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


#: Statuses in which somebody still has to do something.
OPEN_STATUSES = (Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD)


class Priority(StrEnum):
    """How soon; ordered from low to urgent, and stored as its rank."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """1 for low up to 4 for urgent."""
        return _PRIORITIES.index(self) + 1

    @classmethod
    def of_rank(cls, rank: int) -> Priority:
        """The priority with that rank."""
        return _PRIORITIES[rank - 1]


_PRIORITIES = list(Priority)


class TicketType(StrEnum):
    """What kind of work a ticket is. An incident may belong to a problem; a task has a due date."""

    QUESTION = "question"
    INCIDENT = "incident"
    PROBLEM = "problem"
    TASK = "task"


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class By(StrEnum):
    """What kind of actor did something."""

    CUSTOMER = "customer"
    AGENT = "agent"
    RULE = "rule"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: kind, and the agent's name, the customer's address or the rule's name."""

    kind: By
    name: str = ""

    @property
    def rule(self) -> str:
        """The rule that it is, if it is one."""
        return self.name if self.kind is By.RULE else ""

    def __str__(self) -> str:
        return self.name or str(self.kind)


SYSTEM = Actor(By.SYSTEM)


# --- what comes in


@dataclass(frozen=True, slots=True)
class RemotePart:
    """A part of a mail that was left on the server: BODYSTRUCTURE's words about it."""

    section: str
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that a channel brought, as it came.

    `place` names where it lies in the channel (`folder/uidvalidity/uid`, a Maildir file's unique
    name). `raw` is the whole of it, byte for byte; where the mail was larger than the channel's
    `max_size`, `partial` is true, `raw` holds its header block and its text parts, and `parts`
    what was left behind.
    """

    place: str
    raw: bytes
    received_at: datetime
    size: int
    partial: bool = False
    parts: tuple[RemotePart, ...] = ()


#: Per folder, how far a channel was read; opaque to everybody but the fetcher that made it.
Cursor = Mapping[str, str]


#: What kind of failure a channel has; `errors.Trouble` is the same: neither knows of the other.
Failure = Literal["", "offline", "refused", "login", "secret"]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one pull brought; `cursor` is the whole cursor after it, `more` says to pull again.

    `trouble` says why a stream brings nothing just now, while it goes on trying; `kind` what kind
    of failure it is, `again_in` in how many seconds it tries again. `left` is about how many lie
    behind it, where that is known.
    """

    items: tuple[Inbound, ...]
    cursor: Cursor
    more: bool = False
    trouble: str = ""
    kind: Failure = ""
    again_in: float = 0.0
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an address, as in `Name <addr>`; either may be empty."""

    name: str
    email: str

    def __str__(self) -> str:
        both = self.name and self.email
        return f"{self.name} <{self.email}>" if both else self.email or self.name


@dataclass(frozen=True, slots=True)
class MailPart:
    """An attachment of a mail: what it says it is, and where in the MIME tree (`1.2`) it lies."""

    name: str
    type: str
    size: int
    sha256: str
    part: str
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report: to whom, the enhanced status (`5.1.1`, RFC 3463), about which mails."""

    recipient: str
    status: str
    message_ids: tuple[str, ...]
    text: str = ""

    @property
    def no_such_user(self) -> bool:
        """True for a permanent "no such user" (5.1.1)."""
        return self.status == "5.1.1"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, read: every text decoded and clean, nothing raised, nothing interpreted.

    `digest` identifies the mail whatever server it lies on: the same for two deliveries of one
    mail, different for two mails that share a Message-ID. `text[:cut]` is what the writer wrote
    now; the rest is quoted history and signature. `robot` says why the mail counts as automatic,
    or is empty. `problem` says why the mail could not be understood, or is empty.
    """

    digest: str
    message_id: str  # without angle brackets; empty if there is none
    references: tuple[str, ...]  # In-Reply-To, then References from the newest; no brackets
    sender: Address
    reply_to: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    cut: int
    attachments: tuple[MailPart, ...] = ()
    robot: str = ""
    bounce: Bounce | None = None
    forwarded: Address | None = None  # whose mail this forwards, where it is a forwarded mail
    problem: str = ""


# --- what is kept


@dataclass(frozen=True, slots=True)
class Customer:
    """A person outside, as a ticket shows them."""

    id: int
    name: str
    email: str
    groups: tuple[str, ...] = ()
    organisation: str = ""
    language: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What the customer answered when they were asked how satisfied they are: 1 to 5."""

    score: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as a queue shows it."""

    number: int
    subject: str
    status: Status
    priority: Priority
    channel: str
    team: str
    assignee: str
    customer: str
    customer_email: str
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None  # the next of its deadlines
    message_count: int
    unread: bool
    tags: tuple[str, ...]
    version: int
    sla: str = ""  # the policy in force
    substatus: str = ""  # a status of the team's own; `status` is its kind
    type: str = ""
    task_due: datetime | None = None
    category: str = ""
    organisation: str = ""
    attached: bool = False  # a file came or went with one of its messages
    fields: Mapping[str, Any] = field(default_factory=dict)  # of the team's own


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket whole, without its messages."""

    number: int
    subject: str
    status: Status
    priority: Priority
    channel: str
    account: str
    category: str
    team: str
    assignee: str
    customer: Customer
    tags: tuple[str, ...]
    fields: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    first_response_due: datetime | None
    resolve_due: datetime | None
    breached: bool
    message_count: int
    version: int
    next_response_due: datetime | None = None
    due_at: datetime | None = None  # the next of its deadlines
    sla: str = ""  # the policy in force
    snoozed_until: datetime | None = None
    quarantine: str = ""  # the reason, where a message of it could not be read
    waiting_since: datetime | None = None
    collaborators: tuple[Address, ...] = ()
    links: tuple[tuple[str, int, str], ...] = ()  # what another is to it, which, reason
    satisfaction: Satisfaction | None = None
    substatus: str = ""  # a status of the team's own; `status` is its kind
    type: str = ""  # a TicketType, or nothing
    task_due: datetime | None = None
    spam: bool = False
    spent: timedelta = timedelta(0)  # work that agents wrote down
    followers: tuple[str, ...] = ()  # agents who are told what happens to it
    merged_into: int | None = None  # the ticket that it is a part of now
    deleted_at: datetime | None = None

    def as_of(self, now: datetime) -> Ticket:
        """The ticket at an instant: late even where no sync has come by since its deadline."""
        late = self.due_at is not None and self.due_at <= now
        return replace(self, breached=True) if late and not self.breached else self


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message; its content is read by `id` when somebody wants it."""

    id: int
    name: str
    type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said. `auto` says why it counts as automatic, or is empty."""

    id: int
    ticket: int
    direction: Direction
    by: By
    author: str
    author_email: str
    at: datetime
    subject: str
    text: str
    cut: int
    external_id: str
    message_id: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    auto: str
    partial: bool
    attachments: tuple[Attachment, ...]
    delivery: str = ""  # for what went out: the outbox state
    error: str = ""
    side: int | None = None  # the side conversation that it belongs to
    bcc: tuple[Address, ...] = ()  # of what went out: who got it without being named in it

    @property
    def internal(self) -> bool:
        """Whether only we read it: a note, and what a colleague mailed to the desk alone."""
        among_us = self.direction is Direction.IN and self.by is By.AGENT
        return among_us or self.direction is Direction.NOTE


@dataclass(frozen=True, slots=True)
class Side:
    """A side conversation of a ticket: a question by mail to somebody else than its customer."""

    id: int
    ticket: int
    subject: str
    to: tuple[Address, ...]
    account: str
    agent: str  # who asked
    opened_at: datetime
    closed_at: datetime | None
    newest: int  # its newest message


@dataclass(frozen=True, slots=True)
class Present:
    """An agent who has a ticket open, in one console; who writes an answer holds a lease."""

    ticket: int
    agent: str
    session: str
    since: datetime
    seen_at: datetime
    lease_until: datetime | None = None

    def writes(self, now: datetime) -> bool:
        """Whether they hold the lease of sending an answer."""
        return self.lease_until is not None and self.lease_until > now


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal. `changes` is {field: [old, new]}.

    Of the journal of customers it tells of a `customer`, by their `name`, and of no ticket.
    `root` is the event that set it off, in the same transaction; its own id where it stands first.
    """

    id: int
    ticket: int
    at: datetime
    actor: Actor
    kind: str
    changes: Mapping[str, tuple[Any, Any]]
    rule: str = ""
    message_id: int | None = None
    text: str = ""
    root: int = 0
    operation: int | None = None  # what a person did, of which this is a part
    customer: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages of a ticket that follow each other, and the journal between them.

    `before` and `after` count the messages that are not in it.
    """

    messages: tuple[Message, ...]
    events: tuple[Event, ...]
    before: int = 0
    after: int = 0

    @property
    def first(self) -> int | None:
        """Its first message; None where it begins the conversation."""
        return self.messages[0].id if self.before else None

    @property
    def last(self) -> int | None:
        """Its last message; None where it ends the conversation: what comes belongs to it."""
        return self.messages[-1].id if self.after else None


class OutboxState(StrEnum):
    """Where a thing to send stands. `unknown`: it may have been accepted; a person decides."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


#: What leaves: a mail, a mail to a colleague that is no message, a call of a webhook, a word to an
#: agent at the console.
OutboxKind = Literal["mail", "letter", "webhook", "notice"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A thing to send, as `kfdesk outbox` lists it.

    `payload` is its content where it is no message of the ticket.
    """

    id: int
    ticket: int
    channel: str
    to: tuple[str, ...]
    subject: str
    state: OutboxState
    attempts: int
    not_before: datetime
    error: str
    message_id: str = ""  # the key: for a mail its Message-ID
    automatic: bool = False
    kind: OutboxKind = "mail"
    payload: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    claimed_at: datetime | None = None  # the last try
    done_at: datetime | None = None  # when it came to stand where it stands


#: Why rules cannot be tried on the past of a ticket.
LeftOut = Literal["no beginning", "deleted", "merged", "rearranged"]


# --- what a person or a rule wants


class _Keep(StrEnum):
    KEEP = "keep"


KEEP = _Keep.KEEP


@dataclass(frozen=True, slots=True)
class Change:
    """What shall become of a ticket: the same from a rule, a key, a command. `KEEP` stays.

    `substatus` is a status of the team's own, of the kind that `status` says; a status alone is
    the standard one.
    """

    status: Status | Literal[_Keep.KEEP] = KEEP
    priority: Priority | Literal[_Keep.KEEP] = KEEP
    subject: str | Literal[_Keep.KEEP] = KEEP
    category: str | Literal[_Keep.KEEP] = KEEP
    team: str | Literal[_Keep.KEEP] = KEEP
    assignee: str | Literal[_Keep.KEEP] = KEEP
    sla: str | Literal[_Keep.KEEP] = KEEP  # a policy chosen by hand; empty: by its condition
    snoozed_until: datetime | Literal[_Keep.KEEP] | None = KEEP
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    substatus: str | Literal[_Keep.KEEP] = KEEP
    type: TicketType | Literal["", _Keep.KEEP] = KEEP
    task_due: datetime | Literal[_Keep.KEEP] | None = KEEP
    spam: bool | Literal[_Keep.KEEP] = KEEP


# --- what goes out


@dataclass(frozen=True, slots=True)
class File:
    """A file to attach, with its content."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outbound:
    """One thing to send, ready: for mail, the whole message as bytes (CRLF) and its envelope."""

    key: str  # idempotency: for mail the Message-ID, without brackets
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by the channel. `note` is what went less than well after that (no copy in Sent)."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Certainly not accepted; worth trying again after that many seconds (0: the usual back-off).

    `offline` says that the channel could not be reached at all.
    """

    why: str
    after: float = 0
    offline: bool = False
    kind: Failure = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Certainly not accepted, and trying again will not help."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been accepted; only a look, or a person, can tell."""

    why: str


SendResult = Sent | Retry | Rejected | Unknown


@dataclass(frozen=True, slots=True)
class Health:
    """What a channel's check found: fine or not, what was seen, and the remedy."""

    ok: bool
    detail: str
    remedy: str = ""
