"""The entry: the console or a command, and what is said when one fails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kfdesk import i18n
from kfdesk.commands import complain
from kfdesk.commands.given import Globals, language_of
from kfdesk.errors import KfdeskError, QueryError

#: The global options that have a value.
_OPTIONS = ("--config", "--as", "--now", "--lang")


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Failures are one sentence on stderr."""
    i18n.use(i18n.preferred())
    try:
        if (given := console_options(arguments)) is not None:
            from kfdesk.commands.console import open_console

            open_console(given)
        else:
            from kfdesk.commands.application import app

            app(list(arguments), prog_name="kfdesk")
    except SystemExit as end:  # how typer ends, having printed what was wrong with the usage
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        return end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:  # what Typer makes of it
        return 130
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


def console_options(arguments: Sequence[str]) -> Globals | None:
    """What the console is opened with; None where something else than such options is said.

    They are read here: Typer, and the pydantic that it reads them with, would cost the console a
    quarter of the time to its first picture, and memory for as long as it is open.
    """
    words = iter(arguments)
    said: dict[str, str] = {}
    for word in words:
        option, equals, value = word.partition("=")
        said[option] = value if equals else next(words, "")
        if option not in _OPTIONS or not said[option]:
            return None
    config, lang = said.get("--config"), said.get("--lang")
    if lang is not None:
        i18n.use(language_of(lang))
    return Globals(Path(config) if config else None, said.get("--as"), said.get("--now"), lang=lang)
