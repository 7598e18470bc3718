"""The commands: parse, import inside the body, call, exit code. No logic lives here."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from kfdesk import i18n
from kfdesk.errors import ConfigError, KfdeskError, QueryError, UserError
from kfdesk.i18n import _
from kfdesk.text import clean

if TYPE_CHECKING:
    from kfdesk.desk import Clock, Desk
    from kfdesk.model import Actor, Change, OutboxRow
    from kfdesk.settings import Settings

app = typer.Typer(
    name="kfdesk",
    help="A customer-service desk that lives in a terminal.",
    invoke_without_command=True,
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
rules_app = typer.Typer(help="The rules of the configuration.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")


@dataclass
class Globals:
    """The options that every command knows."""

    config: Path | None = None
    agent: str | None = None
    now: str | None = None
    json: bool = False
    lang: str | None = None

    def settings(self) -> Settings:
        """Load the configuration, and speak its language unless another was asked for."""
        from kfdesk.config import load
        from kfdesk.paths import find_config

        settings = load(find_config(self.config))
        if self.lang is None and settings.desk.language is not None:
            i18n.use(settings.desk.language)
        return settings

    def tried(self, config: Path | None) -> tuple[Settings, Settings]:
        """Load the desk's configuration, and that whose rules are to be tried on it."""
        from kfdesk.config import load
        from kfdesk.paths import find_config, no_config

        if config is None:
            return (own := self.settings()), own
        if self.config is None and no_config():
            self.config = config
            return (own := self.settings()), own
        return self.settings(), load(find_config(config))

    def clock(self, settings: Settings) -> Clock:
        """The wall clock, or the instant of --now; without an offset it is the desk's own time."""
        from kfdesk.desk import wall_clock

        if self.now is None:
            return wall_clock
        try:
            at = datetime.fromisoformat(self.now)
        except ValueError:
            raise UserError(
                _("--now {text}: write it as 2026-11-21T09:30:00+08:00").format(text=self.now)
            ) from None
        if not 1970 < at.year < 2500:  # beyond, neither calendars nor clocks can count
            raise UserError(_("--now {text}: no desk was open then").format(text=self.now))
        fixed = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.desk.timezone))
        return lambda: fixed

    @contextmanager
    def desk(self) -> Iterator[tuple[Desk, Actor]]:
        """Open the desk, with who is at the keyboard."""
        from kfdesk.desk import Desk
        from kfdesk.desk.people import acting

        settings = self.settings()
        actor = acting(settings, self.agent)
        desk = Desk.open(settings, self.clock(settings))
        try:
            yield desk, actor
        finally:
            desk.close()


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Failures are one sentence on stderr."""
    i18n.use(i18n.preferred())
    try:
        app(list(arguments), prog_name="kfdesk")
    except SystemExit as end:  # how typer ends, having printed what was wrong with the usage
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        return end.code if isinstance(end.code, int) else 1
    except QueryError as error:
        from kfdesk.rules.query import point

        _complain(f"{point(error)}\n{error}")
        return error.exit_code
    except KfdeskError as error:
        _complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return 1
    return 0


def _complain(text: str) -> None:
    """Say on stderr what went wrong; a server's words may be part of it."""
    sys.stderr.write(f"{clean(text)}\n")


@app.callback()
def main(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The configuration file.")] = None,
    agent: Annotated[str | None, typer.Option("--as", help="The agent who acts.")] = None,
    now: Annotated[str | None, typer.Option(help="Run as of that instant (ISO 8601).")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en.")] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A customer-service desk that lives in a terminal. Without a command: the console."""
    if version:
        from kfdesk import __version__, output

        output.line(f"kfdesk {__version__}")
        raise typer.Exit
    if lang is not None:
        i18n.use(_language(lang))
    context.obj = Globals(config, agent, now, json, lang)
    if context.invoked_subcommand is None:
        _console(context.obj)


def _language(text: str) -> i18n.Language:
    if text == "zh":
        return "zh"
    if text == "en":
        return "en"
    raise UserError(_("--lang {text}: it is zh or en").format(text=text))


def _console(given: Globals, *, syncs: bool = True) -> None:
    from kfdesk.desk.people import acting
    from kfdesk.tui.app import run as run_console

    settings = given.settings()
    run_console(settings, acting(settings, given.agent), given.clock(settings), sync=syncs)


Fields = Annotated[list[str] | None, typer.Argument(metavar="[FIELD=VALUE]…")]
_MOST = 2**63 - 1  # what the database can count to
Number = Annotated[int, typer.Argument(min=1, max=_MOST, help="The ticket's number.")]
Body = Annotated[str, typer.Option(help="The text; - reads standard input.")]


def _text(body: str) -> str:
    if body != "-":
        return body
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise UserError(
            _("standard input is no {encoding} text; convert it with iconv").format(
                encoding=error.encoding
            )
        ) from None


@app.command()
def demo(
    context: typer.Context,
    headless: Annotated[bool, typer.Option(help="Sync, print the queue and leave.")] = False,
) -> None:
    """Open the console on a throw-away desk with a day of tickets."""
    import tempfile

    from kfdesk.desk.demo import make

    given: Globals = context.obj
    with tempfile.TemporaryDirectory(prefix="kfdesk-demo-") as folder:
        given.config = make(Path(folder), i18n.current())
        given.lang = given.lang or i18n.current()
        if headless:
            code = _sync_once(given, [])
            _list(given, "is:open", None, None)
            raise typer.Exit(code)
        _console(given)


@app.command()
def init(
    context: typer.Context,
    name: Annotated[str | None, typer.Option(help="The desk's name.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Such as Asia/Shanghai.")] = None,
    language: Annotated[str | None, typer.Option(help="zh or en.")] = None,
    agent: Annotated[str | None, typer.Option(help="Your name.")] = None,
    address: Annotated[str | None, typer.Option(help="The support address.")] = None,
    imap_host: Annotated[str | None, typer.Option(help="The IMAP server.")] = None,
    smtp_host: Annotated[str | None, typer.Option(help="The SMTP server.")] = None,
    user: Annotated[str | None, typer.Option(help="The mailbox's login name.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take what is likely.")] = False,
) -> None:
    """Write a first configuration, asking the few things it must know."""
    from kfdesk import output
    from kfdesk.desk.setup import Question, answer
    from kfdesk.desk.setup import init as write
    from kfdesk.paths import new_config

    def ask(question: Question, default: str) -> str:
        if yes or not sys.stdin.isatty():
            return default
        found: str = typer.prompt(question.text, default=default)
        return found

    given = {
        "name": name,
        "timezone": timezone,
        "language": language,
        "agent": agent,
        "address": address,
        "imap_host": imap_host,
        "smtp_host": smtp_host,
        "user": user,
    }
    known = {key: value for key, value in given.items() if value is not None}
    path = write(new_config(context.obj.config), answer(ask, known))
    output.done(
        _("written: {file}; next: kfdesk --config {file} doctor").format(file=path),
        {"file": str(path)},
        as_json=context.obj.json,
    )


@app.command()
def sync(
    context: typer.Context,
    channels: Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL]…")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and take in as it comes.")] = False,
    events: Annotated[bool, typer.Option("--events", help="Progress as JSON lines.")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="Prove that nothing is missing.")] = False,
) -> None:
    """Pull what came in, run what is due, send what waits."""
    given: Globals = context.obj
    if audit:
        from kfdesk import output
        from kfdesk.desk.audit import audit as prove

        with given.desk() as (desk, _actor):
            results = prove(desk, channels or [])
        output.audited(results, as_json=given.json)
        failed = any(result.error for result in results)
        raise typer.Exit(3 if failed else 0 if all(r.proved for r in results) else 1)
    if watch:
        _watch(given, channels or [], events=events)
        return
    raise typer.Exit(_sync_once(given, channels or [], events=events))


def _sync_once(given: Globals, channels: list[str], *, events: bool = False) -> int:
    from kfdesk import output
    from kfdesk.desk.sync import sync as run_sync

    settings = given.settings()
    clock = given.clock(settings)
    if events:
        result = run_sync(settings, channels, clock, output.record)
    else:
        result = run_sync(settings, channels, clock)
        output.synced(result, as_json=given.json)
    for channel in result.channels:
        if channel.error:
            _complain(f"{channel.channel}: {channel.error}")
    if result.error:
        _complain(result.error)
    return result.exit_code


def _watch(given: Globals, channels: list[str], *, events: bool) -> None:
    import signal
    import threading

    from kfdesk import output
    from kfdesk.desk.watch import watch

    settings = given.settings()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: stop.set())
    report = output.record if events or given.json else output.watching()
    watch(settings, channels, stop, given.clock(settings), report)


@app.command("list")
def list_(
    context: typer.Context,
    query: Annotated[list[str] | None, typer.Argument(metavar="[QUERY]")] = None,
    limit: Annotated[int | None, typer.Option(min=0, max=_MOST, help="At most so many.")] = None,
    view: Annotated[str | None, typer.Option(help="A view of the configuration.")] = None,
) -> None:
    """List the tickets of a query, newest first; without one, all there are."""
    _list(context.obj, " ".join(query or []), limit, view)


def _list(given: Globals, query: str, limit: int | None, view: str | None) -> None:
    from kfdesk import output
    from kfdesk.desk.listing import find

    with given.desk() as (desk, actor):
        found = find(desk, query, actor.name, limit=limit, view=view)
        output.tickets(found, desk.settings.desk.timezone, as_json=given.json)


@app.command()
def show(context: typer.Context, number: Number) -> None:
    """Show a ticket whole: facts, conversation, journal."""
    from kfdesk import output
    from kfdesk.desk.show import show as read

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = read(desk, number, with_html=given.json)
        output.shown(found, desk.settings.desk.timezone, as_json=given.json)


@app.command()
def attachment(
    context: typer.Context,
    id: Annotated[
        int, typer.Argument(min=1, max=_MOST, help="The attachment's id, as `show` prints it.")
    ],
    to: Annotated[Path | None, typer.Option("--to", help="The file; else standard output.")] = None,
) -> None:
    """Save an attachment; one that was left on the mail server is fetched now."""
    from kfdesk import output
    from kfdesk.desk.show import attachment as read
    from kfdesk.desk.show import save

    with context.obj.desk() as (desk, _actor):
        file = read(desk, id)
    if to is None:
        output.raw(file.content)
    else:
        saved = str(save(file, to))
        output.done(saved, {"file": saved}, as_json=context.obj.json)


@app.command()
def source(
    context: typer.Context,
    message: Annotated[
        int,
        typer.Argument(min=1, max=_MOST, help="The message's id, as `show --json` prints it."),
    ],
) -> None:
    """Print a message as it came or went, byte for byte."""
    from kfdesk import output
    from kfdesk.desk.show import source as read

    with context.obj.desk() as (desk, _actor):
        output.raw(read(desk, message))


@app.command()
def why(
    context: typer.Context,
    number: Number,
    event: Annotated[int, typer.Option(min=0, max=_MOST, help="Only this event.")] = 0,
    rule: Annotated[str, typer.Option(help="Only this rule, wherever it was asked.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="A line for every rule.")] = False,
) -> None:
    """Say which rule fired on a ticket, which did not, and on which condition."""
    from kfdesk import output
    from kfdesk.desk.why import why as explain
    from kfdesk.desk.why.page import Choice

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        found = explain(desk, number)
        output.why(found, desk.settings, Choice(event, rule, everything), as_json=given.json)


@app.command()
def new(
    context: typer.Context,
    sender: Annotated[str, typer.Option("--from", help="'Name <addr>'.")],
    subject: Annotated[str, typer.Option(help="The subject.")] = "",
    body: Body = "",
    changes: Fields = None,
) -> None:
    """Open a ticket in a customer's name."""
    from kfdesk import output
    from kfdesk.desk.fields import parse
    from kfdesk.desk.opening import new as open_ticket
    from kfdesk.desk.opening import person

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        wanted = parse(desk, changes or [], actor.name)
        found = open_ticket(desk, person(sender), subject, _text(body), wanted)
        output.ticket(found, as_json=given.json)


@app.command()
def reply(
    context: typer.Context,
    number: Number,
    body: Body = "-",
    everyone: Annotated[bool, typer.Option("--all", help="Copy the collaborators.")] = False,
    attach: Annotated[list[Path] | None, typer.Option(help="A file to attach.")] = None,
    status: Annotated[str | None, typer.Option(help="The status after it.")] = None,
) -> None:
    """Answer the customer; it leaves with the next sync."""
    from kfdesk import output
    from kfdesk.desk.fields import parse_status
    from kfdesk.desk.reply import read_file
    from kfdesk.desk.reply import reply as answer

    given: Globals = context.obj
    files = [read_file(path) for path in attach or []]
    after = parse_status(status) if status is not None else None
    with given.desk() as (desk, actor):
        found = answer(
            desk, number, _text(body), actor, everyone=everyone, files=files, status=after
        )
        output.ticket(found, as_json=given.json)


@app.command()
def note(context: typer.Context, number: Number, body: Body = "-") -> None:
    """Write an internal note."""
    from kfdesk import output
    from kfdesk.desk.reply import note as write

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        output.ticket(write(desk, number, _text(body), actor), as_json=given.json)


@app.command("set")
def set_(
    context: typer.Context,
    number: Number,
    changes: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…")],
    version: Annotated[
        int | None, typer.Option("--if-version", help="Only if it is still that.")
    ] = None,
) -> None:
    """Change fields: status, priority, subject, category, team, assignee, tag, snooze, your own."""
    from kfdesk.desk.fields import parse

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        _change(given, desk, number, parse(desk, changes, actor.name), actor, version)


def _change(
    given: Globals, desk: Desk, number: int, wanted: Change, actor: Actor, version: int | None
) -> None:
    from kfdesk import output
    from kfdesk.desk.change import change

    output.ticket(change(desk, number, wanted, actor, version), as_json=given.json)


@app.command()
def assign(
    context: typer.Context,
    number: Number,
    who: Annotated[str, typer.Argument(help="An agent, a team, me, none, back.")],
    note: Annotated[str, typer.Option(help="An internal note that goes with it.")] = "",
) -> None:
    """Pass a ticket on to an agent or a team, or back to who had it before."""
    from kfdesk import output
    from kfdesk.desk.assign import assign as pass_on

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = pass_on(desk, number, who, actor, note=_text(note))
        output.ticket(found, as_json=given.json)


Agent = Annotated[str, typer.Argument(metavar="[AGENT]", help="Who; without it, you.")]


@app.command()
def away(
    context: typer.Context,
    agent: Agent = "",
    until: Annotated[str, typer.Option(help="3h, 2d, or '2026-11-23 09:00'.")] = "",
    reason: Annotated[str, typer.Option(help="Why; colleagues see it.")] = "",
) -> None:
    """Go away: no route gives you tickets until then, or until `back`."""
    from kfdesk import output
    from kfdesk.desk.presence import away as leave

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = leave(desk, actor, agent, until, reason)
        output.agents([found], desk.settings.desk.timezone, as_json=given.json)


@app.command()
def back(context: typer.Context, agent: Agent = "") -> None:
    """Be back: routes give you tickets again."""
    from kfdesk import output
    from kfdesk.desk.presence import back as return_

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        found = return_(desk, actor, agent)
        output.agents([found], desk.settings.desk.timezone, as_json=given.json)


@app.command()
def agents(context: typer.Context) -> None:
    """List the agents: who is on shift, who is away, how much work each has."""
    from kfdesk import output
    from kfdesk.desk.presence import agents as listing

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        output.agents(listing(desk), desk.settings.desk.timezone, as_json=given.json)


@app.command()
def outbox(
    context: typer.Context,
    cancel: Annotated[
        int | None, typer.Option(min=1, max=_MOST, help="Take back a row that has not left.")
    ] = None,
    retry: Annotated[
        int | None, typer.Option(min=1, max=_MOST, help="Send a row again: it did not arrive.")
    ] = None,
    sent: Annotated[
        int | None, typer.Option(min=1, max=_MOST, help="An unknown row: it did arrive.")
    ] = None,
) -> None:
    """List what is to leave or has left; decide what is unknown."""
    from kfdesk import output
    from kfdesk.desk import outbox as box

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        changed: list[OutboxRow] = []
        for id, decide in ((cancel, box.cancel), (retry, box.retry), (sent, box.confirm)):
            if id is not None:
                changed.append(decide(desk, id, actor))
        found = changed or box.listing(desk)
        output.outbox(found, desk.settings.desk.timezone, as_json=given.json)


@app.command()
def doctor(context: typer.Context) -> None:
    """Look for what may be wrong, each finding with its remedy."""
    from kfdesk import output
    from kfdesk.desk.doctor import examine

    given: Globals = context.obj
    settings = given.settings()
    failed = False
    for found in examine(settings, given.clock(settings)):
        output.finding(found, as_json=given.json)
        failed = failed or found.level == "error"
    raise typer.Exit(1 if failed else 0)


@app.command()
def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A new file.")]
) -> None:
    """Copy the desk while it runs."""
    from kfdesk import output
    from kfdesk.desk.backup import backup as copy

    size = copy(context.obj.settings(), file)
    output.done(
        _("{file}: {size} bytes, checked").format(file=file, size=size),
        {"file": str(file), "size": size},
        as_json=context.obj.json,
    )


@app.command()
def restore(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A backup.")]
) -> None:
    """Put a backup in the desk's place; what stood there is kept beside it."""
    from kfdesk import output
    from kfdesk.desk.backup import restore as put_back

    given: Globals = context.obj
    settings = given.settings()
    kept = put_back(settings, file, given.clock(settings)())
    told = _("restored from {file}").format(file=file)
    if kept is not None:
        told += "\n" + _("what stood there before: {file}").format(file=kept)
    output.done(
        told, {"file": str(file), "kept": None if kept is None else str(kept)}, as_json=given.json
    )


@rules_app.command("check")
def rules_check(context: typer.Context) -> None:
    """Look for mistakes in the rules; exit code 2 if one is an error."""
    from kfdesk import output
    from kfdesk.rules.lint import check

    given: Globals = context.obj
    findings = check(given.settings())
    output.rule_findings(findings, as_json=given.json)
    if not findings and not given.json:
        output.line(_("the rules are fine"))
    if any(found.severity == "error" for found in findings):
        raise typer.Exit(ConfigError.exit_code)


@rules_app.command("list")
def rules_list(context: typer.Context) -> None:
    """List what is loaded, in order: when it acts, what it does, how often it did lately."""
    from kfdesk import output
    from kfdesk.desk import Desk
    from kfdesk.desk.loaded import loaded

    given: Globals = context.obj
    settings = given.settings()
    with closing(Desk.open(settings, given.clock(settings))) as desk:
        output.loaded(loaded(desk), desk.settings, as_json=given.json)


@rules_app.command("test")
def rules_test(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="The configuration to try; else the desk's own.")
    ] = None,
    since: Annotated[str, typer.Option(help="30d, or 2026-11-01T09:00.")] = "30d",
    until: Annotated[str | None, typer.Option(help="The same; else now.")] = None,
    ticket: Annotated[int | None, typer.Option(help="Only that one, event by event.")] = None,
) -> None:
    """Try rules on the past of the desk, on a copy: what would have come out otherwise.

    The desk is the one whose configuration is found as usual (--config before `rules`,
    $KFDESK_CONFIG, ./kfdesk.toml, your own); where there is none, that of the configuration to try.
    """
    from kfdesk import output
    from kfdesk.desk.replay import replay
    from kfdesk.desk.replay.when import instant

    given: Globals = context.obj
    desk, tried = given.tried(config)
    now, zone = given.clock(desk)(), desk.desk.timezone
    begin = instant(since, now, zone)
    end = instant(until, now, zone) if until is not None else now
    found = replay(desk.database, tried, begin, end, ticket)
    output.replayed(found, zone, one=ticket is not None, as_json=given.json)
