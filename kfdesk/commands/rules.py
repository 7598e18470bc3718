"""Commands about the rules of the configuration."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from kfdesk.commands.given import Globals
from kfdesk.errors import ConfigError
from kfdesk.i18n import _

app = typer.Typer(help="The rules: list, check, and test them on the past.", no_args_is_help=True)


@app.command("check")
def rules_check(context: typer.Context) -> None:
    """Look for mistakes in the rules; exit code 2 if one is an error."""
    from kfdesk import output
    from kfdesk.output.rules import print_findings
    from kfdesk.rules.lint import check

    given: Globals = context.obj
    findings = check(given.settings())
    print_findings(findings, as_json=given.json)
    if not findings and not given.json:
        output.line(_("the rules are fine"))
    if any(found.severity == "error" for found in findings):
        raise typer.Exit(ConfigError.exit_code)


@app.command("list")
def rules_list(context: typer.Context) -> None:
    """List what is loaded, in order: when it acts, what it does, how often it did lately."""
    from kfdesk.desk import Desk
    from kfdesk.desk.why.loaded import loaded
    from kfdesk.output.rules import print_loaded

    given: Globals = context.obj
    settings = given.settings()
    with closing(Desk.open(settings, given.clock(settings))) as desk:
        print_loaded(loaded(desk), desk.settings, as_json=given.json)


@app.command("test")
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
    from kfdesk.desk.replay import replay
    from kfdesk.desk.replay.when import instant
    from kfdesk.output.replay import print_replay

    given: Globals = context.obj
    desk, tried = given.tried(config)
    now, zone = given.clock(desk)(), desk.desk.timezone
    begin = instant(since, now, zone)
    end = instant(until, now, zone) if until is not None else now
    found = replay(desk.database, tried, begin, end, ticket)
    print_replay(found, zone, one=ticket is not None, as_json=given.json)
