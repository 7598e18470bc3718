"""The console in a browser."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kfdesk.commands import complain
from kfdesk.commands.given import Globals
from kfdesk.errors import UserError
from kfdesk.i18n import _

app = typer.Typer(
    invoke_without_command=True, help="Serve the console in the browser, behind a login."
)
Agent = Annotated[str, typer.Argument(metavar="AGENT", help="An agent of the configuration.")]


@app.callback()
def web(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Where to listen; else [web] listen.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port.")] = None,
    public_url: Annotated[
        str | None, typer.Option(help="What agents type, where a proxy with TLS is in front.")
    ] = None,
    sync: Annotated[
        bool, typer.Option(help="Sync meanwhile; --no-sync where another does.")
    ] = True,
) -> None:
    """Serve the console in the browser, behind a login."""
    if context.invoked_subcommand is not None:
        return
    from kfdesk import output
    from kfdesk.web.place import Listening, listening

    given: Globals = context.obj
    settings = given.settings()
    place = listening(settings, host, port, public_url)
    try:
        from kfdesk.web.run import serve
    except ImportError as error:
        raise UserError(
            _("{module} is not installed: pip install textual-serve").format(module=error.name)
        ) from error

    def ready(place: Listening) -> None:
        output.done(
            _(
                "kfdesk is at {url}; agents need a password: kfdesk web password AGENT; ^C ends"
            ).format(url=place.url),
            {"url": place.url},
            as_json=given.json,
        )

    serve(settings, given.clock(settings), place, complain, sync=sync, ready=ready)


@app.command()
def password(
    context: typer.Context,
    agent: Agent,
    remove: Annotated[bool, typer.Option("--remove", help="Take it away.")] = False,
) -> None:
    """Set an agent's password for the web: asked twice, or the first line of standard input."""
    from kfdesk import output
    from kfdesk.desk.admin.credentials import remove_password, set_password

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        if remove:
            remove_password(desk, actor, agent)
            text = _("{agent} cannot log in any more")
        else:
            from kfdesk.desk.agents import agent_named

            agent_named(desk.settings, agent)
            set_password(desk, actor, agent, _asked())
            text = _("{agent} has a new password; whoever was logged in with the old one is not")
        output.done(text.format(agent=agent), {"agent": agent}, as_json=given.json)


@app.command()
def logins(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
) -> None:
    """List who has logged in, or tried to, the newest first."""
    from kfdesk.desk.admin.credentials import attempts
    from kfdesk.output.web import print_attempts

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_attempts(attempts(desk, limit), desk.settings.desk.timezone, as_json=given.json)


@app.command(hidden=True)
def console(context: typer.Context) -> None:
    """The console of one page: what the server starts."""
    from kfdesk.desk.agents import acting
    from kfdesk.tui.app import run
    from kfdesk.tui.outside import sent

    given: Globals = context.obj
    settings = given.settings()
    try:
        run(settings, acting(settings, given.agent), given.clock(settings), sync=False)
    finally:
        sent.clear()


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    found: str = typer.prompt(_("Password"), hide_input=True, confirmation_prompt=_("Once more"))
    return found
