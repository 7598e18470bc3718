"""What a configuration says, as frozen values; `config` reads them from TOML.

Each field is a key of the TOML file under its own name, and the text below it is that key's
documentation: docs/config.md and the comments of config.example.toml are made of it. `place` says
where a table was written, so that an error found later still names file and line. Order in tuples
is the order in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from kfdesk.errors import Place

NOWHERE = Place()

# What a text or number of the file has to look like, where its type alone does not say.
Name = Annotated[str, "name"]  # one line, not empty
Email = Annotated[str, "email"]
Sender = Annotated[str, "sender"]  # an address, with or without a name
Timezone = Annotated[str, "timezone"]
Prefix = Annotated[str, "prefix"]
Sqlite = Annotated[str, "sqlite"]
Port = Annotated[int, "port"]
Count = Annotated[int, "count"]  # not negative
Size = Annotated[int, "size"]  # "25MB" in the file, bytes here
OnClosed = Annotated[Literal["reopen", "new"] | timedelta, "on_closed"]
Day = Annotated[date, "day"]
Every = Annotated[str, "every"]  # "hour", "15m", "day 09:00", "mon 09:00"
Target = Annotated[Mapping[str, timedelta], "target"]  # {priority: time}; one time holds for all
Names = Annotated[tuple[str, ...], "names"]  # one name, or a list of them
Steps = Annotated[tuple[str, ...], "steps"]  # of a ticket's progress; true: all of them
Warn = Annotated[float | timedelta, "warn"]  # a share of the time allowed, or a time before its end

#: The steps of a ticket that its customer can follow.
STEPS = ("received", "accepted", "team", "pending", "hold", "open", "solved", "closed")

Tls = Literal["tls", "starttls", "none"]
Language = Literal["zh", "en"]


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


@dataclass(frozen=True, slots=True)
class Team:
    """A team that tickets are assigned to."""

    name: Name
    """What rules and queries call the team."""
    title: str = ""
    """How the team is shown; without it, its name."""
    on_closed: OnClosed = "reopen"
    """What a message on a closed ticket does: "reopen" it, make a "new" one, or, with
    { reopen_within = "7d" }, reopen it within that time and make a new one later."""
    progress: Steps = ()
    """The steps of which customers are told by mail, like those of a parcel: received, accepted,
    team, pending, hold, open, solved, closed; true for all of them."""
    robot: str = ""
    """The [[robot]] of the team's chat group: what rules tell the team is said there too."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot of a chat group, which says there what rules tell a team; or any webhook."""

    name: Name
    """What teams and rules call the robot."""
    type: Literal["webhook", "wecom", "dingtalk", "feishu", "slack"]
    """Whose robot it is; `webhook` is posted the ticket as JSON, the others a text."""
    url: Secret
    """The address that the chat program gave; who knows it can post."""
    secret: Secret | None = None
    """What messages are signed with, for dingtalk and feishu, where the robot asks for it."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Shift:
    """When an agent works."""

    calendar: Name
    """The calendar whose working time is the agent's shift."""


Way = Literal["console", "bell", "desktop", "mail"]


@dataclass(frozen=True, slots=True)
class Tell:
    """How an agent is told of what others do: in the console, with a bell, on the desktop by the
    console, by mail. An empty list: not at all. Nobody is told of what they did themselves."""

    assigned: tuple[Way, ...] = ("console", "bell")
    """A ticket was given to the agent."""
    mention: tuple[Way, ...] = ("console", "bell")
    """A note names the agent, or a team of theirs, behind an @."""
    reply: tuple[Way, ...] = ("console",)
    """The customer, or somebody who was asked aside, wrote on a ticket that the agent has."""
    followed: tuple[Way, ...] = ("console",)
    """Somebody wrote on, or moved, a ticket that the agent follows or has."""
    breached: tuple[Way, ...] = ("console", "bell")
    """A ticket that the agent has or follows missed a deadline."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who answers tickets."""

    name: Name
    """What rules and queries call the agent."""
    title: str = ""
    """How the agent is shown; without it, the name."""
    email: Email = ""
    """The agent's own address; a mail forwarded from it makes a ticket of the first sender."""
    teams: tuple[str, ...] = ()
    """The teams that the agent belongs to."""
    role: Literal["agent", "lead", "admin"] = "agent"
    """What the agent may do."""
    capacity: Count = 0
    """How many open tickets (`is:open`) routes let the agent hold; without it, any number."""
    shift: Shift | None = None
    """When routes give the agent tickets; without it, at any time."""
    os_user: str = ""
    """The login name on this machine, by which `kfdesk` knows who is at it without --as."""
    notify: Tell = Tell()
    """How the agent is told of what others do: { mention = ["console", "mail"] }."""
    signature: str = ""
    """What `{{agent.signature}}` stands for in templates and canned replies."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Group:
    """A group of customers."""

    name: Name
    """What rules and queries call the group: `customer.group:VIP`."""
    title: str = ""
    """How the group is shown; without it, its name."""
    when: str = ""
    """A query; customers that it is true of belong to the group. Others are put in by hand."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CustomField:
    """A further field of every ticket, `field.NAME` in rules and queries, or of every customer,
    `customer.field.NAME`."""

    name: Name
    """What rules and queries call the field."""
    of: Literal["ticket", "customer"] = "ticket"
    """What has the field: each ticket, or each customer."""
    title: str = ""
    """How the field is shown; without it, its name."""
    type: Literal["text", "number", "choice", "tree", "date", "bool", "regex"] = "text"
    """What the field holds."""
    choices: tuple[str, ...] = ()
    """The values to choose from, for the types choice and tree."""
    pattern: str = ""
    """What a text has to look like (RE2 syntax)."""
    required_on: Names = ()
    """The status that a ticket cannot reach while the field is empty, or a list of several."""
    shown_when: Mapping[str, Names] = field(default_factory=dict)
    """The field is shown, and asked for, only while other fields have one of these values: { kind =
    "return" } or { kind = ["return", "repair"], category = "售后/*" }. Others may be your own,
    `type`, `category` and `priority`."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class OwnStatus:
    """A status of the team's own. To rules, lists and clocks that know nothing of it, a ticket in
    it stands as its kind says."""

    name: Name
    """What rules and queries call the status."""
    kind: Literal["new", "open", "pending", "hold", "solved", "closed"]
    """The standard status that it is one of."""
    title: str = ""
    """How the status is shown; without it, its name."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of tickets of a category: which fields are shown, and which must be filled."""

    name: Name
    """What `kfdesk new --form` calls the form."""
    title: str = ""
    """How the form is shown; without it, its name."""
    category: str = ""
    """The category that it is for, `a/b`, or with all below it, `a/*`; without it, every ticket
    that no form before it is for."""
    fields: tuple[str, ...] = ()
    """The fields that are shown, in order: your own, `type`, `priority`, `task_due`; without it,
    all of your own."""
    required: tuple[str, ...] = ()
    """Those of them that must be filled when a ticket is opened by the form, and to solve it."""
    text: str = ""
    """What to ask, for the person who fills it in."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What stands in fields of a ticket opened by the form, if nothing else is said: { type =
    "task" }."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Category:
    """A category of tickets."""

    path: Name
    """Up to three levels, with `/` between them; parents exist by being named."""
    place: Place = NOWHERE


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
    every: timedelta = timedelta(minutes=1)
    """How often to look under --watch and in the console, where the server cannot announce mail."""
    signature: str = ""
    """The text under each reply."""
    team: str = ""
    """The team that new tickets of the channel start in."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class View:
    """A named query, in the console and as `kfdesk list --view NAME`."""

    name: Name
    """What the command line calls the view."""
    title: str = ""
    """How the view is shown; without it, its name."""
    query: str = ""
    """Which tickets, in which order."""
    columns: tuple[Name, ...] = ()
    """The columns to show; without it, the usual ones."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Template:
    """A text for replies; `{{ticket.number}}`, `{{customer.name}}` and the like are filled in."""

    name: Name
    """What rules call the template."""
    subject: str = ""
    """The subject; without it, that of the ticket."""
    text: str = ""
    """The text. `{{name|otherwise}}` gives a default, `{{#if name}}…{{else}}…{{/if}}` leaves a part
    out; docs/query.md lists the names."""
    language: Literal["", "zh", "en"] = ""
    """The language that it is written in. Several templates may share a name, one a language: the
    customer's decides, then the desk's."""
    canned: bool = False
    """Whether agents find it among their canned replies."""
    title: str = ""
    """How it is shown to agents; without it, its name."""
    keywords: tuple[str, ...] = ()
    """Further words that agents find it by."""
    teams: tuple[str, ...] = ()
    """The teams whose agents find it; without it, everybody."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Trigger:
    """What shall happen by itself.

    `do` is as it stands in the file: `rules.load` checks and types it.
    """

    name: Name
    """What `kfdesk why` calls the rule."""
    on: tuple[Literal["created", "updated", "message"], ...] = ()
    """The events that it looks at; without it, created and updated."""
    when: str = ""
    """A query; the rule fires for tickets that it is true of."""
    do: tuple[Mapping[str, Any], ...] = ()
    """What happens, in order: `set`, `tag`, `untag`, `assign`, `reply`, `note`, `mail`, `notify`,
    `webhook`, `csat`, `sla`, `collaborator`, `follow`, `snooze`, `link`, `stop`."""
    stop: bool = False
    """Whether later rules leave the ticket alone once this one fired."""
    always: bool = False
    """Whether it looks at every update, also where none of the fields it names changed."""
    group: str = ""
    """Of the rules of one group, only the first that fires does anything at an event."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Schedule:
    """What shall happen by itself as time goes by."""

    name: Name
    """What `kfdesk why` calls the rule."""
    every: Every
    """When it looks: "hour" (each full hour of the desk's time zone), "15m", "day 09:00",
    "mon 09:00"."""
    when: str = ""
    """A query; the rule fires for tickets that it is true of, once for as long as it stays true."""
    do: tuple[Mapping[str, Any], ...] = ()
    """What happens, in order; the same actions as those of a trigger."""
    repeat_after: timedelta | None = None
    """After how long it fires again for a ticket of which the query is still true."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Bot:
    """What answers the questions that come again and again, before a person has to."""

    name: Name
    """What `kfdesk why` calls the bot."""
    when: str = ""
    """A query; the bot answers messages of customers that it is true of."""
    reply: str = ""
    """The template that it answers with."""
    article: str = ""
    """The article of the knowledge base that it answers with, by its path without `.md`."""
    times: Count = 1
    """How often it answers in one ticket at most."""
    handover: str = ""
    """Words with which the customer asks for a person, parted by commas: no bot answers in that
    ticket any more."""
    do: tuple[Mapping[str, Any], ...] = ()
    """What else happens when it answers; the same actions as those of a trigger."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Macro:
    """What agents do again and again, with one key: any fields, a reply, a note.

    `do` is as it stands in the file: `rules.load` checks and types it.
    """

    name: Name
    """What `kfdesk macro` calls it."""
    title: str = ""
    """How it is shown; without it, its name."""
    do: tuple[Mapping[str, Any], ...] = ()
    """What happens, in order, all of it or nothing, in the agent's name; the same actions as those
    of a trigger."""
    when: str = ""
    """A query; the macro is offered for tickets that it is true of."""
    teams: tuple[str, ...] = ()
    """The teams whose agents see it; without it, everybody."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Kb:
    """The knowledge base."""

    path: Path | None = None
    """The folder of its articles, Markdown files; docs/knowledge.md says how they look."""
    url: str = ""
    """Where customers read them: an article's link is this address, `/`, and its name. An article
    may have a `link` of its own."""
    helped: str = ""
    """The text under an answer that holds an article: {{article.helped}} and
    {{article.not_helped}} are addresses with which the customer says so by mail,
    {{article.title}} and {{article.link}} what they are asked about. Without it nobody is asked."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: what deadlines and shifts are counted by."""

    timezone: Timezone = ""
    """The calendar's own time zone; without it, that of the desk."""
    hours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The intervals of each day or run of days: { mon-fri = ["09:00-12:00", "13:30-18:00"] };
    24:00 may end one. Without it, always."""
    holidays: str = ""
    """The country whose public holidays are free, such as CN or DE-BY."""
    extra_holidays: tuple[Day, ...] = ()
    """Further free days."""
    extra_workdays: tuple[Day, ...] = ()
    """Days that are worked although they are a holiday or a weekend (调休)."""
    workday_hours: tuple[str, ...] = ()
    """The intervals of extra working days; without it, those of the first day that has any."""
    ical: Path | None = None
    """An iCalendar file; its all-day events are free days."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Sla:
    """What customers were promised. The first policy whose `when` holds is the ticket's."""

    name: Name
    """What rules, queries and `kfdesk why` call the policy."""
    when: str = ""
    """A query; the policy is for tickets that it is true of."""
    calendar: str = ""
    """The calendar whose working time counts; without it, all time does."""
    pause_on: tuple[str, ...] = ("pending",)
    """The statuses in which the clocks stand: new, open, pending, hold, or your own of these
    kinds."""
    first_response: Target = field(default_factory=dict)
    """The time to a person's first answer: "30m", or by priority { urgent = "15m" }."""
    next_response: Target = field(default_factory=dict)
    """The time to an answer, from the first customer message that has none."""
    resolve: Target = field(default_factory=dict)
    """The time until the ticket is solved."""
    warn: Warn = 0.8
    """When to warn: at a share of the time, 0.8, or a time before its end, "30m"."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Source:
    """One line of a route's strategy `source`."""

    when: str
    """A query: by channel, account, words, customer group, …"""
    to: Name
    """Who gets such tickets: an agent, or a team of whose agents the next strategies choose. Both
    only among those whom the route asks."""


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a ticket that nobody has."""

    name: Name
    """What `kfdesk why` calls the route."""
    when: str = "is:unassigned"
    """A query; the route is for tickets that it is true of. The first route that holds decides."""
    strategies: tuple[
        Literal["last-agent", "source", "skill", "least-open", "least-today", "round-robin"], ...
    ] = ("round-robin",)
    """How an agent is chosen; where one finds nobody, the next is asked."""
    team: str = ""
    """The team whose agents are asked; without it, the ticket's own, or everybody where it has
    none."""
    exclude: tuple[str, ...] = ()
    """Agents who get nothing by this route."""
    source: tuple[Source, ...] = ()
    """What the strategy `source` goes by; the first line that holds."""
    last_agent_within: timedelta = timedelta(days=30)
    """For how long a returning customer goes to the agent who had them last."""
    skill_from: Count = 20
    """How many solved tickets of a category an agent's skill is learnt from at least."""
    not_older_than: timedelta | None = None
    """How long a ticket may have waited for somebody to be there; an older one is left for a person
    to give out."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, and the file and folder it came from.

    `files` are all that it was read from, `included` the patterns that name some of them. `fields`
    are those of tickets.
    `warnings` says what the file holds that this version does not know yet, a sentence each.
    """

    file: Path
    desk: Desk = Desk()
    store: StoreSettings = StoreSettings()
    ui: Ui = field(default_factory=Ui)
    teams: tuple[Team, ...] = ()
    agents: tuple[Agent, ...] = ()
    groups: tuple[Group, ...] = ()
    fields: tuple[CustomField, ...] = ()
    customer_fields: tuple[CustomField, ...] = ()
    statuses: tuple[OwnStatus, ...] = ()
    forms: tuple[Form, ...] = ()
    categories: tuple[Category, ...] = ()
    channels: tuple[Channel, ...] = ()
    views: tuple[View, ...] = ()
    templates: tuple[Template, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    bots: tuple[Bot, ...] = ()
    macros: tuple[Macro, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    policies: tuple[Sla, ...] = ()
    routes: tuple[Route, ...] = ()
    robots: tuple[Robot, ...] = ()
    kb: Kb = Kb()
    files: tuple[Path, ...] = ()
    included: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that relative paths of the configuration start from."""
        return self.file.parent

    @property
    def database(self) -> Path:
        """The SQLite file that `store.url` names."""
        return self.folder / self.store.url.removeprefix("sqlite:///")

    def own_addresses(self) -> frozenset[str]:
        """Every address that is ours: channels, their aliases and senders, lower case."""
        return frozenset(
            address.lower()
            for channel in self.channels
            for address in (
                channel.address,
                channel.sender.rpartition("<")[2].rstrip("> "),
                *channel.aliases,
            )
            if address
        )
