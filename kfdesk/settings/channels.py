"""Where messages come from and go to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from kfdesk.errors import Place
from kfdesk.settings.kinds import NOWHERE, Email, Name, Port, Sender, Size, Tls


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret by reference: exactly one key is set; `secrets.reveal` reads it when needed."""

    env: str = ""
    """The name of an environment variable."""
    command: str = ""
    """A command; its first line of output is the secret."""
    keyring: str = ""
    """`service/user` in the system's keyring."""
    file: str = ""
    """A file; its first line is the secret."""
    plain: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OAuth:
    """XOAUTH2: a ready access token, or a refresh token to get one with (RFC 6749 section 6)."""

    token: Secret | None = None
    """A ready access token."""
    token_url: str = ""
    """Where a new access token is asked for."""
    client_id: str = ""
    """The client id that the provider gave."""
    client_secret: Secret | None = None
    """The client secret, where the provider gave one."""
    refresh_token: Secret | None = None
    """The refresh token that new access tokens are asked for with."""


@dataclass(frozen=True, slots=True)
class Imap:
    """Where a channel's mail is fetched."""

    host: Name
    """The server."""
    port: Port = 0
    """The port; without it, 993 with tls, else 143."""
    tls: Tls = "tls"
    """How the connection is protected: `none` only on this machine itself."""
    ca_file: Path | None = None
    """A certificate authority to trust besides the system's."""
    user: str = ""
    """The login name."""
    password: Secret | None = None
    """The password; QQ, 163 and 126 call it an authorisation code (授权码)."""
    oauth: OAuth | None = None
    """XOAUTH2 instead of a password."""
    folders: tuple[Name, ...] = ("INBOX",)
    """The folders that are read."""
    after: Literal["leave", "seen", "move"] = "leave"
    """What becomes of a mail once it is in the desk: it stays, is marked seen, or moves."""
    move_to: str = ""
    """The folder for `after = "move"`."""
    timeout: timedelta = timedelta(seconds=30)
    """How long the server may be silent."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where a channel's mail is sent."""

    host: Name
    """The server."""
    port: Port = 0
    """The port; without it, 465 with tls, 587 with starttls, else 25."""
    tls: Tls = "tls"
    """How the connection is protected: `none` only on this machine itself."""
    ca_file: Path | None = None
    """A certificate authority to trust besides the system's."""
    user: str = ""
    """The login name; without it there is no login."""
    password: Secret | None = None
    """The password."""
    oauth: OAuth | None = None
    """XOAUTH2 instead of a password."""
    timeout: timedelta = timedelta(seconds=60)
    """How long the server may be silent."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in and out: a mailbox, a local mail folder."""

    name: Name
    """What rules, queries and `kfdesk sync NAME` call the channel."""
    type: Name
    """What kind of channel: imap, maildir, mbox, or what an installed package adds."""
    address: Email = ""
    """The address that customers write to."""
    aliases: tuple[Email, ...] = ()
    """Further addresses that are this channel; mail from any of them is our own."""
    sender: Sender = ""
    """What replies come from, `Name <address>`; without it, the desk's name and the address."""
    plus_addressing: bool = False
    """Answers go to `desk+TICKET@…`, which finds the ticket even where all headers are lost. The
    mail server must deliver such addresses."""
    imap: Imap | None = None
    """Where mail is fetched, for the type imap."""
    smtp: Smtp | None = None
    """Where mail is sent; without it the channel only receives."""
    path: Path | None = None
    """The folder or file that is read, for the types maildir and mbox."""
    outbox_path: Path | None = None
    """Write outgoing mail into this Maildir instead of sending it, for the types maildir and mbox
    (a demonstration, a rehearsal)."""
    sent_folder: str = ""
    """The IMAP folder that keeps a copy of each reply; it also answers whether one had left."""
    max_size: Size = 25_000_000
    """Of a larger mail the attachments stay on the server until somebody opens them."""
    send_limit: Size = 25_000_000
    """The largest mail that is sent, with its files; what is larger is refused as it is written."""
    every: timedelta = timedelta(minutes=1)
    """How often to look under --watch and in the console, where the server cannot announce mail."""
    signature: str = ""
    """The text under each reply."""
    signs: Literal["channel", "agent", "none"] = "channel"
    """Whose signature stands under a reply, unless the agent chooses another while writing: the
    channel's, the agent's (`signature` of [[agent]]), or none."""
    team: str = ""
    """The team that new tickets of the channel start in."""
    place: Place = NOWHERE
