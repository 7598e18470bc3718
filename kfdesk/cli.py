"""The entry: the commands under the global options, and what is said when one fails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kfdesk import i18n
from kfdesk.commands import complain
from kfdesk.commands.contents import Sectioned
from kfdesk.commands.given import Globals
from kfdesk.errors import KfdeskError, QueryError, UserError
from kfdesk.i18n import _

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
        from kfdesk.rules.language.query import point

        complain(f"{point(error)}\n{error}")
        return error.exit_code
    except KfdeskError as error:
        complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return 1
    return 0


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
        i18n.use(_language(lang))
    context.obj = Globals(config, agent, now, json, lang)
    if context.invoked_subcommand is None:
        from kfdesk.commands.console import open_console

        open_console(context.obj, linear=linear)


def _language(text: str) -> i18n.Spoken:
    if (language := i18n.known(text)) is None:
        raise UserError(_("--lang {text}: it is zh, zh-TW or en").format(text=text))
    return language
