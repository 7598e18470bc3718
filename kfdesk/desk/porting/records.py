"""What every source is read into: plain records, in the source's own words, text already clean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.desk.porting.findings import Spot
from kfdesk.model import Address, Mail
from kfdesk.store.packing import Blob


@dataclass(frozen=True, slots=True)
class Who:
    """A person: by their key in the source, or as they are spelled out."""

    key: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company of the source."""

    spot: Spot
    key: str
    name: str
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the source: `agent` works there. `others` are identities (scheme, value)."""

    spot: Spot
    key: str
    name: str = ""
    emails: tuple[str, ...] = ()
    phone: str = ""
    phone_proved: bool = False
    others: tuple[tuple[str, str], ...] = ()
    organisation: str = ""
    agent: bool = False
    language: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FileOf:
    """A file of something said: where it is on this machine is looked for by key and name."""

    key: str
    name: str
    type: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """A mail, read, with its bytes."""

    mail: Mail
    blob: Blob
    indexed: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said. `outgoing` says which way it went; None: whoever works here answers.

    Without a key it is known by what it says.
    """

    key: str
    at: datetime
    who: Who
    text: str
    public: bool = True
    outgoing: bool | None = None
    subject: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    message_id: str = ""
    references: tuple[str, ...] = ()
    files: tuple[FileOf, ...] = ()
    packed: Packed | None = None


@dataclass(slots=True)
class Ticket:
    """A ticket with all that was said on it. `extra` is what kfdesk has no place for, `rest`
    what could not be read."""

    spot: Spot
    key: str
    subject: str = ""
    status: str = ""
    priority: str = ""
    type: str = ""
    task_due: datetime | None = None
    channel: str = ""
    group: str = ""
    assignee: Who | None = None
    requester: Who | None = None
    cc: tuple[Who, ...] = ()
    category: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    score: int | None = None
    comment: str = ""
    spent: int = 0
    parent: str = ""
    problem: str = ""
    merged_into: str = ""
    related: str = ""
    maybe: tuple[str, str] = ("", "")  # the ticket that it may belong to, and why it did not join
    said: list[Said] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    rest: list[tuple[str, str]] = field(default_factory=list)
