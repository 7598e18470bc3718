"""The desk itself, its database and its console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from kfdesk.errors import Place
from kfdesk.settings.kinds import NOWHERE, Language, Name, Prefix, Sqlite, Timezone


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk as a whole."""

    name: Name = "kfdesk"
    """The name of the desk, as customers see it."""
    timezone: Timezone = "UTC"
    """The time zone that times are shown in and `today` means, such as Asia/Shanghai."""
    language: Language | None = None
    """The language of the program; without it, what the environment asks for."""
    number_prefix: Prefix = "KF"
    """Letters before a ticket's number in a subject: [KF-1042-7]; the 7 is a check digit."""
    csat: bool = False
    """Whether customers are asked how satisfied they are once an agent solved their ticket, by the
    template “csat”, which need not be written."""
    progress: bool = False
    """Whether a customer who mails “进度” or “status” with a ticket's number is told at once how
    far it has come, by the template “progress”, which need not be written."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the tickets are kept."""

    url: Sqlite = "sqlite:///desk.db"
    """The SQLite database."""


@dataclass(frozen=True, slots=True)
class Ui:
    """The console."""

    theme: str = "kfdesk-dark"
    """The console's theme."""
    editor: str = ""
    """The editor for long replies; without it, $VISUAL or $EDITOR."""
    undo_send: timedelta = timedelta(0)
    """How long a reply waits before it leaves, so that it can be taken back."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Other keys for actions, by action id."""
