"""What a configuration says, as frozen values; `config` reads them from TOML.

Each field is a key of the TOML file under its own name. `place` says where a table was written,
so that an error found later still names file and line. Order in tuples is the order in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from kfdesk.errors import Place

NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret by reference: exactly one of the keys is set; `secrets.reveal` reads it when needed."""

    env: str = ""
    command: str = ""
    keyring: str = ""
    file: str = ""
    plain: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Desk:
    name: str = "kfdesk"
    timezone: str = "UTC"
    language: Literal["zh", "en"] | None = None
    number_prefix: str = "KF"


@dataclass(frozen=True, slots=True)
class StoreSettings:
    url: str = "sqlite:///desk.db"


@dataclass(frozen=True, slots=True)
class Ui:
    theme: str = "kfdesk-dark"
    editor: str = ""
    undo_send: timedelta = timedelta(0)
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    title: str = ""
    on_closed: Literal["reopen", "new"] | timedelta = "reopen"  # a time: reopen within it, then new
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Agent:
    name: str
    title: str = ""
    email: str = ""
    teams: tuple[str, ...] = ()
    role: Literal["agent", "lead", "admin"] = "agent"
    os_user: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    title: str = ""
    when: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CustomField:
    name: str
    title: str = ""
    type: Literal["text", "number", "choice", "tree", "date", "bool", "regex"] = "text"
    choices: tuple[str, ...] = ()
    pattern: str = ""
    required_on: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Category:
    path: str
    place: Place = NOWHERE


Tls = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class OAuth:
    """XOAUTH2: a ready access token, or a refresh token to get one with (RFC 6749 section 6)."""

    token: Secret | None = None
    token_url: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    refresh_token: Secret | None = None


@dataclass(frozen=True, slots=True)
class Imap:
    host: str
    port: int = 0  # 0: 993 with tls, else 143
    tls: Tls = "tls"
    ca_file: Path | None = None
    user: str = ""
    password: Secret | None = None
    oauth: OAuth | None = None
    folders: tuple[str, ...] = ("INBOX",)
    after: Literal["leave", "seen", "move"] = "leave"  # what becomes of a mail once it is committed
    move_to: str = ""
    timeout: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Smtp:
    host: str
    port: int = 0  # 0: 465 with tls, 587 with starttls, else 25
    tls: Tls = "tls"
    ca_file: Path | None = None
    user: str = ""
    password: Secret | None = None
    oauth: OAuth | None = None
    timeout: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Channel:
    name: str
    type: str
    address: str = ""
    aliases: tuple[str, ...] = ()  # further addresses that are this channel
    sender: str = ""
    imap: Imap | None = None
    smtp: Smtp | None = None
    path: Path | None = None
    sent_folder: str = ""
    max_size: int = 25_000_000  # bytes
    every: timedelta = timedelta(minutes=1)
    signature: str = ""
    team: str = ""  # the team that new tickets of this channel start in
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class View:
    name: str
    title: str = ""
    query: str = ""
    columns: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    subject: str = ""
    text: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Trigger:
    """`do` as it stands in the file, a list of tables; `rules.load` checks and types it."""

    name: str
    on: tuple[str, ...] = ()
    when: str = ""
    do: tuple[Mapping[str, Any], ...] = ()
    stop: bool = False
    always: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, and the file and folder it came from."""

    file: Path
    desk: Desk = Desk()
    store: StoreSettings = StoreSettings()
    ui: Ui = field(default_factory=Ui)
    teams: tuple[Team, ...] = ()
    agents: tuple[Agent, ...] = ()
    groups: tuple[Group, ...] = ()
    fields: tuple[CustomField, ...] = ()
    categories: tuple[Category, ...] = ()
    channels: tuple[Channel, ...] = ()
    views: tuple[View, ...] = ()
    templates: tuple[Template, ...] = ()
    triggers: tuple[Trigger, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that relative paths of the configuration start from."""
        return self.file.parent

    @property
    def database(self) -> Path:
        """The SQLite file that `store.url` names."""
        return self.folder / self.store.url.removeprefix("sqlite:///")

    def own_addresses(self) -> frozenset[str]:
        """Every address that is ours: channels and their aliases, lower case."""
        return frozenset(
            address.lower()
            for channel in self.channels
            for address in (channel.address, *channel.aliases)
            if address
        )
