"""The desk itself, its database, its console, and the console in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kfdesk.errors import Place
from kfdesk.settings.kinds import (
    NOWHERE,
    AfterSolving,
    Alarm,
    Language,
    Name,
    Prefix,
    Sqlite,
    Timezone,
    UiLanguage,
)


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
class Alerts:
    """What the console calls out, and how: a toast in the corner, a bell, a word on the desktop, a
    flash in the line above; with focus it opens the ticket where nothing is being typed. An empty
    list: not at all. `g n` lists the day's."""

    call: tuple[Alarm, ...] = ("bell", "desktop", "flash")
    """Somebody calls, as `kfdesk call` told; their card is shown in any case."""
    urgent: tuple[Alarm, ...] = ("toast", "bell")
    """A ticket of the agent's, or of nobody in their teams, became urgent."""
    soon: tuple[Alarm, ...] = ("toast",)
    """A deadline of such a ticket is near, as its SLA warns."""
    mention: tuple[Alarm, ...] = ("flash",)
    """A note names the agent; `notify` of the agent says what else."""


@dataclass(frozen=True, slots=True)
class Ui:
    """The console."""

    theme: Name = "kfdesk-dark"
    """The console's theme: `kfdesk-dark`, `kfdesk-light`, `kfdesk-contrast-dark`,
    `kfdesk-contrast-light`, `kfdesk-terminal` (the terminal's own 16 colours), one of Textual's, or
    one of your own: `[theme.NAME]`. `:theme` shows and changes it."""
    language: UiLanguage | None = None
    """The language of the console, `zh`, `zh-TW` or `en`; without it, that of the desk.
    `:language` changes it."""
    ascii: bool = False
    """Whether only signs that every terminal has are used: + for a solved ticket, not ✓. Where the
    locale is not UTF-8 they are used anyway."""
    linear: bool = False
    """Whether `kfdesk` opens the linear mode, lines of plain text for screen readers, as
    `kfdesk --linear` does."""
    editor: str = ""
    """The editor for long replies; without it, $VISUAL or $EDITOR."""
    undo_send: timedelta = timedelta(0)
    """How long a reply waits before it leaves, so that it can be taken back."""
    after_solving: AfterSolving = "next"
    """Which ticket one reads after one that is read out of the queue was solved or closed, by a key
    or a macro: the `next`, or `stay` with it."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Other keys for actions, by action id."""
    alerts: Alerts = Alerts()
    """What the console calls out: { urgent = ["toast", "bell", "flash"], soon = [] }."""
    columns: tuple[Name, ...] = ()
    """The columns of the queue, in order; without it, those that fit its width. A view may have its
    own. There are status, priority, number, subject, customer, organisation, team, assignee,
    updated, created, due, channel, category, tags, type, task_due, attachments, messages, and
    field.NAME for each of your own."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Web:
    """The console in the browser: `kfdesk web`; docs/web.md says how."""

    listen: str = "127.0.0.1:8722"
    """Where it listens. Other machines reach it only with `cert` and `key`, or behind a proxy that
    has TLS: `public_url`."""
    public_url: str = ""
    """What agents type into the browser, where a proxy stands in front: https://desk.example.com.
    The proxy's X-Forwarded-For then says who calls."""
    cert: Path | None = None
    """The certificate with its chain, a PEM file; then it is served over TLS."""
    key: Path | None = None
    """The key of the certificate, a PEM file."""
    idle: timedelta = timedelta(hours=1)
    """A login ends when nothing was pressed for so long."""
    lifetime: timedelta = timedelta(hours=12)
    """A login ends after so long, whatever happens."""
    place: Place = NOWHERE
