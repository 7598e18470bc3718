"""Commands of what is called out: somebody rings; what one was told today."""

from __future__ import annotations

from typing import Annotated

import typer

from kfdesk.commands.given import Globals

app = typer.Typer()


@app.command()
def call(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Who calls, as telephones say.")],
    agent: Annotated[str, typer.Option(help="Whose telephone rings; else everybody's.")] = "",
) -> None:
    """Tell agents that somebody calls (for a telephone system)."""
    from kfdesk.desk.teamwork.calls import ring
    from kfdesk.output.calling import print_caller

    given: Globals = context.obj
    with given.desk() as (desk, _actor):
        print_caller(ring(desk, number, agent), as_json=given.json)


@app.command()
def notices(context: typer.Context) -> None:
    """List today's notices, calls and alerts, newest first."""
    from kfdesk.desk.teamwork.alerts import today
    from kfdesk.output.calling import print_told

    given: Globals = context.obj
    with given.desk() as (desk, actor):
        print_told(today(desk, actor), desk.settings.desk.timezone, as_json=given.json)
