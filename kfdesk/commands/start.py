"""Commands to start with: see a desk that is made up, set up your own."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

import typer

from kfdesk.commands.console import play
from kfdesk.i18n import _

app = typer.Typer()


@app.command()
def demo(
    context: typer.Context,
    headless: Annotated[bool, typer.Option(help="Sync, print the queue and leave.")] = False,
) -> None:
    """Open the console on a throw-away desk full of tickets."""
    play(context.obj, headless=headless)


def _keep_password(user: str) -> None:
    """Ask for the mailbox's password, or read it from standard input, and keep it."""
    from kfdesk.desk.admin.setup import keyring_entry
    from kfdesk.secrets import keep

    if sys.stdin.isatty():
        password: str = typer.prompt(_("Password of the mailbox"), hide_input=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    keep(keyring_entry(user), password)


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
    colleague: Annotated[
        list[str] | None, typer.Option(help="Another agent's name; any number of them.")
    ] = None,
    keyring: Annotated[
        bool, typer.Option("--keyring", help="Keep the mailbox's password in the keyring.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take what is likely.")] = False,
) -> None:
    """Write a first configuration, asking what it must know."""
    from kfdesk import output
    from kfdesk.desk.admin.setup import Question, answer
    from kfdesk.desk.admin.setup import init as write
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
    answers = replace(answer(ask, known), colleagues=tuple(colleague or ()), keyring=keyring)
    path = write(new_config(context.obj.config), answers)
    if keyring and answers.address:
        _keep_password(answers.user)
    output.done(
        _("written: {file}; next: kfdesk --config {file} doctor").format(file=path),
        {"file": str(path)},
        as_json=context.obj.json,
    )
