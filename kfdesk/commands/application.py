"""The commands under the global options; without any it is the console."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kfdesk import i18n
from kfdesk.commands.contents import Sectioned
from kfdesk.commands.given import Globals, language_of

app = typer.Typer(
    name="kfdesk",
    cls=Sectioned,
    help="A customer-service desk that lives in a terminal.",
    invoke_without_command=True,
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def main(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The configuration file.")] = None,
    agent: Annotated[str | None, typer.Option("--as", help="The agent who acts.")] = None,
    now: Annotated[str | None, typer.Option(help="Run as of that instant (ISO 8601).")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Annotated[str | None, typer.Option(help="zh, zh-TW or en.")] = None,
    linear: Annotated[
        bool, typer.Option("--linear", help="The console in lines, for screen readers.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A customer-service desk that lives in a terminal. Without a command: the console."""
    if version:
        from kfdesk import __version__, output

        output.line(f"kfdesk {__version__}")
        raise typer.Exit
    if lang is not None:
        i18n.use(language_of(lang))
    context.obj = Globals(config, agent, now, json, lang)
    if context.invoked_subcommand is None:
        from kfdesk.commands.console import open_console

        open_console(context.obj, linear=linear)
